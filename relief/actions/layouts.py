"""How the banks' files look: an office keeps a layout for each of its banks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, Refusal, require
from center.kernel.sentences import listed
from relief.models import BankLayout
from relief.permissions import why_not_keep_layouts
from relief.rules import bankfile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from center.models import Office, Staff

KEPT = frozenset(
    {"name", "encoding", "separator", "has_header", "out_columns", "answer_columns", "purpose"}
    | {"paid_words", "failed_words", "pending_words", "total_words", "reasons"}
)


@action
def keep_layout(
    office: Office, *, layout: BankLayout | None = None, fields: Mapping[str, Any], by: Staff
) -> BankLayout:
    """A new layout of an office, or another one in the place of that which was kept."""
    require(why_not_keep_layouts(by, office))
    kept = {name: value for name, value in fields.items() if name in KEPT}
    _look_at_columns(kept["out_columns"], known=bankfile.OUT, needed=("name", "card", "amount"))
    _look_at_columns(kept["answer_columns"], known=bankfile.BACK, needed=bankfile.NEEDED)
    told = {what for what, _heading in kept["answer_columns"]}
    if not told & {"code", "line"}:
        raise Incomplete(_("The bank must give back the line code or the number of each line."))
    _look_at_words(kept)
    if layout is None:
        layout = BankLayout(office=office)
    else:
        layout = BankLayout.objects.select_for_update(of=("self",), no_key=True).get(pk=layout.pk, office=office)
    for name, value in kept.items():
        setattr(layout, name, value)
    layout.kept_by, layout.kept_at = by, timezone.now()
    layout.save()
    trail.record("relief.bank_layout.kept", layout, by=by, name=layout.name)
    return layout


def _look_at_columns(columns: Sequence[tuple[str, str]], *, known: Sequence[str], needed: Sequence[str]) -> None:
    """Each column once, and what a payment cannot be recognised without."""
    told = [what for what, _heading in columns if what in known]
    if len(set(told)) != len(told):
        raise Refusal(_("A column stands twice in the layout."))
    headings = [bankfile.word_key(heading) for what, heading in columns if what in known and heading]
    twice = next((heading for heading in headings if headings.count(heading) > 1), "")
    if twice:
        raise Refusal(
            _("Two columns have the heading “%(heading)s”; which is which cannot be told.") % {"heading": twice}
        )
    missing = [what for what in needed if what not in told]
    if missing:
        labels = bankfile.labels()
        said = _("The layout lacks these columns: %(columns)s.")
        raise Incomplete(said % {"columns": listed(labels[what] for what in missing)})


def _look_at_words(kept: Mapping[str, Any]) -> None:
    """A word of the bank means one thing, however it is written: S and s are one word."""
    seen: dict[str, str] = {}
    for meaning in ("paid_words", "failed_words", "pending_words", "total_words"):
        for word in kept.get(meaning) or ():
            key = bankfile.word_key(word)
            if seen.get(key, meaning) != meaning:
                said = _("“%(word)s” stands under two meanings; a word of the bank means one thing.")
                raise Refusal(said % {"word": word})
            if key in seen:
                raise Refusal(_("“%(word)s” stands twice.") % {"word": word})
            seen[key] = meaning
    codes: set[str] = set()
    for code in kept.get("reasons") or {}:
        if bankfile.word_key(code) in codes:
            raise Refusal(_("“%(word)s” stands twice.") % {"word": code})
        if seen.get(bankfile.word_key(code)) == "paid_words":
            raise Refusal(
                _("“%(word)s” stands under two meanings; a word of the bank means one thing.") % {"word": code}
            )
        codes.add(bankfile.word_key(code))
