"""What the center itself answers to the shell: the workbench, notices, meetings, figures, settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from center import desk
from center.roles import Permission

if TYPE_CHECKING:
    from collections.abc import Sequence

    from center.models import Staff


class Desk(desk.Desk):
    """The shell's own words in its own rail."""

    code = "center"

    def menu(self, staff: Staff) -> Sequence[desk.MenuItem]:
        items = [(Permission.USE_THE_SHELL, desk.MenuItem(position=10, label=_("Workbench"), route="center:home"))]
        return [item for permission, item in items if staff.may(permission)]
