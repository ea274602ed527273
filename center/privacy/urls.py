"""Routes of the privacy module, inside the center's namespace."""

from django.urls import path

from center.views import papers, reveal

urlpatterns = [
    path("documents/<str:code>/", papers.document, name="document"),
    path("documents/<str:code>/remove/", papers.remove, name="document_remove"),
    path("prints/<str:code>/", papers.issued, name="issued"),
    path("s/<str:code>", papers.scan, name="scan"),
    path("reveal/<str:model>/<int:pk>/<str:field>/", reveal.reveal, name="reveal"),
]
