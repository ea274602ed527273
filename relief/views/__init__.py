"""Pages of the relief room: fetch, form, act, answer."""
