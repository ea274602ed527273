"""Routes of the center room."""

from django.urls import URLPattern, URLResolver

app_name = "center"
urlpatterns: list[URLPattern | URLResolver] = []
