/// Where a grant holds.
package enum Namespaces: Hashable, Sendable {
  /// Everywhere, and for subjects without a namespace and for the mesh as a whole.
  case all
  case named(Set<String>)

  /// Whether a name can be a namespace: the one segment of a SPIFFE ID's path.
  package static func isName(_ text: String) -> Bool {
    (1...AccessBounds.namespaceBytes).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x2D, 0x2E, 0x5F: true
        default: false
        }
      }
  }

  /// Nil stands for the mesh as a whole.
  package func contains(_ namespace: String?) -> Bool {
    switch self {
    case .all: true
    case .named(let names): namespace.map(names.contains) ?? false
    }
  }

  func intersection(_ other: Namespaces) -> Namespaces {
    switch (self, other) {
    case (.all, let narrower), (let narrower, .all): narrower
    case (.named(let left), .named(let right)): .named(left.intersection(right))
    }
  }

  var isEmpty: Bool {
    switch self {
    case .all: false
    case .named(let names): names.isEmpty
    }
  }
}
