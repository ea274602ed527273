"""Who reads what of a file (domain.md §7.3), with bait: words that must not be in the HTML at all."""

from __future__ import annotations

import pytest
from django.urls import reverse

from casework import actions
from casework import permissions as may
from casework.enums import FileStatus
from casework.forms.steps import STEPS
from center.kernel.roles import Role
from center.models import IssuedDocument, codes
from center.models.base import subject_of
from tests.casework.make import (
    card_number,
    make_account,
    make_file,
    make_home_visit,
    make_household,
    make_office,
    make_person,
    make_picture,
    make_staff,
)

pytestmark = pytest.mark.django_db

HEALTH = {"leukaemia-bait", "imatinib-bait", "told-us-bait", "bedridden-bait", "kidney"}
MIND = {"despair-bait"}
CARD = {"4321"}


@pytest.fixture
def file(office, officer, officer2):
    """A file in force with bait in every place that holds health, mind or a card."""
    head = make_person(office=office, health_status="kidney_failure", medicine="leukaemia-bait", phone="13800000000")
    member = make_person(office=office, name="钱大力", health_status="kidney_failure", medicine="imatinib-bait")
    household = make_household(office=office, head=head, others=(member,))
    found = make_file(
        office=office, by=officer, household=household, cause_text="told-us-bait", mind_note="despair-bait"
    )
    make_home_visit(found, officer, officer2, findings="bedridden-bait", agrees=False, differences="bedridden-bait")
    make_account(head, by=officer, checked_by=officer2, card=card_ending_in_4321())
    return found


def card_ending_in_4321():
    """Any number that passes its check digit and ends so."""
    while True:
        body = card_number()[:14]
        for digit in "0123456789":
            number = f"{body}{digit}4321"
            if luhn(number):
                return number


def luhn(number):
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def everything(client, file, change):
    """All pages of the file in one text, whichever of them this role may open."""
    edit = [reverse("casework:file_edit", args=[file.code, name]) for name in ("members", "cause", "person", "papers")]
    membership = file.household.memberships.exclude(person=file.household.head).get()
    urls = [
        reverse("casework:file", args=[file.code]),
        *edit,
        reverse("casework:file_member", args=[file.code, membership.code]),
        *(reverse("casework:file_step", args=[file.code, step]) for step in ("recheck", "exit", "home_visit")),
        reverse("casework:change", args=[change.code]),
        reverse("casework:changes"),
        reverse("casework:assessment", args=[file.code]),
        reverse("casework:person", args=[membership.person.code]),
    ]
    answers = [client.get(url) for url in urls]
    assert {answer.status_code for answer in answers} <= {200, 403}
    return "".join(answer.content.decode() for answer in answers if answer.status_code == 200)


@pytest.fixture
def change(file, officer):
    return actions.propose_account(
        file, holder=file.household.head, card=card_ending_in_4321(), bank="ICBC", reason="new card", by=officer
    )


READERS = {
    Role.FRONT_DESK: set(),
    Role.GRASSROOTS: set(),
    Role.SECRETARY: set(),
    Role.JOBS: set(),
    Role.LEGAL: set(),
    Role.AUDITOR: HEALTH | CARD,
    Role.OFFICER: HEALTH | CARD | MIND,
    Role.LEADER: HEALTH | CARD | MIND,
}


@pytest.mark.parametrize("role", list(READERS))
def test_no_page_of_a_file_shows_a_role_more_than_it_needs(at, office, file, change, role):
    kidney = codes.label("health_status", "kidney_failure")

    html = everything(at(make_staff(role, office=office, language="en")), file, change)

    assert {word for word in HEALTH | MIND | CARD if (kidney if word == "kidney" else word) in html} == READERS[role]


def test_who_files_a_household_reads_what_they_write_until_it_is_handed_in(at, office, clerk):
    other = make_staff(Role.FRONT_DESK, office=office, language="en")
    file = make_file(office=office, by=clerk, status="draft", cause_text="told-us-bait", mind_note="despair-bait")

    sights = [may.sight_of(staff, file) for staff in (clerk, other)]
    own = at(clerk).get(reverse("casework:file_edit", args=[file.code, "cause"])).content.decode()
    others = at(other).get(reverse("casework:file_edit", args=[file.code, "cause"])).content.decode()

    assert sights == [
        may.Sight(health=True, mind=True, account=True),
        may.Sight(health=False, mind=False, account=False),
    ]
    assert ("told-us-bait" in own, "told-us-bait" in others, "despair-bait" in others) == (True, False, False)
    file.status = FileStatus.SUBMITTED
    assert may.sight_of(clerk, file) == may.Sight(health=False, mind=False, account=False)


def test_what_somebody_is_not_shown_they_cannot_overwrite(at, office, clerk, file):
    url = reverse("casework:file_edit", args=[file.code, "person"])

    answer = at(clerk).post(url, {"full_name": "赵丽华", "job_wish": "sewing", "health_status": "good", "medicine": ""})

    head = type(file.household.head).objects.get(pk=file.household.head_id)
    assert answer.status_code == 302
    assert (head.job_wish, head.health_status, head.medicine) == ("sewing", "kidney_failure", "leukaemia-bait")


def test_a_clerk_does_not_open_a_diagnosis_or_a_bank_card_or_print_the_whole_form(at, office, file, clerk, officer):
    papers = {
        kind: actions.add_document(file, kind=kind, upload=make_picture(), by=officer)
        for kind in ("diagnosis", "bank_card", "income_proof")
    }

    def opened(staff):
        client = at(staff)
        found = {
            kind: client.get(reverse("center:document", args=[paper.code])).status_code
            for kind, paper in papers.items()
        }
        return found | {"print": client.get(reverse("casework:file_paper", args=[file.code])).status_code}

    page = at(clerk).get(reverse("casework:file", args=[file.code])).content.decode()

    assert opened(clerk) == {"diagnosis": 403, "bank_card": 403, "income_proof": 200, "print": 403}
    assert opened(officer) == dict.fromkeys(("diagnosis", "bank_card", "income_proof", "print"), 200)
    assert papers["diagnosis"].code not in page
    assert papers["income_proof"].code in page


def test_a_printed_form_is_copied_only_for_who_may_read_it(at, file, clerk, officer):
    at(officer).post(reverse("casework:file_paper", args=[file.code]))
    issued = IssuedDocument.objects.get(subject=subject_of(file))

    assert at(clerk).post(reverse("center:issued", args=[issued.code])).status_code == 403
    assert at(officer).post(reverse("center:issued", args=[issued.code])).status_code == 200


def test_a_clerk_does_not_reveal_a_card(at, office, file, clerk, officer):
    account = file.household.head.accounts.filter(checked_at__isnull=False).get()

    refused = at(clerk).post(account.card.reveal_url, {"reason": "identity"})
    shown = at(officer).get(account.card.reveal_url)

    assert (refused.status_code, shown.status_code) == (403, 200)


def test_the_auditor_reads_a_file_and_finds_nothing_to_press(at, office, file):
    auditor = make_staff(Role.AUDITOR, office=office, language="en")
    client = at(auditor)

    pages = [
        client.get(url).content.decode()
        for url in (
            reverse("casework:file", args=[file.code]),
            reverse("casework:files"),
            reverse("casework:visits"),
            reverse("casework:changes"),
            reverse("casework:person", args=[file.household.memberships.last().person.code]),
        )
    ]

    closed = [
        reverse("casework:file_edit", args=[file.code, "cause"]),
        reverse("casework:file_start"),
        reverse("casework:desk"),
    ]
    steps = [reverse("casework:file_step", args=[file.code, step]) for step in STEPS]
    assert [url for url in (*closed, *steps) for page in pages if f'href="{url}' in page] == []
    assert {client.get(url).status_code for url in closed + steps} == {403}


def test_a_union_contact_sees_the_files_of_their_own_unit_only(at, office, officer):
    station = make_staff(Role.GRASSROOTS, office=make_office("station", parent=office), language="en")
    own = make_file(office=station.home_office, by=station)
    above = make_file(office=office, by=officer)
    client = at(station)

    assert client.get(reverse("casework:file", args=[own.code])).status_code == 200
    assert client.get(reverse("casework:file", args=[above.code])).status_code == 404
    assert [row.pk for row in client.get(reverse("casework:files")).context["page"].object_list] == [own.pk]
