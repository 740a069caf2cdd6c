# Everything a newcomer runs: `make demo`, `make test`, `make bench`. Each installs what it misses.
SHELL := /bin/bash
RELEASE := -c release
# Tests see internals, so they are built apart; one build serves the assets and every test.
TESTING := -c release -Xswiftc -enable-testing --scratch-path .build-tests

.PHONY: help dependencies build assets demo test lint embedded bench clean

help: ## What can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /	/' | expand -t 16

dependencies: ## Debian packages that the build needs (root or sudo)
	@Scripts/install-dependencies

build: dependencies ## The command line, optimised
	@swift build $(RELEASE) --product visavis

assets: build ## Models, template and the sample clip, into the cache
	@Scripts/fetch-assets --visavis .build/release/visavis

demo: assets ## Enrol a sample person, drive the avatar, write a side-by-side video
	@VISAVIS=.build/release/visavis Scripts/demo

lint: ## Formatting, as CI checks it
	@swift format lint --strict --recursive Package.swift Sources Tests

embedded: ## Core modules compile as Embedded Swift for WebAssembly
	@Scripts/check-embedded

test: dependencies lint embedded ## All tests, optimised
	@swift build $(TESTING) --build-tests
	@Scripts/fetch-assets --visavis .build-tests/release/visavis
	@swift test $(TESTING) --skip-build --disable-xctest

bench: assets ## The tables in docs/performance.md, measured on this machine; BENCH=stream: those of the stream
	@for product in splat-bench inference-bench tracking-bench stream-bench stream-fuzz; do \
	  swift build $(RELEASE) --product $$product || exit; done
	@Scripts/bench $(BENCH)

clean: ## Remove what was built; the cache of assets stays
	@rm -rf .build .build-tests .build-wasm
