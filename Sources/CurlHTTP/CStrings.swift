/// C strings that live as long as one call.
final class CStrings {
  private var pointers: [UnsafeMutablePointer<CChar>] = []

  func add(_ text: String) -> UnsafePointer<CChar>? {
    let bytes = text.utf8CString
    let pointer = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
    bytes.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { pointer.initialize(from: base, count: bytes.count) }
    }
    pointers.append(pointer)
    return UnsafePointer(pointer)
  }

  func free() {
    for pointer in pointers { pointer.deallocate() }
  }
}
