"""Every number opens its rows, an empty answer is no question, and what is no number is not there."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from psycopg.types.range import Range

from center.desk import desks
from relief.actions import bank, decisions, funds
from relief.models import Application, ApprovalBand, Payment
from relief.queries import figures, findings
from relief.rules import bankfile
from relief.rules.caps import Facts, compute
from tests.relief.make import (
    answered_at,
    make_application,
    make_award,
    make_batch,
    make_house,
    make_paid,
    make_source,
    return_file,
)

pytestmark = pytest.mark.django_db


def shown(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def total_of(page):
    """The last figure of the page's last sum line, as the reader sees it."""
    foot = re.findall(r"<tfoot>(.*?)</tfoot>", page, re.DOTALL)[-1]
    return re.findall(r"−?[\d,]+\.\d\d", foot)[-1]


# -- the rows behind a number -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bucket", "sum_"),
    [("received", "100,000.00"), ("committed", "500.00"), ("in_transit", "0.00"), ("paid", "1,234.56")],
)
def test_each_sum_of_a_source_opens_the_entries_that_make_it_up(enter, house, bucket, sum_):
    source = make_source(office=house.office, money="100000", by=house.accountant)
    make_paid(house, amount="1234.56", source=source)
    make_award(house, amount="500", source=source)

    page = shown(enter(house.accountant), reverse("relief:source", args=[source.code]) + f"?bucket={bucket}")

    card = page[page.index('id="rows"') :].split("</tfoot>")[0] + "</tfoot>"
    assert total_of(card) == sum_
    assert f'href="?bucket={bucket}#rows"' in page


def test_an_entry_names_the_record_it_is_about(enter, house):
    source = make_source(office=house.office, money="100000", by=house.accountant)
    other = make_source(office=house.office, by=house.accountant)
    award = make_award(house, amount="500", source=source)
    asked = funds.ask_transfer(
        source, taker=other, amount=Decimal(7), reason_code="transfer", reason="needed there", by=house.accountant
    )
    funds.settle(asked, by=house.leader)

    page = shown(enter(house.accountant), reverse("relief:source", args=[source.code]) + "?bucket=available")

    assert f'href="{award.application.get_absolute_url()}"' in page
    assert f'href="{reverse("relief:correction", args=[asked.code])}"' in page


def test_the_figures_of_a_period_open_pages_whose_total_they_are(enter, house):
    make_paid(house, amount="1234.56")
    make_award(house, amount="500")
    today = timezone.localdate()
    client = enter(house.accountant)

    found = figures.figures(since=today, until=today, offices=frozenset({house.office.pk}))
    money = {one.code: one for one in found if one.unit == "yuan" and one.value}

    assert set(money) == {"relief.received", "relief.granted", "relief.paid", "relief.paid_medical"}
    for one in money.values():
        assert total_of(shown(client, one.url.split("#")[0])) == f"{one.value:,.2f}", one.code


def test_a_payment_counts_on_the_day_on_which_the_register_has_it(house):
    """The bank paid in March; the answer is read, and posted, today."""
    make_paid(house)
    today = timezone.localdate()

    def times(since, until):
        found = figures.figures(since=since, until=until, offices=frozenset({house.office.pk}))
        return {one.code: one.value for one in found}["relief.paid_times"]

    assert (times(today, today), times(date(2026, 3, 1), date(2026, 3, 31))) == (1, 0)


def test_a_list_of_the_granted_goes_by_the_day_of_the_decision(enter, house):
    award = make_award(house)
    Application.objects.update(submitted_at=timezone.now() - timedelta(days=90))
    client, today = enter(house.accountant), timezone.localdate()

    page = shown(client, f"{reverse('relief:applications')}?granted_since={today}&granted_until={today}")

    assert award.application.number in page
    assert f'name="granted_since" value="{today}"' in page  # and stays when another filter is chosen


def test_earmarks_are_words(enter, house):
    make_source(office=house.office, money="5", by=house.accountant, earmarks=["medical", "living"])
    house.accountant.language = "en"
    house.accountant.save()

    page = shown(enter(house.accountant), reverse("relief:funds"))

    assert "Medical relief, Living relief" in page


def test_the_limits_of_another_office_are_not_shown(enter, house):
    other = make_house()
    ApprovalBand.objects.filter(office=other.office, decider="meeting").update(up_to=Decimal(77777))

    page = shown(enter(house.leader), reverse("relief:programmes"))

    assert ("20,000.00" in page, "77,777.00" in page) == (True, False)


# -- what is sent -------------------------------------------------------------------------------------------------------


def test_an_empty_answer_is_refused_and_not_taken_for_a_question(enter, house):
    draft, ready = make_application(house, status="draft"), make_application(house, status="ready")
    source, award = make_source(office=house.office, by=house.accountant), make_award(house)
    batch = make_batch(house, award, status="handed_over")
    waits = {
        house.accountant: [("receive",), ("receive_more", source.code), ("move", source.code), ("payments",)],
        house.cashier: [("bank_return", batch.code)],
        house.officer: [("application_assess", ready.code), ("application_return", ready.code)],
        house.frontdesk: [("application", draft.code), ("application_withdraw", draft.code)],
        house.leader: [
            ("application_decide", ready.code),
            ("application_upper", ready.code),
            ("application_stop", award.application.code),
        ],
    }

    for staff, pages in waits.items():
        for name, *args in pages:
            answer = enter(staff).post(reverse(f"relief:{name}", args=args), {})
            assert answer.status_code == 422, name

    draft.refresh_from_db()
    assert draft.request == "住院费用"


@pytest.mark.parametrize("line", ["²", "x", "9" * 30, "-1", "0", "2"])
def test_a_line_that_the_batch_does_not_have_is_said_and_the_reason_stays(enter, house, line):
    batch = make_batch(house)

    answer = enter(house.accountant).post(
        reverse("relief:batch_drop", args=[batch.code]), {"reason": "twice on the list", "line": line}
    )

    batch.refresh_from_db()
    assert (answer.status_code, batch.status) == (422, "draft")
    assert "twice on the list" in answer.content.decode()


@pytest.mark.parametrize("junk", ["²", "x", "9" * 30, "-1"])
def test_what_is_no_number_is_not_there(enter, house, junk):
    draft = make_application(house, status="draft")
    client = enter(house.frontdesk)
    person = draft.person.code

    answers = [
        client.post(reverse("relief:application_new"), {"person": person, "programme": junk}),
        client.post(reverse("relief:application", args=[draft.code]), {"request": "rent", "drop": junk}),
        enter(house.auditor).post(reverse("relief:register_export"), {"year": junk, "format": "csv"}),
    ]
    quiet = [
        enter(house.accountant).get(reverse("relief:applications"), {"programme": junk}),
        enter(house.auditor).get(reverse("relief:audit"), {"year": junk}),
        enter(house.auditor).get(reverse("relief:register"), {"month": junk}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert [answer.status_code for answer in quiet] == [200, 200, 200]


def test_days_that_are_no_days_are_not_there(enter, house):
    client = enter(house.auditor)

    assert client.get(reverse("relief:register"), {"since": "yesterday"}).status_code == 404
    assert client.get(reverse("relief:funds"), {"since": "2026-01-01", "until": "soon"}).status_code == 404


# -- a bank's file and a share --------------------------------------------------------------------------------------------


def test_a_line_without_an_amount_or_with_half_a_fen_is_a_fault(house):
    batch = make_batch(house, status="handed_over")
    good = return_file(batch)

    faults = [
        bank.compare(batch, bankfile.read(good.replace(b"1000.00", said))).faults
        for said in (b"", b"1000.001", b"NaN", b"much")
    ]

    assert [len(each) for each in faults] == [1, 1, 1, 1]


def test_a_day_that_the_bank_leaves_out_is_today(house):
    batch = make_batch(house, status="handed_over")

    bank.read_return(
        batch, content=return_file(batch).replace(answered_at().encode(), b""), file_name="r", by=house.cashier
    )

    assert batch.payments.get().answered_on == timezone.localdate()


def test_a_share_says_its_whole_percent():
    rule = {"share": {"deep": "0.125"}, "ceiling": {"deep": "50000"}}

    computed = compute("share_of_self_paid", rule, Facts(category="deep", self_paid=Decimal(8000)))

    assert "Share of 12.5 %" in [str(line) for line in computed.lines]


# -- what the auditor looks for, found -----------------------------------------------------------------------------------


def found_by(house):
    """What is counted in one pass is what each rule opens."""
    asked = {"year": timezone.localdate().year, "offices": frozenset({house.office.pk})}
    counted = findings.counts(**asked)
    assert counted == {code: findings.rows(code, **asked).count() for code in findings.RULES}
    return {code for code, many in counted.items() if many}


def test_the_same_money_given_twice_is_found(house):
    first, second = make_paid(house), make_paid(house)
    Payment.objects.filter(pk=second.pk).update(programme_name=first.programme_name)
    before = found_by(house)
    Application.objects.filter(pk=second.application_id).update(person=first.application.person)
    after = found_by(house)

    assert after - before == {"paid_twice"}


def test_one_card_of_two_families_is_found(house):
    from casework.models import BankAccount
    from center.privacy.secret import unseal

    first = make_paid(house)
    award = make_award(house)
    card = unseal(first.card_number._label, bytes(first.card_number))
    BankAccount.objects.filter(holder=first.payee).update(until=timezone.localdate())
    Payment.objects.filter(pk=first.pk).update(payee=None)  # forgotten: nobody is left to ask about before the payment
    account = BankAccount.objects.get(holder=award.application.person)
    account.card = card
    account.save()
    make_batch(house, award, status="answered")

    assert "shared_card" in found_by(house)


def test_aid_of_a_person_is_what_the_bank_paid_in_the_period(house):
    payment = make_paid(house)
    person, day = payment.application.person, payment.answered_on

    aid = [one for desk in desks() for one in desk.aid(person, since=day, until=day)]
    none = [one for desk in desks() for one in desk.aid(person, since=day + timedelta(days=1), until=date(2099, 1, 1))]

    assert [(one.amount, one.kind, one.on) for one in aid] == [(Decimal("1000.00"), "medical", day)]
    assert none == []


def test_a_band_that_ended_grants_nothing_any_more(house):
    ApprovalBand.objects.filter(office=house.office).update(during=Range(date(2020, 1, 1), date(2021, 1, 1)))
    application = make_application(house, status="ready", amount="10")

    with pytest.raises(Exception, match="for the committee"):
        decisions.grant(application, amount=Decimal(10), by=house.leader)
