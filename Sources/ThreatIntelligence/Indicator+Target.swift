internal import MeshModel

extension Indicator.Value {
  /// An address, a block, a name or a URL, told apart by its form.
  ///
  /// `*.name` and `.name` stand for the name and all below it, whatever `subdomains` says.
  package init?(target text: some StringProtocol, subdomains: Bool) {
    if let range = IPPrefix(range: text) {
      self = .range(range)
    } else if text.contains("://") {
      guard let url = RequestURL(text) else { return nil }
      self = .url(url)
    } else {
      let dots = text.hasPrefix("*.") ? 2 : text.hasPrefix(".") ? 1 : 0
      guard let name = DomainName(text.dropFirst(dots)) else { return nil }
      self = .domain(name, subdomains: subdomains || dots > 0)
    }
  }
}
