"""What the employment room asks its tables."""
