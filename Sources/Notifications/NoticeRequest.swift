/// A request as it goes out, by POST.
package struct NoticeRequest: Hashable, Sendable {
  package struct Header: Hashable, Sendable {
    package let name: String
    package let value: String
  }

  package let headers: [Header]
  package let body: [UInt8]

  package init(headers: [Header], body: [UInt8]) {
    self.headers = headers
    self.body = body
  }
}
