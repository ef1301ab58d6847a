package import MeshModel

/// How a sender shows that a delivery is its own. At most eight keys, tokens or identities count.
package enum SenderProof: Sendable {
  /// `Authorization: Bearer`, a token of the form that operators have.
  case bearer([SenderToken])
  /// `X-Hub-Signature-256`: HMAC-SHA256 of the body. Nothing in it tells a copy from the first, so
  /// that only the ids of its signals do, for as long as those are known.
  case hubSignature([WebhookKey])
  /// Standard Webhooks 1.0: HMAC-SHA256 of id, time and body.
  case standardWebhooks([WebhookKey])
  /// The identity in its certificate.
  case certificate([SPIFFEID])
}
