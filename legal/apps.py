"""The legal room."""

from django.apps import AppConfig


class LegalConfig(AppConfig):
    name = "legal"

    def ready(self) -> None:
        from center.desk import register  # noqa: PLC0415 - models are loaded only now
        from legal.desk.answers import Desk  # noqa: PLC0415

        register(Desk())
