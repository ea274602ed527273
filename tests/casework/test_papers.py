"""A scan that lies with the wrong record is taken off it: by whom, when, and what is left of it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from casework import actions
from center.desk import desk_of
from center.kernel.errors import NotAllowed
from center.models import Document, Event
from center.models.base import subject_of
from center.papers import documents
from center.permissions.papers import why_not_remove
from tests.casework.make import make_consent, make_file, make_picture
from tests.refused import ours

pytestmark = pytest.mark.django_db


def add(file, *, by, kind="income_proof"):
    return actions.add_document(file, kind=kind, upload=make_picture(), by=by)


def page_of(paper):
    return reverse("center:document_remove", args=[paper.code])


def test_whoever_writes_a_file_takes_a_wrong_scan_off_it(at, office, clerk):
    file = make_file(office=office, by=clerk, status="draft")
    paper = add(file, by=clerk)
    papers = reverse("casework:file_edit", args=[file.code, "papers"])
    assert page_of(paper) in at(clerk).get(papers).content.decode()

    nothing = at(clerk).post(page_of(paper), {"reason": " "})
    done = at(clerk).post(page_of(paper), {"reason": "of the neighbours"})

    paper.refresh_from_db()
    left = at(clerk).get(papers).content.decode()
    assert (nothing.status_code, done["Location"]) == (422, file.get_absolute_url())
    assert (paper.removed_by, paper.removed_reason) == (clerk, "of the neighbours")
    assert ("of the neighbours" in left, page_of(paper) in left) == (True, False)
    assert at(clerk).get(reverse("center:document", args=[paper.code])).status_code == 404
    assert Event.objects.filter(verb="casework.file.paper_removed", subject=subject_of(file)).count() == 1


def test_a_file_that_was_handed_in_loses_a_paper_by_a_second_person(office, clerk, officer, officer2):
    file = make_file(office=office, by=clerk)
    paper = add(file, by=officer)

    assert why_not_remove(clerk, paper) == "This file was handed in; an officer takes papers off it."
    assert why_not_remove(officer, paper) == (
        "You added this paper; somebody else takes it off a file that was handed in."
    )
    assert why_not_remove(officer2, paper) == ""


def test_whoever_may_not_read_a_paper_does_not_take_it_off(office, clerk, officer):
    paper = add(make_file(office=office, by=officer, status="draft"), by=officer, kind="diagnosis")

    assert ours(why_not_remove(clerk, paper)) == "Your roles do not read details of health."


def test_an_ended_file_keeps_its_papers(at, office, clerk, officer):
    file = make_file(office=office, by=clerk, status="exited")
    paper = documents.attach(file, kind="income_proof", upload=make_picture(), by=clerk)

    answer = at(officer).post(page_of(paper), {"reason": "of the neighbours"})

    assert (answer.status_code, Document.objects.get().removed_at) == (422, None)
    assert "It is not edited in this state." in answer.content.decode()


def test_the_sheet_of_a_consent_goes_when_the_consent_was_taken_back(at, office, clerk):
    file = make_file(office=office, by=clerk, status="draft")
    consent = make_consent(file.household.head, by=clerk)
    sheet = documents.attach(consent, kind="publish_consent", upload=make_picture(), by=clerk)
    with pytest.raises(NotAllowed, match="The consent rests on this sheet"):
        documents.remove(sheet, reason="of the neighbours", by=clerk)
    actions.withdraw_consent(consent, by=clerk)
    assert page_of(sheet) in at(clerk).get(consent.get_absolute_url(), follow=True).content.decode()

    answer = at(clerk).post(page_of(sheet), {"reason": "of the neighbours"})

    assert (answer.status_code, Document.objects.get().removed_by) == (302, clerk)


def test_another_offices_paper_is_not_there(at, office, clerk, stranger):
    paper = add(make_file(office=office, by=clerk, status="draft"), by=clerk)

    assert at(stranger).get(page_of(paper)).status_code == 404
    assert at(stranger).post(page_of(paper), {"reason": "mine"}).status_code == 404


def test_casework_says_nothing_about_papers_of_others(clerk):
    assert desk_of("casework.person:1").why_not_remove(Document(subject="relief.batch:1"), by=clerk) is None
