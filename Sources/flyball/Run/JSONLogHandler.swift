internal import Foundation
internal import Logging

/// One JSON object a line on standard error.
struct JSONLogHandler: LogHandler {
  let label: String
  var logLevel: Logger.Level = .info
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  private let now: @Sendable () -> String

  init(label: String, now: @escaping @Sendable () -> String) {
    self.label = label
    self.now = now
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var fields = [
      "time": now(), "level": event.level.rawValue, "logger": label,
      "message": event.message.description,
    ]
    if let error = event.error { fields["error"] = String(describing: error) }
    for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 })
    where fields[key] == nil {
      fields[key] = value.description
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let line = try? encoder.encode(fields) else { return }  // Strings always encode.
    Terminal.error(String(decoding: line, as: UTF8.self))
  }
}
