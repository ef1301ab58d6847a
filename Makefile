# Flyball: `make demo` and `make test` are all a fresh machine needs; each sets itself up.

.PHONY: demo test check setup build sim bench eval fuzz proto format clean

FLYBALL = .build-release/release/flyball

setup:
	@dev/setup

## Runs the loop on real Envoys. ONCE=1 ends by itself, SEED=n repeats its choices.
demo: build
	@$(FLYBALL) demo --seed $(or $(SEED),1) $(if $(ONCE),--once)

## Everything: checks, unit tests, and end-to-end tests on real Envoys.
test: check
	@swift build --build-tests
	@dev/model >.build-model.log 2>&1 & model=$$!; \
	swift test --skip-build --no-parallel; failed=$$?; \
	wait $$model || failed=1; cat .build-model.log; exit $$failed
	@dev/fuzz 30
	@Benchmarks/gate.py

## Format, imports, banned words, generated code, sizes.
check: setup
	@dev/check

## The optimised program.
build: setup
	@echo "Building flyball (the first time takes several minutes)"
	@swift build -c release --product flyball --scratch-path .build-release

## The decision core in virtual time under faults: SEEDS seeds, and a crash at every place of an incident.
sim:
	@echo "Building flyball-sim"
	@swift build -c release --product flyball-sim --scratch-path .build-release
	@.build-release/release/flyball-sim seeds --count $(or $(SEEDS),5000)
	@.build-release/release/flyball-sim matrix

## Costs of the hot path, beside SwiftProtobuf and a Go receiver; reaction time, own share and
## quarantines on real Envoys. Takes about half an hour; Benchmarks/bench.py --quick less.
bench: build
	@Benchmarks/bench.py --json .build-bench.json

## Detectors on recorded traffic, beside published ones. FLYBALL_DATA names the data.
eval: setup
	@Benchmarks/eval.py --json .build-eval.json

## Fuzzes the readers of outside bytes and the scorer, each SECONDS long.
fuzz: setup
	@dev/fuzz $(or $(SECONDS),60)

## Regenerates Sources/EnvoyAPI and Sources/OpenTelemetryAPI from proto/.
proto:
	@dev/generate-proto

format:
	@git ls-files '*.swift' | grep -Ev '^Sources/(EnvoyAPI|OpenTelemetryAPI)/' | xargs swift format --in-place

clean:
	@rm -rf .build .build-* .venv .demo
