"""English pages say programmes and sources in English where the office gave a name; books and papers stay Chinese."""

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from casework.desk.answers import _on_paper
from center.actions import meetings
from center.desk import desks
from center.kernel.errors import NotAllowed
from center.kernel.roles import Role
from center.models import AgendaItem
from center.models.base import subject_of
from center.queries.notices import programme_told
from relief.actions import funds, programmes
from tests.center.make import make_staff
from tests.relief.make import make_application, make_paid, make_source, make_version

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


def test_what_is_kept_in_chinese_on_agendas_and_notices_is_told_in_the_readers_language(house, enter):
    secretary = make_staff(Role.SECRETARY, office=house.office)
    for _n in range(2):
        make_staff(Role.MEMBER, office=house.office)
    row = make_application(house, amount="6000")
    programmes.name_programme_in_english(row.programme, name_en="Help with bills", by=house.leader)
    with override("en"):
        meeting = meetings.prepare(
            office=house.office, title="July", held_on=timezone.localdate(), quorum=2, by=secretary
        )
    item, chinese = AgendaItem.objects.get(subject=subject_of(row)), row.programme.name
    assert item.programme == chinese

    told = {}
    for language in ("en", "zh-hans"):
        secretary.language = language
        secretary.save()
        pages = [reverse("center:agenda_item", args=[meeting.code, item.position]), meeting.get_absolute_url()]
        texts = [enter(secretary).get(page).content.decode() for page in pages]
        told[language] = [("Help with bills" in text, chinese in text) for text in texts]

    assert told == {"en": [(True, False)] * 2, "zh-hans": [(False, True)] * 2}


def test_a_category_on_a_notice_is_kept_in_chinese_and_told_in_english(house):
    with override("en"):
        kept = _on_paper("deep")
        assert (kept, programme_told(kept, office=house.office)) == ("深度困难", "Deep hardship")
    with override("zh-hans"):
        assert programme_told(kept, office=house.office) == "深度困难"
    assert [each.english_names(house.office).get("深度困难") for each in desks()].count("Deep hardship") == 1
