"""What proves itself: the trail, seals, history, logs, destruction."""
