"""What lives bring in the invented district: deaths, one of them a mistake, another head, a household that came to its end."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone

from casework import actions
from casework.models import HardshipFile
from demo.casework.households import GROWN, Maker, card_in_hand, chain, draft, working_moment
from demo.clock import on
from demo.papers import scan

if TYPE_CHECKING:
    from datetime import datetime

    from django.core.files.uploadedfile import SimpleUploadedFile

    from casework.models import Employer, Person

FIRST = 2000  # of the numbers of these households, beside those of the other rarer ones
WAGE = Decimal(31200)  # of a grown relative, for a year


def fill(maker: Maker, employers: list[Employer]) -> None:
    _deaths(maker, _household(maker, employers, 0))
    _another_head(maker, _household(maker, employers, 1))
    _without_head(maker, _household(maker, employers, 2))
    _came_to_its_end(maker, _household(maker, employers, 3))


def _days_ago(days: int, hour: int = 10) -> datetime:
    return working_moment(timezone.localdate() - timedelta(days=days), hour)


def _household(maker: Maker, employers: list[Employer], number: int) -> HardshipFile:
    """In force for two months, with a sister and a brother of the head in it."""
    clerk = maker.who("frontdesk")
    with on(_days_ago(70 + number)):
        file = draft(maker, FIRST + number, employers)
        for relation, sex in (("77", "2"), ("73", "1")):
            name, facts = maker.person(ages=GROWN, sex=sex)
            facts |= {"work_status": "at_post", "health_status": "good", "person_identity": "urban_worker"}
            member = actions.add_member(file, relation=relation, full_name=name, facts=facts, by=clerk)
            today = timezone.localdate()
            actions.add_income(
                file, person=member.person, kind="wage_income", amount=WAGE, year_ending_on=today, by=clerk
            )
        for change in file.changes.open():
            actions.confirm_change(change, card=card_in_hand(change), by=maker.who("officer"))
    with on(_days_ago(70 + number, 14)):
        file = chain(maker, file, "active")
    return HardshipFile.objects.select_related("household__head").get(pk=file.pk)


def _kin(file: HardshipFile) -> tuple[Person, Person]:
    """The sister and the brother."""
    places = {one.relation: one.person for one in file.household.memberships.current().select_related("person")}
    return places["77"], places["73"]


def _paper(maker: Maker, heading: str, person: Person) -> SimpleUploadedFile:
    day = timezone.localdate().isoformat()
    lines = [line.format(name=person.full_name, day=day) for line in maker.words["said"]["proof"].split("|")]
    return scan(maker.words["said"][heading], lines)


def _deaths(maker: Maker, file: HardshipFile) -> None:
    """One was told and then proved; one was somebody of the same name, and is taken back by a second person."""
    clerk, officer, said = maker.who("frontdesk"), maker.who("officer"), maker.words["said"]
    sister, brother = _kin(file)
    with on(_days_ago(30)):
        day = timezone.localdate()
        told = actions.record_death(sister, dying=actions.Dying(died_on=day, evidence="told"), by=clerk)
        wrong = actions.record_death(brother, dying=actions.Dying(died_on=day, evidence="told"), by=clerk)
    with on(_days_ago(26)):
        actions.prove_death(told, evidence="cremation", upload=_paper(maker, "death_paper", sister), by=clerk)
        actions.revoke_death(wrong, reason=said["lives"], by=officer)


def _sibling(person: Person, head: Person) -> str:
    """GB/T 4761: elder and younger brothers and sisters."""
    is_elder = bool(person.birth_date and head.birth_date and person.birth_date < head.birth_date)
    if person.sex == "1":
        return "71" if is_elder else "73"
    return "75" if is_elder else "77"


def _another_head(maker: Maker, file: HardshipFile) -> None:
    """By agreement of the family: the sister; the file keeps its number."""
    sister, brother = _kin(file)
    former, said = file.household.head, maker.words["said"]
    codes = dict(file.household.memberships.current().values_list("person", "code"))
    relations = {codes[one.pk]: _sibling(one, sister) for one in (brother, former)}
    relations |= {code: "97" for person, code in codes.items() if person not in {brother.pk, former.pk, sister.pk}}
    with on(_days_ago(20)):
        change = actions.propose_head(
            file,
            head=sister,
            why="agreement",
            on=timezone.localdate(),
            relations=relations,
            upload=_paper(maker, "agreement_paper", sister),
            reason=said["new_head"],
            by=maker.who("frontdesk"),
        )
    with on(_days_ago(18)):
        actions.confirm_change(change, by=maker.who("officer"))


def _without_head(maker: Maker, file: HardshipFile) -> None:
    """The head has died lately, the paper is still to be brought, and nobody has named another head."""
    with on(_days_ago(3)):
        dying = actions.Dying(died_on=timezone.localdate() - timedelta(days=1), evidence="told")
        actions.record_death(file.household.head, dying=dying, by=maker.who("frontdesk"))


def _came_to_its_end(maker: Maker, file: HardshipFile) -> None:
    """Lifted out; the brother has gone his own way since, the sister may still do so."""
    said = maker.words["said"]
    with on(_days_ago(12)):
        actions.exit_file(file, reason="exit_employment", text=said["works"], by=maker.who("leader"))
        day = timezone.localdate()
    with on(_days_ago(6)):
        brother = _kin(file)[1]
        actions.leave_ended_household(
            brother, reason="married", text=said["married"], on=day, by=maker.who("frontdesk")
        )
