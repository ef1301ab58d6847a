"""What matching Sigma rules costs: all at once, beside one after the other, and on hostile requests."""

import functools
import os
import pathlib
import re
from concurrent.futures import ThreadPoolExecutor

from program import ROOT, run, say, valgrind

SIZES = (0, 10, 100, 1_000, 5_000)
HOSTILE = (
    "one-letter", "traversal", "percent", "literal", "almost-literal", "every-literal",
    "almost-expression",
)


def counted(tool, pattern, *arguments):
    """A number from what a tool of valgrind says of `flyball-bench`."""
    return int(re.search(pattern, valgrind(tool, *arguments))[1].replace(",", ""))


def instructions(*arguments):
    return counted(
        ["--tool=callgrind", "--callgrind-out-file=/dev/null"], r"Collected : (\d+)", "rules",
        *arguments)


def allocations(*arguments):
    return counted(
        ["--tool=memcheck", "--undef-value-errors=no"], r"total heap usage: ([\d,]+) allocs",
        *arguments)


def per_request(count, *arguments, requests=300):
    """The difference of two repetition counts leaves out start-up and the making of the matcher."""
    few, many = (count(*arguments, "--requests", requests, "--rounds", rounds) for rounds in (1, 41))
    return (many - few) / (40 * requests)


def instructions_per_request(rules):
    return per_request(instructions, "--rules", rules)


def allocations_per_request(rules):
    return per_request(functools.partial(allocations, "rules"), "--rules", rules)


def growth(hostile):
    """How much more instructions four times a hostile path takes, beside the four times as many that
    it may."""
    def work(size, rounds):
        return instructions(
            "--rules", 20, "--hostile", hostile, "--bytes", size, "--rounds", rounds)

    runs = [(size, rounds) for size in (16_384, 65_536) for rounds in (1, 11)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        small_once, small, large_once, large = pool.map(work, *zip(*runs))
    return (large - large_once) / (small - small_once) / 4


def data():
    """The folder with public rules, if there is one."""
    folder = pathlib.Path(os.environ.get("FLYBALL_DATA", ROOT / "../shared/data")) / "sigma"
    return folder if folder.is_dir() else None


def least(rounds, *commands):
    """The run of each command that other work disturbed least, in turn and back (ABBA)."""
    best = [None] * len(commands)
    for number in range(rounds):
        order = range(len(commands)) if number % 2 == 0 else reversed(range(len(commands)))
        for index in order:
            result = run("rules", *commands[index])
            if not best[index] or result["nanosecondsPerRequest"] < best[index]["nanosecondsPerRequest"]:
                best[index] = result
    return best


def measure(goals, quick):
    say("matching rules")
    rounds = 3 if quick else 9
    results = least(rounds, *(("--rules", size) for size in SIZES))
    times = {size: each["nanosecondsPerRequest"] for size, each in zip(SIZES, results)}
    matcher, loop = least(
        rounds, ("--rules", 1_000),
        ("--rules", 1_000, "--way", "loop", "--requests", 100, "--rounds", 1))
    ratio = loop["nanosecondsPerRequest"] / matcher["nanosecondsPerRequest"]
    public = {}
    if folder := data():
        for source in ("webserver", "proxy"):
            [public[source]] = least(rounds, ("--from", folder, "--source", source))
    say("rules: instructions")
    counts = {size: instructions_per_request(size) for size in SIZES}
    say("rules: hostile requests")
    worst = {
        hostile: min(
            run("rules", "--hostile", hostile, "--rounds", 50)["nanosecondsPerRequest"] / 65_536
            for _ in range(3))
        for hostile in HOSTILE
    }
    grown = {hostile: growth(hostile) for hostile in HOSTILE}
    known = dict(zip(SIZES, results))[1_000]
    goals.add(
        11, times[1_000] <= 500 and max(grown.values()) <= 1.25,
        ", ".join(f"{size} rules: {times[size]:.0f} ns, {counts[size]:.0f} instructions" for size in SIZES)
        + f"; one after the other x{ratio:.0f}"
        + "".join(
            f"; public {source} ({each['rules']}): {each['nanosecondsPerRequest']:.0f} ns"
            for source, each in public.items())
        + f"; 1,000 rules made in {known['indexSeconds']:.2f} s and {known['parseSeconds']:.2f} s to read,"
        f" {known['bytes'] / 1e6:.0f} MB at most; hostile paths at most"
        f" {max(worst.values()):.1f} ns a byte, twice as long {max(grown.values()):.2f} x 2 the work",
        "<= 500 ns at 1,000 rules, work linear in the request",
        nanoseconds=times, instructions=counts, loop=loop, public=public, made=results,
        hostileNanosecondsPerByte=worst, growth=grown,
    )
