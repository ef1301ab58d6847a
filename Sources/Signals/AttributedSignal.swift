/// A signal with whom it is about.
package struct AttributedSignal: Hashable, Sendable, Codable {
  package let signal: Signal
  package let attribution: SignalAttribution

  package init(_ signal: Signal, _ attribution: SignalAttribution) {
    self.signal = signal
    self.attribution = attribution
  }

  var isResolved: Bool {
    switch signal.status {
    case .firing, .occurred: false
    case .resolved: true
    }
  }
}
