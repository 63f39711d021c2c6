//! What to do about a finding.

use crate::language::Both;

/// The next step; none where there is nothing to do.
pub(super) fn next(code: &str) -> Option<Both> {
    let row = NEXT.iter().find(|(codes, _, _)| codes.contains(&code))?;
    Some(Both::new(row.1, row.2))
}

/// Codes, English, Japanese.
#[rustfmt::skip]
const NEXT: &[(&[&str], &str, &str)] = &[
    (&["no_pcsc"],
        "Start the PC/SC service (Debian: pcscd), or use a simulated card: --sim ichiro.",
        "PC/SC サービス（Debian では pcscd）を起動するか、模擬カード（--sim ichiro）をお使いください。"),
    (&["no_reader"],
        "Connect a reader; `kazasu readers` lists those that PC/SC knows.",
        "カードリーダーをつないでください。`kazasu readers` で一覧を確かめられます。"),
    (&["several_readers", "several_cards"],
        "Name one reader with --reader.",
        "--reader で1台を指定してください。"),
    (&["reader_held"],
        "Close the other program that uses the reader.",
        "カードリーダーを使っているほかのプログラムを終えてください。"),
    (&["reader_failed"],
        "Connect the reader again; if that does not help, restart the PC/SC service.",
        "カードリーダーをつなぎ直し、それでもだめなら PC/SC サービスを起動し直してください。"),
    (&["no_card", "card_lost"],
        "Put the card on the reader and leave it there; --wait 10 waits for it.",
        "カードをカードリーダーに置き、そのまま動かさないでください。--wait 10 で待つこともできます。"),
    (&["card_mute"],
        "Turn the card over, or clean its contacts.",
        "カードの裏表を確かめ、接点の汚れを拭いてください。"),
    (&["not_a_jpki_card"],
        "Use a My Number Card.",
        "マイナンバーカードをお使いください。"),
    (&["blocked"],
        "Have it unblocked at the municipal office, or at a convenience-store kiosk if the other secret is known.",
        "市区町村の窓口で解除できます。もう一方の暗証番号が分かれば、コンビニの端末でもできます。"),
    (&["last_try_left"],
        "Be sure of it before you enter it: commands ask for --last-try.",
        "間違いないと確かめてから入力してください。コマンドには --last-try が要ります。"),
    (&["tries_not_reported"],
        "Commands with this secret ask for --last-try, since any try may be the last.",
        "どれが最後の1回か分からないため、コマンドには --last-try が要ります。"),
    (&["certificate_not_issued"],
        "The municipal office issues it; the signing certificate normally from the age of 15. The other one still works.",
        "市区町村の窓口で発行されます（署名用は原則15歳以上）。もう一方の証明書はそのまま使えます。"),
    (&["expired"],
        "Check the date of this machine; if it is right, renew the certificate at the municipal office.",
        "この端末の日付をお確かめください。正しければ、市区町村の窓口で電子証明書を更新してください。"),
    (&["expires_soon"],
        "Renew it at the municipal office in good time.",
        "早めに市区町村の窓口で更新してください。"),
    (&["not_yet_valid", "clock_wrong"],
        "Set the clock of this machine.",
        "この端末の時計を合わせてください。"),
    (&["pin_needed"],
        "`kazasu read auth --out FILE` asks for the PIN and reads it.",
        "`kazasu read auth --out FILE` が暗証番号を尋ねて読み取ります。"),
    (&["password_needed"],
        "`kazasu read sign --out FILE` asks for the password and reads it.",
        "`kazasu read sign --out FILE` がパスワードを尋ねて読み取ります。"),
    (&["juki_card"],
        "Its certificates have long expired; use a My Number Card.",
        "電子証明書の期限は切れています。マイナンバーカードをお使いください。"),
    (&["other_token"],
        "Kazasu goes on as with a card; please report the label.",
        "カードとして扱います。このラベルをお知らせください。"),
    (&["slower"],
        "Nothing to do: more exchanges are made, which takes longer.",
        "対応は不要です。やりとりの回数が増え、少し時間がかかります。"),
    (&["unexpected_status", "no_status_word", "answer_too_long", "certificate_incomplete", "certificate_unusable",
       "channel_refused", "misuse", "bug"],
        "Put the card down again and repeat; if it stays so, report it with the code and the status word.",
        "カードを置き直して、もう一度お試しください。続くようなら、コードとステータスワードを添えてお知らせください。"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_stands_once_and_what_is_fine_needs_nothing() {
        let mut codes: Vec<_> = NEXT.iter().flat_map(|(codes, _, _)| *codes).collect();
        let all = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), all);
        assert_eq!(next("ok"), None);
        assert!(NEXT.iter().all(|(_, en, ja)| en.ends_with('.') && ja.ends_with('。')));
    }
}
