package import JSONNodes

/// How JSON of any shape becomes signals.
package struct SignalMapping: Hashable, Sendable {
  package enum TimeForm: String, Hashable, Sendable, CaseIterable {
    case rfc3339
    /// Since 1970, as a number or a text of digits.
    case seconds
    case milliseconds
  }

  /// An array of signals; the whole is one signal where there is none.
  package let signals: JSONPointer?
  package let id: JSONPointer
  package let time: JSONPointer
  package let timeForm: TimeForm
  package let fields: SignalFields

  package init(
    signals: JSONPointer? = nil, id: JSONPointer, time: JSONPointer, timeForm: TimeForm = .rfc3339,
    fields: SignalFields
  ) {
    self.signals = signals
    self.id = id
    self.time = time
    self.timeForm = timeForm
    self.fields = fields
  }
}
