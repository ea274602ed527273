"""The pages of an application: nothing typed is lost, the second approver is asked, silence is never a yes."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from casework.models import HardshipFile
from relief.actions import applications, decisions, programmes
from relief.desk.tasks import tasks_of
from relief.models import Application, ApplicationPaper, Invoice
from tests.relief.make import make_application

pytestmark = pytest.mark.django_db


def url(name, application):
    return reverse(f"relief:{name}", args=[application.code])


def picture(name="scan.png"):
    out = BytesIO()
    Image.new("RGB", (40, 40), "white").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def verbs(staff):
    return [task.code for task in tasks_of(staff)]


def asked_for(application):
    """Two papers that the programme asks for and nobody has brought yet."""
    return [ApplicationPaper.objects.create(application=application, kind=kind) for kind in ("request", "id_copy")]


@pytest.fixture
def waiting(house):
    """2,001 yuan granted by the leader; it waits for the second approver."""
    application = make_application(house, amount="2001")
    return decisions.grant(application, amount=Decimal(2001), by=house.leader)


def test_the_chair_finds_and_reads_what_waits_for_a_second_approver(house, waiting, enter):
    client = enter(house.chair)
    [task] = [task for task in tasks_of(house.chair) if task.code == "relief.second"]

    page = client.get(task.url).content.decode()

    assert "2,001.00" in page
    assert client.get(url("application", waiting)).status_code == 403


def test_what_does_not_wait_for_a_second_is_not_there_for_the_chair(house, enter):
    ready = make_application(house)

    assert enter(house.chair).get(url("application_second", ready)).status_code == 404


def test_the_second_approver_s_yes_grants(house, waiting, enter):
    answer = enter(house.chair).post(url("application_second", waiting), {"verdict": "approve"})

    assert (answer.status_code, Application.objects.get().status) == (302, "granted")


def test_sending_back_without_a_reason_is_not_a_yes(house, waiting, enter):
    answer = enter(house.chair).post(url("application_second", waiting), {"verdict": "send_back", "reason": ""})

    assert (answer.status_code, Application.objects.get().status) == (422, "second")
    assert "请说明不同意的原因" in answer.content.decode()


def test_silence_is_not_a_yes(house, waiting, enter):
    answer = enter(house.chair).post(url("application_second", waiting), {})

    assert (answer.status_code, Application.objects.get().status) == (422, "second")


def test_the_leader_is_asked_for_what_the_bands_of_the_day_leave_to_the_leader(house):
    make_application(house, amount="1500")
    today = timezone.localdate()
    assert "relief.decide" in verbs(house.leader)

    programmes.set_band(house.office, decider="leader", up_to=Decimal(1000), since=today, by=house.leader)
    programmes.set_band(house.office, decider="two", up_to=Decimal(1200), since=today, by=house.leader)

    assert "relief.decide" not in verbs(house.leader)


def test_a_bill_that_is_refused_stays_as_it_was_typed(house, enter):
    draft = make_application(house, status="draft")

    answer = enter(house.frontdesk).post(
        url("application", draft),
        {"request": "dialysis", "number": "51260009", "self_paid": "twelve", "issued_on": "2026-01-05"},
    )

    assert (answer.status_code, Invoice.objects.filter(number="51260009").count()) == (422, 0)
    assert 'value="51260009"' in answer.content.decode()
    assert 'value="twelve"' in answer.content.decode()


def test_the_whole_checklist_is_saved_at_once(house, enter):
    draft = make_application(house, status="draft")
    first, second = asked_for(draft)
    told = {f"state-{paper.pk}": "missing" for paper in (first, second)}
    told |= {f"scan-{first.pk}": picture(), f"state-{second.pk}": "struck", f"note-{second.pk}": "his card is known"}

    enter(house.frontdesk).post(url("application", draft), {"request": "dialysis"} | told)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.document is not None, first.ticked_by) == ("received", True, house.frontdesk)
    assert (second.state, second.note) == ("struck", "his card is known")


def test_answers_bill_and_papers_of_the_page_are_saved_together_or_not_at_all(house, enter):
    draft = make_application(house, status="draft")
    first, second = asked_for(draft)
    told = {"request": "dialysis for a year", "number": "51260009", "self_paid": "1200", "issued_on": "2026-01-05"}
    told |= {f"state-{first.pk}": "received", f"state-{second.pk}": "missing"}
    client = enter(house.frontdesk)
    bills, asked = draft.invoices.count(), draft.request

    refused = client.post(url("application", draft), told | {"self_paid": "twelve"})
    nothing = (draft.invoices.count(), type(draft).objects.get(pk=draft.pk).request, first.ticked_by)
    saved = client.post(url("application", draft), told | {"then": "papers"})

    draft.refresh_from_db()
    first.refresh_from_db()
    assert (refused.status_code, nothing) == (422, (bills, asked, None))
    assert 'value="received" selected' in refused.content.decode()
    assert (saved.status_code, saved["Location"]) == (302, url("application", draft) + "#papers")
    assert (draft.invoices.count(), draft.request, first.state) == (bills + 1, "dialysis for a year", "received")


def test_all_papers_are_received_in_one_click(house, enter):
    draft = make_application(house, status="draft")
    first, second = asked_for(draft)
    told = {"request": "dialysis", f"state-{first.pk}": "missing", f"state-{second.pk}": "struck"}
    told |= {f"note-{second.pk}": "known", "all_received": "1"}

    enter(house.frontdesk).post(url("application", draft), told)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("received", "struck")


def test_one_wrong_paper_holds_the_checklist_and_keeps_what_was_typed(house, enter):
    draft = make_application(house, status="draft")
    first, second = asked_for(draft)
    told = {f"state-{paper.pk}": "missing" for paper in (first, second)}
    told |= {f"state-{first.pk}": "received", f"note-{first.pk}": "the original", f"state-{second.pk}": "struck"}

    answer = enter(house.frontdesk).post(url("application", draft), {"request": "dialysis"} | told)

    first.refresh_from_db()
    assert (answer.status_code, first.state) == (422, "missing")
    assert 'value="the original"' in answer.content.decode()
    assert "请说明" in answer.content.decode()


def test_a_file_opened_after_the_application_counts_for_it(house):
    application = make_application(house, status="draft")
    file = application.file
    Application.objects.filter(pk=application.pk).update(file=None, household=None)

    applications.fill_in(application, answers={"request": "rent"}, by=house.frontdesk)

    assert isinstance(file, HardshipFile)
    assert Application.objects.get().file == file
