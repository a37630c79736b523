// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "CrossmatchBenchmark",
  dependencies: [.package(name: "VOTrawl", path: "../../..")],
  targets: [
    .executableTarget(
      name: "crossmatch-bench", dependencies: [.product(name: "Crossmatch", package: "VOTrawl")])
  ]
)
