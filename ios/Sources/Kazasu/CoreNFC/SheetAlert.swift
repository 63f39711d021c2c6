/// What the system's sheet says.
public enum SheetAlert: Sendable, Hashable {
    /// Before a tap.
    case tap(TapReason)
    /// Several tags at once.
    case severalTags
    /// A tag that is no ISO 7816 card.
    case otherTag
    /// The card is at work: hold still.
    case reading
    /// All done.
    case done
    /// It did not work; the app says why.
    case failed
}

/// The sentences of the sheet. An app may bring its own.
public struct SheetTexts: Sendable {
    private let text: @Sendable (SheetAlert) -> String

    public init(_ text: @escaping @Sendable (SheetAlert) -> String) {
        self.text = text
    }

    public subscript(alert: SheetAlert) -> String { text(alert) }

    public static let japanese = SheetTexts { alert in
        switch alert {
        case .tap(.start): "マイナンバーカードをiPhoneの上部に当ててください"
        case .tap(.continue): "カードが離れました。もう一度当てて、終わるまで動かさないでください"
        case .tap(.lookAtCounter): "カードが離れました。残りの回数を確かめるため、同じカードをもう一度当ててください"
        case .tap(.secretEnteredAgain): "同じカードをもう一度当ててください"
        case .severalTags: "カードが2枚以上あります。マイナンバーカードだけを当ててください"
        case .otherTag: "マイナンバーカードではないようです。マイナンバーカードを当ててください"
        case .reading: "読み取っています。そのまま動かさないでください"
        case .done: "読み取りが終わりました"
        case .failed: "完了できませんでした"
        }
    }

    public static let english = SheetTexts { alert in
        switch alert {
        case .tap(.start): "Hold your My Number Card against the top of your iPhone"
        case .tap(.continue): "The card moved away. Hold it there again and keep it still until done"
        case .tap(.lookAtCounter): "The card moved away. Hold the same card there again to check the remaining tries"
        case .tap(.secretEnteredAgain): "Hold the same card there again"
        case .severalTags: "More than one card. Hold only your My Number Card"
        case .otherTag: "This does not look like a My Number Card. Please hold your My Number Card"
        case .reading: "Reading. Keep the card still"
        case .done: "Done"
        case .failed: "Not completed"
        }
    }
}
