# Everything goes through here. `make` alone shows the list.
#   make run ARGS="--port 9090"     make test ARGS="-k phone"     make test PYTHON=python3.12

ARGS ?=
WORKERS ?= 2

# PYTHON=… chooses the interpreter; otherwise the newest usable one is taken.
find = $(if $(PYTHON),.ci/find-python check "$(PYTHON)",.ci/find-python)
version = import sys; print("%d.%d" % sys.version_info[:2])

# Recipes of one shell each: `$$python` is the interpreter, `$$env` the environment.
with_run = @set -e; python=$$($(find)); env=.venv; \
	.ci/venv "$$python" "$$env" requirements.txt
with_dev = @set -e; python=$$($(find)); env=.venv-dev-$$("$$python" -c '$(version)'); \
	.ci/venv "$$python" "$$env" requirements-dev.txt; \
	say() { printf '\n\033[1m%s\033[0m\n' "$$*"; }
none_yet = || { code=$$?; [ $$code -eq 5 ] && echo "this version has no such test"; exit $$code; }
# mypy and import-linter see all parts only where they lie as they do once installed.
tree = rm -rf build/tree && mkdir -p build/tree && cp -Rp mouchard build/tree/ \
	&& cp -Rp addons tui blocklists build/tree/mouchard/

.DEFAULT_GOAL := help
.PHONY: help run demo test check lint format soak fuzz bench sbom audit test-sdk example-report docs picture lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## install what is needed, then start Mouchard
	$(with_run); exec "$$env/bin/mouchard" run $(ARGS)

demo: ## the same with an invented shop and an invented person, without any network
	$(with_run); exec "$$env/bin/mouchard" demo $(ARGS)

test: ## all tests; what the system lacks is named at the end
	$(with_dev); "$$env/bin/python" -m pytest -n $(WORKERS) $(ARGS)

check: lint ## lint, then the fast tests: before each commit
	$(with_dev); say "fast tests"; "$$env/bin/python" -m pytest -q -n $(WORKERS) \
		-m "not slow and not browser and not soak and not bench and not sdk" $(ARGS)

lint: ## formatting, lint, types, import contracts
	$(with_dev); bin=$$PWD/$$env/bin; \
	say "format"; "$$bin/ruff" format --check --quiet . || { echo "run: make format"; exit 1; }; \
	say "lint"; "$$bin/ruff" check .; \
	$(tree); \
	say "types"; (cd build/tree && "$$bin/mypy" --config-file ../../pyproject.toml --cache-dir ../mypy -p mouchard); \
	say "imports"; (cd build/tree && "$$bin/lint-imports" --config ../../pyproject.toml --cache-dir ../imports)

format: ## put the code into its standard form
	$(with_dev); "$$env/bin/ruff" format .; "$$env/bin/ruff" check --fix .

soak: ## a long run under load
	$(with_dev); "$$env/bin/python" -m pytest -m soak --timeout 0 $(ARGS) $(none_yet)

bench: ## measure speed and memory on this machine, in one table (QUICK=1: a few minutes)
	$(with_dev); also=$$($(if $(PYTHON)$(QUICK),:,.ci/find-python 3.11 2>/dev/null) || :); \
	if [ -n "$$also" ] && [ "$$also" != "$$python" ]; then \
		.ci/venv "$$also" .venv-dev-3.11 requirements-dev.txt; set -- --also "$$PWD/.venv-dev-3.11/bin/python"; \
	else set --; fi; \
	"$$env/bin/python" bench $(if $(QUICK),--quick,--page docs/performance.md) "$$@" $(ARGS)

sbom: ## what a user installs, with versions and licences: build/sbom.cdx.json (CycloneDX)
	$(with_run); .ci/venv "$$python" .venv-audit requirements-audit.txt alone; mkdir -p build; \
	.venv-audit/bin/cyclonedx-py environment --pyproject pyproject.toml --mc-type application \
		--output-reproducible --output-format JSON --output-file build/sbom.cdx.json "$$env/bin/python"; \
	echo build/sbom.cdx.json

audit: ## what is known against the locked versions, on this Python (needs the network)
	@set -e; python=$$($(find)); .ci/venv "$$python" .venv-audit requirements-audit.txt alone; \
	.ci/audit .venv-audit "$$python"

fuzz: ## each fuzz target for a minute; with `pip install atheris` guided by what it reaches
	$(with_dev); "$$env/bin/python" -m tests.fuzz.run $(ARGS)

test-sdk: ## real vendor scripts in a real browser, answered on loopback
	$(with_dev); "$$env/bin/python" -m pytest -m sdk $(ARGS) $(none_yet)

example-report: ## the example report and letters of docs/example, from an invented visit
	$(with_dev); "$$env/bin/python" docs/example/make.py

docs: ## write docs/cli.md from the commands themselves
	$(with_dev); mkdir -p build; "$$env/bin/python" docs/reference.py > build/cli.md && mv build/cli.md docs/cli.md

picture: ## draw the picture of the README from the real live view
	$(with_dev); "$$env/bin/python" docs/picture.py

lock: ## choose versions anew and lock them with their hashes (needs uv)
	@lock="--quiet --upgrade --universal --python-version 3.11 \
		--generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links \
		--custom-compile-command 'make lock'"; pin="uv pip compile pyproject.toml $$lock"; \
	eval "$$pin --extra fast --extra keyring --group build -o requirements.txt" && \
	eval "$$pin --all-extras --group dev -c requirements.txt -o requirements-dev.txt" && \
	eval "uv pip compile $$lock --group audit -o requirements-audit.txt"

clean: ## remove what make has made
	rm -rf build dist .venv .venv-audit .venv-dev-* .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
