/// How far a rule has been tried, as its author sees it.
package enum SigmaStatus: String, Hashable, Sendable, CaseIterable {
  case stable
  case test
  case experimental
  case deprecated
  case unsupported
}
