"""The pages of a long list: one far from its beginning comes as fast as the first."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet


class Pages(Paginator[Any]):
    """Finds which rows stand on a page by their keys alone, from the nearer end of the list, then reads those rows.

    A database that is told to skip thousands of rows makes each of them whole first, with all that is joined to it.
    """

    def page(self, number: int | str) -> Page[Any]:
        rows, place = self.object_list, self.validate_number(number)
        if place == 1 or not isinstance(rows, QuerySet):
            return super().page(place)
        bottom = (place - 1) * self.per_page
        top = min(bottom + self.per_page, self.count)
        keys = rows.values_list("pk", flat=True)
        if bottom > self.count - top and self._ends_with_the_key(rows):
            near = list(keys.reverse()[self.count - top : self.count - bottom])[::-1]
        else:
            near = list(keys[bottom:top])
        found = {row.pk: row for row in rows.filter(pk__in=near)}
        return Page([found[key] for key in near if key in found], place, self)

    @staticmethod
    def _ends_with_the_key(rows: QuerySet[Any]) -> bool:
        """Whether no two rows stand equal in the order: only then do both ends tell the same places."""
        names = rows.query.order_by or rows.model._meta.ordering or ()
        return any(str(name).lstrip("-") in {"pk", "id"} for name in names)
