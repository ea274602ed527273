"""A death and everything that follows from it; its paper; its taking back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from casework import actions
from casework import permissions as may
from casework.desk.answers import Desk
from casework.models import Death, Person
from casework.queries import economy, search, timeline
from casework.queries import files as lists
from center.kernel.errors import Incomplete, NotAllowed, Refusal
from center.kernel.roles import Role
from center.models import Event
from center.models.base import subject_of
from center.papers.documents import Document
from tests.casework.make import (
    card_number,
    make_file,
    make_home_visit,
    make_household,
    make_income,
    make_person,
    make_picture,
    make_staff,
)
from tests.refused import ours

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)
TOLD = {"evidence": "told"}


@pytest.fixture
def wife(office):
    return make_person(office=office, name="钱进", work_status="jobless", health_status="good")


@pytest.fixture
def file(office, officer, wife):
    head = make_person(office=office, name="赵丽华", work_status="retired")
    home = make_household(office=office, head=head, others=(wife,))
    return make_file(office=office, by=officer, household=home, primary_cause="low_income")


def dies(person, *, on=DAY, by, **told):
    return actions.record_death(person, dying=actions.Dying(died_on=on, **(TOLD | told)), by=by)


def test_a_death_says_when_from_what_by_whom_and_keeps_its_paper(file, wife, clerk):
    death = dies(wife, evidence="cremation", upload=make_picture(), note="by the daughter", by=clerk)

    wife.refresh_from_db()
    assert (wife.died_on, death.evidence, death.recorded_by) == (DAY, "cremation", clerk)
    assert Document.objects.get(subject=subject_of(death)).kind == "death_certificate"
    assert Event.objects.filter(verb="casework.person.died", subject=subject_of(wife)).count() == 1


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"on": date(2100, 1, 1)}, "Nobody has died on a day that lies ahead."),
        ({"on": date(1960, 1, 1)}, "Nobody dies before birth."),
        ({"evidence": "rumour"}, "Choose by which evidence the death is known."),
        (
            {"evidence": "cremation"},
            "Add the paper that proves the death, or choose that it was told and the paper follows.",
        ),
    ],
)
def test_a_death_without_its_day_or_its_evidence_is_none(file, wife, clerk, told, sentence):
    with pytest.raises(Refusal) as refused:
        dies(wife, by=clerk, **told)

    assert str(refused.value) == sentence
    assert (Person.objects.get(pk=wife.pk).died_on, Death.objects.count()) == (None, 0)


def test_nobody_dies_twice_and_not_by_the_word_of_another_office(file, wife, clerk, stranger):
    assert ours(may.why_not_record_death(stranger, wife)) == "Your roles do not edit people of this office."
    dies(wife, by=clerk)

    wife.refresh_from_db()
    assert may.why_not_record_death(clerk, wife) == "The death of this person is on record already."


def test_the_dead_leave_the_household_the_computation_and_the_imputed_wage(file, wife, officer, clerk, lines):
    household, head = file.household, file.household.head
    make_income(household, head, "12000", by=officer)
    make_income(household, wife, "0", by=officer)
    before = economy.compute(household, on=timezone.localdate(), file=file)

    dies(wife, by=clerk)

    after = economy.compute(household, on=timezone.localdate(), file=file)
    assert (before.people, before.income) == (2, Decimal("37200.00"))  # 12,000 and twelve minimum wages of 2,100
    assert (after.people, after.income) == (1, Decimal("12000.00"))
    assert household.members_on(DAY - timedelta(days=1)).count() == 2
    assert lists.people_of(household) == [head]
    assert wife.memberships.get().until == DAY


def test_whoever_is_dead_by_the_record_alone_counts_in_no_computation_either(file, wife):
    """A row that no action wrote: an import, a hand in the database."""
    Person.objects.filter(pk=wife.pk).update(died_on=DAY)

    assert [one.person_id for one in file.household.members_on(timezone.localdate())] == [file.household.head_id]


def test_the_dead_join_no_household_hold_no_new_account_and_begin_no_file(office, file, wife, clerk):
    dies(wife, by=clerk)
    wife.refresh_from_db()
    draft = make_file(office=office, by=clerk, status="draft")
    sentence = "This person died on 2026-03-01."

    for refused in (
        lambda: actions.add_member(draft, relation="10", person=wife, by=clerk),
        lambda: actions.start_file(office, category="deep", person=wife, by=clerk),
        lambda: actions.propose_account(
            file, holder=wife, card=card_number(), bank="ICBC", holder_reason="-", reason="-", by=clerk
        ),
    ):
        with pytest.raises(NotAllowed) as said:
            refused()
        assert str(said.value) == sentence


def test_what_was_told_is_a_task_until_its_paper_is_brought(file, wife, clerk, officer):
    def waiting():
        return [task.code for task in Desk().tasks(officer) if task.code == "casework.death_paper"]

    death = dies(wife, by=clerk)
    before = waiting()
    with pytest.raises(Incomplete, match="by which evidence"):
        actions.prove_death(death, evidence="told", upload=make_picture(), by=officer)
    actions.prove_death(death, evidence="household_register", upload=make_picture(), by=officer)

    assert (before, waiting()) == (["casework.death_paper"], [])
    death.refresh_from_db()
    assert (death.evidence, death.proved_by) == ("household_register", officer)


def test_a_head_who_died_is_a_task_a_finding_and_a_tab_of_the_list(office, file, officer, clerk):
    dies(file.household.head, by=clerk)

    tasks = [task.url for task in Desk().tasks(officer) if task.code == "casework.head_died"]
    found = {one.code: one.count for one in Desk().findings(year=2026, offices=frozenset({office.pk}))}
    assert tasks == [reverse("casework:file", args=[file.code])]
    assert found["casework.head_died"] == 1
    assert list(lists.view(type(file).objects.all(), "head_died")) == [file]


def test_a_death_stands_in_the_timeline_and_beside_the_name(file, wife, clerk):
    dies(wife, by=clerk)
    wife.refresh_from_db()
    of_file = [entry.title for entry in timeline.past_of(file, by=clerk)]

    assert "钱进 died" in of_file
    told = [(entry.at, entry.title, entry.detail) for entry in Desk().timeline(wife, by=clerk) if entry.at == DAY]
    assert told == [(DAY, "钱进 died", "Told by the family or community (paper to follow)")]
    assert "died 2026-03-01" in search.detail_of(wife)


def test_a_mistake_is_taken_back_by_somebody_else_and_the_household_is_whole_again(file, wife, officer, officer2):
    death = dies(wife, by=officer)
    assert may.why_not_revoke_death(officer, death) == "You recorded this death; another person must take it back."
    clerk = make_staff(Role.FRONT_DESK, office=file.office)
    assert may.why_not_revoke_death(clerk, death) == "Only an officer or the leader takes back the record of a death."
    with pytest.raises(Incomplete, match="Say how it is known"):
        actions.revoke_death(death, reason=" ", by=officer2)

    actions.revoke_death(death, reason="she stood at the window", by=officer2)

    wife.refresh_from_db()
    assert wife.died_on is None
    assert lists.people_of(file.household) == [file.household.head, wife]
    assert may.why_not_revoke_death(officer2, Death.objects.get()) == "This record of a death was taken back."
    titles = [entry.title for entry in Desk().timeline(wife, by=officer)]
    assert titles.count("Record of the death of 钱进 taken back") == 1
    dies(wife, by=officer2)  # and may be recorded again


def test_cancelling_a_file_for_death_records_the_death(office, officer, leader):
    file = make_file(office=office, by=officer)
    head = file.household.head
    with pytest.raises(Incomplete, match="Enter the day of death of the head"):
        actions.cancel_file(file, reason="cancel_death", text="died", by=leader)

    dying = actions.Dying(died_on=DAY, evidence="medical_certificate", upload=make_picture())
    actions.cancel_file(file, reason="cancel_death", text="died", dying=dying, by=leader)

    head.refresh_from_db()
    file.refresh_from_db()
    assert (head.died_on, file.status, Death.objects.get().recorded_by) == (DAY, "cancelled", leader)
    assert head.memberships.current().exists() is False


def test_a_draft_given_up_for_death_records_it_too_and_a_recorded_one_is_not_asked_for_again(office, clerk, officer):
    file = make_file(office=office, by=clerk, status="draft")
    dies(file.household.head, by=officer)

    actions.withdraw_file(file, reason="cancel_death", text="died", by=clerk)

    file.refresh_from_db()
    assert (file.status, Death.objects.count()) == ("cancelled", 1)


def test_a_death_certificate_is_read_by_who_reads_health_and_who_took_it(at, file, wife, office, clerk, officer):
    death = dies(wife, evidence="cremation", upload=make_picture(), by=clerk)
    paper = reverse("center:document", args=[Document.objects.get(subject=subject_of(death)).code])
    other = make_staff(Role.FRONT_DESK, office=office)

    assert [at(who).get(paper).status_code for who in (clerk, officer, other)] == [200, 200, 403]


# -- pages -----------------------------------------------------------------------------------------------------------


def test_the_page_records_proves_and_takes_back(at, file, wife, clerk, officer):
    url = reverse("casework:death", args=[wife.code])
    assert url in at(clerk).get(reverse("casework:file", args=[file.code])).content.decode()
    refused = at(clerk).post(url, {"died_on": "2026-03-01", "evidence": "cremation"})
    done = at(clerk).post(url, {"died_on": "2026-03-01", "evidence": "told"})
    proved = at(clerk).post(url, {"part": "proof", "evidence": "police", "upload": make_picture()})
    own = at(clerk).post(url, {"part": "lives", "reason": "lives"})
    page = at(officer).get(url).content.decode()
    back = at(officer).post(url, {"part": "lives", "reason": "lives"})

    assert [one.status_code for one in (refused, done, proved, own, back)] == [422, 302, 302, 422, 302]
    assert "2026-03-01" in page
    assert Person.objects.get(pk=wife.pk).died_on is None


def test_the_page_of_a_step_cancels_for_death_with_its_paper(at, office, officer, leader):
    file = make_file(office=office, by=officer)
    url = reverse("casework:file_step", args=[file.code, "cancel"])
    told = {"reason": "cancel_death", "text": "died", "on": timezone.localdate().isoformat()}
    bare = at(leader).post(url, told)

    whole = at(leader).post(url, told | {"died_on": "2026-03-01", "evidence": "cremation", "upload": make_picture()})

    assert (bare.status_code, whole.status_code) == (422, 302)
    assert Person.objects.get(pk=file.household.head_id).died_on == DAY


HEAD_DIED = "The head died on 2026-03-01: change the head, or end the file."


def test_nothing_is_done_in_the_name_of_a_head_who_has_died(file, officer, leader, clerk):
    dies(file.household.head, by=clerk)
    file.household.head.refresh_from_db()

    asked = (may.why_not_recheck(officer, file), may.why_not_monitor(leader, file))
    with pytest.raises(NotAllowed, match="change the head, or end the file"):
        actions.recheck_file(file, by=officer)

    assert asked == (HEAD_DIED, HEAD_DIED)
    assert may.why_not_end(leader, file) == ""


@pytest.mark.parametrize(
    ("state", "step"),
    [("draft", "submit"), ("submitted", "review"), ("survey", "notice"), ("survey", "send"), ("pending", "decide")],
)
def test_a_file_goes_no_further_whose_head_has_died(office, officer, leader, clerk, state, step):
    home = make_household(office=office)
    home.exclusions_checked_by, home.exclusions_checked_at = officer, timezone.now()
    file = make_file(office=office, by=clerk, household=home, status=state, is_temporary=step == "send")
    make_home_visit(file, clerk, officer)
    asked = {
        "submit": lambda: may.why_not_submit(clerk, file),
        "review": lambda: may.why_not_review(officer, file),
        "notice": lambda: may.why_not_ready_for_notice(file),
        "send": lambda: may.why_not_skip_notice(officer, file),
        "decide": lambda: may.why_not_decide(leader, file),
    }
    dies(home.head, by=clerk)
    home.head.refresh_from_db()

    assert asked[step]() == "The head died on 2026-03-01: change the head, or give the draft up."


def test_the_page_of_the_file_leads_to_another_head_and_to_the_end(at, file, leader, clerk):
    dies(file.household.head, by=clerk)

    pages = [at(one).get(file.get_absolute_url()).content.decode() for one in (leader, clerk)]

    assert all(HEAD_DIED in page for page in pages)
    assert f'<a href="{reverse("casework:file_step", args=[file.code, "cancel"])}">De-register</a>' in pages[0]
    assert f'<a href="{reverse("casework:file_head", args=[file.code])}">Change the head</a>' in pages[1]
