package import MeshModel
internal import Access
internal import TransparencyLog

extension SenderProof {
  /// Whether the delivery is the sender's own, decided before any of it is parsed.
  package func check(
    _ delivery: SignalDelivery, at now: Timestamp
  ) throws(AuthenticityRefusal) -> Authenticity {
    switch self {
    case .bearer(let tokens): try Self.bearer(tokens.prefix(SignalBounds.keys), delivery, now)
    case .hubSignature(let keys): try Self.hub(keys.prefix(SignalBounds.keys), delivery, now)
    case .standardWebhooks(let keys):
      try Self.standard(keys.prefix(SignalBounds.keys), delivery, now)
    case .certificate(let identities): try Self.certificate(identities, delivery)
    }
  }

  private static func bearer(
    _ tokens: ArraySlice<SenderToken>, _ delivery: SignalDelivery, _ now: Timestamp
  ) throws(AuthenticityRefusal) -> Authenticity {
    let header = try only("authorization", of: delivery)
    guard header.prefix(scheme.count).lowercased() == scheme,
      let token = AccessToken(parsing: header.dropFirst(scheme.count))
    else { throw .malformedProof }
    guard let known = tokens.first(where: { $0.id == token.id }) else { throw .unknownKey }
    guard known.digest == token.digest else { throw .wrongSignature }
    guard now < known.expires else { throw .expired(id: "token \(known.id)") }
    return Authenticity(provedBy: "token \(known.id)", replayKey: nil)
  }

  private static func hub(
    _ keys: ArraySlice<WebhookKey>, _ delivery: SignalDelivery, _ now: Timestamp
  ) throws(AuthenticityRefusal) -> Authenticity {
    let header = try only("x-hub-signature-256", of: delivery)
    guard header.hasPrefix(hubPrefix),
      let signature = Hexadecimal.bytes(header.dropFirst(hubPrefix.count)),
      signature.count == Digest.byteCount
    else { throw .malformedProof }
    let key = try signer([signature], of: [delivery.body], keys, now)
    return Authenticity(provedBy: key.description, replayKey: nil)
  }

  private static func standard(
    _ keys: ArraySlice<WebhookKey>, _ delivery: SignalDelivery, _ now: Timestamp
  ) throws(AuthenticityRefusal) -> Authenticity {
    let id = try only("webhook-id", of: delivery)
    let stamp = try only("webhook-timestamp", of: delivery)
    let header = try only("webhook-signature", of: delivery)
    // A point within the id would let id and time be told apart in two ways.
    guard (1...SignalBounds.webhookIDBytes).contains(id.utf8.count),
      id.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ".") }),
      (1...12).contains(stamp.utf8.count),
      stamp.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int64(stamp)
    else { throw .malformedProof }
    let parts = header.split(separator: " ")
    guard (1...SignalBounds.signatures).contains(parts.count) else { throw .malformedProof }
    // Versions other than ours, of senders that use several, are passed over.
    let signatures = parts.filter { $0.hasPrefix(version) }.compactMap {
      Base64.bytes(Array($0.utf8.dropFirst(version.utf8.count)))
    }
    guard !signatures.isEmpty else { throw .malformedProof }
    let key = try signer(
      signatures, of: [Array("\(id).\(stamp).".utf8), delivery.body], keys, now)
    let age = now.second - seconds
    guard age <= SignalBounds.toleranceSeconds else { throw .tooOld(seconds: age) }
    guard age >= -SignalBounds.toleranceSeconds else { throw .ahead(seconds: -age) }
    return Authenticity(provedBy: key.description, replayKey: id)
  }

  private static func certificate(
    _ identities: [SPIFFEID], _ delivery: SignalDelivery
  ) throws(AuthenticityRefusal) -> Authenticity {
    guard let peer = delivery.peer else { throw .noProof }
    guard identities.prefix(SignalBounds.keys).contains(peer) else { throw .unknownKey }
    return Authenticity(provedBy: peer.description, replayKey: nil)
  }

  /// The key that made one of the signatures. Each is tried, so that the time tells nothing of which.
  private static func signer(
    _ signatures: [[UInt8]], of parts: [[UInt8]], _ keys: ArraySlice<WebhookKey>, _ now: Timestamp
  ) throws(AuthenticityRefusal) -> WebhookKey {
    var signer: WebhookKey?
    for key in keys {
      let code = key.signature(of: parts)
      for signature in signatures where Digest.isEqual(signature, code) { signer = key }
    }
    guard let signer else { throw .wrongSignature }
    guard signer.isLive(at: now) else { throw .expired(id: signer.description) }
    return signer
  }

  private static func only(
    _ name: String, of delivery: SignalDelivery
  ) throws(AuthenticityRefusal) -> String {
    guard let values = delivery.headers[name], let value = values.first else { throw .noProof }
    guard values.count == 1 else { throw .severalProofs }
    guard value.utf8.count <= SignalBounds.credentialBytes else { throw .malformedProof }
    return value
  }

  private static let scheme = "bearer "
  private static let hubPrefix = "sha256="
  private static let version = "v1,"
}
