import pytest

from center import desk
from tests.center.fake_desk import FakeDesk


@pytest.fixture
def fake(monkeypatch):
    """The one desk that this test knows."""
    fake = FakeDesk()
    monkeypatch.setattr(desk, "_desks", {"fake": fake})
    return fake
