package import Yams

/// One document of a file of rules.
package enum SigmaDocument {
  case rule(SigmaRule)
  /// Not read any further: what it counts are rules, which may stand in other files.
  case correlation(Node)
}
