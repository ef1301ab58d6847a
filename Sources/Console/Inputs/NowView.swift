package import ControlViews
internal import MeshModel

/// What the first page shows.
package struct NowView: Sendable {
  package var status: StatusView
  package var waiting: [ActionFile]
  package var live: [ActionFile]
  /// The latest that are closed.
  package var closed: [ActionFile]
  package var nodes: [NodeView]
  package var ingest: Ingest
  /// Who is told what happens; empty where nobody is.
  package var receivers: [NoticeList.Receiver]
  /// Pause or resume, and revert all, as far as whoever looks may.
  package var orders: [Order]

  /// What came of the entries of access logs since the daemon started.
  package struct Ingest: Sendable {
    package var received: UInt64
    package var scored: UInt64
    package var rejected: UInt64
    package var shed: UInt64
    package var waiting: Int

    package init(
      received: UInt64, scored: UInt64, rejected: UInt64, shed: UInt64, waiting: Int
    ) {
      self.received = received
      self.scored = scored
      self.rejected = rejected
      self.shed = shed
      self.waiting = waiting
    }
  }

  package init(
    status: StatusView, waiting: [ActionFile], live: [ActionFile], closed: [ActionFile],
    nodes: [NodeView], ingest: Ingest, receivers: [NoticeList.Receiver], orders: [Order]
  ) {
    self.status = status
    self.waiting = waiting
    self.live = live
    self.closed = closed
    self.nodes = nodes
    self.ingest = ingest
    self.receivers = receivers
    self.orders = orders
  }
}
