"""What every test stands on: a database made by its owner and used by the application's role."""

from __future__ import annotations

import os

import pytest
from django.conf import settings
from django.db import connection

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in the tests' thread


def pytest_configure() -> None:
    """Start the embedded PostgreSQL once, before any worker asks for it."""
    if settings.CLUSTER is not None:
        settings.CLUSTER.ensure()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """The owner makes the test database; see `django_db_setup`."""
    connection.settings_dict["OPTIONS"] = {}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Once made, the database is used as the application uses it; a flush may truncate, which only tests do."""
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute("GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO center_app")
        connection.close()
        connection.settings_dict["OPTIONS"] = {"options": settings.APP_ROLE_OPTIONS}
    yield
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["OPTIONS"] = {}
