"""What the benchmarks share: the optimised programs, where they are, and how to run them."""

import json
import pathlib
import socket
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCRATCH = ROOT / ".build-release"
BENCH = SCRATCH / "release/flyball-bench"
# Without debug information: valgrind cannot read all of DWARF 5.
BARE_BENCH = SCRATCH / "release/flyball-bench-bare"
LOOP_BENCH = SCRATCH / "release/flyball-loop-bench"
FLYBALL = SCRATCH / "release/flyball"
ENVOY = ROOT / ".venv/envoy"
CACHE = ROOT / ".build-bench"


def build(*programs):
    for program in programs or (FLYBALL, BENCH, LOOP_BENCH):
        subprocess.run(
            ["swift", "build", "-c", "release", "--product", program.name, "--scratch-path", SCRATCH],
            cwd=ROOT, check=True, stdout=sys.stderr,
        )
    subprocess.run(["strip", "--strip-debug", "-o", BARE_BENCH, BENCH], check=True)


def valgrind(tool, *arguments):
    """What valgrind reports of a run of `flyball-bench`."""
    return subprocess.run(
        ["valgrind", *tool, BARE_BENCH, *map(str, arguments)],
        capture_output=True, text=True, check=True,
    ).stderr


def say(text):
    print(text, file=sys.stderr, flush=True)


def run(*arguments, program=BENCH, **options):
    return json.loads(subprocess.check_output([program, *map(str, arguments)], **options))


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
