#!/usr/bin/env python3
"""Evaluates the detectors on recorded traffic beside published ones: tables, a line for each goal.

The data are not part of the project: FLYBALL_DATA names their folder. Without it nothing is
evaluated, and that is said.
"""

import argparse
import gzip
import json
import os
import pathlib
import subprocess
import sys
import time
import venv

from goals import Goals
from program import BENCH, FLYBALL, ROOT, build

sys.path.append(str(ROOT / "Benchmarks/eval"))
import calls  # noqa: E402
import clients  # noqa: E402

HERE = ROOT / "Benchmarks/eval"
CACHE = ROOT / ".build-eval"
# Detectors that blame nobody: a policy that acts on them is refused.
OBSERVERS = ("beaconing", "service-traffic")
# Those whose scores order the points of a series, and that take seconds.
NAB_BASELINES = ("gaussian", "ewma", "mad", "hst")


def data():
    default = ROOT.parent / "shared/data"
    folder = pathlib.Path(os.environ.get("FLYBALL_DATA", default))
    return folder if folder.is_dir() else None


def python():
    """An interpreter with the baselines' packages."""
    folder = CACHE / "venv"
    if not (folder / "ready").exists():
        print("installing the baselines", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run(
            [folder / "bin/pip", "install", "-q", "-r", HERE / "requirements.txt"], check=True
        )
        (folder / "ready").touch()
    return folder / "bin/python"


def alarms(cases, level):
    """Flyball's alarms of at least this level on each case; returns their folder."""
    folder = CACHE / f"alarms-{level}"
    folder.mkdir(exist_ok=True)
    for packed in sorted(cases.glob("*.tsv.gz")):
        plain = CACHE / "calls.tsv"
        plain.write_bytes(gzip.decompress(packed.read_bytes()))
        found = subprocess.check_output([BENCH, "mesh", plain, "--level", level], text=True)
        name = packed.name.removesuffix(".gz")
        (folder / name).write_text("entity\ttime_us\tlevel\n" + found)
    return folder


def enforcing():
    """The shipped policies, set to enforce but for those that can only observe; returns their folder."""
    folder = CACHE / "policies"
    folder.mkdir(exist_ok=True)
    for policy in (ROOT / "rules/response").glob("*.yaml"):
        text = policy.read_text()
        if not any(f"detector: {name}," in text for name in OBSERVERS):
            text = text.replace("mode: observe", "mode: enforce")
        (folder / policy.name).write_text(text)
    return folder


def backtest(recording, *arguments):
    command = [FLYBALL, "backtest", "--from", recording, "--policy", enforcing(), "-o", "json"]
    return json.loads(subprocess.run([*command, *arguments], stdout=subprocess.PIPE).stdout)


def replay(goals, cases):
    """What the shipped policies do with recorded calls, and with two attackers and an outage."""
    traffic = calls.read(cases / "benign.tsv.gz")
    calls.write(CACHE / "benign.gz", traffic)
    benign = backtest(CACHE / "benign.gz")
    false_actions = len(benign["fires"])
    attacked, attackers, begin, end = calls.under_attack(traffic)
    calls.write(CACHE / "attacked.gz", attacked)
    labels = CACHE / "labels.csv"
    moments = [time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at // 1_000_000)) for at in (begin, end)]
    labels.write_text(
        "subject,start,end\n" + "".join(f"{name},{','.join(moments)}\n" for name in attackers)
    )
    found = backtest(CACHE / "attacked.gz", "--labels", labels)["labels"]
    blamed = found["found"] == len(attackers) and found.get("precision") == 1
    goals.add(
        8, false_actions == 0,
        f"{false_actions} false actions in the replay of {benign['scored']} entries of OnlineBoutique;"
        f" {found['found']} of {len(attackers)} attackers named while a destination was down,"
        f" {found.get('precision', 0):.0%} of the answers right,"
        f" after {found.get('medianDelaySeconds', float('nan')):.1f} s",
        "at most one for each entity in ten days", falseActions=false_actions, blamed=blamed,
    )


def mesh(goals, source, quick):
    """Alarms on recorded calls, and on attacks injected into them."""
    compare = [python(), HERE / "mesh.py", "--calls", source / "mesh-calls/onlineboutique.tsv.gz"]
    cases = CACHE / "cases"
    subprocess.run(
        [*compare, "--write-cases", cases, "--baseline", "none"], check=True,
        stdout=subprocess.DEVNULL,
    )
    folders = {level: alarms(cases, level) for level in ("observe", "throttle")}
    rows = [f"--alarms=flyball-{level}={folder}" for level, folder in folders.items()]
    subprocess.run([*compare, *rows, *(["--baseline", "none"] if quick else [])], check=True)
    replay(goals, cases)


def nab(goals, source, quick):
    """Scores of the series detector on the Numenta Anomaly Benchmark, one setting for all files."""
    folder, scores, results = source / "nab", CACHE / "nab", CACHE / "nab.json"
    if not (folder / "windows.json").exists():
        print("skipped: no Numenta Anomaly Benchmark among the evaluation data")
        return
    cost = json.loads(
        subprocess.check_output(
            [BENCH, "series", *sorted(folder.glob("*/*.csv")), "--output", scores]
        )
    )
    ours = [python(), HERE / "nab.py", "--data", folder, f"--scores=flyball={scores}"]
    baselines = [] if quick else [f"--baseline={name}" for name in NAB_BASELINES]
    spread = ["--halves", f"--alarm={cost['alarmScore']}"]
    subprocess.run([*ours, *baselines, *spread, "--json", results], check=True)
    found = json.loads(results.read_text())["flyball"]
    standard, low_fp, low_fn = (
        found[name] for name in ("standard", "reward_low_FP", "reward_low_FN")
    )
    goals.add(
        9, standard >= 58 and low_fp >= 47,
        f"standard {standard:.1f}, low-FP {low_fp:.1f}, low-FN {low_fn:.1f}",
        "standard >= 58, low-FP >= 47", **found, **cost,
    )


def outside(goals, source):
    """Requests until a client outside the mesh is named, beside CrowdSec."""
    met, cases, noisy = clients.compare(
        FLYBALL, ROOT / "rules/response", ROOT / "rules/sigma", source / "access-logs",
        CACHE / "requests",
    )
    goals.add(
        10, met >= 0.9 * cases and not noisy,
        f"{met} of {cases} cases found no later than CrowdSec, benign cases not silent:"
        f" {', '.join(noisy) or 'none'}", ">= 90 %, silent on every benign case", found=met,
        cases=cases, noisy=noisy,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="Flyball alone, no baselines")
    parser.add_argument("--json", type=pathlib.Path, help="also write the results here")
    options = parser.parse_args()
    source = data()
    if source is None:
        print("skipped: no evaluation data; FLYBALL_DATA names their folder")
        return
    build(FLYBALL, BENCH)
    CACHE.mkdir(exist_ok=True)
    goals = Goals()
    mesh(goals, source, options.quick)
    nab(goals, source, options.quick)
    outside(goals, source)
    if options.json:
        goals.write(options.json)


if __name__ == "__main__":
    main()
