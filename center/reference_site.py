"""Django's admin, kept to what it is for: other packages register their own tables, keys of second factors among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.admin import AdminSite

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model


class ReferenceSite(AdminSite):
    """Takes models of the center only; what others offer is passed over."""

    site_url = None

    def register(
        self, model_or_iterable: type[Model] | Iterable[type[Model]], admin_class: Any = None, **options: Any
    ) -> None:
        offered = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        ours = [model for model in offered if model._meta.app_label == "center"]
        if ours:
            super().register(ours, admin_class, **options)
