"""Checks that imports point inward, carry an access level, and that pure code stays pure."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# What each target may import, beyond nothing. A target that is absent here is a mistake.
PURE = {
    "MeshModel": set(),
    "Telemetry": {"MeshModel"},
    "Anomaly": {"MeshModel"},
    "Actuators": {"MeshModel"},
    "FeedbackLoop": {"MeshModel", "Actuators"},
    # Shares no code with what it judges.
    "PlanCheck": {"MeshModel"},
    # Rules written by others, over nodes with places; and their run on the observations of telemetry.
    "Sigma": {"MeshModel", "YAMLNodes", "Yams"},
    "RuleScoring": {"MeshModel", "Telemetry", "Sigma", "ThreatIntelligence", "YAMLNodes", "Yams"},
    # What feeds say of attackers, and how it is looked up.
    "ThreatIntelligence": {"MeshModel", "JSONNodes"},
}
CORE = set(PURE)
# The arithmetic of a tamper-evident log; its hashes and signatures come from Crypto.
PURE["TransparencyLog"] = {"Crypto"}
# Who may do what; hashes of secrets come from Crypto.
PURE["Access"] = {"MeshModel", "Crypto"}
# JSON of outsiders as values, within bounds.
PURE["JSONNodes"] = set()
# What other systems report: who sent it, what it says, whom it is about, and what becomes of it.
PURE["Signals"] = {"MeshModel", "Access", "JSONNodes", "TransparencyLog", "Crypto"}
# What others are told, and when again.
PURE["Notifications"] = {
    "MeshModel", "Access", "FeedbackLoop", "JSONNodes", "Signals", "TransparencyLog",
}
GENERATED = {"EnvoyAPI", "OpenTelemetryAPI"}
# Text into nodes that know their place.
PURE["YAMLNodes"] = {"Yams"}
PURE["Replay"] = CORE
# A driver of the core in virtual time: pure as well, for a run must be its seed's alone.
PURE["Simulation"] = CORE
PURE["Doctor"] = CORE
# Pages as text, of what the interface shows.
PURE["ConsoleAssets"] = {"MeshModel"}
PURE["Console"] = {"MeshModel", "ControlViews", "ConsoleAssets"}
# What the operators' interface shows, as values.
PURE["ControlViews"] = {"MeshModel"}
# Mathematics and collections, which touch nothing.
PURE_LIBRARIES = {"RealModule", "DequeModule"}
OWN = {
    **PURE,
    "EnvoyAPI": set(),
    "OpenTelemetryAPI": set(),
    "CCurl": set(),
    "CZlib": set(),
    "CRE2": set(),
    "CVectorscan": set(),
    "CTimex": set(),
    "GzipFile": {"CZlib"},
    "MatchingVectorscan": {"CRE2", "CVectorscan", "Sigma"},
    "LoopRuntime": CORE | {"Signals"},
    "MeshServerGRPC": {"MeshModel"},
    "TelemetryGRPC": CORE | {"EnvoyAPI", "MeshServerGRPC"},
    "TelemetryOTLP": CORE | {"EnvoyAPI", "OpenTelemetryAPI", "MeshServerGRPC", "CZlib"},
    "ActuatorsXDS": CORE | {"EnvoyAPI", "MeshServerGRPC"},
    "NotificationsHTTP": {
        "MeshModel", "Access", "FeedbackLoop", "JSONNodes", "Signals", "Notifications", "CurlHTTP",
    },
    "LockFile": set(),
    "LoginOIDC": {"MeshModel", "Access", "CurlHTTP"},
    "FeedsHTTP": {"MeshModel", "ThreatIntelligence", "CurlHTTP"},
    "HistorySQLite": CORE | {"LockFile", "Signals", "TransparencyLog"},
    "ReferencesFile": CORE,
    "ConfigurationYAML": CORE | {"Access", "JSONNodes", "Notifications", "Signals", "YAMLNodes"},
    "CurlHTTP": {"MeshModel", "CCurl"},
    # What listeners that outsiders reach have in common.
    "NetworkHTTP": {"MeshModel"},
    "SignalsHTTP": CORE | {"Access", "JSONNodes", "LoopRuntime", "NetworkHTTP", "Signals"},
    "ControlAPI": CORE | {
        "Access", "NetworkHTTP", "Notifications", "Signals", "Console", "ConsoleAssets", "ControlViews", "LoopRuntime", "LockFile", "TransparencyLog",
    },
    "ControlClient": {"ControlViews", "CurlHTTP"},
    "DemoMesh": {"MeshModel", "CurlHTTP", "ControlViews", "ControlClient"},
}
# A program of its own, so that the daemon carries no simulation.
OWN["flyball-sim"] = {"MeshModel", "Simulation"}
EVERYTHING = set(OWN)
OWN["flyball"] = EVERYTHING

# Words that bring the world into pure code.
BANNED = [
    r"\bDate\(\)", r"\.now\b", r"\.random\b", r"\bUUID\(\)", r"\bTask\s*\{", r"\bTask\.detached",
    r"\bRegex\b", r"#/",
]
EVERYWHERE = [r"\btry!", r"\bTask\.detached", r"\bfatalError\b"]

IMPORT = re.compile(r"^(?:@\w+\s+)*(?:(\w+)\s+)?import\s+(?:struct\s+|enum\s+|func\s+)?(\w+)", re.M)


def code_only(text):
    text = re.sub(r'"(?:\\.|[^"\\])*"', '""', text)
    return re.sub(r"//.*", "", text)


def findings():
    for target in sorted(p.name for p in (ROOT / "Sources").iterdir() if p.is_dir()):
        if target not in OWN:
            yield f"Sources/{target}: not in the table of dev/imports.py"
            continue
        for path in sorted((ROOT / "Sources" / target).rglob("*.swift")):
            if target in GENERATED:
                continue
            text = code_only(path.read_text())
            name = path.relative_to(ROOT)
            for match in IMPORT.finditer(text):
                line = text.count("\n", 0, match.start()) + 1
                level, module = match.groups()
                if level not in ("internal", "package", "public", "private", "fileprivate"):
                    yield f"{name}:{line}: import {module} needs an access level"
                if module in EVERYTHING and module not in OWN[target]:
                    yield f"{name}:{line}: {target} must not import {module}"
                if target in PURE and module not in PURE[target] | EVERYTHING | PURE_LIBRARIES:
                    yield f"{name}:{line}: pure {target} must not import {module}"
            banned = EVERYWHERE + (BANNED if target in PURE else [])
            for pattern in banned:
                for match in re.finditer(pattern, text):
                    line = text.count("\n", 0, match.start()) + 1
                    yield f"{name}:{line}: '{match.group()}' is banned here"


if __name__ == "__main__":
    found = list(findings())
    print("\n".join(found), end="\n" if found else "")
    sys.exit(1 if found else 0)
