"""Refusals of the employment room that a caller tells apart."""

from __future__ import annotations

from center.kernel.errors import Refusal


class Discriminating(Refusal):
    """A vacancy asks for an ethnic group, a sex or a religion (L-HRM 24)."""


class Filled(Refusal):
    """Every place of a vacancy is taken."""
