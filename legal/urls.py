"""Routes of the legal room."""

from django.urls import URLPattern, URLResolver, path

from legal import views

app_name = "legal"
urlpatterns: list[URLPattern | URLResolver] = [
    path("legal/", views.cases, name="cases"),
    path("legal/new/", views.intake, name="intake"),
    path("legal/<str:code>/", views.case, name="case"),
    path("legal/<str:code>/letter/", views.letter, name="letter"),
    path("legal/<str:code>/clocks/<int:pk>/stop/", views.stop_clock, name="clock_stop"),
    path("legal/<str:code>/clocks/<int:pk>/extend/", views.extend_clock, name="clock_extend"),
]
