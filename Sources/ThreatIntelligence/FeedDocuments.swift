package import MeshModel

/// A version of a feed as it came: its documents, and by what it is known again.
package struct FeedDocuments: Hashable, Sendable {
  package var documents: [[UInt8]]
  package var mark: FeedMark
  package var fetchedAt: Timestamp
  /// What is known to be withdrawn, by versions that were not taken too; by ids.
  package var withdrawn: [String: Withdrawal]

  package init(
    documents: [[UInt8]], mark: FeedMark, fetchedAt: Timestamp,
    withdrawn: [String: Withdrawal] = [:]
  ) {
    self.documents = documents
    self.mark = mark
    self.fetchedAt = fetchedAt
    self.withdrawn = withdrawn
  }

  /// Reads them as they are written. What it throws no part of is taken.
  package func read(
    _ settings: FeedSettings, _ exclusions: IndicatorExclusions
  ) throws(FetchFailure) -> FeedVersion {
    var version = FeedVersion(terms: settings.terms, exclusions: exclusions, readAt: fetchedAt)
    switch settings.format {
    case .list(let format):
      for document in documents { try ListReader.read(document, as: format, into: &version) }
    case .misp:
      for document in documents { try MISPReader.read(document, into: &version) }
    case .stix, .taxii:
      var reader = STIXReader(into: version)
      for document in documents { try reader.read(document) }
      version = reader.finished()
    }
    version.revoke(withdrawn)
    return version
  }
}

/// By what a server or a file tells that a version is still the newest.
package struct FeedMark: Hashable, Sendable, Codable {
  package var etag: String?
  package var lastModified: String?
  /// Of a collection: when its newest object was added, as its server writes it, and when the whole of
  /// it was last read, in seconds since 1970.
  package var lastAdded: String?
  package var wholeReadAt: Int64?
  /// A hash of what says whether anything changed: of a list itself, of a MISP feed its manifest.
  package var digest: UInt64?

  package init(
    etag: String? = nil, lastModified: String? = nil, lastAdded: String? = nil,
    wholeReadAt: Int64? = nil, digest: UInt64? = nil
  ) {
    self.etag = etag
    self.lastModified = lastModified
    self.lastAdded = lastAdded
    self.wholeReadAt = wholeReadAt
    self.digest = digest
  }
}
