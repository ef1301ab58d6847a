internal import Foundation
internal import SwiftProtobuf

extension Google_Protobuf_Any {
  /// The message in bytes.
  ///
  /// `init(message:)` keeps the message and encodes it anew each time its size is asked for, once for
  /// every level it is nested at: for a filter of a thousand rules, hundreds of times.
  init(packing message: some Message) throws {
    self.init(packing: type(of: message), bytes: try message.serializedBytes())
  }

  init(packing type: any Message.Type, bytes: [UInt8]) {
    self.init()
    typeURL = "type.googleapis.com/" + type.protoMessageName
    value = Data(bytes)
  }
}
