/// What an order would do if it were given now.
package struct OrderPreview: Codable, Equatable, Sendable {
  /// What would be written, and for which proxies.
  package struct WrittenObject: Codable, Equatable, Sendable {
    package var name: String
    package var text: String

    package init(name: String, text: String) {
      self.name = name
      self.text = text
    }
  }

  /// A proxy that would be told.
  package struct Place: Codable, Equatable, Sendable {
    package var proxy: String
    /// Why it cannot do it; nil if it can.
    package var incapacity: String?

    package init(proxy: String, incapacity: String?) {
      self.proxy = proxy
      self.incapacity = incapacity
    }
  }

  package var schemaVersion = 1
  package var subject: String
  package var stage: String
  /// RFC 3339 in UTC: the deadline inside the proxies, were it given now.
  package var notAfter: String
  /// Why it would be refused; nil if it would be carried out.
  package var refused: String?
  package var scope: [Place]
  /// How many are not shown: too many, or of namespaces that the caller does not see.
  package var scopeLeftOut: Int
  package var objects: [WrittenObject]
  /// The subject's part of the mesh's requests in the last five minutes, 0 to 1: so much is touched at
  /// most; of tighten-mtls the part of those to it that came without a certificate. Nil when nothing is
  /// known.
  package var trafficShare: Double?
  /// The requests it is made of, by the other end.
  package var calls: [ServiceView.Call]

  package init(
    subject: String, stage: String, notAfter: String, refused: String?, scope: [Place],
    scopeLeftOut: Int, objects: [WrittenObject], trafficShare: Double?, calls: [ServiceView.Call]
  ) {
    self.subject = subject
    self.stage = stage
    self.notAfter = notAfter
    self.refused = refused
    self.scope = scope
    self.scopeLeftOut = scopeLeftOut
    self.objects = objects
    self.trafficShare = trafficShare
    self.calls = calls
  }
}
