"""The invented district: its commands, and the job that lets it grow."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "demo"

    def ready(self) -> None:
        from demo import jobs  # noqa: F401, PLC0415 - registers the job; models are loaded only now
