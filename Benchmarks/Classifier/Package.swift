// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "ClassifierBenchmark",
  dependencies: [.package(name: "VOTrawl", path: "../..")],
  targets: [
    .executableTarget(
      name: "classifier-bench", dependencies: [.product(name: "Classifier", package: "VOTrawl")],
      path: "Sources")
  ]
)
