internal import Access
internal import Foundation
internal import Signals

/// Files that hold what is not to stand in the configuration.
enum SecretFile {
  /// One line without blanks.
  static func token(in path: String) throws(SecretFileError) -> String {
    let text = try lines(of: path).joined(separator: " ")
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw SecretFileError("\(path) holds no token: one line of printable ASCII")
    }
    return text
  }

  static func address(in path: String) throws(SecretFileError) -> WebAddress {
    let text = try lines(of: path).joined(separator: " ")
    guard let address = WebAddress(text, mayHaveQuery: true) else {
      throw SecretFileError(
        "\(path) holds no address such as https://hooks.example/services/x")
    }
    return address
  }

  /// A key a line: the first is the one in use, others are those it replaces.
  static func keys(in path: String) throws(SecretFileError) -> [WebhookKey] {
    let keys = try lines(of: path).enumerated().map { number, line throws(SecretFileError) in
      guard let key = WebhookKey(id: "\(number + 1)", standardWebhooks: line) else {
        throw SecretFileError(
          "\(path), line \(number + 1), is no key: whsec_ and 24 to 64 bytes in base 64")
      }
      return key
    }
    guard (1...SignalBounds.keys).contains(keys.count) else {
      throw SecretFileError("\(path) holds \(keys.count) keys, not 1 to \(SignalBounds.keys)")
    }
    return keys
  }

  private static func lines(of path: String) throws(SecretFileError) -> [String] {
    guard let file = FileHandle(forReadingAtPath: path),
      // The message covers every reason.
      let data = try? file.read(upToCount: maximumBytes + 1), data.count <= maximumBytes,
      let text = String(data: data, encoding: .utf8)
    else {
      throw SecretFileError(
        "\(path) cannot be read, or is not text of \(maximumBytes) bytes at most")
    }
    return text.split(whereSeparator: \.isNewline).map {
      $0.trimmingCharacters(in: .whitespaces)
    }.filter { !$0.isEmpty }
  }

  private static let maximumBytes = 16_384
}

struct SecretFileError: Error, Sendable, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
