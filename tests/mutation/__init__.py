"""The long proof that the tests notice a changed rule (`make mutation`)."""
