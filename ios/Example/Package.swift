// swift-tools-version: 6.0
import PackageDescription

// A package of its own, as an app's would be. Outside of this repository the dependency is a released version.
let package = Package(
    name: "AccountOpening",
    platforms: [.iOS(.v15), .macOS(.v13)],
    products: [.library(name: "AccountOpening", targets: ["AccountOpening"])],
    dependencies: [.package(name: "Kazasu", path: "..")],
    targets: [
        .target(name: "AccountOpening", dependencies: ["Kazasu"]),
        .testTarget(
            name: "AccountOpeningTests",
            dependencies: ["AccountOpening", "Kazasu", .product(name: "KazasuTesting", package: "Kazasu")]),
    ],
    swiftLanguageModes: [.v6]
)
