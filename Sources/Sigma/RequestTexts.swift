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
  /// The texts, and after `byteCount` what is left of a longer request.
  package private(set) var bytes: [UInt8]
  package private(set) var byteCount = 0
  /// Line ends that follow the texts in `bytes`, to be scanned with them: Vectorscan 5.4.9 overlooks
  /// literals in the last bytes of a text, of one set of literals in eighteen (ADR 18).
  static let marginBytes = 64
  /// Where in `bytes` each field's text is, by the field's raw value.
  package private(set) var ranges: [Range<Int>]
  private(set) var method = RequestMethod.unknown
  private var status: UInt32?
  private var requestBytes: UInt32 = 0
  private var responseBytes: UInt32 = 0

  package init() {
    bytes = Array(repeating: 0, count: 4_096)
    ranges = Array(repeating: 0..<0, count: RequestField.allCases.count)
  }

  /// Takes the texts of a request over from the message it came in.
  ///
  /// Traps when a range of `fields` is not within the message.
  package mutating func load(_ message: borrowing RawSpan, _ fields: RequestFields) {
    let most = Self.mostBytes(fields) + Self.marginBytes
    if bytes.count < most { bytes = Array(repeating: 0, count: most * 2) }
    method = fields.method
    status = fields.status == 0 ? nil : UInt32(fields.status)
    requestBytes = fields.requestBytes
    responseBytes = fields.responseBytes
    let status = status
    byteCount = message.withUnsafeBytes { message in
      bytes.withUnsafeMutableBytes { target in
        ranges.withUnsafeMutableBufferPointer { ranges in
          var layout = TextLayout(message: message, target: target, ranges: ranges)
          layout.append(fields, status: status)
          layout.end(margin: Self.marginBytes)
          return layout.count
        }
      }
    }
  }

  /// Where in `bytes` the field's text is; empty when the field was not logged.
  package func range(of field: RequestField) -> Range<Int> { ranges[Int(field.rawValue)] }

  package func text(of field: RequestField) -> ArraySlice<UInt8> { bytes[range(of: field)] }

  /// Nil for fields that hold no number, and for the status of a request without a response.
  package func number(of field: RequestField) -> UInt32? {
    switch field {
    case .status: status
    case .requestBytes: requestBytes
    case .responseBytes: responseBytes
    case .method, .path, .pathOnly, .pathExtension, .uri, .authority, .host, .userAgent, .referer,
      .clientAddress, .destinationAddress, .userName, .cookie, .contentType, .keywords:
      nil
    }
  }

  /// Room enough for the texts: the path twice, a separator, line ends, the method and numbers.
  private static func mostBytes(_ fields: RequestFields) -> Int {
    let texts = [
      fields.scheme, fields.authority, fields.path, fields.path, fields.userAgent, fields.referer,
      fields.clientAddress, fields.destinationAddress, fields.userName, fields.cookie,
      fields.contentType,
    ]
    return texts.reduce(64) { $0 + Int($1.count) }
  }
}
