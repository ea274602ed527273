"""The center: what every desk shares."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CenterConfig(AppConfig):
    name = "center"

    def ready(self) -> None:
        from center.desk import register  # noqa: PLC0415 - models are loaded only now
        from center.evidence.privileges import grant  # noqa: PLC0415
        from center.site.answers import Desk  # noqa: PLC0415

        register(Desk())

        post_migrate.connect(grant, sender=self, dispatch_uid="center.grants")
