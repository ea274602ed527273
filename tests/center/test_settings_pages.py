"""Settings: each change by an action with its trail, nothing deleted, past days as they were."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from psycopg.types.range import Range

from center.actions import offices, reference
from center.kernel.errors import Incomplete, NotAllowed
from center.kernel.roles import Role
from center.models import (
    CalendarDay,
    CalendarYear,
    Code,
    CodeAlias,
    Event,
    Office,
    OfficeLink,
    Standard,
    Succession,
    codes,
)
from center.reference import standards, working_days
from tests.center.make import make_office, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def admin(office):
    return make_staff(Role.ADMIN, office=office, language="en")


@pytest.fixture
def leader(office):
    return make_staff(Role.LEADER, office=office, language="en")


@pytest.mark.parametrize("page", ["", "offices/", "standards/", "calendar/", "codes/", "codes/sex/"])
def test_every_page_of_settings_opens(enter, admin, page):
    assert enter(admin).get(f"/settings/{page}").status_code == 200


def test_the_leader_reaches_standards_and_no_other_settings(enter, leader):
    client = enter(leader)

    home = client.get("/settings/").content.decode()

    assert "/settings/standards/" in home
    assert "/settings/codes/" not in home
    assert [client.get(f"/settings/{page}/").status_code for page in ("standards", "offices", "calendar", "codes")] == [
        200,
        403,
        403,
        403,
    ]


# -- offices -------------------------------------------------------------------------------------------------------------


def test_an_office_is_opened_in_the_tree_of_its_first_day(enter, admin, office):
    client = enter(admin)
    given = {"code": "ST01", "name": "North Station", "level": "station", "parent": office.pk, "on": "2026-03-01"}

    client.post("/settings/offices/", given)

    shown = [
        [str(office) for _depth, office in client.get(f"/settings/offices/?on={day}").context["tree"]]
        for day in ("2026-03-01", "2026-02-28", "nonsense")
    ]
    assert ["North Station" in names for names in shown] == [True, False, True]
    assert Event.objects.get(verb="center.office.opened").facts["parent"] == office.code


@pytest.mark.parametrize("day", ["2026-02-30", "2026年2月", "1-1-1", ""])
def test_a_day_that_is_none_shows_the_tree_of_today(enter, admin, office, day):
    answer = enter(admin).get("/settings/offices/", {"on": day})

    assert answer.status_code == 200
    assert answer.context["on"] == timezone.localdate()


def test_an_office_may_stand_at_the_top_of_a_tree(admin):
    made = offices.open_office(
        code="9901", name="City", level="city", parent=None, on=date(2026, 1, 1), division="511100", by=admin
    )

    assert OfficeLink.objects.filter(child=made).count() == 0
    assert Office.objects.ids_below([made.pk]) == {made.pk}


def test_a_code_is_used_once(enter, admin, office):
    given = {"code": office.code, "name": "x", "level": "station", "on": "2026-03-01"}

    answer = enter(admin).post("/settings/offices/", given)

    assert answer.status_code == 422
    assert "already" in answer.content.decode()


def test_two_administrators_rename_an_office_and_the_second_chooses(enter, admin, office):
    from tests.casework.test_pages import hidden

    first, second = enter(admin), enter(make_staff(Role.ADMIN, office=office, language="en"))
    url = f"/settings/offices/{office.pk}/"
    stamp = hidden(first.get(url), "version")
    facts = {"step": "rename", "version": stamp, "division": "511111"}
    second.post(url, facts | {"name": "Theirs"})

    clash = first.post(url, facts | {"name": "Mine"})

    assert clash.status_code == 409
    assert "Theirs" in clash.content.decode()
    assert Event.objects.get(verb="center.office.renamed").facts["after"] == "Theirs"


def test_moving_keeps_the_tree_of_earlier_days(enter, admin, office):
    first, other = make_office("First", parent=office), make_office("Other", parent=office)
    child = make_office("Station", parent=first)

    enter(admin).post(
        f"/settings/offices/{child.pk}/", {"step": "move", "move-other": other.pk, "move-on": "2026-05-01"}
    )

    assert child.pk in Office.objects.ids_below([first.pk], on=date(2026, 4, 30))
    assert child.pk not in Office.objects.ids_below([first.pk], on=date(2026, 5, 1))
    assert child.pk in Office.objects.ids_below([other.pk], on=date(2026, 5, 1))


def test_an_office_does_not_move_below_itself_nor_before_a_later_place(admin, office):
    child, other = make_office("Station", parent=office), make_office("Other", parent=office)
    with pytest.raises(NotAllowed, match="stands below"):
        offices.move_office(office, parent=child, on=date(2026, 5, 1), by=admin)
    offices.move_office(child, parent=other, on=date(2026, 5, 1), by=admin)

    with pytest.raises(NotAllowed, match="later day"):
        offices.move_office(child, parent=office, on=date(2026, 4, 1), by=admin)


def test_a_merge_shows_what_would_move_before_it_moves(enter, admin, office):
    old = make_office("Old Center", parent=office)
    child = make_office("Station", parent=old)
    officer = make_staff(Role.OFFICER, office=old, full_name="Ana")
    client, url = enter(admin), f"/settings/offices/{old.pk}/"
    given = {"merge-other": office.pk, "merge-on": "2026-06-01"}

    check = client.post(url, given | {"step": "check"}).content.decode()
    before = Succession.objects.count()
    client.post(url, given | {"step": "merge"})

    assert ("Station" in check, str(officer) in check, before) == (True, True, 0)
    old.refresh_from_db()
    assert old.closed_on == date(2026, 5, 31)
    assert {old.pk, child.pk} <= Office.objects.ids_below([office.pk], on=date(2026, 6, 1))
    assert "cannot be merged" in client.post(url, given | {"step": "merge"}).content.decode()


def test_a_child_that_would_come_later_goes_to_the_successor(admin, office):
    old, child = make_office("Old Center", parent=office), make_office("Station")
    OfficeLink.objects.create(child=child, parent=old, during=Range(date(2027, 1, 1), None))

    offices.merge_offices(old, into=office, on=date(2026, 6, 1), by=admin)

    (link,) = OfficeLink.objects.filter(child=child)
    assert (link.parent, link.during.lower) == (office, date(2027, 1, 1))


def test_an_office_closes_when_nobody_and_nothing_is_left(enter, admin, office):
    empty, parent = make_office("Empty", parent=office), make_office("Parent", parent=office)
    make_office("Station", parent=parent)
    manned = make_office("Manned", parent=office)
    make_staff(Role.OFFICER, office=manned)
    client = enter(admin)
    given = {"step": "close", "close-on": "2026-06-30"}

    answers = [client.post(f"/settings/offices/{each.pk}/", given) for each in (empty, parent, manned, empty)]

    assert [answer.status_code for answer in answers] == [302, 422, 422, 422]
    sentences = [
        "1 office stands below it; move it first, or merge.",
        "1 role is still held here; end it first, or merge.",
        "It closed on 2026-06-30.",
    ]
    assert [line in answer.content.decode() for line, answer in zip(sentences, answers[1:], strict=True)] == [True] * 3


def enter_shown(client, given, page="/settings/standards/"):
    """What it touches is looked at first; then the same is entered."""
    shown = client.post(page, given).context["shown"]
    return client.post(page, given | {"shown": shown})


# -- standards -----------------------------------------------------------------------------------------------------------


def test_a_new_value_ends_the_one_before_it(enter, leader, office):
    client = enter(leader)
    given = {"key": "dibao_line", "office": office.pk, "document": "No. 1"}

    enter_shown(client, given | {"value": "780", "since": "2025-07-01"})
    enter_shown(client, given | {"value": "820", "since": "2026-07-01"})

    day = {"office": office, "on": date(2026, 6, 30)}
    assert standards.value("dibao_line", **day) == Decimal(780)
    assert standards.value("dibao_line", **day | {"on": date(2026, 7, 1)}) == Decimal(820)
    assert Event.objects.filter(verb="center.standard.set").count() == 2


def test_a_value_between_two_others_ends_where_the_later_begins(leader, office):
    for value, since in ((1, date(2024, 1, 1)), (3, date(2026, 1, 1)), (2, date(2025, 1, 1))):
        reference.set_standard(office, key="dibao_line", value=Decimal(value), since=since, document="x", by=leader)

    found = [standards.value("dibao_line", office=office, on=date(year, 6, 1)) for year in (2024, 2025, 2026)]

    assert found == [1, 2, 3]


@pytest.mark.parametrize(
    ("value", "sentence"), [("0", "A standard is above zero."), ("-1", "A standard is above zero.")]
)
def test_a_standard_is_above_zero(enter, leader, office, value, sentence):
    given = {"key": "dibao_line", "office": office.pk, "document": "x", "value": value, "since": "2026-01-01"}

    assert sentence in enter(leader).post("/settings/standards/", given).content.decode()


def test_two_values_from_one_day_are_refused(enter, leader, office):
    given = {"key": "dibao_line", "office": office.pk, "document": "x", "value": "1", "since": "2026-01-01"}
    client = enter(leader)
    enter_shown(client, given)

    answer = enter_shown(client, given)

    assert (answer.status_code, Standard.objects.count()) == (422, 1)
    assert "A value from 2026-01-01 is entered already." in answer.content.decode()


def test_another_offices_leader_enters_nothing_here(office):
    with pytest.raises(NotAllowed, match="leader and the administrator"):
        reference.set_standard(
            office,
            key="dibao_line",
            value=Decimal(1),
            since=date(2026, 1, 1),
            document="x",
            by=make_staff(Role.LEADER, office=make_office("Other", parent=office)),
        )


def test_a_line_that_ends_is_named_from_november_on(office):
    Standard.objects.create(
        key="dibao_line", office=office, value=1, during=Range(date(2025, 1, 1), date(2027, 1, 1)), document="x"
    )

    assert standards.warnings([office], date(2026, 10, 31)) == []
    assert standards.warnings([office], date(2026, 11, 1)) == [
        f"{office}: “Minimum-living line (yuan a month)” is missing from 2027-01-01 on."
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_standards_cost_the_same_for_one_and_for_three(enter, leader, office, rows, django_assert_max_num_queries):
    for year in range(2024, 2024 + rows):
        reference.set_standard(
            office, key="dibao_line", value=Decimal(year), since=date(year, 1, 1), document="x", by=leader
        )
    client = enter(leader)
    client.get("/settings/standards/")

    with django_assert_max_num_queries(45):
        client.get("/settings/standards/")


def test_what_was_shown_is_what_is_entered(enter, leader, office):
    given = {"key": "dibao_line", "office": office.pk, "document": "x", "value": "780", "since": "2026-01-01"}
    client = enter(leader)
    shown = client.post("/settings/standards/", given).context["shown"]

    answer = client.post("/settings/standards/", given | {"value": "790", "shown": shown})

    assert (answer.status_code, Standard.objects.count()) == (200, 0)
    assert answer.context["shown"] != shown


@pytest.mark.parametrize(("value", "asked"), [("7399", False), ("7400", True), ("74.1", False), ("74", True)])
def test_a_figure_of_another_order_is_asked_about(enter, leader, office, value, asked):
    reference.set_standard(
        office, key="dibao_line", value=Decimal(740), since=date(2025, 7, 1), document="x", by=leader
    )
    given = {"key": "dibao_line", "office": office.pk, "document": "x", "value": value, "since": "2026-07-01"}

    page = enter(leader).post("/settings/standards/", given)
    answer = enter_shown(enter(leader), given)

    assert ("sure" in page.context["form"].fields, answer.status_code) == (asked, 422 if asked else 302)
    assert enter_shown(enter(leader), given | {"sure": "on"}).status_code == (302 if asked else 422)  # the other stands
    assert Standard.objects.count() == 2


def test_nobody_enters_it_past_the_page_either(leader, office):
    first = {"key": "dibao_line", "document": "x", "by": leader}
    reference.set_standard(office, value=Decimal(740), since=date(2025, 7, 1), **first)

    with pytest.raises(Incomplete, match="The last figure is 740.00, this one is 7,400.00"):
        reference.set_standard(office, value=Decimal(7400), since=date(2026, 7, 1), **first)


def test_a_coming_figure_is_corrected_until_its_day_and_the_one_before_it_follows(enter, leader, office):
    today = timezone.localdate()
    common = {"key": "dibao_line", "document": "x", "by": leader}
    now = reference.set_standard(office, value=Decimal(740), since=today - timedelta(days=9), **common)
    coming = reference.set_standard(office, value=Decimal(870), since=today + timedelta(days=20), **common)
    page = f"/settings/standards/{coming.pk}/"
    given = {"value": "780", "since": (today + timedelta(days=10)).isoformat(), "document": "y"}

    answer = enter_shown(enter(leader), given, page)

    now.refresh_from_db(), coming.refresh_from_db()
    assert (answer.status_code, coming.value, coming.document) == (302, Decimal(780), "y")
    assert now.during.upper == coming.during.lower == today + timedelta(days=10)
    later = {"value": Decimal(780), "since": today + timedelta(days=30), "document": "y", "by": leader}
    reference.correct_standard(coming, **later)
    now.refresh_from_db()
    assert now.during.upper == today + timedelta(days=30)
    with pytest.raises(NotAllowed, match="It may begin from"):
        reference.correct_standard(coming, **later | {"since": today})
    with pytest.raises(NotAllowed, match="It has been in force since"):
        reference.correct_standard(now, **later)
    assert enter(leader).get("/settings/standards/").content.decode().count(f"/settings/standards/{coming.pk}/") == 1


# -- calendar ------------------------------------------------------------------------------------------------------------


def test_the_notice_of_a_year_is_entered_whole(enter, admin):
    lines = "2027-01-01 off New Year\n\n2027-01-02 work\n2027-02-06\t休\t春节"
    given = {"step": "year", "year-year": 2027, "year-source": "Notice No. 7", "year-lines": lines}
    client = enter(admin)

    client.post("/settings/calendar/", given)
    page = client.get("/settings/calendar/?year=2027").content.decode()

    assert working_days.is_known(2027)
    assert [working_days.is_working(date(2027, 1, day)) for day in (1, 2)] == [False, True]
    assert "Notice No. 7" in page
    client.post("/settings/calendar/", given | {"year-lines": "2027-01-01 off"})
    assert list(CalendarDay.objects.filter(day__year=2027).values_list("day", flat=True)) == [date(2027, 1, 1)]


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("2027-01-01 perhaps", "Line 1 cannot be read: 2027-01-01 perhaps"),
        ("2027-13-01 off", "Line 1 cannot be read: 2027-13-01 off"),
        ("yesterday", "Line 1 cannot be read: yesterday"),
        ("2026-01-01 off", "Every day belongs to 2027."),
        ("  \n ", "This field is required."),
        (",", "Line 1 cannot be read: ,"),
    ],
)
def test_a_notice_that_cannot_be_read_says_where(enter, admin, lines, sentence):
    given = {"step": "year", "year-year": 2027, "year-source": "x", "year-lines": lines}

    answer = enter(admin).post("/settings/calendar/", given)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not CalendarYear.objects.filter(year=2027).exists()


def test_one_day_is_set_by_itself(enter, admin):
    enter(admin).post(
        "/settings/calendar/", {"step": "day", "day-day": "2026-03-08", "day-works": "on", "day-name": "exchange"}
    )

    assert working_days.is_working(date(2026, 3, 8))


# -- code lists ----------------------------------------------------------------------------------------------------------


def test_a_changed_label_is_still_understood(enter, admin):
    code = Code.objects.get(list="help_need", code=codes.choices("help_need")[0][0])
    before = code.label_zh
    given = {
        "step": "change",
        "label_zh": "新词",
        "label_en": "New word",
        "national_code": "",
        "position": code.position,
    }

    enter(admin).post(f"/settings/code/{code.pk}/", given)

    assert codes.find("help_need", "新词") == codes.find("help_need", before) == code.code
    assert Event.objects.get(verb="center.code.changed").facts["before"] == before


def test_another_place_in_the_list_leaves_no_older_word_behind(admin):
    code = Code.objects.get(list="help_need", code=codes.choices("help_need")[0][0])
    known = CodeAlias.objects.count()

    moved = reference.change_code(
        code, label_zh=code.label_zh, label_en="Another", national_code="9", position=7, by=admin
    )

    assert (moved.label_en, moved.national_code, moved.position) == ("Another", "9", 7)
    assert CodeAlias.objects.count() == known


def test_a_retired_value_keeps_its_word_and_cannot_be_chosen(enter, admin):
    code = Code.objects.get(list="help_need", code=codes.choices("help_need")[0][0])
    client, url = enter(admin), f"/settings/code/{code.pk}/"

    client.post(url, {"step": "retire", "retire-on": "2020-01-01"})
    retired = [each for each, _label in codes.choices("help_need")]
    client.post(url, {"step": "retire", "retire-on": ""})

    assert code.code not in retired
    assert codes.label("help_need", code.code) != code.code
    assert code.code in [each for each, _label in codes.choices("help_need")]


def test_a_value_does_not_retire_before_it_begins(admin):
    code = Code.objects.filter(list="help_need").first()
    Code.objects.filter(pk=code.pk).update(starts_on=date(2026, 1, 1))

    with pytest.raises(NotAllowed, match="begins on 2026-01-01"):
        reference.retire_code(code, on=date(2025, 1, 1), by=admin)


def test_a_value_and_an_older_word_are_added(enter, admin):
    client, url = enter(admin), "/settings/codes/help_need/"

    client.post(url, {"step": "add", "add-code": "heating", "add-label_zh": "取暖", "add-label_en": "Heating"})
    client.post(url, {"step": "word", "word-text": "煤火费", "word-code": "heating"})

    assert codes.find("help_need", "煤火费") == "heating"
    assert CodeAlias.objects.get(text="煤火费").code == "heating"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"step": "add", "add-code": "other", "add-label_zh": "x", "add-label_en": "x"}, "has the code other already"),
        ({"step": "word", "word-text": "x", "word-code": "nonsense"}, "has no code nonsense"),
        ({"step": "word", "word-text": "other", "word-code": "other"}, "means other already"),
    ],
)
def test_what_a_list_has_already_is_refused(enter, admin, given, sentence):
    answer = enter(admin).post("/settings/codes/help_need/", given)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_list_that_does_not_exist_is_not_begun(enter, admin):
    assert enter(admin).get("/settings/codes/nonsense/").status_code == 404
    with pytest.raises(NotAllowed, match="no list"):
        reference.add_code(
            list_name="nonsense", code="x", label_zh="x", label_en="x", national_code="", starts_on=None, by=admin
        )


def test_nobody_else_changes_reference_data(leader):
    with pytest.raises(NotAllowed, match="administrator"):
        reference.set_day(date(2026, 3, 8), works=True, name="x", by=leader)
