internal import MeshModel
internal import OpenTelemetryAPI
internal import Telemetry

/// A value of an attribute, for tests.
enum LogText: ExpressibleByStringLiteral, Sendable {
  case text(String)
  case integer(Int64)
  case real(Double)

  init(stringLiteral text: String) {
    self = .text(text)
  }

  var text: String {
    if case .text(let text) = self { text } else { "" }
  }

  func value(_ range: Range<Int>) -> LogValue {
    switch self {
    case .text: .text(range)
    case .integer(let number): .integer(number)
    case .real(let number): .real(number)
    }
  }

  var any: Opentelemetry_Proto_Common_V1_AnyValue {
    var any = Opentelemetry_Proto_Common_V1_AnyValue()
    switch self {
    case .text(let text): any.stringValue = text
    case .integer(let number): any.intValue = number
    case .real(let number): any.doubleValue = number
    }
    return any
  }
}

extension Opentelemetry_Proto_Collector_Logs_V1_ExportLogsServiceRequest {
  /// One resource with one scope.
  init(
    resource: [(String, LogText)], records: [[(String, LogText)]], nanoseconds: UInt64 = 0
  ) {
    self.init()
    var logs = Opentelemetry_Proto_Logs_V1_ResourceLogs()
    logs.resource.attributes = Self.attributes(resource)
    var scope = Opentelemetry_Proto_Logs_V1_ScopeLogs()
    scope.logRecords = records.map { record in
      var log = Opentelemetry_Proto_Logs_V1_LogRecord()
      log.timeUnixNano = nanoseconds
      log.attributes = Self.attributes(record)
      return log
    }
    logs.scopeLogs = [scope]
    resourceLogs = [logs]
  }

  private static func attributes(
    _ pairs: [(String, LogText)]
  ) -> [Opentelemetry_Proto_Common_V1_KeyValue] {
    pairs.map { key, value in
      var pair = Opentelemetry_Proto_Common_V1_KeyValue()
      pair.key = key
      pair.value = value.any
      return pair
    }
  }
}

extension SPIFFEID {
  /// Of a text that is one.
  static func of(_ text: String) -> SPIFFEID {
    guard let identity = try? SPIFFEID(parsing: text) else { preconditionFailure(text) }
    return identity
  }
}
