import AccountOpeningModel
import Kazasu
import SwiftUI

@main
struct AccountOpeningApp: App {
    @StateObject private var shown = Shown(
        AccountOpening(document: DemoBank.application, jpki: Kazasu(NfcChannel()), bank: DemoBank()))

    var body: some Scene {
        WindowGroup { RootView(shown: shown) }
    }
}

/// The model as SwiftUI wants it.
@MainActor
final class Shown: ObservableObject {
    let model: AccountOpening
    @Published private(set) var screen: Screen

    init(_ model: AccountOpening) {
        self.model = model
        screen = model.screen
        model.changed = { [weak self] in self?.screen = $0 }
    }
}

/// In place of the bank's server, which verifies the signature and answers.
struct DemoBank: Bank {
    /// The server makes it: with a nonce, so that a signature serves for one application.
    static let application = Data("口座開設申込書\n申込番号 \(UUID().uuidString)".utf8)

    func submit(_ signed: Signed) async {
        print("\(signed.signature.bytes.count) bytes of signature, \(signed.certificate.der.count) of certificate")
    }
}
