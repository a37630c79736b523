// swift-tools-version: 6.2
import PackageDescription

let swiftSettings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),  // SE-0335
  .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
  .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
]

let package = Package(
  name: "VOTrawl",
  products: [
    .library(name: "Tables", targets: ["Tables"]),
    .library(name: "VOClient", targets: ["VOClient"]),
    .library(name: "Crossmatch", targets: ["Crossmatch"]),
    .library(name: "Classifier", targets: ["Classifier"]),
    .executable(name: "votrawl", targets: ["votrawl"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
  ],
  targets: [
    .systemLibrary(
      name: "CLibCurl", pkgConfig: "libcurl",
      providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
    .systemLibrary(
      name: "CLibXML2", pkgConfig: "libxml-2.0",
      providers: [.apt(["libxml2-dev"]), .brew(["libxml2"])]),
    .systemLibrary(
      name: "CCFITSIO", pkgConfig: "cfitsio",
      providers: [.apt(["libcfitsio-dev"]), .brew(["cfitsio"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CLibDeflate", pkgConfig: "libdeflate",
      providers: [.apt(["libdeflate-dev"]), .brew(["libdeflate"])]),

    .systemLibrary(name: "CEventPoll"),
    .systemLibrary(name: "CFileSystem"),
    .systemLibrary(name: "CMemory"),

    .target(name: "Tables", dependencies: ["CLibXML2", "CCFITSIO", "CZlib"], swiftSettings: swiftSettings),
    .target(
      name: "VOClient", dependencies: ["CEventPoll", "CLibCurl", "CZlib", "Tables"],
      resources: [.embedInCode("Catalogs/datalink-semantics.csv")], swiftSettings: swiftSettings),
    .target(name: "CSkyCells"),
    .target(name: "Crossmatch", dependencies: ["CSkyCells"], swiftSettings: swiftSettings),
    .target(name: "CConvolution"),
    .target(
      name: "Classifier", dependencies: ["CCFITSIO", "CConvolution", "CLibDeflate", "CZlib", "Tables"],
      swiftSettings: swiftSettings),
    .target(
      name: "Survey",
      dependencies: [
        "CFileSystem", "VOClient", "Crossmatch", "Classifier", "Tables",
        .product(name: "GRDB", package: "GRDB.swift"),
        "TOMLKit",
      ],
      resources: [
        .embedInCode("Catalogs/services.toml"), .embedInCode("Catalogs/lines.toml"),
        .embedInCode("Catalogs/be-stars.toml"),
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "Loopback",
      dependencies: [
        .product(name: "FlyingFox", package: "FlyingFox"),
        .product(name: "FlyingSocks", package: "FlyingFox"),
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "DemoArchive",
      dependencies: [
        "Classifier", "Crossmatch", "Loopback", "Tables", .product(name: "FlyingFox", package: "FlyingFox"),
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "SAMP",
      dependencies: ["Loopback", "VOClient", .product(name: "FlyingFox", package: "FlyingFox")],
      swiftSettings: swiftSettings),
    .target(
      name: "LabelDesk",
      dependencies: [
        "Survey", "Classifier", "VOClient", "Loopback", .product(name: "FlyingFox", package: "FlyingFox"),
        .product(name: "FlyingSocks", package: "FlyingFox"),
      ],
      resources: [
        "index.html", "desk.css", "desk.js", "plot.js", "keys.js", "store.js", "panes.js", "dialogs.js",
        "icon.svg",
      ]
      .map { .embedInCode("Page/" + $0) },
      swiftSettings: swiftSettings),
    .executableTarget(
      name: "votrawl",
      dependencies: [
        "CMemory", "Survey", "LabelDesk", "SAMP", "DemoArchive", "Classifier", "Crossmatch", "VOClient",
        "Tables",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swiftSettings),

    .testTarget(
      name: "TablesTests", dependencies: ["Tables"], exclude: ["refused-documents.md"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "VOClientTests", dependencies: ["VOClient", "Tables"],
      exclude: ["dachs-habits.md", "faults.md", "promises.md"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "CrossmatchTests", dependencies: ["Crossmatch", "CSkyCells", "Tables"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "ClassifierTests",
      dependencies: ["Classifier"], exclude: ["Fixtures"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "SAMPTests", dependencies: ["SAMP", "Loopback", "VOClient"], swiftSettings: swiftSettings),
    .testTarget(
      name: "DemoArchiveTests", dependencies: ["DemoArchive", "Classifier", "Loopback", "Tables"],
      exclude: ["Fixtures"], swiftSettings: swiftSettings),
    .testTarget(
      name: "LabelDeskTests",
      dependencies: [
        "LabelDesk", "Survey", "DemoArchive", "Classifier", "VOClient", "votrawl",
        .product(name: "FlyingFox", package: "FlyingFox"),
      ],
      exclude: ["browser.py", "desk_check.py", "topcat_check.py"], swiftSettings: swiftSettings),
    .testTarget(
      name: "SurveyTests",
      dependencies: [
        "Survey", "DemoArchive", "votrawl",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swiftSettings),
  ]
)
