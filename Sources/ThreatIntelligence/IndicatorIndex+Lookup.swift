package import MeshModel

extension IndicatorIndex {
  /// The blocks that hold all of `range`, the longest first.
  package func matches(_ range: IPPrefix, at now: Timestamp, _ body: (IndicatorMatch) -> Void) {
    let second = IndicatorRecord.second(now)
    switch range.family {
    case .v4:
      ipv4.blocks(around: UInt32(truncatingIfNeeded: range.bits >> 96), length: range.length) {
        chain($0, at: second, body)
      }
    case .v6:
      ipv6.blocks(around: range.bits, length: range.length) { chain($0, at: second, body) }
    }
  }

  /// The names that the host in `authority` is or lies below, the shortest first. A port and a dot
  /// at the end are passed over.
  package func matches(
    authority: Range<Int>, in bytes: borrowing RawSpan, at now: Timestamp,
    _ body: (IndicatorMatch) -> Void
  ) {
    let host = Self.host(authority, in: bytes)
    guard host.count <= 253, labelCounts != 0 else { return }
    let second = IndicatorRecord.second(now)
    let pool = pool.span.bytes
    hash.ends(of: bytes, host) { hash, start, labels in
      guard labelCounts &>> UInt128(labels) & 1 == 1 else {
        return labelCounts &>> UInt128(labels) != 0
      }
      let end = start..<host.upperBound
      let found = texts.record(hash) {
        isName($0) && holds(pool, $0, end, in: bytes, folding: true)
      }
      if let found {
        chain(found, at: second, where: { start == host.lowerBound || $0 == .domainAndBelow }, body)
      }
      return true
    }
  }

  /// The URLs that are this authority and this path with its query.
  package func matches(
    authority: Range<Int>, path: Range<Int>, in bytes: borrowing RawSpan, at now: Timestamp,
    _ body: (IndicatorMatch) -> Void
  ) {
    let authority = Self.withoutDefaultPort(authority, in: bytes)
    let pool = pool.span.bytes
    let found = texts.record(hash.url(bytes, authority: authority, path: path)) {
      let record = records[Int($0)]
      let start = Int(record.text)
      return record.kind == .url && Int(record.valueBytes) == authority.count &+ path.count
        && bytes.equals(pool, at: start, authority, folding: true)
        && bytes.equals(pool, at: start &+ authority.count, path, folding: false)
    }
    if let found { chain(found, at: IndicatorRecord.second(now), body) }
  }

  /// The user agents that are this one.
  package func matches(
    userAgent: Range<Int>, in bytes: borrowing RawSpan, at now: Timestamp,
    _ body: (IndicatorMatch) -> Void
  ) {
    let pool = pool.span.bytes
    let found = texts.record(hash.agent(bytes, userAgent)) {
      records[Int($0)].kind == .userAgent && holds(pool, $0, userAgent, in: bytes, folding: false)
    }
    if let found { chain(found, at: IndicatorRecord.second(now), body) }
  }

  /// The TLS fingerprints that are this one.
  package func matches(
    fingerprint: Range<Int>, in bytes: borrowing RawSpan, at now: Timestamp,
    _ body: (IndicatorMatch) -> Void
  ) {
    let pool = pool.span.bytes
    let found = texts.record(hash.fingerprint(bytes, fingerprint)) {
      let kind = records[Int($0)].kind
      return (kind == .ja3 || kind == .ja4)
        && holds(pool, $0, fingerprint, in: bytes, folding: true)
    }
    if let found { chain(found, at: IndicatorRecord.second(now), body) }
  }

  /// All records with the value of `first` that hold now.
  private func chain(
    _ first: UInt32, at second: UInt32,
    where admits: (IndicatorRecord.Kind) -> Bool = { _ in true }, _ body: (IndicatorMatch) -> Void
  ) {
    var next = first
    while true {
      let record = records[Int(next)]
      if record.holds(at: second), admits(record.kind) {
        body(IndicatorMatch(record: next, confidence: record.confidence))
      }
      guard record.next != 0 else { return }
      next = record.next &- 1
    }
  }

  private func isName(_ record: UInt32) -> Bool {
    let kind = records[Int(record)].kind
    return kind == .domain || kind == .domainAndBelow
  }

  private func holds(
    _ pool: borrowing RawSpan, _ position: UInt32, _ range: Range<Int>,
    in bytes: borrowing RawSpan, folding: Bool
  ) -> Bool {
    let record = records[Int(position)]
    return Int(record.valueBytes) == range.count
      && bytes.equals(pool, at: Int(record.text), range, folding: folding)
  }

  private static func host(_ authority: Range<Int>, in bytes: borrowing RawSpan) -> Range<Int> {
    var end = port(of: authority, in: bytes)?.lowerBound ?? authority.upperBound
    if end > authority.lowerBound, byte(end &- 1, bytes) == UInt8(ascii: ".") { end &-= 1 }
    return authority.lowerBound..<end
  }

  private static func withoutDefaultPort(
    _ authority: Range<Int>, in bytes: borrowing RawSpan
  ) -> Range<Int> {
    guard let port = port(of: authority, in: bytes) else { return authority }
    let isDefault =
      switch port.count {
      case 3: byte(port.lowerBound &+ 1, bytes) == 0x38 && byte(port.lowerBound &+ 2, bytes) == 0x30
      case 4:
        byte(port.lowerBound &+ 1, bytes) == 0x34 && byte(port.lowerBound &+ 2, bytes) == 0x34
          && byte(port.lowerBound &+ 3, bytes) == 0x33
      default: port.count == 1
      }
    return isDefault ? authority.lowerBound..<port.lowerBound : authority
  }

  /// Where the port is, with its colon.
  private static func port(
    of authority: Range<Int>, in bytes: borrowing RawSpan
  ) -> Range<Int>? {
    var position = authority.upperBound
    while position > authority.lowerBound, (0x30...0x39).contains(byte(position &- 1, bytes)) {
      position &-= 1
    }
    guard position > authority.lowerBound, byte(position &- 1, bytes) == UInt8(ascii: ":") else {
      return nil
    }
    return (position &- 1)..<authority.upperBound
  }

  private static func byte(_ offset: Int, _ bytes: borrowing RawSpan) -> UInt8 {
    bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
  }
}
