/// An indicator of an index that a request meets; `IndicatorIndex.indicator(of:in:)` tells the rest.
package struct IndicatorMatch: Hashable, Sendable {
  let record: UInt32
  package let confidence: UInt8
}
