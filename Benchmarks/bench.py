#!/usr/bin/env python3
"""Measures the goals of docs/PERFORMANCE.md in one run: a line for each, and the same as JSON.

Rates are processor time, the best of interleaved rounds, so that other work on the machine counts
little; instructions are counted by callgrind, and repeat exactly.
"""

import argparse
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import quarantines
import reaction
import rules
import share
from goals import Goals
from program import CACHE, FLYBALL, ROOT, build, free_ports, run, say, valgrind

CONFIG = """apiVersion: flyball.dev/v1alpha1
kind: Configuration
mesh: {{trustDomain: cluster.local}}
listen:
  proxies: {{address: "127.0.0.1:{proxies}", insecure: true}}
  admin: "127.0.0.1:{admin}"
  socket: flyball.sock
history: history.db
policies: {policies}
"""


def instructions(*arguments):
    """Instructions of one run under callgrind."""
    report = valgrind(("--tool=callgrind", "--callgrind-out-file=/dev/null"), *arguments)
    return int(re.search(r"Collected : (\d+)", report)[1])


def instructions_per_entry(reader):
    """The difference of two repetition counts leaves out start-up and the making of messages."""
    counts = [
        instructions("decode", "--reader", reader, "--messages", 100, "--rounds", rounds)
        for rounds in (1, 3)
    ]
    return (counts[1] - counts[0]) / (2 * 2_600)


def interleaved(rounds, *commands):
    """The least nanoseconds for each command, measured in turn and back (ABBA)."""
    least = [float("inf")] * len(commands)
    for number in range(rounds):
        order = range(len(commands)) if number % 2 == 0 else reversed(range(len(commands)))
        for index in order:
            least[index] = min(least[index], run(*commands[index])["nanosecondsPerEntry"])
    return least


def decode(goals, _):
    say("decoding")
    wire, whole, swift = interleaved(
        7, ("decode", "--reader", "wire"), ("decode", "--reader", "stream"),
        ("decode", "--reader", "swift-protobuf", "--rounds", 2),
    )
    count = instructions_per_entry("wire")
    whole_count = instructions_per_entry("stream")
    goals.add(
        1, wire <= 120 and count <= 2_000 and swift / wire >= 50,
        f"reading an entry {wire:.0f} ns, {count:.0f} instructions, SwiftProtobuf in full"
        f" {swift:.0f} ns (x{swift / wire:.0f}); to an attributed observation {whole:.0f} ns,"
        f" {whole_count:.0f} instructions",
        "<= 120 ns, <= 2,000 instructions, >= 50x",
        wire=wire, instructions=count, swiftProtobuf=swift, observation=whole,
        observationInstructions=whole_count,
    )


def score(goals, _):
    sizes = (1_000, 10_000, 100_000, 1_000_000)
    results = {}
    for size in sizes:
        say(f"scoring {size} entities")
        runs = [run("score", "--entities", size) for _ in range(3)]
        results[size] = min(runs, key=lambda result: result["nanosecondsPerObservation"])
    times = {size: results[size]["nanosecondsPerObservation"] for size in sizes}
    growth = times[1_000_000] / times[1_000]
    goals.add(
        2, times[10_000] <= 250 and times[1_000_000] <= 600 and growth <= 4,
        ", ".join(f"{size}: {times[size]:.0f} ns" for size in sizes) + f"; growth x{growth:.1f}",
        "<= 250 ns at 10 k, <= 600 ns at 1 M, growth <= 4x", nanoseconds=times,
    )
    memory = results[1_000_000]["bytesPerEntity"]
    goals.add(
        4, memory <= 350, f"{memory:.0f} B per entity at 1 M, {memory:.0f} MB", "<= 350 B, <= 400 MB",
        bytesPerEntity=memory,
    )


def metric(admin, name):
    with urllib.request.urlopen(f"http://127.0.0.1:{admin}/metrics", timeout=10) as answer:
        return float(re.search(rf"^{name} (\S+)$", answer.read().decode(), re.M)[1])


def processor_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_until(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            sys.exit(f"not within {seconds} s: {what}")
        time.sleep(0.05)


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def receiver(*arguments):
    script = ROOT / "Benchmarks/peers/receiver"
    return json.loads(subprocess.check_output([script, "--cache", CACHE, *arguments]))


def ingest_once():
    """One load of a fresh controller over gRPC: entries and processor seconds, and what was shed."""
    proxies, admin = free_ports(2)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "flyball.yaml"
        policies = ROOT / "rules/response"
        path.write_text(CONFIG.format(proxies=proxies, admin=admin, policies=policies))
        with subprocess.Popen(
            [FLYBALL, "run", "--config", path], stderr=subprocess.DEVNULL, cwd=folder
        ) as daemon:
            try:
                wait_until(lambda: listens(proxies) and listens(admin), 20, "the controller")
                before = processor_seconds(daemon.pid)
                sent = receiver("--address", f"127.0.0.1:{proxies}", "--runs", "1")
                wait_until(
                    lambda: metric(admin, "flyball_entries_waiting") == 0
                    and metric(admin, "flyball_entries_received_total") == sent["entries"],
                    60, "all entries scored",
                )
                seconds = processor_seconds(daemon.pid) - before
                scored = metric(admin, "flyball_entries_scored_total")
            finally:
                daemon.send_signal(signal.SIGTERM)
                daemon.wait(timeout=30)
    return sent | {"cpuSeconds": seconds, "scored": scored}


def ingest(goals, _):
    say("whole ingest, in turn with a Go receiver that only decodes")
    ours, go = [], []
    for _ in range(3):
        ours.append(ingest_once())
        go.append(receiver("--runs", "1"))
    rate, peer = (
        max(each["entries"] / each["cpuSeconds"] for each in runs) for runs in (ours, go)
    )
    least = min(each["scored"] / each["entries"] for each in ours)
    goals.add(
        3, rate >= 500_000 and rate >= 5 * peer and least == 1,
        f"{rate:.0f} entries a second and core (gRPC, read, score; {least:.1%} scored), Go decoding"
        f" only {peer:.0f} (x{rate / peer:.1f})",
        ">= 500 k, >= 5x Go", entriesPerCoreSecond=rate, goEntriesPerCoreSecond=peer,
        scoredShare=least,
    )


MEASURES = {
    1: decode, 2: score, 3: ingest, 4: score, 5: reaction.measure, 6: share.measure,
    7: quarantines.measure, 11: rules.measure,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=pathlib.Path, help="also write the results here")
    parser.add_argument(
        "--goal", type=int, action="append", choices=MEASURES, help="only this one; repeatable")
    parser.add_argument("--quick", action="store_true", help="fewer rounds of goals 5 to 7")
    options = parser.parse_args()
    build()
    CACHE.mkdir(exist_ok=True)
    goals = Goals()
    for measure in dict.fromkeys(MEASURES[goal] for goal in options.goal or MEASURES):
        measure(goals, options.quick)
    if options.json:
        goals.write(options.json)


if __name__ == "__main__":
    main()
