internal import JSONNodes

/// The members of an object of outsiders, by the type they must have. Null counts as absent.
struct Members {
  private let object: JSONObject
  private let path: String

  init(_ node: JSONNode, at path: String) throws(SignalRefusal) {
    guard let object = node.object else { throw .wrongType(path, is: node.kind) }
    self.object = object
    self.path = path
  }

  var names: [String] { object.members.map(\.name) }

  func node(_ name: String) -> JSONNode? {
    object[name].flatMap { $0 == .null ? nil : $0 }
  }

  func text(_ name: String) throws(SignalRefusal) -> String? {
    guard let node = node(name) else { return nil }
    guard let text = node.string else { throw .wrongType(place(name), is: node.kind) }
    return text
  }

  func neededText(_ name: String) throws(SignalRefusal) -> String {
    guard let text = try text(name), !text.isEmpty else { throw .missing(place(name)) }
    return text
  }

  /// No members where there is no such object.
  func members(_ name: String) throws(SignalRefusal) -> Members {
    try Members(node(name) ?? .object(JSONObject()), at: place(name))
  }

  func array(_ name: String) throws(SignalRefusal) -> [JSONNode]? {
    guard let node = node(name) else { return nil }
    guard let array = node.array else { throw .wrongType(place(name), is: node.kind) }
    return array
  }

  func place(_ name: String) -> String {
    // Names are the format's own; none is an outsider's.
    path.isEmpty ? name : "\(path).\(name)"
  }
}
