"""A search cannot be faster than the one best statement for what was typed, its rows fetched and thrown away."""

from __future__ import annotations

from django.db import connection

from casework.rules.names import plain
from center.kernel.roles import Permission
from center.privacy.secret import tail_print
from tests.bench.world import World

SHOWN = 8
PEOPLE = """
    SELECT person.code, person.full_name, person.sex, person.birth_date, person.id_number, employer.name,
           file.status, file.number, visit.received_at
    FROM casework_person person
    LEFT JOIN casework_employer employer ON employer.id = person.employer_id
    LEFT JOIN LATERAL (
        SELECT f.status, f.number FROM casework_membership m JOIN casework_hardshipfile f ON f.household_id = m.household_id
        WHERE m.person_id = person.id AND m.until IS NULL ORDER BY f.id DESC LIMIT 1
    ) file ON true
    LEFT JOIN LATERAL (
        SELECT v.received_at FROM casework_visit v
        WHERE v.person_id = person.id AND v.undone_at IS NULL ORDER BY v.received_at DESC LIMIT 1
    ) visit ON true
    WHERE person.office_id = ANY(%(offices)s) AND person.id IN ({which}) ORDER BY person.full_name <> %(typed)s, person.id LIMIT 8
"""
NAMED = "SELECT id FROM {table} WHERE array_to_tsvector(search_keys) @@ CAST(%(key)s AS tsquery)"
BY_NAME = NAMED.format(table="casework_person")
BY_TAIL = """
    SELECT id FROM casework_person WHERE substring(id_number FROM 18 FOR 8) = %(id_tail)s
    UNION SELECT id FROM casework_person WHERE substring(phone FROM 18 FOR 8) = %(phone_tail)s
"""
BY_FILE = """
    SELECT household.head_id FROM casework_hardshipfile file JOIN casework_household household ON household.id = file.household_id
    WHERE file.number = %(typed)s
"""
EMPLOYERS = f"SELECT code, name, credit_code FROM casework_employer WHERE id IN ({NAMED.format(table='casework_employer')}) ORDER BY name LIMIT 8"


def best_sql(world: World) -> int:
    offices = list(world.reader.sight(Permission.READ_FILES))
    return sum(_search(word, offices) for word in world.words)


def _search(word: str, offices: list[int]) -> int:
    parts: dict[str, object] = {"offices": offices, "typed": word, "key": f"'{plain(word)}':*"}
    if "-" in word:
        return _fetched(PEOPLE.format(which=BY_FILE), parts)
    if len(word) == 4 and word[:3].isdigit():
        parts |= {"id_tail": tail_print("id", word), "phone_tail": tail_print("phone", word)}
        return _fetched(PEOPLE.format(which=BY_TAIL), parts)
    return _fetched(PEOPLE.format(which=BY_NAME), parts) + _fetched(EMPLOYERS, parts)


def _fetched(statement: str, parts: dict[str, object]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parts)
        return len(cursor.fetchall())
