package import MeshModel

/// An access log entry with all that Flyball reads of it, also what is rarely asked.
package struct AccessLogRecord: Hashable, Sendable {
  /// Of its path and authority, those of `request` count.
  package var entry: AccessLogEntry
  package var request: RequestFields
  package var metadata: EntryMetadata
  package var fingerprints: ClientFingerprints

  package init(
    _ entry: AccessLogEntry, request: RequestFields, metadata: EntryMetadata,
    fingerprints: ClientFingerprints = ClientFingerprints()
  ) {
    self.entry = entry
    self.request = request
    self.metadata = metadata
    self.fingerprints = fingerprints
  }

  /// `bytes`: those that the entry was read from.
  package init(
    _ entry: AccessLogEntry, _ bytes: borrowing RawSpan
  ) throws(MalformedMessage) {
    self.entry = entry
    request =
      entry.transport == .http
      ? try RequestFields(bytes, entry.content.range) : RequestFields()
    metadata = try EntryMetadata(entry, bytes)
    fingerprints = try ClientFingerprints(bytes, entry.content.range)
  }
}
