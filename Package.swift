// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target is built with.
let common: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// Set while building for WebAssembly, where kernels exist once.
let isWebAssembly = Context.environment["VISAVIS_WASM"] != nil

/// Targets that also build as Embedded Swift: no Foundation, no libm, no untyped throws.
let embeddable: [SwiftSetting] = common + [.treatWarning("EmbeddedRestrictions", as: .error)]

/// Core targets mark every unsafe expression; kernels, which are pointers throughout, do not.
let core: [SwiftSetting] = embeddable + [.strictMemorySafety()]

/// A kernel target holds one source (a symbolic link), built for one instruction set.
///
/// `HAS_FMA` selects fused multiply–add inside the kernels, `HAS_AVX512` vectors of 16 numbers.
func kernels(_ architecture: String) -> [SwiftSetting] {
  embeddable + [
    .define("HAS_FMA"),
    .unsafeFlags(["-Xcc", "-march=\(architecture)"]),
  ] + (architecture == "x86-64-v4" ? [.define("HAS_AVX512")] : [])
}

/// The same kernel sources built for newer x86-64 processors; one is chosen once, at start.
func variants(of names: [String]) -> [Target] {
  #if arch(x86_64)
    isWebAssembly
      ? []
      : names.flatMap { name in
        [("V3", "x86-64-v3"), ("V4", "x86-64-v4")].map { level, architecture in
          .target(
            name: name + level, dependencies: ["CLanes"], swiftSettings: kernels(architecture))
        }
      }
  #else
    []
  #endif
}

/// The dependencies on a kernel's variants, where they exist.
func native(_ name: String) -> [Target.Dependency] {
  #if arch(x86_64)
    isWebAssembly ? [] : ["V3", "V4"].map { .target(name: name + $0) }
  #else
    []
  #endif
}

/// What the command line serves with.
let server: [Target.Dependency] = [
  "AvatarServer", "Identity", "RoomServer", "ServerMetrics", "StreamSigning",
  .product(name: "CoreMetrics", package: "swift-metrics"),
  .product(name: "Logging", package: "swift-log"),
]

/// Explicitly typed, or the compiler tires of the list.
let targets: [Target] = [
  // Core: native and Embedded Swift. Each imports only those above it.
  .target(name: "CLanes"),
  .target(name: "CWasmRuntime"),
  .target(name: "Geometry", dependencies: ["CLanes"], swiftSettings: core),
  .target(name: "FaceRig", dependencies: ["Geometry"], swiftSettings: core),
  .target(name: "SplatKernels", dependencies: ["CLanes"], swiftSettings: embeddable),
  .target(
    name: "GaussianSplats", dependencies: ["Geometry", "SplatKernels"] + native("SplatKernels"),
    swiftSettings: embeddable),
  .target(name: "AvatarKernels", dependencies: ["CLanes"], swiftSettings: embeddable),
  .target(
    name: "AvatarModel",
    dependencies: ["FaceRig", "GaussianSplats", "AvatarKernels"] + native("AvatarKernels"),
    swiftSettings: embeddable),
  .target(
    name: "ExpressionStream", dependencies: ["FaceRig", "AvatarModel"],
    swiftSettings: embeddable),
  .target(
    name: "StreamSignatures", dependencies: ["ExpressionStream"], swiftSettings: core),
  .target(name: "InferenceKernels", dependencies: ["CLanes"], swiftSettings: embeddable),
  .target(
    name: "NeuralInference",
    dependencies: ["CLanes", "Geometry", "InferenceKernels"] + native("InferenceKernels"),
    swiftSettings: embeddable),
  .target(
    name: "FaceTracking", dependencies: ["CLanes", "FaceRig", "NeuralInference"],
    swiftSettings: core),

  .target(name: "PictureMetrics", dependencies: ["Geometry"], swiftSettings: core),

  // The browser's cores: what they keep, and the exports of three WebAssembly modules, one that a
  // page needs at once, one for a camera, and one for rooms.
  .target(
    name: "BrowserSession",
    dependencies: ["AvatarModel", "ExpressionStream", "FaceTracking", "StreamSignatures"],
    swiftSettings: embeddable),
  .executableTarget(
    name: "browser-vectors", dependencies: ["BrowserSession"], swiftSettings: common),

  // Native only.
  .target(name: "NativeWorkers", dependencies: ["GaussianSplats"], swiftSettings: common),
  .executableTarget(
    name: "splat-bench", dependencies: ["NativeWorkers", "SplatFitting"],
    swiftSettings: common),
  .executableTarget(
    name: "inference-bench", dependencies: ["NeuralInference"], swiftSettings: common),
  .executableTarget(
    name: "tracking-bench", dependencies: ["Enrollment", "FaceTracking", "Geometry", "MediaIO"],
    swiftSettings: common),
  .target(name: "CAllocationCounter"),
  .executableTarget(
    name: "stream-bench",
    dependencies: [
      "CAllocationCounter", "Enrollment", "ExpressionStream", "FaceMotion", "MediaIO",
      "NativeWorkers", "PictureMetrics",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ],
    swiftSettings: common),
  .target(name: "FittingKernels", dependencies: ["CLanes"], swiftSettings: embeddable),
  .target(
    name: "SplatFitting",
    dependencies: ["GaussianSplats", "AvatarModel", "SplatKernels", "FittingKernels"]
      + native("SplatKernels") + native("FittingKernels"),
    swiftSettings: common),
  .systemLibrary(
    name: "CFFmpeg", pkgConfig: "libavformat libavcodec libswscale libswresample libavutil",
    providers: [
      .apt(["libavformat-dev", "libavcodec-dev", "libswscale-dev", "libswresample-dev"])
    ]),
  .target(name: "MediaIO", dependencies: ["CFFmpeg", "Geometry"], swiftSettings: common),
  .target(
    name: "TemplateBuilder", dependencies: ["FaceRig", "CZlib"], swiftSettings: common),
  .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
  .target(
    name: "FaceMotion",
    dependencies: ["AvatarModel", "CZlib", "FaceRig", "Geometry", "PlainJSON"],
    swiftSettings: common),
  .target(name: "PlainJSON", swiftSettings: common),
  .target(
    name: "MotionProtocols",
    dependencies: ["AvatarModel", "ExpressionStream", "FaceMotion", "FaceRig", "Geometry"],
    swiftSettings: common),
  .target(
    name: "Enrollment",
    dependencies: [
      "AvatarModel", "ExpressionStream", "PictureMetrics", "NativeWorkers", "FaceTracking",
      "MediaIO", "SplatFitting",
    ],
    swiftSettings: common),
  .target(
    name: "NetworkSimulation", dependencies: ["AvatarModel", "ExpressionStream"],
    swiftSettings: common),
  .executableTarget(
    name: "visavis",
    dependencies: [
      "AvatarExchange", "Datagrams", "Enrollment", "FaceMotion", "MediaIO", "MotionProtocols",
      "NetworkSimulation", "PictureMetrics", "PlainJSON", "TemplateBuilder",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ] + (isWebAssembly ? [] : server),
    swiftSettings: common),

  .testTarget(name: "GeometryTests", dependencies: ["Geometry"], swiftSettings: common),
  .testTarget(
    name: "FaceRigTests", dependencies: ["FaceRig", "TemplateBuilder"], swiftSettings: common),
  .testTarget(
    name: "GaussianSplatsTests", dependencies: ["GaussianSplats", "Geometry", "NativeWorkers"],
    swiftSettings: common),
  .testTarget(name: "AvatarModelTests", dependencies: ["AvatarModel"], swiftSettings: common),
  .testTarget(
    name: "ExpressionStreamTests", dependencies: ["ExpressionStream"], swiftSettings: common),
  .testTarget(
    name: "NetworkSimulationTests", dependencies: ["NetworkSimulation"], swiftSettings: common),
  .testTarget(
    name: "NeuralInferenceTests", dependencies: ["NeuralInference"], swiftSettings: common),
  .testTarget(
    name: "FaceTrackingTests", dependencies: ["FaceTracking", "MediaIO"], swiftSettings: common),
  .testTarget(
    name: "SplatFittingTests", dependencies: ["NativeWorkers", "SplatFitting"],
    swiftSettings: common),
  .testTarget(
    name: "FaceMotionTests", dependencies: ["FaceMotion", "CZlib"], swiftSettings: common),
  .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
  .target(
    name: "AvatarExchange",
    dependencies: [
      "AvatarModel", "CZlib", "CZstd", "ExpressionStream", "FaceMotion", "FaceRig",
      "GaussianSplats", "Geometry", "MediaIO", "MotionProtocols", "PlainJSON",
    ],
    swiftSettings: common),
  .target(
    name: "VisavisKit",
    dependencies: [
      "AvatarExchange", "AvatarModel", "Enrollment", "ExpressionStream", "FaceRig",
      "GaussianSplats", "Geometry", "MediaIO", "MotionProtocols", "NativeWorkers",
    ],
    swiftSettings: common),
  .executableTarget(
    name: "visavis-example", dependencies: ["VisavisKit"], swiftSettings: common),
  .executableTarget(
    name: "exchange-samples",
    dependencies: ["AvatarExchange", "AvatarModel", "FaceRig", "GaussianSplats", "Geometry"],
    swiftSettings: common),
  .executableTarget(
    name: "mapping-page", dependencies: ["FaceRig", "MotionProtocols"], swiftSettings: common),
  .testTarget(
    name: "AvatarExchangeTests",
    dependencies: [
      "AvatarExchange", "CZlib", "MediaIO", "MotionSamples", "NativeWorkers", "PictureMetrics",
    ],
    swiftSettings: common),
  .target(name: "Datagrams", swiftSettings: common),
  .target(
    name: "MotionSamples", dependencies: ["FaceRig", "Geometry", "MotionProtocols"],
    swiftSettings: common),
  .executableTarget(
    name: "motion-bench",
    dependencies: [
      "CAllocationCounter", "Datagrams", "ExpressionStream", "Geometry", "MotionProtocols",
      "MotionSamples",
    ],
    swiftSettings: common),
  .executableTarget(
    name: "motion-fuzz",
    dependencies: ["FaceRig", "Geometry", "MotionProtocols", "MotionSamples"],
    swiftSettings: common),
  .testTarget(name: "DatagramsTests", dependencies: ["Datagrams"], swiftSettings: common),
  .testTarget(name: "PlainJSONTests", dependencies: ["PlainJSON"], swiftSettings: common),
  .testTarget(
    name: "MotionProtocolsTests", dependencies: ["MotionProtocols", "MotionSamples"],
    swiftSettings: common),
  .testTarget(name: "MediaIOTests", dependencies: ["MediaIO", "Geometry"], swiftSettings: common),
  .testTarget(
    name: "PictureMetricsTests", dependencies: ["PictureMetrics", "Geometry"],
    swiftSettings: common),
  .testTarget(name: "EnrollmentTests", dependencies: ["Enrollment"], swiftSettings: common),
  .testTarget(
    name: "visavisTests",
    dependencies: [
      "visavis", "AvatarExchange", "AvatarModel", "Datagrams", "Enrollment", "ExpressionStream",
      "FaceMotion", "GaussianSplats", "Geometry", "MediaIO", "MotionProtocols", "MotionSamples",
      "NetworkSimulation", "PictureMetrics", "SplatFitting",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ] + (isWebAssembly ? [] : ["StreamSigning"]),
    swiftSettings: common),
]

/// What a browser loads: modules of WebAssembly that only make sense there.
let browserTargets: [Target] = [
  .executableTarget(
    name: "BrowserCore", dependencies: ["AvatarModel", "BrowserSession", "CWasmRuntime"],
    swiftSettings: embeddable),
  .executableTarget(
    name: "BrowserTracking", dependencies: ["BrowserSession", "CWasmRuntime"],
    swiftSettings: embeddable),
  .executableTarget(
    name: "BrowserSigning", dependencies: ["BrowserSession", "CWasmRuntime", "StreamSignatures"],
    swiftSettings: embeddable),
]

/// What stands on other packages: signing and the server.
///
/// Nothing of it is fetched or built for WebAssembly.
let serverTargets: [Target] = [
  .target(
    name: "StreamSigning",
    dependencies: [
      "ExpressionStream", "StreamSignatures", .product(name: "Crypto", package: "swift-crypto"),
    ],
    swiftSettings: common),
  .executableTarget(
    name: "stream-fuzz", dependencies: ["ExpressionStream", "StreamSigning"],
    swiftSettings: common),
  .executableTarget(
    name: "stream-vectors", dependencies: ["ExpressionStream", "StreamSigning"],
    swiftSettings: common),
  .testTarget(
    name: "StreamSignaturesTests",
    dependencies: [
      "Geometry", "StreamSignatures", .product(name: "Crypto", package: "swift-crypto"),
    ],
    swiftSettings: common),
  .testTarget(
    name: "StreamSigningTests", dependencies: ["StreamSigning", "stream-fuzz", "stream-vectors"],
    swiftSettings: common),
  .target(
    name: "RoomServer",
    dependencies: [
      "PlainJSON",
      .product(name: "Crypto", package: "swift-crypto"),
      .product(name: "HummingbirdCore", package: "hummingbird"),
      .product(name: "Logging", package: "swift-log"),
      .product(name: "Metrics", package: "swift-metrics"),
      .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
      .product(name: "NIOCore", package: "swift-nio"),
      .product(name: "NIOHTTP1", package: "swift-nio"),
      .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
      .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
    ],
    swiftSettings: common),
  .executableTarget(
    name: "room-load",
    dependencies: [
      "RoomServer",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
      .product(name: "HTTPTypes", package: "swift-http-types"),
      .product(name: "HummingbirdCore", package: "hummingbird"),
      .product(name: "Logging", package: "swift-log"),
      .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
      .product(name: "NIOCore", package: "swift-nio"),
      .product(name: "NIOPosix", package: "swift-nio"),
      .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      .product(name: "UnixSignals", package: "swift-service-lifecycle"),
    ],
    swiftSettings: common),
  .testTarget(
    name: "RoomServerTests",
    dependencies: [
      "PlainJSON", "RoomServer",
      .product(name: "Crypto", package: "swift-crypto"),
      .product(name: "HTTPTypes", package: "swift-http-types"),
      .product(name: "HummingbirdCore", package: "hummingbird"),
      .product(name: "Logging", package: "swift-log"),
      .product(name: "NIOCore", package: "swift-nio"),
      .product(name: "NIOEmbedded", package: "swift-nio"),
      .product(name: "NIOPosix", package: "swift-nio"),
      .product(name: "NIOWebSocket", package: "swift-nio"),
    ],
    swiftSettings: common),
  .target(
    name: "ServerSupport",
    dependencies: [
      .product(name: "HTTPTypes", package: "swift-http-types"),
      .product(name: "Hummingbird", package: "hummingbird"),
      .product(name: "NIOCore", package: "swift-nio"),
      .product(name: "NIOPosix", package: "swift-nio"),
    ],
    swiftSettings: common),
  .target(
    name: "Identity",
    dependencies: [
      "RoomServer", "ServerSupport",
      .product(name: "Crypto", package: "swift-crypto"),
      .product(name: "GRDB", package: "GRDB.swift"),
      .product(name: "HTTPTypes", package: "swift-http-types"),
      .product(name: "Hummingbird", package: "hummingbird"),
      .product(name: "Logging", package: "swift-log"),
      .product(name: "Metrics", package: "swift-metrics"),
      .product(name: "NIOCore", package: "swift-nio"),
      .product(name: "NIOHTTP1", package: "swift-nio"),
      .product(name: "NIOPosix", package: "swift-nio"),
    ],
    swiftSettings: common),
  .testTarget(
    name: "IdentityTests",
    dependencies: [
      "Identity", "RoomServer", "ServerSupport",
      .product(name: "Crypto", package: "swift-crypto"),
      .product(name: "GRDB", package: "GRDB.swift"),
      .product(name: "HTTPTypes", package: "swift-http-types"),
      .product(name: "Hummingbird", package: "hummingbird"),
      .product(name: "HummingbirdTesting", package: "hummingbird"),
      .product(name: "Logging", package: "swift-log"),
      .product(name: "NIOCore", package: "swift-nio"),
    ],
    swiftSettings: common),
  .target(
    name: "ServerMetrics",
    dependencies: [.product(name: "CoreMetrics", package: "swift-metrics")],
    swiftSettings: common),
  .testTarget(
    name: "ServerMetricsTests",
    dependencies: ["ServerMetrics", .product(name: "CoreMetrics", package: "swift-metrics")],
    swiftSettings: common),
  .target(
    name: "AvatarServer",
    dependencies: [
      "CZlib", "Identity", "RoomServer", "ServerMetrics", "ServerSupport",
      .product(name: "Configuration", package: "swift-configuration"),
      .product(name: "Crypto", package: "swift-crypto"),
      .product(name: "HTTPTypes", package: "swift-http-types"),
      .product(name: "Hummingbird", package: "hummingbird"),
      .product(name: "HummingbirdCore", package: "hummingbird"),
      .product(name: "HummingbirdTLS", package: "hummingbird"),
      .product(name: "Logging", package: "swift-log"),
      .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
      .product(name: "NIOCore", package: "swift-nio"),
      .product(name: "NIOHTTP1", package: "swift-nio"),
      .product(name: "NIOPosix", package: "swift-nio"),
      .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
      .product(name: "NIOSSL", package: "swift-nio-ssl"),
      .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      .product(name: "Subprocess", package: "swift-subprocess"),
      .product(name: "SystemPackage", package: "swift-system"),
      .product(name: "SwiftASN1", package: "swift-asn1"),
      .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      .product(name: "X509", package: "swift-certificates"),
    ],
    swiftSettings: common),
  .testTarget(
    name: "AvatarServerTests",
    dependencies: [
      "AvatarServer", "CZlib", "Identity", "RoomServer", "ServerMetrics", "ServerSupport",
      .product(name: "Hummingbird", package: "hummingbird"),
      .product(name: "HummingbirdTesting", package: "hummingbird"),
      .product(name: "Crypto", package: "swift-crypto"),
      .product(name: "HTTPTypes", package: "swift-http-types"),
      .product(name: "Logging", package: "swift-log"),
      .product(name: "NIOCore", package: "swift-nio"),
      .product(name: "NIOEmbedded", package: "swift-nio"),
      .product(name: "NIOPosix", package: "swift-nio"),
      .product(name: "NIOSSL", package: "swift-nio-ssl"),
      .product(name: "NIOWebSocket", package: "swift-nio"),
      .product(name: "SwiftASN1", package: "swift-asn1"),
      .product(name: "X509", package: "swift-certificates"),
    ],
    swiftSettings: common),
]

let serverPackages: [Package.Dependency] = [
  .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
  .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
  .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
  .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
  .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  .package(url: "https://github.com/apple/swift-metrics", from: "2.11.0"),
  .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
  .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
  .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
  .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
  .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
  .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
]

let package = Package(
  name: "visavis",
  products: [
    .executable(name: "visavis", targets: ["visavis"]),
    .library(name: "VisavisKit", targets: ["VisavisKit"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
  ] + (isWebAssembly ? [] : serverPackages),
  targets: targets + (isWebAssembly ? browserTargets : serverTargets)
    + variants(of: ["SplatKernels", "AvatarKernels", "InferenceKernels", "FittingKernels"])
)
