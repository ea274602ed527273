"""The steps of a file: which are possible now, and the page of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework import permissions as may
from casework.enums import Exclusion, FileStatus
from casework.forms.answers import Answer
from casework.forms.steps import STEPS
from casework.queries import economy
from casework.queries import files as lists
from casework.views.shortcuts import difference_labels, label_codes, members_of, papers_of, visible
from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.kernel.sentences import listed
from center.site.guard import needs, posted
from center.views import turns

if TYPE_CHECKING:
    from django.forms import Form

    from casework.models import HardshipFile
    from center.models import Staff
    from center.site.guard import StaffRequest

P = Permission
WHY_NOT = {
    "submit": may.why_not_submit,
    "review": may.why_not_review,
    "home_visit": may.why_not_record_home_visit,
    "send": may.why_not_skip_notice,
    "decide": may.why_not_decide,
    "return": may.why_not_return,
    "refuse": may.why_not_refuse,
    "recheck": may.why_not_recheck,
    "assess": may.why_not_assess,
    "category": may.why_not_propose_change,
    "monitor": may.why_not_monitor,
    "exit": may.why_not_end,
    "cancel": may.why_not_end,
    "convert": may.why_not_convert,
    "withdraw": may.why_not_withdraw,
    "reopen": may.why_not_reopen,
    "archive": may.why_not_archive,
    "paper": may.why_not_edit_file,
    "national": may.why_not_edit_file,
}
# The step that moves the file on, by state: the page's one primary button.
MAIN = {
    FileStatus.DRAFT: "submit",
    FileStatus.RETURNED: "submit",
    FileStatus.SUBMITTED: "review",
    FileStatus.SURVEY: "home_visit",
    FileStatus.PENDING: "decide",
    FileStatus.ACTIVE: "recheck",
    FileStatus.MONITORING: "exit",
    FileStatus.EXITED: "archive",
    FileStatus.CANCELLED: "archive",
    FileStatus.REFUSED: "archive",
}


# The kind of task that a step belongs to, where it is not the step's own word: an answer to a review is a review.
QUEUES = {"submit": "casework.draft", "send": "casework.home_visit"}
ANSWERED = {FileStatus.SUBMITTED: "casework.review", FileStatus.PENDING: "casework.decide"}


# The answers that somebody who looks at a file may give, beside the same facts.
ANSWERS = {
    FileStatus.SUBMITTED: ("review", "return", "refuse"),
    FileStatus.PENDING: ("decide", "return", "refuse"),
}


def step_titles() -> dict[str, str]:
    return {
        "submit": _("Submit for review"),
        "review": _("Pass the review"),
        "home_visit": _("Record a home visit"),
        "send": _("Send to the leader"),
        "decide": _("File the household"),
        "return": _("Return for supplements"),
        "refuse": _("Refuse"),
        "recheck": _("Recheck: nothing changed"),
        "assess": _("Compute eligibility"),
        "category": _("Propose another category"),
        "monitor": _("Set under monitoring"),
        "exit": _("Lifted out"),
        "cancel": _("De-register"),
        "convert": _("Make it a full file"),
        "withdraw": _("Give the draft up"),
        "reopen": _("Reopen"),
        "archive": _("Archive"),
        "paper": _("Paper file updated"),
        "national": _("Entered in the national system"),
    }


def page_title(step: str) -> str:
    """What a page is called: one of several answers is not named after the first of them."""
    return {"review": _("Review of the file"), "decide": _("Decision about the file")}.get(step) or step_titles()[step]


def possible(staff: Staff, file: HardshipFile) -> list[tuple[str, str, str]]:
    """Steps with their titles and why not; those of another state are left out."""
    titles = step_titles()
    found = [(step, titles[step], why_not(staff, file)) for step, why_not in WHY_NOT.items()]
    return [row for row in found if not row[2] or row[0] == MAIN.get(FileStatus(file.status))]


def _answers(staff: Staff, file: HardshipFile, step: str) -> list[tuple[str, str]]:
    """The answers that this person may give now; that of the page itself where there is none, beside why not."""
    steps = ANSWERS.get(FileStatus(file.status), ())
    titles = step_titles()
    return [(each, titles[each]) for each in steps if not WHY_NOT[each](staff, file)] or [(step, titles[step])]


def _why_not(staff: Staff, file: HardshipFile, form: Form, step: str) -> str:
    """Of a page of several answers: one that may be given is enough."""
    first = _answers(staff, file, step)[0][0] if isinstance(form, Answer) else step
    return WHY_NOT[first](staff, file)


@require_http_methods(["GET", "POST"])
@needs(P.EDIT_FILES, P.REVIEW_FILES, P.DECIDE_FILES)
def step(request: StaffRequest, code: str, step: str) -> HttpResponse:
    """A step of the chain, with the facts on one page before it is done."""
    found = visible(request, code)
    if step not in STEPS:
        raise Http404
    form = STEPS[step](posted(request), request.FILES or None, file=found)
    if isinstance(form, Answer):
        form.offer(_answers(request.staff, found, step))
    queue = QUEUES.get(step) or ANSWERED.get(FileStatus(found.status), f"casework.{step}")
    if request.method == "POST" and form.is_valid():
        try:
            form.apply(by=request.staff)
            found.refresh_from_db()
            done = _("Done: %(step)s.") % {"step": step_titles()[step]}
            turns.say(request, found, done=done, code=queue)
            return redirect("casework:file", found.code)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    judged, title = isinstance(form, Answer), page_title(step)
    assessment = economy.unwritten(found, on=timezone.localdate()) if judged else economy.latest(found.household_id)
    label_codes(found)
    sees = may.sight_of(request.staff, found)
    context = {
        "file": found,
        "sees": sees,
        "form": form,
        "step": step,
        "title": title,
        "verb": _("Give this answer") if isinstance(form, Answer) and form.is_choice else step_titles()[step],
        "why_not": _why_not(request.staff, found, form, step),
        "open_work": lists.open_work(found.household) if step in {"exit", "cancel"} else [],
        "assessment": assessment,
        "last_known": economy.last_known(found, on=timezone.localdate())
        if assessment and assessment.per_capita is None
        else None,
        "members": members_of(found, sees),
        "people": found.household.members_on(timezone.localdate()).count(),
        "documents": papers_of(found, request.staff),
        "differences": lists.differences(found, assessment) if assessment else [],
        "difference_labels": difference_labels(),
        "exclusions": listed(Exclusion(one).label for one in found.household.exclusions),
        "facts_first": judged,
        "danger": step in {"refuse", "cancel", "withdraw", "exit"},
        "home_visits": found.home_visits.select_related("first_visitor", "second_visitor")[:3],
    }
    return render(request, "casework/file_step.html", context, status=422 if form.errors else 200)
