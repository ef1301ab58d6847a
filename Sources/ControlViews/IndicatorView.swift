/// What a request met of a feed, and who says so. Times are RFC 3339 in UTC.
package struct IndicatorView: Codable, Equatable, Sendable {
  /// The feed's name in the configuration.
  package var feed: String
  /// The entry's id there; of a list the number of its line.
  package var entry: String
  /// address, domain, url, agent or fingerprint.
  package var kind: String
  /// As the feed has it; cut.
  package var value: String
  /// 0 to 100.
  package var confidence: Int
  /// From when the feed lists it, or, where it does not say, when it was read.
  package var since: String?
  package var until: String?
  /// Where more is written about it, in the feed's words.
  package var link: String?

  package init(
    feed: String, entry: String, kind: String, value: String, confidence: Int, since: String?,
    until: String?, link: String?
  ) {
    self.feed = feed
    self.entry = entry
    self.kind = kind
    self.value = value
    self.confidence = confidence
    self.since = since
    self.until = until
    self.link = link
  }
}
