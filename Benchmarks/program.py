"""The optimised programs, as `bench.py` and `eval.py` use them."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCRATCH = ROOT / ".build-release"
BENCH = SCRATCH / "release/flyball-bench"
FLYBALL = SCRATCH / "release/flyball"


def build():
    for program in (FLYBALL, BENCH):
        subprocess.run(
            ["swift", "build", "-c", "release", "--product", program.name, "--scratch-path", SCRATCH],
            cwd=ROOT, check=True, stdout=sys.stderr,
        )
