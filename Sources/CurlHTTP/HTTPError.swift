internal import CCurl

/// A request that got no response.
package struct HTTPError: Error, Sendable, CustomStringConvertible {
  /// libcurl's error number, or one of ours below 0.
  package let code: Int
  package let description: String

  /// Nobody listens at the address, or the socket does not exist.
  package var isRefused: Bool { code == 7 }
  /// The body, or what announces it, is larger than the request allows.
  package var isTooLarge: Bool { code == 63 }
  /// The policy of the connection allows no address that was found.
  package var isForbidden: Bool { code == Int(CCURL_FORBIDDEN) }
}
