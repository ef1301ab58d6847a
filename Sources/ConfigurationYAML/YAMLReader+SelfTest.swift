internal import FeedbackLoop
internal import MeshModel
internal import YAMLNodes
internal import Yams

extension YAMLReader {
  /// Whether and how often the loop tests itself: by default once an hour where a proxy can be probed,
  /// for nothing else proves an effect on an offender that does not exist.
  mutating func selfTest(
    _ node: Node?, _ trustDomain: String?, _ reachable: [Configuration.Proxy]
  ) -> SelfTestTerms? {
    let isProbed = reachable.contains { $0.probe != nil }
    var every: Int64? = isProbed ? SelfTestTerms.defaultEveryMilliseconds : nil
    if let node {
      let fields = fields(of: node, "selfTest", required: ["every"])
      guard let everyNode = fields["every"], everyNode.scalar?.string != "off" else { return nil }
      every = duration(everyNode, "selfTest.every")
      if let every, every < SelfTestTerms.leastEveryMilliseconds {
        fail(
          "selfTest.every must be off, or at least"
            + " \(SelfTestTerms.leastEveryMilliseconds / 1_000)s", at: everyNode)
      }
      if !isProbed {
        fail(
          "selfTest needs a proxy with 'probe': nothing else proves that its rule works",
          at: everyNode)
      }
    }
    guard let every, let trustDomain else { return nil }
    return SelfTestTerms(
      trustDomain: trustDomain, everyMilliseconds: every,
      readable: Set(reachable.filter { $0.admin != nil }.map(\.id)))
  }
}
