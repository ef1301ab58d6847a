/// Where a browser says that a request comes from.
package struct RequestOrigin: Hashable, Sendable {
  /// Every `Origin` header, and every `Sec-Fetch-Site`.
  package var origins: [String]
  package var fetchSites: [String]

  package init(origins: [String], fetchSites: [String]) {
    self.origins = origins
    self.fetchSites = fetchSites
  }

  /// Whether it may change something: a page of ours sent it, or no browser did.
  ///
  /// Certificates and cookies are shown by browsers for whichever page asks them to.
  package func isOwn(_ hosts: HostList, isSecure: Bool) -> Bool {
    guard origins.count <= 1, fetchSites.count <= 1 else { return false }
    if let site = fetchSites.first, site != "same-origin", site != "none" { return false }
    if let origin = origins.first { return hosts.isOwnOrigin(origin, isSecure: isSecure) }
    return true
  }
}
