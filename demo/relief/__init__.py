"""Rounds of relief, from application to receipt."""
