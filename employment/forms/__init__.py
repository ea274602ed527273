"""What is typed in the employment room."""
