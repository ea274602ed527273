"""Every kind of issued paper is opened, printed again and scanned, as everybody in the house."""

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db.models import Max
from django.test import Client
from django.urls import reverse

from casework.models import HardshipFile, Visit
from center.models import IssuedDocument, Meeting, Notice, Staff
from center.papers import papercode
from employment.models import Referral
from legal.models import Case
from relief.models import Application, Batch, Closing, Payment

PRINTS = Path(django_settings.BASE_DIR) / "templates" / "print"


def enter(name):
    client = Client()
    client.force_login(Staff.objects.get(username=name), backend=django_settings.AUTHENTICATION_BACKENDS[-1])
    return client


EXPORT = "relief/register.html"  # goes out as an export with its own proof (architecture.md §7)
# Template → who issues it in the practice district, by which route, about which record.
PAPERS = {
    "hardship_file.html": ("officer", "casework:file_paper", lambda: HardshipFile.objects.filter(status="active")),
    "visit_slip.html": ("frontdesk", "casework:visit_slip", Visit.objects.standing),
    "notice.html": ("officer", "center:notice_print", lambda: Notice.objects.filter(status="published")),
    "minutes.html": ("secretary", "center:meeting_minutes", lambda: Meeting.objects.filter(status="signed")),
    "relief/letter.html": (
        "officer",
        "relief:application_letter",
        lambda: Application.objects.filter(status="granted", decisions__isnull=False),
    ),
    "relief/approval.html": (
        "officer",
        "relief:application_print",
        lambda: Application.objects.filter(status="granted"),
    ),
    "relief/supplement.html": (
        "officer",
        "relief:application_supplement",
        lambda: Application.objects.filter(status="returned"),
    ),
    "relief/signsheet.html": ("accountant", "relief:signsheet", lambda: Batch.objects.filter(status="answered")),
    "relief/closing.html": ("accountant", "", lambda: Closing.objects.filter(status="closed")),
    "relief/trace.html": ("auditor", "relief:trace_print", lambda: Payment.objects.filter(status="paid")),
    "relief/findings.html": ("auditor", "relief:finding_print", lambda: "paid_twice"),
    "employment/referral.html": ("jobs", "employment:letter", Referral.objects.all),
    "legal/decision.html": ("legal", "legal:letter", lambda: Case.objects.exclude(decided_at=None)),
}


def test_every_print_of_the_house_is_tried_here():
    forms = {str(path.relative_to(PRINTS)) for path in PRINTS.rglob("*.html") if not path.name.startswith("_")}

    assert forms - {"base.html", EXPORT} == set(PAPERS)


@pytest.mark.parametrize("template", sorted(PAPERS))
def test_a_paper_opens_again_for_whoever_sees_its_record_and_its_code_leads_there(practice, template):
    """An answer of 404 says that the record is not this person's; nobody at all is answered 500."""
    who, route, records = PAPERS[template]
    last = IssuedDocument.objects.aggregate(pk=Max("pk"))["pk"] or 0
    about = records()
    about = about if isinstance(about, str) else about.order_by("-pk").first().code
    if route:  # a closing issues its own
        enter(who).post(reverse(route, args=[about]))
    rows = IssuedDocument.objects.filter(template=f"print/{template}")
    paper = rows.filter(pk__gt=last).first() or rows.order_by("-pk").first()

    answers = {}
    for name in Staff.objects.filter(is_active=True).values_list("username", flat=True):
        client = enter(name)
        copy = client.post(reverse("center:issued", args=[paper.code]))
        scanned = client.get(reverse("center:scan", args=[papercode.write(papercode.ISSUED, paper.code)]))
        page = client.get(scanned.url).status_code if scanned.status_code == 302 else scanned.status_code
        answers[name] = (copy.status_code, copy.content[:5] == b"%PDF-", page)

    assert answers[who] == (200, True, 200)
    assert {name: told for name, told in answers.items() if told[0] == 200 and told != (200, True, 200)} == {}
    assert {name: told for name, told in answers.items() if not set(told[::2]) <= {200, 403, 404}} == {}
