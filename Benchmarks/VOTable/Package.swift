// swift-tools-version: 6.2
import PackageDescription

// The reader and writer of VOTables beside its peers: see run.sh.
let package = Package(
  name: "votable-bench",
  dependencies: [.package(name: "VOTrawl", path: "../..")],
  targets: [
    .executableTarget(name: "votable-bench", dependencies: [.product(name: "Tables", package: "VOTrawl")])
  ]
)
