"""What the relief desk answers to the shell."""

from __future__ import annotations

from center import desk


class Desk(desk.Desk):
    """Answers nothing yet but its name."""

    code = "relief"
