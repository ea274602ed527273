"""A page cannot be faster than its best statement and the same template with literal rows in it."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

from django.db import connection
from django.template.loader import get_template
from django.test import RequestFactory
from django.urls import resolve, reverse
from django.utils import timezone, translation

from casework.enums import FileStatus, Verdict, VisitResult
from casework.exchange.lists import file_views
from casework.models import VisitPurpose
from casework.models.file import TONES
from center.kernel.roles import Permission
from center.models import codes
from center.site.context import shell
from tests.bench.world import World

PER_PAGE = 50
FILES = """
    WITH page AS (
        SELECT * FROM casework_hardshipfile WHERE office_id = ANY(%(offices)s) AND status IN ('active', 'monitoring')
        ORDER BY id DESC LIMIT 50
    )
    SELECT page.code, page.number, head.full_name, employer.name,
           (SELECT count(*) FROM casework_membership m WHERE m.household_id = page.household_id AND m.until IS NULL),
           page.category, page.is_temporary,
           (SELECT verdict FROM casework_assessment a WHERE a.household_id = page.household_id ORDER BY a.id DESC LIMIT 1),
           page.primary_cause,
           (SELECT count(*) FROM casework_fiveclear c WHERE c.file_id = page.id AND c.verified_on >= %(since)s),
           page.changed_on, page.status,
           (SELECT count(*) FROM casework_hardshipfile WHERE office_id = ANY(%(offices)s) AND status IN ('active', 'monitoring'))
    FROM page
    JOIN casework_household household ON household.id = page.household_id
    JOIN casework_person head ON head.id = household.head_id
    LEFT JOIN casework_employer employer ON employer.id = head.employer_id
    ORDER BY page.id DESC
"""
VISITS = """
    SELECT visit.code, visit.received_at, person.code, person.full_name, purpose.label_zh, visit.result, handler.full_name,
           (SELECT count(*) FROM casework_visit WHERE office_id = ANY(%(offices)s) AND undone_at IS NULL)
    FROM (
        SELECT * FROM casework_visit WHERE office_id = ANY(%(offices)s) AND undone_at IS NULL
        ORDER BY received_at DESC, id DESC LIMIT 50
    ) visit
    JOIN casework_person person ON person.id = visit.person_id
    JOIN casework_visitpurpose purpose ON purpose.id = visit.purpose_id
    JOIN center_staff handler ON handler.id = visit.first_handler_id
    ORDER BY visit.received_at DESC, visit.id DESC
"""
_frames: dict[tuple[int, str], dict[str, object]] = {}


class Literal(SimpleNamespace):
    """A row as the template reads it: every value is there already."""

    def __str__(self) -> str:
        return self.text


def files(world: World) -> str:
    with translation.override(world.reader.language):
        frame = _frame(world, "casework:files", _around_files)
        since = timezone.localdate() - timedelta(days=365)
        rows = _fetched(FILES, offices=list(world.reader.sight(Permission.READ_FILES)), since=since)
        page = _page([_file(row, frame["words"]) for row in rows], rows[0][-1] if rows else 0)
        return get_template("casework/files.html").render({**frame, "page": page})


def visits(world: World) -> str:
    with translation.override(world.reader.language):
        frame = _frame(world, "casework:visits", _around_visits)
        rows = _fetched(VISITS, offices=list(world.reader.sight(Permission.READ_VISITS)))
        page = _page([_visit(row, frame["words"]) for row in rows], rows[0][-1] if rows else 0)
        return get_template("casework/visits.html").render({**frame, "page": page})


def _file(row, words) -> Literal:
    code, number, name, employer, people, category, temporary, computed, cause, clears, changed, status, _many = row
    return Literal(
        text=number or code,
        code=code,
        household=Literal(head=Literal(full_name=name, employer=employer)),
        people=people,
        category=category,
        category_label=words["category"][category],
        is_temporary=temporary,
        computed=computed,
        computed_label=words["verdict"].get(computed, ""),
        cause_label=words["cause"].get(cause, ""),
        clears_now=clears,
        changed_on=changed,
        get_status_display=lambda: words["status"][status],
        tone=words["tone"][status],
    )


def _visit(row, words) -> Literal:
    code, at, person, name, purpose, result, handler, _many = row
    return Literal(
        code=code,
        received_at=at,
        is_group=False,
        person=Literal(code=person, full_name=name),
        channel="window",
        purpose=purpose,
        get_result_display=words["result"][result],
        matter=None,
        first_handler=handler,
    )


def _page(rows: list[Literal], many: int) -> Literal:
    pages = -(-many // PER_PAGE)
    return Literal(
        object_list=rows,
        paginator=Literal(count=many, num_pages=pages),
        number=1,
        start_index=min(1, many),
        end_index=len(rows),
        has_previous=False,
        has_next=pages > 1,
        next_page_number=2,
    )


def _fetched(statement: str, **parts: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parts)
        return cursor.fetchall()


def _frame(world: World, route: str, around) -> dict[str, object]:
    """All that stands around the rows, made once and kept: it is literal too."""
    key = (world.reader.pk, route)
    if key not in _frames:
        path = reverse(route)
        request = RequestFactory().get(path)
        request.staff, request.number, request.resolver_match = world.reader, "0" * 8, resolve(path)
        request.session = {}
        frame = shell(request) | {"request": request, "messages": [], "csrf_token": "0" * 64}
        frame["task_count"] = str(frame["task_count"])
        _frames[key] = frame | around()
    return _frames[key]


def _around_files() -> dict[str, object]:
    categories = codes.choices("hardship_category")
    causes = codes.choices("hardship_cause")
    return {
        "chosen": {"view": "in_force"},
        "views": file_views(),
        "categories": [("", "—"), *categories],
        "causes": [("", "—"), *causes],
        "why_not_start": "",
        "words": {
            "category": dict(categories),
            "cause": dict(causes),
            "verdict": {value: str(label) for value, label in Verdict.choices},
            "status": {value: str(label) for value, label in FileStatus.choices},
            "tone": {str(status.value): tone for status, tone in TONES.items()},
        },
    }


def _around_visits() -> dict[str, object]:
    return {
        "chosen": {},
        "purposes": [Literal(text=str(purpose), code=purpose.code) for purpose in VisitPurpose.objects.all()],
        "results": VisitResult.choices,
        "kinds": [(kind, kind) for kind in ("letters", "comings", "calls", "groups")],
        "words": {"result": {value: str(label) for value, label in VisitResult.choices}},
    }
