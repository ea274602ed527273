"""Work for the worker: watched, stopped, tried again, found when its worker is gone."""

import os
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from importlib import import_module

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import ConnectorException

from center.actions import jobs as actions
from center.exchange.lists import LISTS
from center.exchange.purging import purge_jobs
from center.kernel.errors import Conflict, Refusal
from center.kernel.remarks import Remark
from center.kernel.roles import Permission, Role
from center.management.commands import work
from center.models import AccessEntry, Event, Job, JobStatus, Staff
from center.privacy import vault
from center.site import worker
from tests.center.make import make_office, make_staff


@pytest.fixture(autouse=True)
def files_of_this_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "documents"


@pytest.fixture
def office(db):
    return make_office()


@pytest.fixture
def officer(office):
    return make_staff(Role.OFFICER, office=office, language="en")


@pytest.fixture
def kind(monkeypatch):
    """`kind(function)` declares a kind of job for this test."""

    def declared(function):
        monkeypatch.setitem(worker.KINDS, "test.work", function)
        monkeypatch.setitem(worker.NEEDS, "test.work", (Permission.IMPORT_FILES,))
        return "test.work"

    return declared


def ask(by, kind="test.work", **parts):
    return actions.start_job(kind, title=Remark("Work"), office=by.home_office, by=by, **parts)


def made(job, tell):
    tell(1, 2, "half")
    return worker.Outcome("made", answer="/files/", result=("list.csv", b"a,b"), errors=("errors.csv", b"c"))


# -- from asking to the file ---------------------------------------------------------------------------------------------


def test_a_job_is_done_and_its_files_are_fetched_by_its_owner_alone(enter, officer, office, kind):
    job = ask(officer, kind(made))
    leader, admin = make_staff(Role.LEADER, office=office), make_staff(Role.ADMIN, office=office)

    worker.run(job.pk)

    job.refresh_from_db()
    address = reverse("center:job_file", args=[job.code, "result"])
    fetched = enter(officer).get(address)
    assert (job.status, job.message, job.attempts) == (JobStatus.DONE, "made", 1)
    assert (fetched.status_code, fetched.content) == (200, b"a,b")
    assert b"a,b" not in vault.place(job.result).read_bytes()
    assert [enter(other).get(address).status_code for other in (leader, admin)] == [404, 404]
    assert AccessEntry.objects.filter(kind="download", actor=officer.username).count() == 1


def test_only_what_is_there_can_be_fetched(enter, officer, kind):
    job = ask(officer, kind(lambda _job, _tell: worker.Outcome("nothing to keep")))
    worker.run(job.pk)

    asked = [enter(officer).get(reverse("center:job_file", args=[job.code, which])) for which in ("result", "other")]

    assert [answer.status_code for answer in asked] == [404, 404]


def test_whose_roles_ended_neither_runs_nor_fetches(enter, officer, kind):
    first, second = ask(officer, kind(made)), ask(officer, kind(made))
    worker.run(first.pk)
    officer.assignments.update(role=Role.FRONT_DESK)

    worker.run(second.pk)

    second.refresh_from_db()
    officer = Staff.objects.get(pk=officer.pk)
    address = reverse("center:job_file", args=[first.code, "result"])
    assert (second.status, second.result) == (JobStatus.FAILED, "")
    assert enter(officer).get(address).status_code == 404


def test_numbers_in_full_need_their_own_permission(officer, kind):
    job = ask(officer, kind(made), args={"in_full": True})

    worker.run(job.pk)

    job.refresh_from_db()
    assert (job.status, job.result) == (JobStatus.FAILED, "")


def test_one_record_is_worked_on_once_at_a_time(officer, office, kind):
    ask(officer, kind(made), about=office)

    with pytest.raises(Conflict):
        ask(officer, kind(made), about=office)

    assert ProcrastinateJob.objects.filter(task_name=actions.TASK).count() == 1


def test_files_go_after_seven_days_and_the_job_stays(officer, kind):
    job = ask(officer, kind(made))
    worker.run(job.pk)
    job.refresh_from_db()
    places = [vault.place(job.result), vault.place(job.errors)]

    assert purge_jobs(timezone.now() + timedelta(days=6)) == 0
    assert purge_jobs(timezone.now() + timedelta(days=8)) == 2

    job.refresh_from_db()
    assert (job.status, job.result, job.errors) == (JobStatus.DONE, "", "")
    assert [place.exists() for place in places] == [False, False]


# -- what goes wrong -------------------------------------------------------------------------------------------------------


def test_a_refusal_is_told_in_its_own_words_and_the_job_is_tried_again(officer, kind):
    def refused(job, tell):
        raise Refusal("Not like this.")

    job = ask(officer, kind(refused))
    worker.run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.message) == (JobStatus.FAILED, "Not like this.")
    kind(made)

    actions.try_again(job, by=officer)
    worker.run(job.pk)

    job.refresh_from_db()
    assert (job.status, job.message) == (JobStatus.DONE, "made")


def test_an_error_of_the_program_has_a_number_and_shows_nothing_else(officer, kind):
    def broken(job, tell):
        raise ValueError("511102198503218094")

    job = ask(officer, kind(broken))

    worker.run(job.pk)

    job.refresh_from_db()
    assert job.status == JobStatus.FAILED
    assert job.message == f"An error of the program, number {job.code}. Tell the administrator, then try again."


def test_a_waiting_job_is_taken_off_at_once(officer, kind):
    job = ask(officer, kind(made))

    actions.stop_job(job, by=officer)

    assert worker.run(job.pk) is None
    job.refresh_from_db()
    assert (job.status, job.result) == (JobStatus.CANCELLED, "")


def test_strangers_and_the_past_are_not_stopped(officer, office, kind):
    colleague = make_staff(Role.OFFICER, office=office)
    job = ask(officer, kind(made))
    with pytest.raises(Refusal):
        actions.stop_job(job, by=colleague)
    with pytest.raises(Refusal):
        actions.try_again(job, by=officer)
    worker.run(job.pk)

    with pytest.raises(Refusal):
        actions.stop_job(job, by=officer)


def test_the_administrator_stops_a_job_and_does_not_try_it_again(officer, office, kind):
    admin = make_staff(Role.ADMIN, office=office)
    job = ask(officer, kind(made))

    stopped = actions.stop_job(job, by=admin)

    assert stopped.status == JobStatus.CANCELLED
    with pytest.raises(Refusal):
        actions.try_again(stopped, by=admin)


# -- workers that die, in real transactions ----------------------------------------------------------------------------------


def people():
    return make_staff(Role.OFFICER, office=make_office())


def test_a_running_job_that_is_asked_to_stop_takes_back_what_it_did(racing_db, kind):
    officer = people()

    def stopped(job, tell):
        with transaction.atomic():
            Event.objects.create(verb="test.work.done", subject="test", actor=officer.username)
            actions.stop_job(job, by=officer)
            transaction.on_commit(lambda: None)
            Job.objects.filter(pk=job.pk).update(done=0)
        with transaction.atomic():
            Event.objects.create(verb="test.work.again", subject="test", actor=officer.username)
            tell(2, 2, "")
        return worker.Outcome("never")

    job = ask(officer, kind(stopped))

    worker.run(job.pk)

    job.refresh_from_db()
    assert job.status == JobStatus.CANCELLED
    assert Event.objects.filter(verb="test.work.again").count() == 0


def test_progress_is_seen_while_the_work_has_not_committed(racing_db, kind):
    officer = people()
    seen = []

    def telling(job, tell):
        with transaction.atomic():
            tell(3, 7, "three")
            watcher = Job.objects.get(pk=job.pk)
            seen.append((watcher.done, watcher.total, watcher.message, watcher.percent))
            tell(4, 7, "too soon to be told")
        return worker.Outcome("made")

    job = ask(officer, kind(telling))

    worker.run(job.pk)

    assert seen == [(3, 7, "three", 42)]


def test_the_job_of_a_dead_worker_is_found_and_done_by_the_next(racing_db, kind):
    job = ask(people(), kind(made))
    actions.begin(job.pk)  # and then the worker is killed
    with worker.holding(job.pk):
        held = worker.resume()

    given = worker.resume()

    job.refresh_from_db()
    assert (held, given, job.status, job.started_at) == (0, 1, JobStatus.WAITING, None)
    worker.run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.attempts) == (JobStatus.DONE, 2)


def test_a_job_that_kills_its_workers_is_given_up(racing_db, kind):
    job = ask(people(), kind(made))
    for _worker in range(worker.MOST):
        actions.begin(job.pk)
        worker.resume()

    job.refresh_from_db()
    assert job.status == JobStatus.FAILED
    assert actions.give_back(job.pk, most=worker.MOST) is None


def cut(owner_login):
    """The database server dies under whoever is connected; a moment later it is back."""
    with owner_login() as owner:
        owner.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid != pg_backend_pid() AND backend_type = 'client backend'"
        )


def test_a_job_that_the_database_cut_is_given_back_and_done(racing_db, owner_login, kind):
    """Its worker lives on and reaches the new server at once; what it would say of the job is no longer its to say."""

    def cut_once(job, tell):
        if job.attempts == 1:
            cut(owner_login)
            with suppress(Error), transaction.atomic():  # as any work does; the connection is given up here
                Event.objects.count()
            assert Event.objects.count() == 0
            raise ValueError("half of the facts are missing")
        return worker.Outcome("made")

    job = ask(people(), kind(cut_once))

    assert worker.run(job.pk) is None
    job.refresh_from_db()
    assert (job.status, job.attempts) == (JobStatus.RUNNING, 1)
    assert worker.resume() == 1
    worker.run(job.pk)

    job.refresh_from_db()
    assert (job.status, job.message, job.attempts) == (JobStatus.DONE, "made", 2)


@pytest.mark.parametrize("ended", [False, True])
def test_a_job_that_the_database_cuts_again_and_again_is_told_to_its_owner(racing_db, owner_login, kind, ended):
    """In its work, or when that is done and only its end is not written yet; and it can be started again."""

    def always_cut(job, tell):
        cut(owner_login)
        if not ended:
            tell(2, 2, "")
        return worker.Outcome("never")

    officer = people()
    job = ask(officer, kind(always_cut))
    for _attempt in range(worker.MOST):
        worker.run(job.pk)
        connection.close()  # as the task does
        worker.resume()

    job.refresh_from_db()
    assert (job.status, job.message) == (
        JobStatus.FAILED,
        "It was interrupted again and again. Tell the administrator.",
    )
    kind(made)
    actions.try_again(job, by=officer)
    worker.run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.attempts) == (JobStatus.DONE, 1)


def test_a_fault_of_the_database_that_cuts_nothing_is_a_fault_of_the_program(racing_db, kind):
    def broken(job, tell):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    job = ask(people(), kind(broken))

    worker.run(job.pk)

    job.refresh_from_db()
    assert job.status == JobStatus.FAILED


def test_a_worker_that_begins_is_told_to_look_for_what_was_cut(racing_db, monkeypatch):
    begun = []
    monkeypatch.setattr(work, "call_command", lambda *command: begun.append(command[:2]))

    for _worker in range(2):  # the first was killed before it looked
        call_command("work")

    assert begun == [("procrastinate", "worker")] * 2
    assert ProcrastinateJob.objects.filter(task_name="center.resume", status="todo").count() == 1


def test_a_worker_that_finds_no_database_says_so(db, monkeypatch):
    def nowhere():
        raise ConnectorException

    monkeypatch.setattr(worker, "resume_soon", nowhere)

    with pytest.raises(CommandError, match="finds no database"):
        call_command("work")


def test_two_workers_do_one_job_once(racing_db, kind):
    done = []
    job = ask(people(), kind(lambda job, _tell: done.append(job.pk) or worker.Outcome("made")))

    racing_db(*[lambda: worker.run(job.pk)] * 2)

    assert done == [job.pk]


def test_a_job_that_nobody_took_up_is_told_again(racing_db, kind):
    job = ask(people(), kind(made))
    ProcrastinateJob.objects.all()._raw_delete("default")
    Job.objects.filter(pk=job.pk).update(asked_at=timezone.now() - timedelta(minutes=5))

    worker.resume()
    worker.resume()

    assert ProcrastinateJob.objects.filter(args={"job": job.pk}).count() == 1


# -- pages -----------------------------------------------------------------------------------------------------------------


def test_without_a_worker_the_page_says_how_long_it_has_waited(enter, officer, kind):
    job = ask(officer, kind(made))
    Job.objects.filter(pk=job.pk).update(asked_at=timezone.now() - timedelta(minutes=5))

    page = enter(officer).get(job.get_absolute_url()).content.decode()

    assert "It has waited for 5 minutes and nobody has begun: the worker is not running." in page


def test_the_page_asks_for_itself_while_the_job_lives(enter, officer, kind):
    client, job = enter(officer), ask(officer, kind(made))

    living = client.get(job.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    worker.run(job.pk)
    ended = client.get(job.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()

    assert ("every 2s" in living, "every 2s" in ended) == (True, False)
    assert "<html" not in living + ended


def test_a_notice_stands_on_every_page_until_the_job_was_opened(enter, officer, kind):
    client, job = enter(officer), ask(officer, kind(made))
    worker.run(job.pk)
    told = client.get(reverse("center:profile")).content.decode()

    opened = client.post(reverse("center:job_open", args=[job.code]))

    after = client.get(reverse("center:profile")).content.decode()
    assert (opened.status_code, opened["Location"]) == (302, "/files/")
    assert ("See what came of it" in told, "See what came of it" in after) == (True, False)


def test_stop_and_again_by_buttons(enter, officer, kind):
    client, job = enter(officer), ask(officer, kind(made))

    answers = [
        client.post(reverse(f"center:{name}", args=[job.code])) for name in ("job_stop", "job_again", "job_again")
    ]

    job.refresh_from_db()
    assert ([answer.status_code for answer in answers], job.status) == ([302, 302, 302], JobStatus.WAITING)


def test_the_list_shows_own_jobs_and_the_administrator_those_of_the_office(enter, officer, office, kind):
    ask(officer, kind(made))
    colleague, admin = make_staff(Role.OFFICER, office=office), make_staff(Role.ADMIN, office=office)

    lists = [
        enter(staff).get(reverse("center:jobs")).content.decode().count(">Work</a>")
        for staff in (officer, colleague, admin)
    ]

    assert lists == [1, 0, 1]


def test_the_list_asks_as_often_for_three_jobs_as_for_one(enter, officer, kind):
    client, declared, asked = enter(officer), kind(made), []
    client.get(reverse("center:jobs"))  # whatever is remembered is remembered now

    for more in (1, 2):
        for _n in range(more):
            ask(officer, declared)
        with CaptureQueriesContext(connection) as queries:
            shown = client.get(reverse("center:jobs")).content.decode().count(">Work</a>")
        asked.append((shown, len(queries)))

    assert [shown for shown, _queries in asked] == [1, 3]
    assert asked[0][1] == asked[1][1]


def test_only_its_owner_takes_note_of_how_a_job_ended(office, officer):
    live, ended = (
        Job.objects.create(kind="test.work", titled=Remark("Work").stored(), owner=officer, office=office)
        for _n in range(2)
    )
    Job.objects.filter(pk=ended.pk).update(
        status=JobStatus.FAILED, started_at=timezone.now(), finished_at=timezone.now()
    )

    seen = [
        actions.see_job(job, by=by).seen_at is not None
        for job, by in ((live, officer), (ended, make_staff(Role.ADMIN, office=office)), (ended, officer))
    ]

    assert seen == [False, False, True]


def test_the_worker_knows_every_list_that_a_page_offers():
    """It imports the rooms' jobs and no page: in a process of its own, without the demo."""
    asked = (
        "import django; django.setup(); from center.exchange.lists import LISTS; from center.site import worker;"
        "print(*sorted(LISTS), sep='\\n')"
    )
    import_module(settings.ROOT_URLCONF)
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "DEMO": "0"}
    known = subprocess.run(
        [sys.executable, "-c", asked],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )

    assert known.stdout.split() == sorted(LISTS)
    assert "casework.files" in LISTS
