"""The long proof of many people at once (`make load`)."""
