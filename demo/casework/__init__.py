"""Households, their lives and their visits."""
