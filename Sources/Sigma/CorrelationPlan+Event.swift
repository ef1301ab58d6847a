package import MeshModel

extension CorrelationPlan {
  /// What correlations need to know of a request; nil when none names a rule that matched it.
  ///
  /// Values are told apart by hashes with the `secret`: whoever knows it can make values that count as
  /// one.
  package func event(
    _ matched: some Sequence<Int>, at time: Timestamp, _ texts: RequestTexts, caller: MeshName,
    service: MeshName, secret: UInt64
  ) -> CorrelationEvent? {
    let rules = matched.filter { triggers[$0] != nil }
    guard !rules.isEmpty else { return nil }
    let values = fields.map { field -> CorrelationEvent.Value? in
      switch field {
      case .request(let field): value(of: field, texts, secret)
      case .caller: value(of: caller)
      case .service: value(of: service)
      case .namespace: caller.namespace.map { .init(key: StableHash($0).value, text: $0) }
      }
    }
    var line = texts.printable(.method, bytes: 16)
    if !line.isEmpty { line += " " }
    line += texts.printable(.path, bytes: CorrelationBounds.textBytes - 24)
    if let status = texts.number(of: .status) { line += " \(status)" }
    return CorrelationEvent(
      time: time, rules: rules, caller: caller, values: values, text: line)
  }

  private func value(
    of field: RequestField, _ texts: RequestTexts, _ secret: UInt64
  ) -> CorrelationEvent.Value? {
    guard !texts.range(of: field).isEmpty else { return nil }
    return CorrelationEvent.Value(
      key: texts.foldedKey(of: field, secret), number: texts.number(of: field),
      text: texts.printable(field, bytes: CorrelationBounds.textBytes))
  }

  private func value(of name: MeshName) -> CorrelationEvent.Value {
    CorrelationEvent.Value(
      key: name.key, text: String(cutting: name.text, toBytes: CorrelationBounds.textBytes))
  }
}

extension CorrelationEvent.Value {
  fileprivate init(key: UInt64, text: String) {
    self.init(key: key, number: nil, text: text)
  }
}

extension MeshName {
  fileprivate var text: String {
    switch name {
    case .subject(let subject): subject.description
    case .unresolved(let name): name
    }
  }

  fileprivate var namespace: String? {
    guard case .subject(.workload(let identity)) = name else { return nil }
    return identity.namespace
  }
}

extension RequestTexts {
  /// `StableHash` of the text with capital letters of ASCII made small: values that differ in case
  /// alone are one.
  fileprivate func foldedKey(of field: RequestField, _ secret: UInt64) -> UInt64 {
    var hash = StableHash()
    hash.combine(secret)
    var word: UInt64 = 0
    var count: UInt64 = 0
    for byte in text(of: field) {
      word = word << 8 | UInt64(byte.foldedASCII)
      count += 1
      if count % 8 == 0 { hash.combine(word) }
    }
    hash.combine(word)
    hash.combine(count)
    return hash.value
  }
}
