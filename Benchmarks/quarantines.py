"""What quarantines cost: a change until a real Envoy acknowledges it, and each request at Envoy."""

import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

from program import CACHE, ENVOY, LOOP_BENCH, ROOT, free_ports, run, say

sys.path.insert(0, str(ROOT / "Benchmarks/peers"))
import peer  # noqa: E402

SUBJECTS = (1, 10, 50, 100, 1_000)
RELOADS = "extension_config_discovery.http_filter.flyball.rbac.config_reload"
FILTER = "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC"
MANAGER = (
    "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3."
    "HttpConnectionManager"
)

TLS = """transport_socket:
  name: envoy.transport_sockets.tls
  typed_config:
    "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.{kind}TlsContext
    {rest}
    common_tls_context:
      tls_certificates: [{{certificate_chain: {{filename: {name}.pem}}, private_key: {{filename: {name}.key}}}}]
      validation_context: {{trusted_ca: {{filename: roots.pem}}}}
"""
# Takes the filter from a file, as the control plane would send it.
CALLED = """node: {{id: called, cluster: called}}
admin: {{address: {{socket_address: {{address: 127.0.0.1, port_value: {admin}}}}}}}
static_resources:
  listeners:
  - name: inbound
    traffic_direction: INBOUND
    address: {{socket_address: {{address: 127.0.0.1, port_value: {inbound}}}}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": {manager}
          stat_prefix: inbound
          http_filters:
          - name: flyball.rbac
            config_discovery:
              config_source:
                path_config_source: {{path: "{folder}/filter.pb"}}
                resource_api_version: V3
                initial_fetch_timeout: 0s
              apply_default_config_without_warming: true
              default_config: {{"@type": {filter}}}
              type_urls: [{filter}]
          - name: envoy.filters.http.router
            typed_config: {{"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}
          route_config: {{virtual_hosts: [{{name: all, domains: ["*"], routes: [{{match: {{prefix: /}}, direct_response: {{status: 200}}}}]}}]}}
{tls}
"""
CALLER = """node: {{id: caller, cluster: caller}}
static_resources:
  listeners:
  - name: outbound
    traffic_direction: OUTBOUND
    address: {{socket_address: {{address: 127.0.0.1, port_value: {outbound}}}}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": {manager}
          stat_prefix: outbound
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {{"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}
          route_config: {{virtual_hosts: [{{name: all, domains: ["*"], routes: [{{match: {{prefix: /}}, route: {{cluster: called}}}}]}}]}}
  clusters:
  - name: called
    type: STATIC
    load_assignment: {{cluster_name: called, endpoints: [{{lb_endpoints: [{{endpoint: {{address: {{socket_address: {{address: 127.0.0.1, port_value: {inbound}}}}}}}}}]}}]}}
{tls}
"""


def pushes(quick):
    """Milliseconds from the order to the acknowledgement, for each number of subjects."""
    results = {}
    for subjects in SUBJECTS:
        say(f"pushing with {subjects} subjects")
        runs = []
        for _ in range(1 if quick else 3):
            with tempfile.TemporaryDirectory() as folder:
                runs.append(
                    run(
                        "push", "--envoy", ENVOY, "--subjects", subjects, folder,
                        program=LOOP_BENCH,
                    )
                )
        # Of runs in a row the quickest, which other work disturbed least.
        results[subjects] = min(runs, key=lambda each: each["p95"])
    return results


def indented(text, spaces):
    return "\n".join(" " * spaces + line for line in text.splitlines())


def tls(kind, name, rest=""):
    return TLS.format(kind=kind, name=name, rest=rest)


def field(number, value):
    """A length-delimited field of a protocol message."""
    length, size = len(value), b""
    while length > 127:
        size, length = size + bytes([length & 127 | 128]), length >> 7
    return bytes([number << 3 | 2]) + size + bytes([length]) + value


def discovery_response(version, resource):
    kind = b"type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig"
    return field(1, version.encode()) + field(2, resource) + field(4, kind)


class Pair:
    """A caller's Envoy, and the called one whose filter changes; every process ends with it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.h2load = peer.unpack(CACHE, "h2load", peer.H2LOAD)
        subprocess.run([LOOP_BENCH, "filters", folder], check=True)
        self.filters = {0: (self.folder / "filter-0.pb").read_bytes()} | {
            count: (self.folder / f"filter-{count}.pb").read_bytes() for count in SUBJECTS
        }
        self.admin, inbound, self.outbound = free_ports(3)
        self.changes = 0
        self.subjects = 0
        self.write(0)
        server = tls("Downstream", "called", "require_client_certificate: true")
        self.called = self.start("called", CALLED.format(
            admin=self.admin, inbound=inbound, folder=folder, manager=MANAGER, filter=FILTER,
            tls=indented(server, 6),
        ))
        self.caller = self.start("caller", CALLER.format(
            outbound=self.outbound, inbound=inbound, manager=MANAGER,
            tls=indented(tls("Upstream", "caller"), 4),
        ))

    def __enter__(self):
        self.wait(lambda: self.reloads() is not None)
        self.wait(lambda: self.load(10))
        return self

    def __exit__(self, *_):
        for process in (self.called, self.caller):
            process.kill()
            process.wait()

    def start(self, name, configuration):
        (self.folder / f"{name}.yaml").write_text(configuration)
        with open(self.folder / f"{name}.log", "w") as log:
            return subprocess.Popen(
                [ENVOY, "-c", f"{name}.yaml", "--use-dynamic-base-id", "--concurrency", "1",
                 "-l", "warning"],
                cwd=self.folder, stdout=log, stderr=log,
            )

    def wait(self, condition):
        deadline = time.monotonic() + 20
        while not condition():
            if time.monotonic() > deadline:
                self.__exit__()
                sys.exit(f"not within 20 s: {(self.folder / 'called.log').read_text()}")
            time.sleep(0.02)

    def reloads(self):
        url = f"http://127.0.0.1:{self.admin}/stats?filter=config_reload"
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                lines = answer.read().decode().splitlines()
        except OSError:
            return None
        return next((int(line.split()[1]) for line in lines if line.startswith(RELOADS)), None)

    def write(self, subjects):
        self.changes += 1
        fresh = self.folder / "fresh.pb"
        fresh.write_bytes(discovery_response(str(self.changes), self.filters[subjects]))
        fresh.rename(self.folder / "filter.pb")

    def change(self, subjects):
        """Equal content would not be loaded again."""
        if subjects == self.subjects:
            return
        self.subjects = subjects
        before = self.reloads()
        self.write(subjects)
        self.wait(lambda: self.reloads() > before)
        time.sleep(0.1)

    def load(self, requests):
        libraries = {"LD_LIBRARY_PATH": str(self.h2load / "usr/lib/x86_64-linux-gnu")}
        report = subprocess.run(
            [self.h2load / "usr/bin/h2load", "--h1", "-n", str(requests), "-c", "8", "-t", "1",
             f"http://127.0.0.1:{self.outbound}/"],
            env=libraries, capture_output=True, text=True,
        ).stdout
        return f"{requests} 2xx" in report

    def processor_seconds(self):
        tasks = pathlib.Path(f"/proc/{self.called.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def microseconds(self, requests):
        before = self.processor_seconds()
        if not self.load(requests):
            sys.exit("not every request was answered with 200")
        return (self.processor_seconds() - before) / requests * 1e6


def requests(quick):
    """Microseconds of Envoy's processor time for each request, for each number of subjects."""
    counts = (0, *SUBJECTS)
    results = {count: [] for count in counts}
    with tempfile.TemporaryDirectory() as folder, Pair(folder) as pair:
        for number in range(4 if quick else 12):
            say(f"requests, round {number + 1}")
            for count in counts if number % 2 == 0 else counts[::-1]:
                pair.change(count)
                pair.load(200)
                results[count].append(pair.microseconds(2_000 if quick else 4_000))
    return results


def measure(goals, quick):
    pushed = pushes(quick)
    spent = requests(quick)
    least = {count: min(values) for count, values in spent.items()}
    middle = {count: statistics.median(values) for count, values in spent.items()}
    extra = {count: least[count] - least[0] for count in SUBJECTS}
    to_hundred = max(pushed[count]["p95"] for count in SUBJECTS if count <= 100)
    goals.add(
        7, to_hundred <= 2 and pushed[1_000]["p95"] <= 12 and max(extra.values()) <= 1,
        "push p95 " + ", ".join(f"{count}: {pushed[count]['p95']:.1f} ms" for count in SUBJECTS)
        + "; each request " + ", ".join(f"{count}: {extra[count]:+.1f} us" for count in SUBJECTS)
        + f" over none, {extra[1_000] - extra[1]:+.1f} us from 1 to 1,000",
        "<= 2 ms to 100, <= 12 ms at 1,000, <= +1 us", pushMilliseconds=pushed,
        requestMicrosecondsLeast=least, requestMicrosecondsMedian=middle,
    )
