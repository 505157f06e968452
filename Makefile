# The verbs Terraform provider people know. All in release mode: the quickstart, the tests and the lints share their builds.

BINARY  := terraform-provider-simcloud
CARGO   ?= cargo

.PHONY: default build install dist quickstart fmt lint test testacc soak generate bench bench-fleet

default: build

# target/release/terraform-provider-simcloud
build:
	$(CARGO) build --release --bin $(BINARY)

# Into the local mirrors of Terraform and OpenTofu.
install: build
	@target/release/$(BINARY) install

# dist/: the archive of this machine's platform, the manifest and their checksums, made and verified.
dist: build
	$(CARGO) run --release --example dist -- target/release/$(BINARY) dist

# Applies examples/quickstart with the Terraform or OpenTofu found, plans it again, destroys it.
quickstart: build
	@tools/quickstart target/release/$(BINARY)

fmt:
	$(CARGO) fmt

lint:
	$(CARGO) fmt --check
	$(CARGO) clippy --release --all-targets -- -D warnings

# Everything: units, properties, protocol, and acceptance with every Terraform and OpenTofu found; worlds in PostgreSQL
# on a server of its own, if there are initdb and postgres.
test:
	$(CARGO) test --release

# The acceptance tests alone.
testacc:
	$(CARGO) test --release --test acceptance

# What takes minutes: processes and servers that die again and again, and every rule on PostgreSQL. Needs its server.
soak:
	CI=true SIMCLOUD_TEST_ENGINE=postgres $(CARGO) test --release --lib cloud::tests
	CI=true $(CARGO) test --release --lib --test acceptance -- --ignored --nocapture soak_

# Rewrites the reference pages of docs/ from the schemas and examples.
generate:
	UPDATE_DOCS=1 $(CARGO) test --release --test docs fresh

bench:
	$(CARGO) bench

# A group of 1,000 instances beside a group of one, with the Terraform or OpenTofu found.
bench-fleet:
	$(CARGO) bench --bench fleet
