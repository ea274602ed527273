"""Lists of files and what stands around one household."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from casework.enums import BEFORE_DECISION, IN_FORCE, Block, FileStatus, Verdict
from casework.models import Assessment, FiveClear, HardshipFile, Membership, Person, Visit
from center.desk import desks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from casework.models import Household
    from casework.models.file import HardshipFileQuerySet
    from center.desk import Aid, OpenWork

YEAR = timedelta(days=365)
# The saved views of the list (screens.md §3.4), in the order of their tabs.
VIEWS = (
    "in_force",
    "in_hand",
    "temporary",
    "exited",
    "cancelled",
    "unchanged",
    "never_helped",
    "unclear",
    "differs",
    "head_died",
    "all",
)


def with_assessment(files: HardshipFileQuerySet) -> HardshipFileQuerySet:
    """Annotate with the latest computation of each household: verdict, head count and yearly income."""
    last = Assessment.objects.filter(household=OuterRef("household")).order_by("-pk")
    return files.annotate(
        computed=Subquery(last.values("verdict")[:1]),
        computed_people=Subquery(last.values("people")[:1]),
        computed_income=Subquery(last.values("income")[:1]),
        computed_per_capita=Subquery(last.values("per_capita")[:1]),
    )


def differing(files: HardshipFileQuerySet) -> HardshipFileQuerySet:
    """申报与测算不一致: the category in force is not what the rule proposes, or a declared number is not the computed."""
    computed: Any = with_assessment(files)  # annotated columns are not known to the type checker
    computed = computed.exclude(computed=None).exclude(computed=Verdict.UNKNOWN)
    size = Q(household__declared_size__isnull=False) & ~Q(household__declared_size=F("computed_people"))
    income = Q(household__declared_annual__isnull=False) & ~Q(household__declared_annual=F("computed_income"))
    found: HardshipFileQuerySet = computed.filter(
        ~Q(computed=F("category")) | size | (Q(computed_income__isnull=False) & income)
    )
    return found


def unclear(files: HardshipFileQuerySet, *, on: date | None = None) -> HardshipFileQuerySet:
    """Not all five clears verified within the last twelve months."""
    since = (on or timezone.localdate()) - YEAR
    verified = FiveClear.objects.filter(verified_on__gte=since).order_by().values("file").annotate(many=Count("pk"))
    clear = verified.filter(many__gte=len(Block)).values("file")
    return files.filter(~Exists(FiveClear.objects.filter(file=OuterRef("pk"), file__in=clear)))


def never_helped(files: HardshipFileQuerySet) -> HardshipFileQuerySet:
    """Files in force whose head nobody has ever helped; the desks answer."""
    helped = [rows for desk in desks() if (rows := desk.helped(OuterRef("household__head"))) is not None]
    return files.filter(*(~Exists(rows) for rows in helped))


def view(files: HardshipFileQuerySet, name: str) -> HardshipFileQuerySet:
    """One saved view of the list."""
    standing = files.filter(status__in=IN_FORCE)
    views = {
        "in_force": lambda: standing,
        "in_hand": lambda: files.filter(status__in=BEFORE_DECISION),
        "temporary": lambda: files.living().filter(is_temporary=True),
        "exited": lambda: files.filter(status=FileStatus.EXITED),
        "cancelled": lambda: files.filter(status__in=(FileStatus.CANCELLED, FileStatus.REFUSED, FileStatus.ARCHIVED)),
        "unchanged": lambda: standing.filter(changed_on__lt=timezone.localdate() - YEAR),
        "never_helped": lambda: never_helped(standing),
        "unclear": lambda: unclear(standing),
        "differs": lambda: differing(files.living()),
        "head_died": lambda: standing.filter(household__head__died_on__isnull=False),
        "all": lambda: files,
    }
    return views[name]()


def rows(files: HardshipFileQuerySet) -> HardshipFileQuerySet:
    """With everything that a line of the list shows, in one query."""
    members = (
        Membership.objects.on(timezone.localdate())
        .filter(household=OuterRef("household"))
        .order_by()
        .values("household")
        .annotate(many=Count("pk"))
        .values("many")
    )
    clears = (
        FiveClear.objects.filter(file=OuterRef("pk"), verified_on__gte=timezone.localdate() - YEAR)
        .order_by()
        .values("file")
        .annotate(many=Count("pk"))
        .values("many")
    )
    last_visit = Visit.objects.filter(person=OuterRef("household__head"), undone_at=None).order_by("-received_at")
    return (
        with_assessment(files)
        .annotate(
            people=Subquery(members),
            clears_now=Subquery(clears),
            last_contact=Subquery(last_visit.values("received_at")[:1]),
        )
        .select_related("household__head__employer", "office")
    )


def differences(file: HardshipFile, assessment: Assessment) -> list[tuple[str, object, object]]:
    """Every declared value that the computation does not confirm: (field, declared, computed)."""
    household = file.household
    pairs: list[tuple[str, object, object]] = [
        ("category", file.category, assessment.verdict),
        ("people", household.declared_size, assessment.people),
        ("income", household.declared_annual, assessment.income),
        ("per_capita", household.declared_per_capita, assessment.per_capita),
    ]
    return [(name, old, new) for name, old, new in pairs if old is not None and new is not None and old != new]


def people_of(household: Household) -> list[Person]:
    """Who belongs to the household now, the head first."""
    members = household.memberships.current().select_related("person__employer").order_by("relation", "pk")
    return [membership.person for membership in members]


def open_work(household: Household) -> list[OpenWork]:
    """What any desk still has to do for anybody of the household, a dead head included: it forbids the end of the file."""
    found = {
        (work.sentence, work.url): work
        for person in {person.pk: person for person in (household.head, *people_of(household))}.values()
        for desk in desks()
        for work in desk.open_work(person)
    }
    return list(found.values())


def aid_given(people: Sequence[Person], *, since: date, until: date) -> list[Aid]:
    """Money and goods of all desks, newest first, each once."""
    given = {
        (aid.url, aid.on, aid.kind, aid.amount): aid
        for person in people
        for desk in desks()
        for aid in desk.aid(person, since=since, until=until)
    }
    return sorted(given.values(), key=lambda aid: aid.on, reverse=True)


def home_of(person: Person) -> Household | None:
    """The household that a person belongs to now."""
    current = person.memberships.current().select_related("household").first()
    return current.household if current else None


def living_file_of(person: Person) -> HardshipFile | None:
    """The file of the household that a person belongs to now; the living one before earlier ones."""
    files = HardshipFile.objects.of(person.pk).select_related("household__head", "office")
    return files.living().first() or files.order_by("-pk").first()


def without_home_visit(files: HardshipFileQuerySet, *, since: date) -> HardshipFileQuerySet:
    """Files in force whose household nobody has visited since a day."""
    from casework.models import HomeVisit  # noqa: PLC0415 - only this question needs it

    made = HomeVisit.objects.filter(file=OuterRef("pk"), visited_on__gte=since)
    return files.in_force().filter(~Exists(made))


def names_of(households: Iterable[int | None]) -> dict[int, list[str]]:
    """Household → the full names of those who belong to it now, in one query."""
    found: dict[int, list[str]] = {}
    rows = Membership.objects.current().filter(household__in=[each for each in households if each])
    for household, name in rows.order_by("pk").values_list("household_id", "person__full_name"):
        found.setdefault(household, []).append(name)
    return found
