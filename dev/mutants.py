"""Seeds defects into the decision core and the control plane, one at a time, and asks the simulation, then the
unit tests, whether they notice. Exits 1 for a survivor.

    dev/mutants.py                 all of them; writes docs/MUTANTS.md
    dev/mutants.py --check         only whether each still applies
    dev/mutants.py --some 4        a few, others with every commit
    dev/mutants.py --only "NAME"   one
"""

import argparse
import hashlib
import pathlib
import re
import shutil
import subprocess
import sys
import time

from mutant_table import MUTANTS

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCRATCH = ROOT / ".build-mutants"
MUTATED = ["FeedbackLoop", "Actuators"]
LINKED = ["Sources/MeshModel", "Sources/PlanCheck", "Sources/Simulation", "Sources/flyball-sim",
          "Tests/FeedbackLoopTests", "Tests/ActuatorsTests"]
ARGUMENT_PARSER = ROOT / ".build/checkouts/swift-argument-parser"
SEEDS = 120
PACKAGE = """// swift-tools-version:6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"), .enableUpcomingFeature("MemberImportVisibility"),
]
let package = Package(
  name: "flyball", platforms: [.macOS(.v15)],
  dependencies: [.package(path: "%s")],
  targets: [
    .target(name: "MeshModel", swiftSettings: settings),
    .target(name: "Actuators", dependencies: ["MeshModel"], swiftSettings: settings),
    .target(name: "FeedbackLoop", dependencies: ["MeshModel", "Actuators"], swiftSettings: settings),
    .target(name: "PlanCheck", dependencies: ["MeshModel"], swiftSettings: settings),
    .target(
      name: "Simulation", dependencies: ["MeshModel", "Actuators", "FeedbackLoop", "PlanCheck"],
      swiftSettings: settings),
    .executableTarget(
      name: "flyball-sim",
      dependencies: [
        "MeshModel", "Simulation", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ActuatorsTests", dependencies: ["MeshModel", "Actuators"], swiftSettings: settings),
    .testTarget(
      name: "FeedbackLoopTests", dependencies: ["MeshModel", "Actuators", "FeedbackLoop"],
      exclude: ["Golden"], swiftSettings: settings),
  ]
)
"""


def misfits():
    names = set()
    for name, _, path, old, new in MUTANTS:
        count = (ROOT / path).read_text().count(old)
        if count != 1:
            yield f"{name}: its text occurs {count} times in {path}"
        if old == new:
            yield f"{name}: changes nothing"
        if name in names:
            yield f"{name}: two mutants of this name"
        names.add(name)


def prepare():
    if not ARGUMENT_PARSER.exists():
        subprocess.run(["swift", "package", "resolve"], cwd=ROOT, check=True)
    for part in MUTATED:
        target = SCRATCH / "Sources" / part
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(ROOT / "Sources" / part, target)
    for part in LINKED:
        link = SCRATCH / part
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(ROOT / part)
    (SCRATCH / "Package.swift").write_text(PACKAGE % ARGUMENT_PARSER)


def run(*command, seconds):
    """Exit code and output; a run that does not end is one that fails."""
    try:
        done = subprocess.run(command, cwd=SCRATCH, capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return None, "does not end"
    return done.returncode, done.stdout + done.stderr


class DoesNotBuild(Exception):
    pass


def build(*options):
    code, output = run("swift", "build", "-Xswiftc", "-O", *options, seconds=900)
    if code != 0:
        raise DoesNotBuild(output[-3000:])


def rule(output):
    found = re.search(r"rule broken: (.*)", output)
    return f"simulation: {found.group(1)}" if found else "simulation: " + (output.strip().splitlines() or ["-"])[-1][:80]


def killer():
    """What notices the defect; None for nothing."""
    build("--product", "flyball-sim")
    program = SCRATCH / ".build/debug/flyball-sim"
    for command in (["seeds", "--count", str(SEEDS), "--stop-after", "1"], ["matrix", "--stop-after", "1"]):
        code, output = run(program, *command, seconds=300)
        if code != 0:
            return rule(output)
    build("--build-tests")
    code, output = run("swift", "test", "-Xswiftc", "-O", "--skip-build", seconds=300)
    if code == 0:
        return None
    names = re.findall(r'Test "(.*)" recorded an issue', output) or re.findall(r"Test (\S+) recorded an issue", output)
    return f"test: {names[0]}" if names else "test: crashed"


def judge(mutants):
    prepare()
    found = killer()
    if found:
        sys.exit(f"without any defect: {found}")
    results = []
    for number, (name, broken, path, old, new) in enumerate(mutants, 1):
        print(f"[{number}/{len(mutants)}] {name}: ", end="", flush=True)
        began = time.monotonic()
        target = SCRATCH / path
        text = target.read_text()
        target.write_text(text.replace(old, new))
        try:
            found = killer()
        except DoesNotBuild as reason:
            # No judgement of the tests: the table has to be mended.
            print(f"does not build\n{reason}", flush=True)
            found = None
        finally:
            target.write_text(text)
        results.append((name, broken, path, found))
        print(f"{found or 'SURVIVED'} ({time.monotonic() - began:.0f} s)", flush=True)
    return results


def write(results):
    lines = [
        "# Mutants", "",
        "Defects seeded one at a time into the decision core and the control plane, and what noticed each: a check of",
        f"the simulation ({SEEDS} seeds, then the crash matrix), else a unit test. `dev/mutants.py` writes this table.", "",
        "| defect | rule | file | noticed by |", "|---|---|---|---|",
    ]
    for name, broken, path, found in results:
        lines.append(f"| {name} | {broken} | `{pathlib.Path(path).name}` | {found or '**nothing**'} |")
    (ROOT / "docs/MUTANTS.md").write_text("\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--some", type=int)
    parser.add_argument("--only")
    options = parser.parse_args()
    wrong = list(misfits())
    if wrong:
        sys.exit("\n".join(wrong))
    if options.check:
        print(f"{len(MUTANTS)} mutants apply")
        return
    chosen = [m for m in MUTANTS if options.only in (None, m[0])]
    if options.some:
        head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout
        chosen.sort(key=lambda m: hashlib.sha256((head + m[0]).encode()).digest())
        chosen = chosen[: options.some]
    results = judge(chosen)
    if not options.only and not options.some:
        write(results)
    survivors = [name for name, _, _, found in results if not found]
    print(f"{len(results) - len(survivors)} of {len(results)} were noticed")
    if survivors:
        sys.exit("survivors: " + ", ".join(survivors))


if __name__ == "__main__":
    main()
