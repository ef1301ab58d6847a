package import ControlViews
package import MeshModel

/// One action with all that a person needs to judge it.
package struct ActionFile: Sendable {
  package var view: ActionView
  package var proposedAt: Timestamp
  /// When it ends inside the proxies, whoever is alive then.
  package var notAfter: Timestamp
  package var isShadow: Bool
  package var isOpen: Bool
  /// Nil unless it waits for a person.
  package var approval: Approval?
  package var finding: Finding
  /// Of the mesh's requests, those that are stopped in its name; nil when nothing is known.
  package var stoppedShare: Double?
  /// What was written, and for which enforcement point.
  package var objects: [WrittenObject]
  /// Callers of the subject that did nothing, before the action and since.
  package var neighbours: [Neighbour]
  /// What its state allows and whoever looks may do.
  package var orders: [Order]

  package struct Approval: Sendable {
    package var until: Timestamp
    package var needed: Int

    package init(until: Timestamp, needed: Int) {
      self.until = until
      self.needed = needed
    }
  }

  /// What was found, and by whose word.
  package struct Finding: Sendable {
    package var at: Timestamp
    package var onset: Timestamp
    package var score: Double
    package var corroborated: Double
    /// In words, with the figures.
    package var reason: String
    package var destinations: [String]
    package var witnesses: [String]
    /// Of the mesh's requests, before it turned bad; nil when nothing is known.
    package var trafficShare: Double?

    package init(
      at: Timestamp, onset: Timestamp, score: Double, corroborated: Double, reason: String,
      destinations: [String], witnesses: [String], trafficShare: Double?
    ) {
      self.at = at
      self.onset = onset
      self.score = score
      self.corroborated = corroborated
      self.reason = reason
      self.destinations = destinations
      self.witnesses = witnesses
      self.trafficShare = trafficShare
    }
  }

  package struct WrittenObject: Sendable {
    package var name: String
    package var text: String

    package init(name: String, text: String) {
      self.name = name
      self.text = text
    }
  }

  package init(
    view: ActionView, proposedAt: Timestamp, notAfter: Timestamp, isShadow: Bool, isOpen: Bool,
    approval: Approval?, finding: Finding,
    stoppedShare: Double? = nil, objects: [WrittenObject] = [],
    neighbours: [Neighbour] = [], orders: [Order] = []
  ) {
    self.view = view
    self.proposedAt = proposedAt
    self.notAfter = notAfter
    self.isShadow = isShadow
    self.isOpen = isOpen
    self.approval = approval
    self.finding = finding
    self.stoppedShare = stoppedShare
    self.objects = objects
    self.neighbours = neighbours
    self.orders = orders
  }
}
