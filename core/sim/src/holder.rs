//! The invented person a simulated card belongs to.

use serde::Deserialize;

use crate::SimError;

/// An invented holder: what the signing certificate says about a person (docs/certificate-facts.md §2.5).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holder {
    /// 氏名, surname U+3000 given name.
    pub name: String,
    /// 生年月日, nine digits: era, then Gregorian YYYYMMDD.
    pub date_of_birth: String,
    /// 性別, one digit.
    pub sex: String,
    /// 住所, up to 200 characters.
    pub address: String,
    /// Which characters of the name stand for another one, counted from 0.
    #[serde(default)]
    pub substituted_in_name: Vec<usize>,
    /// Which characters of the address stand for another one, counted from 0.
    #[serde(default)]
    pub substituted_in_address: Vec<usize>,
    /// Prefecture in Latin letters, such as `Tokyo-to`.
    pub prefecture: String,
    /// Municipality in Latin letters, such as `Chiyoda-ku`.
    pub municipality: String,
    /// 市区町村コード, five digits.
    pub municipality_code: String,
}

impl Holder {
    /// One digit for each character of the name, 1 where it is a substitute.
    pub fn name_substitutes(&self) -> String {
        flags(&self.name, &self.substituted_in_name)
    }

    /// One digit for each character of the address, 1 where it is a substitute.
    pub fn address_substitutes(&self) -> String {
        flags(&self.address, &self.substituted_in_address)
    }

    pub(crate) fn check(&self) -> Result<(), SimError> {
        let digits = |text: &str, len| text.len() == len && text.bytes().all(|byte| byte.is_ascii_digit());
        let rules = [
            ("name", !self.name.is_empty(), "must not be empty"),
            ("date_of_birth", digits(&self.date_of_birth, 9), "must be nine digits"),
            ("sex", digits(&self.sex, 1), "must be one digit"),
            ("address", (1..=200).contains(&self.address.chars().count()), "must have 1 to 200 characters"),
            ("prefecture", !self.prefecture.is_empty(), "must not be empty"),
            ("municipality", !self.municipality.is_empty(), "must not be empty"),
            ("municipality_code", digits(&self.municipality_code, 5), "must be five digits"),
            (
                "substituted_in_name",
                within(&self.substituted_in_name, &self.name),
                "must lie within the name",
            ),
            (
                "substituted_in_address",
                within(&self.substituted_in_address, &self.address),
                "must lie within the address",
            ),
        ];
        match rules.into_iter().find(|(_, holds, _)| !holds) {
            Some((field, _, reason)) => Err(SimError::persona(format!("holder.{field}"), reason)),
            None => Ok(()),
        }
    }
}

fn flags(text: &str, substituted: &[usize]) -> String {
    (0..text.chars().count()).map(|at| if substituted.contains(&at) { '1' } else { '0' }).collect()
}

fn within(positions: &[usize], text: &str) -> bool {
    positions.iter().all(|at| *at < text.chars().count())
}
