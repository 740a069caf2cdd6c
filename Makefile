# Everything a newcomer runs: `make demo`, `make test`, `make bench`. Each installs what it misses.
SHELL := /bin/bash
SWIFT_FLAGS := -c release
TEST_FLAGS := -c release -Xswiftc -enable-testing
VISAVIS := .build/release/visavis

.PHONY: help dependencies assets build demo test lint bench clean

help: ## What can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /	/' | expand -t 16

dependencies: ## Debian packages that the build needs (root or sudo)
	@Scripts/install-dependencies

build: dependencies ## The command line, optimised
	@swift build $(SWIFT_FLAGS) --product visavis

assets: build ## Models, template and the sample clip, into the cache
	@VISAVIS=$(VISAVIS) Scripts/fetch-assets

demo: assets ## Enrol a sample person, drive the avatar, write a side-by-side video
	@VISAVIS=$(VISAVIS) Scripts/demo

lint: ## Formatting, as CI checks it
	@swift format lint --strict --recursive Package.swift Sources Tests

test: assets lint ## All tests, optimised
	@swift test $(TEST_FLAGS) --scratch-path .build-tests

bench: assets ## The table in docs/performance.md, measured on this machine
	@VISAVIS=$(VISAVIS) Scripts/bench

clean: ## Remove what was built; the cache of assets stays
	@rm -rf .build .build-tests
