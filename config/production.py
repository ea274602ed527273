"""What a real center may not start with, each as a sentence; and what practice may not touch."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

DEMO_PEOPLE = (
    ["frontdesk", "officer", "officer2", "secretary", *(f"member{n}" for n in range(1, 8)), "chair", "accountant", "cashier", "auditor", "jobs", "legal", "leader", "grassroots", "admin"]
)  # fmt: skip


def faults() -> list[str]:
    """Why this place may not start; empty when it may. Reads the database, so it runs after migrate."""
    return [*(practice_faults() if settings.DEMO else real_faults()), *key_faults()]


def key_faults() -> list[str]:
    """No keys, or others than those under which the data here are kept."""
    from center.privacy import keycheck  # noqa: PLC0415 - models are loaded when this runs

    try:
        return keycheck.faults()
    except ImproperlyConfigured as error:
        return [str(error)]


def real_faults() -> list[str]:
    from center.models import Setting, Staff  # noqa: PLC0415 - models are loaded when this runs

    found = []
    if settings.SECRET_KEY == settings.DEFAULT_SECRET_KEY:
        found.append("SECRET_KEY is the example from the repository. Set one of your own in .env.")
    if settings.DEBUG:
        found.append("DEBUG is on: error pages would show personal data. Remove it from .env.")
    if not settings.SECOND_FACTOR:
        found.append("SECOND_FACTOR is off: money roles need it (GB/T 22239).")
    if owns := _owns_the_tables():
        found.append(owns)
    practice = Setting.objects.filter(name="kind", value="practice").exists()
    if practice or Staff.objects.filter(username__in=DEMO_PEOPLE, is_active=True).count() > len(DEMO_PEOPLE) // 2:
        found.append("This database holds the practice people. Start a real center with `manage.py start_center`.")
    return found


def _owns_the_tables() -> str:
    """The application must not be able to switch its own guards off (architecture.md §4)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT session_user FROM pg_class WHERE oid = 'django_migrations'::regclass"
            " AND pg_has_role(session_user, relowner, 'MEMBER')"
        )
        owner = cursor.fetchone()
    if owner is None:
        return ""
    return (
        f"The application comes to the database as {owner[0]}, who owns its tables. DATABASE_URL names the application's"
        " login, DATABASE_OWNER_URL the owner's: see deploy/README.md."
    )


def practice_faults() -> list[str]:
    from center.models import Setting  # noqa: PLC0415

    if Setting.objects.filter(name="kind", value="real").exists():
        return ["DEMO is on, but this DATA_DIR or DATABASE_URL is a real center's. Remove DEMO from the environment."]
    return []


def refuse_to_start() -> None:
    from center.privacy import keycheck  # noqa: PLC0415

    found = faults()
    if found:
        raise SystemExit("This center does not start:\n" + "\n".join(f"  · {fault}" for fault in found))
    keycheck.keep()
