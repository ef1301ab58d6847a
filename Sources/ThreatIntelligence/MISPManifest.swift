internal import JSONNodes

/// The table of contents of a MISP feed: an object whose names are the events' ids.
package enum MISPManifest {
  /// The ids, in order; each is letters, digits and hyphens, so that it can be part of a path.
  package static func events(_ bytes: [UInt8]) throws(FetchFailure) -> [String] {
    let names = try FeedDocument.object(bytes).members.map(\.name)
    guard names.count <= ThreatLimits.pages else {
      throw .unreadable("\(names.count) events, more than \(ThreatLimits.pages)")
    }
    guard names.allSatisfy(isID) else { throw .unreadable("an event's id is no UUID") }
    return names.sorted()
  }

  private static func isID(_ name: String) -> Bool {
    name.utf8.count == 36
      && name.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x46).contains($0 & 0xDF) || $0 == 0x2D
      }
  }
}
