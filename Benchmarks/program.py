"""The optimised benchmark program, as `bench.py` and `eval.py` use it."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BENCH = ROOT / ".build-release/release/flyball-bench"


def build():
    subprocess.run(
        ["swift", "build", "-c", "release", "--product", BENCH.name, "--scratch-path",
         BENCH.parent.parent],
        cwd=ROOT, check=True, stdout=sys.stderr,
    )
