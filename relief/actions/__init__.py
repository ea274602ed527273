"""The only writers of status and money. `from relief.actions import funds, applications, decisions, payments`."""
