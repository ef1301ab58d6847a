internal import JSONNodes
internal import MeshModel

/// Reads STIX 2.1 bundles and TAXII 2.1 envelopes, page by page, into one version of a feed.
///
/// Only indicators are read. Of several versions of one, by `modified`, the newest counts, whatever
/// page it stands on. Source: STIX 2.1 (OASIS, 2021), 3.6 (versions), 4.7 (indicators); TAXII 2.1
/// (OASIS, 2021), 3.7 (envelopes).
package struct STIXReader {
  private var version: FeedVersion
  /// In the order of their first appearance.
  private var entries: [Entry] = []
  private var positions: [String: Int] = [:]
  /// Of all entries, within what the feed may have.
  private var weight = 0
  private var revokedCount = 0

  private struct Entry {
    let id: String
    let modified: Timestamp
    let content: Content

    enum Content {
      case indicator(STIXIndicator)
      case revoked
      case rejected(Rejection.Reason)
    }

    /// What it takes of the room for entries: nothing if it withdraws one, or else a version that is
    /// refused as grown would lose what it withdraws.
    var weight: Int {
      switch content {
      case .indicator(let indicator): max(1, indicator.values.count + indicator.rejections.count)
      case .rejected: 1
      case .revoked: 0
      }
    }
  }

  package init(into version: FeedVersion) {
    self.version = version
  }

  /// Reads a bundle or an envelope. What throws has changed nothing.
  package mutating func read(_ bytes: [UInt8]) throws(FetchFailure) {
    let document = try FeedDocument.object(bytes)
    // An envelope has no type.
    guard document["type"] == nil || document["type"]?.string == "bundle" else {
      throw .unreadable("neither a bundle nor an envelope")
    }
    let objects = document["objects"] ?? .array([])
    guard let objects = objects.array else { throw .unreadable("objects are no array") }
    for node in objects { read(node) }
  }

  /// All that the pages held.
  package func finished() -> FeedVersion {
    var version = version
    for entry in entries {
      switch entry.content {
      case .revoked: version.revoke(id: entry.id, modified: entry.modified)
      case .rejected(let reason): version.reject(id: entry.id, reason)
      case .indicator(let indicator):
        for reason in indicator.rejections { version.reject(id: entry.id, reason) }
        for value in indicator.values {
          version.add(
            value, id: entry.id, link: indicator.link, confidence: indicator.confidence,
            validFrom: indicator.validFrom, validUntil: indicator.validUntil,
            modified: entry.modified)
        }
      }
    }
    return version
  }

  private mutating func read(_ node: JSONNode) {
    guard let object = node.object, let type = object["type"]?.string else {
      return version.reject(id: "-", .unreadable("an object without a type"))
    }
    guard type == "indicator" else { return version.passOver() }
    guard let id = object["id"]?.string, !id.isEmpty, id.utf8.count <= ThreatLimits.idBytes else {
      return version.reject(id: "-", .unreadable("an indicator without an id"))
    }
    guard let modified = FeedDocument.time(object["modified"]) else {
      return version.reject(id: id, .unreadable("no time of modification"))
    }
    keep(Entry(id: id, modified: modified, content: content(of: object)))
  }

  private func content(of object: JSONObject) -> Entry.Content {
    if FeedDocument.isTrue(object["revoked"]) { return .revoked }
    do throws(STIXProblem) {
      return .indicator(try STIXIndicator(object))
    } catch {
      return .rejected(error.reason)
    }
  }

  private mutating func keep(_ entry: Entry) {
    let position = positions[entry.id]
    let former = position.map { entries[$0] }
    if let former, entry.modified <= former.modified { return }
    let weight = weight + entry.weight - (former?.weight ?? 0)
    guard weight <= version.terms.mostEntries else { return version.overflow() }
    if case .revoked = entry.content {
      guard revokedCount < ThreatLimits.indicators else { return version.overflow() }
      revokedCount += 1
    }
    self.weight = weight
    if let position {
      entries[position] = entry
    } else {
      positions[entry.id] = entries.count
      entries.append(entry)
    }
  }
}
