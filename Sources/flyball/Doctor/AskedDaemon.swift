internal import ControlViews
internal import ControlClient
internal import Doctor
internal import Foundation
internal import LoopRuntime
internal import MeshModel

/// What the daemon at a socket answered.
enum AskedDaemon {
  case absent(socket: String)
  /// Something is there that does not answer as this version does.
  case mute(reason: String)
  case answers(StatusView, [NodeView], [NoticeList.Receiver], aheadMilliseconds: Double)

  static func ask(_ socket: String) async -> AskedDaemon {
    let client = ControlClient(socket: socket)
    do {
      let clock = LoopClock()
      let before = clock.now()
      let status = try await client.status()
      let after = clock.now()
      // Its clock was read some time between the two.
      let middle = Double(before.microseconds + after.microseconds) / 2
      return .answers(
        status, try await client.nodes(), try await client.notices().receivers,
        aheadMilliseconds: (Double(status.microseconds) - middle) / 1_000)
    } catch .unreachable(_, let reason) {
      return FileManager.default.fileExists(atPath: socket)
        ? .mute(reason: "\(socket) is there, but cannot be asked: \(reason)")
        : .absent(socket: socket)
    } catch {
      return .mute(reason: "\(socket): \(error)")
    }
  }

  /// Addresses it listens on; nil when it does not say.
  var listens: Set<String>? {
    switch self {
    case .absent: []
    case .mute: nil
    case .answers(let status, _, _, _): Set(status.daemon.listens)
    }
  }

  /// Namespaces of the attached workloads; nil when nobody could be asked.
  var namespaces: Set<String>? {
    guard case .answers(_, let nodes, _, _) = self else { return nil }
    return Set(
      nodes.filter(\.attached).compactMap { node in
        // The daemon shows identities that it has parsed.
        (try? SPIFFEID(parsing: node.principal))?.namespace
      })
  }

  var aheadMilliseconds: Double? {
    guard case .answers(_, _, _, let ahead) = self else { return nil }
    return ahead
  }
}

extension StatusView {
  var selfTestFacts: SelfTestFacts? {
    guard let selfTest else { return nil }
    return SelfTestFacts(
      everySeconds: selfTest.everySeconds,
      secondsWithoutPass: selfTest.lastPassedMicroseconds.map {
        Double(microseconds - $0) / 1_000_000
      },
      heldBack: selfTest.heldBack, last: selfTest.last.map(\.facts))
  }
}

extension StatusView {
  var feedFacts: [FeedFacts] {
    (feeds ?? []).map { feed in
      FeedFacts(
        name: feed.name, indicators: feed.indicators, refused: feed.refused,
        ageSeconds: feed.confirmedMicroseconds.map { (microseconds - $0) / 1_000_000 },
        everySeconds: feed.everySeconds, refusal: feed.refusal, remedy: feed.remedy)
    }
  }
}

extension NoticeList.Receiver {
  var facts: ReceiverFacts {
    ReceiverFacts(name: name, told: told, waiting: waiting, failed: failed, dead: dead)
  }
}

extension SelfTestView.Run {
  fileprivate var facts: SelfTestFacts.Run {
    let outcome: SelfTestFacts.Outcome =
      switch (stage, remedy) {
      case (.some, let remedy): .failed(remedy: remedy ?? "")
      case (nil, let remedy): .passed(remedy: remedy)
      }
    return SelfTestFacts.Run(outcome, text: text, began: began)
  }
}

extension NodeView {
  var facts: DaemonFacts.Proxy {
    DaemonFacts.Proxy(
      name: node, principal: principal, isAttached: attached, isGateway: gateway,
      logStreams: logStreams, filters: filters, incapacities: incapacities,
      isLossy: lossy, dropped: dropped)
  }
}
