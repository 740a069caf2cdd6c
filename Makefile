# Everything a newcomer runs: `make demo`, `make test`, `make bench`. Each installs what it misses.
#
# `make install` puts the program and its pages below PREFIX, /usr/local unless said otherwise.
SHELL := /bin/bash
RELEASE := -c release
# Tests see internals, so they are built apart; one build serves the assets and every test.
TESTING := -c release -Xswiftc -enable-testing --scratch-path .build-tests
PREFIX ?= /usr/local

.PHONY: help dependencies build web install assets demo serve test test-web lint embedded bench clean

help: ## What can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /	/' | expand -t 16

dependencies: ## Debian packages that the build needs (root or sudo)
	@Scripts/install-dependencies

build: dependencies ## The command line, optimised
	@swift build $(RELEASE) --product visavis

web: ## The browser's cores and scripts, into Web/core and Web/built
	@Scripts/build-web

install: ## The built program, and the pages it serves, below PREFIX
	@Scripts/install "$(DESTDIR)$(PREFIX)"

assets: build ## Models, template and the sample clip, into the cache
	@Scripts/fetch-assets --visavis .build/release/visavis

demo: assets ## Enrol a sample person, drive the avatar, write a side-by-side video
	@VISAVIS=.build/release/visavis Scripts/demo

serve: demo web ## The sample person's avatar in a mirror, in your browser
	@.build/release/visavis serve demo/person.avatar --open

lint: ## Formatting, as CI checks it
	@swift format lint --strict --recursive Package.swift Sources Tests

embedded: ## Core modules compile as Embedded Swift for WebAssembly
	@Scripts/check-embedded

test: dependencies lint embedded ## All tests, optimised: native, node, Chromium
	@swift build $(TESTING) --build-tests
	@Scripts/fetch-assets --visavis .build-tests/release/visavis
	@Scripts/test $(TESTING)

test-web: ## The browser's tests alone; NAMES="mirror core" picks files that begin so
	@Scripts/test-web $(NAMES)

bench: assets ## The tables in docs/performance.md, measured on this machine; BENCH=stream: those of the stream
	@for product in splat-bench inference-bench tracking-bench stream-bench stream-fuzz \
	    motion-bench motion-fuzz; do \
	  swift build $(RELEASE) --product $$product || exit; done
	@Scripts/bench $(BENCH)

clean: ## Remove what was built; the cache of assets stays
	@rm -rf .build .build-tests .build-wasm .build-web Web/core/*.wasm Web/built
