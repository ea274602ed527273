"""This desk's share of the invented district (seed_demo): written through the desk's own actions, on invented days."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction
from django.utils import timezone, translation

from casework import actions
from casework.actions.visits import Group, LateRecord, Outcome, Words
from casework.enums import Block, Channel, Know, VisitResult
from casework.models import Employer, HardshipFile, Person, QuickText, Visit, VisitPurpose
from casework.queries import economy
from center.privacy.numbers import check_character
from center.privacy.secret import unseal
from center.reference import working_days
from demo.clock import on

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from casework.models import ChangeRequest
    from center.models import Office, Staff
    from demo.world import Practice

GROWN = (32, 58)  # ages of heads and spouses
PENSION = 50
FIRST_DAY = 730  # days ago
VISITS = 160
TODAY = 9  # of them
AREAS = ("511102", "511111", "511112", "511123")
MATTERS = 24
CAUSES = ("major_illness", "laid_off", "child_schooling", "no_labour_capacity", "accident")
YUAN = ("0.00", "7200.00", "9600.00", "14400.00", "21600.00", "28800.00")
CATEGORIES = ("deep", "relative", "accidental")
AGREED = 0.9  # of the decisions follow the computation; the rest stand in the list of differences
SELF_PAID = ("1500.00", "8800.00", "18000.00", "42000.00")


@dataclass(kw_only=True)
class Maker:
    """The one source of chance, and the people who act."""

    world: Practice
    words: dict[str, Any]
    serial: int = 0

    @property
    def chance(self) -> Random:
        return self.world.chance

    @property
    def office(self) -> Office:
        return self.world.office

    def who(self, username: str) -> Staff:
        return self.world.people[username]

    def id_number(self, born: date, sex: str) -> str:
        """Never one twice: two thousand people differ in area and last digits alone."""
        self.serial += 1
        last = (self.serial // len(AREAS) * 2 + (1 if sex == "1" else 0)) % 1000
        body = f"{AREAS[self.serial % len(AREAS)]}{born:%Y%m%d}{last:03d}"
        return body + check_character(body)

    def card(self) -> str:
        body = "622848" + "".join(str(self.chance.randrange(10)) for _digit in range(12))
        doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body))]
        return body + str(-sum(number // 10 + number % 10 for number in doubled) % 10)

    def phone(self) -> str:
        return f"13{self.chance.randrange(10**9):09d}"

    def person(
        self,
        *,
        ages: tuple[int, int],
        fit: Callable[[int], int] = int,
        sex: str = "",
        surname: str = "",
        rare: int | None = None,
    ) -> tuple[str, dict[str, Any]]:
        """A name and what is known at once. `fit` makes the drawn age one that the family can have."""
        chance, words = self.chance, self.words
        drawn = chance.choice("12")
        sex = sex or drawn
        group = "01"
        own = chance.choice(words["surnames"])
        name = (surname or own) + chance.choice(words["given_m" if sex == "1" else "given_f"])
        if rare is not None:
            name, sex, group = words["rare"][rare]
        born = timezone.localdate() - timedelta(days=365 * fit(chance.randint(*ages)) + chance.randrange(365))
        facts = {"id_number": self.id_number(born, sex), "ethnic_group": group}
        return name, facts

    def surname_in(self, name: str) -> str:
        """The surname that a name begins with; a name of another people has none."""
        return max((one for one in self.words["surnames"] if name.startswith(one)), key=len, default="")


def words_of_this_room() -> dict[str, Any]:
    return dict(json.loads((Path(__file__).parents[1] / "data" / "casework.json").read_text(encoding="utf-8")))


def fill(world: Practice) -> Maker:
    """Households through the whole chain, two years of visits, a few matters; the same every time."""
    words = words_of_this_room()
    maker = Maker(world=world, words=words)
    with translation.override("zh-hans"):
        for initials, text in words["quick"]:
            QuickText.objects.get_or_create(initials=initials, owner=None, defaults={"text": text})
        employers = [_employer(maker, row) for row in words["employers"]]
        files = []
        for number in range(world.households):
            with transaction.atomic():
                files.append(household(maker, number, employers))
        _visits(maker, files)
        _matters(maker, files)
    world.made["employer"] = list(employers)
    world.made["file"] = list(HardshipFile.objects.order_by("pk"))
    world.made["person"] = list(Person.objects.order_by("pk"))
    return maker


def _employer(maker: Maker, row: list[str]) -> Employer:
    name, nature, status, industry = row
    facts = {"nature": nature, "status": status, "industry": industry}
    return actions.name_employer(name, facts=facts, by=maker.who("officer"))


def working_moment(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(working_days.roll(day), time(hour, minute)))


def household(maker: Maker, number: int, employers: list[Employer]) -> HardshipFile:
    """One household: the first ones stop halfway, so that every list of the chain has rows."""
    chance, today = maker.chance, timezone.localdate()
    stages = ("draft", "draft", "submitted", "submitted", "survey", "survey", "noticed", "pending", "returned")
    stop = stages[number] if number < len(stages) else "active"
    ago = chance.randint(2, 12) if stop != "active" else chance.randint(40, FIRST_DAY)
    started = min(working_moment(today - timedelta(days=ago), 9, number % 60), timezone.now())
    with on(started):
        file = draft(maker, number, employers)
    if stop == "draft":
        return file
    with on(started + timedelta(hours=2)):
        file = chain(maker, file, stop)
    if stop == "active" and number % 17 == 0:
        _end(maker, file, started, number)
    return file


def draft(maker: Maker, number: int, employers: list[Employer], *, temporary: bool = False) -> HardshipFile:
    chance, words, clerk = maker.chance, maker.words, maker.who("frontdesk")
    rare = number if number < len(words["rare"]) else None
    name, facts = maker.person(ages=GROWN, rare=rare)
    category = chance.choice(("deep", "relative", "relative", "accidental"))
    category = "temporary" if temporary else category
    file = actions.start_file(
        maker.office, category=category, full_name=name, facts=facts, is_temporary=temporary, by=clerk
    )
    cause = chance.choice(CAUSES)
    head = {
        "phone": maker.phone(),
        "political_status": chance.choice(("01", "13", "13")),
        "marital_status": chance.choice(("20", "20", "40", "30")),
        "health_status": "kidney_failure" if cause == "major_illness" else chance.choice(("good", "hypertension")),
        "person_identity": chance.choice(("urban_worker", "urban_worker", "migrant_worker")),
        "work_status": chance.choice(("laid_off", "jobless", "at_post", "sick_leave")),
        "medical_insurance": chance.choice(("urban_worker", "resident")),
        "hukou_type": chance.choice(("non_farm", "farm", "converted")),
        "employer": chance.choice(employers),
        "work_start_on": date(chance.randint(1990, 2015), chance.randint(1, 12), 1),
        "skills": [chance.choice(words["skills"])],
        "job_wish": chance.choice(words["wishes"]),
        "education_level": "70",
    }
    if number % 25 == 7:  # noqa: PLR2004 - now and then something is not known yet
        head["health_status"] = ""
    actions.edit_person(file, person=file.household.head, values=head, by=clerk)
    address = words["address"].format(
        street=chance.choice(words["streets"]),
        number=chance.randint(1, 300),
        block=chance.randint(1, 9),
        door=chance.randint(101, 704),
    )
    size = chance.choice((1, 2, 3, 3, 4))
    values = {
        "address": address,
        "division": "511111",
        "housing_type": chance.choice(("unit_public", "public_rental", "bought", "rented", "self_built")),
        "floor_area": Decimal(chance.choice(("18", "36", "45.5", "62", "78"))),
        "on_dibao": chance.random() < 0.2,  # noqa: PLR2004 - one in five
        "single_person": size == 1,
        "single_parent": size == 2 and head["marital_status"] == "40",  # noqa: PLR2004 - a parent and a child
        "self_help_capable": cause in {"laid_off", "child_schooling"},
        "zero_employment": head["work_status"] == "jobless" and size == 1,
        "declared_size": size,
    }
    actions.edit_household(file, values=values, by=clerk)
    told = {
        "primary_cause": cause,
        "cause_text": words["causes"][cause],
        "needs": ["living", "medical"] if cause == "major_illness" else ["living"],
        "mind_note": chance.choice(words["moods"]),
        "measures": "",
    }
    actions.edit_file(file, values=told, by=clerk)
    _family(maker, file, size=size, cause=cause)
    return file


def _age(person: Person) -> int:
    return (timezone.localdate() - cast("date", person.birth_date)).days // 365


def _beside(head: int, drawn: int) -> int:
    """A spouse is about as old."""
    return min(max(GROWN[0], head + drawn % 9 - 4), GROWN[1])


def _child_of(parent: int, drawn: int) -> int:
    """Born to somebody between twenty-two and forty-two, and not yet of age to work for long."""
    return min(max(drawn, parent - 42), parent - 22, 22)


def _family(maker: Maker, file: HardshipFile, *, size: int, cause: str) -> None:
    chance, clerk = maker.chance, maker.who("frontdesk")
    head, today = file.household.head, timezone.localdate()
    people = [head]
    for place in range(1, size):
        grown = place == 1
        ages, sex = (GROWN, "2" if head.sex == "1" else "1") if grown else ((4, 21), "")
        father = next((one.full_name for one in people if one.sex == "1"), "")
        fit = partial(_beside if grown else _child_of, min(map(_age, people)))
        name, facts = maker.person(ages=ages, fit=fit, sex=sex, surname="" if grown else maker.surname_in(father))
        facts |= {"health_status": "good", "person_identity": "urban_worker" if grown else "student"}
        if grown:
            facts["work_status"] = chance.choice(("at_post", "retired", "jobless"))
            if facts["work_status"] == "retired" and int(facts["id_number"][6:10]) > today.year - PENSION:
                facts["work_status"] = "at_post"
        relation = "10" if grown else ("20" if facts["id_number"][16] in "13579" else "30")
        member = actions.add_member(file, relation=relation, full_name=name, facts=facts, by=clerk)
        people += [member.person] if grown else []
    for person in people:
        amount = Decimal(chance.choice(YUAN))
        actions.add_income(file, person=person, kind="wage_income", amount=amount, year_ending_on=today, by=clerk)
    spending = {"major_illness": "rigid_illness", "child_schooling": "rigid_schooling", "accident": "event_cost"}
    if cause in spending:
        paid = Decimal(chance.choice(SELF_PAID))
        actions.add_spending(file, kind=spending[cause], amount=paid, year_ending_on=today, by=clerk)
    actions.assess(file, by=clerk)
    card = maker.card()
    change = actions.propose_account(
        file,
        holder=head,
        card=card,
        bank=chance.choice(maker.words["banks"]),
        reason=maker.words["said"]["filing"],
        by=clerk,
    )
    if chance.random() < 0.97:  # noqa: PLR2004 - a few wait for the second person
        actions.confirm_change(change, card=card, by=maker.who("officer"))


def chain(maker: Maker, file: HardshipFile, stop: str) -> HardshipFile:  # noqa: C901, PLR0911 - one return per state
    """Submit, review, survey, notice, decide: as far as `stop`."""
    clerk, officer, officer2, leader = (maker.who(name) for name in ("frontdesk", "officer", "officer2", "leader"))
    file.refresh_from_db()
    if not file.household.head.health_status:
        values = {"health_status": "good"}
        actions.edit_person(file, person=file.household.head, values=values, by=clerk)
        file = HardshipFile.objects.get(pk=file.pk)
    for block, knows in ((Block.FAMILY, [Know.ADDRESS, Know.LIVING, Know.HOUSING]), (Block.CAUSE, [Know.CAUSE])):
        actions.verify_clear(file, block=block, knows=[str(know) for know in knows], by=clerk)
    actions.submit_file(file, by=clerk)
    if stop == "submitted":
        return file
    if stop == "returned":
        return actions.return_file(file, reason="papers_missing", text=maker.words["said"]["returned"], by=officer)
    actions.pass_review(file, by=officer)
    actions.check_exclusions(file, exclusions=[], by=officer)
    actions.record_consent(file.household.head, purpose="publish", signed_on=timezone.localdate(), by=clerk)
    if stop == "survey" and file.pk % 2:
        return file
    actions.record_home_visit(
        file,
        visited_on=timezone.localdate(),
        first_visitor=officer,
        second_visitor=officer2,
        findings=maker.words["findings"],
        place=file.household.address,
        by=officer,
    )
    if stop == "survey":
        return file
    if file.is_temporary:
        file = actions.send_to_decision(file, by=officer)
        return actions.decide_file(file, category="temporary", by=leader)
    ends = working_days.add(timezone.localdate(), 5)
    year = timezone.localdate().year
    actions.put_on_notice(file, notice=f"GS{year}-{file.pk:03d}", ends_on=ends, by=leader)
    if stop == "noticed":
        return file
    actions.end_notice(file, upheld=False, by=leader)
    if stop == "pending":
        return file
    proposed = economy.latest(file.household_id)
    category = file.category
    if proposed and proposed.verdict in CATEGORIES and maker.chance.random() < AGREED:
        category = proposed.verdict
    return actions.decide_file(file, category=category, by=leader)


def _end(maker: Maker, file: HardshipFile, started: datetime, number: int) -> None:
    """Some are lifted out, some de-registered, one is back."""
    leader = maker.who("leader")
    later = min(started + timedelta(days=120), timezone.now())
    with on(later):
        file = HardshipFile.objects.get(pk=file.pk)
        if file.changes.open().exists():
            return
        if number % 2:
            actions.cancel_file(file, reason="cancel_moved_away", text=maker.words["said"]["moved"], by=leader)
            return
        actions.exit_file(file, reason="exit_employment", text=maker.words["said"]["works"], by=leader)
        if number % 3 == 0:
            actions.reopen_file(file, reason="laid_off", text=maker.words["said"]["relapse"], by=leader)


def _visits(maker: Maker, files: list[HardshipFile]) -> None:
    chance, today = maker.chance, timezone.localdate()
    for number in range(VISITS):
        ago = 0 if number >= VISITS - TODAY else chance.randint(1, FIRST_DAY)
        visit(maker, files, ago=ago, before=VISITS - number, calls_back=number % 40 == 39)  # noqa: PLR2004 - now and then
    purposes = {purpose.code: purpose for purpose in VisitPurpose.objects.all()}
    group = Group(
        people=23, representatives=[file.household.head for file in files[20:23]], mood=maker.words["said"]["mood"]
    )
    moment = working_moment(today - timedelta(days=20), 10)
    with on(moment):
        outcome = Outcome(result=VisitResult.TRANSFERRED, handler=maker.who("officer"))
        actions.log_visit(
            maker.office,
            purpose=purposes["petition"],
            words=Words(note=maker.words["notes"][3]),
            outcome=outcome,
            group=group,
            by=maker.who("frontdesk"),
        )
    late = LateRecord(received_at=working_moment(today - timedelta(days=3), 15), reason=maker.words["said"]["late"])
    actions.log_visit(
        maker.office,
        purpose=purposes["advice"],
        person=files[30].household.head if len(files) > 30 else None,  # noqa: PLR2004 - small practice worlds
        words=Words(note=maker.words["notes"][2]),
        late=late,
        by=maker.who("frontdesk"),
    )


def visit(maker: Maker, files: Sequence[HardshipFile], *, ago: int, before: int = 1, calls_back: bool = False) -> None:
    """Somebody of one of these households came so many days ago, today so many minutes ago, or called."""
    chance, clerk = maker.chance, maker.who("frontdesk")
    channels = (Channel.WINDOW, Channel.WINDOW, Channel.WINDOW, Channel.PHONE, Channel.LETTER, Channel.HOTLINE_12345)
    moment = working_moment(timezone.localdate() - timedelta(days=ago), chance.randint(9, 16), chance.randrange(60))
    moment = min(moment, timezone.now() - timedelta(minutes=before))
    person = chance.choice(files).household.head
    purpose = chance.choice(("living", "medical", "schooling", "jobs", "law", "advice", "other"))
    with on(moment):
        logged = actions.log_visit(
            maker.office,
            purpose=VisitPurpose.objects.get(code=purpose),
            person=person,
            words=Words(note=chance.choice(maker.words["notes"]), channel=chance.choice(channels)),
            outcome=Outcome(result=VisitResult.CALL_BACK if calls_back else VisitResult.ANSWERED),
            by=clerk,
        )
    if calls_back and ago > 5:  # noqa: PLR2004 - the latest promises are still open
        with on(working_moment(timezone.localdate(moment) + timedelta(days=1), 10)):
            actions.make_call(logged.callbacks.get(), answer="satisfied", by=clerk)


def _matters(maker: Maker, files: list[HardshipFile]) -> None:
    """Most are closed with all four, some are in hand, one is late, one came back."""
    chance, today = maker.chance, timezone.localdate()
    clerk, officer, leader = (maker.who(name) for name in ("frontdesk", "officer", "leader"))
    purposes = {purpose.code: purpose for purpose in VisitPurpose.objects.all()}
    for number in range(MATTERS):
        ago = 3 + number * 7 if number < 8 else chance.randint(80, FIRST_DAY)  # noqa: PLR2004 - the last weeks' are open
        if number >= MATTERS - 2:
            ago = 4  # closed lately: the calls are still to be made
        moment = working_moment(today - timedelta(days=ago), 11)
        purpose = purposes["petition" if number % 2 else "advice"]
        with on(moment):
            visit: Visit = actions.log_visit(
                maker.office,
                purpose=purpose,
                person=chance.choice(files).household.head,
                words=Words(note=maker.words["notes"][3]),
                outcome=Outcome(result=VisitResult.TRANSFERRED, handler=officer),
                by=clerk,
            )
            matter = visit.matter
            if number == 0:
                continue
            if number == 5:  # noqa: PLR2004 - one came back to its first receiver
                actions.return_matter(matter, reason="not_ours", text=maker.words["said"]["not_ours"], by=officer)
                continue
            actions.accept_matter(matter, by=officer)
            actions.tell_about_matter(matter, how="by_phone", by=officer)
            if number == 1:
                actions.supervise_matter(
                    matter,
                    until=today + timedelta(days=5),
                    reason="important",
                    text=maker.words["said"]["order"],
                    by=leader,
                )
            if number < 8:  # noqa: PLR2004 - still in hand
                continue
            actions.deliver_matter(matter, by=officer)
            actions.close_matter(
                matter,
                result="settled",
                reply=maker.words["replies"],
                told_how="by_phone",
                report=maker.words["report"],
                archive_number=f"XF-{number:03d}",
                by=officer,
            )
            call = matter.callbacks.get()
        if number < MATTERS - 2:
            with on(working_moment(timezone.localdate(moment) + timedelta(days=1), 9)):
                actions.make_call(call, answer=chance.choice(("satisfied", "satisfied", "basically")), by=clerk)


def card_in_hand(change: ChangeRequest) -> str:
    """What the second person reads from the card that lies on the table; empty where the change is about something else."""
    card = change.account.card if change.account else None
    return unseal(card._label, bytes(card)) if card else ""
