"""Writes recordings that `flyball replay` and `flyball backtest` read, from calls known otherwise."""

import gzip


def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field, value):
    return varint(field << 3) + varint(value) if value else b""


def text(field, content):
    content = content.encode() if isinstance(content, str) else content
    return varint(field << 3 | 2) + varint(len(content)) + content


def instant(microseconds):
    return number(1, microseconds // 1_000_000) + number(2, microseconds % 1_000_000 * 1000)


METHODS = ["", "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]


def entry(
    start, path, status, *, peer="", cluster="", client="", duration=0, response_bytes=0, method="",
    agent="", referer="",
):
    """An HTTP access log entry in Envoy's form; times in microseconds."""
    common = b""
    if peer:
        common += text(4, text(5, text(1, text(1, peer))))
    common += text(5, instant(start))
    if cluster:
        common += text(15, cluster)
    if client:
        common += text(20, text(1, text(2, client)))
    common += text(23, instant(duration))
    response = text(1, number(1, status)) + number(3, response_bytes) + text(6, "via_upstream")
    request = number(1, METHODS.index(method) if method in METHODS else 0) + text(5, path)
    if agent:
        request += text(6, agent)
    if referer:
        request += text(7, referer)
    return text(1, common) + text(3, request) + text(4, response)


class Recording:
    """A recording in the making; `names` are the workloads of namespace shop, gateways among them."""

    TRUST_DOMAIN = "shop.demo"

    def __init__(self, path, names, gateways=()):
        self.file = gzip.open(path, "wb", compresslevel=4)
        self.sources = {}
        mesh = text(1, self.TRUST_DOMAIN)
        for name in names:
            mesh += text(2, text(1, name) + text(2, self.principal(name)))
        for name in gateways:
            mesh += text(3, self.principal(name))
        self.file.write(b"flyball recording 1\n")
        self.frame(1, mesh)

    @classmethod
    def principal(cls, name):
        return f"spiffe://{cls.TRUST_DOMAIN}/ns/shop/sa/{name}"

    def message(self, reporter, listener, at, entries):
        """Entries that a proxy sent together, received at a time in microseconds."""
        source = (reporter, listener)
        if source not in self.sources:
            self.sources[source] = len(self.sources) + 1
            self.frame(
                2,
                number(1, self.sources[source]) + text(2, self.principal(reporter))
                + text(3, reporter) + text(4, f"flyball.{listener}"),
            )
        logs = text(2, b"".join(text(1, each) for each in entries))
        self.frame(3, number(1, self.sources[source]) + number(2, at) + text(3, logs))

    def frame(self, field, content):
        frame = text(field, content)
        self.file.write(varint(len(frame)) + frame)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
