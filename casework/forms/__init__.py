"""What is typed: a form explains it and hands it to an action, and decides nothing."""
