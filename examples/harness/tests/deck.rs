//! What a relying party reads from the signing certificate of each persona.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use kazasu_cert::{AttributeWarning as W, BirthDate, Certificate, basic_attributes};
use kazasu_sim::{Persona, Purpose};

#[test]
fn the_attributes_are_the_holders_and_warn_where_the_persona_is_made_for_it() {
    for name in Persona::names() {
        let persona = Persona::named(name).unwrap();
        let certificate = Certificate::from_der(&persona.certificate(Purpose::Signing).unwrap()).unwrap();
        let attributes = basic_attributes(&certificate).unwrap();
        assert_eq!(attributes.name.text, persona.holder.name, "{name}");
        assert_eq!(attributes.address.text, persona.holder.address, "{name}");
        assert_eq!(attributes.date_of_birth.as_registered(), persona.holder.date_of_birth, "{name}");
        let warnings: &[W] = match name {
            "substitute-characters" => &[W::NameSubstituted, W::AddressSubstituted],
            "substitute-address" => &[W::AddressSubstituted],
            "partial-birth-date" => &[W::DateOfBirthPartial],
            "unknown-birth-date" => &[W::DateOfBirthUnknown],
            _ => &[],
        };
        assert_eq!(attributes.warnings(), warnings, "{name}");
        let one_word = ["foreign-resident", "mononym"].contains(&name);
        assert_eq!(attributes.family_and_given().is_none(), one_word, "{name}");
    }
}

#[test]
fn a_missing_day_stays_missing() {
    let persona = Persona::named("partial-birth-date").unwrap();
    let certificate = Certificate::from_der(&persona.certificate(Purpose::Signing).unwrap()).unwrap();
    let date = basic_attributes(&certificate).unwrap().date_of_birth;
    assert!(matches!(date.date(), BirthDate::Partial { year: Some(1943), month: Some(6), day: None }));
    assert!(date.known().is_none());
}
