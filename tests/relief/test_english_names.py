"""English pages say programmes and sources in English where the office gave a name; books and papers stay Chinese."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from center.errors import NotAllowed
from relief.actions import funds, programmes
from tests.relief.make import make_paid, make_source, make_version

pytestmark = pytest.mark.django_db


def test_the_english_name_stands_on_english_pages_only(house):
    programme = make_version(house).programme
    source = make_source(office=house.office, name="中央财政专项")
    programme = programmes.name_programme_in_english(programme, name_en="Medical relief", by=house.leader)
    source = funds.name_source_in_english(source, name_en="Central fund", by=house.accountant)

    assert (str(programme), str(source)) == ("Medical relief", f"Central fund {source.year}")
    with override("zh-hans"):
        assert (str(programme), str(source)) == (programme.name, f"中央财政专项 {source.year}")
    assert source.in_the_books == f"中央财政专项 {source.year}"


def test_without_an_english_name_the_chinese_one_stands_everywhere(house):
    programme = make_version(house).programme

    assert str(programme) == programme.name


def test_a_payment_is_posted_in_chinese_and_shown_in_english(house):
    payment = make_paid(house)
    programmes.name_programme_in_english(payment.application.programme, name_en="Medical relief", by=house.leader)
    funds.name_source_in_english(payment.fund_source, name_en="Central fund", by=house.accountant)
    payment = type(payment).objects.get(pk=payment.pk)

    assert payment.programme_label == "Medical relief"
    assert payment.source_label == f"Central fund {payment.fund_source.year}"
    assert payment.source_name == payment.fund_source.in_the_books
    with override("zh-hans"):
        assert (payment.programme_label, payment.source_label) == (payment.programme_name, payment.source_name)


def test_the_leader_names_programmes_and_the_accountant_sources(house, enter):
    programme, source = make_version(house).programme, make_source(office=house.office)

    enter(house.leader).post(reverse("relief:programme_name", args=[programme.pk]), {"name_en": "Medical relief"})
    enter(house.accountant).post(reverse("relief:source_name", args=[source.code]), {"name_en": "Central fund"})

    programme.refresh_from_db()
    source.refresh_from_db()
    assert (programme.name_en, source.name_en) == ("Medical relief", "Central fund")
    with pytest.raises(NotAllowed):
        programmes.name_programme_in_english(programme, name_en="x", by=house.officer)
    with pytest.raises(NotAllowed):
        funds.name_source_in_english(source, name_en="x", by=house.leader)


def test_the_register_is_asked_by_person_number_and_hand(house, enter):
    payment = make_paid(house)
    client, url = enter(house.auditor), reverse("relief:register")

    def shown(**asked):
        return payment.number in client.get(url, {"year": payment.answered_on.year} | asked).content.decode()

    assert shown(person=payment.application.person.code)
    assert shown(number=payment.number.lower())
    assert shown(number=payment.application.number)
    assert shown(hand=house.cashier.username)
    assert not shown(hand=house.auditor.username)
    assert not shown(number="K1999-1")
    assert not shown(person="NOSUCHCODE")
