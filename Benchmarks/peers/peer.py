"""Debian packages unpacked into a folder instead of installed, and commands measured."""

import os
import pathlib
import shutil
import subprocess
import sys
import time

LIMIT_SECONDS = "900"
# The load generator h2load and its libraries.
H2LOAD = [
    "nghttp2-client", "libnghttp2-14", "libev4", "libjansson4", "libjemalloc2", "libxml2",
    "libicu72",
]


def say(text):
    print(text, file=sys.stderr, flush=True)


def unpack(cache, name, packages):
    """The folder that holds the packages' files; no maintainer script runs."""
    root = cache / name
    if not root.exists():
        say(f"unpacking {' '.join(packages)}")
        fresh = cache / f"{name}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        archives = fresh / "archives"
        archives.mkdir(parents=True)
        fetch = ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", *packages]
        subprocess.run(fetch, cwd=archives, check=True, stdout=sys.stderr)
        for archive in archives.iterdir():
            subprocess.run(["dpkg", "-x", archive, fresh], check=True, stdout=sys.stderr)
        fresh.rename(root)
    return root


def version(root, package):
    archive = next((root / "archives").glob(f"{package}_*.deb"))
    return subprocess.check_output(["dpkg-deb", "-f", archive, "Version"], text=True).strip()


def measure(command, log):
    """Runs the command with its output in `log`: seconds, CPU seconds and peak memory."""
    with open(log, "w") as output:
        started = time.monotonic()
        process = subprocess.Popen(
            ["timeout", LIMIT_SECONDS, *map(str, command)], stdout=output, stderr=output
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command[0]} ended with {process.returncode}: see {log}")
    return {
        "seconds": round(seconds, 3),
        "cpuSeconds": round(usage.ru_utime + usage.ru_stime, 3),
        "maxRSSBytes": usage.ru_maxrss * 1024,
    }


def best(runs, command, log, lines):
    """The quickest of some runs, with its rate."""
    results = []
    for number in range(runs):
        results.append(measure(command, log))
        say(f"run {number + 1} of {runs}: {results[-1]}")
    quickest = min(results, key=lambda result: result["seconds"])
    return {"lines": lines, "linesPerSecond": round(lines / quickest["seconds"], 1)} | quickest


def generated_log(cache, lines, seed):
    path = cache / "access.log"
    say(f"writing {lines} lines to {path}")
    script = pathlib.Path(__file__).with_name("access_log.py")
    command = ["nice", sys.executable, script, "generate", "--lines", str(lines)]
    with open(path, "w") as output:
        subprocess.run([*command, "--seed", str(seed)], stdout=output, check=True)
    return path
