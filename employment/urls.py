"""Routes of the employment room."""

from django.urls import URLPattern, URLResolver, path

from employment.views import referrals, seekers, terms, vacancies

app_name = "employment"
urlpatterns: list[URLPattern | URLResolver] = [
    path("jobs/", seekers.seekers, name="seekers"),
    path("jobs/new/", seekers.new, name="seeker_new"),
    path("jobs/vacancies/", vacancies.vacancies, name="vacancies"),
    path("jobs/vacancies/new/", vacancies.new, name="vacancy_new"),
    path("jobs/vacancies/<str:code>/", vacancies.vacancy, name="vacancy"),
    path("jobs/vacancies/<str:code>/match/", vacancies.match, name="vacancy_match"),
    path("jobs/referrals/", referrals.referrals, name="referrals"),
    path("jobs/referrals/<str:code>/", referrals.referral, name="referral"),
    path("jobs/referrals/<str:code>/letter/", referrals.letter, name="letter"),
    path("jobs/follow-up/", referrals.follow_ups, name="follow_ups"),
    path("jobs/follow-up/<str:code>/", referrals.follow_up, name="follow_up"),
    path("jobs/terms/", terms.terms, name="terms"),
    path("jobs/<str:code>/", seekers.seeker, name="seeker"),
    path("jobs/<str:code>/match/", seekers.match, name="seeker_match"),
    path("jobs/<str:code>/refer/<str:vacancy>/", seekers.refer, name="refer"),
]
