@testable internal import ActuatorsXDS
internal import Actuators
internal import EnvoyAPI
internal import MeshModel
internal import Testing

struct ControlPlaneTests {
  private let now = Timestamp(seconds: 1_000)

  private func proxy() throws -> ProxyID {
    ProxyID(
      principal: try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/users"), node: "users")
  }

  /// The newest report after the control plane has done what it was told.
  private func lastReport(_ plane: ControlPlane, count: Int) async -> ProxyReport? {
    var iterator = plane.reports.makeAsyncIterator()
    var last: ProxyReport?
    for _ in 0..<count { last = await iterator.next() }
    return last
  }

  @Test("a proxy with two streams counts as accepted only when both accepted")
  func twoStreams() async throws {
    let now = now
    let plane = ControlPlane(now: { now })
    let proxy = try proxy()
    let (unread, outbox) = AsyncStream<ControlPlane.Wire>.makeStream()
    defer { withExtendedLifetime(unread) {} }
    for stream in ["a", "b"] {
      #expect(await plane.open(stream, of: proxy, build: nil, outbox: outbox))
      await plane.handle(.init(subscribe: ["flyball.rbac"]), on: stream)
    }
    await plane.handle(.init(nonce: "a-1"), on: "a")
    #expect(await lastReport(plane, count: 3)?.filters == [.rbac: .pending])
    await plane.handle(.init(nonce: "b-1"), on: "b")
    #expect(await lastReport(plane, count: 1)?.filters == [.rbac: .accepted])
    await plane.close("a")
    #expect(await lastReport(plane, count: 1)?.isAttached == true)
    await plane.close("b")
    #expect(await lastReport(plane, count: 1)?.isAttached == false)
  }

  @Test("an enforcement reaches a stream that opens later, and a slow reader loses its stream")
  func lateAndSlow() async throws {
    let now = now
    let plane = ControlPlane(now: { now })
    let proxy = try proxy()
    await plane.apply(
      Enforcement(
        action: ActionID(number: 1), subject: .workload(proxy.principal), stage: .quarantine,
        notAfter: now.adding(milliseconds: 9_000)), generation: 7)
    let (unread, outbox) = AsyncStream<ControlPlane.Wire>.makeStream(
      bufferingPolicy: .bufferingOldest(1))
    #expect(await plane.open("s", of: proxy, build: nil, outbox: outbox))
    await plane.handle(.init(subscribe: ["flyball.rbac", "flyball.throttle"]), on: "s")
    let report = await lastReport(plane, count: 1)
    #expect(report?.isAttached == false)
    #expect(report?.generation == 7)
    var iterator = unread.makeAsyncIterator()
    #expect(await iterator.next()?.resources.first?.name == "flyball.rbac")
  }
}
