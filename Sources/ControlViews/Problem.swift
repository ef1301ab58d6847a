/// What went wrong, as RFC 9457 has it told.
package struct Problem: Codable, Equatable, Sendable, Error {
  /// One of several mistakes, and where it is: the name of a field or of a parameter.
  package struct Mistake: Codable, Equatable, Sendable {
    package var at: String
    package var detail: String

    package init(at: String, detail: String) {
      self.at = at
      self.detail = detail
    }
  }

  /// `urn:flyball:problem:` and a name that does not change.
  package var type: String
  /// The same for every problem of its type.
  package var title: String
  package var status: Int
  package var detail: String
  package var errors: [Mistake]?

  package init(
    _ name: String, _ status: Int, _ title: String, detail: String, errors: [Mistake]? = nil
  ) {
    type = "urn:flyball:problem:\(name)"
    self.title = title
    self.status = status
    self.detail = detail
    self.errors = errors
  }
}
