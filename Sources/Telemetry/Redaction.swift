internal import MeshModel

/// Replaces what requests asked for, and who outside the mesh asked, by other text of the same shape.
///
/// Each path segment becomes another of the same length, digits for digits and letters for letters,
/// the same for the same; queries, agents, referers, headers and fingerprints go. So scores stay as they were, but for chance collisions among
/// many thousands of names, and rules on the words of a path find nothing. Addresses of clients become
/// reserved ones, the same for the same. Identities, node ids, clusters, routes and hosts that name
/// services stay: they say who called whom.
package struct Redaction: Sendable {
  private let key: UInt64
  private let services: Set<[UInt8]>

  /// `key`: secret and used for one recording, so that nobody can try out words.
  package init(key: UInt64, keeping services: some Sequence<String>) {
    self.key = key
    self.services = Set(services.map { Array($0.utf8) })
  }

  func apply(to record: inout AccessLogRecord, _ texts: inout [UInt8]) {
    let path = record.request.path.range
    let query = texts[path].firstIndex { $0 == 0x3F || $0 == 0x23 } ?? path.upperBound
    for segment in texts[path.lowerBound..<query].split(separator: 0x2F) {
      disguise(segment.startIndex..<segment.endIndex, &texts)
    }
    record.request.path.count = UInt32(query - path.lowerBound)
    record.request.dropWords()
    record.fingerprints = ClientFingerprints()
    let host = record.request.authority.range
    let name = texts[host].prefix { $0 != 0x3A }
    if !services.contains(Array(name)) { disguise(host, &texts) }
    if !record.entry.remoteAddress.isEmpty { replaceAddress(of: &record.entry, &texts) }
    // Other details are words of proxies, which quote certificates and scripts.
    if ResponseDetails(texts.span.bytes, record.entry.details.range) == .other {
      record.entry.details = ByteRange()
    }
    // So may metadata be, unless it names an action.
    let metadata = record.metadata
    if ActionID(policy: texts.span.bytes, metadata.shadowPolicy.range) == nil {
      record.metadata.shadowPolicy = ByteRange()
    }
    if ActionID(texts.span.bytes, metadata.routeAction.range) == nil {
      record.metadata.routeAction = ByteRange()
      record.metadata.routeCluster = ByteRange()
    }
    if ActionID(texts.span.bytes, metadata.routeShadow.range) == nil {
      record.metadata.routeShadow = ByteRange()
    }
  }

  private func disguise(_ range: Range<Int>, _ texts: inout [UInt8]) {
    var hash = hash(of: texts[range])
    for position in range {
      hash.combine(key)
      let pick = UInt8(truncatingIfNeeded: hash.value >> 32)
      switch texts[position] {
      case 0x30...0x39: texts[position] = 0x30 + pick % 10
      case 0x61...0x7A: texts[position] = 0x61 + pick % 26
      case 0x41...0x5A: texts[position] = 0x41 + pick % 26
      // Not of ASCII: part of a word in another script.
      case 0x80...: texts[position] = 0x61 + pick % 26
      default: break
      }
    }
  }

  /// Appends an address of the ranges that no client has: 240.0.0.0/4, or 2001:db8::/32.
  private func replaceAddress(of entry: inout AccessLogEntry, _ texts: inout [UInt8]) {
    let text =
      (try? AccessLogReader.address(in: texts.span.bytes, entry.remoteAddress.range))
      .map { String(decoding: texts[$0], as: UTF8.self) }  // Malformed becomes no address.
    var address: [UInt8] = []
    if let text, let client = IPPrefix(client: text) {
      let bits = hash(of: Array(client.description.utf8)[...]).value
      let byte = { UInt8(truncatingIfNeeded: bits >> ($0 * 8)) }
      let other =
        switch client.family {
        case .v4: "\(240 + byte(0) % 15).\(byte(1)).\(byte(2)).\(byte(3))"
        case .v6:
          "2001:db8:" + String(bits & 0xFFFF, radix: 16) + ":"
            + String(bits >> 16 & 0xFFFF, radix: 16) + "::1"
        }
      address = AccessLogWriter.address(other.utf8)
    }
    entry.remoteAddress = ByteRange(
      start: UInt32(texts.count), count: UInt32(address.count))
    texts += address
  }

  private func hash(of bytes: ArraySlice<UInt8>) -> StableHash {
    var hash = StableHash()
    hash.combine(key)
    let copy = Array(bytes)
    hash.combine(copy.span.bytes, 0..<copy.count)
    hash.combine(key)
    return hash
  }
}

extension RequestFields {
  /// Keeps the path, the authority and what is no text.
  fileprivate mutating func dropWords() {
    let (path, authority, scheme) = (path, authority, scheme)
    self = RequestFields(method: method, status: status)
    (self.path, self.authority, self.scheme) = (path, authority, scheme)
  }
}
