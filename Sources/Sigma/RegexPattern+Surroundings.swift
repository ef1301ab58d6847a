extension RegexPattern {
  /// Whether it may ask for what stands before or after what it matches.
  ///
  /// Any other that matches within a field also matches where more text stands around the field. Says
  /// yes needlessly where that is simpler.
  var mayAskForSurroundings: Bool {
    var isEscaped = false
    var beginsClass = false
    for byte in source.utf8 {
      if isEscaped {
        if "AbBGzZ".utf8.contains(byte) { return true }
        (isEscaped, beginsClass) = (false, false)
        continue
      }
      switch byte {
      case UInt8(ascii: "$"): return true
      case UInt8(ascii: "^") where !beginsClass: return true
      default:
        isEscaped = byte == UInt8(ascii: "\\")
        beginsClass = byte == UInt8(ascii: "[")
      }
    }
    return false
  }
}
