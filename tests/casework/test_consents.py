"""What a household allows: signed, kept with its sheet, taken back; and what that does to notices."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from casework import actions
from casework.models import Consent, HardshipFile
from center.actions import notices
from center.models import Document, Event, Notice, NoticeEntry
from center.models.base import subject_of
from center.privacy.masks import mask_name
from relief.models import Application
from tests.casework.make import (
    make_consent,
    make_file,
    make_home_visit,
    make_picture,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(office, clerk, officer, officer2):
    """Visited by two, ready for the board."""
    found = make_file(office=office, by=clerk, status="survey")
    make_home_visit(found, officer, officer2)
    return found


def like(entry, **other):
    """The same line on another sheet, as one composed before the first was published."""
    return NoticeEntry(**{key: getattr(entry, key) for key in ("position", "subject", "number", "shown_name")} | other)


def compose(file, by):
    return notices.compose(file.office, title="notice", subjects=[subject_of(file)], working_days=5, by=by)


def test_a_consent_is_recorded_on_the_page_with_its_signed_sheet(at, clerk, officer, office):
    file = make_file(office=office, by=clerk, status="draft")
    url = reverse("casework:file_edit", args=[file.code, "papers"])
    given = {"part": "consent", "consent-purpose": "publish", "consent-signed_on": "2026-11-01"}

    answer = at(clerk).post(url, {**given, "consent-upload": make_picture()})

    consent = Consent.objects.get()
    sheet = Document.objects.get(subject=subject_of(consent))
    page = at(clerk).get(url).content.decode()
    assert (answer.status_code, sheet.kind) == (302, "publish_consent")
    assert reverse("center:document", args=[sheet.code]) in page
    assert reverse("casework:consent_withdraw", args=[consent.code]) in page
    assert at(clerk).get(reverse("center:document", args=[sheet.code])).status_code == 200


def test_a_consent_is_signed_before_it_ends_and_not_tomorrow(at, clerk, office):
    clerk.language = "en"
    clerk.save(update_fields=["language"])
    file = make_file(office=office, by=clerk, status="draft")
    url = reverse("casework:file_edit", args=[file.code, "papers"])
    given = {"part": "consent", "consent-purpose": "publish", "consent-signed_on": "2026-11-01"}

    ahead = at(clerk).post(url, {**given, "consent-signed_on": "9999-12-31"})
    ended = at(clerk).post(url, {**given, "consent-valid_until": "2026-10-31"})

    assert (ahead.status_code, ended.status_code) == (422, 422)
    assert "Nobody has signed on a day that lies ahead." in ahead.content.decode()
    assert "It cannot end before it was signed." in ended.content.decode()
    assert Consent.objects.count() == 0


def test_without_consent_the_number_hangs_in_place_of_the_name(file, clerk, officer):
    nameless = compose(file, officer)
    notices.withdraw(nameless, reason="the consent is here", by=officer)
    make_consent(file.household.head, by=clerk)
    named = compose(file, officer)

    entry = nameless.entries.get()
    assert (entry.number, entry.shown_name) == ("第1户", "第1户")
    assert named.entries.get().shown_name == mask_name(file.household.head.full_name)


def test_a_file_with_a_number_hangs_by_it(file, officer):
    HardshipFile.objects.update(number="K0101-2026-00001")

    entry = compose(file, officer).entries.get()

    assert (entry.number, entry.shown_name) == ("K0101-2026-00001", "K0101-2026-00001")


def test_a_consent_taken_back_replaces_the_name_on_notices_that_hang_and_that_are_composed(
    at, file, clerk, officer, leader
):
    consent = make_consent(file.household.head, by=clerk)
    hanging = notices.publish(compose(file, officer), by=leader)
    draft = Notice.objects.create(office=file.office, title="another", working_days=5, composed_by=officer)
    NoticeEntry.objects.bulk_create([like(hanging.entries.get(), notice=draft)])
    client, url = at(clerk), reverse("casework:consent_withdraw", args=[consent.code])

    asked = client.get(url)
    answer = client.post(url, follow=True)

    consent.refresh_from_db()
    assert asked.status_code == 200
    assert (consent.withdrawn_by, consent.withdrawn_at is not None) == (clerk, True)
    assert [notice.entries.get().shown_name for notice in (draft, hanging)] == ["第1户", "第1户"]
    assert hanging.number in answer.content.decode()
    verbs = set(
        Event.objects.filter(verb__in=("casework.consent.withdrawn", "center.notice.unnamed")).values_list("verb")
    )
    assert verbs == {("casework.consent.withdrawn",), ("center.notice.unnamed",)}


def test_a_consent_to_a_check_changes_no_notice(file, clerk, officer):
    make_consent(file.household.head, by=clerk)
    notice = compose(file, officer)
    check = make_consent(file.household.head, "economic_check", by=clerk)

    assert actions.withdraw_consent(check, by=clerk) == []
    assert notice.entries.get().shown_name == mask_name(file.household.head.full_name)


def test_a_consent_is_taken_back_once_and_only_by_who_edits(at, file, clerk, stranger, leader):
    consent = make_consent(file.household.head, by=clerk)
    url = reverse("casework:consent_withdraw", args=[consent.code])

    assert at(stranger).post(url).status_code == 404
    assert at(leader).post(url).status_code == 403
    assert at(clerk).post(url).status_code == 302
    again = at(clerk).post(url)
    assert again.status_code == 422
    assert "This consent was withdrawn already." in again.content.decode()


def test_a_withdrawal_without_who_is_refused_by_the_database(file, clerk):
    consent = make_consent(file.household.head, by=clerk)

    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.filter(pk=consent.pk).update(withdrawn_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.filter(pk=consent.pk).update(valid_until=consent.signed_on - timedelta(days=1))


def test_a_tick_on_an_application_does_not_stand_against_a_withdrawal(file, clerk):
    from relief.desk import agenda

    consent = make_consent(file.household.head, by=clerk)
    row = Application(person=file.household.head, may_publish=True)

    assert agenda._withdrawn([row]) == set()
    actions.withdraw_consent(consent, by=clerk)
    assert agenda._withdrawn([row]) == {file.household.head_id}
