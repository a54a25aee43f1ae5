# The commands a newcomer needs: make demo, make test. `make help` lists the rest.
SHELL := /bin/bash
# Swift: where SWIFT_HOME says, else on PATH, else in /opt/swift.
export PATH := $(if $(SWIFT_HOME),$(SWIFT_HOME)/usr/bin:)$(PATH):/opt/swift/usr/bin
RELEASE := .build/release
SOURCES := Package.swift Plugins Sources Tests Enclave/Package.swift Enclave/Sources

export INCLAVARE_BIN := $(CURDIR)/$(RELEASE)/inclavare

.PHONY: help bootstrap build install test test-long demo bench fuzz test-cgroup2 test-docker test-hardening format lint clean

help:
	@echo "make demo       a Debian root filesystem becomes an attested enclave, step by step (needs root)"
	@echo "make test       all tests, with the time of each suite; make test-long adds those that take minutes"
	@echo "make build      $(RELEASE)/inclavare, $(RELEASE)/inclavare-quoted, $(RELEASE)/sgx-tools, $(RELEASE)/rune, $(RELEASE)/rune-pal, $(RELEASE)/libinclavare-sgx.so, $(RELEASE)/enclave.img"
	@echo "make install    what make build made, to PREFIX=/usr/local (rune-pal to /usr/libexec/inclavare); DESTDIR for packages"
	@echo "make test-cgroup2   rune on a machine with cgroup v2 alone: a Debian kernel in QEMU, by software (needs qemu-system-x86)"
	@echo "make test-docker     rune under Docker, podman and containerd of Debian, and runc beside it (needs root and these)"
	@echo "make test-hardening   attempts to get out of a container, on a rune without its protections as well (needs root)"
	@echo "make bench      our figures beside the peers' (needs root)"
	@echo "make fuzz       libFuzzer over foreign enclave images, encrypted volumes, AESM messages, FUZZ_SECONDS=60"
	@echo "make format, make lint, make clean"

bootstrap:
	@Scripts/bootstrap

build:
	@Scripts/bootstrap build
	swift build -c release --static-swift-stdlib --product inclavare
	swift build -c release --static-swift-stdlib --product inclavare-quoted
	swift build -c release --static-swift-stdlib --product sgx-tools
	swift build -c release --static-swift-stdlib --disable-local-rpath --product rune
	swift build -c release --static-swift-stdlib --disable-local-rpath --product rune-pal
	swift build -c release --static-swift-stdlib --disable-local-rpath --product inclavare-sgx
	cp -f $(RELEASE)/inclavare_EnclaveImages.resources/enclave.img $(RELEASE)/enclave.img

install:
	@PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" Scripts/install

test: build
	@Scripts/bootstrap test
	swift build --build-tests
	@Scripts/test

test-long: build
	@Scripts/bootstrap test
	swift build --build-tests
	@INCLAVARE_LONG_TESTS=1 Scripts/test
	@Scripts/fuzz 30 all

test-cgroup2: build
	@Scripts/test-cgroup2

test-docker: build
	@Scripts/test-docker

test-hardening: build
	@Scripts/test-hardening

demo:
	@[ "$$(id -u)" = 0 ] || { echo "make demo needs root, for namespaces and apt: run 'sudo make demo'"; exit 1; }
	@Scripts/bootstrap build demo
	@$(MAKE) --no-print-directory build
	@Scripts/demo

bench:
	@[ "$$(id -u)" = 0 ] || { echo "make bench needs root, for namespaces and apt: run 'sudo make bench'"; exit 1; }
	@Scripts/bootstrap build bench
	@$(MAKE) --no-print-directory build
	@Scripts/bench
	@Scripts/bench-servers
	swift build -c release --static-swift-stdlib --product AttestationBench
	@Scripts/bench-verification

fuzz:
	@Scripts/fuzz $(or $(FUZZ_SECONDS),60) all

format:
	swift format format -i -r $(SOURCES)

lint:
	swift format lint --strict -r $(SOURCES)
	@! grep -rnE '^(public |package |internal )?import Foundation(Essentials)?$$' Sources/Hardware Sources/Containers \
		Sources/Commands/rune Sources/Enclaves/{Wire,EnclaveLayout,EnclaveHost} Enclave/Sources \
		|| { echo "lint: Foundation must stay out of these folders"; exit 1; }

clean:
	rm -rf .build .build-cache demo
