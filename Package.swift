// swift-tools-version:6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let grpcCore = Target.Dependency.product(name: "GRPCCore", package: "grpc-swift-2")
let grpcProtobuf = Target.Dependency.product(name: "GRPCProtobuf", package: "grpc-swift-protobuf")
let grpcTransport = Target.Dependency.product(
  name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport")
let swiftProtobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let lifecycle = Target.Dependency.product(
  name: "ServiceLifecycle", package: "swift-service-lifecycle")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let jwtKit = Target.Dependency.product(name: "JWTKit", package: "jwt-kit")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

func pure(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func edge(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], golden: Bool = false) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, exclude: golden ? ["Golden"] : [],
    swiftSettings: settings)
}

let package = Package(
  name: "flyball",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "flyball", targets: ["flyball"])],
  dependencies: [
    .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
    .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
    .package(url: "https://github.com/grpc/grpc-swift-protobuf", from: "2.4.1"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    pure("MeshModel"),
    pure("Telemetry", ["MeshModel", .product(name: "DequeModule", package: "swift-collections")]),
    pure("Anomaly", ["MeshModel", .product(name: "RealModule", package: "swift-numerics")]),
    pure("Actuators", ["MeshModel"]),
    pure("FeedbackLoop", ["MeshModel", "Actuators"]),
    pure("Doctor", ["MeshModel", "FeedbackLoop"]),
    pure("PlanCheck", ["MeshModel"]),
    pure("TransparencyLog", [crypto]),
    pure("Access", ["MeshModel", crypto]),
    pure("JSONNodes"),
    pure("Signals", ["MeshModel", "Access", "JSONNodes", "TransparencyLog", crypto]),
    pure(
      "Notifications",
      ["MeshModel", "Access", "FeedbackLoop", "JSONNodes", "Signals", "TransparencyLog"]),
    pure("ThreatIntelligence", ["MeshModel", "JSONNodes"]),
    pure("Simulation", ["MeshModel", "Actuators", "FeedbackLoop", "PlanCheck"]),
    pure(
      "Replay",
      [
        "MeshModel", "Telemetry", "Anomaly", "Actuators", "FeedbackLoop", "Sigma", "RuleScoring",
        "ThreatIntelligence",
      ]),
    .target(
      name: "EnvoyAPI",
      dependencies: [grpcCore, grpcProtobuf, swiftProtobuf],
      swiftSettings: settings),
    .target(
      name: "OpenTelemetryAPI",
      dependencies: [grpcCore, grpcProtobuf, swiftProtobuf],
      swiftSettings: settings),
    edge("MeshServerGRPC", ["MeshModel", grpcCore, grpcTransport, lifecycle, x509]),
    edge(
      "TelemetryGRPC",
      [
        "MeshModel", "Telemetry", "EnvoyAPI", "MeshServerGRPC", grpcCore, grpcProtobuf,
        swiftProtobuf, logging,
      ]),
    .target(name: "CTimex"),
    .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),
    edge(
      "TelemetryOTLP",
      [
        "MeshModel", "Telemetry", "EnvoyAPI", "OpenTelemetryAPI", "MeshServerGRPC", "CZlib",
        grpcCore, grpcProtobuf, swiftProtobuf, hummingbird, hummingbirdCore,
        hummingbirdTLS, httpTypes, nioCore,
        nioSSL, x509, asn1, logging, lifecycle,
      ]),
    edge(
      "ActuatorsXDS",
      ["MeshModel", "Actuators", "EnvoyAPI", "MeshServerGRPC", grpcCore, swiftProtobuf, logging]),
    pure("YAMLNodes", [yams]),
    pure(
      "RuleScoring",
      ["MeshModel", "Telemetry", "Sigma", "ThreatIntelligence", "YAMLNodes", yams]),
    pure(
      "Sigma",
      [
        "MeshModel", "YAMLNodes", yams,
        .product(name: "DequeModule", package: "swift-collections"),
      ]),
    .target(name: "CVectorscan", linkerSettings: [.linkedLibrary("hs")]),
    .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
    edge("MatchingVectorscan", ["Sigma", "CVectorscan", "CRE2"]),
    edge(
      "ConfigurationYAML",
      [
        "MeshModel", "Access", "Anomaly", "FeedbackLoop", "Sigma", "JSONNodes", "Signals",
        "Notifications", "ThreatIntelligence", "YAMLNodes", x509, asn1, yams, crypto,
      ]),
    edge("LoginOIDC", ["MeshModel", "Access", "CurlHTTP", jwtKit]),
    edge(
      "NotificationsHTTP",
      [
        "MeshModel", "Access", "FeedbackLoop", "JSONNodes", "Signals", "Notifications", "CurlHTTP",
        lifecycle, logging,
      ]),
    edge("LockFile", []),
    edge(
      "HistorySQLite",
      [
        "MeshModel", "FeedbackLoop", "LockFile", "Signals", "TransparencyLog", lifecycle, logging,
        grdb,
      ]),
    edge(
      "LoopRuntime",
      [
        "MeshModel", "Telemetry", "Anomaly", "Actuators", "FeedbackLoop", "PlanCheck", "Sigma",
        "RuleScoring", "ThreatIntelligence", "Access", "JSONNodes", "Signals", lifecycle, logging,
      ]),
    edge("FeedsHTTP", ["MeshModel", "ThreatIntelligence", "CurlHTTP", lifecycle, logging]),
    edge("ReferencesFile", ["Anomaly"]),
    edge("GzipFile", ["CZlib"]),
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
    edge("CurlHTTP", ["MeshModel", "CCurl"]),
    pure("ControlViews", ["MeshModel"]),
    .target(
      name: "ConsoleAssets", dependencies: ["MeshModel"], resources: [.embedInCode("Files")],
      swiftSettings: settings),
    pure("Console", ["MeshModel", "ControlViews", "ConsoleAssets"]),
    edge(
      "NetworkHTTP",
      [
        "MeshModel", hummingbird, hummingbirdCore, httpTypes, nioCore, nioHTTPTypes, nioSSL, x509,
        asn1, logging, lifecycle,
      ]),
    edge(
      "SignalsHTTP",
      [
        "MeshModel", "Telemetry", "Anomaly", "Actuators", "FeedbackLoop", "Access", "JSONNodes",
        "Signals", "LoopRuntime", "NetworkHTTP", hummingbird, httpTypes, nioCore, logging,
        lifecycle,
      ]),
    .target(
      name: "ControlAPI",
      dependencies: [
        "ControlViews", "Console", "ConsoleAssets", "MeshModel", "Access", "Anomaly",
        "Telemetry", "Actuators", "FeedbackLoop", "LoopRuntime", "LockFile", "Sigma",
        "RuleScoring", "Notifications", "ThreatIntelligence", "TransparencyLog", "Signals",
        "JSONNodes", "NetworkHTTP", hummingbird,
        hummingbirdCore, httpTypes, nioCore, nioHTTPTypes, nioSSL, x509, asn1, logging, lifecycle,
      ],
      resources: [.embedInCode("openapi.json")], swiftSettings: settings),
    edge("ControlClient", ["MeshModel", "ControlViews", "CurlHTTP"]),
    edge(
      "DemoMesh",
      [
        "MeshModel", "CurlHTTP", "ControlViews", "ControlClient", hummingbird, logging, lifecycle,
        x509, crypto, asn1,
      ]),
    .executableTarget(
      name: "flyball",
      dependencies: [
        "MeshModel", "Access", "Telemetry", "Anomaly", "Actuators", "FeedbackLoop", "LoopRuntime",
        "LockFile", "LoginOIDC", "Replay", "Doctor", "CTimex", "MeshServerGRPC", "TelemetryGRPC",
        "TelemetryOTLP",
        "ActuatorsXDS",
        "HistorySQLite", "TransparencyLog", "ReferencesFile", "YAMLNodes", "Sigma", "RuleScoring",
        "MatchingVectorscan", "ConfigurationYAML", "GzipFile", "ThreatIntelligence", "FeedsHTTP",
        "ControlAPI", "ControlViews", "ControlClient", "CurlHTTP", "DemoMesh", "JSONNodes",
        "Signals", "NetworkHTTP", "SignalsHTTP", "Notifications", "NotificationsHTTP", lifecycle,
        logging,
        yams,
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "flyball-bench",
      dependencies: [
        "BenchMessages", "MeshModel", "Telemetry", "Anomaly", "Sigma", "MatchingVectorscan",
        "RuleScoring", "ThreatIntelligence", "EnvoyAPI", swiftProtobuf,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/Bench", swiftSettings: settings),
    .executableTarget(
      name: "flyball-loop-bench",
      dependencies: [
        "BenchMessages", "MeshModel", "Telemetry", "Actuators", "ActuatorsXDS", "FeedbackLoop",
        "LoopRuntime", "HistorySQLite", "MeshServerGRPC", "DemoMesh", "EnvoyAPI", swiftProtobuf,
        logging,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/LoopBench", swiftSettings: settings),
    .target(
      name: "BenchMessages", dependencies: ["MeshModel", "EnvoyAPI", swiftProtobuf],
      path: "Benchmarks/Messages", swiftSettings: settings),
    tests("MeshModelTests", ["MeshModel"]),
    tests("AnomalyTests", ["MeshModel", "Anomaly"]),
    tests(
      "TelemetryTests", ["MeshModel", "Telemetry", "EnvoyAPI", "OpenTelemetryAPI", swiftProtobuf]),
    tests(
      "TelemetryOTLPTests",
      [
        "MeshModel", "Telemetry", "TelemetryOTLP", "OpenTelemetryAPI", "EnvoyAPI",
        "MeshServerGRPC", "CurlHTTP", "DemoMesh", grpcCore, swiftProtobuf,
      ]),
    tests("ActuatorsTests", ["MeshModel", "Actuators"]),
    tests("FeedbackLoopTests", ["MeshModel", "Actuators", "FeedbackLoop"], golden: true),
    .executableTarget(
      name: "flyball-sim",
      dependencies: [
        "MeshModel", "Actuators", "FeedbackLoop", "PlanCheck", "Simulation",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    tests(
      "SimulationTests",
      ["MeshModel", "Actuators", "FeedbackLoop", "PlanCheck", "Simulation", "flyball-sim"]),
    tests("PlanCheckTests", ["MeshModel", "PlanCheck"]),
    tests(
      "ActuatorsXDSTests",
      ["MeshModel", "Actuators", "ActuatorsXDS", "EnvoyAPI", swiftProtobuf], golden: true),
    tests(
      "LoopRuntimeTests",
      [
        "MeshModel", "Telemetry", "Actuators", "FeedbackLoop", "RuleScoring", "Sigma", "Signals",
        "ThreatIntelligence", "LoopRuntime", lifecycle,
      ]),
    tests(
      "ConfigurationYAMLTests",
      [
        "MeshModel", "Access", "FeedbackLoop", "Notifications", "ThreatIntelligence", "YAMLNodes",
        "ConfigurationYAML", x509, asn1, crypto,
      ]),
    tests(
      "BrowserTests",
      [
        "flyball", "MeshModel", "ControlViews", "ControlClient", "CurlHTTP", "DemoMesh",
        "LoopRuntime",
      ]),
    tests("YAMLNodesTests", ["YAMLNodes", yams]),
    tests(
      "ConsoleTests", ["MeshModel", "ControlViews", "Console", "ConsoleAssets"], golden: true),
    tests("SigmaTests", ["MeshModel", "YAMLNodes", "Sigma", "MatchingVectorscan"]),
    tests("MatchingVectorscanTests", ["MeshModel", "YAMLNodes", "Sigma", "MatchingVectorscan"]),
    tests("DoctorTests", ["MeshModel", "FeedbackLoop", "Doctor"], golden: true),
    tests(
      "EndToEndTests",
      [
        "flyball", "MeshModel", "Telemetry", "Actuators", "FeedbackLoop", "HistorySQLite",
        "EnvoyAPI", "OpenTelemetryAPI", "Signals",
        "CurlHTTP",
        "ControlViews", "ControlClient", "MeshServerGRPC", "TelemetryGRPC", "ActuatorsXDS",
        "Access", "DemoMesh", "FakeLogin", "TestServer", "LoopRuntime", grpcCore, grpcTransport,
        swiftProtobuf,
        yams, nioCore,
        nioPosix, nioSSL,
      ]),
    tests(
      "ReplayTests",
      [
        "MeshModel", "Telemetry", "FeedbackLoop", "Sigma", "RuleScoring", "Replay", "EnvoyAPI",
        "GzipFile", swiftProtobuf,
      ]),
    tests(
      "RuleScoringTests",
      [
        "MeshModel", "Telemetry", "Sigma", "ThreatIntelligence", "YAMLNodes", "RuleScoring",
        "MatchingVectorscan",
      ]),
    tests("ReferencesFileTests", ["MeshModel", "Anomaly", "ReferencesFile"]),
    tests("TransparencyLogTests", ["TransparencyLog"]),
    tests(
      "ControlAPITests",
      [
        "MeshModel", "Access", "Actuators", "Anomaly", "FeedbackLoop", "Telemetry", "LoopRuntime",
        "HistorySQLite", "Notifications", "ControlViews", "ControlAPI", "CurlHTTP", "DemoMesh",
        "NetworkHTTP", "ThreatIntelligence", "TransparencyLog", hummingbird, lifecycle, logging,
      ]),
    tests("JSONNodesTests", ["MeshModel", "JSONNodes"]),
    tests("SignalsTests", ["MeshModel", "Access", "JSONNodes", "Signals"], golden: true),
    tests(
      "NotificationsTests",
      ["MeshModel", "Access", "FeedbackLoop", "JSONNodes", "Signals", "Notifications"],
      golden: true),
    tests(
      "NotificationsHTTPTests",
      [
        "MeshModel", "Access", "FeedbackLoop", "HistorySQLite", "JSONNodes", "Signals",
        "Notifications", "NotificationsHTTP", "CurlHTTP", "TestServer", lifecycle,
      ]),
    tests("ThreatIntelligenceTests", ["MeshModel", "ThreatIntelligence"], golden: true),
    .target(name: "CFakeResolver", path: "Tests/CFakeResolver"),
    .target(
      name: "TestServer", dependencies: ["CurlHTTP", "JSONNodes"], path: "Tests/TestServer",
      swiftSettings: settings),
    tests(
      "CurlHTTPTests",
      ["MeshModel", "CCurl", "CurlHTTP", "GzipFile", "CFakeResolver", "TestServer"]),
    tests(
      "FeedsHTTPTests",
      ["MeshModel", "ThreatIntelligence", "CurlHTTP", "FeedsHTTP", "TestServer", lifecycle]),
    tests("AccessTests", ["MeshModel", "Access"], golden: true),
    .target(
      name: "FakeLogin", dependencies: ["DemoMesh", hummingbird, logging, crypto, cryptoExtras],
      path: "Tests/FakeLogin", swiftSettings: settings),
    tests("LoginOIDCTests", ["MeshModel", "Access", "LoginOIDC", "FakeLogin"]),
    tests(
      "HistorySQLiteTests",
      ["MeshModel", "FeedbackLoop", "HistorySQLite", "Signals", "TransparencyLog", grdb]),
  ]
)
