internal import Testing
internal import TransparencyLog

struct SignedNoteTests {
  private static let seed = Array(0..<32) as [UInt8]
  private static let root = LogHash(plain: [1])

  private static func note(_ size: UInt64 = 5) throws -> (NoteSigner, SignedNote) {
    let signer = try NoteSigner(seed: seed)
    let checkpoint = Checkpoint(origin: signer.verifier.name, size: size, root: root)
    return (signer, try signer.sign(checkpoint))
  }

  @Test("a note that another implementation signed opens with its key, and with no other")
  func knownNote() throws {
    let key = try VerifierKey(
      parsing: "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    let text = """
      If you think cryptography is the answer to your problem,
      then you don't know what your problem is.

      """
    let bytes = Array(
      (text + """

        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

        """).utf8)
    let note = try SignedNote(parsing: bytes)
    #expect(try note.opened(by: key) == text)
    #expect(Array(note.description.utf8) == bytes)
    let other = try NoteSigner(seed: Self.seed).verifier
    #expect(throws: LogError.unsigned) { try note.opened(by: other) }
  }

  @Test("a checkpoint that was signed reads back, with its key as text")
  func roundTrip() throws {
    let (signer, note) = try Self.note()
    let key = try VerifierKey(parsing: signer.verifier.description)
    #expect(key == signer.verifier)
    let read = try SignedNote(parsing: Array(note.description.utf8))
    let checkpoint = try Checkpoint(read, signedBy: key)
    #expect(checkpoint.size == 5 && checkpoint.root == Self.root)
    let again = try NoteSigner(parsing: signer.secretText)
    #expect(again.verifier == key)
    #expect(try again.sign(checkpoint) == note)
  }

  @Test("a change of any byte of a signed checkpoint makes it worthless")
  func mutations() throws {
    let (signer, note) = try Self.note()
    let bytes = Array(note.description.utf8)
    for position in bytes.indices {
      for change: UInt8 in [1, 0x10, 0x20, 0x80] {
        var wrong = bytes
        wrong[position] ^= change
        #expect(throws: LogError.self) {
          _ = try Checkpoint(try SignedNote(parsing: wrong), signedBy: signer.verifier)
        }
      }
      #expect(throws: LogError.self) {
        _ = try Checkpoint(
          try SignedNote(parsing: Array(bytes[..<position])), signedBy: signer.verifier)
      }
    }
  }

  @Test("signatures of others stand beside the log's and change nothing")
  func others() throws {
    let (signer, note) = try Self.note()
    let witness = "— witness.example mJirIklj" + String(repeating: "A", count: 84) + "\n"
    let read = try SignedNote(parsing: Array((note.description + witness).utf8))
    #expect(try Checkpoint(read, signedBy: signer.verifier).size == 5)
    let many = note.description + String(repeating: witness, count: LogBounds.signatures)
    #expect(throws: LogError.self) { try SignedNote(parsing: Array(many.utf8)) }
  }

  @Test("a checkpoint of another log is refused, though the key's owner signed it")
  func origin() throws {
    let signer = try NoteSigner(seed: Self.seed)
    let note = try signer.sign(Checkpoint(origin: "elsewhere", size: 1, root: Self.root))
    #expect(throws: LogError.self) { try Checkpoint(note, signedBy: signer.verifier) }
  }

  @Test(
    "text that is no checkpoint is refused",
    arguments: [
      "", "o\n5\n", "o\n5\n\(Base64.text(root.bytes))", "\n5\n\(Base64.text(root.bytes))\n",
      "o\n05\n\(Base64.text(root.bytes))\n", "o\n+5\n\(Base64.text(root.bytes))\n",
      "o\n9223372036854775808\n\(Base64.text(root.bytes))\n",
      "o\n99999999999999999999999\n\(Base64.text(root.bytes))\n", "o\n5\nAAAA\n",
      "o\n5\n\(Base64.text(root.bytes))\n\n", "o\n5\n\(Base64.text(root.bytes).dropLast())\n",
    ])
  func badCheckpoints(text: String) {
    #expect(throws: LogError.self) { try Checkpoint(parsing: text) }
  }

  @Test(
    "bytes that are no note are refused",
    arguments: [
      "", "\n", "\n\n", "a\n\n", "a\n\nb\n", "a\n\n— b\n", "a\n\n— b AAAA\n", "a\n— b AAAAAAAA\n",
      "a\n\n— b+c AAAAAAAA\n", "a\n\n—  AAAAAAAA\n", "a\r\n\n— b AAAAAAAA\n",
      "a\u{1B}[31m\n\n— b AAAAAAAA\n", "a\n\n— b AAAAAAAA", "a\n\n— b AAAAAAA?\n",
      "a\n\n— b AAAAAAAA x\n", "a\n\n- b AAAAAAAA\n",
    ])
  func badNotes(text: String) {
    #expect(throws: LogError.self) { try SignedNote(parsing: Array(text.utf8)) }
  }

  @Test("a note larger than the bound is refused unread")
  func large() {
    #expect(throws: LogError.tooLarge(limit: LogBounds.noteBytes)) {
      try SignedNote(parsing: [UInt8](repeating: 0x61, count: LogBounds.noteBytes + 1))
    }
    #expect(throws: LogError.self) { try SignedNote(parsing: [0x61, 0xFF, 10, 10]) }
  }

  @Test(
    "text that is no key is refused",
    arguments: [
      "", "a", "a+b+c", "a+c74f20a3+",
      "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
      "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
      "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ])
  func badKeys(text: String) {
    #expect(throws: LogError.self) { try VerifierKey(parsing: text) }
    #expect(throws: LogError.self) { try NoteSigner(parsing: text) }
  }

  @Test("a proof carries its record to whoever holds the key, and no byte of it can be changed")
  func proofs() throws {
    let signer = try NoteSigner(seed: Self.seed)
    let records = (1...5).map { number in
      LogRecord(
        seq: UInt64(number), microseconds: 1, isIntent: false, action: nil,
        event: Array("load".utf8), detail: Array("d".utf8), body: nil)
    }
    let tree = LogTree(leaves: records.map(\.leaf))
    let root = try #require(tree.root(at: 5))
    let note = try signer.sign(
      Checkpoint(origin: signer.verifier.name, size: 5, root: root))
    for index in 0..<5 {
      let path = try #require(tree.inclusionProof(of: index, at: 5))
      let proof = RecordProof(
        record: records[index].bytes, index: UInt64(index), path: path, note: note)
      let bytes = Array(proof.description.utf8)
      let read = try RecordProof(parsing: bytes)
      #expect(try read.checkpoint(signedBy: signer.verifier).size == 5)
      #expect(try LogRecord(decoding: read.record) == records[index])
      for position in bytes.indices {
        var wrong = bytes
        wrong[position] ^= 1
        #expect(throws: LogError.self) {
          _ = try RecordProof(parsing: wrong).checkpoint(signedBy: signer.verifier)
        }
        #expect(throws: LogError.self) {
          _ = try RecordProof(parsing: Array(bytes[..<position])).checkpoint(
            signedBy: signer.verifier)
        }
      }
    }
  }

  @Test("Base 64 reads what it writes and nothing else")
  func base64() {
    for count in 0..<70 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 5) }
      #expect(Base64.bytes(Base64.text(bytes).utf8) == bytes)
    }
    #expect(Base64.text(Array("flyball".utf8)) == "Zmx5YmFsbA==")
    for text in [
      "A", "AA", "AAA", "AAAAA", "A===", "====", "AB==", "AAB=", "AA==AAAA", "AA=A", "AA A",
    ] {
      #expect(Base64.bytes(text.utf8) == nil)
    }
  }
}
