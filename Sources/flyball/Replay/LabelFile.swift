internal import Foundation
internal import MeshModel
internal import Replay

/// Reads known incidents: lines of subject, start and end, under a heading that says so.
enum LabelFile {
  static func read(_ path: String) throws -> [IncidentLabel] {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw CommandFailure(
        message: "\(path): cannot be read: \(error.localizedDescription)", exitCode: 2)
    }
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated().map { ($0 + 1, $1) }[...]
    guard lines.popFirst()?.1 == "subject,start,end" else {
      throw CommandFailure(
        message: "\(path):1: the first line must be subject,start,end", exitCode: 2)
    }
    return try lines.filter { !$0.1.isEmpty }.map { number, line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 3, let start = instant(fields[1]), let end = instant(fields[2]),
        start <= end
      else {
        throw CommandFailure(
          message: "\(path):\(number): needs a subject, a start and an end no earlier, such as"
            + " reports,2026-01-01T10:00:00Z,2026-01-01T10:05:00Z", exitCode: 2)
      }
      return IncidentLabel(subject: fields[0], start: start, end: end)
    }
  }

  private static func instant(_ text: String) -> Timestamp? {
    let formatter = ISO8601DateFormatter()
    for options: ISO8601DateFormatter.Options in [
      [.withInternetDateTime], [.withInternetDateTime, .withFractionalSeconds],
    ] {
      formatter.formatOptions = options
      if let date = formatter.date(from: text) {
        return Timestamp(microseconds: Int64(date.timeIntervalSince1970 * 1e6))
      }
    }
    return nil
  }
}
