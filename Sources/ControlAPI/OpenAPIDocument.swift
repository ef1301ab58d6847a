internal import Hummingbird
internal import NIOCore

/// The description of the interface, part of the program: what is served is what was built.
package enum OpenAPIDocument {
  /// JSON in UTF-8.
  package static var bytes: [UInt8] { PackageResources.openapi_json }

  static var response: Response {
    Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
