package struct HTTPResponse: Sendable {
  package var status: Int
  /// By their names in small letters; of several with one name the last.
  package var headers: [String: String] = [:]
  package var body: [UInt8]

  package var text: String { String(decoding: body, as: UTF8.self) }
}
