"""Vacancies: complete, honest, with checked papers, and no longer than they are true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, require
from employment.actions.ends import end, say_why, stand_open
from employment.enums import VACANCY_REASONS, VACANCY_RETURNS, EmployerPaper
from employment.errors import Discriminating
from employment.models import Vacancy
from employment.models.vacancy import SIX
from employment.permissions import (
    why_not_check_papers,
    why_not_close_vacancy,
    why_not_edit_vacancy,
    why_not_enter_vacancy,
    why_not_reopen_vacancy,
)
from employment.rules.wishes import forbidden_word

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from casework.models import Employer
    from center.models import Office, Staff

SPOKEN = ("post", "conditions", "content", "benefits")


def sentence_of_discrimination(facts: Mapping[str, Any]) -> str:
    """Which word may not stand in a vacancy, and why; "" for an honest one."""
    grounds = {"sex": _("sex"), "ethnic": _("ethnic group"), "religion": _("religion")}
    for name in SPOKEN:
        ground, word = forbidden_word(str(facts.get(name) or ""))
        if ground:
            return _(
                "“%(word)s” chooses people by %(ground)s, which the law forbids (Interim Rules on Human Resources "
                "Markets, article 24). Say what the work demands instead."
            ) % {"word": word, "ground": grounds[ground]}
    return ""


def _check(facts: Mapping[str, Any]) -> None:
    if any(not facts.get(name) for name in SIX):
        raise Incomplete(
            _("A vacancy names its post, number, conditions, content, place and basic pay; all six, and true.")
        )
    if sentence := sentence_of_discrimination(facts):
        raise Discriminating(sentence)
    if facts["valid_until"] < timezone.localdate():
        raise Incomplete(_("A vacancy needs a day to come until which it is valid."))


def _locked(vacancy: Vacancy) -> Vacancy:
    return Vacancy.objects.select_for_update(of=("self",), no_key=True).select_related("employer").get(pk=vacancy.pk)


@action
def enter_vacancy(
    employer: Employer, *, office: Office, facts: Mapping[str, Any], token: str = "", by: Staff
) -> Vacancy:
    """招聘登记: the six facts, the day it ends, where it comes from. The same `token` twice is one vacancy."""
    require(why_not_enter_vacancy(by, office))
    _check(facts)
    vacancy = Vacancy(employer=employer, office=office, entered_by=by, token=token or None, **facts)
    try:
        with transaction.atomic():
            vacancy.save()
    except IntegrityError as error:
        if "token" not in str(error):
            raise
        return Vacancy.objects.get(token=token)
    trail.record("employment.vacancy.entered", vacancy, by=by, post=vacancy.post, posts=vacancy.posts)
    return vacancy


@action
def edit_vacancy(vacancy: Vacancy, *, facts: Mapping[str, Any], by: Staff) -> Vacancy:
    """Changed or prolonged; never below the places that are taken."""
    vacancy = _locked(vacancy)
    require(why_not_edit_vacancy(by, vacancy))
    _check(facts)
    if facts["posts"] < vacancy.taken:
        said = ngettext(
            "%(taken)s place of this vacancy is taken already.",
            "%(taken)s places of this vacancy are taken already.",
            vacancy.taken,
        )
        raise Incomplete(said % {"taken": vacancy.taken})
    changed = sorted(name for name, value in facts.items() if getattr(vacancy, name) != value)
    if not changed:
        return vacancy
    for name in changed:
        setattr(vacancy, name, facts[name])
    vacancy.save(update_fields=changed)
    trail.record("employment.vacancy.edited", vacancy, by=by, fields=", ".join(changed))
    return vacancy


@action
def check_papers(vacancy: Vacancy, *, papers: list[str], by: Staff) -> Vacancy:
    """The employer showed who they are; before that nobody is sent there."""
    vacancy = _locked(vacancy)
    require(why_not_check_papers(by, vacancy))
    if EmployerPaper.LICENCE not in papers:
        raise Incomplete(_("Nobody is sent to an employer whose business licence was not seen."))
    vacancy.papers = sorted(papers)
    vacancy.papers_checked_by, vacancy.papers_checked_at = by, timezone.now()
    vacancy.save(update_fields=["papers", "papers_checked_by", "papers_checked_at"])
    trail.record("employment.vacancy.checked", vacancy, by=by, papers=", ".join(vacancy.papers))
    return vacancy


@action
def close_vacancy(vacancy: Vacancy, *, reason: str, text: str, by: Staff) -> Vacancy:
    vacancy = _locked(vacancy)
    require(why_not_close_vacancy(by, vacancy))
    sentence = _("Say why the vacancy ends: the reason, and in words.")
    text = say_why(reason, text, among=VACANCY_REASONS, sentence=sentence)
    end(vacancy, reason=reason, text=text, by=by)
    trail.record("employment.vacancy.closed", vacancy, by=by, reason=reason)
    return vacancy


@action
def reopen_vacancy(vacancy: Vacancy, *, valid_until: date, reason: str, text: str, by: Staff) -> Vacancy:
    """Offered again until a new day."""
    vacancy = _locked(vacancy)
    require(why_not_reopen_vacancy(by, vacancy))
    if valid_until < timezone.localdate():
        raise Incomplete(_("A vacancy needs a day to come until which it is valid."))
    text = say_why(reason, text, among=VACANCY_RETURNS, sentence=_("Say why the vacancy is offered again."))
    stand_open(vacancy, until=valid_until, reason=reason, text=text, by=by)
    trail.record("employment.vacancy.reopened", vacancy, by=by, reason=reason, valid_until=valid_until)
    return vacancy
