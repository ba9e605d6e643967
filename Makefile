# Two commands matter: `make run` and `make test`. Both set up all they need.
PYTHON := .venv/bin/python
# some containers forbid Python to keep what it has compiled; then every process compiles all anew
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test serve bench rigs pictures format

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' Makefile

run: ## start the service and the stand-in for WeChat (PORT, EMULATOR_PORT)
	@sh tools/setup run && exec $(PYTHON) -m tools.run

test: ## check and test everything, on SQLite, then on PostgreSQL and Valkey
	@sh tools/setup test && exec $(PYTHON) -m tools.test

serve: ## start the web service alone, as in production (PORT, WORKERS, NUANFENG_…)
	@sh tools/setup run && exec $(PYTHON) -m tools.serve

bench: ## measure the speed as ratios in one run and write bench/README.md
	@sh tools/setup test && exec $(PYTHON) -m bench

rigs: ## races, kills and restarts at full size; prints n, lost, doubled, phantom
	@sh tools/setup test && exec $(PYTHON) -m bench.rigs

pictures: ## take the handbook's pictures of the console anew
	@sh tools/setup test && PICTURES=docs/pictures $(PYTHON) -m pytest -q -p no:randomly tests/journeys/test_volunteering.py tests/console/test_menu_pages.py tests/console/test_desk_pages.py

format: ## put the code into its usual shape
	@sh tools/setup test && .venv/bin/ruff check --fix . && .venv/bin/ruff format .
