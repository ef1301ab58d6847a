#!/usr/bin/env python3
"""Fails when the hot path needs more instructions than it may, or the detectors find less than they did.

Instructions and outcomes repeat exactly; times do not, and are no gate. Outcomes need the evaluation data.
"""

import functools
import json
import subprocess
import sys

import rules
from bench import instructions, instructions_per_entry
from program import BENCH, FLYBALL, ROOT, build

# A little above what was measured. Two builds of the same source gave 1,876 and 1,983 for the first.
MOST_INSTRUCTIONS = {"wire": 2_100, "stream": 3_700}
MOST_PER_OBSERVATION = 4_200
# With its texts laid out; 6,315 were measured.
MOST_PER_REQUEST = 7_000
# That meets none of 100,000 indicators, its fields read; 2,061, 3,638 and 3,256 were measured. Fingerprints are
# read and looked up only where a feed has some.
MOST_PER_LOOKUP = {"gateway": 2_500, "tls": 4_200, "source": 3_700}
# Of four times the text, beside four times the work. What is quadratic would be at 4.
MOST_GROWTH = 1.25
OUTCOMES = ROOT / ".build-gate.json"


def instructions_per_observation():
    """Of callers, calls and routes that exist, with the guards."""
    counts = [
        instructions("score", "--entities", 3_000, "--observations", count)
        for count in (20_000, 60_000)
    ]
    return (counts[1] - counts[0]) / 40_000


def per_lookup(count, side, requests=300):
    """Of requests that meet none of 100,000 indicators."""
    few, many = (
        count("--indicators", 100_000, "--side", side, "--requests", requests, "--rounds", rounds)
        for rounds in (1, 41)
    )
    return (many - few) / (40 * requests)


def costs():
    for reader, most in MOST_INSTRUCTIONS.items():
        yield f"instructions to read an entry ({reader})", instructions_per_entry(reader), most
    yield "instructions to score an observation", instructions_per_observation(), MOST_PER_OBSERVATION
    yield "instructions to match 1,000 rules", rules.instructions_per_request(1_000), MOST_PER_REQUEST
    yield "allocations to match 1,000 rules", rules.allocations_per_request(1_000), 0
    for side, most in MOST_PER_LOOKUP.items():
        counted = functools.partial(instructions, "indicators")
        yield f"instructions to look 100,000 indicators up ({side})", per_lookup(counted, side), most
    allocations = functools.partial(rules.allocations, "indicators")
    yield "allocations to look 100,000 indicators up", per_lookup(allocations, "source"), 0
    for hostile in rules.HOSTILE:
        yield f"work for four times the text, by four ({hostile})", rules.growth(hostile), MOST_GROWTH


def lost_outcomes():
    """Goals that were met and are not; none without the data."""
    OUTCOMES.unlink(missing_ok=True)
    subprocess.run(
        [ROOT / "Benchmarks/eval.py", "--quick", "--json", OUTCOMES], check=True,
        stdout=subprocess.DEVNULL,
    )
    if not OUTCOMES.exists():
        print("gate: no evaluation data, outcomes are not compared")
        return []
    results = {each["goal"]: each for each in json.loads(OUTCOMES.read_text())}
    lost = [f"goal {goal} is not met" for goal in (8, 9) if not results[goal]["met"]]
    if not results[8]["blamed"]:
        lost.append("an attacker was missed, or somebody else was blamed, during an outage")
    if results[10]["found"] < 20 or results[10]["noisy"]:
        lost.append("clients are found later than they were, or benign ones are named")
    return lost


def main():
    build(FLYBALL, BENCH)
    failures = []
    for what, figure, most in costs():
        print(f"gate: {what}: {figure:.4g}, at most {most}")
        if figure > most:
            failures.append(what)
    failures += lost_outcomes()
    for failure in failures:
        print(f"gate: {failure}", file=sys.stderr)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
