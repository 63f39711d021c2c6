// swift-tools-version: 6.0
import PackageDescription

// The part of the sample app without screens. `App` is not in it: SwiftUI is on Apple's systems alone.
let package = Package(
    name: "Sample",
    platforms: [.iOS(.v15), .macOS(.v13)],
    products: [.library(name: "AccountOpeningModel", targets: ["AccountOpeningModel"])],
    dependencies: [.package(name: "Kazasu", path: "..")],
    targets: [
        .target(name: "AccountOpeningModel", dependencies: ["Kazasu"]),
        .testTarget(
            name: "AccountOpeningModelTests",
            dependencies: ["AccountOpeningModel", "Kazasu", .product(name: "KazasuTesting", package: "Kazasu")]),
    ],
    swiftLanguageModes: [.v6]
)
