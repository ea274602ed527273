"""The employment room."""

from django.apps import AppConfig


class EmploymentConfig(AppConfig):
    name = "employment"

    def ready(self) -> None:
        from center.desk import register  # noqa: PLC0415 - models are loaded only now
        from employment.desk.answers import Desk  # noqa: PLC0415

        register(Desk())
