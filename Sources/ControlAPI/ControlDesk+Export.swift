internal import Access
internal import ControlViews
internal import FeedbackLoop
internal import HTTPTypes
internal import Hummingbird
internal import LoopRuntime
internal import MeshModel
internal import NIOCore

/// The history in formats of others, as far as the caller may see it, the oldest record first.
extension ControlDesk {
  func export(_ query: ListQuery, _ caller: Operator) async throws -> Response {
    let formats = ExportFormat.allCases.map(\.rawValue)
    guard let format = try query.choice("format", of: formats).flatMap(ExportFormat.init(rawValue:))
    else {
      throw ListQuery.wrong("format", "it must be one of \(formats.joined(separator: ", "))")
    }
    var filter = RecordFilter(.after(0))
    filter.since = try query.instant("since")
    filter.until = try query.instant("until")
    // What comes meanwhile is another export's, so that each ends.
    let newest = try await history.records(RecordFilter(.before(nil)), limit: 1).first?.number ?? 0
    guard let seat = exports.take() else {
      throw Problem.unavailable("\(ExportSeats.maximum) exports are being made already")
    }
    return Response(
      status: .ok,
      headers: [
        .contentType: format == .csv ? "text/csv; charset=utf-8" : "application/x-ndjson",
        .contentDisposition: "attachment; filename=\"flyball-history.\(format.rawValue)\"",
        .cacheControl: "no-store",
      ],
      body: ResponseBody { [filter] writer in
        if let heading = format.heading {
          try await writer.write(ByteBuffer(string: heading + "\n"))
        }
        try await write(filter, to: newest, as: format, for: caller) {
          try await writer.write(ByteBuffer(string: $0))
        }
        try await writer.finish(nil)
        withExtendedLifetime(seat) {}
      })
  }

  /// A part of the history at a time: whoever reads slowly holds a few hundred lines.
  private func write(
    _ asked: RecordFilter, to newest: Int64, as format: ExportFormat, for caller: Operator,
    _ send: (String) async throws -> Void
  ) async throws {
    var filter = asked
    while true {
      let records = try await history.exported(filter, as: format, limit: Self.exportedAtOnce)
      var text = ""
      for record in records where record.number <= newest {
        guard caller.may(.export, in: record.subject?.principal.namespace) else { continue }
        if let line = record.line { text += line + "\n" }
      }
      if !text.isEmpty { try await send(text) }
      guard let last = records.last?.number, last < newest,
        records.count == Self.exportedAtOnce
      else { return }
      filter.order = .after(last)
    }
  }

  static let exportNames: Set<String> = ["format", "since", "until"]
  private static let exportedAtOnce = 200
}
