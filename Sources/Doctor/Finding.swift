/// What one check found, and, unless all is well, what to do about it.
package struct Finding: Hashable, Sendable, Codable {
  package enum Level: String, Hashable, Sendable, Codable {
    case ok
    /// It works, but not as well as it could, or not for long.
    case warn
    case fail
  }

  package let level: Level
  package let what: String
  package let detail: String
  /// Nil only where all is well.
  package let fix: String?

  package init(level: Level, what: String, detail: String, fix: String?) {
    self.level = level
    self.what = what
    self.detail = detail
    self.fix = fix
  }

  package static func ok(_ what: String, _ detail: String) -> Finding {
    Finding(level: .ok, what: what, detail: detail, fix: nil)
  }

  package static func warn(_ what: String, _ detail: String, fix: String) -> Finding {
    Finding(level: .warn, what: what, detail: detail, fix: fix)
  }

  package static func fail(_ what: String, _ detail: String, fix: String) -> Finding {
    Finding(level: .fail, what: what, detail: detail, fix: fix)
  }
}
