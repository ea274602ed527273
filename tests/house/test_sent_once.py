"""A double click: what a page sends twice, word for word, is carried out once, whatever form it is."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from casework.models import VisitNote
from center.kernel.roles import Role
from center.models import SentForm
from relief.enums import LedgerKind
from relief.models import LedgerTransaction
from tests.casework.make import make_person, make_visit
from tests.center.make import make_office, make_staff
from tests.honest import HonestClient
from tests.relief.make import make_source


def money_at_the_window():
    """Somebody who enters money, and the page on which it is entered."""
    office = make_office()
    accountant = make_staff(Role.ACCOUNTANT, office=office, language="en")
    source = make_source(office=office, by=accountant)
    return accountant, reverse("relief:receive_more", args=[source.code])


def received():
    return LedgerTransaction.objects.filter(kind=LedgerKind.RECEIVE).count()


@pytest.mark.django_db
def test_money_that_a_page_sends_twice_is_received_once(enter):
    accountant, url = money_at_the_window()
    client, sent = enter(accountant), {"amount": "500", "memo": "", "csrfmiddlewaretoken": "of this page"}

    first, second = client.post(url, sent), client.post(url, sent)

    assert (first.status_code, second.status_code, second["Location"]) == (302, 302, first["Location"])
    assert received() == 1
    assert "This was sent twice and carried out once." in client.get(second["Location"]).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changed", [{"csrfmiddlewaretoken": "of another page"}, {"amount": "600"}], ids=["another page", "other words"]
)
def test_money_that_another_page_or_other_words_bring_is_received_too(enter, changed):
    accountant, url = money_at_the_window()
    client, sent = enter(accountant), {"amount": "500", "memo": "", "csrfmiddlewaretoken": "of this page"}

    client.post(url, sent)
    client.post(url, sent | changed)

    assert received() == 2


@pytest.mark.django_db
def test_what_was_refused_may_be_sent_again(enter):
    accountant, url = money_at_the_window()
    client, sent = enter(accountant), {"amount": "0", "memo": "", "csrfmiddlewaretoken": "of this page"}

    answers = [client.post(url, sent).status_code for _click in "ab"]

    assert (answers, received(), SentForm.objects.count()) == ([422, 422], 0, 0)


@pytest.mark.django_db
def test_a_note_that_is_clicked_twice_stands_once(enter):
    office = make_office()
    clerk = make_staff(Role.FRONT_DESK, office=office)
    visit = make_visit(office=office, by=clerk, person=make_person(office=office))
    client, sent = enter(clerk), {"text": "brought the paper", "csrfmiddlewaretoken": "of this page"}

    answers = [client.post(reverse("casework:visit", args=[visit.code]), sent) for _click in "ab"]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert VisitNote.objects.count() == 1


@pytest.mark.django_db
def test_what_was_sent_is_forgotten_after_a_day():
    now = timezone.now()
    SentForm.objects.create(digest="old", answer="/", sent_at=now - timedelta(days=1, minutes=1))
    SentForm.objects.create(digest="new", answer="/", sent_at=now)

    call_command("purge_expired")

    assert list(SentForm.objects.values_list("digest", flat=True)) == ["new"]


def two_clicks(racing_db, tokens):
    accountant, url = money_at_the_window()
    clients = [HonestClient() for _token in tokens]
    for client in clients:
        client.enter(accountant)
    return racing_db(
        *(
            lambda client=client, token=token: client.post(url, {"amount": "500", "csrfmiddlewaretoken": token})
            for client, token in zip(clients, tokens, strict=True)
        )
    )


def test_of_two_clicks_at_one_moment_the_second_waits_for_the_first(racing_db):
    answers = two_clicks(racing_db, ["of this page", "of this page"])

    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, answers[0]["Location"])}
    assert received() == 1


def test_without_the_token_two_clicks_are_two(racing_db):
    two_clicks(racing_db, ["", ""])

    assert received() == 2
