# Three commands are enough: run, test, lint. Each works on a fresh machine.
PYTHON ?= python3
export DATA_DIR PORT

run:
	@$(PYTHON) config/bootstrap.py run

test:
	@$(PYTHON) config/bootstrap.py test

lint:
	@$(PYTHON) config/bootstrap.py lint

bench:
	@$(PYTHON) config/bootstrap.py bench

.PHONY: run test lint bench
