internal import ArgumentParser

/// Which history is meant, by its own path or by the configuration that names it.
struct AuditSource: ParsableArguments {
  @Option(help: "The history's file.")
  var history: String?
  @Option(help: "The configuration that names the history, its checkpoints and its key.")
  var config: String?

  func validate() throws {
    guard (history == nil) != (config == nil) else {
      throw ValidationError("give either --history or --config")
    }
  }

  func files() throws -> AuditFiles {
    try AuditFiles(history: history, config: config)
  }
}
