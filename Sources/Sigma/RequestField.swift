/// What of a request a rule may look at.
package enum RequestField: UInt8, Hashable, Sendable, CaseIterable {
  case method
  /// With its query.
  case path
  /// Without its query.
  case pathOnly
  /// Of the last segment of the path, without its dot.
  case pathExtension
  /// Scheme, authority and path with query, as one text.
  case uri
  case authority
  /// The authority without its port and a dot at its end.
  case host
  case userAgent
  case referer
  case clientAddress
  case destinationAddress
  case userName
  case cookie
  case contentType
  case status
  case requestBytes
  case responseBytes
  /// What a search without a field looks through: lines that hold authority and path, the path
  /// once percent-decoded where that differs, user agent, referer and method.
  case keywords

  /// Whether the field holds a number; its text is that number in decimal.
  package var isNumber: Bool {
    switch self {
    case .status, .requestBytes, .responseBytes: true
    case .method, .path, .pathOnly, .pathExtension, .uri, .authority, .host, .userAgent, .referer,
      .clientAddress, .destinationAddress, .userName, .cookie, .contentType, .keywords:
      false
    }
  }

  /// What else the field's name in a rule may mean; a rule's text that fits either one matches.
  ///
  /// Some proxies log a whole URI and some a path under the same name, and a host with its port or
  /// without.
  package var alternative: RequestField? {
    switch self {
    case .uri: .path
    case .authority: .host
    case .method, .path, .pathOnly, .pathExtension, .host, .userAgent, .referer, .clientAddress,
      .destinationAddress, .userName, .cookie, .contentType, .status, .requestBytes, .responseBytes,
      .keywords:
      nil
    }
  }
}
