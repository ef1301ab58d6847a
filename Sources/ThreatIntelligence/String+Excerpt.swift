internal import MeshModel

extension String {
  /// As much of it as is shown of a refused entry, without control characters.
  package init(excerpt text: some StringProtocol) {
    let cut = String(cutting: text, toBytes: ThreatLimits.excerptBytes)
    self.init(
      String.UnicodeScalarView(
        cut.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
  }
}
