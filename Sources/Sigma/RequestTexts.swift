package import MeshModel

/// The texts of one request in one buffer, laid out so that those made of others share their bytes.
///
/// One value serves request after request; its buffer is reused, so that nothing is allocated once
/// it has grown. In the order of the bytes, a line end after each line:
///
///     scheme://authority/path?query    uri; authority, host, path, path-only, extension within it
///     the path once percent-decoded    empty where nothing is encoded
///     user agent
///     referer
///     method                           keywords: from the authority to here
///     and one line for each other field
package struct RequestTexts: Sendable {
  package private(set) var bytes: [UInt8] = []
  private var ranges: [Range<Int>]
  private var numbers: [UInt32?]

  package init() {
    ranges = Array(repeating: 0..<0, count: RequestField.allCases.count)
    numbers = Array(repeating: nil, count: RequestField.allCases.count)
    bytes.reserveCapacity(4_096)
  }

  /// Takes the texts of a request over from the message it came in.
  ///
  /// Traps when a range of `fields` is not within the message.
  package mutating func load(_ message: borrowing RawSpan, _ fields: RequestFields) {
    bytes.removeAll(keepingCapacity: true)
    appendURI(message, fields)
    let path = ranges[.path]
    let decoded = bytes.count
    appendDecoded(path)
    if bytes.count - decoded == path.count { bytes.removeSubrange(decoded...) }
    bytes.append(Self.lineEnd)
    append(.userAgent, message, fields.userAgent)
    append(.referer, message, fields.referer)
    append(.method, fields.method.text)
    ranges[.keywords] = ranges[.authority].lowerBound..<ranges[.method].upperBound
    append(.clientAddress, message, fields.clientAddress)
    append(.userName, message, fields.userName)
    append(.cookie, message, fields.cookie)
    append(.contentType, message, fields.contentType)
    append(.status, number: fields.status == 0 ? nil : UInt32(fields.status))
    append(.requestBytes, number: fields.requestBytes)
    append(.responseBytes, number: fields.responseBytes)
  }

  /// Where in `bytes` the field's text is; empty when the field was not logged.
  package func range(of field: RequestField) -> Range<Int> { ranges[field] }

  package func text(of field: RequestField) -> ArraySlice<UInt8> { bytes[ranges[field]] }

  /// Nil for fields that hold no number, and for the status of a request without a response.
  package func number(of field: RequestField) -> UInt32? { numbers[Int(field.rawValue)] }

  private static let lineEnd: UInt8 = 0x0A

  private mutating func appendURI(_ message: borrowing RawSpan, _ fields: RequestFields) {
    if !fields.scheme.isEmpty, !fields.authority.isEmpty {
      append(message, fields.scheme)
      bytes.append(contentsOf: "://".utf8)
    }
    let authority = bytes.count
    append(message, fields.authority)
    let path = bytes.count
    append(message, fields.path)
    ranges[.uri] = 0..<bytes.count
    ranges[.authority] = authority..<path
    ranges[.host] = authority..<endOfHost(authority..<path)
    ranges[.path] = path..<bytes.count
    let query = bytes[path...].firstIndex(of: 0x3F) ?? bytes.count
    ranges[.pathOnly] = path..<query
    let segment = bytes[path..<query].lastIndex(of: 0x2F).map { $0 + 1 } ?? path
    let dot = bytes[segment..<query].lastIndex(of: 0x2E).map { $0 + 1 } ?? query
    ranges[.pathExtension] = dot..<query
    bytes.append(Self.lineEnd)
  }

  /// Where a port, a colon and digits, begins; colons within the brackets of an IPv6 address are
  /// none.
  private func endOfHost(_ authority: Range<Int>) -> Int {
    guard
      let last = bytes[authority].lastIndex(where: { !(0x30...0x39).contains($0) }),
      bytes[last] == 0x3A
    else { return authority.upperBound }
    return last
  }

  /// Appends the bytes of `range` with each `%` and two hexadecimal digits replaced by the byte they
  /// stand for.
  private mutating func appendDecoded(_ range: Range<Int>) {
    bytes.reserveCapacity(bytes.count + range.count)
    var position = range.lowerBound
    while position < range.upperBound {
      if bytes[position] == 0x25, position + 2 < range.upperBound,
        let high = bytes[position + 1].hexadecimalValue,
        let low = bytes[position + 2].hexadecimalValue
      {
        bytes.append(high << 4 | low)
        position += 3
      } else {
        bytes.append(bytes[position])
        position += 1
      }
    }
  }

  private mutating func append(
    _ field: RequestField, _ message: borrowing RawSpan, _ range: ByteRange
  ) {
    let start = bytes.count
    append(message, range)
    end(field, start)
  }

  private mutating func append(_ message: borrowing RawSpan, _ range: ByteRange) {
    precondition(range.range.upperBound <= message.byteCount)
    message.extracting(range.range).withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  private mutating func append(_ field: RequestField, _ text: String) {
    let start = bytes.count
    bytes.append(contentsOf: text.utf8)
    end(field, start)
  }

  private mutating func append(_ field: RequestField, number: UInt32?) {
    numbers[Int(field.rawValue)] = number
    let start = bytes.count
    if var rest = number {
      repeat {
        bytes.append(0x30 + UInt8(rest % 10))
        rest /= 10
      } while rest > 0
      bytes[start...].reverse()
    }
    end(field, start)
  }

  private mutating func end(_ field: RequestField, _ start: Int) {
    ranges[field] = start..<bytes.count
    bytes.append(Self.lineEnd)
  }
}

extension [Range<Int>] {
  fileprivate subscript(field: RequestField) -> Range<Int> {
    get { self[Int(field.rawValue)] }
    set { self[Int(field.rawValue)] = newValue }
  }
}

extension UInt8 {
  fileprivate var hexadecimalValue: UInt8? {
    switch self {
    case 0x30...0x39: self - 0x30
    case 0x41...0x46: self - 0x41 + 10
    case 0x61...0x66: self - 0x61 + 10
    default: nil
    }
  }
}
