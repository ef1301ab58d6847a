import Foundation
import Sigma

/// Regular expressions by Foundation's engine, for texts that are UTF-8.
enum Expressions {
  static func match(_ pattern: RegexPattern, _ text: ArraySlice<UInt8>) -> Bool {
    var options: NSRegularExpression.Options = []
    if pattern.ignoresCase { options.insert(.caseInsensitive) }
    if pattern.isMultiline { options.insert(.anchorsMatchLines) }
    if pattern.dotMatchesLineEnds { options.insert(.dotMatchesLineSeparators) }
    guard let expression = try? NSRegularExpression(pattern: pattern.source, options: options)
    else { return false }
    let string = String(decoding: text, as: UTF8.self)
    let range = NSRange(string.startIndex..., in: string)
    return expression.firstMatch(in: string, range: range) != nil
  }
}
