"""What the room answers when the center asks (center/kernel/desk.py)."""
