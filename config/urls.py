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

handler400 = "center.views.shell.bad_request"
handler403 = "center.views.shell.forbidden"
handler404 = "center.views.shell.not_found"
handler500 = "center.views.shell.broken"
