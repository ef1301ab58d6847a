package import MeshModel

/// An Envoy bootstrap: a sidecar with an inbound and an outbound listener, or an ingress gateway.
package struct Bootstrap: Hashable, Sendable {
  /// What a sidecar is to get wrong, for tests of what Flyball makes of it.
  package enum Fault: Hashable, Sendable {
    /// No Flyball filter on any listener.
    case noFilters
    /// The filter accepts another type, so every update is rejected.
    case rejectsRBAC
    /// The inbound routes switch the filter off: it is accepted, and does nothing.
    case overridesRBAC
    /// No route to the decoy, though the filter asks for it.
    case noDecoyRoute
    /// The inbound listener takes connections without a certificate, and unencrypted ones.
    case permissive
  }

  /// Where the admin interface listens.
  package enum Admin: Hashable, Sendable {
    case port(Int)
    case socket(String)
  }

  /// How access logs are sent.
  package enum AccessLog: Hashable, Sendable {
    case service
    case openTelemetry
    case openTelemetryHTTP(port: Int)
  }

  package struct Peer: Hashable, Sendable {
    package var name: String
    package var principal: SPIFFEID
    package var port: Int
  }

  package var node: String
  package var principal: SPIFFEID
  package var files: CertificateAuthority.Files
  package var inboundPort: Int
  package var outboundPort: Int
  package var admin: Admin
  package var applicationPort: Int
  /// Where rerouted requests go.
  package var decoyPort: Int
  package var flyballPort: Int
  package var flushMilliseconds: Int
  package var peers: [Peer]
  package var isGateway: Bool
  package var fault: Fault?
  package var accessLog = AccessLog.service
  /// Whether a gateway takes TLS too, logs how clients open it, and tells them.
  package var takesFingerprints = false

  package var yaml: String {
    """
    node: {id: "\(node)", cluster: "\(principal)"}
    admin:
      address: \(adminAddress)
    dynamic_resources:
      ads_config:
        api_type: DELTA_GRPC
        transport_api_version: V3
        set_node_on_first_message_only: true
        grpc_services: [{envoy_grpc: {cluster_name: flyball}}]
    static_resources:
      listeners:
    \(isGateway ? gatewayListener : inboundListener + "\n" + outboundListener)
      clusters:
    \(clusters)

    """
  }

  private var adminAddress: String {
    switch admin {
    case .port(let port): "{socket_address: {address: 127.0.0.1, port_value: \(port)}}"
    case .socket(let path): "{pipe: {path: \"\(path)\"}}"
    }
  }

  private var inboundRoutes: String {
    let override =
      fault == .overridesRBAC
      ? " typed_per_filter_config: {flyball.rbac: {\"@type\":"
        + " type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBACPerRoute}},"
      : ""
    return "[{name: application, domains: [\"*\"],\(override)"
      + " routes: [\(routes(to: "application"))]}]"
  }

  private var inboundListener: String {
    let filter = httpFilter("flyball.inbound", routes: inboundRoutes)
    let isPermissive = fault == .permissive
    let encrypted = """
          filter_chains:
          - \(isPermissive ? "filter_chain_match: {transport_protocol: tls}\n      " : "")transport_socket:
              name: envoy.transport_sockets.tls
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
                require_client_certificate: \(!isPermissive)
                common_tls_context:
      \(tlsContext(indent: 12, matching: nil))
            filters:
      \(filter)
      """
    let plain = """

          - filter_chain_match: {transport_protocol: raw_buffer}
            filters:
      \(filter)
      """
    return """
        - name: inbound
          traffic_direction: INBOUND
          address: {socket_address: {address: 127.0.0.1, port_value: \(inboundPort)}}\(isPermissive ? Self.inspector("") : "")
      \(encrypted)\(isPermissive ? plain : "")
      """
  }

  /// What `flyball.route` marks goes to the decoy, all else to the cluster.
  private func routes(to cluster: String) -> String {
    let marked =
      "{match: {prefix: /, dynamic_metadata: [{filter: flyball.route, path: [{key: cluster}],"
      + " value: {string_match: {exact: decoy}}}]}, route: {cluster: decoy}}, "
    return (fault == .noDecoyRoute ? "" : marked)
      + "{match: {prefix: /}, route: {cluster: \(cluster)}}"
  }

  private var outboundListener: String {
    """
      - name: outbound
        traffic_direction: OUTBOUND
        address: {socket_address: {address: 127.0.0.1, port_value: \(outboundPort)}}
        filter_chains:
        - filters:
    \(httpFilter("flyball.outbound", routes: peerRoutes))
    """
  }

  private static func inspector(_ settings: String) -> String {
    """

        listener_filters:
        - name: envoy.filters.listener.tls_inspector
          typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector\(settings)}
    """
  }

  private var gatewayListener: String {
    let told = ["ja3", "ja4"].map {
      "{header: {key: x-\($0), value: \"%TLS_\($0.uppercased())_FINGERPRINT%\"}}"
    }
    let routes =
      "[{name: shop, domains: [\"*\"], routes: [\(routes(to: "frontend"))]"
      + (takesFingerprints
        ? ", response_headers_to_add: [\(told.joined(separator: ", "))]}]" : "}]")
    let filter = httpFilter("flyball.ingress", routes: routes)
    let settings = ", enable_ja3_fingerprinting: true, enable_ja4_fingerprinting: true"
    let encrypted = """

          - filter_chain_match: {transport_protocol: tls}
            transport_socket:
              name: envoy.transport_sockets.tls
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
                common_tls_context:
      \(tlsContext(indent: 12, matching: nil))
            filters:
      \(filter)
      """
    return """
        - name: ingress
          traffic_direction: INBOUND
          address: {socket_address: {address: 127.0.0.1, port_value: \(inboundPort)}}\(takesFingerprints ? Self.inspector(settings) : "")
          filter_chains:
          - filters:
      \(filter)\(takesFingerprints ? encrypted : "")
      """
  }

  private var peerRoutes: String {
    let hosts = peers.map { peer in
      "{name: \(peer.name), domains: [\"\(peer.name)\", \"\(peer.name):*\"],"
        + " routes: [{match: {prefix: /}, route: {cluster: \(peer.name)}}]}"
    }
    return "[\(hosts.joined(separator: ", "))]"
  }

  private func httpFilter(_ logName: String, routes: String) -> String {
    """
          - name: envoy.filters.network.http_connection_manager
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
              stat_prefix: \(logName.replacing("flyball.", with: ""))
              generate_request_id: true\(isGateway ? "\n          use_remote_address: true" : "")
              http_filters:
    \(fault == .noFilters ? "" : flyballFilters)
              - name: envoy.filters.http.router
                typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
              route_config: {name: routes, virtual_hosts: \(routes)}
              access_log:
    \(accessLogger(logName))
    """
  }

  private func accessLogger(_ logName: String) -> String {
    var common = """
                      log_name: \(logName)
                      transport_api_version: V3
                      buffer_flush_interval: \(Self.seconds(flushMilliseconds))
                      buffer_size_bytes: 1048576
                      grpc_service: {envoy_grpc: {cluster_name: flyball}}
      """
    if takesFingerprints, accessLog == .service {
      common += """

                        custom_tags: [{tag: tls_ja4_fingerprint, value: "%TLS_JA4_FINGERPRINT%"}]
        """
    }
    switch accessLog {
    case .service:
      return """
                  - name: envoy.access_loggers.http_grpc
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig
                      common_config:
        \(common)
        """
    case .openTelemetry:
      common = "              common_config:\n" + common
    case .openTelemetryHTTP(let port):
      common = """
                      log_name: \(logName)
                      buffer_flush_interval: \(Self.seconds(flushMilliseconds))
                      http_service:
                        http_uri: {uri: "https://127.0.0.1:\(port)/v1/logs", cluster: flyball-logs, timeout: 1s}
        """
    }
    let attributes = Self.attributes.map { key, format in
      "                - {key: \(key), value: {string_value: \"\(format)\"}}"
    }
    return """
                - name: envoy.access_loggers.open_telemetry
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig
      \(common)
                    attributes:
                      values:
      \(attributes.joined(separator: "\n"))
      """
  }

  /// What a record says, each by Envoy's own operator.
  private static let attributes = [
    ("start_time", "%START_TIME(%s.%6f)%"), ("path", "%REQ(:PATH)%"),
    ("original_path", "%REQ(X-ENVOY-ORIGINAL-PATH)%"),
    ("method", "%REQ(:METHOD)%"), ("protocol", "%PROTOCOL%"), ("authority", "%REQ(:AUTHORITY)%"),
    ("response_code", "%RESPONSE_CODE%"), ("response_flags", "%RESPONSE_FLAGS%"),
    ("response_code_details", "%RESPONSE_CODE_DETAILS%"), ("duration", "%DURATION%"),
    ("bytes_received", "%BYTES_RECEIVED%"), ("bytes_sent", "%BYTES_SENT%"),
    ("upstream_cluster", "%UPSTREAM_CLUSTER%"), ("route_name", "%ROUTE_NAME%"),
    ("access_log_type", "%ACCESS_LOG_TYPE%"),
    ("downstream_peer_uri_san", "%DOWNSTREAM_PEER_URI_SAN%"),
    ("downstream_direct_remote_address", "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%"),
    ("tls_ja3_fingerprint", "%TLS_JA3_FINGERPRINT%"),
    ("tls_ja4_fingerprint", "%TLS_JA4_FINGERPRINT%"),
    (
      "flyball_shadow_policy",
      "%DYNAMIC_METADATA(envoy.filters.http.rbac:flyball_shadow_effective_policy_id)%"
    ),
    ("flyball_route_action", "%DYNAMIC_METADATA(flyball.route:action)%"),
    ("flyball_route_cluster", "%DYNAMIC_METADATA(flyball.route:cluster)%"),
    ("flyball_route_shadow", "%DYNAMIC_METADATA(flyball.route:shadow)%"),
  ]

  private var flyballFilters: String {
    let rbac = "envoy.extensions.filters.http.rbac.v3.RBAC"
    let throttle = "envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit"
    return [
      fault == .rejectsRBAC
        ? discovered("flyball.rbac", type: throttle, empty: "stat_prefix: flyball_rbac")
        : discovered("flyball.rbac", type: rbac, empty: ""),
      discovered("flyball.throttle", type: throttle, empty: "stat_prefix: flyball_throttle"),
      discovered("flyball.route", type: "envoy.extensions.filters.http.lua.v3.Lua", empty: ""),
    ].joined(separator: "\n")
  }

  /// A filter whose content comes from Flyball, and which does nothing until it does.
  private func discovered(_ name: String, type: String, empty: String) -> String {
    let rest = empty.isEmpty ? "" : ", \(empty)"
    return """
                - name: \(name)
                  config_discovery:
                    config_source: {ads: {}, resource_api_version: V3, initial_fetch_timeout: 0s}
                    apply_default_config_without_warming: true
                    default_config: {"@type": type.googleapis.com/\(type)\(rest)}
                    type_urls: [type.googleapis.com/\(type)]
      """
  }

  private var clusters: String {
    let remote = peers.map { peer in
      cluster(
        peer.name, port: peer.port, tlsTo: peer.principal, isHTTP2: false)
    }
    let controller = cluster(
      "flyball", port: flyballPort,
      tlsTo: Workload.principal("flyball"), isHTTP2: true)
    let application =
      isGateway ? [] : [cluster("application", port: applicationPort, tlsTo: nil, isHTTP2: false)]
    let decoy = cluster("decoy", port: decoyPort, tlsTo: nil, isHTTP2: false)
    var logs: [String] = []
    if case .openTelemetryHTTP(let port) = accessLog {
      logs = [
        cluster(
          "flyball-logs", port: port, tlsTo: Workload.principal("flyball"), isHTTP2: false)
      ]
    }
    return (application + [decoy] + remote + [controller] + logs).joined(separator: "\n")
  }

  private func cluster(
    _ name: String, port: Int, tlsTo principal: SPIFFEID?, isHTTP2: Bool
  ) -> String {
    var text = """
        - name: \(name)
          type: STATIC
          connect_timeout: 1s
          load_assignment:
            cluster_name: \(name)
            endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: \(port)}}}}]}]
      """
    if isHTTP2 {
      text += """

            typed_extension_protocol_options:
              envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                explicit_http_config:
                  http2_protocol_options: {connection_keepalive: {interval: 15s, timeout: 5s}}
        """
    }
    if let principal {
      text += """

            transport_socket:
              name: envoy.transport_sockets.tls
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
                common_tls_context:
        \(isHTTP2 ? "          alpn_protocols: [h2]\n" : "")\(tlsContext(indent: 10, matching: principal))
        """
    }
    return text
  }

  private func tlsContext(indent: Int, matching principal: SPIFFEID?) -> String {
    let space = String(repeating: " ", count: indent)
    var lines = [
      "tls_certificates: [{certificate_chain: {filename: \"\(files.certificate)\"},"
        + " private_key: {filename: \"\(files.key)\"}}]",
      "validation_context:", "  trusted_ca: {filename: \"\(files.roots)\"}",
    ]
    if let principal {
      lines.append(
        "  match_typed_subject_alt_names: [{san_type: URI, matcher: {exact: \"\(principal)\"}}]")
    }
    return lines.map { space + $0 }.joined(separator: "\n")
  }

  private static func seconds(_ milliseconds: Int) -> String {
    let fraction = String(milliseconds % 1000)
    return "\(milliseconds / 1000)."
      + String(repeating: "0", count: 3 - fraction.count) + fraction + "s"
  }
}
