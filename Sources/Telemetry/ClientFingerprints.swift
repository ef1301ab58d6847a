package import MeshModel

/// Where an entry tells how its client opened TLS: hashes that Envoy's TLS inspector makes where it is
/// told to.
///
/// JA3 has a field of its own, JA4 has none and comes as a custom tag. They are read apart from all
/// else, by whoever has something to hold them against. Source: JA3 (Salesforce, 2017) has 32
/// characters, JA4 (FoxIO, 2023) has 36.
package struct ClientFingerprints: Hashable, Sendable {
  package private(set) var ja3 = ByteRange()
  package private(set) var ja4 = ByteRange()

  /// One of another length counts as not logged.
  package init(ja3: ByteRange = ByteRange(), ja4: ByteRange = ByteRange()) {
    if ja3.count == 32 { self.ja3 = ja3 }
    if ja4.count == 36 { self.ja4 = ja4 }
  }

  /// Reads the common properties of an entry, whose field numbers are those of
  /// envoy.data.accesslog.v3. A custom tag that is damaged in itself counts as not logged.
  package init(
    _ bytes: borrowing RawSpan, _ entry: Range<Int>
  ) throws(MalformedMessage) {
    var (ja3, ja4) = (ByteRange(), ByteRange())
    var cursor = WireCursor(bytes, entry)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      guard tag == 1 << 3 | WireType.bytes else {
        try cursor.skip(bytes, tag)
        continue
      }
      var common = WireCursor(bytes, try cursor.content(bytes))
      while !common.isAtEnd {
        let tag = try common.tag(bytes)
        switch tag {
        case 4 << 3 | WireType.bytes: try Self.readTLS(bytes, try common.content(bytes), &ja3)
        case 22 << 3 | WireType.bytes:
          let entry = try common.content(bytes)
          guard let (name, text) = try? AccessLogReader.pair(in: bytes, entry) else { continue }
          if bytes.isEqual(name, Self.tag) { ja4 = text }
        default: try common.skip(bytes, tag)
        }
      }
    }
    self.init(ja3: ja3, ja4: ja4)
  }

  private static func readTLS(
    _ bytes: borrowing RawSpan, _ range: Range<Int>, _ ja3: inout ByteRange
  ) throws(MalformedMessage) {
    var cursor = WireCursor(bytes, range)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      if tag == 7 << 3 | WireType.bytes {
        ja3 = ByteRange(try cursor.content(bytes))
      } else {
        try cursor.skip(bytes, tag)
      }
    }
  }

  /// Named as Envoy's operator that fills it.
  static let tag: StaticString = "tls_ja4_fingerprint"
}
