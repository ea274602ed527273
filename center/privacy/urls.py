"""Routes of the privacy module, inside the center's namespace."""

from django.urls import path

from center.views import reveal

urlpatterns = [path("reveal/<str:model>/<int:pk>/<str:field>/", reveal.reveal, name="reveal")]
