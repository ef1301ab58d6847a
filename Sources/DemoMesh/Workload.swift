package import MeshModel

/// One workload of the demonstration shop, and what it answers.
package struct Workload: Hashable, Sendable {
  package var name: String
  /// Paths that exist.
  package var paths: [String]
  /// A path that asks for credentials; nil for none.
  package var loginPath: String?
  /// Names of the workloads it calls.
  package var calls: [String]

  package init(_ name: String, paths: [String], loginPath: String? = nil, calls: [String]) {
    self.name = name
    self.paths = paths
    self.loginPath = loginPath
    self.calls = calls
  }

  package var principal: SPIFFEID {
    Self.principal(name)
  }

  package static let trustDomain = "shop.demo"

  package static func principal(_ name: String) -> SPIFFEID {
    let text = "spiffe://\(trustDomain)/ns/shop/sa/\(name)"
    guard let identity = try? SPIFFEID(parsing: text) else {
      preconditionFailure("\(text) must be a SPIFFE ID")
    }
    return identity
  }

  /// A shop of six workloads, behind the gateway `ingress`.
  package static let shop = [
    Workload("frontend", paths: ["/"], calls: ["catalog", "orders", "users"]),
    Workload("catalog", paths: ["/items"], calls: []),
    Workload("orders", paths: ["/cart", "/export"], calls: ["payments", "users"]),
    Workload("payments", paths: ["/pay"], loginPath: "/login", calls: []),
    Workload("users", paths: ["/profile"], calls: []),
    Workload("reports", paths: ["/daily"], calls: ["catalog", "orders", "payments", "users"]),
  ]
}
