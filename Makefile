# The usual targets of a Terraform provider. All use the release profile, so that quickstart, tests and lints share a build.

BINARY  := terraform-provider-simcloud
CARGO   ?= cargo

.PHONY: default build install dist quickstart fmt lint test testacc soak generate bench bench-fleet bench-serve bench-stand-ins

default: build

# Builds target/release/terraform-provider-simcloud.
build:
	$(CARGO) build --release --bin $(BINARY)

# Installs into the local mirrors of Terraform and OpenTofu.
install: build
	@target/release/$(BINARY) install

# Makes and verifies dist/: the archive for this platform, the manifest and their checksums. What is published is built
# with link-time optimisation and has a lower limit, see .github/workflows/release.yml.
dist: build
	$(CARGO) run --release --example dist -- target/release/$(BINARY) dist 20

# Applies examples/quickstart with the installed Terraform or OpenTofu, plans it again and destroys it.
quickstart: build
	@tools/quickstart target/release/$(BINARY)

fmt:
	$(CARGO) fmt

lint:
	$(CARGO) fmt --check
	$(CARGO) clippy --release --all-targets -- -D warnings

# Runs all tests: unit, property, protocol, and acceptance tests with every installed Terraform and OpenTofu. If initdb
# and postgres are installed, the tests start a PostgreSQL server for worlds.
test:
	$(CARGO) test --release

# Runs the acceptance tests only.
testacc:
	$(CARGO) test --release --test acceptance

# Runs the tests that take minutes: processes and servers that are killed repeatedly, every rule on PostgreSQL, every odd
# and every unknown argument, and thousands of worlds against the model of the rules. Requires PostgreSQL's server.
soak:
	CI=true SIMCLOUD_TEST_ENGINE=postgres $(CARGO) test --release --lib cloud::tests
	CI=true $(CARGO) test --release --lib --test acceptance --test protocol --test model -- --ignored --nocapture soak_

# Generates the reference pages of docs/ from the schemas and examples.
generate:
	UPDATE_DOCS=1 $(CARGO) test --release --test docs fresh

bench:
	$(CARGO) bench

# Compares groups of 1,000 instances and of one with the installed Terraform or OpenTofu.
bench-fleet:
	$(CARGO) bench --bench fleet

# Compares serve with moto_server, and with what a call costs boto3 itself. The Python environment is made once.
bench-serve: target/bench-python/bin/moto_server
	SIMCLOUD_BENCH_PYTHON=$(CURDIR)/target/bench-python $(CARGO) bench --bench serve

target/bench-python/bin/moto_server:
	python3 -m venv target/bench-python
	target/bench-python/bin/python -m pip install --quiet --disable-pip-version-check 'moto[ec2,server]==5.2.5' 'boto3==1.44.8'

# Measures a provider that has the schema of another one with 1,000 types.
bench-stand-ins:
	$(CARGO) bench --bench stand_ins
