internal import Actuators
internal import MeshModel

extension LoopEngine {
  /// Those of the proxies that cannot enforce the stage, each with the reason; see
  /// `ProxyReport.incapacity`. One that reports but never attached has no filter of ours.
  func incapable(_ proxies: some Sequence<ProxyID>, of stage: Stage) -> [ProxyID: String] {
    var incapable: [ProxyID: String] = [:]
    for proxy in proxies { incapable[proxy] = incapacity(of: proxy, for: stage) }
    return incapable
  }

  func incapacity(of proxy: ProxyID, for stage: Stage) -> String? {
    guard let standing = proxies[proxy] else { return nil }
    guard let report = standing.report else {
      return standing.isReporting ? stage.notSubscribed : nil
    }
    return report.incapacity(for: stage)
  }

  /// The proxies with their reasons in one line, the first eight of them.
  static func names(_ incapable: [ProxyID: String]) -> String {
    let all = incapable.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    let more = all.count > 8 ? [", and \(all.count - 8) more"] : []
    return all.prefix(8).joined(separator: "; ") + more.joined()
  }
}
