"""Set-up and running; nothing of the domain."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
