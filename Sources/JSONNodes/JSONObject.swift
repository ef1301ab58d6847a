/// Members of distinct names, in the order they were written.
package struct JSONObject: Hashable, Sendable {
  package struct Member: Hashable, Sendable {
    package let name: String
    package let value: JSONNode
  }

  package private(set) var members: [Member] = []
  private var positions: [String: Int] = [:]

  package init() {}

  package init(_ members: KeyValuePairs<String, JSONNode>) {
    for (name, value) in members { add(name, value) }
  }

  package subscript(name: String) -> JSONNode? {
    positions[name].map { members[$0].value }
  }

  /// False, and nothing is added, where the name is taken.
  @discardableResult
  package mutating func add(_ name: String, _ value: JSONNode) -> Bool {
    guard positions[name] == nil else { return false }
    positions[name] = members.count
    members.append(Member(name: name, value: value))
    return true
  }
}
