"""Two people at once: real transactions in a database of their own, never the shared one."""

from decimal import Decimal

from django.utils import timezone

from center.actions import items, meetings
from center.kernel.roles import Role
from center.models import AgendaItem, Office
from tests.center.make import make_office, make_staff


def sitting_of_one_item(fake):
    office = make_office()
    secretaries = [make_staff(Role.SECRETARY, office=office) for _n in range(2)]
    committee = [make_staff(Role.MEMBER, office=office) for _n in range(5)]
    fake.add(1)
    meeting = meetings.prepare(office, title="评审会", held_on=timezone.localdate(), quorum=3, by=secretaries[0])
    meetings.mark_present(meeting, members=[member.pk for member in committee], by=secretaries[0])
    meetings.open_meeting(meeting, by=secretaries[0])
    return meeting.items.get(), secretaries, {member.pk: "for" for member in committee}


def test_two_secretaries_at_once_decide_an_item_once(fake, racing_db):
    item, secretaries, votes = sitting_of_one_item(fake)

    answers = racing_db(
        *[lambda who=who: meetings.decide(item, result="granted", votes=votes, by=who) for who in secretaries]
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Motion", "NotAllowed"]
    assert fake.heard == [("fake.case:1", "granted", Decimal("1000.00"))]


def test_without_the_lock_the_database_still_lets_only_one_motion_through(fake, racing_db, monkeypatch):
    item, secretaries, votes = sitting_of_one_item(fake)
    monkeypatch.setattr(
        items,
        "locked_item",
        lambda item, **_by: AgendaItem.objects.select_related("meeting__office").get(pk=item.pk),
    )

    answers = racing_db(
        *[lambda who=who: meetings.decide(item, result="granted", votes=votes, by=who) for who in secretaries]
    )

    assert sum(type(answer).__name__ == "Motion" for answer in answers) == 1
    assert AgendaItem.objects.get(pk=item.pk).motions.filter(carried=True).count() == 1


def test_of_two_people_who_save_one_form_the_slower_sees_both_versions(racing_db):
    from django import forms
    from django.http import QueryDict

    from center.site import versions

    office = make_office(name="Old")

    class Rename(forms.Form):
        name = forms.CharField()

        def apply(self):
            Office.objects.filter(pk=office.pk).update(name=self.cleaned_data["name"])
            return self.cleaned_data["name"]

    def now():
        return Rename(initial={"name": Office.objects.get(pk=office.pk).name})

    stamp = versions.stamp(now())

    def rename(name):
        form = Rename(QueryDict(f"name={name}&version={stamp}"))
        assert form.is_valid()
        with versions.unchanged(form, lock=office, now=now):
            return form.apply()

    answers = racing_db(lambda: rename("Ana"), lambda: rename("Bruno"))

    won = Office.objects.get(pk=office.pk).name
    (clash,) = [answer for answer in answers if isinstance(answer, versions.Clash)]
    assert won in {"Ana", "Bruno"}
    assert [one.theirs for one in clash.found] == [(won,)]


def test_a_restored_backup_does_not_bring_back_what_was_destroyed(racing_db, settings):
    """The backup is older than the destruction; the log outside the database is not."""
    import shutil

    from django.db import connection, transaction

    from casework.models import Person
    from center.evidence import destruction, seal_verification, seals, trail
    from center.models import Destruction, Event
    from center.models.base import subject_of
    from tests.casework.make import make_person
    from tests.conftest import copy_database, drop_database

    office = make_office()
    leader, officer = (make_staff(role, office=office) for role in (Role.LEADER, Role.OFFICER))
    person = make_person(office=office, name="孙一心")
    with transaction.atomic():
        trail.record("center.test.told", person, by=officer, said="she lost her job")
    seals.seal()
    live, backup = connection.settings_dict["NAME"], f"{connection.settings_dict['NAME']}_backup"
    heads = settings.SEAL_HEADS_FILE
    shutil.copyfile(heads, heads.with_name("heads-of-the-backup"))
    connection.close()
    copy_database(live, backup)
    try:
        asked = destruction.ask_destruction(subject_of(person), ground="term_over", reason="ten years", by=officer)
        destruction.carry_out(destruction.approve_destruction(asked, by=leader), by=leader)
        connection.close()
        connection.settings_dict["NAME"] = backup
        shutil.copyfile(heads.with_name("heads-of-the-backup"), heads)
        assert Person.objects.get(pk=person.pk).full_name == "孙一心"

        told = destruction.replay()
        again = destruction.replay()

        assert (len(told), again) == (1, [])
        assert (Person.objects.get(pk=person.pk).full_name, Person.objects.get(pk=person.pk).id_number) == ("—", None)
        assert Event.objects.get(verb="center.test.told").facts == {}
        assert Destruction.objects.get().approved_by == leader
        assert seal_verification.verify().faults == []
    finally:
        connection.close()
        connection.settings_dict["NAME"] = live
        drop_database(backup)
