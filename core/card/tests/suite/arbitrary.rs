//! A card that answers anything at all: no panic, no endless session, no second VERIFY.

use crate::common::{FLOWS, card, right_request};
use kazasu_card::{CardSession, Options, Step};
use proptest::prelude::*;

/// What a shell may do with a step.
#[derive(Debug, Clone)]
enum Act {
    Answer(Vec<u8>),
    Lose,
    Refuse,
    Cancel,
}

fn act() -> impl Strategy<Value = Act> {
    let status = prop_oneof![
        4 => Just(vec![0x90, 0x00]),
        2 => Just(vec![0x63, 0xC3]),
        1 => Just(vec![0x63, 0xC0]),
        2 => Just(vec![0x61, 0x10]),
        2 => Just(vec![0x6C, 0x10]),
        1 => Just(vec![0x62, 0x82]),
        1 => Just(vec![0x6A, 0x86]),
        1 => Just(vec![0x69, 0x82]),
        2 => proptest::collection::vec(any::<u8>(), 0..3),
    ];
    let data = prop_oneof![
        3 => Just(Vec::new()),
        1 => proptest::collection::vec(any::<u8>(), 0..300),
        1 => (any::<[u8; 2]>(), 0usize..300).prop_map(|(len, more)| [&[0x30, 0x82, len[0] & 0x0F, len[1]][..], &vec![0; more]].concat()),
    ];
    prop_oneof![
        20 => (data, status).prop_map(|(data, status)| Act::Answer([data, status].concat())),
        1 => Just(Act::Lose),
        1 => Just(Act::Refuse),
        1 => Just(Act::Cancel),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ends_without_panic_or_second_verify(
        flow in 0..FLOWS.len(),
        acts in proptest::collection::vec(act(), 1..40),
        recognise_card in any::<bool>(),
        extended_length in any::<bool>(),
    ) {
        let template = card("ichiro");
        let options = Options { recognise_card, extended_length, ..Options::default() };
        let mut session = CardSession::new(right_request(FLOWS[flow], "ichiro", &template), options);
        let mut step = session.start().unwrap();
        let mut verifies = 0;
        let mut exchanges = 0;
        let mut taps = 0;
        let mut acts = acts.iter().cycle();
        let outcome = loop {
            exchanges += 1;
            prop_assert!(exchanges < 5_000, "endless session");
            step = match step {
                Step::Transmit(transmit) => match acts.next().unwrap() {
                    Act::Cancel => session.cancel().unwrap(),
                    Act::Refuse => session.channel_refused().unwrap(),
                    seen => {
                        verifies += usize::from(transmit.apdu().header()[1] == 0x20 && transmit.apdu().data_len() > 0);
                        match seen {
                            Act::Answer(answer) => session.handle_response(answer).unwrap(),
                            _ => session.card_lost().unwrap(),
                        }
                    }
                },
                // Without a new consent: resume what can be resumed, a few times.
                Step::NeedTap(_) if taps == 5 => break session.abandon().unwrap(),
                Step::NeedTap(_) => match session.resume() {
                    Ok(step) => {
                        taps += 1;
                        step
                    }
                    Err(_) => break session.abandon().unwrap(),
                },
                Step::Done(outcome) => break outcome,
            };
        };
        prop_assert!(verifies <= 1, "{verifies} VERIFY");
        prop_assert!(outcome.exchanges as usize <= exchanges);
    }
}
