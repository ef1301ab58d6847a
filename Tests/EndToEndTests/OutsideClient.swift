internal import DemoMesh
internal import Foundation

/// A client with an address of its own, though it never leaves the machine: connections to loopback
/// from the machine's other address.
final class OutsideClient: Sendable {
  static let ownAddresses: [String] = {
    var list: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&list) == 0 else { return [] }
    defer { freeifaddrs(list) }
    var found: [String] = []
    var next = list
    while let entry = next {
      next = entry.pointee.ifa_next
      guard let address = entry.pointee.ifa_addr, address.pointee.sa_family == AF_INET else {
        continue
      }
      var text = [CChar](repeating: 0, count: Int(INET_ADDRSTRLEN))
      address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        _ = inet_ntop(AF_INET, &$0.pointee.sin_addr, &text, socklen_t(INET_ADDRSTRLEN))
      }
      let name = String(
        decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if !name.hasPrefix("127."), !name.hasPrefix("169.254.") { found.append(name) }
    }
    return found
  }()

  private let descriptor: Int32

  init(from address: String, toLoopback port: Int) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var own = Self.address(address, 0)
    var other = Self.address("127.0.0.1", UInt16(port))
    var timeout = timeval(tv_sec: 3, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isConnected =
      withUnsafePointer(to: &own) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
      } == 0
      && withUnsafePointer(to: &other) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
      } == 0
    guard isConnected else { throw DemoError("cannot connect from \(address)") }
  }

  deinit { close(descriptor) }

  /// The status of a GET on the one connection, with a forged header that names another client.
  func status(of path: String, agent: String = "test") throws -> Int {
    let forged = "X-Forwarded-For: 198.51.100.\(UInt8.random(in: 1...250))"
    let lines = ["GET \(path) HTTP/1.1", "Host: shop", "User-Agent: \(agent)", forged, "", ""]
    let request = Array(lines.joined(separator: "\r\n").utf8)
    guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count
    else { throw DemoError("the connection is gone") }
    var response = ""
    var buffer = [UInt8](repeating: 0, count: 4_096)
    repeat {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { throw DemoError("no answer") }
      response += String(decoding: buffer[..<count], as: UTF8.self)
    } while !Self.isWhole(response)
    return Int(response.split(separator: " ")[1]) ?? 0
  }

  private static func isWhole(_ response: String) -> Bool {
    guard let head = response.firstRange(of: "\r\n\r\n") else { return false }
    let length = response[..<head.lowerBound].lowercased().split(separator: "\r\n")
      .first { $0.hasPrefix("content-length:") }
      .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) }
    return response[head.upperBound...].utf8.count >= length ?? 0
  }

  private static func address(_ text: String, _ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    inet_pton(AF_INET, text, &address.sin_addr)
    return address
  }
}
