internal import Glibc

/// Finds loopback ports that nobody uses.
package enum FreePort {
  /// Distinct ports that were free a moment ago. All are held until the last is found.
  package static func find(_ count: Int) -> [Int] {
    var sockets: [Int32] = []
    var ports: [Int] = []
    for _ in 0..<count {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
          _ = bind(descriptor, pointer, length)
          _ = getsockname(descriptor, pointer, &length)
        }
      }
      sockets.append(descriptor)
      ports.append(Int(UInt16(bigEndian: address.sin_port)))
    }
    for descriptor in sockets { close(descriptor) }
    return ports
  }
}
