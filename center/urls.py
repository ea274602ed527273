"""Routes of the center room."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "center"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("center.privacy.urls")),
]
