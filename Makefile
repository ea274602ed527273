# Three commands are enough: run, test, lint. Each works on a fresh machine. Outside the tests: `make bench`
# (BENCH=--all brings fifty thousand households in) `make faults` (a crash at every statement of large work)
# `make load` (many people at once on a grown district; LOAD="--files 50000 --payments 200000 --seconds 60")
# `make coverage` (is every branch of the rules taken by a test of its room? tests/branches.toml names the modules)
# `make lock` (pyproject.toml into both locks; LOCK=--upgrade for the newest)
# and `make mutation` (is every changed rule noticed by a test? MUTATION="casework/rules/eligibility.py" for one module).
PYTHON ?= python3
export DATA_DIR PORT VENV

run:
	@$(PYTHON) config/bootstrap.py run

test:
	@$(PYTHON) config/bootstrap.py test $(ARGS)

lint:
	@$(PYTHON) config/bootstrap.py lint

bench:
	@$(PYTHON) config/bootstrap.py bench $(BENCH)

faults:
	@$(PYTHON) config/bootstrap.py faults

load:
	@$(PYTHON) config/bootstrap.py load $(LOAD)

mutation:
	@$(PYTHON) config/bootstrap.py mutation $(MUTATION)

lock:
	@$(PYTHON) config/bootstrap.py lock $(LOCK)

coverage:
	@$(PYTHON) config/bootstrap.py coverage

.PHONY: lock run test lint bench faults load mutation coverage
