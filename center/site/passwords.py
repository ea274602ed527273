"""The password rules of 等保 level 2 (domain.md §7.2), as far as Django does not say them in both languages."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SHORTEST = 10
KINDS = (r"[a-z]", r"[A-Z]", r"\d", r"[^\w\s]")
NEEDED = 3


class TenCharacters:
    """Django's own rule says it in English alone."""

    def validate(self, password: str, user: object = None) -> None:
        if len(password) < SHORTEST:
            raise ValidationError(self.get_help_text(), code="password_too_short")

    def get_help_text(self) -> str:
        return _("Use at least ten characters.")


class ThreeKindsOfCharacters:
    """Lower case, upper case, digits, signs: at least three of the four."""

    def validate(self, password: str, user: object = None) -> None:
        if sum(bool(re.search(kind, password)) for kind in KINDS) < NEEDED:
            raise ValidationError(self.get_help_text(), code="too_few_kinds")

    def get_help_text(self) -> str:
        return _("Use at least three of: small letters, capital letters, digits, signs.")
