"""Minutes come back signed and a notice is pictured on its board: the code says whose they are, or somebody's word does."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from center.actions import meetings, notices
from center.actions.scans import keep_scan, second_scan
from center.kernel.errors import Incomplete, NotAllowed, Refusal
from center.kernel.roles import Role
from center.models import ComparedScan, Document, IssuedDocument, Meeting
from center.permissions.papers import why_not_second_scan
from center.privacy import vault
from center.site.answers import Desk
from tests.center.make import make_office, make_staff
from tests.refused import ours
from tests.relief.scans import scan_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def secretary(office):
    return make_staff(Role.SECRETARY, office=office, language="en")


@pytest.fixture
def closed(fake, office, secretary):
    """A meeting that was closed, with its minutes issued."""
    fake.add(1)
    members = [make_staff(Role.CHAIR, office=office), *(make_staff(Role.MEMBER, office=office) for _n in range(3))]
    meeting = meetings.prepare(office, title="评审会", held_on=timezone.localdate(), quorum=3, by=secretary)
    meetings.mark_present(meeting, members=[member.pk for member in members], by=secretary)
    meeting = meetings.open_meeting(meeting, by=secretary)
    meetings.consent(meeting, items=[meeting.items.get().pk], by=secretary)
    return meetings.close_meeting(meeting, by=secretary)


def issue(enter, secretary, meeting):
    enter(secretary).post(reverse("center:meeting_minutes", args=[meeting.code]))
    return IssuedDocument.objects.get(subject=f"center.meeting:{meeting.pk}")


def photo():
    out = io.BytesIO()
    Image.new("RGB", (60, 60), "white").save(out, "PNG")
    return SimpleUploadedFile("photo.png", out.getvalue(), "image/png")


def test_signed_minutes_are_recognised_by_their_code_and_lie_beside_the_meeting(enter, secretary, closed):
    issued = issue(enter, secretary, closed)
    browser, page = enter(secretary), reverse("center:meeting", args=[closed.code])

    browser.post(reverse("center:meeting_scan", args=[closed.code]), {"upload": scan_of(issued)})

    kept = Document.objects.get()
    assert (kept.kind, kept.print_code, kept.subject) == ("minutes", issued.code, issued.subject)
    assert "recognised by its code" in browser.get(page).content.decode()
    assert browser.get(reverse("center:document", args=[kept.code])).status_code == 200
    member = make_staff(Role.MEMBER)
    assert Desk().why_not_remove(kept, by=secretary) == ""
    assert ours(Desk().why_not_remove(kept, by=member)) == "Your roles do not bring in this scan."


def test_before_the_minutes_are_issued_there_is_nothing_to_scan(secretary, closed):
    with pytest.raises(NotAllowed, match="Issue the sheet first"):
        keep_scan(closed, upload=photo(), compared=True, by=secretary)


def test_without_a_code_nobody_s_word_is_enough(secretary, closed, enter):
    issue(enter, secretary, closed)

    with pytest.raises(Incomplete, match="No code was read"):
        keep_scan(closed, upload=photo(), by=secretary)

    kept = keep_scan(closed, upload=photo(), compared=True, by=secretary)
    assert (kept.print_code, kept.word.status, kept.word.named_by) == ("", "asked", secretary)


def tasks_of(staff):
    return [task.url for task in Desk().tasks(staff) if task.code == "center.scan_second"]


def test_a_scan_without_a_code_waits_for_a_second_person(enter, office, secretary, closed):
    issue(enter, secretary, closed)
    chair = closed.seats.get(is_chair=True).staff
    other, stranger = make_staff(Role.SECRETARY, office=office), make_staff(Role.OFFICER, office=office)
    scan = keep_scan(closed, upload=photo(), compared=True, by=secretary).word
    page = closed.get_absolute_url()

    for reader, said in ((secretary, "waits for the second person"), (chair, "待第二人办理")):
        assert said in enter(reader).get(page).content.decode()
    url = f"{page}#scans"
    assert [tasks_of(one) for one in (secretary, chair, other, stranger)] == [[], [url], [url], []]
    own = "You brought in this scan; another person confirms that it is this paper."
    assert why_not_second_scan(secretary, scan) == own
    assert ours(why_not_second_scan(stranger, scan)) == "Your roles do not confirm scans of minutes."
    with pytest.raises(NotAllowed, match="another person confirms"):
        second_scan(scan, by=secretary)

    enter(chair).post(reverse("center:scan_second", args=[scan.document.code]))

    scan = ComparedScan.objects.get()
    assert (scan.status, scan.settled_by, tasks_of(other)) == ("done", chair, [])
    assert why_not_second_scan(other, scan) == "This scan is confirmed."


def test_a_scan_that_is_another_paper_is_turned_down_with_a_reason_and_taken_off(enter, office, secretary, closed):
    issue(enter, secretary, closed)
    chair = closed.seats.get(is_chair=True).staff
    scan = keep_scan(closed, upload=photo(), compared=True, by=secretary).word
    answer = reverse("center:scan_second", args=[scan.document.code])

    enter(chair).post(answer, {"turn_down": "1", "answer": " "})
    scan.refresh_from_db()
    assert scan.status == "asked"
    enter(chair).post(answer, {"turn_down": "1", "answer": "minutes of another day"})
    scan.refresh_from_db()
    assert (scan.status, scan.answer) == ("turned_down", "minutes of another day")
    assert "minutes of another day" in enter(secretary).get(closed.get_absolute_url()).content.decode()
    scan.document.removed_reason = "the wrong paper"  # as center.papers.documents.remove does before it asks the desks
    Desk().paper_removed(scan.document, by=secretary)

    scan.refresh_from_db()
    assert (scan.status, scan.answer) == ("taken_off", "the wrong paper")


def test_the_picture_of_a_notice_waits_for_those_who_compose_or_publish_notices(enter, fake, office, secretary):
    fake.add(2)
    leader, officer = make_staff(Role.LEADER, office=office), make_staff(Role.OFFICER, office=office)
    chair = make_staff(Role.CHAIR, office=office)
    notice = notices.compose(office, title="x", subjects=["fake.case:2"], working_days=1, by=secretary)
    notice = notices.publish(notice, posted_at="board", by=leader)
    enter(secretary).post(reverse("center:notice_print", args=[notice.code]))

    scan = keep_scan(notice, upload=photo(), compared=True, by=secretary).word

    url = f"{notice.get_absolute_url()}#scans"
    assert [tasks_of(one) for one in (secretary, leader, officer, chair)] == [[], [url], [url], []]
    assert ours(why_not_second_scan(chair, scan)) == "Your roles do not confirm pictures of notices."
    assert second_scan(scan, by=officer).status == "done"


def test_the_database_keeps_the_second_person_somebody_else(enter, secretary, closed):
    issue(enter, secretary, closed)
    scan = keep_scan(closed, upload=photo(), compared=True, by=secretary).word

    with pytest.raises(IntegrityError, match="compared_scan_has_two_people"), transaction.atomic():
        ComparedScan.objects.filter(pk=scan.pk).update(status="done", settled_by=secretary, settled_at=timezone.now())


def test_the_sheet_as_it_was_issued_is_no_signed_one(enter, secretary, closed):
    issued = issue(enter, secretary, closed)
    upload = SimpleUploadedFile("minutes.pdf", vault.get(issued.code))

    with pytest.raises(Refusal, match="This is the sheet as it was issued"):
        keep_scan(closed, upload=upload, compared=True, by=secretary)


def test_another_records_paper_is_refused_and_nobody_else_brings_it_in(enter, fake, office, secretary, closed):
    issued = issue(enter, secretary, closed)
    fake.add(2)
    leader = make_staff(Role.LEADER, office=office)
    notice = notices.compose(office, title="x", subjects=["fake.case:2"], working_days=1, by=secretary)
    notice = notices.publish(notice, posted_at="board", by=leader)
    enter(secretary).post(reverse("center:notice_print", args=[notice.code]))

    with pytest.raises(Refusal, match="belongs to another record"):
        keep_scan(notice, upload=scan_of(issued), compared=True, by=secretary)
    with pytest.raises(NotAllowed, match="Your roles do not bring in this scan"):
        keep_scan(Meeting.objects.get(), upload=scan_of(issued), by=leader)
    sheet = IssuedDocument.objects.get(subject=f"center.notice:{notice.pk}")
    enter(secretary).post(reverse("center:notice_scan", args=[notice.code]), {"upload": scan_of(sheet)})
    assert Document.objects.get().kind == "notice_photo"
