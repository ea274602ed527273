"""What a figure would touch is shown before it is entered, and what was shown is what is entered."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from center.site.guard import StaffRequest

SHOWN = "shown"  # the name of the hidden input
PASSED_OVER = {SHOWN, "sure", "csrfmiddlewaretoken", "version", "draft"}


def stamp(request: StaffRequest) -> str:
    """Of everything that was typed: other words, another stamp."""
    typed = sorted((name, request.POST.getlist(name)) for name in request.POST if name not in PASSED_OVER)
    return sha256(json.dumps(typed).encode()).hexdigest()[:20]


def was_shown(request: StaffRequest) -> bool:
    return request.POST.get(SHOWN) == stamp(request)
