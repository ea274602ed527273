"""The invented district: an app only where DEMO or the tests ask for it; no room knows of it."""
