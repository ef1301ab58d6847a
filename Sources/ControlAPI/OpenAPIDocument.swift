internal import Hummingbird
internal import NIOCore

/// The description of the interface, part of the program: what is served is what was built.
enum OpenAPIDocument {
  static var response: Response {
    Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(bytes: PackageResources.openapi_json)))
  }
}
