"""The relief room."""

from django.apps import AppConfig


class ReliefConfig(AppConfig):
    name = "relief"

    def ready(self) -> None:
        from center.desk import register  # noqa: PLC0415 - models are loaded only now
        from relief.desk.answers import Desk  # noqa: PLC0415

        register(Desk())
