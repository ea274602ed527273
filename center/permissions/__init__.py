"""Who may do what, as a sentence that says why not."""
