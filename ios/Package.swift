// swift-tools-version: 6.0
import PackageDescription
let package = Package(name: "Kazasu", targets: [
  .target(name: "CoreNFC", path: "StandIns/CoreNFC", exclude: ["README.md"]),
  .target(name: "Kazasu", dependencies: ["CoreNFC"]),
  .testTarget(name: "KazasuTests", dependencies: ["Kazasu", "CoreNFC"]),
])
