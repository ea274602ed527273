"""What the room answers when the center asks (center/desk.py)."""
