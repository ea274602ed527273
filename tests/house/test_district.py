"""The practice district shows every state in which a record can stand, and everything that can happen to one."""

from django.apps import apps
from django.db import models

from casework.models import Assessment, Callback, Visit
from center.desk import desks
from center.evidence import logbook, seal_verification
from center.models import AccessEntry, Event, Stateful, Vote
from relief.enums import CorrectionKind, DecidedHow, LedgerKind, Result
from relief.models import Application, ApplicationPaper, BankReturn, Correction, Decision, LedgerTransaction
from relief.queries.verify import faults

ROOMS = {"center", "casework", "relief", "employment", "legal"}
# States that have another name than `status`, or stand beside it.
BESIDE = [
    (Application, "ratification"),
    (ApplicationPaper, "state"),
    (Assessment, "verdict"),
    (BankReturn, "outcome"),
    (Callback, "answer"),
    (Correction, "kind"),
    (Decision, "how"),
    (Decision, "result"),
    (LedgerTransaction, "kind"),
    (Visit, "result"),
    (Vote, "choice"),
]
WORDS = {  # columns whose words stand in the code, not in the column
    (Correction, "kind"): CorrectionKind,
    (Decision, "how"): DecidedHow,
    (Decision, "result"): Result,
    (LedgerTransaction, "kind"): LedgerKind,
}
# What cannot last: the worker takes a job up within a second.
PASSING = {"center.Job.status": {"waiting", "running"}}
# What comes with the people who use it, with the worker, or with a destruction that is carried out when it is sealed.
LATER = {
    "center.Draft": "what somebody is typing",
    "center.StaffSession": "who is logged in",
    "center.SentForm": "what a page has sent",
    "center.DestroyedRow": "nothing was destroyed yet",
    "center.Staff.last_login": "nobody logged in",
    "center.Staff.previous_login": "nobody logged in",
}


def ours():
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in ROOMS and not hasattr(model, "pgh_tracked_model") and "Pgh" not in model.__name__
    ]


def held(model, name):
    return set(model._default_manager.values_list(name, flat=True))


def test_the_practice_district_has_every_state_and_everything_that_can_happen_and_is_true(practice):
    states = [(model, "status") for model in ours() if issubclass(model, Stateful)] + BESIDE
    lacking = {
        f"{model._meta.label}.{name}": sorted(wanted - held(model, name))
        for model, name in states
        for wanted in [set(WORDS.get((model, name)) or dict(model._meta.get_field(name).flatchoices))]
        if wanted - held(model, name)
    }
    happenings = [
        (model, one.name)
        for model in ours()
        for one in model._meta.local_fields
        if isinstance(one, models.DateTimeField) and one.null
    ]
    never = {f"{model._meta.label}.{name}" for model, name in happenings if held(model, name) <= {None}}
    empty = {model._meta.label for model in ours() if not model._default_manager.exists()}

    assert {name: set(values) for name, values in lacking.items()} == PASSING
    assert never | empty == set(LATER)
    assert (list(faults()), seal_verification.verify().faults) == ([], [])
    assert untold() == set()


def untold():
    """Steps, names of facts and looks in the logs for which no desk has a word."""
    known = {code for desk in desks() for code in desk.log_words()}
    facts = {name for facts in Event.objects.values_list("facts", flat=True) for name in facts}
    looks = {what for what in held(AccessEntry, "what") if logbook.seen(what) == what}
    return ((held(Event, "verb") | facts) - known) | looks
