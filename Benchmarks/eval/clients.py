"""Requests to a gateway until Flyball names the client, beside what CrowdSec needs, case by case."""

import json
import subprocess

from recording import Recording, entry

GATEWAY = "ingress"
# Requests that CrowdSec needs for its first alert. The first nine were measured on 1.4.6 of Debian with
# `Benchmarks/peers/crowdsec detect FOLDER`, which takes some minutes; for the rest its Debian package
# has no scenario, and the numbers are the capacities that its public ones state.
PEER = {
    "apache2-http-sensitive-files": 5,
    "litespeed-http-sensitive-files": 5,
    "nginx-http-sensitive-files": 5,
    "nginx-http-generic-bf": 6,
    "nginx-http-path-traversal": 5,
    "http-wordpress_wpconfig": 6,
    "nginx-http-xss-probing": 6,
    "http-dos-random-uri": 11,
    "apiscp-bf": 6,
    "CVE-2022-26134": 1,
    "CVE-2022-35914": 1,
    "CVE-2022-42889": 1,
    "apache_log4j2_cve-2021-44228": 1,
    "cve_2022_37042": 1,
    "spring4shell_cve-2022-22965": 1,
    "vmware-vcenter-vmsa-2021-0027": 1,
    "nginx-http-open-proxy": 1,
    "sap-probing": 2,
    "http-wordpress-scan": 4,
    "http-dos-switching-ua": 12,
    "zoneminder_cve-39290": 14,
    "zoneminder_cve-39291": 14,
}
BENIGN = ("apache2-logs", "calibre-web-whitelist", "litespeed-logs", "nextcloud-whitelist",
          "rocketchat-whitelist")


def events_to_detect(flyball, policies, rules, case, folder):
    """The number of the request at which a client is first named; None when none is."""
    with case.open() as lines:
        requests = sorted(map(json.loads, lines), key=lambda request: request["time"])
    # Requests of one second come one after the other, a millisecond apart.
    times, last = [], 0
    for request in requests:
        last = max(int(request["time"] * 1e6), last + 1000)
        times.append(last)
    path = folder / f"{case.stem}.gz"
    with Recording(path, [GATEWAY, "application"], [GATEWAY]) as recording:
        for at, request in zip(times, requests):
            # Replays take the loopback clients of a test server for any others.
            line = entry(
                at - 500, request["path"], request["status"], cluster="application",
                client=request["client"], response_bytes=request["responseBytes"],
                method=request["method"], agent=request.get("userAgent") or "",
                referer=request.get("referer") or "",
            )
            recording.message(GATEWAY, "ingress", at, [line])
    output = subprocess.check_output(
        [flyball, "backtest", "--from", path, "--policy", policies, "--rules", rules, "-o", "json"],
        text=True,
    )
    fires = json.loads(output)["fires"]
    return min((times.index(fire["microseconds"]) + 1 for fire in fires), default=None)


def compare(flyball, policies, rules, source, folder):
    """Prints a row for each case; returns those met of all, and the benign cases not silent."""
    folder.mkdir(exist_ok=True)
    found = {
        case.stem: events_to_detect(flyball, policies, rules, case, folder)
        for case in sorted(source.glob("*.jsonl"))
    }
    met = 0
    print(f"{'requests to detection':34}{'CrowdSec':>9}{'Flyball':>9}")
    for name, theirs in PEER.items():
        ours = found.get(name)
        met += ours is not None and ours <= theirs
        print(f"{name:34}{theirs:9}{ours if ours else '-':>9}")
    noisy = [name for name in BENIGN if found.get(name) is not None]
    return met, len(PEER), noisy
