package import MeshModel

/// A way to the mesh's control plane. Each call is idempotent.
///
/// What each proxy made of a call comes back as `ProxyReport`s; returning says only that the order
/// was taken.
package protocol Actuator: Sendable {
  func apply(_ enforcement: Enforcement, generation: UInt64) async
  func withdraw(_ action: ActionID, generation: UInt64) async
}
