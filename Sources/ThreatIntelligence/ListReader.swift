/// Reads plain lists and CSV: one entry a line, with comments.
package struct ListReader {
  private let format: ListFormat
  private var version: FeedVersion

  private init(_ format: ListFormat, _ version: FeedVersion) {
    self.format = format
    self.version = version
  }

  /// Adds the entries of `bytes` to `version`. Their ids are the numbers of their lines.
  package static func read(
    _ bytes: [UInt8], as format: ListFormat, into version: inout FeedVersion
  ) throws(FetchFailure) {
    guard bytes.count <= ThreatLimits.feedBytes else { throw .tooLarge }
    var reader = ListReader(format, version)
    reader.read(bytes)
    version = reader.version
  }

  private mutating func read(_ bytes: [UInt8]) {
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var number = 0
    var skipsHeader = false
    if case .columns(_, _, let hasHeader) = format.layout { skipsHeader = hasHeader }
    while start < bytes.count, !version.hasOverflowed {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      let line = Self.trimmed(bytes[start..<end])
      start = end + 1
      number += 1
      if Self.isComment(line) || line.isEmpty { continue }
      if skipsHeader {
        skipsHeader = false
        continue
      }
      read(line, id: String(number))
    }
  }

  private mutating func read(_ line: ArraySlice<UInt8>, id: String) {
    guard line.count <= ThreatLimits.lineBytes else {
      return version.reject(id: id, .tooLong("a line of \(ThreatLimits.lineBytes) bytes"))
    }
    guard let text = String(validating: line, as: UTF8.self) else {
      return version.reject(id: id, .unreadable("not UTF-8"))
    }
    switch format.layout {
    case .lines: add(value(ofLine: text), line: text, id: id)
    case .columns(let separator, let column, _):
      guard let fields = DelimitedLine.fields(of: line, separatedBy: separator) else {
        return version.rejectUnreadable(id: id, text)
      }
      guard fields.indices.contains(column &- 1) else {
        return version.reject(id: id, .unreadable("no column \(column)"))
      }
      add(Substring(fields[column - 1]), line: text, id: id)
    }
  }

  private mutating func add(_ text: Substring, line: String, id: String) {
    guard !text.isEmpty else { return version.rejectUnreadable(id: id, line) }
    let value: Indicator.Value?
    switch format.content {
    case .targets(let subdomains): value = Indicator.Value(target: text, subdomains: subdomains)
    case .fingerprints: value = TLSFingerprint(text).map { .fingerprint($0) }
    case .userAgents:
      guard text.utf8.count <= ThreatLimits.agentBytes else {
        return version.reject(id: id, .tooLong("an agent of \(ThreatLimits.agentBytes) bytes"))
      }
      value = .userAgent(String(text))
    }
    guard let value else { return version.rejectUnreadable(id: id, text) }
    version.add(value, id: id)
  }

  /// A user agent may hold anything after a blank; other values end there.
  private func value(ofLine text: String) -> Substring {
    guard format.content != .userAgents,
      let blank = text.firstIndex(where: { $0 == " " || $0 == "\t" })
    else { return text[...] }
    let rest = text[blank...].utf8.drop { $0 == 0x20 || $0 == 0x09 }
    return Self.isComment(Array(rest.prefix(2))[...]) ? text[..<blank] : text[...]
  }

  private static func isComment(_ line: ArraySlice<UInt8>) -> Bool {
    line.first == UInt8(ascii: "#") || line.first == UInt8(ascii: ";")
      || line.starts(with: [UInt8(ascii: "/"), UInt8(ascii: "/")])
  }

  private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
    var line = line.drop(while: isBlank)
    while let last = line.last, isBlank(last) { line.removeLast() }
    return line
  }
}
