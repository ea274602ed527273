"""The password rule of 等保 level 2 that Django has no validator for (domain.md §7.2)."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

KINDS = (r"[a-z]", r"[A-Z]", r"\d", r"[^\w\s]")
NEEDED = 3


class ThreeKindsOfCharacters:
    """Lower case, upper case, digits, signs: at least three of the four."""

    def validate(self, password: str, user: object = None) -> None:
        if sum(bool(re.search(kind, password)) for kind in KINDS) < NEEDED:
            raise ValidationError(self.get_help_text(), code="too_few_kinds")

    def get_help_text(self) -> str:
        return _("Use at least three of: small letters, capital letters, digits, signs.")
