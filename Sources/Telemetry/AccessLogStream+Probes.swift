internal import MeshModel

extension AccessLogStream {
  /// Adds what the entry of a request of the controller itself says of an action: the latest of a
  /// kind, which says as much as all. Like a subject's, a request counts as let through only when
  /// the called side answered it.
  static func note(
    _ entry: AccessLogEntry, _ bytes: borrowing RawSpan, _ receivedAt: Timestamp,
    in probes: inout [ProbeSighting]
  ) {
    let start = start(of: entry, receivedAt)
    let probe: ProbeSighting
    switch ResponseDetails(bytes, entry.details.range) {
    case .deniedBy(let action):
      probe = ProbeSighting(action: action, isDenied: true, start: start)
    case .viaUpstream:
      guard
        let action = ActionID(probePath: text(bytes, entry.path.range))
          ?? ActionID(probePath: text(bytes, originalPath(entry, bytes)))
      else { return }
      probe = ProbeSighting(action: action, isDenied: false, start: start)
    case .localRateLimited, .other: return
    }
    let place = probes.firstIndex {
      $0.action == probe.action && $0.isDenied == probe.isDenied
    }
    if let place {
      probes[place].start = max(probes[place].start, probe.start)
    } else if probes.count < maximumProbes {
      probes.append(probe)
    }
  }

  /// What a route that rewrites was asked for; empty for none. The request is the controller's own, so
  /// that nobody else chose it.
  private static func originalPath(
    _ entry: AccessLogEntry, _ bytes: borrowing RawSpan
  ) -> Range<Int> {
    guard let request = try? RequestFields(bytes, entry.content.range) else { return 0..<0 }
    return request.originalPath.range
  }

  /// As much of the text as a probe's path can be long.
  private static func text(_ bytes: borrowing RawSpan, _ range: Range<Int>) -> String {
    var text: [UInt8] = []
    for position in range.prefix(maximumPathBytes) {
      text.append(bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self))
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Kinds of answers to probes in one message: more than are sent within one flush of a log.
  private static let maximumProbes = 64
  private static let maximumPathBytes = 64
}
