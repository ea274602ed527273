"""What the legal desk writes into the trail and the access log, in words: steps and looks (dotted), and the names of facts."""

from typing import TYPE_CHECKING

from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LOG_WORDS: "dict[str, _StrPromise]" = {
    "aid_granted": pgettext_lazy("trail", "Letter of acceptance"),
    "aid_refused": pgettext_lazy("trail", "Letter of refusal"),
    "legal.case": pgettext_lazy("trail", "The case"),
    "legal.case.assigned": pgettext_lazy("trail", "Case assigned"),
    "legal.case.closed": pgettext_lazy("trail", "Case closed"),
    "legal.case.granted": pgettext_lazy("trail", "Legal aid granted"),
    "legal.case.moved": pgettext_lazy("trail", "Case moved to its next stage"),
    "legal.case.noted": pgettext_lazy("trail", "Event of the case noted"),
    "legal.case.refused": pgettext_lazy("trail", "Legal aid refused"),
    "legal.case.reopened": pgettext_lazy("trail", "Case opened again"),
    "legal.case.taken_in": pgettext_lazy("trail", "Case taken in"),
    "legal.case.worker_died": pgettext_lazy("trail", "Death of the worker told to the case"),
    "legal.case.worker_lives": pgettext_lazy("trail", "Death of the worker taken back, told to the case"),
    "legal.cases": pgettext_lazy("trail", "The list of cases"),
    "legal.cases.forgotten": pgettext_lazy("trail", "Data of cases destroyed"),
    "legal.cases.handed_over": pgettext_lazy("trail", "Cases handed over"),
    "legal.cases.joined": pgettext_lazy("trail", "Cases of one person joined"),
    "legal.clock.dropped": pgettext_lazy("trail", "Clock dropped"),
    "legal.clock.extended": pgettext_lazy("trail", "Clock extended"),
    "legal.clock.paused": pgettext_lazy("trail", "Clock paused"),
    "legal.clock.started": pgettext_lazy("trail", "Clock started"),
    "legal.clock.stopped": pgettext_lazy("trail", "Clock stopped"),
    "legal.money.recovered": pgettext_lazy("trail", "Money recovered"),
    "legal.party.added": pgettext_lazy("trail", "Party added to the case"),
    "awarded": pgettext_lazy("trail", "awarded"),
    "colleagues": pgettext_lazy("trail", "colleagues"),
    "handler": pgettext_lazy("trail", "handler"),
    "how": pgettext_lazy("trail", "how"),
    "rule": pgettext_lazy("trail", "rule"),
    "stage": pgettext_lazy("trail", "stage"),
    "type": pgettext_lazy("trail", "type"),
}

# Why a page that shows personal data is opened, by the beginning of what it writes into the access log.
LOG_PURPOSES: "dict[str, _StrPromise]" = {
    "legal.": pgettext_lazy("access", "To work on the case"),
}
