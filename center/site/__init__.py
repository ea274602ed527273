"""What stands around every page: the gate, the shell, drafts, tasks, the manual."""
