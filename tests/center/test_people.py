"""Accounts and roles: opened and closed by the administrator, the last one protected, two people for a lost phone."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from center.actions import offices, people
from center.kernel.errors import Incomplete, NotAllowed
from center.kernel.roles import Permission, Role
from center.models import Assignment, Event, Office, ResetRequest, Staff
from center.queries import staffing
from center.site.versions import stamp
from tests.center import make

pytestmark = pytest.mark.django_db


def top():
    """The office of the administrator, above all others."""
    return Office.objects.filter(code="TOP").first() or make.make_office("市总工会", code="TOP")


def make_office(name="区中心", *, parent=None):
    return make.make_office(name, parent=parent or top())


def make_staff(*roles, office=None, **fields):
    return make.make_staff(*roles, office=office or make_office(), **fields)


@pytest.fixture
def admin():
    return make_staff(Role.ADMIN, office=top(), username="admin")


@pytest.fixture
def leader():
    return make_staff(Role.LEADER, office=top(), username="leader")


def test_an_account_begins_with_a_password_that_must_be_changed(admin):
    staff, password = people.open_account(username="wangli", full_name="王丽", by=admin)

    assert staff.check_password(password) is True
    assert staff.must_change_password is True


def test_one_person_one_account(admin):
    people.open_account(username="wangli", full_name="王丽", by=admin)

    with pytest.raises(NotAllowed, match="named WANGLI already"):
        people.open_account(username="WANGLI", full_name="王丽", by=admin)


def test_only_the_administrator_opens_accounts(leader):
    with pytest.raises(NotAllowed, match="administrator"):
        people.open_account(username="x", full_name="某", by=leader)


def test_a_refused_pair_is_a_sentence_before_it_is_a_constraint(admin):
    cashier = make_staff(Role.CASHIER, full_name="吕芳")

    with pytest.raises(NotAllowed, match="吕芳 is Cashier; that and Accountant are never one person's"):
        people.assign(cashier, role=Role.ACCOUNTANT, office=make_office(), starts_on=timezone.localdate(), by=admin)

    assert cashier.assignments.count() == 1


def test_the_last_administrator_stays(admin):
    officer = make_staff(Role.OFFICER)
    with pytest.raises(NotAllowed, match="own account"):
        people.close_account(admin, reason="离职", by=admin)
    with pytest.raises(Incomplete, match="why the account is closed"):
        people.close_account(officer, reason=" ", by=admin)
    with pytest.raises(NotAllowed, match="last administrator"):
        people.end_assignment(Assignment.objects.get(staff=admin), on=timezone.localdate(), by=admin)


def test_a_leaver_is_let_in_no_more_and_nothing_of_theirs_is_deleted(admin, enter):
    officer = make_staff(Role.OFFICER)
    browser = enter(officer)
    browser.get("/")

    people.close_account(officer, reason="退休", by=admin)

    assert browser.get("/").url == "/login/?next=/"
    assert Assignment.objects.get(staff=officer).ends_on == timezone.localdate()
    assert Staff.objects.get(pk=officer.pk).is_active is False


def test_a_deputy_of_the_upper_office_sees_the_district_for_a_time(admin):
    city, district = make_office("市中心"), make_office("区中心")
    deputy, leader = make_staff(office=city), make_staff(Role.LEADER, office=district)

    people.assign(
        deputy,
        role=Role.LEADER,
        office=district,
        starts_on=timezone.localdate(),
        ends_on=timezone.localdate(),
        deputy_for=leader,
        by=admin,
    )

    assert Staff.objects.get(pk=deputy.pk).sight(Permission.DECIDE_FILES) == {district.pk}
    with pytest.raises(Incomplete, match="last day"):
        people.assign(
            deputy, role=Role.OFFICER, office=district, starts_on=date(2026, 1, 1), deputy_for=leader, by=admin
        )


def test_a_lost_phone_takes_two_people_and_neither_is_its_owner(admin, leader):
    cashier = make_staff(Role.CASHIER)
    TOTPDevice.objects.create(user=cashier, name="phone", confirmed=True)
    asked = people.ask_factor_reset(cashier, reason="本人到场核对身份证", by=admin)

    with pytest.raises(NotAllowed, match="Somebody else"):
        people.confirm_factor_reset(asked, by=admin)
    with pytest.raises(NotAllowed, match="administrator and the leader"):
        people.confirm_factor_reset(asked, by=make_staff(Role.OFFICER))
    people.confirm_factor_reset(asked, by=leader)

    assert list(TOTPDevice.objects.filter(user=cashier)) == []
    with pytest.raises(NotAllowed, match="has been confirmed"):
        people.confirm_factor_reset(asked, by=leader)


def test_the_phone_of_somebody_without_a_role_is_no_matter_for_everybody(admin):
    """Nowhere is inside of everywhere: who has no office at all was anybody's to confirm."""
    nobody = Staff.objects.create_user("nobody", full_name="吴用")
    officer = make_staff(Role.OFFICER)
    asked = people.ask_factor_reset(nobody, reason="核对", by=admin)

    assert people.why_not_confirm_reset(officer, asked).startswith("A second factor is reset by the administrator")
    assert people.why_not_confirm_reset(make_staff(Role.ADMIN, office=top()), asked) == ""


def test_the_database_too_wants_two_others_for_a_lost_phone(admin):
    cashier = make_staff(Role.CASHIER)
    asked = people.ask_factor_reset(cashier, reason="核对", by=admin)

    for one in (admin, cashier):
        with pytest.raises(IntegrityError, match="factor_reset_takes_two_others"), transaction.atomic():
            ResetRequest.objects.filter(pk=asked.pk).update(confirmed_by=one, confirmed_at=timezone.now())


def test_merging_offices_by_the_action_moves_children_and_closes_the_old_one(admin):
    old, new = make_office("旧区"), make_office("新区")
    station = make_office("街道", parent=old)

    offices.merge_offices(old, into=new, on=date(2026, 1, 1), by=admin)

    assert Office.objects.ids_below([new.pk], on=date(2026, 6, 1)) == {new.pk, old.pk, station.pk}
    assert Office.objects.ids_below([old.pk], on=date(2025, 6, 1)) == {old.pk, station.pk}
    assert Office.objects.get(pk=old.pk).closed_on == date(2025, 12, 31)
    with pytest.raises(NotAllowed, match="cannot be merged"):
        offices.merge_offices(old, into=new, on=date(2026, 1, 1), by=admin)


def test_the_administrators_pages_open_assign_and_close(admin, enter):
    office = make_office()
    browser = enter(admin)

    shown = browser.post(reverse("center:staff_list"), {"username": "lina", "full_name": "李娜"})
    person = Staff.objects.get(username="lina")
    assert person.check_password(shown.context["password"]) is True
    assigned = browser.post(
        reverse("center:staff", args=[person.pk]), {"role": "officer", "office": office.pk, "starts_on": "2026-01-01"}
    )
    assert assigned.status_code == 302
    refused = browser.post(
        reverse("center:staff", args=[person.pk]), {"role": "auditor", "office": office.pk, "starts_on": "2026-01-01"}
    )
    assert refused.status_code == 422
    browser.post(reverse("center:staff_close", args=[person.pk]), {"reason": "调离"})

    assert Staff.objects.get(pk=person.pk).is_active is False
    assert list(person.assignments.values_list("role", flat=True)) == ["officer"]


def test_what_was_typed_about_an_account_stands_beside_why_it_is_refused(admin, enter):
    browser = enter(admin)

    closing = browser.post(reverse("center:staff_close", args=[admin.pk]), {"reason": "leaves the center"})
    phone = browser.post(reverse("center:factor_reset_ask", args=[admin.pk]), {"reason": ""})

    assert (closing.status_code, phone.status_code) == (422, 422)
    assert "leaves the center" in closing.content.decode()
    assert len(closing.context["close_form"].non_field_errors()) == 1
    assert admin.is_active is True


def test_reference_data_stands_in_the_admin_and_nothing_else_does(admin, enter):
    from django.contrib import admin as django_admin

    registered = {model._meta.label for model in django_admin.site._registry}
    page = enter(admin).get("/reference/")

    assert page.status_code == 200
    ours = {
        label for label in registered if label.split(".")[0] in {"center", "casework", "relief", "employment", "legal"}
    }
    assert ours == {
        "center.CalendarDay",
        "center.CalendarYear",
        "center.Code",
        "center.CodeAlias",
        "center.Office",
        "center.OfficeLink",
        "center.Standard",
        "center.Succession",
    }


# -- a role is corrected ---------------------------------------------------------------------------------------------


def tomorrow(days=1):
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def role():
    """An officer from tomorrow on."""
    return make_staff().assignments.create(role=Role.OFFICER, office=make_office(), starts_on=tomorrow())


def as_it_is(held, **changes):
    names = ("role", "office", "starts_on", "ends_on", "deputy_for")
    return {name: getattr(held, name) for name in names} | changes


def test_a_role_that_has_not_begun_is_corrected_whole(admin, role):
    station = make_office()

    people.edit_assignment(
        role, **as_it_is(role, role=Role.LEADER, office=station, starts_on=tomorrow(2), ends_on=tomorrow(9)), by=admin
    )

    role.refresh_from_db()
    told = Event.objects.get(verb="center.role.edited").facts
    assert (role.role, role.office, role.starts_on, role.ends_on) == ("leader", station, tomorrow(2), tomorrow(9))
    assert (told["role_before"], told["role"], told["ends_on_before"]) == ("officer", "leader", "—")


def test_of_a_role_that_has_begun_only_the_end_and_the_deputy_change(admin, role):
    Assignment.objects.filter(pk=role.pk).update(starts_on=timezone.localdate() - timedelta(days=3))
    role.refresh_from_db()
    other = make_staff()

    people.edit_assignment(role, **as_it_is(role, ends_on=tomorrow(), deputy_for=other), by=admin)

    role.refresh_from_db()
    assert (role.ends_on, role.deputy_for) == (tomorrow(), other)
    with pytest.raises(NotAllowed, match="has begun, and what was done in it stays"):
        people.edit_assignment(role, **as_it_is(role, role=Role.LEADER), by=admin)


def test_nothing_changed_is_not_told(admin, role):
    people.edit_assignment(role, **as_it_is(role), by=admin)

    assert Event.objects.filter(verb="center.role.edited").count() == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ends_on": date(2026, 1, 1)}, "cannot end before it starts"),
        ({"deputy_for": "self", "ends_on": date(2100, 1, 1)}, "Nobody is their own deputy"),
        ({"deputy_for": "other"}, "needs its last day"),
        ({"starts_on": date(2020, 1, 1), "ends_on": date(2020, 1, 2)}, "does not lie in the past"),
    ],
)
def test_a_role_that_makes_no_sense_is_refused_with_a_sentence(admin, role, changes, sentence):
    if who := changes.get("deputy_for"):
        changes = changes | {"deputy_for": role.staff if who == "self" else make_staff()}

    with pytest.raises(Incomplete, match=sentence):
        people.edit_assignment(role, **as_it_is(role, **changes), by=admin)


def test_a_correction_makes_no_refused_pair_and_says_which(admin, role):
    role.staff.assignments.create(role=Role.CASHIER, office=role.office, starts_on=date(2020, 1, 1))

    with pytest.raises(NotAllowed, match="is Cashier; that and Accountant are never one person's"):
        people.edit_assignment(role, **as_it_is(role, role=Role.ACCOUNTANT), by=admin)
    assert people.why_not_assign(role.staff, Role.OFFICER, starts_on=tomorrow(), ends_on=None, instead_of=role) == ""


def test_an_administrator_administers_a_subtree_and_not_themselves():
    """The administrator of one station: nothing above it, nothing beside it, nothing for themselves."""
    district = make_office()
    here, beside = (make_office(name, parent=district) for name in ("一站", "二站"))
    own = make_staff(Role.ADMIN, office=here)
    below, aside, above = (make_staff(Role.OFFICER, office=office) for office in (here, beside, district))
    both = make_staff(Role.OFFICER, office=here)
    both.assignments.create(role=Role.LEADER, office=district, starts_on=tomorrow())
    give = {"role": Role.FRONT_DESK, "starts_on": timezone.localdate(), "by": own}

    people.assign(below, office=here, **give)
    assert len(people.new_password(below, by=own)) > 8
    for person in (aside, above, both):
        with pytest.raises(NotAllowed, match="which is not below your office"):
            people.new_password(person, by=own)
        with pytest.raises(NotAllowed, match="which is not below your office"):
            people.close_account(person, reason="x", by=own)
        with pytest.raises(NotAllowed, match="which is not below your office"):
            people.ask_factor_reset(person, reason="x", by=own)
    for office in (beside, district):
        with pytest.raises(NotAllowed, match="is not below your office"):
            people.assign(below, office=office, **give)
        with pytest.raises(NotAllowed, match="is not below your office"):
            offices.rename_office(office, name="x", phone="", address="", division="", by=own)
        with pytest.raises(NotAllowed, match="is not below your office"):
            people.end_assignment(office.assignments.first(), on=timezone.localdate(), by=own)
    with pytest.raises(NotAllowed, match="change your own password on your own page"):
        people.new_password(own, by=own)
    with pytest.raises(NotAllowed, match="to themselves"):
        people.assign(own, office=here, **give)
    with pytest.raises(NotAllowed, match="to themselves"):
        people.edit_assignment(own.assignments.get(), **as_it_is(own.assignments.get(), ends_on=tomorrow()), by=own)
    with pytest.raises(NotAllowed, match="A new office at the top is not below your office"):
        offices.open_office(code="X", name="x", level="city", parent=None, on=tomorrow(), division="511111", by=own)


def test_an_administrator_of_a_station_sees_its_accounts_only(enter):
    district = make_office()
    here, beside = (make_office(name, parent=district) for name in ("一站", "二站"))
    own = make_staff(Role.ADMIN, office=here, language="en")
    mine, other = (
        make_staff(Role.OFFICER, office=office, full_name=name) for office, name in ((here, "金一"), (beside, "乌二"))
    )
    browser = enter(own)

    page = browser.get(reverse("center:staff_list")).content.decode()
    answers = [browser.get(reverse("center:staff", args=[one.pk])).status_code for one in (mine, other)]
    reset = browser.post(reverse("center:staff_password", args=[other.pk]))
    role = browser.get(reverse("center:assignment", args=[other.assignments.get().pk]))

    assert ("金一" in page, "乌二" in page) == (True, False)
    assert (answers, reset.status_code, role.status_code) == ([200, 404], 404, 404)
    above = make_staff(Role.OFFICER, office=here)
    above.assignments.create(role=Role.OFFICER, office=district, starts_on=timezone.localdate())
    refused = browser.post(reverse("center:staff_password", args=[above.pk]), follow=True)
    assert "which is not below your office" in refused.content.decode()


def test_the_last_administrator_over_an_office_does_not_lay_the_role_down(admin):
    make_staff(Role.ADMIN)  # of a center below: does not look after what stands above it
    with pytest.raises(NotAllowed, match="last administrator"):
        people.end_assignment(admin.assignments.get(), on=timezone.localdate(), by=admin)
    make_staff(Role.ADMIN, office=top())

    assert people.end_assignment(admin.assignments.get(), on=timezone.localdate(), by=admin).ends_on


def test_an_ended_role_is_history_and_only_the_administrator_edits(admin, leader, role):
    with pytest.raises(NotAllowed, match="administrator's work"):
        people.edit_assignment(role, **as_it_is(role), by=leader)
    Assignment.objects.filter(pk=role.pk).update(starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1))
    role.refresh_from_db()

    with pytest.raises(NotAllowed, match="has ended already"):
        people.edit_assignment(role, **as_it_is(role), by=admin)


def test_two_administrators_at_one_role_choose_field_by_field(admin, enter, role):
    second = make_staff(Role.ADMIN, office=top())
    first, other = enter(admin), enter(second)
    url = reverse("center:assignment", args=[role.pk])
    page = first.get(url)
    version = {"version": stamp(page.context["form"])}
    typed = {"role": "officer", "office": role.office_id, "starts_on": tomorrow(), "deputy_for": ""} | version

    assert other.post(url, typed | {"ends_on": tomorrow(5)}).status_code == 302
    clash = first.post(url, typed | {"ends_on": tomorrow(8)})
    chosen = {f"theirs.{name}": values for name, values in {"ends_on": str(tomorrow(5))}.items()}
    again = {"ends_on": tomorrow(8), "take.ends_on": "mine", "version": clash.context["version"]}
    done = first.post(url, typed | again | chosen)

    role.refresh_from_db()
    assert (clash.status_code, done.status_code) == (409, 302)
    assert role.ends_on == tomorrow(8)


def test_the_page_says_a_refused_pair_and_keeps_what_was_typed(admin, enter, role):
    role.staff.assignments.create(role=Role.CASHIER, office=role.office, starts_on=date(2020, 1, 1))
    url = reverse("center:assignment", args=[role.pk])
    typed = {"role": "accountant", "office": role.office_id, "starts_on": tomorrow(), "ends_on": "", "deputy_for": ""}

    page = enter(admin).post(url, typed)

    assert page.status_code == 422
    assert page.context["form"]["role"].value() == "accountant"
    assert "不得同时担任会计" in str(page.context["form"].non_field_errors())
    assert url in enter(admin).get(reverse("center:staff", args=[role.staff_id])).content.decode()


def test_a_role_ends_once_and_never_before_it_began(admin):
    officer = make_staff(Role.OFFICER)
    role = officer.assignments.get()

    ended = people.end_assignment(role, on=date(2019, 1, 1), by=admin)

    assert ended.ends_on == role.starts_on
    with pytest.raises(NotAllowed) as refused:
        people.end_assignment(role, on=tomorrow(), by=admin)
    assert str(refused.value) == "This assignment has ended already."


def test_who_forgot_the_password_gets_one_for_one_time(admin):
    officer = make_staff(Role.OFFICER)

    password = people.new_password(officer, by=admin)

    officer.refresh_from_db()
    assert (officer.check_password(password), officer.must_change_password) == (True, True)


def test_a_lost_phone_is_believed_with_a_reason_only(admin):
    with pytest.raises(Incomplete) as refused:
        people.ask_factor_reset(make_staff(Role.CASHIER), reason=" ", by=admin)

    assert str(refused.value) == "Say how you made sure that it is this person who asks."


def test_a_request_for_a_lost_phone_is_confirmed_within_a_day(admin, leader):
    asked = people.ask_factor_reset(make_staff(Role.CASHIER), reason="本人到场", by=admin)
    asked.asked_at = timezone.now() - timedelta(hours=23)
    within = people.why_not_confirm_reset(leader, asked)
    asked.asked_at = timezone.now() - timedelta(hours=25)

    assert (within, people.why_not_confirm_reset(leader, asked)) == ("", "This request is older than a day; ask again.")


def test_the_hands_of_an_office_are_its_own_and_those_above_it_and_none_beside_it():
    city = make_office("City")
    district, beside = make_office("District", parent=city), make_office("Beside", parent=city)
    above, own = make_staff(Role.LEADER, office=city), make_staff(Role.CASHIER, office=district)
    make_staff(Role.CASHIER, office=beside)

    hands = staffing._permissions_at(district)

    assert set(hands) == {above, own}
    assert Permission.PAY in hands[own]
    assert Permission.PAY not in hands[above]


def test_the_reference_pages_have_no_door_of_their_own(client, enter):
    stranger = client.get("/reference/login/")
    clerk = enter(make_staff(Role.FRONT_DESK))

    assert (stranger.status_code, stranger["Location"].split("?")[0]) == (302, "/login/")
    assert [clerk.get(page).status_code for page in ("/reference/login/", "/reference/")] == [403, 302]
    assert clerk.get("/reference/", follow=True).status_code == 403
