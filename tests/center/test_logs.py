"""What goes wrong is found in the log by the number that the page showed, without any value of a row."""

import io
import logging

import pytest
import structlog
from django.db import IntegrityError, connection, transaction
from django.test import Client

from center.models import Office
from tests.center.make import make_office, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(settings):
    """What the handler of the settings writes."""
    [handler] = [one for one in logging.getLogger().handlers if one.get_name() == "stderr"]
    before, written = handler.stream, io.StringIO()
    handler.setStream(written)
    yield written
    handler.setStream(before)


def test_the_number_of_a_failed_page_is_found_in_the_log(log, enter, monkeypatch):
    browser = enter(make_staff("front_desk", office=make_office(), language="en"))
    browser.raise_request_exception = False
    monkeypatch.setattr("center.site.task_inbox.tasks_for", broken)

    answer = browser.get("/tasks/")

    assert answer.status_code == 500
    number = answer["X-Request-Number"]
    assert number in answer.content.decode()
    [line] = [line for line in log.getvalue().splitlines() if "Internal Server Error: /tasks/" in line]
    assert line.endswith(f"request={number}")
    assert "RuntimeError: the first line of what it says" in log.getvalue()
    assert "in broken" in log.getvalue()
    assert "张三" not in log.getvalue()


DETAIL = "DETAIL: the row holds 张三"


def broken(*_args):
    raise RuntimeError(f"the first line of what it says\n{DETAIL}")


def test_a_page_that_is_not_there_is_no_fault(log):
    assert Client().get("/nowhere/at/all/").status_code in {302, 404}

    assert log.getvalue() == ""


def test_what_the_database_quotes_of_a_row_is_not_written(log):
    office = make_office("某某帮扶中心")
    try:
        with transaction.atomic():
            Office.objects.create(name="别处", code=office.code, level="district", opened_on=office.opened_on)
    except IntegrityError:
        structlog.get_logger().exception("job failed", job=7)

    told = log.getvalue()

    assert "job failed job=7" in told
    assert "UniqueViolation" in told or "IntegrityError" in told
    assert "DETAIL" not in told
    assert office.code not in told
    assert connection.in_atomic_block
