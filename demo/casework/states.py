"""One record in each state that chance may leave out: so that every list of the invented district has its rows."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_noop

from casework import actions, jobs
from casework.actions import imports
from casework.actions.visits import Words
from casework.exchange.check import bring_in, check
from casework.exchange.registry import asked_about, heading
from casework.models import Employer, HardshipFile, Joining, Person, VisitPurpose
from center.actions.jobs import start_job, stop_job
from center.kernel.remarks import Remark
from center.models.base import subject_of
from center.privacy import vault
from center.site.worker import run
from demo.casework import after, lives
from demo.casework.households import Maker, card_in_hand, chain, draft, working_moment
from demo.clock import on

if TYPE_CHECKING:
    from datetime import date

    from center.models import Import

RARE_NUMBERS = 1000  # never one of the first, which are special


def fill(maker: Maker) -> None:
    """Other rooms' choices are made already: nothing here changes whom they chose."""
    apart = replace(maker.world, chance=Random(maker.world.households))  # noqa: S311 - invented people, the same every time
    maker = Maker(world=apart, words=maker.words, serial=maker.serial)
    with translation.override("zh-hans"):
        changed = _rarer(maker, list(Employer.objects.order_by("pk")))
        _changes(maker, changed)
        _doubles(maker)
        _workbooks(maker)
        after.fill(maker)
        lives.fill(maker, list(Employer.objects.order_by("pk")))


RARER = (
    "refused",
    "withdrawn",
    "temporary",
    "converted",
    "monitoring",
    "exited",
    "relapsed",
    "archived",
    "cancelled",
    "taken_back",
)


def _rarer(maker: Maker, employers: list[Employer]) -> list[HardshipFile]:
    """One household in each state; those in force, which change next."""
    clerk, purpose = maker.who("frontdesk"), VisitPurpose.objects.get(code="living")
    made = {}
    for number, fate in enumerate(RARER):
        with transaction.atomic():
            start = working_moment(timezone.localdate() - timedelta(days=60 + number), 10)
            with on(start):
                file = draft(maker, RARE_NUMBERS + number, employers, temporary=fate in {"temporary", "converted"})
                visit = actions.log_visit(
                    maker.office,
                    purpose=purpose,
                    person=file.household.head,
                    words=Words(note=maker.words["notes"][0]),
                    by=clerk,
                )
                actions.link_opened(visit, subject=subject_of(file), by=clerk)
                for change in file.changes.open():
                    actions.confirm_change(change, card=card_in_hand(change), by=maker.who("officer"))
            with on(start + timedelta(hours=2)):
                _fate(maker, file, fate)
            made[fate] = HardshipFile.objects.select_related("household__head").get(pk=file.pk)
    return [made[fate] for fate in ("converted", "monitoring", "taken_back")]


def _fate(maker: Maker, file: HardshipFile, fate: str) -> None:
    """What became of a household, by the people whose word it is."""
    officer, leader, said = maker.who("officer"), maker.who("leader"), maker.words["said"]
    if fate == "withdrawn":
        actions.withdraw_file(file, reason="cancel_voluntary", text=said["withdrawn"], by=maker.who("frontdesk"))
        return
    if fate == "refused":
        file = chain(maker, file, "submitted")
        actions.check_exclusions(file, exclusions=["excl_vehicle"], by=officer)
        actions.assess(file, by=officer)
        actions.refuse_file(file, reason="not_eligible", text=said["refused"], by=officer)
        return
    file = chain(maker, file, "active")
    if fate == "converted":
        actions.convert_file(file, category="accidental", by=leader)
    elif fate == "monitoring":
        actions.monitor_file(file, until=timezone.localdate() + timedelta(days=270), by=leader)
    elif fate == "cancelled":
        actions.cancel_file(file, reason="cancel_moved_away", text=said["moved"], by=leader)
    elif fate in {"exited", "relapsed", "archived"}:
        actions.exit_file(file, reason="exit_employment", text=said["works"], by=leader)
        if fate == "relapsed":
            actions.reopen_file(file, reason="laid_off", text=said["relapse"], by=leader)
        if fate == "archived":
            actions.archive_file(file, place=said["paper"], by=officer)
    elif fate == "taken_back":
        consent = file.household.head.consents.get(purpose="publish")
        actions.withdraw_consent(consent, by=maker.who("frontdesk"))


# -- changes of files in force -----------------------------------------------------------------------------------------


def _changes(maker: Maker, files: list[HardshipFile]) -> None:
    """One waits for the second person, one was confirmed, one was refused."""
    waits, confirmed, refused = files
    clerk, officer, said, today = (
        maker.who("frontdesk"),
        maker.who("officer"),
        maker.words["said"],
        timezone.localdate(),
    )
    with on(working_moment(today - timedelta(days=9), 15)):
        card = maker.card()
        change = actions.propose_account(
            confirmed,
            holder=confirmed.household.head,
            card=card,
            bank=maker.chance.choice(maker.words["banks"]),
            reason=said["lost_card"],
            by=clerk,
        )
        other = "accidental" if refused.category == "deep" else "deep"
        turned_down = actions.propose_category(refused, category=other, reason=said["worse"], by=clerk)
    with on(working_moment(today - timedelta(days=7), 9)):
        actions.confirm_change(change, card=card, by=officer)
        actions.refuse_change(turned_down, text=said["not_proved"], by=maker.who("leader"))
    with on(working_moment(today - timedelta(days=1), 16)):
        actions.propose_income(
            waits,
            person=waits.household.head,
            kind="wage_income",
            amount=Decimal("12600.00"),
            year_ending_on=today - timedelta(days=1),
            reason=said["works_again"],
            by=clerk,
        )
        head = waits.household.head
        number = maker.id_number(head.birth_date or today, head.sex)
        actions.propose_number(waits, person=head, id_number=number, reason=said["misread"], by=clerk)


# -- one person registered twice -----------------------------------------------------------------------------------------


def _doubles(maker: Maker) -> None:
    """A pair that nobody has judged yet, one proposed, one joined, one told apart."""
    officer, officer2, leader, said = (
        *(maker.who(name) for name in ("officer", "officer2", "leader")),
        maker.words["said"],
    )
    today = timezone.localdate()
    _twice(maker, today - timedelta(days=40))
    proposed, joined, apart = (_twice(maker, today - timedelta(days=70 + 9 * n)) for n in range(3))
    with on(working_moment(today - timedelta(days=6), 11)):
        for keep, drop in (joined, apart):
            actions.propose_joining(keep, drop=drop, taken=["job_wish"], reason=said["one_person"], by=officer)
    with on(working_moment(today - timedelta(days=5), 10)):
        actions.confirm_joining(Joining.objects.get(drop=joined[1]), by=officer2)
        actions.refuse_joining(Joining.objects.get(drop=apart[1]), text=said["two_people"], by=leader)
    with on(working_moment(today - timedelta(days=1), 11)):
        keep, drop = proposed
        actions.propose_joining(keep, drop=drop, taken=[], reason=said["one_person"], by=officer)


def _twice(maker: Maker, day: date) -> tuple[Person, Person]:
    """Somebody who came twice, the second time without an ID card, and was registered again."""
    clerk, purpose, chance = maker.who("frontdesk"), VisitPurpose.objects.get(code="advice"), maker.chance
    name, facts = maker.person(ages=(32, 58))
    phone = maker.phone()
    known: list[dict[str, Any]] = [
        facts | {"phone": phone},
        {"phone": phone, "job_wish": chance.choice(maker.words["wishes"])},
    ]
    records = []
    for number, each in enumerate(known):
        with on(working_moment(day + timedelta(days=20 * number), 14)):
            person = actions.add_person(maker.office, full_name=name, facts=each, by=clerk)
            actions.log_visit(
                maker.office,
                purpose=purpose,
                person=person,
                words=Words(note=chance.choice(maker.words["notes"])),
                by=clerk,
            )
        records.append(person)
    return records[0], records[1]


# -- workbooks ---------------------------------------------------------------------------------------------------------


def _workbooks(maker: Maker) -> None:
    """One checked, with a row that cannot be taken; one applied; one withdrawn; one discarded; one not understood."""
    officer, said = maker.who("officer"), maker.words["said"]
    known = [_row(maker) for _n in range(2)]
    _applied, withdrawn = (
        bring_in(_checked(maker, rows), only_good=False, by=officer) for rows in (known, [_row(maker)])
    )
    imports.withdraw_import(withdrawn, reason=said["wrong_year"], by=officer)
    imports.discard_import(_checked(maker, [_row(maker)]), by=officer)
    _worked(maker, _received(maker, [_row(maker)]), stopped=True)
    _worked(maker, _brought(maker, _table(maker.words["strange"])))
    _worked(maker, _brought(maker, b"PK\x03\x04"))
    _named(maker, [_row(maker)])
    changed = known[1] | {"declared_annual": "12600"}
    _checked(maker, [_row(maker), _row(maker), known[0], changed, _row(maker) | {"id_number": "51111119700230001X"}])


def _row(maker: Maker) -> dict[str, str]:
    name, facts = maker.person(ages=(32, 58))
    told: dict[str, str] = maker.words["row"]
    bank = {"bank": maker.words["banks"][0], "card": maker.card()}
    return {"full_name": name, "id_number": facts["id_number"], "phone": maker.phone()} | bank | told


def _table(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("gb18030")


def _named(maker: Maker, rows: list[dict[str, str]]) -> None:
    """A workbook of an older form: the officer said what its columns mean, and it was checked."""
    older: dict[str, str] = maker.words["older"]
    record = _brought(maker, _table([list(older.values()), *([row[key] for key in older] for row in rows)]))
    sheet = asked_about(vault.get(record.original), mapped={})[0].taken_as("heads")
    columns = {title: key for key, title in older.items()}
    imports.map_columns(record, sheet=sheet.kind, headings=sheet.headings, columns=columns, by=maker.who("officer"))
    check(record, by=maker.who("officer"))


def _brought(maker: Maker, data: bytes) -> Import:
    return imports.receive(maker.office, data=data, by=maker.who("officer"))


def _received(maker: Maker, rows: list[dict[str, str]]) -> Import:
    headings = [heading("heads", key) for key in rows[0]]
    return _brought(maker, _table([headings, *(list(row.values()) for row in rows)]))


def _checked(maker: Maker, rows: list[dict[str, str]]) -> Import:
    return check(_received(maker, rows), by=maker.who("officer"))


def _worked(maker: Maker, record: Import, *, stopped: bool = False) -> None:
    """A job about a workbook: stopped before it began, or done here in the worker's place."""
    officer = maker.who("officer")
    job = start_job(
        jobs.CHECK,
        title=Remark(gettext_noop("Checking the workbook of %(at)s"), {"at": record.received_at}),
        office=maker.office,
        about=record,
        args={"import": record.pk},
        by=officer,
    )
    if stopped:
        stop_job(job, by=officer)
    else:
        run(job.pk)
