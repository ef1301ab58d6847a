package import Access

/// Who is told, and what is said of us.
package struct NotificationTerms: Hashable, Sendable {
  /// Which Flyball this is, for receivers of several.
  package var instance: String
  /// Where browsers find the console; nil where notices have no links.
  package var address: WebAddress?
  package var receivers: [NoticeReceiver]

  package init(instance: String, address: WebAddress?, receivers: [NoticeReceiver]) {
    self.instance = instance
    self.address = address
    self.receivers = receivers
  }

  package var writer: NoticeWriter { NoticeWriter(origin: instance, address: address) }

  /// What our CloudEvents name as their source.
  package var source: String { address?.description ?? "urn:flyball:\(instance)" }
}
