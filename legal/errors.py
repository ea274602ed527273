"""Refusals of the legal room that a caller tells apart."""

from __future__ import annotations

from center.errors import Refusal


class HasConflict(Refusal):
    """The other side was, or is, somebody whom we help against this one."""
