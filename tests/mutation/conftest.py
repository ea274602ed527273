"""What the tests of a changed rule stand on: no database, and the same examples each time."""

from __future__ import annotations

import hypothesis
import pytest
from django.utils import translation

hypothesis.settings.register_profile("same", deadline=None, derandomize=True, database=None, max_examples=50)
hypothesis.settings.load_profile("same")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield
