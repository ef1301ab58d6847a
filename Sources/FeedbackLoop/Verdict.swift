package import MeshModel

/// What the evidence amounts to. No data is never success.
package enum Verdict: Hashable, Sendable, Codable {
  case effective
  case ineffective([Lack])
  case inconclusive([Lack])

  package var lacks: [Lack] {
    switch self {
    case .effective: []
    case .ineffective(let lacks), .inconclusive(let lacks): lacks
    }
  }

  package var text: String {
    switch self {
    case .effective: "effective"
    case .ineffective(let lacks): "ineffective: " + lacks.map(\.text).joined(separator: "; ")
    case .inconclusive(let lacks): "inconclusive: " + lacks.map(\.text).joined(separator: "; ")
    }
  }
}

/// A rung of proof, from the weakest to the strongest.
package enum Rung: String, Hashable, Sendable, Codable {
  case accepted
  case readback
  case behaviour
}

/// A rung that is missing or contradicted, and at which proxy; no proxy means anywhere.
package struct Lack: Hashable, Sendable, Codable {
  package var rung: Rung
  package var proxy: ProxyID?
  package var reason: String

  package init(rung: Rung, proxy: ProxyID?, reason: String) {
    self.rung = rung
    self.proxy = proxy
    self.reason = reason
  }

  /// What is lacking, whatever words it is told in.
  struct Place: Hashable, Sendable {
    var rung: Rung
    var proxy: ProxyID?
  }

  var place: Place { Place(rung: rung, proxy: proxy) }

  package var text: String {
    "\(rung.rawValue)\(proxy.map { " at \($0)" } ?? ""): \(reason)"
  }
}
