"""What people do in the center room: notices, meetings, accounts, offices."""
