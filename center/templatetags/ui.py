"""Components of every page. Keyword-only, typed, each shown in the gallery (screens.md §5, architecture.md §6)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, Literal

from django import forms, template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from center.exchange.lists import why_not_export_list
from center.kernel.sentences import colon, comma, listed, semicolon
from center.privacy import drafts
from center.privacy.fields import SecretFormField
from center.privacy.secret import Secret
from center.queries import notices as queries
from center.reference import working_days
from center.site import versions
from center.site.guard import opens
from center.views.reveal import may_ask

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.core.paginator import Page
    from django.utils.safestring import SafeString

    from center.models import Office, Staff

LONGEST_LABEL = 12  # broad characters beside a bar
register = template.Library()
Tone = Literal["plain", "info", "ok", "warning", "danger"]
SOON = 2  # working days: a deadline turns amber


@register.simple_block_tag
def card(content: str, *, title: str, tone: Tone = "plain", level: int = 2, id: str = "") -> str:  # noqa: A002 - HTML's word
    """A titled region of a page. One per idea; never nested."""
    return render_to_string(
        "ui/card.html", {"content": content, "title": title, "tone": tone, "level": level, "id": id}
    )


@register.simple_block_tag
def table(content: str, *, caption: str, quiet: bool = False) -> str:
    """A data table in a box that scrolls sideways by itself. `quiet` keeps the caption for screen readers only."""
    return render_to_string("ui/table.html", {"content": content, "caption": caption, "quiet": quiet})


@register.inclusion_tag("ui/button.html")
def button(
    label: str,
    *,
    tone: Literal["primary", "plain", "danger"] = "primary",
    why_not: str = "",
    name: str = "",
    value: str = "",
    main: bool = False,
    draft: bool = False,
) -> dict[str, object]:
    """A submit button. With `why_not` it does nothing and says so to everyone. `main` answers Ctrl+Enter."""
    return {
        "label": label,
        "tone": tone,
        "why_not": str(why_not),
        "name": name,
        "value": value,
        "main": main,
        "draft": draft,
    }


@register.inclusion_tag("ui/link_button.html")
def link_button(
    label: str, url: str, *, tone: Literal["primary", "plain", "danger"] = "plain", why_not: str = "", key: str = ""
) -> dict[str, object]:
    """A link that looks like a button because it starts something."""
    return {"label": label, "url": url, "tone": tone, "why_not": str(why_not), "key": key}


@register.inclusion_tag("ui/error_summary.html")
def error_summary(form: forms.BaseForm) -> dict[str, object]:
    """Everything that is wrong with a form, on top, each with a link to its field."""
    return {"form": form}


@register.inclusion_tag("ui/form_fields.html")
def form_fields(form: forms.BaseForm, *, grid: bool = False) -> dict[str, object]:
    """The error summary and every field of a form."""
    return {"form": form, "grid": grid}


@register.inclusion_tag("ui/draft.html", takes_context=True)
def draft(
    context: template.Context,
    form: forms.BaseForm,
    *,
    of: Any = None,
    title: str = "",
    to: str = "",
    offer: bool = False,
) -> dict[str, object]:
    """Marks a long form: what is typed is kept on the server until it is sent. Stands before the form's fields.

    With `offer`, a draft waits to be taken up instead of filling the form by itself: the next visitor is somebody else.
    """
    request = context["request"]
    mark = drafts.mark(request, part=form.prefix or "", of=of, title=title or str(getattr(form, "title", "")), to=to)
    found = None if form.is_bound else drafts.find(mark)
    offered = bool(offer and found and request.GET.get("draft") != found.code)
    if found and not offered:
        fresh = versions.stamp(form)
        versions.keep(form, drafts.restore(form, found).get(versions.NAME) or fresh)
    return {
        "mark": mark.signed(),
        "draft": found,
        "restored": found is not None,
        "offered": offered,
        "numbers": any(isinstance(one, SecretFormField) for one in form.fields.values()),
    }


@register.simple_tag
def version(form: forms.BaseForm) -> SafeString:
    """What the form showed when it was opened, as fingerprints: a save then notices what somebody else changed."""
    return format_html('<input type="hidden" name="{}" value="{}">', versions.NAME, versions.stamp_of(form))


register.filter("listed", listed)
for mark in (colon, comma, semicolon):
    register.simple_tag(mark)


@register.filter
def open_to(url: str, staff: Staff) -> str:
    """The address where this person's roles open it, else nothing: a link that refuses is no link."""
    return url if url and opens(staff, url) else ""


def asked_for(bound: forms.BoundField) -> Sequence[str]:
    """Fields that may be empty and are not called optional: in some case they are needed, and the hint says in which."""
    return tuple(getattr(bound.form, "asked_for", ()))


def needed(bound: forms.BoundField) -> Sequence[str]:
    """Fields that may be empty while one writes, and without which nothing is handed in."""
    return tuple(getattr(bound.form, "needed_to_hand_in", ()))


@register.inclusion_tag("ui/field.html")
def field(bound: forms.BoundField, *, whole: bool = False) -> dict[str, object]:
    """One field: label, hint, what is wrong, the control. Choices of few become large radio buttons."""
    widget = bound.field.widget
    several = isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
    single_box = isinstance(widget, forms.CheckboxInput)
    classes = "form-select" if isinstance(widget, forms.Select) and not several else "form-control"
    if isinstance(bound.field, forms.DecimalField):
        classes += " money"
        widget.attrs.setdefault("inputmode", "decimal")
    if isinstance(bound.field, forms.DateField):
        classes += " short"
        widget.attrs.setdefault("placeholder", "2026-03-05")
    described = [
        f"{bound.auto_id or bound.html_name}_{part}"
        for part, there in (("hint", bound.help_text), ("wrong", bound.errors))
        if there
    ]
    attrs: dict[str, Any] = {} if several or single_box else {"class": classes}
    if described and not several:
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors and not several:
        attrs["aria-invalid"] = "true"
    return {
        "bound": bound,
        "control": bound.as_widget(attrs=attrs | dict(widget.attrs)) if not bound.is_hidden else bound.as_hidden(),
        "optional": not bound.field.required and bound.name not in (*asked_for(bound), *needed(bound)),
        "needed": bound.name in needed(bound),
        "required": bound.field.required,
        "several": several,
        "single_box": single_box,
        "whole": whole,
        "anchor": bound.auto_id or bound.html_name,
        "described": " ".join(described),
    }


@register.inclusion_tag("ui/cell.html")
def cell(bound: forms.BoundField) -> dict[str, object]:
    """A field inside a table: its column says what it is, its own label is for those who hear the page."""
    return field(bound)


@register.inclusion_tag("ui/tag.html")
def tag(label: str, *, tone: Tone = "plain") -> dict[str, object]:
    """A status in words on a quiet colour; never colour alone."""
    return {"label": label, "tone": tone}


@register.inclusion_tag("ui/tag.html")
def status_tag(record: Any) -> dict[str, object]:
    """The state of a record, in its own words and tone."""
    return {"label": record.get_status_display(), "tone": getattr(record, "tone", "plain")}


@register.simple_tag
def money(amount: Decimal | str | None, *, unit: bool = False) -> SafeString | str:
    """Yuan with two decimals and thousands: 1,234.00; a reversal keeps its minus sign; unknown is a dash."""
    if amount is None or amount == "":
        return "—"
    exact = Decimal(amount).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    text = f"{exact:,.2f}".replace("-", "−")
    return format_html(
        '<span class="nowrap{}">{}{}</span>', " reversal" if exact < 0 else "", text, _(" yuan") if unit else ""
    )


@register.simple_tag
def programme(name: str, *, office: Office) -> str:
    """A programme or category that is kept in Chinese, as the reader's language calls it."""
    return queries.programme_told(name, office=office)


@register.filter
def number(value: Decimal | int | str | None) -> str:
    """A number that is no money: whole ones in thousands, a true minus sign; unknown is a dash."""
    if value is None or value == "":
        return "—"
    return (f"{value:,}" if isinstance(value, int) else str(value)).replace("-", "−")


@register.inclusion_tag("ui/summary.html")
def summary(rows: Sequence[tuple[Any, ...]]) -> dict[str, object]:
    """Facts as label and value, `rows` of (label, value) or (label, value, url). An empty value reads “not filled in”."""
    return {"rows": [(row[0], row[1], row[2] if len(row) > 2 else "") for row in rows]}  # noqa: PLR2004 - a third means a link


@register.inclusion_tag("ui/empty_state.html")
def empty_state(text: str, *, url: str = "", action: str = "") -> dict[str, object]:
    """What is not there yet, and the first thing to do about it."""
    return {"text": text, "url": url, "action": action}


@register.inclusion_tag("ui/tag.html")
def deadline(day: date | None) -> dict[str, object]:
    """How much time is left, in working days: grey, amber from two days on, red when late (screens.md P08)."""
    if day is None:
        return {"label": "—", "tone": "plain"}
    left = working_days.between(timezone.localdate(), day)
    if timezone.localdate() == day:
        return {"label": _("due today"), "tone": "warning", "strong": True}
    if day < timezone.localdate():
        late = max(-left, 1)
        label = ngettext("%(days)s day late", "%(days)s days late", late) % {"days": late}
        return {"label": label, "tone": "danger", "strong": True}
    label = ngettext("%(days)s working day left", "%(days)s working days left", left) % {"days": left}
    return {"label": label, "tone": "warning" if left <= SOON else "plain"}


@register.inclusion_tag("ui/page_links.html", takes_context=True)
def page_links(context: template.Context, page: Page[Any]) -> dict[str, object]:
    """Where in a list we are. Filters stay in the address by their codes."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    return {"page": page, "query": query.urlencode()}


@register.inclusion_tag("ui/secret.html", takes_context=True)
def secret(context: template.Context, value: object, *, url: str = "") -> dict[str, object]:
    """A masked number and, where the person may, the button that shows it for a minute and logs it."""
    staff = getattr(context.get("request"), "staff", None)
    shown = not isinstance(value, Secret) or (staff is not None and may_ask(staff, value))
    return {"value": value, "url": url if shown else "", "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("ui/find_person.html", takes_context=True)
def find_person(context: template.Context, *, to: str, name: str = "person", label: str = "") -> dict[str, object]:
    """The search of a page that needs a person first. Each result leads on to `to`, with the person's code as `name`, or
    in the place of PERSON in its path. The words travel in the body."""
    url = reverse("center:find_person")
    return {"to": to, "name": name, "label": label, "url": url, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("ui/export_list.html", takes_context=True)
def export_list(context: template.Context) -> dict[str, object]:
    """The button that takes this list out exactly as it is seen; absent for those who may not."""
    request = context["request"]
    return {
        "may": not why_not_export_list(request.staff),
        "url": request.get_full_path(),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("ui/figures.html")
def figures(items: Sequence[Any]) -> dict[str, object]:
    """Numbers that open their rows: objects with label, value, unit, url (center.desk.Figure)."""
    return {"items": items}


def _short(label: str) -> str:
    """A label as long as the room beside a bar; the table has the whole of it."""
    return label if len(label) <= LONGEST_LABEL or label.isascii() else f"{label[: LONGEST_LABEL - 1]}…"


def _figure(value: Decimal | int) -> str:
    """Thousands apart; yuan with their fen."""
    return f"{value:,.2f}" if isinstance(value, Decimal) else f"{value:,}"


register.simple_tag(_figure, name="figure_value")


BAR = 420  # how wide the bars of a chart are together


@register.inclusion_tag("ui/chart_bars.html")
def chart_bars(
    rows: Sequence[tuple[str, Decimal | int, str]], *, title: str, unit: str, as_of: str = "", total: bool = False
) -> dict[str, object]:
    """Horizontal bars with their table: `rows` of (label, value, url), on wish with their sum. The title is the finding.
    What is less than nothing, a month with more reversals than payments, goes to the left of where the others begin."""
    values = [Decimal(row[1]) for row in rows]
    least = min([*values, Decimal(0)])
    scale = BAR / ((max([*values, Decimal(0)]) - least) or Decimal(1))
    start = 160 + int(-least * scale)
    bars = [
        {
            "label": label,
            "short": _short(label),
            "value": _figure(value),
            "url": url,
            "x": start + min(0, int(Decimal(value) * scale)),
            "width": abs(int(Decimal(value) * scale)),
            "value_x": start + max(0, int(Decimal(value) * scale)) + 6,
            "y": 8 + 28 * n,
        }
        for n, (label, value, url) in enumerate(rows)
    ]
    whole = _figure(sum((Decimal(row[1]) for row in rows), Decimal(0))) if total else ""
    return {
        "bars": bars,
        "title": title,
        "unit": unit,
        "height": 16 + 28 * len(bars),
        "as_of": as_of,
        "total": whole,
    }


@register.inclusion_tag("ui/chart_parts.html")
def chart_parts(parts: Sequence[tuple[str, Decimal]], *, title: str, unit: str) -> dict[str, object]:
    """One whole cut into parts (received = paid + committed + available), with the figures as text."""
    whole = sum((Decimal(part[1]) for part in parts), Decimal(0))
    at = 0
    shown = []
    for number, (label, value) in enumerate(parts, 1):
        width = max(0, int(Decimal(value) / whole * 1000)) if whole else 0
        share = (Decimal(value) / whole * 100).quantize(Decimal("0.1")) if whole else Decimal("0.0")
        shown.append({"label": label, "value": value, "x": at, "width": width, "share": share, "series": number})
        at += width
    return {"parts": shown, "title": title, "unit": unit}
