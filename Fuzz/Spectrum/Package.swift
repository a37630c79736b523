// swift-tools-version: 6.2
import PackageDescription

// Build and run from this folder, with a folder of seeds:
//
//   swift build -c release -Xswiftc -sanitize=fuzzer,address -Xcc -fsanitize=fuzzer-no-link,address
//   SWIFT_BACKTRACE=enable=no .build/release/spectrum-reader seeds -max_len=200000
let package = Package(
  name: "SpectrumFuzz",
  dependencies: [.package(name: "VOTrawl", path: "../..")],
  targets: [
    .executableTarget(
      name: "spectrum-reader", dependencies: [.product(name: "Classifier", package: "VOTrawl")],
      swiftSettings: [.unsafeFlags(["-parse-as-library"])],
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address"])])
  ]
)
