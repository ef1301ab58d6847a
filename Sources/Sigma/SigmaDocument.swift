/// One document of a file of rules.
package enum SigmaDocument {
  case rule(SigmaRule)
  case correlation(SigmaCorrelation)
}
