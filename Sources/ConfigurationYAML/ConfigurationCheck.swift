package import YAMLNodes

/// What one part of a configuration is worth on this machine, now.
package struct ConfigurationCheck: Hashable, Sendable {
  package enum Outcome: Hashable, Sendable {
    case sound(String)
    /// It works, but not for long, or not with everybody.
    case doubtful(Diagnostic, fix: String)
    /// Flyball refuses to run with it.
    case wrong(Diagnostic, fix: String)
  }

  package let what: String
  package let outcome: Outcome
}

extension [ConfigurationCheck] {
  /// The mistakes, if there are any, each with its remedy.
  package func refuseMistakes() throws(Diagnostics) {
    let mistakes: [Diagnostic] = compactMap { check in
      guard case .wrong(var diagnostic, let fix) = check.outcome else { return nil }
      diagnostic.message += ": \(fix)"
      return diagnostic
    }
    guard mistakes.isEmpty else { throw Diagnostics(mistakes) }
  }

  /// What is well enough to run with, and should not stay so.
  package var doubts: [Diagnostic] {
    compactMap { check in
      guard case .doubtful(var diagnostic, let fix) = check.outcome else { return nil }
      diagnostic.message += ": \(fix)"
      return diagnostic
    }
  }
}
