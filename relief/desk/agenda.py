"""What notices and meetings may know of an application: equal facts for each, in a few queries."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from casework.models import Assessment, Consent, Membership, Person
from casework.permissions import why_not_settled
from casework.queries.files import names_of
from center.desk import AgendaLine, FundLine, NoticeLine, Stage
from center.kernel.periods import months_later
from center.kernel.remarks import Remark
from center.kernel.sentences import yuan
from center.models import codes
from center.models.base import subject_of
from center.privacy.masks import mask_name
from center.reference import standards, working_days
from relief.actions import ledger
from relief.models import Application, Award, Instalment
from relief.permissions import (
    committee_limit,
    highest_ceiling,
    limit_without_meeting,
    why_not_earmark,
    why_not_spend,
)
from relief.queries.assessment import category_of
from relief.queries.limits import together_each
from relief.queries.terms import terms_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from center.models import Office
    from relief.models import FundSource

S = Application.Status


def of_subjects(subjects: Iterable[str]) -> list[Application]:
    ids = [int(subject.rsplit(":", 1)[1]) for subject in subjects if subject.startswith("relief.application:")]
    return list(Application.objects.with_people().filter(pk__in=ids))


def to_notice(office: Office) -> list[NoticeLine]:
    """Assessed applications whose notice comes first, and awards whose notice comes after."""
    before = Q(status=S.ASSESSED)
    after = Q(status=S.GRANTED, award__status=Award.Status.WAITING)
    rows = (
        Application.objects.with_people()
        .select_related("award")
        .prefetch_related("file__changes")
        .filter(before | after, office=office)
        .order_by("pk")
    )
    consented, withdrawn = _consented(rows), _withdrawn(rows)
    families = names_of(row.household_id for row in rows)
    return [
        NoticeLine(
            subject=subject_of(row),
            number=row.number,
            name=row.person.full_name,
            family=families.get(row.household_id or 0, ()),
            consented=row.person_id in consented or (row.may_publish and row.person_id not in withdrawn),
            employer=row.person.employer.name if row.person.employer else "",
            programme=row.programme.name,
            amount=row.award.amount if row.status == S.GRANTED else row.proposed_amount,
            least_days=row.version.notice_days,
            ready=not (why_not := _why_not_told(row)),
            why_not=why_not,
        )
        for row in rows
    ]


def _why_not_told(row: Application) -> str:
    """The applicant lives, and the file stands as it was assessed: no change waits, and its category is the one on which the
    amount rests."""
    if row.person.died_on:
        return _("The applicant has died: withdraw the application, or let another of the household apply.")
    if row.status == S.GRANTED or row.file is None:
        return ""
    if sentence := why_not_settled(row.file):
        return sentence
    if category_of(row) != row.category:
        return _("The category is %(now)s since, the amount rests on %(before)s: assess it anew.") % {
            "now": codes.label("hardship_category", category_of(row)),
            "before": codes.label("hardship_category", row.category),
        }
    return ""


def _consented(rows: Iterable[Application]) -> set[int]:
    people = [row.person_id for row in rows]
    valid = Consent.objects.valid_on(timezone.localdate()).filter(person__in=people, purpose="publish")
    return set(valid.values_list("person_id", flat=True))


def _withdrawn(rows: Iterable[Application]) -> set[int]:
    """Who has taken a consent back: a tick on the application does not stand against that."""
    people = [row.person_id for row in rows]
    withdrawn = Consent.objects.filter(person__in=people, purpose="publish", withdrawn_at__isnull=False)
    return set(withdrawn.values_list("person_id", flat=True))


def docket(office: Office) -> list[AgendaLine]:
    """Ready applications and emergencies to ratify; beside them, what is not ready yet and why."""
    wanted = Q(status__in=(S.ASSESSED, S.NOTICED, S.READY)) | Q(ratification=Application.Ratification.PENDING)
    rows = list(Application.objects.with_people().filter(wanted, office=office, meeting_number="").order_by("pk"))
    return list(lines(rows).values())


def lines(rows: Sequence[Application]) -> Mapping[str, AgendaLine]:
    """Subject → the line of the committee room."""
    rows = [row for row in rows if row.proposed_amount is not None]
    today = timezone.localdate()
    months = {office: terms_of(office, on=today).look_back_months for office in {row.office for row in rows}}
    times = _times(rows, {office: months_later(today, -many) for office, many in months.items()})
    related = _related(rows)
    missing = Counter(
        paper.application_id for row in _with_papers(rows) for paper in row.papers.all() if not paper.is_there
    )
    limits = {office: committee_limit(office) for office in {row.office for row in rows}}
    measures = {office: standards.line_on(office, today) for office in {row.office for row in rows}}
    people, computed = _people(rows, today), _computed_on(rows)
    whole = together_each(rows)
    alone = alone_among(rows, whole)
    households = Counter(row.household_id or 0 for row in rows)
    return {
        subject_of(row): AgendaLine(
            subject=subject_of(row),
            number=row.number,
            name=mask_name(row.person.full_name),
            person=subject_of(row.person),
            employer=row.person.employer.name if row.person.employer else "",
            programme=row.programme.name,
            people=people[row.household_id or 0] or row.snapshot.get("facts", {}).get("people"),
            per_capita=_decimal(row, "per_capita"),
            computed_on=computed[row.pk],
            ratio=standards.of_line(_decimal(row, "per_capita"), measures[row.office]),
            cause=row.file.primary_cause if row.file else "",
            self_paid=row.self_paid,
            proposed=row.proposed_amount,
            fund_source=str(row.fund_source or ""),
            quorum_percent=row.version.quorum_percent,
            majority_percent=row.version.majority_percent,
            noticed=row.noticed_amount,
            alone=row.pk in alone,
            spent=row.status == S.GRANTED,
            flags=_flags(
                row,
                times=times[row.pk],
                months=months[row.office],
                missing=missing[row.pk],
                same_household=households[row.household_id or 0] if row.household_id else 0,
                beyond=row.status != S.GRANTED and _is_beyond(whole[row.pk], limits[row.office]),
            ),
            url=reverse("relief:application", args=[row.code]),
            related_staff=related[row.pk],
            not_ready=_not_ready(row),
        )
        for row in rows
    }


def _people(rows: Sequence[Application], day: date) -> Counter[int]:
    """Who lives in each household on a day: nobody who has left it or died."""
    households = {row.household_id for row in rows if row.household_id}
    return Counter(Membership.objects.on(day).filter(household__in=households).values_list("household", flat=True))


def _computed_on(rows: Sequence[Application]) -> dict[int, str]:
    """The day on which the income of each was computed; where it was not kept, that of the computation that says the same."""
    facts = {row.pk: row.snapshot.get("facts", {}) for row in rows}
    unkept = {row.household_id for row in rows if not facts[row.pk].get("computed_on") and row.household_id}
    made = Assessment.objects.filter(household__in=unkept, per_capita__isnull=False).order_by("pk") if unkept else ()
    days = {f"{one.household_id} {one.per_capita}": one.on.isoformat() for one in made}
    return {
        row.pk: facts[row.pk].get("computed_on")
        or days.get(f"{row.household_id} {facts[row.pk].get('per_capita')}", "")
        for row in rows
    }


def alone_among(rows: Sequence[Application], whole: Mapping[int, Decimal] | None = None) -> set[int]:
    """The keys of what is granted without a meeting, as its decision will ask it: with what the household was granted
    lately (`whole`) within the band, an emergency within the ceiling of somebody who is named for the office."""
    whole = together_each(rows) if whole is None else whole
    offices = {row.office for row in rows}
    most = {office: limit_without_meeting(office) for office in offices}
    at_once = {office: highest_ceiling(office) for office in {row.office for row in rows if row.is_emergency}}
    return {
        row.pk
        for row in rows
        if row.status != S.GRANTED
        and not _is_beyond(whole[row.pk], at_once[row.office] if row.is_emergency else most[row.office])
    }


def _is_beyond(whole: Decimal, most: Decimal | None) -> bool:
    return most is not None and whole > most


def _with_papers(rows: Sequence[Application]) -> Iterable[Application]:
    return Application.objects.filter(pk__in=[row.pk for row in rows]).prefetch_related("papers")


def _decimal(row: Application, fact: str) -> Decimal | None:
    text = row.snapshot.get("facts", {}).get(fact)
    return Decimal(text) if text else None


def _times(rows: Sequence[Application], since: Mapping[Office, date]) -> Counter[int]:
    """How often the household (or person) was granted anything since the day to which the office's terms look back."""
    households = {row.household_id for row in rows if row.household_id}
    people = {row.person_id for row in rows}
    granted = (
        Instalment.objects.live()
        .filter(
            Q(award__application__household__in=households) | Q(award__application__person__in=people),
            award__granted_at__date__gte=min(since.values(), default=timezone.localdate()),
        )
        .values_list(
            "award__granted_at",
            "award__application",
            "award__application__household",
            "award__application__person",
        )
        .distinct()
    )
    found: Counter[int] = Counter()
    for row in rows:
        found[row.pk] = sum(
            1
            for at, application, household, person in granted
            if timezone.localdate(at) >= since[row.office]
            and application != row.pk
            and (person == row.person_id or (household and household == row.household_id))
        )
    return found


def _related(rows: Sequence[Application]) -> dict[int, dict[int, str]]:
    """Who should step back, and why: relatives, and whoever worked on the application."""
    found: dict[int, dict[int, str]] = {row.pk: {} for row in rows}
    people: dict[int, list[int]] = {}
    for row in rows:
        people.setdefault(row.person_id, []).append(row.pk)
        found[row.pk] |= {pk: "handled_it" for pk in (row.handler_id, row.assessed_by_id) if pk}
    links = Person.related_staff.through.objects
    for person_id, staff_id in links.filter(person__in=people).values_list("person_id", "staff_id"):
        for pk in people[person_id]:
            found[pk][staff_id] = "relative"
    return found


def _flags(
    row: Application, *, times: int, months: int, missing: int, same_household: int, beyond: bool
) -> tuple[Remark, ...]:
    flags: list[Remark] = []
    if times:
        sentence = gettext_noop("grants in the last %(months)s months: %(times)s")
        flags.append(Remark(sentence, {"times": times, "months": months}))
    if missing:
        flags.append(Remark(gettext_noop("papers missing: %(count)s"), {"count": missing}))
    if row.version.needs_home_visit and not row.snapshot.get("facts", {}).get("home_visit"):
        flags.append(Remark(gettext_noop("no home visit")))
    if same_household > 1:
        flags.append(Remark(gettext_noop("same household as another item")))
    if row.differs_from_notice:
        above = row.proposed_amount is not None and row.is_above_notice(row.proposed_amount)
        sentence = gettext_noop("above the notice") if above else gettext_noop("amount differs from the notice")
        flags.append(Remark(sentence))
    if row.ratification == Application.Ratification.PENDING:
        flags.append(Remark(gettext_noop("emergency to ratify")))
    if beyond:
        flags.append(Remark(gettext_noop("above the committee's band: waits for the upper union")))
    return tuple(flags)


def fund_lines(rows: Sequence[Application]) -> list[FundLine]:
    """Asked against available, for each source; an emergency to ratify asks for nothing, its money is out."""
    asked: dict[FundSource, Decimal] = {}
    for row in rows:
        if row.fund_source and row.status != S.GRANTED:
            asked[row.fund_source] = asked.get(row.fund_source, Decimal(0)) + (row.proposed_amount or Decimal(0))
    left = ledger.balances(asked)
    return [
        FundLine(
            label=str(source), asked=amount, available=left[source.pk], url=reverse("relief:source", args=[source.code])
        )
        for source, amount in sorted(asked.items(), key=lambda pair: pair[0].pk)
    ]


def _not_ready(row: Application) -> tuple[str, ...]:
    if row.status == S.ASSESSED:
        return (_("its public notice is still to come"),)
    if row.status == S.NOTICED and row.notice_ends_on:
        left = max(working_days.between(timezone.localdate(), row.notice_ends_on), 0)
        said = ngettext(
            "on public notice, %(days)s working day left", "on public notice, %(days)s working days left", left
        )
        return (said % {"days": left},)
    return ()


def why_not_granted(application: Application, amount: Decimal) -> str:
    """Why this amount cannot be granted now: cap, source, earmark. The upper union's band is no hindrance to agree."""
    if application.status == S.GRANTED:  # an emergency to ratify: the money is out already
        return ""
    if application.computed_amount is not None and amount > application.computed_amount:
        return _("The rule allows %(most)s yuan at most.") % {"most": yuan(application.computed_amount)}
    source = application.fund_source
    if source is None:
        return _("Choose the fund source.")
    left = ledger.balance(source)
    return why_not_earmark(source, application.programme.kind) or why_not_spend(source, amount, left)


def stages(office: Office) -> list[Stage]:
    """To assess, to notice, on notice, ready: how many of each, and why those wait that wait."""
    rows = Application.objects.filter(office=office, status__in=(S.SUBMITTED, S.ASSESSED, S.NOTICED, S.READY))
    counted = dict(rows.order_by().values_list("status").annotate(count=Count("pk")))
    page = reverse("relief:applications")
    held = {line.why_not: None for line in to_notice(office) if not line.ready}
    ready = list(rows.filter(status=S.READY).select_related("version", "office"))
    alone = len(alone_among(ready))
    left = ngettext("%(count)s the leader may decide alone", "%(count)s the leader may decide alone", alone)
    reasons: dict[str, list[str]] = {
        S.ASSESSED: list(held),
        S.READY: [left % {"count": alone}] if alone else [],
    }
    labels = {S.SUBMITTED: _("To assess"), S.ASSESSED: _("To notice"), S.NOTICED: _("On notice"), S.READY: _("Ready")}
    return [
        Stage(
            label=label,
            count=counted.get(status, 0),
            url=f"{page}?status={status}",
            reasons=reasons.get(status, []),
        )
        for status, label in labels.items()
    ]
