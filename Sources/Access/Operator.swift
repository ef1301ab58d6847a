/// Somebody whose identity was proved, and what it may do.
package struct Operator: Hashable, Sendable, CustomStringConvertible {
  /// One name for one person, however the person was known: approvals by two need two names.
  package let name: String
  package let grants: [Grant]
  package let via: Via

  /// How an operator was known.
  package enum Via: Hashable, Sendable {
    /// The unix socket, by the kernel's word: for when nothing else works.
    case socket(userID: UInt32)
    case token(id: String)
    case certificate
    case oidc
    /// Nobody was asked yet.
    case nothing
  }

  /// Whoever has not said who it is: may do nothing.
  package static let nobody = Operator(name: "nobody", grants: [], via: .nothing)

  package init(name: String, grants: [Grant], via: Via) {
    self.name = name
    self.grants = grants
    self.via = via
  }

  /// Whoever may open the socket may do everything.
  package static func onSocket(name: String, userID: UInt32) -> Operator {
    Operator(name: name, grants: [Grant(.admin, in: .all)], via: .socket(userID: userID))
  }

  /// What the history shows: `alice (oidc)`.
  package var description: String { "\(name) (\(via))" }

  /// Whether this may be done about something of that namespace, nil for the mesh as a whole.
  package func may(_ operation: Operation, in namespace: String?) -> Bool {
    switch operation.reach {
    case .nothing: grants.contains { $0.role >= operation.leastRole }
    case .items, .subject: grants.contains { $0.allows(operation.leastRole, in: namespace) }
    case .mesh: grants.contains { $0.allows(operation.leastRole, in: nil) }
    }
  }

  /// Whether this may be done about anything at all: what is asked before a request's subject is
  /// known, and never instead of `may(_:in:)`.
  package func maySomewhere(_ operation: Operation) -> Bool {
    switch operation.reach {
    case .nothing, .items, .subject: grants.contains { $0.role >= operation.leastRole }
    case .mesh: may(operation, in: nil)
    }
  }

  /// A name has letters, digits and `. _ - @ +`, so nobody's name can contain how another is known.
  package static func isName(_ text: String) -> Bool {
    (1...AccessBounds.nameBytes).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x2B, 0x2D, 0x2E, 0x40, 0x5F: true
        default: false
        }
      }
  }
}

extension Operator.Via: CustomStringConvertible {
  package var description: String {
    switch self {
    case .socket(let userID): "uid \(userID)"
    case .token(let id): "token \(id)"
    case .certificate: "certificate"
    case .oidc: "oidc"
    case .nothing: "unknown"
    }
  }
}
