internal import Glibc

extension ConfigurationFile {
  /// Whether each address can be listened on. `own`: addresses a daemon of ours holds, which are
  /// left alone. Nothing is bound for longer than the question takes.
  package func portChecks(own: Set<String>) -> [ConfigurationCheck] {
    var addresses = [(Field.proxies, configuration.proxies), (.admin, configuration.admin)]
    if let otlp = configuration.otlp { addresses.append((.otlp, otlp.address)) }
    if let api = configuration.api { addresses.append((.api, api.address)) }
    if let signals = configuration.signals { addresses.append((.signals, signals.address)) }
    return addresses.map { field, address in
      if own.contains(address.description) {
        return ConfigurationCheck(
          what: field.name, outcome: .sound("\(address) is the running daemon's"))
      }
      guard let failure = Self.bindFailure(address) else {
        return ConfigurationCheck(what: field.name, outcome: .sound("\(address) is free"))
      }
      let fix: String
      switch failure {
      case EADDRINUSE: fix = "stop what listens there ('ss -ltnp' names it), or choose another port"
      case EADDRNOTAVAIL: fix = "choose an address of this machine ('ip addr' lists them)"
      case EACCES: fix = "choose a port above 1023, or allow this user the port"
      default: fix = "choose another address"
      }
      return check(
        field.name, field,
        wrong: "\(field.name): cannot listen on \(address): \(String(cString: strerror(failure)))",
        fix: fix)
    }
  }

  /// The error number; nil when the address can be had.
  private static func bindFailure(_ address: Configuration.Address) -> Int32? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
    guard descriptor >= 0 else { return errno }
    defer { close(descriptor) }
    // As the servers do, so that connections that are still ending do not count.
    var isOn: Int32 = 1
    setsockopt(
      descriptor, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout<Int32>.size))
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = in_port_t(UInt16(clamping: address.port)).bigEndian
    guard inet_pton(AF_INET, address.host, &name.sin_addr) == 1 else { return EINVAL }
    let code = withUnsafePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return code == 0 ? nil : errno
  }
}
