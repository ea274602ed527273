"""Django's admin, kept to what it is for: other packages register their own tables, keys of second factors among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model
    from django.http import HttpRequest, HttpResponse


class ReferenceSite(AdminSite):
    """Takes models of the center only; what others offer is passed over."""

    site_url = None

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one door, the center's own, and who comes here has passed it: to ask for a password again helps nobody."""
        raise PermissionDenied

    def register(
        self, model_or_iterable: type[Model] | Iterable[type[Model]], admin_class: Any = None, **options: Any
    ) -> None:
        offered = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        ours = [model for model in offered if model._meta.app_label == "center"]
        if ours:
            super().register(ours, admin_class, **options)
