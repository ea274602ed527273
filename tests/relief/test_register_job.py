"""A register that is too large for a page is made by the worker, with the same proof."""

import pytest
from django.urls import reverse
from django.utils import timezone

from center.exchange.prove import Answer, prove
from center.models import Export, Job, JobStatus
from center.site import worker
from relief import exchange
from relief.views import audit
from tests.relief.make import make_house, make_paid

YEAR = timezone.localdate().year


@pytest.fixture(autouse=True)
def files_of_this_test(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "documents"
    monkeypatch.setattr(audit, "INLINE_ROWS", 0)
    monkeypatch.setattr(exchange, "OFTEN", 1)


@pytest.fixture
def auditor(db):
    house = make_house()
    make_paid(house)
    return house.auditor


def ask(client, **said):
    return client.post(reverse("relief:register_export"), {"year": YEAR, "format": "xlsx", **said})


def test_the_worker_makes_the_register_and_it_proves_itself(enter, auditor):
    client = enter(auditor)

    asked = ask(client)
    job = worker.run(Job.objects.get().pk)

    fetched = client.get(reverse("center:job_file", args=[job.code, "result"]))
    verdict = prove(fetched.content)
    assert asked["Location"] == job.get_absolute_url()
    assert (verdict.answer, verdict.export) == (Answer.IDENTICAL, Export.objects.get())


def test_what_would_be_refused_is_refused_before_anybody_waits(enter, auditor):
    answer = ask(enter(auditor), full="1", reason="")

    assert (answer.status_code, Job.objects.count()) == (302, 0)


def test_whose_right_to_full_numbers_ended_does_not_fetch_them(enter, auditor, monkeypatch):
    client = enter(auditor)
    ask(client, full="1", reason="the yearly audit")
    job = worker.run(Job.objects.get().pk)
    address = reverse("center:job_file", args=[job.code, "result"])
    assert (job.status, client.get(address).status_code) == (JobStatus.DONE, 200)

    Job.objects.update(args=job.args | {"in_full": True})
    may = type(auditor).may
    monkeypatch.setattr(type(auditor), "may", lambda self, p, *a: p != "casework.export_clear" and may(self, p, *a))

    assert client.get(address).status_code == 404
