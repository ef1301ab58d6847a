#!/usr/bin/env python3
"""Evaluates the detectors on recorded traffic beside published ones: tables, a line for each goal.

The data are not part of the project: FLYBALL_DATA names their folder. Without it nothing is
evaluated, and that is said.
"""

import argparse
import csv
import gzip
import json
import os
import pathlib
import subprocess
import sys
import venv

from goals import Goals
from program import BENCH, ROOT, build

HERE = ROOT / "Benchmarks/eval"
CACHE = ROOT / ".build-eval"
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


def actions(folder):
    with (folder / "benign.tsv").open() as handle:
        return len(list(csv.DictReader(handle, delimiter="\t")))


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
    false_actions = actions(folders["throttle"])
    goals.add(
        8, false_actions == 0, f"{false_actions} false actions on OnlineBoutique's own traffic",
        "at most one for each entity in ten days", falseActions=false_actions,
    )


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


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="Flyball alone, no baselines")
    parser.add_argument("--json", type=pathlib.Path, help="also write the results here")
    options = parser.parse_args()
    source = data()
    if source is None:
        print("skipped: no evaluation data; FLYBALL_DATA names their folder")
        return
    build()
    CACHE.mkdir(exist_ok=True)
    goals = Goals()
    mesh(goals, source, options.quick)
    nab(goals, source, options.quick)
    if options.json:
        goals.write(options.json)


if __name__ == "__main__":
    main()
