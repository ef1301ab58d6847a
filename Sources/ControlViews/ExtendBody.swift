/// An operator's order to keep an action longer, as it is sent.
package struct ExtendBody: Codable, Equatable, Sendable {
  /// Added to what is left of it.
  package var seconds: Int64
  package var reason: String

  package init(seconds: Int64, reason: String) {
    self.seconds = seconds
    self.reason = reason
  }
}
