import MeshModel
import Sigma

/// A request in words, and the texts rules see of it.
struct Request: Hashable {
  var method = RequestMethod.get
  var status: UInt16 = 200
  var scheme = ""
  var authority = ""
  var path = "/"
  var userAgent = ""
  var referer = ""
  var clientAddress = ""
  var destinationAddress = ""
  var userName = ""
  var cookie = ""
  var contentType = ""
  var requestBytes: UInt32 = 0
  var responseBytes: UInt32 = 0

  var texts: RequestTexts {
    var texts = RequestTexts()
    load(into: &texts)
    return texts
  }

  func load(into texts: inout RequestTexts) {
    var message: [UInt8] = []
    func place(_ text: String) -> ByteRange {
      let start = message.count
      message += text.utf8
      return ByteRange(start: UInt32(start), count: UInt32(text.utf8.count))
    }
    var fields = RequestFields(method: method, status: status)
    fields.scheme = place(scheme)
    fields.authority = place(authority)
    fields.path = place(path)
    fields.userAgent = place(userAgent)
    fields.referer = place(referer)
    fields.clientAddress = place(clientAddress)
    fields.destinationAddress = place(destinationAddress)
    fields.userName = place(userName)
    fields.cookie = place(cookie)
    fields.contentType = place(contentType)
    fields.requestBytes = requestBytes
    fields.responseBytes = responseBytes
    texts.load(message.span.bytes, fields)
  }

  func text(_ field: RequestField) -> String {
    String(decoding: texts.text(of: field), as: UTF8.self)
  }
}
