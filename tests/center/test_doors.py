"""Getting in and staying in: lock-out, idle lock, second factor, sessions."""

import time
from base64 import b32decode

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from center.actions import people
from center.kernel.roles import Role
from center.models import Staff, StaffSession
from tests.center.make import make_staff

pytestmark = pytest.mark.django_db
PASSWORD = "Right-horse-7"


@pytest.fixture
def frontdesk():
    staff = make_staff(Role.FRONT_DESK, username="frontdesk", password_changed_at=timezone.now())
    staff.set_password(PASSWORD)
    staff.save()
    return staff


@pytest.fixture
def cashier():
    staff = make_staff(Role.CASHIER, username="cashier", password_changed_at=timezone.now())
    staff.set_password(PASSWORD)
    staff.save()
    return staff


def log_in(browser, name, password=PASSWORD):
    return browser.post(reverse("center:login"), {"username": name, "password": password})


def test_a_wrong_password_keeps_the_name_and_says_so(enter, frontdesk):
    answer = log_in(enter(), "frontdesk", "wrong")

    assert answer.status_code == 422
    assert 'value="frontdesk"' in answer.content.decode()


def test_five_failures_lock_the_name_and_say_for_how_long(enter, frontdesk):
    browser = enter()
    for _n in range(5):
        answer = log_in(browser, "frontdesk", "wrong")

    assert answer.status_code == 429
    assert log_in(browser, "frontdesk").status_code == 429


def test_wrong_passwords_at_the_locked_screen_are_counted_like_those_of_a_login(enter, frontdesk):
    browser = enter()
    log_in(browser, "frontdesk")
    browser.post("/lock/")
    for _n in range(4):
        assert browser.post("/lock/", {"password": "wrong"}).status_code == 422

    assert browser.post("/lock/", {"password": "wrong"}).status_code == 429
    assert browser.post("/lock/", {"password": PASSWORD}).status_code == 429
    assert browser.get("/me/").url == "/lock/"


def test_wrong_passwords_at_the_password_page_are_counted_like_those_of_a_login(enter, frontdesk):
    browser = enter()
    log_in(browser, "frontdesk")
    given = {"old_password": "wrong", "new_password1": "Right-horse-8", "new_password2": "Right-horse-8"}
    for _n in range(4):
        assert browser.post("/me/password/", given).status_code == 422

    assert browser.post("/me/password/", given).status_code == 429
    assert browser.post("/me/password/", given | {"old_password": PASSWORD}).status_code == 429
    assert log_in(enter(), "frontdesk").status_code == 429
    frontdesk.refresh_from_db()
    assert frontdesk.check_password(PASSWORD)


@pytest.mark.parametrize("page", ["/me/password/", "/login/code/", "/login/phone/", "/me/", "/"])
def test_behind_the_lock_screen_no_page_opens(enter, cashier, page):
    browser = enter()
    log_in(browser, "cashier")
    browser.post("/lock/")

    assert (browser.get(page).url, browser.post(page).url) == ("/lock/", "/lock/")


def test_before_the_second_factor_no_page_opens_but_its_own(enter, cashier):
    browser = enter()
    log_in(browser, "cashier")

    assert browser.get("/me/password/").url == "/login/code/"
    assert browser.get("/login/phone/").status_code == 200


def test_looking_at_the_lock_screen_locks_nothing(enter, frontdesk):
    browser = enter()
    log_in(browser, "frontdesk")

    assert browser.get("/lock/").url == "/"
    assert browser.get("/me/").status_code == 200


def test_a_one_time_password_is_not_chosen_again(enter, frontdesk):
    password = people.new_password(frontdesk, by=make_staff(Role.ADMIN, office=frontdesk.home_office))
    browser = enter()
    log_in(browser, "frontdesk", password)
    again = {"old_password": password, "new_password1": password, "new_password2": password}

    answer = browser.post("/me/password/", again | {"language": "en"})

    assert answer.status_code == 422
    frontdesk.refresh_from_db()
    assert (frontdesk.must_change_password, browser.get("/").url) == (True, "/me/password/")
    fresh = again | {"new_password1": "Right-horse-9", "new_password2": "Right-horse-9"}
    assert browser.post("/me/password/", fresh).status_code == 302
    assert browser.get("/me/").status_code == 200


@pytest.mark.parametrize("role", [Role.CASHIER, Role.ACCOUNTANT, Role.LEADER, Role.CHAIR, Role.AUDITOR, Role.ADMIN])
def test_who_decides_checks_or_pays_money_has_a_second_factor(role):
    assert make_staff(role).needs_second_factor


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.OFFICER, Role.GRASSROOTS, Role.SECRETARY, Role.MEMBER])
def test_who_does_not_may_come_with_a_password(role):
    assert not make_staff(role).needs_second_factor


def test_the_right_password_forgets_the_wrong_ones_before_it(enter, frontdesk):
    browser = enter()
    log_in(browser, "frontdesk")
    for _n in range(2):
        browser.post("/lock/")
        for _m in range(3):
            browser.post("/lock/", {"password": "wrong"})

        assert browser.post("/lock/", {"password": PASSWORD}).status_code == 302


def test_the_administrator_opens_a_name_that_is_locked(enter, frontdesk):
    stranger, admin = enter(), enter(make_staff(Role.ADMIN, office=frontdesk.home_office, language="en"))
    page = reverse("center:staff", args=[frontdesk.pk])
    assert "Open it now" not in admin.get(page).content.decode()
    for _n in range(5):
        log_in(stranger, "frontdesk", "wrong")

    assert "The password was wrong five times" in admin.get(page).content.decode()
    admin.post(reverse("center:staff_unlock", args=[frontdesk.pk]))

    assert log_in(stranger, "frontdesk").status_code == 302
    again = admin.post(reverse("center:staff_unlock", args=[frontdesk.pk]), follow=True)
    assert "This name is not locked." in again.content.decode()


def test_a_new_password_lets_in_who_had_forgotten_the_old_one(enter, frontdesk):
    stranger = enter()
    for _n in range(5):
        log_in(stranger, "frontdesk", "wrong")

    password = people.new_password(frontdesk, by=make_staff(Role.ADMIN, office=frontdesk.home_office))

    assert log_in(stranger, "frontdesk", password).status_code == 302


def test_every_page_but_the_public_ones_leads_to_the_login(enter):
    assert enter().get("/").url == "/login/?next=/"
    assert enter().get("/healthz").content == b"ok\n"


def test_the_idle_page_locks_and_the_password_brings_it_back(enter, frontdesk):
    browser = enter()
    log_in(browser, "frontdesk")
    session = browser.session
    session["seen"] = int(time.time()) - settings.IDLE_LOCK_MINUTES * 60 - 1
    session.save()

    assert browser.get("/me/").url == "/lock/"
    assert browser.post("/lock/", {"password": "wrong"}).status_code == 422
    assert browser.get("/me/").url == "/lock/"
    assert browser.post("/lock/", {"password": PASSWORD}).url == "/me/"
    assert browser.get("/me/").status_code == 200


def test_one_key_locks(enter, frontdesk):
    browser = enter(frontdesk)

    browser.post("/lock/")

    assert browser.get("/").url == "/lock/"


def test_a_htmx_request_to_a_locked_page_sends_the_whole_page_to_the_lock(enter, frontdesk):
    browser = enter(frontdesk)
    browser.post("/lock/")

    answer = browser.post("/search/suggest/", {"q": "wang"}, headers={"HX-Request": "true"})

    assert answer["HX-Redirect"] == "/lock/"


def test_a_money_role_enrols_mistypes_uses_a_backup_code_and_loses_the_phone(enter, cashier):
    browser = enter()
    log_in(browser, "cashier")
    assert browser.get("/").url == "/login/code/"
    assert browser.get("/login/code/").url == "/login/phone/"
    browser.post("/login/phone/", {"start": "1"})
    device = TOTPDevice.objects.get()
    key = BeautifulSoup(browser.get("/login/phone/").content, "html.parser").select_one("code").get_text()
    assert b32decode(key.replace(" ", "")) == device.bin_key  # for who cannot scan

    assert browser.post("/login/phone/", {"code": "000000"}).status_code == 422
    assert TOTPDevice.objects.get().confirmed is False
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    enrolled = browser.post("/login/phone/", {"code": f"{totp(device.bin_key):06d}"})
    codes = enrolled.context["codes"]
    assert len(codes) == 8
    assert browser.get("/").status_code == 200

    # the next day: the phone lies at home, a backup code opens, and opens once
    other = enter()
    log_in(other, "cashier")
    assert other.get("/").url == "/login/code/"
    assert other.post("/login/code/", {"code": "123456"}).status_code == 422
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    cashier.staticdevice_set.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert other.post("/login/code/", {"code": codes[0]}).status_code == 302
    assert other.get("/").status_code == 200
    third = enter()
    log_in(third, "cashier")
    assert third.post("/login/code/", {"code": codes[0]}).status_code == 422


def test_a_first_password_is_changed_before_anything_else(enter, frontdesk):
    Staff.objects.update(must_change_password=True)
    browser = enter(Staff.objects.get())

    assert browser.get("/").url == "/me/password/"
    weak = {"old_password": PASSWORD, "new_password1": "aaaaaaaaaa", "new_password2": "aaaaaaaaaa"}
    assert browser.post("/me/password/", weak).status_code == 422
    short = browser.post("/me/password/", {**weak, "new_password1": "Ab1-", "new_password2": "Ab1-"})
    assert "不少于十个字符" in short.content.decode()
    strong = {"old_password": PASSWORD, "new_password1": "Blue-river-42", "new_password2": "Blue-river-42"}
    assert browser.post("/me/password/", strong).status_code == 302
    assert browser.get("/").status_code == 200


def test_a_password_of_ninety_one_days_ago_is_changed(enter, frontdesk):
    Staff.objects.update(password_changed_at=timezone.now() - timezone.timedelta(days=91))

    assert enter(Staff.objects.get()).get("/").url == "/me/password/"


def test_ones_own_sessions_are_listed_and_ended(enter, frontdesk):
    here, there = enter(), enter()
    log_in(here, "frontdesk")
    log_in(there, "frontdesk")
    other = StaffSession.objects.get(session_key=there.session.session_key)

    here.post(reverse("center:end_session", args=[other.pk]))

    assert there.get("/me/").url == "/login/?next=/me/"
    assert here.get("/me/").status_code == 200


def test_nobody_ends_another_persons_session(enter, frontdesk, cashier):
    theirs = StaffSession.objects.create(staff=cashier, session_key="x")

    assert enter(frontdesk).post(reverse("center:end_session", args=[theirs.pk])).status_code == 404


def test_the_language_is_kept_and_the_page_too(enter, frontdesk):
    browser = enter(frontdesk)

    answer = browser.post("/language/", {"language": "en", "next": "/me/"})

    assert answer.url == "/me/"
    assert "My settings" in browser.get("/me/").content.decode()


def test_no_page_is_kept_by_the_browser(enter, frontdesk):
    assert enter(frontdesk).get("/me/")["Cache-Control"] == "no-store"


def test_a_page_that_reads_cannot_write(enter, frontdesk, monkeypatch):
    from center.views import shell

    monkeypatch.setattr(shell.manual, "words", lambda: Staff.objects.update(window="1"))

    with pytest.raises(RuntimeError, match="may not write"):
        enter(frontdesk).get("/help/words/")
