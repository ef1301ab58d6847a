internal import MeshModel

/// Writes the texts of a request one after the other; see `RequestTexts`.
///
/// It works on bare memory, as each check of an array's bounds and owner costs as much as the copy
/// of a text. Every range of the message is checked, and `target` has room for all of them.
struct TextLayout {
  private(set) var count = 0
  private let message: UnsafeRawBufferPointer
  private let target: UnsafeMutableRawBufferPointer
  private let ranges: UnsafeMutableBufferPointer<Range<Int>>

  private static let lineEnd: UInt8 = 0x0A

  init(
    message: UnsafeRawBufferPointer, target: UnsafeMutableRawBufferPointer,
    ranges: UnsafeMutableBufferPointer<Range<Int>>
  ) {
    self.message = message
    self.target = target
    self.ranges = ranges
  }

  mutating func append(_ fields: RequestFields, status: UInt32?) {
    appendURI(fields)
    appendDecoded(ranges[Int(RequestField.path.rawValue)])
    append(.userAgent, fields.userAgent)
    append(.referer, fields.referer)
    appendMethod(fields.method)
    append(.clientAddress, fields.clientAddress)
    append(.destinationAddress, fields.destinationAddress)
    append(.userName, fields.userName)
    append(.cookie, fields.cookie)
    append(.contentType, fields.contentType)
    append(.status, number: status)
    append(.requestBytes, number: fields.requestBytes)
    append(.responseBytes, number: fields.responseBytes)
  }

  /// Line ends after all texts, which do not count.
  func end(margin: Int) {
    for position in count..<count &+ margin { target[position] = Self.lineEnd }
  }

  private mutating func appendURI(_ fields: RequestFields) {
    if !fields.scheme.isEmpty, !fields.authority.isEmpty {
      append(fields.scheme)
      append(0x3A)
      append(0x2F)
      append(0x2F)
    }
    let authority = count
    append(fields.authority)
    let path = count
    append(fields.path)
    set(.uri, 0..<count)
    set(.authority, authority..<path)
    set(.host, authority..<endOfHost(authority..<path))
    set(.path, path..<count)
    let query = position(of: 0x3F, in: path..<count)
    set(.pathOnly, path..<query)
    set(.pathExtension, startOfExtension(path..<query)..<query)
    append(Self.lineEnd)
  }

  /// Where a port, a colon and digits, begins; colons within the brackets of an IPv6 address are
  /// none. A dot before it is the root's: the same host.
  private func endOfHost(_ authority: Range<Int>) -> Int {
    var port = authority.upperBound
    while port > authority.lowerBound, 0x30...0x39 ~= target[port &- 1] { port &-= 1 }
    let end =
      port > authority.lowerBound && target[port &- 1] == 0x3A ? port &- 1 : authority.upperBound
    return end > authority.lowerBound && target[end &- 1] == 0x2E ? end &- 1 : end
  }

  /// After the last dot of the last segment; the end where it has none.
  private func startOfExtension(_ path: Range<Int>) -> Int {
    var position = path.upperBound
    while position > path.lowerBound {
      switch target[position &- 1] {
      case 0x2E: return position
      case 0x2F: return path.upperBound
      default: position &-= 1
      }
    }
    return path.upperBound
  }

  /// Appends the bytes of `range` with each `%` and two hexadecimal digits replaced by the byte they
  /// stand for; none where there is nothing to replace.
  private mutating func appendDecoded(_ range: Range<Int>) {
    let start = count
    // Before the first percent sign there is nothing to look at.
    var position = position(of: 0x25, in: range)
    if position < range.upperBound {
      copyWithin(range.lowerBound..<position)
      while position < range.upperBound {
        if target[position] == 0x25, position &+ 2 < range.upperBound,
          let high = target[position &+ 1].hexadecimalValue,
          let low = target[position &+ 2].hexadecimalValue
        {
          append(high << 4 | low)
          position &+= 3
        } else {
          append(target[position])
          position &+= 1
        }
      }
      if count &- start == range.count { count = start }
    }
    append(Self.lineEnd)
  }

  private mutating func appendMethod(_ method: RequestMethod) {
    let start = count
    for byte in method.text.utf8 { append(byte) }
    end(.method, start)
    let authority = ranges[Int(RequestField.authority.rawValue)].lowerBound
    set(.keywords, authority..<count &- 1)
  }

  private mutating func append(_ field: RequestField, _ range: ByteRange) {
    let start = count
    append(range)
    end(field, start)
  }

  private mutating func append(_ field: RequestField, number: UInt32?) {
    let start = count
    if let number {
      var scale: UInt32 = 1
      while number / scale >= 10 { scale &*= 10 }
      while scale > 0 {
        append(0x30 &+ UInt8(truncatingIfNeeded: number / scale % 10))
        scale /= 10
      }
    }
    end(field, start)
  }

  private mutating func end(_ field: RequestField, _ start: Int) {
    set(field, start..<count)
    append(Self.lineEnd)
  }

  private func set(_ field: RequestField, _ range: Range<Int>) {
    ranges[Int(field.rawValue)] = range
  }

  private mutating func append(_ range: ByteRange) {
    let range = range.range
    precondition(range.upperBound <= message.count && range.count <= target.count &- count)
    guard !range.isEmpty else { return }
    UnsafeMutableRawBufferPointer(rebasing: target[count...])
      .copyMemory(from: UnsafeRawBufferPointer(rebasing: message[range]))
    count &+= range.count
  }

  private mutating func append(_ byte: UInt8) {
    target[count] = byte
    count &+= 1
  }

  private mutating func copyWithin(_ range: Range<Int>) {
    precondition(range.count <= target.count &- count)
    UnsafeMutableRawBufferPointer(rebasing: target[count...])
      .copyMemory(from: UnsafeRawBufferPointer(rebasing: target[range]))
    count &+= range.count
  }

  /// Of the first such byte; the end of the range where there is none.
  private func position(of byte: UInt8, in range: Range<Int>) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let wanted = ones &* UInt64(byte)
    var position = range.lowerBound
    // Eight at a time: a byte that is zero after the exclusive or borrows from its highest bit.
    while range.upperBound &- position >= 8 {
      let word = UInt64(
        littleEndian: UnsafeRawBufferPointer(target)
          .loadUnaligned(fromByteOffset: position, as: UInt64.self))
      let difference = word ^ wanted
      let found = (difference &- ones) & ~difference & (ones &<< 7)
      if found != 0 { return position &+ found.trailingZeroBitCount / 8 }
      position &+= 8
    }
    while position < range.upperBound, target[position] != byte { position &+= 1 }
    return position
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
