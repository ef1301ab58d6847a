/// Who calls whom, as the proxies report it.
package struct MeshGraph: Sendable {
  package var services: [Service]
  package var calls: [Call]
  /// Of how many seconds the figures are.
  package var seconds: Int

  package struct Service: Sendable {
    /// A SPIFFE ID, or the name by which it was called.
    package var id: String
    package var name: String
    package var namespace: String?
    package var isGateway: Bool
    /// The open action against it, and what it does.
    package var action: Action?

    package init(
      id: String, name: String, namespace: String?, isGateway: Bool, action: Action? = nil
    ) {
      self.id = id
      self.name = name
      self.namespace = namespace
      self.isGateway = isGateway
      self.action = action
    }
  }

  package struct Action: Sendable {
    package var id: String
    package var stage: String

    package init(id: String, stage: String) {
      self.id = id
      self.stage = stage
    }
  }

  package struct Call: Sendable {
    package var from: String
    package var to: String
    package var perSecond: Double
    /// Of its requests: failed, refused, and with a verified certificate on both sides; 0 to 1.
    package var failed: Double
    package var denied: Double
    /// Nil where nobody tells.
    package var mutual: Double?

    package init(
      from: String, to: String, perSecond: Double, failed: Double, denied: Double, mutual: Double?
    ) {
      self.from = from
      self.to = to
      self.perSecond = perSecond
      self.failed = failed
      self.denied = denied
      self.mutual = mutual
    }
  }

  package init(services: [Service], calls: [Call], seconds: Int) {
    self.services = services
    self.calls = calls
    self.seconds = seconds
  }
}
