"""Every way to tamper with what is written once: refused to the application, named when an owner does it anyway."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import psycopg
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from casework.models import Person
from center.evidence import destruction, seal_verification, seals, trail
from center.evidence.privileges import append_only_tables
from center.kernel.errors import Incomplete, NotAllowed
from center.kernel.roles import Role
from center.models import AccessEntry, DestroyedRow, Event, Export, Seal
from center.models.base import subject_of
from center.models.seal import Destruction
from center.privacy import access
from tests.casework.make import make_person, make_visit
from tests.center.make import make_office, make_staff
from tests.refused import ours

YESTERDAY = timedelta(days=2)


@pytest.fixture
def office_at_work(racing_db):
    """Thirty sealed events in three seals, two days old; the numbers of the middle seal hold a rolled-back hole."""
    staff = make_staff(Role.LEADER)
    for round_ in range(3):
        for number in range(10):
            with transaction.atomic():
                trail.record("center.test.done", f"center.test:{number}", by=staff, round=round_)
        if round_ == 1:
            hole(staff)
        seals.seal(now=timezone.now() - YESTERDAY + timedelta(minutes=round_))
    return staff


def hole(staff):
    """A number that no row has: its transaction was rolled back."""
    try:
        with transaction.atomic():
            event = trail.record("center.test.undone", "center.test:0", by=staff)
            raise InterruptedError  # noqa: TRY301 - the point is to leave by an exception
    except InterruptedError:
        with transaction.atomic():
            trail.record("center.test.done", "center.test:0", by=staff)
        return event.pk


@pytest.fixture
def tamper(owner_login):
    """What an owner does behind everybody's back: triggers off, change, triggers on."""

    def change(table, *statements):
        with owner_login() as owner:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            for statement in statements:
                owner.execute(statement)
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    return change


def told():
    """The faults of a proof, as their reader reads them."""
    return [str(fault) for fault in seal_verification.verify().faults]


def sealed_events():
    return list(Seal.objects.filter(table="center_event"))


def test_what_nobody_touched_is_true(office_at_work):
    verdict = seal_verification.verify()

    assert (verdict.faults, verdict.unsealed) == ([], 0)
    assert verdict.rows == sum(seal.rows for seal in Seal.objects.all())


def test_a_changed_row_is_named(office_at_work, tamper):
    event = Event.objects.order_by("pk")[5]
    tamper("center_event", f'UPDATE center_event SET facts = \'{{"round": "9"}}\' WHERE id = {event.pk}')

    assert told() == [f"center_event {event.pk}: changed (seal {sealed_events()[0].n})"]


def test_a_removed_row_is_named(office_at_work, tamper):
    event = Event.objects.order_by("pk")[12]
    tamper("center_event", f"DELETE FROM center_event WHERE id = {event.pk}")

    assert told() == [f"center_event {event.pk}: removed (seal {sealed_events()[1].n})"]


def test_the_last_rows_removed_are_named(office_at_work, tamper):
    last = list(Event.objects.order_by("pk").values_list("pk", flat=True))[-2:]
    tamper("center_event", f"DELETE FROM center_event WHERE id >= {last[0]}")

    assert told() == [f"center_event {pk}: removed (seal {sealed_events()[2].n})" for pk in last]


def test_fifty_rows_of_a_kind_are_named_and_then_it_is_said_that_there_are_more():
    verdict, counted = seal_verification.SealVerdict(), {}

    for number in range(60):
        verdict.row(counted, "changed", table="t", row=number, seal=1)
    verdict.row(counted, "removed", table="t", row=60, seal=1)

    assert [str(fault) for fault in verdict.faults[49:]] == [
        "t 49: changed (seal 1)",
        "t: more rows like these, not named each",
        "t 60: removed (seal 1)",
    ]


def test_seals_without_their_heads_outside_are_a_warning_and_no_seals_are_none():
    some, none = seal_verification.SealVerdict(), seal_verification.SealVerdict()

    seal_verification._heads([Seal(n=1, digest=b"x")], some, timezone.now())
    seal_verification._heads([], none, timezone.now())

    assert [str(warning) for warning in some.warnings] == ["no seal heads outside the database (seal_heads.txt)"]
    assert some.faults == []
    assert (none.faults, none.warnings) == ([], [])


def test_a_table_that_is_sealed_no_more_is_a_fault(monkeypatch):
    monkeypatch.setattr(seal_verification, "sealables", list)
    verdict = seal_verification.SealVerdict()

    seal_verification._bodies([Seal(n=1, table="center_event", ids=[])], verdict, timezone.now())

    assert [str(fault) for fault in verdict.faults] == ["center_event: sealed once, now not among the sealed tables"]


def test_a_row_inserted_below_the_seals_is_named(office_at_work, tamper):
    used = set(Event.objects.values_list("pk", flat=True))
    gap = next(number for number in range(min(used), max(used)) if number not in used)
    tamper(
        "center_event",
        f"INSERT INTO center_event (id, verb, subject, actor, facts) VALUES ({gap}, 'a.b.c', 'a.b:1', 'x', '{{}}')",
    )

    assert told() == [f"center_event {gap}: inserted below the seals"]


def test_a_row_that_commits_late_goes_into_the_next_seal(racing_db, owner_login):
    staff = make_staff(Role.LEADER)
    with owner_login() as slow, transaction.atomic():
        trail.record("center.test.done", "center.test:1", by=staff)
        slow.execute("BEGIN")
        slow.execute("INSERT INTO center_event (verb, subject, actor, facts) VALUES ('a.b.c', 'late', 'x', '{}')")
        transaction.on_commit(seals.seal)
        trail.record("center.test.done", "center.test:2", by=staff)
        transaction.on_commit(lambda: slow.execute("COMMIT"))
    seals.seal()

    assert (seal_verification.verify().faults, seal_verification.verify().unsealed) == ([], 0)
    late = Event.objects.get(subject="late").pk
    assert [any(first <= late < end for first, end in seal.ids) for seal in sealed_events()] == [False, True]


def test_a_removed_seal_is_named_and_its_rows_lie_below_the_seals(office_at_work, tamper):
    middle = sealed_events()[1]
    tamper("center_seal", f"DELETE FROM center_seal WHERE n = {middle.n}")

    faults = told()

    assert f"seal {middle.n}: removed" in faults
    assert f"seal {middle.n + 1}: was itself changed, or the seal before it" in faults
    assert sum("inserted below the seals" in fault for fault in faults) == middle.rows


def test_a_changed_seal_is_named(office_at_work, tamper):
    middle = sealed_events()[1]
    tamper("center_seal", f"UPDATE center_seal SET digest = sha256('x') WHERE n = {middle.n}")

    faults = told()

    assert f"seal {middle.n}: was itself changed, or the seal before it" in faults


def test_a_tail_cut_off_shows_by_the_heads_outside(office_at_work, tamper):
    last = sealed_events()[-1]
    tamper("center_event", *[f"DELETE FROM center_event WHERE id >= {first} AND id < {end}" for first, end in last.ids])
    tamper("center_seal", f"DELETE FROM center_seal WHERE n >= {last.n}")

    assert told() == [
        f"seal {last.n}: kept outside, missing here: the end of the chain was cut off",
    ]


def test_a_chain_rebuilt_with_the_stolen_key_shows_by_the_heads_outside(office_at_work, tamper):
    tamper("center_event", "UPDATE center_event SET actor = 'somebody'")
    tamper("center_seal", "DELETE FROM center_seal")
    heads = seals.settings.SEAL_HEADS_FILE.read_text()
    seals.seal(now=timezone.now() - YESTERDAY)
    seals.settings.SEAL_HEADS_FILE.write_text(heads)

    faults = told()

    assert faults != []
    assert all("kept outside" in fault for fault in faults)


@pytest.mark.parametrize(
    ("spoil", "kinds"),
    [
        (lambda _lines: [], ["heads_cut", "heads_gap"]),
        (lambda lines: lines[:-1], ["heads_cut"]),
        (lambda lines: [*lines[:-1], lines[-1][:20]], ["heads_torn", "heads_cut"]),
        (lambda lines: [lines[0], "", *lines[1:]], ["heads_torn"]),
        (lambda lines: [*lines, "\x00\xff no head"], ["heads_torn"]),
        (lambda lines: [*lines, f"99999 {'0' * 64} 2026-01-01"], ["cut_off"]),
    ],
)
def test_heads_that_were_emptied_cut_or_torn_are_named_and_never_crash(office_at_work, spoil, kinds):
    file = seals.settings.SEAL_HEADS_FILE
    assert seal_verification.verify().faults == []
    file.write_text("".join(f"{line}\n" for line in spoil(file.read_text().splitlines())))

    assert [fault.kind for fault in seal_verification.verify().faults] == kinds


def test_rows_above_the_last_seal_are_counted_and_warned_of_after_five_minutes(office_at_work):
    with transaction.atomic():
        trail.record("center.test.done", "center.test:1", by=office_at_work)

    young, old = seal_verification.verify(), seal_verification.verify(now=timezone.now() + timedelta(minutes=6))

    assert (young.faults, young.unsealed, young.warnings) == ([], 1, [])
    assert (old.faults, len(old.warnings)) == ([], 1)


def test_a_new_column_leaves_old_seals_true(office_at_work, owner_login):
    with owner_login() as owner:
        owner.execute("ALTER TABLE center_event ADD COLUMN colour text DEFAULT 'red'")

    assert told() == []


def test_rows_sealed_with_other_columns_stay_true_beside_those_of_today(office_at_work, tamper, monkeypatch):
    without_facts = [
        replace(one, columns=tuple(name for name in one.columns if name != "facts")) for one in seals.sealables()
    ]
    for module in (seals, seal_verification):
        monkeypatch.setattr(module, "sealables", lambda: without_facts)
    with transaction.atomic():
        event = trail.record("center.test.done", "center.test:1", by=office_at_work)
    seals.seal()

    quiet = seal_verification.verify()
    tamper("center_event", f"UPDATE center_event SET actor = 'x' WHERE id = {event.pk}")

    assert (quiet.faults, quiet.unsealed) == ([], 0)
    assert told() == [f"center_event {event.pk}: changed (seal {sealed_events()[-1].n})"]


def test_the_command_ends_with_one_when_there_is_a_fault(office_at_work, tamper, capsys):
    call_command("verify_trail")
    tamper("center_event", "UPDATE center_event SET actor = 'x' WHERE id = (SELECT min(id) FROM center_event)")

    with pytest.raises(SystemExit) as left:
        call_command("verify_trail")

    assert left.value.code == 1


# -- what the application may not do -----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("table", append_only_tables())
@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE {table} SET {column} = {column}",
        "DELETE FROM {table}",
        "ALTER TABLE {table} DISABLE TRIGGER ALL",
        "DROP TRIGGER written_once ON {table}",
        "ALTER TABLE {table} DISABLE TRIGGER written_once",
        "DROP TABLE {table}",
    ],
)
def test_the_application_cannot_change_what_is_written_once(table, attempt):
    with connection.cursor() as cursor:
        cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s LIMIT 1", [table])
        column = cursor.fetchone()[0]

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attempt.format(table=table, column=f'"{column}"'))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "attempt",
    [
        "CREATE OR REPLACE FUNCTION center_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "SET session_replication_role = replica",
        "INSERT INTO center_destroyedrow (destruction_id, \"table\", row, leaf) VALUES (1, 'center_event', 1, '')",
        "SELECT center_destroy(1)",
    ],
)
def test_the_application_cannot_change_the_guards(attempt):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attempt)


@pytest.mark.django_db
def test_the_application_logs_in_as_itself_and_cannot_become_the_owner():
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("SELECT session_user, current_user, pg_has_role('center_owner', 'MEMBER')")
        assert cursor.fetchone() == ("center_app", "center_app", False)

    for role in ("center_owner", "postgres"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {role}")


def test_truncate_is_refused_outside_of_tests(racing_db, owner_login):
    with owner_login() as owner:
        body = owner.execute("SELECT prosrc FROM pg_proc WHERE proname = 'center_refuse_change'").fetchone()[0]
        owner.execute("GRANT TRUNCATE ON center_event TO center_app")
        name = connection.settings_dict["NAME"]
        owner.execute(
            "CREATE OR REPLACE FUNCTION center_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $f$"
            + body.replace("current_database()", f"'x{name}'")
            + "$f$"
        )

    with pytest.raises(DatabaseError, match="written once"), connection.cursor() as cursor:
        cursor.execute("TRUNCATE center_event")


def test_even_the_owner_is_stopped_by_the_trigger(racing_db, owner_login):
    staff = make_staff(Role.LEADER)
    with transaction.atomic():
        trail.record("center.test.done", "center.test:1", by=staff)

    with owner_login() as owner, pytest.raises(psycopg.errors.RestrictViolation):
        owner.execute("DELETE FROM center_event")


# -- destruction -------------------------------------------------------------------------------------------------------


@pytest.fixture
def people(racing_db):
    """Two people whose trail and access log are sealed: Wang (of whom something shall go) and Li; their office's leader."""
    office = make_office()
    leader = make_staff(Role.LEADER, office=office)
    wang, li = (make_person(office=office, name=name) for name in ("王一", "李二"))
    with transaction.atomic():
        trail.record("casework.person.opened", wang, by=leader, name="wang")
        trail.record("casework.person.opened", li, by=leader, name="li")
    access.reveal(wang, by=leader, what="casework.person.phone", reason="other", text="her son asked")
    seals.seal()
    return wang, li, leader


@pytest.fixture
def asked(people):
    """A leader has asked to destroy what is kept of Wang."""
    wang, _li, leader = people
    return destruction.ask_destruction(subject_of(wang), ground="term_over", reason="Ten years are over", by=leader)


@pytest.fixture
def approved(asked):
    """Another leader of the office has approved it, and the approval is sealed."""
    another = make_staff(Role.LEADER, office=asked.asked_by.home_office)
    decision = destruction.approve_destruction(asked, by=another)
    seals.seal()
    return decision


@pytest.fixture
def destroyed(approved):
    """What the logs and the history kept of Wang is blank."""
    with transaction.atomic():
        destruction.blank(approved)
    seals.seal()
    return approved


def event_of(person):
    return Event.objects.get(verb="casework.person.opened", subject=subject_of(person))


@pytest.mark.django_db
def test_destruction_is_asked_with_a_reason_by_those_who_review_and_approved_by_those_who_destroy():
    office = make_office()
    cashier, officer, leader = (make_staff(role, office=office) for role in (Role.CASHIER, Role.OFFICER, Role.LEADER))
    ask = partial(destruction.ask_destruction, subject_of(make_person(office=office)), ground="term_over")

    with pytest.raises(NotAllowed) as not_theirs:
        ask(reason="over", by=cashier)
    with pytest.raises(Incomplete) as speechless:
        ask(reason=" ", by=officer)
    made = ask(reason="over", by=officer)

    assert str(not_theirs.value) == "Destruction is asked for by case officers and the leader."
    assert str(speechless.value) == "Say why these records are destroyed."
    assert ours(destruction.why_not_approve_destruction(officer, made)) == (
        "Your roles do not include destroying records."
    )
    assert destruction.why_not_approve_destruction(leader, made) == ""


@pytest.mark.django_db
def test_a_destruction_is_asked_for_and_decided_where_the_record_is_kept():
    top = make_office()
    here, there = make_office(name="一站", parent=top), make_office(name="二站", parent=top)
    officer, leader = make_staff(Role.OFFICER, office=here), make_staff(Role.LEADER, office=here)
    colleague, above = make_staff(Role.LEADER, office=there), make_staff(Role.LEADER, office=top)
    person = make_person(office=here)
    ask = partial(destruction.ask_destruction, subject_of(person), ground="term_over", reason="over")

    with pytest.raises(NotAllowed, match="It is kept at 一站 too"):
        ask(by=colleague)
    asked = ask(by=officer)
    with pytest.raises(NotAllowed, match="It is kept at 一站 too"):
        destruction.approve_destruction(asked, by=colleague)
    decision = destruction.approve_destruction(asked, by=leader)
    with pytest.raises(NotAllowed, match="It is kept at 一站 too"):
        destruction.carry_out(decision, by=colleague)

    assert list(asked.offices.all()) == [here]
    assert destruction.why_not_carry_out(above, decision) == ""


def test_a_backup_from_before_any_destruction_has_nothing_to_do_again():
    assert destruction.replay() == []


def test_nobody_approves_what_they_asked_to_destroy(asked):
    with pytest.raises(NotAllowed):
        destruction.approve_destruction(asked, by=asked.asked_by)


def test_nothing_is_destroyed_before_the_decision_is_sealed(asked):
    decision = destruction.approve_destruction(asked, by=make_staff(Role.LEADER, office=asked.asked_by.home_office))

    with pytest.raises(DatabaseError, match="not approved and sealed"), transaction.atomic():
        destruction.blank(decision)


def test_a_destroyed_row_is_blank_and_the_seals_stay_true(people, destroyed):
    wang, li, _leader = people

    assert Event.objects.values_list("facts", "salt").get(pk=event_of(wang).pk) == ({}, None)
    assert AccessEntry.objects.values_list("reason_text", "salt").get(subject=subject_of(wang)) == ("", None)
    assert event_of(li).facts == {"name": "li"}
    verdict = seal_verification.verify()
    assert (verdict.faults, verdict.warnings, verdict.unsealed) == ([], [], 0)
    assert verdict.blank == DestroyedRow.objects.count()
    assert set(DestroyedRow.objects.values_list("table", flat=True)) == {
        "center_event",
        "center_accessentry",
        "casework_personevent",
    }


def test_one_approved_destruction_blanks_nothing_else(people, approved):
    """The function takes the decision's number alone, and reads from the sealed decision what it may blank."""
    li = people[1]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_function_identity_arguments(oid) FROM pg_proc WHERE proname = 'center_destroy'")
        assert cursor.fetchall() == [("decision bigint",)]
        cursor.execute("SELECT center_destroy(%s)", [approved.pk])

    assert event_of(li).facts == {"name": "li"}
    assert all(row.salt for row in Person.pgh_event_model.objects.filter(pgh_obj_id=li.pk))


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ({"table": "center_seal", "by": "subject", "of": ["x"], "columns": []}, "rows of center_seal cannot"),
        ({"table": "center_office", "by": "subject", "of": ["x"], "columns": []}, "rows of center_office cannot"),
        ({"table": "center_event", "by": "actor", "of": ["x"], "columns": ["facts"]}, "rows of center_event cannot"),
        ({"table": "center_event", "by": "subject", "of": ["x"], "columns": ["actor"]}, "only personal facts"),
        ({"table": "center_accessentry", "by": "subject", "of": ["x"], "columns": ["at"]}, "only personal facts"),
        (
            {"table": "casework_personevent", "by": "pgh_obj_id", "of": ["1"], "columns": ["salt"]},
            "only personal facts",
        ),
        ({"table": "casework_personevent", "by": "pgh_obj_id", "of": ["1"], "columns": ["office_id"]}, "only personal"),
    ],
)
def test_a_decision_that_names_more_than_personal_facts_is_refused(asked, part, sentence):
    leader = make_staff(Role.LEADER)
    decision = Destruction.objects.create(
        request=asked, subject=asked.subject, asked_by=asked.asked_by, asked_at=asked.asked_at, approved_by=leader,
        scope=[part],
    )  # fmt: skip
    seals.seal()

    with pytest.raises(DatabaseError, match=sentence), transaction.atomic():
        destruction.blank(decision)


def test_what_came_after_the_approval_is_asked_for_again(people, approved):
    wang, _li, leader = people
    make_visit(office=wang.office, by=make_staff(Role.OFFICER, office=wang.office), person=wang)

    with pytest.raises(NotAllowed, match="More is kept of this record than was approved"):
        destruction.carry_out(approved, by=leader)


def test_a_blank_row_without_its_record_is_a_fault(people, tamper):
    event = event_of(people[0])
    tamper("center_event", f"UPDATE center_event SET facts = '{{}}', salt = NULL WHERE id = {event.pk}")

    [fault] = told()

    assert fault.startswith(f"center_event {event.pk}: blank without a record of destruction")


def test_a_record_of_destruction_invented_by_the_owner_does_not_help(people, approved, tamper):
    event = event_of(people[0])
    tamper("center_event", f"UPDATE center_event SET facts = '{{}}', salt = NULL WHERE id = {event.pk}")
    tamper(
        "center_destroyedrow",
        'INSERT INTO center_destroyedrow (destruction_id, "table", row, leaf) '
        f"VALUES ({approved.pk}, 'center_event', {event.pk}, sha256('guess'))",
    )

    assert any(fault.startswith(f"center_event {event.pk}: blank") for fault in told())


def forge(table, row, decision, change):
    """What a superuser does: keep the row's true digest in a record of destruction, empty the salt, write what they like."""
    shape = ", ".join(f'"{name}"' for name in Seal.objects.filter(table=table).first().columns)
    digest = f"sha256(convert_to(jsonb_build_array({shape})::text, 'UTF8'))"
    kept = f"SELECT {decision.pk}, '{table}', id, {digest} FROM {table} WHERE id = {row}"
    remains = f"(SELECT {digest} FROM {table} WHERE id = {row})"
    return (
        "SET TimeZone = 'UTC'",
        f'INSERT INTO center_destroyedrow (destruction_id, "table", row, leaf) {kept}',
        f"UPDATE {table} SET salt = NULL, {change} WHERE id = {row}",
        f"UPDATE center_destroyedrow SET remains = {remains} WHERE \"table\" = '{table}' AND row = {row}",
    )


@pytest.mark.parametrize("change", ["facts = '{}'", "actor = 'somebody'", 'facts = \'{"name": "zhao"}\''])
def test_a_row_that_no_decision_names_is_not_believed_however_well_it_is_forged(people, destroyed, tamper, change):
    """With the true digest kept and the salt empty, the seal alone would believe the row."""
    event = event_of(people[1])
    tamper("center_event", *forge("center_event", event.pk, destroyed, change))

    assert f"center_event {event.pk}: blank, but no approved destruction names it" in "\n".join(told())


def test_an_export_rewritten_as_if_it_were_destroyed_is_not_believed(people, destroyed, tamper):
    wang, _li, leader = people
    export = Export.objects.create(
        number="E1", office=wang.office, kind="list", title="x", format="csv", rows=1, sha256="1" * 64, made_by=leader
    )
    seals.seal()
    tamper("center_export", *forge("center_export", export.pk, destroyed, "digest = repeat('0', 64)"))

    assert f"center_export {export.pk}: blank, but no approved destruction names it" in "\n".join(told())


@pytest.mark.parametrize("change", ["actor = 'somebody'", 'facts = \'{"name": "zhao"}\'', "at = now()"])
def test_what_remains_of_a_destroyed_row_is_kept_too(people, destroyed, tamper, change):
    event = event_of(people[0])
    tamper("center_event", f"UPDATE center_event SET {change} WHERE id = {event.pk}")

    [fault] = told()

    assert fault.startswith(f"center_event {event.pk}: changed after it was destroyed")


def test_a_blank_row_of_which_nothing_is_kept_is_not_believed(people, destroyed, tamper):
    event = event_of(people[0])
    tamper("center_destroyedrow", f"UPDATE center_destroyedrow SET remains = NULL WHERE row = {event.pk}")

    assert f"center_event {event.pk}: blank, but no approved destruction names it" in "\n".join(told())


def test_rows_destroyed_before_it_was_kept_what_remains_are_told_as_unproven(people, approved, tamper, monkeypatch):
    """Their own seals know no such column, and that cannot be written into a seal afterwards."""
    before = [
        replace(one, columns=tuple(name for name in one.columns if name != "remains")) for one in seals.sealables()
    ]
    with transaction.atomic():
        done = destruction.blank(approved)
    monkeypatch.setattr(seals, "sealables", lambda: before)
    seals.seal()
    monkeypatch.undo()
    tamper("center_destroyedrow", "UPDATE center_destroyedrow SET remains = NULL")

    verdict = seal_verification.verify()

    assert verdict.faults == []
    assert sum(one.facts["rows"] for one in verdict.warnings if one.kind == "unproven") == done


def test_a_file_of_heads_that_was_emptied_and_grew_again_is_named(office_at_work):
    seals.settings.SEAL_HEADS_FILE.write_text("")
    with transaction.atomic():
        trail.record("center.test.done", "center.test:1", by=office_at_work)
    seals.seal()

    assert [fault.kind for fault in seal_verification.verify().faults] == ["heads_gap"]


@pytest.mark.parametrize("scope", ["{}", '"x"', "[1]", '[{"table": "center_event"}]', "null"])
def test_a_scope_that_says_nothing_names_nothing_and_breaks_no_proof(people, destroyed, tamper, scope):
    tamper("center_destruction", f"UPDATE center_destruction SET scope = '{scope}'")

    assert "blank, but no approved destruction names it" in "\n".join(told())


def test_the_worker_seals_by_the_clock(racing_db):
    from center.site.worker import seal

    with transaction.atomic():
        trail.record("center.test.done", "center.test:1", by=make_staff(Role.LEADER))

    assert seal(timestamp=0) > 0
    assert seal_verification.verify().unsealed == 0
