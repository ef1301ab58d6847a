internal import DemoMesh
internal import Foundation
internal import Glibc

/// A TCP relay that can be frozen with its connections open: another Envoy, stopped by signal.
final class Relay: Sendable {
  private let process: ChildProcess

  init(from: Int, to: Int) throws {
    let folder = FileManager.default.temporaryDirectory.path
    let path = folder + "/flyball-relay-\(from).yaml"
    try """
    static_resources:
      listeners:
      - name: relay
        address: {socket_address: {address: 127.0.0.1, port_value: \(from)}}
        filter_chains:
        - filters:
          - name: envoy.filters.network.tcp_proxy
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
              stat_prefix: relay
              cluster: flyball
      clusters:
      - name: flyball
        type: STATIC
        load_assignment:
          cluster_name: flyball
          endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: \(to)}}}}]}]
    """.write(toFile: path, atomically: true, encoding: .utf8)
    process = try ChildProcess(
      name: "relay", executable: try DemoPaths.envoy(root: TestMesh.root),
      arguments: ["-c", path, "--use-dynamic-base-id", "--concurrency", "1", "-l", "warning"],
      logPath: path + ".log")
  }

  func freeze() { process.signal(SIGSTOP) }
  func thaw() { process.signal(SIGCONT) }

  func stop() {
    process.kill()
    process.waitUntilExit()
  }
}
