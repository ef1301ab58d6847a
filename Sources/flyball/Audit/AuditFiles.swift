internal import ArgumentParser
internal import ConfigurationYAML
internal import HistorySQLite
internal import TransparencyLog
internal import YAMLNodes

/// A history and what belongs to it.
struct AuditFiles {
  let history: String
  let checkpoints: String
  private let keyFile: String

  init(history: String?, config: String?) throws {
    if let config {
      let configuration = try Configuration.load(config)
      self.history = configuration.history
      checkpoints = configuration.checkpoints
      keyFile = configuration.historyKey
    } else {
      let path = history ?? ""
      self.history = path
      checkpoints = path + ".checkpoints"
      keyFile = path + ".key"
    }
  }

  /// The key that was given, or that of the key file.
  func key(_ given: String?) throws -> VerifierKey {
    try given.map(Self.parsed) ?? HistoryKey(path: keyFile, makeMissing: false).signer.verifier
  }

  static func parsed(_ key: String) throws -> VerifierKey {
    do {
      return try VerifierKey(parsing: key)
    } catch {
      Terminal.error("flyball: --key: \(error)")
      throw ExitCode(2)
    }
  }

  /// Runs the body; files that cannot be used end with 2.
  static func reporting(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as Diagnostics {
      Terminal.error(Terminal.safeLines(error.description))
      throw ExitCode(2)
    } catch let error as HistoryError {
      Terminal.error("flyball: \(Terminal.safe(error.message))")
      throw ExitCode(2)
    }
  }
}
