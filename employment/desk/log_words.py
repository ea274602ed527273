"""What the employment desk writes into the trail and the access log, in words: steps and looks (dotted), and the names of facts."""

from typing import TYPE_CHECKING

from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LOG_WORDS: "dict[str, _StrPromise]" = {
    "referral_letter": pgettext_lazy("trail", "Letter of introduction"),
    "employment.follow_up": pgettext_lazy("trail", "The follow-up"),
    "employment.follow_up.made": pgettext_lazy("trail", "Follow-up made"),
    "employment.match": pgettext_lazy("trail", "The match list"),
    "employment.referral": pgettext_lazy("trail", "The referral"),
    "employment.referral.answered": pgettext_lazy("trail", "Referral answered"),
    "employment.referral.sent": pgettext_lazy("trail", "Referral sent"),
    "employment.seeker": pgettext_lazy("trail", "The job seeker"),
    "employment.seeker.closed": pgettext_lazy("trail", "Job seeking closed"),
    "employment.seeker.edited": pgettext_lazy("trail", "Job seeker edited"),
    "employment.seeker.registered": pgettext_lazy("trail", "Job seeker registered"),
    "employment.seeker.renewed": pgettext_lazy("trail", "Job seeking renewed"),
    "employment.seeker.reopened": pgettext_lazy("trail", "Job seeking opened again"),
    "employment.seekers.forgotten": pgettext_lazy("trail", "Job seekers' data destroyed"),
    "employment.seekers.joined": pgettext_lazy("trail", "Records of a job seeker joined"),
    "employment.terms.decided": pgettext_lazy("trail", "Terms of employment help decided"),
    "employment.vacancy.checked": pgettext_lazy("trail", "Vacancy checked"),
    "employment.vacancy.closed": pgettext_lazy("trail", "Vacancy closed"),
    "employment.vacancy.edited": pgettext_lazy("trail", "Vacancy edited"),
    "employment.vacancy.entered": pgettext_lazy("trail", "Vacancy entered"),
    "employment.vacancy.reopened": pgettext_lazy("trail", "Vacancy opened again"),
    "months": pgettext_lazy("trail", "months"),
    "outcome": pgettext_lazy("trail", "outcome"),
    "papers": pgettext_lazy("trail", "papers"),
    "post": pgettext_lazy("trail", "post"),
    "posts": pgettext_lazy("trail", "posts"),
    "renew_days": pgettext_lazy("trail", "days of a renewal"),
    "score": pgettext_lazy("trail", "score"),
    "seeker_days": pgettext_lazy("trail", "days a job seeker is valid"),
    "seeker_warn_days": pgettext_lazy("trail", "days of warning for a job seeker"),
    "vacancy_days": pgettext_lazy("trail", "days a vacancy is valid"),
    "vacancy_warn_days": pgettext_lazy("trail", "days of warning for a vacancy"),
    "valid_until": pgettext_lazy("trail", "valid until"),
}

# Why a page that shows personal data is opened, by the beginning of what it writes into the access log.
LOG_PURPOSES: "dict[str, _StrPromise]" = {
    "employment.match": pgettext_lazy("access", "To find somebody for the post"),
    "employment.": pgettext_lazy("access", "To find work"),
}
