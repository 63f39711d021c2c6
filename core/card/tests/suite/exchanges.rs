//! The exact number of exchanges of each request: everything but the card fingerprint and the leaving, failed probes of a
//! feature counted apart (docs/card-facts.md §9).

use crate::common::{assert_closed, card, completed, right_request, run};
use kazasu_card::{Leaving, Options};
use kazasu_sim::Exchange;

/// Exchanges of one request on one card: all, and those that were probes the card refused.
fn count(persona: &str, flow: &str) -> (usize, usize) {
    let mut card = card(persona);
    card.clear_journal();
    let options = Options { recognise_card: false, ..Options::default() };
    let request = right_request(flow, persona, &card);
    let outcome = run(&mut card, request, options);
    assert_eq!(outcome.exchanges as usize, card.journal().len());
    let leaving = usize::from(outcome.leaving == Leaving::Left);
    completed(outcome);
    assert_closed(&card, flow);
    let journal = &card.journal()[..card.journal().len() - leaving];
    let probes = journal.iter().filter(|exchange| is_failed_probe(exchange)).count();
    (journal.len(), probes)
}

/// READ BINARY or the tries query by short EF identifier, or extended length, that was not answered with data or a counter.
fn is_failed_probe(exchange: &Exchange) -> bool {
    let short_identifier = match exchange.ins {
        0xB0 => exchange.p1 & 0x80 != 0,
        0x20 => exchange.p2 != 0x80,
        _ => false,
    };
    short_identifier && !matches!(exchange.sw, 0x9000 | 0x6282 | 0x63C0..=0x63CF)
}

#[test]
fn capable_card() {
    let count = |flow| count("ichiro", flow);
    assert_eq!(count("tries"), (3, 0));
    assert_eq!(count("read-auth"), (2, 0));
    assert_eq!(count("read-auth-ca"), (2, 0));
    assert_eq!(count("read-sign-ca"), (2, 0));
    assert_eq!(count("authenticate"), (5, 0));
    assert_eq!(count("authenticate-known"), (4, 0));
    assert_eq!(count("read-sign"), (4, 0));
    assert_eq!(count("open-account"), (5, 0));
    assert_eq!(count("sign-three"), (7, 0));
    assert_eq!(count("change-pin"), (5, 0));
    assert_eq!(count("info"), (3, 0));
}

#[test]
fn card_without_short_identifiers_and_extended_length() {
    let within = |flow, most: usize| {
        let (all, probes) = count("hanako", flow);
        // One probe of extended length and one of short identifiers at most.
        assert!(probes <= 2, "{flow}: {probes} failed probes");
        assert_eq!(all - probes, most, "{flow}");
    };
    within("tries", 5);
    within("read-auth", 9);
    within("authenticate", 14);
    within("authenticate-known", 6);
    within("read-sign", 13);
    within("open-account", 15);
}

#[test]
fn recognising_the_card_takes_one_exchange_more() {
    for (flow, with) in
        [("open-account", 6), ("authenticate-known", 5), ("authenticate", 5), ("tries", 3), ("read-auth", 2)]
    {
        let mut card = card("ichiro");
        let request = right_request(flow, "ichiro", &card);
        let outcome = run(&mut card, request, Options::default());
        let leaving = u32::from(outcome.leaving == Leaving::Left);
        assert_eq!(outcome.exchanges - leaving, with, "{flow}");
    }
}

#[test]
fn the_platform_may_have_selected_the_application() {
    let mut card = card("ichiro");
    card.transmit(&[0, 0xA4, 4, 0x0C, 10, 0xD3, 0x92, 0xF0, 0, 0x26, 1, 0, 0, 0, 1]);
    let options = Options { application_selected: true, recognise_card: false, ..Options::default() };
    let request = right_request("open-account", "ichiro", &card);
    let outcome = run(&mut card, request, options);
    assert_eq!((outcome.exchanges, outcome.leaving), (5, Leaving::Left));
    completed(outcome);
}

#[test]
fn a_channel_without_extended_length_is_read_by_short_identifier() {
    let mut card = card("ichiro");
    let options = Options { extended_length: false, recognise_card: false, ..Options::default() };
    let request = right_request("read-auth", "ichiro", &card);
    let outcome = run(&mut card, request, options);
    // SELECT, and one READ for each 256 bytes begun.
    let length = card.certificate(kazasu_sim::Purpose::Authentication).unwrap().len();
    assert_eq!(outcome.exchanges as usize, 1 + length.div_ceil(256));
    completed(outcome);
}
