package import Access

/// Where operators log in outside of Flyball.
package protocol LoginProvider: Sendable {
  /// Begins a login: where the browser is sent, and what it keeps until it comes back.
  func begin() async throws(LoginFailure) -> (location: String, ticket: String)

  /// Ends it: whom the provider names, and what its claims grant. `ticket` is what the browser kept.
  func finish(
    code: String, state: String, ticket: String
  ) async throws(LoginFailure) -> (name: String, claimed: [Grant])
}

/// A login that came to nothing. The reason is for the log.
package struct LoginFailure: Error, Sendable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
