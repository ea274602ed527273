"""Drafts: what was typed and not sent is kept on the server, for its writer alone, and never a number or a password."""

import json
import re
from datetime import timedelta
from io import StringIO

import pytest
from django import forms
from django.core.management import call_command
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from center.kernel.roles import Role
from center.models import Draft
from center.privacy import drafts
from center.privacy.fields import SecretFormField
from tests.center.make import make_office, make_staff

pytestmark = pytest.mark.django_db


class Talk(forms.Form):
    text = forms.CharField()
    kinds = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple)
    urgent = forms.BooleanField(required=False, initial=True)
    number = SecretFormField(kind="id", required=False)
    token = forms.CharField(widget=forms.HiddenInput)


def request_of(staff, path="/settings/staff/"):
    request = RequestFactory().get(path)
    request.user = request.staff = staff
    return request


def mark_of(staff, *, of=None, path="/settings/staff/"):
    return drafts.mark(request_of(staff, path), of=of, title="New account")


def sent(**values):
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def rendered(form, staff, path="/settings/staff/", **options):
    words = " ".join(f"{name}={value}" for name, value in options.items())
    text = "{% load ui %}{% draft form " + words + " %}{{ form }}"
    return Template(text).render(Context({"form": form, "request": request_of(staff, path)}))


def test_what_was_typed_comes_back_into_the_form():
    staff = make_staff(Role.ADMIN, language="en")
    drafts.save(mark_of(staff), sent(text="half a sentence", kinds=["b"], token="old"))
    form = Talk(initial={"token": "new"})

    page = rendered(form, staff)

    assert (form["text"].value(), form["kinds"].value(), form["urgent"].value()) == ("half a sentence", ["b"], False)
    assert form["token"].value() == "new"
    assert "This is your draft of" in page
    assert "type them again" in page


def test_a_number_a_password_and_a_token_are_never_kept():
    staff = make_staff(Role.ADMIN, language="en")

    drafts.save(
        mark_of(staff),
        sent(
            number="11010519491231002X",
            text="x",
            password="secret-1",
            csrfmiddlewaretoken="t",
            card="6222 0202 0000 0000",
        ),
    )

    assert dict(drafts.typed(Draft.objects.get()).lists()) == {"text": ["x"]}


def test_the_body_is_unreadable_in_the_database():
    staff = make_staff(Role.ADMIN, language="en")

    drafts.save(mark_of(staff), sent(text="she has no income"))

    assert b"income" not in bytes(Draft.objects.get().body)


def test_a_draft_belongs_to_one_person_one_page_and_one_part():
    first, second = make_staff(Role.ADMIN, language="en"), make_staff(Role.ADMIN)
    drafts.save(mark_of(first), sent(text="mine"))

    assert drafts.find(mark_of(second)) is None
    assert drafts.find(mark_of(first, path="/settings/")) is None
    assert drafts.find(drafts.mark(request_of(first), of=None, title="", part="other")) is None
    assert drafts.find(mark_of(first, of=second)) is None


def test_a_draft_that_is_only_offered_waits_until_it_is_taken_up():
    staff = make_staff(Role.ADMIN, language="en")
    draft = drafts.save(mark_of(staff), sent(text="for later"))
    waiting, taken = Talk(), Talk()

    page = rendered(waiting, staff, offer="True")
    rendered(taken, staff, path=draft.continue_url, offer="True")

    assert (waiting["text"].value(), taken["text"].value()) == (None, "for later")
    assert "Take it up" in page


def test_a_form_that_was_refused_keeps_what_was_sent_not_the_draft():
    staff = make_staff(Role.ADMIN, language="en")
    drafts.save(mark_of(staff), sent(text="older"))

    page = rendered(Talk(sent(text="newer")), staff)

    assert "older" not in page


def test_an_autosave_answers_the_time_in_a_sentence(enter):
    staff = make_staff(Role.ADMIN, language="en")

    answer = enter(staff).post("/drafts/save/", {"draft": mark_of(staff).signed(), "text": "x"})

    assert answer.content.decode() == f"Draft saved {timezone.localtime(Draft.objects.get().saved_at):%H:%M}"


@pytest.mark.parametrize("mark", ["", "forged"])
def test_an_autosave_without_our_mark_keeps_nothing(enter, mark):
    answer = enter(make_staff(Role.ADMIN, language="en")).post("/drafts/save/", {"draft": mark, "text": "x"})

    assert (answer.status_code, Draft.objects.count()) == (204, 0)


def test_nobody_writes_a_draft_for_somebody_else(enter):
    other = make_staff(Role.ADMIN, language="en")

    answer = enter(make_staff(Role.ADMIN, language="en")).post(
        "/drafts/save/", {"draft": mark_of(other).signed(), "text": "x"}
    )

    assert (answer.status_code, Draft.objects.count()) == (204, 0)


def test_a_form_too_long_to_keep_is_not_kept():
    assert drafts.save(mark_of(make_staff(Role.ADMIN, language="en")), sent(text="x" * drafts.MOST_BYTES)) is None


def test_sending_the_form_takes_its_draft_away_and_a_late_autosave_does_not_bring_it_back(enter):
    staff = make_staff(Role.ADMIN, language="en")
    mark = mark_of(staff)
    drafts.save(mark, sent(username="half"))

    enter(staff).post("/settings/staff/", {"draft": mark.signed(), "username": "newcomer", "full_name": "New Comer"})
    late = drafts.save(mark, sent(username="half"))

    assert late is None
    assert list(drafts.of_staff(staff)) == []


def test_a_refused_form_keeps_its_draft(enter):
    staff = make_staff(Role.ADMIN, language="en")
    mark = mark_of(staff)
    drafts.save(mark, sent(username="half"))

    answer = enter(staff).post("/settings/staff/", {"draft": mark.signed(), "username": "X"})

    assert answer.status_code == 422
    assert [draft.title for draft in drafts.of_staff(staff)] == ["New account"]


def test_another_form_on_the_page_does_not_end_the_draft(enter):
    staff = make_staff(Role.ADMIN, language="en")
    mark = mark_of(staff, path="/me/")
    drafts.save(mark, sent(text="x"))

    enter(staff).post("/mask/", {"draft": mark.signed()})

    assert len(drafts.of_staff(staff)) == 1


def test_a_form_sent_after_the_session_ended_is_kept_and_comes_back_after_login(enter):
    staff = make_staff(Role.ADMIN, language="en")

    answer = enter().post("/settings/staff/", {"draft": mark_of(staff).signed(), "username": "newcomer"})

    draft = Draft.objects.get(staff=staff)
    assert answer.headers["Location"] == f"/login/?next=/settings/staff/%3Fdraft%3D{draft.code}"
    assert json.loads(json.dumps(drafts.typed(draft).dict())) == {"username": "newcomer"}


def test_a_form_sent_into_a_locked_screen_comes_back_after_the_password(enter):
    staff = make_staff(Role.ADMIN, language="en")
    client = enter(staff)
    session = client.session
    session["locked"] = True
    session.save()

    client.post("/settings/staff/", {"draft": mark_of(staff).signed(), "username": "newcomer"})

    assert client.session["after"] == Draft.objects.get(staff=staff).continue_url


def test_somebody_elses_form_in_a_locked_screen_is_not_kept(enter):
    client = enter(make_staff(Role.ADMIN, language="en"))
    session = client.session
    session["locked"] = True
    session.save()

    client.post(
        "/settings/staff/", {"draft": mark_of(make_staff(Role.ADMIN, language="en")).signed(), "username": "newcomer"}
    )

    assert (client.session["after"], Draft.objects.count()) == ("/", 0)


def test_the_header_counts_drafts_and_the_list_throws_them_away(enter):
    staff = make_staff(Role.ADMIN, language="en")
    draft = drafts.save(mark_of(staff), sent(text="x"))
    client = enter(staff)

    page = client.get("/drafts/").content.decode()
    gone = client.post(f"/drafts/{draft.code}/drop/")

    assert "New account" in page
    assert re.search(r'Drafts<span\s+class="count"\s*>1</span>', page)
    assert (gone.headers["Location"], Draft.objects.count()) == ("/drafts/", 0)


def test_throwing_away_inside_the_form_brings_the_form_back(enter):
    staff = make_staff(Role.ADMIN, language="en")
    mark = mark_of(staff)
    draft = drafts.save(mark, sent(text="x"))

    answer = enter(staff).post(f"/drafts/{draft.code}/drop/", {"draft": mark.signed()})

    assert answer.headers["Location"] == "/settings/staff/"


def test_nobody_throws_away_somebody_elses_draft(enter):
    draft = drafts.save(mark_of(make_staff(Role.ADMIN, language="en")), sent(text="x"))

    assert enter(make_staff(Role.ADMIN, language="en")).post(f"/drafts/{draft.code}/drop/").status_code == 404


def test_drafts_of_thirty_days_and_emptied_rows_of_a_day_are_purged():
    staff = make_staff(Role.ADMIN, language="en")
    old, young, empty = (mark_of(staff, path=path) for path in ("/a/", "/b/", "/c/"))
    for mark in (old, young, empty):
        drafts.save(mark, sent(text="x"))
    drafts.end(empty)
    Draft.objects.filter(path="/a/").update(saved_at=timezone.now() - timedelta(days=31))
    Draft.objects.filter(path="/c/").update(saved_at=timezone.now() - timedelta(days=2))

    call_command("purge_expired", stdout=StringIO())

    assert [draft.path for draft in Draft.objects.all()] == ["/b/"]


def test_an_expired_draft_is_not_shown_before_it_is_purged():
    staff = make_staff(Role.ADMIN, language="en")
    drafts.save(mark_of(staff), sent(text="x"))
    Draft.objects.update(saved_at=timezone.now() - timedelta(days=31))

    assert drafts.find(mark_of(staff)) is None


def test_a_title_names_the_record_by_number_never_by_name():
    staff, office = make_staff(Role.ADMIN, language="en"), make_office(code="SW01")

    titles = [mark_of(staff, of=staff).title, mark_of(staff, of=office).title]

    assert titles == ["New account", f"New account · {office.name}"]
