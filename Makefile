# Everything runs in .venv, which the first command makes from the hashes in requirements.txt.
# A machine needs Python 3.11 or newer, make and git; nothing is installed outside this folder.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: demo test judges docs bench faults faults-mutation lint types format lock upgrade clean help

# The Python that .venv is made of: the first of these that is new enough. `make test PYTHON=python3.13` names one.
PYTHON ?= python3.11 python3.12 python3.13 python3.14 python3 python
NEW_ENOUGH := import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))
define find_python
python=; \
for name in $(PYTHON); do \
  if $$name -c '$(NEW_ENOUGH)' >/dev/null 2>&1; then python=$$name; break; fi; \
done; \
if [ -z "$$python" ]; then \
  echo 'No Python 3.11 or newer with venv and pip among: $(PYTHON) (Debian and Ubuntu: package python3-venv).' >&2; \
  echo 'Where it has another name: make PYTHON=/path/to/python' >&2; \
  exit 1; \
fi
endef

BIN := .venv/bin
READY := .venv/.ready
PIP := python -m pip --disable-pip-version-check --no-input install --quiet

# The lock: for every platform and Python from 3.11 on, with the hash of every file.
LOCK_VENV := build/lock
LOCK_READY := $(LOCK_VENV)/.ready
UV := uv==0.13.8
compile = $(LOCK_VENV)/bin/uv pip compile --quiet --system-certs --universal --python-version 3.11 --generate-hashes \
	--annotation-style line --custom-compile-command 'make lock' pyproject.toml -
# What the action installs: the same versions, without what is only needed to work on the tool.
ACTION_LOCK := .github/actions/provisioner/requirements.txt
compile_for_the_action = $(compile) --constraints requirements.txt --output-file $(ACTION_LOCK)
# What `pip install --no-build-isolation -e .` needs: the build backend, and what it imports for an editable install.
build_needs = $(LOCK_VENV)/bin/python -c 'import tomllib; project = tomllib.load(open("pyproject.toml", "rb")); \
	print("editables", *project["build-system"]["requires"], sep="\n")'

# Prints a command of the demonstration and runs it.
provisioner = @printf '\n$$ provisioner %s\n' '$(1)' && $(BIN)/provisioner $(1)

demo: $(READY) ## Plan and apply the sample workspace against the embedded service
	$(call provisioner,emulator reset)
	$(call provisioner,plan)
	$(call provisioner,apply --auto-approve)
	$(call provisioner,status)
	$(call provisioner,plan --detailed-exitcode)
	@printf '\nThe rooms exist, and a second plan is empty. \n'

test: $(READY) ## Run the tests on every processor; PYTEST="-k marker" passes options on
	@$(BIN)/python -m pytest -n auto $(PYTEST)

judges: tests/node/node_modules/.ready ## Install what judges reports and schemas and comes from npm; tests that need it are skipped without

docs: $(READY) ## Write docs/reference and docs/rules.md anew from the code
	@$(BIN)/python -m tests.docs

bench: $(READY) ## Measure everything beside other ways to do it (benchmarks/results.md); a few minutes
	@$(BIN)/python -m benchmarks

faults: $(READY) ## Play the whole fault matrix (docs/reliability.md) and print its table
	@$(BIN)/python -m tests.faults

faults-mutation: $(READY) ## Take out each safeguard and show which row of the matrix notices
	@$(BIN)/python -m tests.faults --mutation

lint: $(READY) ## Check style, formatting and workflows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/zizmor --quiet --offline --persona=auditor --strict-collection .github .pre-commit-hooks.yaml

types: $(READY) ## Check types
	$(BIN)/mypy
	$(BIN)/mypy .github/actions/provisioner/scripts

format: $(READY) ## Mend what lint can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(LOCK_READY) ## Lock what pyproject.toml asks for; versions that still fit stay
	@$(build_needs) | $(compile) --extra dev --output-file requirements.txt
	@$(build_needs) | $(compile_for_the_action)

upgrade: $(LOCK_READY) ## Lock the newest versions that pyproject.toml allows
	@$(build_needs) | $(compile) --extra dev --output-file requirements.txt --upgrade
	@$(build_needs) | $(compile_for_the_action) --upgrade

clean: ## Remove all that is not in Git: .venv, caches, the local service's rooms
	rm -rf .venv .provisioner build dist tests/node/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find provisioner tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Hashes come from requirements.txt, those of the build backend too, so that nothing unchecked is fetched.
$(READY): requirements.txt pyproject.toml
	@$(find_python); \
	if ! $(BIN)/python -c 'import pip; $(NEW_ENOUGH)' >/dev/null 2>&1; then \
	  echo "Making .venv with $$($$python --version) ..." >&2; \
	  $$python -m venv --clear .venv; \
	fi
	@echo "Installing $$(grep -c == requirements.txt) locked packages into .venv; once, about half a minute ..." >&2
	@$(BIN)/$(PIP) --require-hashes -r requirements.txt
	@$(BIN)/$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

# axe-core and the YAML language server, by the hashes of the lock file; no package's own script is run.
tests/node/node_modules/.ready: tests/node/package-lock.json
	@npm --prefix tests/node ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(LOCK_READY): Makefile
	@$(find_python); $$python -m venv --clear $(LOCK_VENV)
	@$(LOCK_VENV)/bin/$(PIP) '$(UV)'
	@touch $@
