# Three commands are enough: run, test, lint. Each works on a fresh machine. Outside the tests: `make bench`
# (BENCH=--all brings fifty thousand households in) and `make faults` (a crash at every statement of large work).
PYTHON ?= python3
export DATA_DIR PORT

run:
	@$(PYTHON) config/bootstrap.py run

test:
	@$(PYTHON) config/bootstrap.py test

lint:
	@$(PYTHON) config/bootstrap.py lint

bench:
	@$(PYTHON) config/bootstrap.py bench $(BENCH)

faults:
	@$(PYTHON) config/bootstrap.py faults

.PHONY: run test lint bench faults
