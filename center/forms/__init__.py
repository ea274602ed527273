"""Forms of the center room: they explain what was typed and hand over to an action."""
