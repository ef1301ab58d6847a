internal import Foundation
internal import Synchronization

/// A server on a loopback address that answers each request as a test wants it, byte for byte.
///
/// Each connection has a thread of its own; it ends when the test ends the server, or with its client.
package final class LoopbackServer: Sendable {
  /// One request and the way to answer it.
  package struct Exchange: Sendable {
    package let head: String
    package let body: [UInt8]
    let descriptor: Int32

    /// False when the client is gone.
    @discardableResult
    package func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    @discardableResult
    package func write(_ bytes: [UInt8]) -> Bool {
      var sent = 0
      while sent < bytes.count {
        let count = bytes[sent...].withUnsafeBytes {
          send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { return false }
        sent += count
      }
      return true
    }

    /// A whole response.
    package func answer(_ status: Int, headers: [String] = [], _ body: [UInt8] = []) {
      let lines = ["HTTP/1.1 \(status) Status", "Content-Length: \(body.count)"] + headers
      write(lines.joined(separator: "\r\n") + "\r\n\r\n")
      write(body)
    }

    /// Waits for the client to go.
    package func waitForEnd() {
      var byte: UInt8 = 0
      while recv(descriptor, &byte, 1, 0) > 0 {}
    }
  }

  package let port: Int
  private let listener: Int32
  private let heads = Mutex<[String]>([])
  private let connections = Atomic(0)

  package init(
    on host: String = "127.0.0.1", _ handler: @escaping @Sendable (Exchange) -> Void
  ) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr(host)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutableBytes(of: &address) { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) { pointer in
        bind(listener, pointer.baseAddress, length) == 0 && listen(listener, 16) == 0
          && getsockname(listener, pointer.baseAddress, &length) == 0
      }
    }
    guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
    self.listener = listener
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread { [self] in accept(handler) }.start()
  }

  /// What was asked, in the order of its coming.
  package var requests: [String] { heads.withLock { $0 } }
  package var connectionCount: Int { connections.load(ordering: .relaxed) }

  package func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
  }

  private func accept(_ handler: @escaping @Sendable (Exchange) -> Void) {
    while true {
      let descriptor = Foundation.accept(listener, nil, nil)
      guard descriptor >= 0 else { break }
      connections.add(1, ordering: .relaxed)
      Thread { [self] in
        while let head = Self.head(descriptor), let body = Self.body(after: head, descriptor) {
          heads.withLock { $0.append(head) }
          handler(Exchange(head: head, body: body, descriptor: descriptor))
        }
        close(descriptor)
      }.start()
    }
    close(listener)
  }

  /// Nil at the end.
  private static func head(_ descriptor: Int32) -> String? {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while !bytes.suffix(4).elementsEqual(Array("\r\n\r\n".utf8)) {
      guard bytes.count < 65_536, recv(descriptor, &byte, 1, 0) == 1 else { return nil }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// As long as the head says; nil at an early end.
  private static func body(after head: String, _ descriptor: Int32) -> [UInt8]? {
    let name = "content-length:"
    let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name) }
    let count = line.flatMap { Int($0.dropFirst(name.count).drop { $0 == " " }) } ?? 0
    guard count > 0 else { return [] }
    var body = [UInt8](repeating: 0, count: count)
    return recv(descriptor, &body, count, Int32(MSG_WAITALL)) == count ? body : nil
  }
}
