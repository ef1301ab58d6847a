"""How long until an attack on the demonstration mesh is denied, and how many requests leak."""

import re
import subprocess
import tempfile

from program import FLYBALL, ROOT, say

FLUSHES = (10, 100, 1_000)
# Goals for the median, in milliseconds.
ASKED = {10: 15, 100: 75}
PATTERNS = {
    "p50": r"p50 (\S+) ms, p95",
    "p95": r"p95 (\S+) ms",
    "max": r"maximum (\S+) ms",
    "leakedP50": r"requests leaked: p50 (\d+)",
    "leakedMax": r"requests leaked: p50 \d+, maximum (\d+)",
    "fourthAnswerP50": r"fourth answer (\S+) ms",
    "decidedP50": r"decided (\S+) ms",
    "recordedP50": r"recorded (\S+) ms",
    "acceptedP50": r"accepted by all (\S+) ms",
}


def attack(flush, trials):
    say(f"{trials} attacks with a log flush of {flush} ms")
    with tempfile.TemporaryDirectory() as folder:
        report = subprocess.run(
            [FLYBALL, "demo", "--measure", str(trials), "--flush", str(flush), "--folder", folder],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True,
        ).stdout
    return {name: float(re.search(pattern, report)[1]) for name, pattern in PATTERNS.items()}


def measure(goals, quick):
    results = {flush: attack(flush, 20 if quick else 100) for flush in FLUSHES}
    goals.add(
        5, all(results[flush]["p50"] <= limit for flush, limit in ASKED.items()),
        "; ".join(
            f"flush {flush} ms: p50 {each['p50']:.1f} ms, p95 {each['p95']:.1f} ms, max"
            f" {each['max']:.1f} ms, {each['leakedP50']:.0f} requests leaked (max"
            f" {each['leakedMax']:.0f})"
            for flush, each in results.items()
        ),
        "p50 <= 15 ms at 10 ms, <= 75 ms at 100 ms", milliseconds=results,
    )
