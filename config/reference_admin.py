"""Django's admin as this project installs it."""

from django.contrib.admin.apps import AdminConfig


class ReferenceAdminConfig(AdminConfig):
    """Reference data of the center alone."""

    default_site = "center.site.reference_site.ReferenceSite"
