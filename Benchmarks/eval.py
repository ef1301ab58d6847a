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

from program import BENCH, ROOT, build

HERE = ROOT / "Benchmarks/eval"
CACHE = ROOT / ".build-eval"


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
    mesh = [python(), HERE / "mesh.py", "--calls", source / "mesh-calls/onlineboutique.tsv.gz"]
    cases = CACHE / "cases"
    subprocess.run(
        [*mesh, "--write-cases", cases, "--baseline", "none"], check=True,
        stdout=subprocess.DEVNULL,
    )
    folders = {level: alarms(cases, level) for level in ("observe", "throttle")}
    rows = [f"--alarms=flyball-{level}={folder}" for level, folder in folders.items()]
    subprocess.run([*mesh, *rows, *(["--baseline", "none"] if options.quick else [])], check=True)
    false_actions = actions(folders["throttle"])
    print(
        f"goal 8 {'met' if false_actions == 0 else 'missed'}: {false_actions} false actions on"
        " OnlineBoutique's own traffic (at most one for each entity in ten days)"
    )
    if options.json:
        results = [{"goal": 8, "met": false_actions == 0, "falseActions": false_actions}]
        options.json.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
