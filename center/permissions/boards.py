"""What may hang on the board: which lines, how called, for how long; looked at when composed and again when published."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from center.desk import desks
from center.kernel.sentences import yuan
from center.privacy.masks import mask_name
from center.reference.numbering import SERIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from center.desk import NoticeLine
    from center.models import Notice, NoticeEntry, Office

# What may never hang on a wall: ID numbers, cards, phones (screens.md P25), however they are written apart.
BETWEEN = r"[\W_]*"  # whatever is neither letter nor digit
DIGIT = r"[\d\u3007\u25cb\u96f6\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d]"  # Chinese ones, too
LONG_NUMBERS = re.compile(rf"{DIGIT}(?:{BETWEEN}{DIGIT}){{10,}}")
CLOCK = r"\d{1,2}:\d\d"
MOMENT = r"(?:19|20)\d\d(?P<s{0}>[-./])\d{{1,2}}(?P=s{0})\d{{1,2}}" + r"(?:\s*{1})?"
DAYS = re.compile(rf"{MOMENT.format(1, CLOCK)}\s*[-\u2010-\u2015\u2212/~]?\s*(?:{MOMENT.format(2, CLOCK)}|{CLOCK})?")
OWN_NUMBER = re.compile(
    "|".join(
        rf"(?<!\w){letters}[0-9A-Za-z]{{1,9}}-20\d\d-\d{{{width},7}}(?!{BETWEEN}\d)"
        for letters, width in SERIES.values()
    )
)
INVISIBLE = {"Cf", "Cc", "Mn"}


def preflight(notice: Notice) -> str:
    """Nothing that identifies a person beyond the allowed fields leaves the house."""
    entries = list(notice.entries.all())
    if not entries:
        return _("The notice has no lines yet.")
    lines = lines_today(notice.office)
    return (
        why_not_these_words(notice, entries, lines)
        or _why_not_as_composed(entries, lines)
        or why_not_so_short(notice.working_days, [lines[entry.subject] for entry in entries])
    )


def why_not_these_words(notice: Notice, entries: Sequence[NoticeEntry], lines: Mapping[str, NoticeLine]) -> str:
    """Neither a long number nor a name in what people write themselves: said when it is composed, and again when it goes up."""
    free = [notice.title, notice.basis, notice.posted_at]
    texts = free + [text for entry in entries for text in (entry.shown_name, entry.employer, entry.programme)]
    if any(has_long_number(text) for text in texts):
        return _(
            "A number of eleven or more digits stands in the text. ID numbers, cards and phones may not be published."
        )
    return _why_not_these_names(entries, lines, " ".join(plain(text) for text in free))


def lines_today(office: Office) -> dict[str, NoticeLine]:
    """Subject → what a notice of this office would show of it now."""
    return {line.subject: line for desk in desks() for line in desk.to_notice(office)}


def why_not_so_short(days: int, lines: Sequence[NoticeLine]) -> str:
    """A notice hangs as long as the programme among its lines that asks for the longest."""
    longest = max(lines, key=lambda line: line.least_days, default=None)
    if longest is None or days >= longest.least_days:
        return ""
    said = ngettext(
        "%(programme)s asks for %(days)s working day on display at least.",
        "%(programme)s asks for %(days)s working days on display at least.",
        longest.least_days,
    )
    return said % {"programme": longest.programme, "days": longest.least_days}


def changes(entries: Iterable[NoticeEntry], lines: Mapping[str, NoticeLine]) -> list[str]:
    """What is not any more as it was composed, a sentence each: what left, what is held back, and old → new."""
    found = []
    for entry in entries:
        line, named = lines.get(entry.subject), {"line": entry.position, "number": entry.number}
        if line is None:
            found.append(_("Line %(line)s (%(number)s) does not wait for a notice any more.") % named)
        elif not line.ready:
            found.append(_("Line %(line)s (%(number)s): %(why)s") % (named | {"why": line.why_not}))
        else:
            found += [
                _("Line %(line)s (%(number)s): %(what)s was %(before)s and is %(now)s.")
                % (named | {"what": what, "before": before or "—", "now": now or "—"})
                for what, before, now in _compared(entry, line)
                if before != now
            ]
    return found


def _compared(entry: NoticeEntry, line: NoticeLine) -> list[tuple[str, str, str]]:
    return [
        (_("the number"), entry.number, number_of(line, entry.position)),
        (_("the employer"), entry.employer, line.employer),
        (_("the programme or category"), entry.programme, line.programme),
        (_("the amount"), yuan(entry.amount), yuan(line.amount)),
    ]


def _why_not_as_composed(entries: Sequence[NoticeEntry], lines: Mapping[str, NoticeLine]) -> str:
    """What was composed must still be true when it goes up: a head, a category, an amount may have changed since."""
    if not (found := changes(entries, lines)):
        return ""
    return " ".join([*found, _("Give this notice up and compose it anew.")])


def plain(text: str) -> str:
    """Characters as they are read: full-width as ordinary ones, what nobody sees left out, blanks told by one blank."""
    shown = (" " if each.isspace() else each for each in unicodedata.normalize("NFKC", text))
    return "".join(each for each in shown if unicodedata.category(each) not in INVISIBLE)


def has_long_number(text: str) -> bool:
    """Eleven digits or more, Chinese ones too, whatever signs stand between them; two days or hours side by side are no
    number, and what the house itself numbered (a meeting, a file, an application) may be named."""
    text = OWN_NUMBER.sub("#", plain(text))
    return any(not DAYS.fullmatch(found.group()) for found in LONG_NUMBERS.finditer(text))


def _why_not_these_names(entries: Sequence[NoticeEntry], lines: Mapping[str, NoticeLine], text: str) -> str:
    """Each line is called as it may be today (个人信息保护法 25), and nobody is named beside the list."""
    written = "".join(text.split())
    for entry in entries:
        line = lines.get(entry.subject)
        if line is None:
            continue
        if entry.shown_name not in {number_of(line, entry.position), shown_name(line, entry.position)}:
            return _("Line %(line)s shows a name that it may not show; take the notice down and compose it anew.") % {
                "line": entry.position
            }
        if _names(written, line.name):
            return _(
                "The text names the person of line %(line)s. Names stand in the lines only, as each of them allows."
            ) % {"line": entry.position}
        if any(_names(written, name) for name in line.family):
            said = _("The text names somebody of the family of line %(line)s. They are not part of the notice.")
            return said % {"line": entry.position}
    return ""


def _names(written: str, name: str) -> bool:
    said = "".join(plain(name).split())
    return len(said) > 1 and said in written


def number_of(line: NoticeLine, place: int | str) -> str:
    """What stands for a line on the board: its official number; without one its place on the sheet, in the language of
    the sheet. The code that stands in addresses is nobody's word for it."""
    if line.number:
        return line.number
    with translation.override(settings.LANGUAGE_CODE):
        return _("household no. %(place)s") % {"place": place}


def shown_name(line: NoticeLine, place: int | str) -> str:
    """Without stored consent a number replaces the name (个人信息保护法 25); with it the name is masked by the setting."""
    if not line.consented:
        return number_of(line, place)
    return mask_name(line.name) if settings.NAME_IN_NOTICES_MASKED else line.name
