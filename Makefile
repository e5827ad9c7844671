# One word for each chore. All of them are bootstrap.py's; options go in ARGS:
#   make demo ARGS="--no-browser --port 8123"
PYTHON ?= $(firstword $(foreach name,python3 python,$(if $(shell command -v $(name) 2>/dev/null),$(name))) python3)
ARGS ?=
VERBS := demo test check fix bench drill docs screens sbom audit lock-check sync

.PHONY: help $(VERBS)

help:
	@$(PYTHON) bootstrap.py

$(VERBS):
	@$(PYTHON) bootstrap.py $@ $(ARGS)
