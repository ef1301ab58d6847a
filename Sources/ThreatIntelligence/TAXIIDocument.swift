internal import JSONNodes

/// What a TAXII 2.1 server says of itself and of its pages.
///
/// Source: TAXII 2.1 (OASIS, 2021), 4.1 (discovery), 5.1 (collections), 3.7 (envelopes).
package enum TAXIIDocument {
  /// The API roots of a server's discovery, the default one first; nil when it is no discovery.
  package static func apiRoots(_ bytes: [UInt8]) throws(FetchFailure) -> [String]? {
    let document = try FeedDocument.object(bytes)
    guard let roots = document["api_roots"]?.array else { return nil }
    let all = roots.compactMap(\.string).filter { $0.utf8.count <= ThreatLimits.linkBytes }
    let first = document["default"]?.string
    return Array(
      (all.filter { $0 == first } + all.filter { $0 != first })
        .prefix(ThreatLimits.roots))
  }

  /// The id of the collection that is called so, by its id, its alias or its title; nil when there is
  /// none that may be read.
  package static func collection(
    _ name: String, in bytes: [UInt8]
  ) throws(FetchFailure) -> String? {
    let document = try FeedDocument.object(bytes)
    let all = (document["collections"]?.array ?? []).prefix(ThreatLimits.collections)
      .compactMap(\.object)
    for key in ["id", "alias", "title"] {
      let found = all.first { $0[key]?.string == name && FeedDocument.isTrue($0["can_read"]) }
      if let id = found?["id"]?.string, !id.isEmpty { return id }
    }
    return nil
  }

  /// What a page says of the pages behind it.
  package struct Page: Hashable, Sendable {
    package let isEmpty: Bool
    package let hasMore: Bool
    /// What the server wants to be asked for next.
    package let next: String?
  }

  package static func page(_ bytes: [UInt8]) throws(FetchFailure) -> Page {
    let document = try FeedDocument.object(bytes)
    return Page(
      isEmpty: document["objects"]?.array?.isEmpty ?? true,
      hasMore: FeedDocument.isTrue(document["more"]),
      next: document["next"]?.string.flatMap {
        $0.utf8.count <= ThreatLimits.linkBytes ? $0 : nil
      })
  }
}
