/// What is wrong with a value, or with the modifiers of a key.
struct ValueMistake: Error, Hashable {
  var message: String

  init(_ message: String) {
    self.message = message
  }
}
