"""Money that a death holds: held at once, stopped, or paid to another adult of the household by two people."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from casework import actions as registry
from center.kernel.errors import Incomplete, NotAllowed, Refusal
from center.models import Document
from center.models.base import subject_of
from relief.actions import deaths, decisions, payments
from relief.desk import tasks
from relief.models import Award, Payment, Redirection
from relief.permissions import why_not_receive_instead, why_not_redirect, why_not_settle_redirection
from relief.queries import findings
from tests.casework.make import make_account, make_file, make_household, make_person, make_picture
from tests.refused import ours
from tests.relief.make import make_award, make_batch, make_house, make_paid, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db):
    return make_house()


@pytest.fixture
def widow(house):
    person = make_person(office=house.office, name="钱进")
    make_account(person, by=house.officer, checked_by=house.officer2)
    return person


@pytest.fixture
def award(house, widow):
    """Granted to the head of a household of two, and not paid yet."""
    head = make_person(office=house.office, name="赵丽华")
    make_account(head, by=house.officer, checked_by=house.officer2)
    home = make_household(office=house.office, head=head, others=(widow,))
    return make_award(house, file=make_file(office=house.office, by=house.officer, household=home))


def dies(person, *, by):
    """With the paper that proves it."""
    on = timezone.localdate() - timedelta(days=1)
    return registry.record_death(
        person, dying=registry.Dying(died_on=on, evidence="cremation", upload=make_picture()), by=by
    )


def test_nobody_receives_instead_before_a_paper_proves_the_death(house, award, widow):
    on = timezone.localdate() - timedelta(days=1)
    death = registry.record_death(
        award.application.person, dying=registry.Dying(died_on=on, evidence="told"), by=house.frontdesk
    )

    said = "No paper proves the death yet. Add it on the page of the death, then name who receives."
    assert why_not_redirect(house.officer, now(award)) == said
    with pytest.raises(NotAllowed, match="No paper proves the death yet"):
        deaths.ask_redirection(now(award), to=widow, reason="the widow", by=house.officer)
    registry.prove_death(death, evidence="cremation", upload=make_picture(), by=house.officer)
    asked = deaths.ask_redirection(now(award), to=widow, reason="the widow", by=house.officer)
    Document.objects.filter(subject=subject_of(death)).delete()

    assert why_not_settle_redirection(house.leader, asked) == said


def test_what_sits_in_a_batch_is_not_told_to_be_paid(house, award):
    listed = make_batch(house, award)
    dies(award.application.person, by=house.frontdesk)

    said = f"It is line 1 of batch {listed}: the accountant takes it out first."
    assert why_not_redirect(house.officer, now(award)) == said
    payments.take_out(listed.payments.get(), reason="died", by=house.accountant)
    assert why_not_redirect(house.officer, now(award)) == ""


def test_what_is_at_the_bank_waits_for_its_answer(house, award):
    sent = make_batch(house, award, status="handed_over")
    dies(award.application.person, by=house.frontdesk)

    said = f"It is line 1 of batch {sent}, which is at the bank; its answer comes first."
    assert why_not_redirect(house.officer, now(award)) == said


def now(award):
    return Award.objects.get(pk=award.pk)


def codes(staff):
    return {task.code for task in tasks.tasks_of(staff)} & {"relief.held", "relief.redirect"}


def test_a_death_holds_what_is_owed_and_nobody_puts_it_into_a_batch(house, award):
    dies(award.application.person, by=house.frontdesk)

    held = now(award)
    assert (held.status, held.held_by) == ("held", house.frontdesk)
    with pytest.raises(NotAllowed, match="held: the receiver has died"):
        make_batch(house, held)
    assert codes(house.officer) == {"relief.held"}


def test_a_line_in_a_checked_batch_is_not_handed_over_whatever_the_entrance(house, award):
    batch = make_batch(house, award, status="checked")
    dies(award.application.person, by=house.frontdesk)

    assert now(award).status == "held"
    with pytest.raises(Refusal, match="Line 1: "):
        payments.hand_over(batch, by=house.cashier)
    with pytest.raises(IntegrityError, match="an award that waits or was stopped is not paid"), transaction.atomic():
        Payment.objects.update(
            status="in_transit", number="Z1", line_code="B1", paid_by=house.cashier, paid_at=timezone.now()
        )


def test_what_is_paid_already_or_stopped_is_not_held(house):
    paid = make_paid(house)
    dies(paid.application.person, by=house.frontdesk)
    stopped = make_award(house)
    decisions.release(stopped, reason_code="not_eligible", text="moved away", by=house.leader)
    dies(stopped.application.person, by=house.frontdesk)

    assert [now(one).status for one in (paid.instalment.award, stopped)] == ["payable", "stopped"]


def test_a_held_award_is_stopped_as_any_other(house, award):
    dies(award.application.person, by=house.frontdesk)

    decisions.release(now(award), reason_code="not_eligible", text="the applicant has died", by=house.leader)

    assert (now(award).status, award.instalments.get().status) == ("stopped", "stopped")


def test_an_adult_of_the_household_receives_it_by_the_word_of_two(house, award, widow):
    dies(award.application.person, by=house.frontdesk)
    asked = deaths.ask_redirection(now(award), to=widow, reason="the widow keeps the household", by=house.officer)
    waiting = codes(house.officer), codes(house.leader)

    deaths.settle_redirection(asked, by=house.leader)

    assert waiting == (set(), {"relief.redirect"})
    assert (now(award).status, now(award).payee) == ("payable", widow)
    payment = make_batch(house, now(award), status="answered").payments.get()
    assert (payment.status, payment.payee, payment.payee_name) == ("paid", widow, "钱进")
    assert payment.helped_name == "赵丽华"
    found = findings.counts(year=timezone.localdate().year, offices=frozenset({house.office.pk}))
    assert (found["after_exit"], found["other_payee"]) == (0, 0)


def test_nobody_agrees_to_their_own_and_only_the_leader_agrees(house, award, widow):
    dies(award.application.person, by=house.frontdesk)
    asked = deaths.ask_redirection(now(award), to=widow, reason="the widow", by=house.leader)

    own = "You put this forward; the second person must be somebody else."
    assert why_not_settle_redirection(house.leader, asked) == own
    refused = why_not_settle_redirection(house.officer, asked)
    assert ours(refused) == "Only the leader of this office agrees to another receiver."
    with pytest.raises(IntegrityError, match="redirection_settled_by_somebody_else"), transaction.atomic():
        Redirection.objects.update(status="done", settled_by=house.leader, settled_at=timezone.now())
    assert why_not_settle_redirection(house.deputy, asked) == ""


def test_what_is_turned_down_stays_held_and_may_be_put_forward_anew(house, award, widow):
    dies(award.application.person, by=house.frontdesk)
    asked = deaths.ask_redirection(now(award), to=widow, reason="the widow", by=house.officer)
    again = "Another receiver of this award waits for the second person already."
    assert why_not_redirect(house.officer, now(award)) == again
    with pytest.raises(Incomplete, match="Say why this is turned down"):
        deaths.turn_down_redirection(asked, answer=" ", by=house.leader)

    deaths.turn_down_redirection(asked, answer="the son has asked", by=house.leader)

    asked.refresh_from_db()
    assert why_not_settle_redirection(house.leader, asked) == "This is settled already."
    assert (now(award).status, why_not_redirect(house.officer, now(award))) == ("held", "")


def test_only_an_adult_member_who_lives_receives_instead(house, award, widow):
    child = make_person(office=house.office, birth_date=date(timezone.localdate().year - 10, 1, 1))
    award.application.household.memberships.create(person=child, relation="20")
    stranger = make_person(office=house.office)
    unknown = make_person(office=house.office, birth_date=None)
    award.application.household.memberships.create(person=unknown, relation="97")

    assert why_not_receive_instead(award, widow) == ""
    assert why_not_receive_instead(award, stranger) == "The receiver must be a member of the household."
    of_age = "The receiver must be of age; the date of birth decides."
    assert [why_not_receive_instead(award, one) for one in (child, unknown)] == [of_age, of_age]
    widow.died_on = date(2026, 3, 1)
    assert why_not_receive_instead(award, widow) == "This person died on 2026-03-01."


def test_who_receives_instead_and_dies_holds_it_again(house, award, widow):
    dies(award.application.person, by=house.frontdesk)
    asked = deaths.ask_redirection(now(award), to=widow, reason="the widow", by=house.officer)
    deaths.settle_redirection(asked, by=house.leader)

    dies(widow, by=house.frontdesk)

    assert (now(award).status, now(award).payee) == ("held", widow)


def test_a_death_recorded_by_mistake_frees_the_money(house, award):
    death = dies(award.application.person, by=house.frontdesk)

    registry.revoke_death(death, reason="at the window today", by=house.officer)

    assert now(award).status == "payable"
    assert make_batch(house, now(award)).payments.get().payee == award.application.person


def test_an_award_whose_notice_ends_after_the_death_is_held_then(house):
    make_version(house, notice_rule="after")
    award = make_award(house, payable=False)
    dies(award.application.person, by=house.frontdesk)
    Award.objects.filter(pk=award.pk).update(status="noticed", notice_number="N1", notice_ends_on=timezone.localdate())

    from relief.actions import notices

    notices.notice_down(award.application, notice="N1", upheld=False, by=house.officer)

    assert now(award).status == "held"


def test_a_payment_to_the_dead_is_found(house):
    paid = make_paid(house)
    account_of_another = make_person(office=house.office, died_on=date(2020, 1, 1))
    before = findings.counts(year=timezone.localdate().year, offices=frozenset({house.office.pk}))["after_exit"]
    Payment.objects.filter(pk=paid.pk).update(payee=account_of_another)

    after = findings.counts(year=timezone.localdate().year, offices=frozenset({house.office.pk}))["after_exit"]

    assert (before, after) == (0, 1)


def test_a_payment_after_the_exit_is_found_and_one_after_the_return_is_not(house):
    paid = make_paid(house)
    file, year = paid.application.file, timezone.localdate().year

    def found():
        return findings.counts(year=year, offices=frozenset({house.office.pk}))["after_exit"]

    spell = file.spells.get()
    spells = type(spell).objects.filter(pk=spell.pk)
    yesterday = timezone.localdate() - timedelta(days=1)
    ended = {"ended": "exited", "ended_by": house.leader, "ended_at": timezone.now(), "until": yesterday}
    while_in_force = found()
    spells.update(**ended)
    after_the_exit = found()
    file.spells.create(since=timezone.localdate(), began="reopened")

    assert (while_in_force, after_the_exit, found()) == (0, 1, 0)


def test_the_page_puts_forward_and_agrees(house, award, widow, client, settings):
    settings.SECOND_FACTOR = False
    dies(award.application.person, by=house.frontdesk)
    url = reverse("relief:application_redirect", args=[award.application.code])
    client.force_login(house.officer)
    shown = client.get(reverse("relief:application", args=[award.application.code])).content.decode()
    refused = client.post(url, {"to": widow.code, "reason": ""})
    asked = client.post(url, {"to": widow.code, "reason": "the widow"})
    client.force_login(house.leader)
    page = client.get(url).content.decode()
    agreed = client.post(url, {"verdict": "agree"})

    assert url in shown
    assert [one.status_code for one in (refused, asked, agreed)] == [422, 302, 302]
    assert "钱进" in page
    assert now(award).payee == widow
    client.force_login(house.officer)
    assert client.get(reverse("relief:application_redirect", args=["NOTHING"])).status_code == 404


def test_a_receiver_is_not_agreed_to_when_nobody_has_died_after_all(house, award, widow):
    death = dies(award.application.person, by=house.frontdesk)
    asked = deaths.ask_redirection(now(award), to=widow, reason="the widow", by=house.officer)
    registry.revoke_death(death, reason="at the window today", by=house.officer2)

    said = "Only an award that a death holds is paid to somebody else."
    assert why_not_settle_redirection(house.leader, Redirection.objects.get()) == said
    deaths.turn_down_redirection(asked, answer="a mistake", by=house.officer)
    assert Redirection.objects.get().status == "turned_down"
