internal import Actuators
internal import Anomaly
internal import ConfigurationYAML
internal import ControlViews
internal import ControlClient
internal import Doctor
internal import FeedbackLoop
internal import Foundation
internal import HistorySQLite
internal import LoopRuntime
internal import MeshModel
internal import ReferencesFile
internal import YAMLNodes

/// Gathers the facts that the checks judge; it opens files to read them and asks the daemon.
struct Examination {
  let config: String
  let socket: String?

  func diagnosis() async -> Diagnosis {
    let file: ConfigurationFile
    do {
      file = try ConfigurationFile.load(config)
    } catch {
      return Diagnosis(Self.mistakes("configuration", error))
    }
    let configuration = file.configuration
    let daemon = await AskedDaemon.ask(socket ?? configuration.socket)
    var findings = [Finding.ok("configuration", config)]
    findings += file.checks(at: LoopClock().now()).map(\.finding)
    if let own = daemon.listens { findings += file.portChecks(own: own).map(\.finding) }
    findings += policyFindings(configuration, daemon)
    findings += storeFindings(configuration)
    findings.append(await references(configuration).finding)
    findings +=
      ClockFacts(
        kernel: KernelClock.synchronisation, daemonAheadMilliseconds: daemon.aheadMilliseconds
      ).findings
    findings += daemonFindings(configuration, daemon)
    return Diagnosis(findings)
  }

  private func policyFindings(_ configuration: Configuration, _ daemon: AskedDaemon) -> [Finding] {
    do {
      return PolicyCheck(
        policies: try PolicyFolder.load(configuration.policies), limits: configuration.limits,
        trustDomain: configuration.trustDomain, namespaces: daemon.namespaces
      ).findings
    } catch {
      return Self.mistakes("policies", error)
    }
  }

  private func storeFindings(_ configuration: Configuration) -> [Finding] {
    let path = configuration.history
    var content: StoreFacts.Content?
    var unreadable: String?
    do {
      content = try HistoryInspection(path: path).map { history in
        StoreFacts.Content(
          schema: history.schema, isNewer: history.isNewer, journalMode: history.journalMode,
          damages: history.damages, actions: history.actions, openActions: history.openActions,
          events: history.events)
      }
    } catch {
      unreadable = error.message
    }
    return StoreFacts(
      path: path, content: content, unreadable: unreadable,
      bytes: ["", "-wal", "-shm"].map { Self.size(path + $0) }.reduce(0, +),
      freeBytes: Self.freeBytes(URL(fileURLWithPath: path).deletingLastPathComponent().path)
    ).findings
  }

  private func references(_ configuration: Configuration) async -> ReferencesFacts {
    let path = configuration.references
    do {
      guard let bytes = try await ReferenceFile(path: path).load() else {
        return .absent(path: path)
      }
      _ = try ReferenceFormat.split(bytes, shards: ScoringBounds.shards)
      let saved = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate]
      let age = (saved as? Date).map { Int64(-$0.timeIntervalSinceNow) } ?? 0
      return .sound(bytes: bytes.count, ageSeconds: age)
    } catch {
      return .unusable(path: path, reason: "\(error)")
    }
  }

  private func daemonFindings(_ configuration: Configuration, _ daemon: AskedDaemon) -> [Finding] {
    switch daemon {
    case .absent(let socket):
      return [
        .warn(
          "daemon", "none answers at \(socket)",
          fix: "flyball run --config \(config), or name its socket with --socket")
      ]
    case .mute(let reason):
      return [
        .fail("daemon", reason, fix: "run the same version of flyball, as the daemon's user")
      ]
    case .answers(let status, let nodes, let receivers, _):
      let stages = stages(of: configuration)
      var findings: [Finding] = []
      if status.daemon.history != configuration.history {
        findings.append(
          .fail(
            "socket", "the daemon there runs on another history, \(status.daemon.history)",
            fix: "give this configuration another listen.socket, or name the right one"))
      }
      return findings
        + DaemonFacts(
          processID: status.daemon.processID, isPaused: status.paused, unsafe: status.unsafe,
          isHistoryWritable: status.historyWritable, load: status.load,
          openActions: status.openActions, proxies: nodes.map(\.facts),
          gateways: configuration.limits.gateways.map(\.description).sorted(),
          stages: Set(stages.map(\.name)),
          filters: Set(stages.map(\.filter.rawValue)).sorted(), selfTest: status.selfTestFacts,
          isImpersonated: status.impersonated
        ).findings + status.feedFacts.map(\.finding) + receivers.map(\.facts.finding)
    }
  }

  /// What policies may bring about, and an operator at any time.
  private func stages(of configuration: Configuration) -> [Stage] {
    // Policies that cannot be read are told elsewhere.
    let policies = (try? PolicyFolder.load(configuration.policies)) ?? []
    return [.quarantine, .throttle(Rate(perSecond: 1, burst: 1))]
      + policies.flatMap { $0.steps.map(\.stage) }
  }

  private static func mistakes(_ what: String, _ diagnostics: Diagnostics) -> [Finding] {
    diagnostics.all.map {
      .fail(what, $0.description, fix: "correct it; docs/OPERATING.md tells every field")
    }
  }

  private static func size(_ path: String) -> Int64 {
    // A file that is not there takes no room.
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return (attributes?[.size] as? NSNumber)?.int64Value ?? 0
  }

  private static func freeBytes(_ folder: String) -> Int64? {
    // Where the folder is missing, that is said elsewhere.
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
    return (attributes?[.systemFreeSize] as? NSNumber)?.int64Value
  }
}

extension ConfigurationCheck {
  fileprivate var finding: Finding {
    switch outcome {
    case .sound(let detail): .ok(what, detail)
    case .doubtful(let diagnostic, let fix): .warn(what, diagnostic.description, fix: fix)
    case .wrong(let diagnostic, let fix): .fail(what, diagnostic.description, fix: fix)
    }
  }
}
