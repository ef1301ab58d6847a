/// Why a text is not read, and at which byte.
package struct JSONFailure: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Reason: Hashable, Sendable {
    case tooLarge
    case tooDeep
    case tooManyNodes
    case endOfText
    case unexpectedByte
    case textAfterValue
    case invalidUTF8
    case invalidEscape
    case loneSurrogate
    case controlCharacter
    case invalidNumber
    /// Readers differ on which of the two counts, so one of them would be deceived.
    case duplicateName
  }

  package let reason: Reason
  package let offset: Int

  package var description: String {
    let what =
      switch reason {
      case .tooLarge: "the text is too large"
      case .tooDeep: "nested too deeply"
      case .tooManyNodes: "too many values"
      case .endOfText: "the text ends within a value"
      case .unexpectedByte: "not JSON"
      case .textAfterValue: "more text after the value"
      case .invalidUTF8: "not UTF-8"
      case .invalidEscape: "no such escape"
      case .loneSurrogate: "half of a surrogate pair"
      case .controlCharacter: "a control character within a string"
      case .invalidNumber: "not a number"
      case .duplicateName: "a name that its object has already"
      }
    return "byte \(offset): \(what)"
  }
}
