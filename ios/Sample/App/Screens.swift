import AccountOpeningModel
import Kazasu
import SwiftUI

struct RootView: View {
    @ObservedObject var shown: Shown

    var body: some View {
        switch shown.screen {
        case .application: ApplicationView(model: shown.model)
        case .password(let prompt): PasswordView(model: shown.model, prompt: prompt)
        case .card: CardView(model: shown.model)
        case .holdAgain(let reason): HoldAgainView(model: shown.model, reason: reason)
        case .thanks: ResultView(title: "お申し込みを受け付けました", text: "", model: nil)
        case .problem(let message): ResultView(title: "完了できませんでした", text: message.japanese, model: shown.model)
        }
    }
}

/// First screen: what will be signed.
struct ApplicationView: View {
    let model: AccountOpening

    var body: some View {
        VStack(spacing: 24) {
            Text("お申し込みの内容").font(.title)
            ScrollView { Text(String(decoding: model.document, as: UTF8.self)) }
            Button("マイナンバーカードで署名する") { model.confirm() }
        }
        .padding()
    }
}

/// Second screen: the password. What SwiftUI keeps of a text field cannot be wiped; the field is emptied at once.
struct PasswordView: View {
    let model: AccountOpening
    let prompt: Prompt
    @State private var typed = ""
    @State private var isCertain = false

    var body: some View {
        VStack(spacing: 24) {
            Text("署名用パスワード").font(.title)
            Text(explanation)
            SecureField("英数字6〜16文字", text: $typed)
                .textContentType(.oneTimeCode)
                .textInputAutocapitalization(.characters)
                .autocorrectionDisabled()
            if case .lastTry = prompt {
                Toggle("間違えるとロックされることを理解しました", isOn: $isCertain)
            }
            Button("カードをかざす") { send() }.disabled(typed.isEmpty || isLastTry && !isCertain)
            Button("やめる", role: .cancel) { model.giveUp() }
        }
        .padding()
    }

    private var isLastTry: Bool { if case .lastTry = prompt { true } else { false } }

    private var explanation: String {
        switch prompt {
        case .first: "市区町村の窓口で設定した、6〜16文字のパスワードです。"
        case .malformed(let message): message.japanese
        case .wrong(let remaining): "パスワードが違います。" + (remaining.map { "残り\($0)回です。" } ?? "")
        case .lastTry: "次に間違えるとカードがロックされ、市区町村の窓口での手続きが必要になります。"
        case .again: "カードが離れました。回数は減っていません。もう一度入力してください。"
        }
    }

    private func send() {
        let evenIfLastTry = isLastTry && isCertain
        Task {
            var bytes = Array(typed.utf8)
            typed = ""
            await model.enter(&bytes, evenIfLastTry: evenIfLastTry)
        }
    }
}

/// Second screen, with the card at the phone. The system's sheet is over it.
struct CardView: View {
    let model: AccountOpening
    @State private var exchanges = 0

    var body: some View {
        VStack(spacing: 24) {
            ProgressView()
            Text(exchanges == 0 ? "カードを待っています" : "読み取っています（\(exchanges)）")
        }
        .task {
            for await case .working(_, let exchange, _) in model.progress { exchanges = exchange }
        }
    }
}

/// Second screen, after the card was lost.
struct HoldAgainView: View {
    let model: AccountOpening
    let reason: NeedTap<Signed>.Reason

    var body: some View {
        VStack(spacing: 24) {
            Text("カードが離れました").font(.title)
            Text(reason == .nothingSpent ? "残り回数は減っていません。" : "残り回数を確かめるため、同じカードをもう一度かざしてください。")
            Button("もう一度かざす") { Task { await model.holdAgain() } }
            Button("やめる", role: .cancel) { model.giveUp() }
        }
        .padding()
    }
}

/// Third screen.
struct ResultView: View {
    let title: String
    let text: String
    /// To start again; nil where there is no need to.
    let model: AccountOpening?

    var body: some View {
        VStack(spacing: 24) {
            Text(title).font(.title)
            Text(text)
            if let model { Button("はじめに戻る") { model.giveUp() } }
        }
        .padding()
    }
}
