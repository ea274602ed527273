"""Pages of the registry and of the visit desk: fetch what may be seen, form, act, answer."""
