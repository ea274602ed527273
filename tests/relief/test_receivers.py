"""Whoever receives money is looked at as the receiver: at the account, the batch, the check, the hand-over, and afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from casework import actions as casework
from casework import permissions as may
from casework.models import BankAccount, ChangeRequest, Household, Membership, Person
from center.kernel.errors import NotAllowed
from relief.actions import payments
from relief.models import Payment
from relief.queries import findings
from tests.casework.make import make_account, make_household, make_person
from tests.relief.make import make_application, make_award, make_batch, make_paid, make_worker, read_good_return

pytestmark = pytest.mark.django_db


def died(person):
    Person.objects.filter(pk=person.pk).update(died_on=timezone.localdate() - timedelta(days=3))


def moved_out(person):
    Membership.objects.filter(person=person).update(until=timezone.localdate())


def member(house, file, **fields):
    person = make_person(office=house.office, **fields)
    Membership.objects.create(household=file.household, person=person, relation="21")
    return person


def of_child(house, **fields):
    """Medical relief of a child without an account: the head receives it."""
    file = make_worker(house)
    return make_award(house, file=file, person=member(house, file), **fields)


def share_card(house, account):
    """Somebody of another household has the same card."""
    other = make_person(office=house.office)
    make_household(office=house.office, head=other)
    return make_account(other, card=account.card, by=house.officer, checked_by=house.officer2)


def refused(act):
    with pytest.raises(NotAllowed) as sentence:
        act()
    return str(sentence.value)


SIGNS = {
    "dead": (lambda _house, award: died(award.application.household.head), "the receiver has died"),
    "elsewhere": (
        lambda _house, award: moved_out(award.application.household.head),
        "the receiver does not belong to the household",
    ),
    "shared": (
        lambda house, award: share_card(house, BankAccount.objects.get(holder=award.application.household.head)),
        "the card is on record for another household",
    ),
}


@pytest.mark.parametrize("sign", SIGNS)
def test_a_wrong_receiver_is_refused_at_the_batch_at_the_check_and_at_the_hand_over(house, sign):
    happen, why = SIGNS[sign]
    at_batch, at_check, at_bank = (of_child(house) for _n in range(3))
    unchecked, checked = make_batch(house, at_check), make_batch(house, at_bank, status="checked")
    for award in (at_batch, at_check, at_bank):
        happen(house, award)

    if sign != "elsewhere":  # a head who has left is no head: the batch finds no account at all
        said = refused(lambda: make_batch(house, at_batch))
        assert said == f"{at_batch.application}: {why}."
    assert (
        refused(lambda: payments.check_batch(unchecked, by=house.deputy)) == f"Line 1: {why}; take it out of the batch."
    )
    assert refused(lambda: payments.hand_over(checked, by=house.cashier)) == f"Line 1: {why}; take it out of the batch."
    assert set(Payment.objects.values_list("status", flat=True)) == {"listed"}


def test_the_page_of_the_batch_says_it_at_its_buttons(house, enter):
    award = of_child(house)
    batch = make_batch(house, award)
    died(award.application.household.head)

    page = enter(house.deputy).get(batch.get_absolute_url()).content.decode()

    assert "第1行：收款人已去世" in page


def test_living_relief_of_an_excluded_household_is_not_paid(house):
    waiting, made = (make_award(house, kind="living", cap="8880") for _n in range(2))
    batch = make_batch(house, made, status="checked")
    for award in (waiting, made):
        Household.objects.filter(pk=award.application.household_id).update(exclusions=["excl_vehicle"])

    why = "the household is excluded from living relief"
    assert refused(lambda: make_batch(house, waiting)) == f"{waiting.application}: {why}."
    assert refused(lambda: payments.hand_over(batch, by=house.cashier)) == f"Line 1: {why}; take it out of the batch."


def test_living_relief_of_a_household_is_not_paid_to_who_has_left_it_and_a_patient_is(house):
    living, medical = make_award(house, kind="living", cap="8880"), make_award(house)
    for award in (living, medical):
        moved_out(award.application.person)

    said = refused(lambda: make_batch(house, living))
    assert said == f"{living.application}: the receiver does not belong to the household."
    assert make_batch(house, medical, status="handed_over").status == "handed_over"


def test_an_account_that_was_replaced_since_is_not_paid(house):
    award = make_award(house)
    batch = make_batch(house, award, status="checked")
    BankAccount.objects.filter(holder=award.application.person).update(until=timezone.localdate())

    said = refused(lambda: payments.hand_over(batch, by=house.cashier))

    assert said == "Line 1: the account is no longer in use; take it out of the batch."


def test_a_student_who_died_is_not_paid_for(house):
    file = make_worker(house)
    award = make_award(house, kind="education", file=file, beneficiary=member(house, file), cap="5000")
    died(award.application.beneficiary)

    assert refused(lambda: make_batch(house, award)) == f"{award.application}: the student has died; stop the award."


def test_a_card_on_which_another_household_was_paid_is_refused(house):
    paid = make_paid(house)
    old = BankAccount.objects.get(holder=paid.payee)
    BankAccount.objects.filter(pk=old.pk).update(until=timezone.localdate())
    file = make_worker(house, account=False)
    make_account(file.household.head, card=paid.card_number, by=house.officer, checked_by=house.officer2)

    award = make_award(house, file=file)

    assert refused(lambda: make_batch(house, award)) == (
        f"{award.application}: the card is on record for another household."
    )


def test_husband_and_wife_may_share_a_card(house):
    file = make_worker(house)
    wife = member(house, file)
    card = BankAccount.objects.get(holder=file.household.head).card
    make_account(wife, card=card, by=house.officer, checked_by=house.officer2)

    assert make_batch(house, make_award(house, file=file), status="handed_over").status == "handed_over"


# -- at the account ------------------------------------------------------------------------------------------------------


def propose(house, file, holder, card="6228487480027365797"):
    return casework.propose_account(
        file, holder=holder, card=card, bank="ICBC", holder_reason="shared", reason="new card", by=house.officer
    )


def test_an_account_of_the_dead_or_of_another_household_s_card_is_not_proposed(house):
    file = make_worker(house, account=False)
    head = file.household.head
    taken = make_account(make_worker(house, account=False).household.head, by=house.officer, checked_by=house.officer2)

    said = refused(lambda: propose(house, file, head, taken.card.open(by=house.officer, reason="test")))
    died(head)
    head.refresh_from_db()

    assert said == "This card is on record for a person of another household."
    assert refused(lambda: propose(house, file, head)).startswith("This person died on")
    assert ChangeRequest.objects.count() == 0


def test_a_child_holds_no_account_and_receives_nothing_by_one_of_before(house):
    """Civil Code art. 17 and 27: whoever is not of age is represented; the money of a child goes to an adult of the home."""
    file = make_worker(house)
    child = member(house, file, birth_date=timezone.localdate() - timedelta(days=17 * 365))
    assert refused(lambda: propose(house, file, child)).startswith("A child holds no account here")
    make_account(child, by=house.officer, checked_by=house.officer2)
    award = make_award(house, file=file, person=child)

    said = f"{award.application}: the receiver is a child; an adult of the household receives."
    assert refused(lambda: make_batch(house, award)) == said

    Person.objects.filter(pk=child.pk).update(birth_date=timezone.localdate() - timedelta(days=19 * 366))
    assert make_batch(house, award).payments.get().payee == child


def test_an_account_is_looked_at_again_when_the_second_person_checks_it(house):
    file = make_worker(house, account=False)
    holder = member(house, file)
    change = propose(house, file, holder)
    assert may.why_not_confirm_change(house.officer2, change) == ""

    moved_out(holder)

    said = "The holder must be the head or a member of the household."
    assert may.why_not_confirm_change(house.officer2, change) == said
    assert refused(lambda: casework.confirm_change(change, by=house.officer2)) == said
    assert may.why_not_refuse_change(house.officer2, change) == ""


# -- afterwards ------------------------------------------------------------------------------------------------------------


def found(house, code):
    return list(findings.rows(code, year=timezone.localdate().year, offices=frozenset({house.office.pk})))


def test_the_auditor_finds_a_payment_to_the_dead(house):
    paid, _other = make_paid(house), make_paid(house)
    died(paid.payee)

    assert found(house, "dead_receiver") == [paid]


def test_the_auditor_finds_living_relief_of_an_excluded_household(house):
    paid, medical, later = (
        make_paid(house, kind="living", cap="8880"),
        make_paid(house),
        make_paid(house, kind="living"),
    )
    for one, at in ((paid, -1), (medical, -1), (later, 1)):
        Household.objects.filter(pk=one.application.household_id).update(
            exclusions=["excl_vehicle"],
            exclusions_checked_by=house.officer,
            exclusions_checked_at=one.paid_at + timedelta(hours=at),
        )

    assert found(house, "excluded_household") == [paid]


def test_the_auditor_finds_a_receiver_who_had_left_the_household(house):
    living, medical = make_paid(house, kind="living", cap="8880"), make_paid(house)
    for paid in (living, medical):
        Membership.objects.filter(person=paid.payee).update(until=timezone.localdate() - timedelta(days=1))

    assert found(house, "other_payee") == [living]


def test_a_patient_is_one_of_five_people(house):
    """Applicant, patient, payee and the holder of the account are each looked at as what they are."""
    file = make_worker(house)
    made = make_application(house, file=file, beneficiary=member(house, file))

    assert (made.person, made.helped) == (file.household.head, made.beneficiary)


def test_an_account_that_the_bank_returned_gets_nothing_else_before_it_is_corrected(house):
    """One account, whichever instalment came back: another award of the same person waits, too."""
    award = make_award(house)
    batch = make_batch(house, award, status="handed_over")
    read_good_return(batch, by=house.cashier, failed={1: "户名不符"})
    another = make_award(house, file=award.application.file, person=award.application.person)

    sentence = refused(lambda: make_batch(house, another))

    assert sentence == (
        f"{another.application}: the bank has sent money back from this account; it must be corrected first."
    )
