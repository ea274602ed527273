"""What the office decides by dates: standards, the calendar, and the numbers that are drawn."""
