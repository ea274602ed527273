"""Small words that the shell's own templates need."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def get(mapping: dict[str, object], key: str) -> object:
    """`{{ mapping|get:key }}`: a value by a key that is itself a variable."""
    return mapping.get(key, "")
