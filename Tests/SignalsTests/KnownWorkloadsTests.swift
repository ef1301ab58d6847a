internal import MeshModel
internal import Testing

@testable internal import Signals

struct KnownWorkloadsTests {
  private static func holders(_ node: String, ofPod pod: String = "web-1") -> Set<SPIFFEID> {
    KnownWorkloads(proxies: [ProxyID(principal: Sample.web, node: node)], configured: [])
      .holders(ofPod: .init(namespace: "shop", name: pod))
  }

  @Test(
    "a pod is the one that a proxy of its namespace names itself after",
    arguments: [
      ("web-1", true), ("sidecar~10.1.2.3~web-1.shop~shop.svc.cluster.local", true),
      ("sidecar~10.1.2.3~web-1.bank~bank.svc.cluster.local", false),
      ("sidecar~10.1.2.3~.shop~x", false), ("~~web-1.shop", false), ("web-2", false), ("", false),
    ])
  func pods(node: String, isKnown: Bool) {
    #expect(Self.holders(node) == (isKnown ? [Sample.web] : []))
  }

  @Test("a proxy that names itself after another's pod makes alerts about that ambiguous")
  func impostor() {
    let known = KnownWorkloads(
      proxies: [
        ProxyID(principal: Sample.web, node: "web-1"),
        ProxyID(principal: Sample.users, node: "web-1"),
      ], configured: [])
    let signal = Sample.signal(labels: ["namespace": "shop", "pod": "web-1"])
    #expect(
      WorkloadRules().attribution(of: signal, among: known)
        == .ambiguous([Sample.users, Sample.web]))
  }

  @Test("configured workloads are known without a proxy, and identities kept for us never are")
  func configured() {
    let reserved = SPIFFEID.selfTest(in: "cluster.local")
    let known = KnownWorkloads(
      proxies: [ProxyID(principal: reserved, node: "x")], configured: [Sample.users])
    #expect(known.contains(Sample.users))
    #expect(!known.contains(reserved))
  }
}
