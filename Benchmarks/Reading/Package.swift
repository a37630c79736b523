// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "ReadingBenchmark",
  dependencies: [.package(name: "VOTrawl", path: "../..")],
  targets: [
    .executableTarget(
      name: "reading-bench", dependencies: [.product(name: "Classifier", package: "VOTrawl")])
  ]
)
