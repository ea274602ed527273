"""What an office gives, up to which amount who grants it: settings of the office, dated, entered on pages."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from center.kernel.errors import NotAllowed, Refusal
from center.kernel.roles import Role
from center.models import Code
from relief.actions import decisions, programmes
from relief.enums import Decider
from relief.models import Application, ApprovalBand, EmergencyPower, Programme, ProgrammeVersion
from relief.permissions import band_of
from tests.center.make import make_office, make_staff
from tests.relief.make import make_application, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def young():
    """An office in which nothing is set yet, and its leader."""
    office = make_office()
    return make_staff(Role.LEADER, office=office)


def send(client, name, /, *args, **told):
    return client.post(reverse(f"relief:{name}", args=args), told)


# -- a new center ---------------------------------------------------------------------------------------------------


def test_a_new_center_begins_with_the_programmes_and_limits_of_the_papers(enter, young):
    client, today = enter(young), timezone.localdate()
    empty = client.get(reverse("relief:programmes")).content.decode()

    answer = send(client, "adopt_programmes", since=today)

    assert reverse("relief:adopt_programmes") in empty
    assert answer.status_code == 302
    assert set(Programme.objects.values_list("kind", flat=True)) == {"living", "medical", "education"}
    assert [band_of(young.home_office, Decimal(amount)) for amount in (2000, 5000, 20000, 20001)] == list(Decider)


def test_standard_programmes_are_adopted_once(enter, young):
    client, today = enter(young), timezone.localdate()
    send(client, "adopt_programmes", since=today)

    again = send(client, "adopt_programmes", since=today)

    assert (again.status_code, Programme.objects.count()) == (422, 3)


@pytest.mark.parametrize("name", ["adopt_programmes", "programme_new", "limit", "emergency_power"])
def test_only_the_leader_sets_what_the_office_gives(enter, house, name):
    assert enter(house.officer).get(reverse(f"relief:{name}")).status_code == 403
    assert enter(house.leader).get(reverse(f"relief:{name}")).status_code == 200


def test_another_s_office_is_not_theirs_to_set(house):
    with pytest.raises(NotAllowed, match="Only the leader of this office"):
        programmes.set_band(
            make_office(), decider="leader", up_to=Decimal(1), since=timezone.localdate(), by=house.leader
        )


# -- a programme of one's own ---------------------------------------------------------------------------------------


def test_a_new_programme_gives_nothing_before_its_first_version_and_then_by_its_rules(enter, house):
    client, today = enter(house.leader), timezone.localdate()

    opened = send(client, "programme_new", kind="education", name="金秋助学")
    programme = Programme.objects.get(name="金秋助学")
    answer = send(
        client, "programme_edit", programme.pk, since=today, categories=["deep"], instalments="one_off",
        instalment_count=1, notice_rule="before", notice_days=5, quorum_percent=67, majority_percent=50,
        sum_months=3, **{"amount:senior": "3000"},
    )  # fmt: skip

    version = programme.versions.get()
    assert opened["Location"] == reverse("relief:programme_edit", args=[programme.pk])
    assert answer.status_code == 302
    assert (version.number, version.formula, version.rule) == (1, "by_stage", {"amount": {"senior": "3000"}})


def test_a_name_is_given_once(enter, house):
    make_version(house)
    name = Programme.objects.get().name

    answer = send(enter(house.leader), "programme_new", kind="living", name=name)

    assert (answer.status_code, Programme.objects.count()) == (422, 1)


def test_a_version_without_figures_is_refused(house):
    version = make_version(house)

    with pytest.raises(Refusal, match="missing"):
        programmes.begin_version(
            version.programme, since=timezone.localdate(), fields={"formula": "by_stage", "rule": {}}, by=house.leader
        )


def test_a_version_begins_after_the_one_before_it_and_ends_it(house):
    version, today = make_version(house), timezone.localdate()
    fields = {"formula": version.formula, "rule": version.rule, "categories": ["deep"]}

    begun = programmes.begin_version(version.programme, since=today, fields=fields, by=house.leader)
    with pytest.raises(Refusal, match="must begin after"):
        programmes.begin_version(version.programme, since=today, fields=fields, by=house.leader)

    version.refresh_from_db()
    assert (begun.number, version.during.upper, begun.during.lower) == (2, today, today)


def test_a_new_version_keeps_what_the_one_before_holds_though_its_code_is_retired(enter, house):
    held = {"papers": ["diagnosis", "id_card"], "one_kind_only": ["relative"]}
    version, today = make_version(house, **held), timezone.localdate()
    for name, code in (("attachment_type", "diagnosis"), ("hardship_category", "relative")):
        retired = Code.objects.get(list=name, code=code)
        retired.retired_on = today
        retired.save()
    client, url = enter(house.leader), reverse("relief:programme_edit", args=[version.programme_id])
    form = client.get(url).context["form"]

    given = {name: value for name in form.fields if (value := form[name].value()) is not None} | {"since": today}
    answer = client.post(url, given | {"shown": client.post(url, given).context["shown"]})

    begun = version.programme.versions.order_by("number").last()
    assert (answer.status_code, begun.number) == (302, 2)
    assert (begun.papers, begun.categories, begun.rule) == (version.papers, version.categories, version.rule)
    assert begun.one_kind_only == ["relative"]


# -- limits -----------------------------------------------------------------------------------------------------------


def test_a_limit_holds_from_its_day_and_the_old_one_until_then(enter, house):
    tomorrow = timezone.localdate() + timedelta(days=1)

    answer = send(enter(house.leader), "limit", decider="leader", up_to="800", since=tomorrow)

    assert answer.status_code == 302
    assert band_of(house.office, Decimal(900)) == Decider.LEADER
    assert band_of(house.office, Decimal(900), on=tomorrow) == Decider.TWO
    page = enter(house.leader).get(reverse("relief:programmes")).content.decode()
    assert ("800.00" in page, "2,000.00" in page) == (True, True)


@pytest.mark.parametrize(
    ("days", "said"), [(-1, "begins today or later"), (0, "Another limit begins")], ids=["past", "before another"]
)
def test_a_limit_changes_nothing_that_was_or_is_set_already(house, days, said):
    today = timezone.localdate()
    told = {"decider": "leader", "up_to": Decimal(800), "by": house.leader}
    programmes.set_band(house.office, since=today + timedelta(days=9), **told)

    with pytest.raises(Refusal, match=said):
        programmes.set_band(house.office, since=today + timedelta(days=days), **told)


def test_a_limit_said_twice_for_one_day_is_the_last_word(house):
    today = timezone.localdate()

    for up_to in (800, 700):
        programmes.set_band(house.office, decider="leader", up_to=Decimal(up_to), since=today, by=house.leader)

    rows = ApprovalBand.objects.filter(office=house.office, decider="leader", during__contains=today)
    assert rows.get().up_to == Decimal(700)


def test_an_office_without_limits_leaves_everything_to_the_committee(young):
    assert band_of(young.home_office, Decimal(1)) == Decider.MEETING


# -- emergencies ------------------------------------------------------------------------------------------------------


def test_a_leader_who_is_named_grants_emergencies_up_to_the_ceiling(enter, house):
    client = enter(house.deputy)
    last = timezone.localdate() + timedelta(days=30)

    answer = send(client, "emergency_power", staff=house.leader.pk, ceiling="1500", until=last, document="沙工发3号")
    made = make_application(house, status="ready", amount="1200", is_emergency=True)
    decisions.grant_emergency(made, amount=Decimal(1200), reason="fire", by=house.leader)

    made.refresh_from_db()
    page = client.get(reverse("relief:programmes")).content.decode()
    assert (answer.status_code, made.status) == (302, "second")
    assert ("1,500.00" in page, last.isoformat() in page) == (True, True)


def test_naming_anew_ends_the_old_power(house):
    told = {"office": house.office, "until": None, "document": "x", "by": house.deputy}
    EmergencyPower.objects.all().delete()
    programmes.name_for_emergencies(house.leader, ceiling=Decimal(100), **told)

    programmes.name_for_emergencies(house.leader, ceiling=Decimal(200), **told)

    assert [power.ceiling for power in EmergencyPower.objects.all()] == [Decimal(200)]
    assert EmergencyPower.objects.get().last_day is None


def test_who_is_no_leader_is_not_named(enter, house):
    answer = send(enter(house.leader), "emergency_power", staff=house.officer.pk, ceiling="100", document="x")

    assert (answer.status_code, EmergencyPower.objects.count()) == (422, 0)


@pytest.mark.parametrize(
    ("ceiling", "until", "said"), [("0", None, "above zero"), ("5", date(2020, 1, 1), "lies in the past")]
)
def test_a_power_has_a_ceiling_and_a_day_to_come(house, ceiling, until, said):
    with pytest.raises(Refusal, match=said):
        programmes.name_for_emergencies(
            house.leader, office=house.office, ceiling=Decimal(ceiling), until=until, document="x", by=house.leader
        )


# -- before a version is begun, and until its day --------------------------------------------------------------------


def typed(client, url, **changes):
    """What the page of a version holds, with these changes."""
    form = client.get(url).context["form"]
    return {name: value for name in form.fields if (value := form[name].value()) not in (None, False)} | changes


def test_new_rules_say_what_they_touch_before_anything_is_saved(enter, house):
    row = make_application(house, amount="8000", cap="8000")
    Application.objects.update(snapshot={"facts": {"category": "deep", "self_paid": "8000", "given_this_year": "0"}})
    client, url = enter(house.leader), reverse("relief:programme_edit", args=[row.programme_id])

    page = client.post(url, typed(client, url, since=timezone.localdate(), **{"share:deep": "0.50"}))

    effects = [(effect.count, effect.cost) for effect in page.context["effects"]]
    assert (effects, ProgrammeVersion.objects.count()) == ([(1, Decimal("-4000.00")), (0, Decimal("0.00"))], 1)


def test_a_ceiling_with_one_nought_too_many_is_asked_about(enter, house):
    version = make_version(house)
    client, url = enter(house.leader), reverse("relief:programme_edit", args=[version.programme_id])
    given = typed(client, url, since=timezone.localdate(), **{"ceiling:deep": "500000"})

    page = client.post(url, given)
    shown = given | {"shown": page.context["shown"]}

    assert page.context["leaps"] == [("50000", "500000")]
    assert [client.post(url, shown).status_code, client.post(url, shown | {"sure": "on"}).status_code] == [422, 302]


def test_a_coming_version_is_corrected_until_its_day(enter, house):
    version, today = make_version(house), timezone.localdate()
    fields = {"formula": version.formula, "rule": version.rule, "categories": ["deep"]}
    programmes.begin_version(version.programme, since=today + timedelta(days=5), fields=fields, by=house.leader)
    client, url = enter(house.leader), reverse("relief:programme_coming", args=[version.programme_id])
    given = typed(client, url, since=today + timedelta(days=9), **{"share:deep": "0.90"})

    answer = client.post(url, given | {"shown": client.post(url, given).context["shown"]})

    version.refresh_from_db()
    coming = version.programme.versions.get(number=2)
    assert (answer.status_code, coming.rule["share"]["deep"]) == (302, "0.90")
    assert version.during.upper == coming.during.lower == today + timedelta(days=9)
    with pytest.raises(NotAllowed, match="It has been in force since"):
        programmes.correct_version(version, since=today + timedelta(days=1), fields=fields, by=house.leader)
