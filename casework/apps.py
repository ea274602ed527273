"""The casework room."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "casework"

    def ready(self) -> None:
        from casework.desk.answers import Desk  # noqa: PLC0415
        from center.desk import register  # noqa: PLC0415 - models are loaded only now

        register(Desk())
