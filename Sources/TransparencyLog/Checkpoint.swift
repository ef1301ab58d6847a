/// The state of a log at one size (C2SP tlog-checkpoint).
package struct Checkpoint: Hashable, Sendable {
  package let origin: String
  package let size: UInt64
  package let root: LogHash

  package init(origin: String, size: UInt64, root: LogHash) {
    self.origin = origin
    self.size = size
    self.root = root
  }

  /// Reads the text of a note. Lines after the third extend it, and say nothing to us.
  package init(parsing text: String) throws(LogError) {
    let lines = text.utf8.split(separator: 10, omittingEmptySubsequences: false)
    guard lines.count >= 4, lines.last?.isEmpty == true,
      lines.dropLast().allSatisfy({ !$0.isEmpty })
    else { throw .malformed("a checkpoint is lines of origin, size and root") }
    origin = String(Substring(lines[0]))
    guard let size = Self.decimal(lines[1]) else { throw .malformed("not a size") }
    self.size = size
    guard let root = Base64.bytes(lines[2]).flatMap({ LogHash($0) }) else {
      throw .malformed("not a root")
    }
    self.root = root
  }

  /// A note that the key's owner signed, about the log of that name.
  package init(_ note: SignedNote, signedBy key: VerifierKey) throws(LogError) {
    try self.init(parsing: try note.opened(by: key))
    guard origin == key.name else { throw .malformed("it is of another log") }
  }

  package var text: String {
    "\(origin)\n\(size)\n\(Base64.text(root.bytes))\n"
  }

  /// A number below 2^63 without sign and leading zeros.
  static func decimal(_ digits: some Collection<UInt8>) -> UInt64? {
    guard let first = digits.first, digits.count <= 19, digits.count == 1 || first != 0x30 else {
      return nil
    }
    var number: UInt64 = 0
    for digit in digits {
      guard (0x30...0x39).contains(digit) else { return nil }
      number = number &* 10 &+ UInt64(digit - 0x30)
    }
    return number <= Int64.max ? number : nil
  }
}
