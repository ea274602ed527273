"""One namespace per room; paths are short English words."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("center.urls")),
    path("", include("casework.urls")),
    path("", include("relief.urls")),
    path("", include("employment.urls")),
    path("", include("legal.urls")),
    path("reference/", admin.site.urls),
]
