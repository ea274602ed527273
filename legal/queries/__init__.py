"""What the legal room asks its tables."""
