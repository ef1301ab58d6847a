internal import DemoMesh
internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Sends bytes as they are, over TLS where roots are given, and takes what comes back, well formed or not.
struct RawClient {
  let port: Int
  var roots: String?
  var certificate: CertificateAuthority.Files?

  /// What came back: nil where the connection was closed without a word.
  struct Answer {
    var status: Int
    var headers: [(name: String, value: String)]
    var body: String

    func header(_ name: String) -> String? {
      headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    init?(_ text: String) {
      guard let end = text.range(of: "\r\n\r\n") else { return nil }
      var lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
      let words = lines.removeFirst().split(separator: " ")
      guard words.count >= 2, let status = Int(words[1]) else { return nil }
      self.status = status
      headers = lines.compactMap { line in
        line.range(of: ": ").map {
          (String(line[..<$0.lowerBound]), String(line[$0.upperBound...]))
        }
      }
      body = String(text[end.upperBound...])
    }

    var isWhole: Bool {
      guard let length = header("Content-Length").flatMap({ Int($0) }) else { return false }
      return body.utf8.count >= length
    }
  }

  /// The pieces are sent one after the other, `pause` apart. Ends with the answer, with the
  /// connection, or after `seconds`.
  func send(
    _ pieces: [String], pause: Duration = .zero, seconds: Int = 10
  ) async throws -> (answer: Answer?, isClosed: Bool) {
    let channel = try await connect()
    return try await channel.executeThenClose { inbound, outbound in
      try await withThrowingTaskGroup(of: (String, Bool)?.self) { group in
        group.addTask {
          for piece in pieces {
            // Whoever is cut off in the middle sees it below.
            try? await outbound.write(ByteBuffer(string: piece))
            try await Task.sleep(for: pause)
          }
          return nil
        }
        group.addTask { await Self.take(inbound) }
        let channel = channel.channel
        group.addTask {
          try await Task.sleep(for: .seconds(seconds))
          channel.close(promise: nil)
          return ("", false)
        }
        defer { group.cancelAll() }
        while let result = try await group.next() {
          if let (text, isClosed) = result { return (Answer(text), isClosed) }
        }
        return (nil, false)
      }
    }
  }

  func send(_ text: String) async throws -> Answer? {
    try await send([text]).answer
  }

  private static func take(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>) async -> (
    String, Bool
  ) {
    var text = ""
    do {
      for try await buffer in inbound {
        text += String(buffer: buffer)
        if let answer = Answer(text), answer.isWhole || answer.header("Content-Length") == nil {
          return (text, false)
        }
      }
    } catch {
      // Closed without the end of TLS: what came until then counts.
    }
    return (text, true)
  }

  private func connect() async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
    let context = try roots.map { try Self.security(trusting: $0, certificate) }
    return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          if let context {
            try channel.pipeline.syncOperations.addHandler(
              NIOSSLClientHandler(context: context, serverHostname: "localhost"))
          }
          return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
  }

  private static func security(
    trusting roots: String, _ certificate: CertificateAuthority.Files?
  ) throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.trustRoots = .file(roots)
    if let certificate {
      configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(certificate.certificate)
        .map { .certificate($0) }
      configuration.privateKey = .privateKey(
        try NIOSSLPrivateKey(file: certificate.key, format: .pem))
    }
    return try NIOSSLContext(configuration: configuration)
  }
}
