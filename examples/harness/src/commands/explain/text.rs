use std::fmt::Write as _;

use super::sentences::Sentences;
use super::story::{Exchange, Item, Story, Tap, milliseconds, spaced};
use super::telling::Tone;

/// The stories one after the other, for a terminal.
pub(super) fn text(stories: &[Story], say: &Sentences) -> String {
    let sessions: Vec<_> = stories.iter().map(|story| session(story, say)).collect();
    format!("{}\n{}\n", sessions.join("\n"), say.say("label", "privacy", &[]))
}

fn session(story: &Story, say: &Sentences) -> String {
    let colon = say.say("label", "colon", &[]);
    let label = |key| say.say("label", key, &[]);
    let mut text = format!("{}\n\n", story.title);
    // Writing to a string does not fail.
    let _ = writeln!(text, "{} {}", mark(story.verdict.tone), story.verdict.headline);
    let advice = story.verdict.advice.iter().map(|(label, value)| format!("  {label}{colon}{value}\n"));
    text.extend(advice);
    let _ = writeln!(text, "\n{}", label("tries"));
    text.extend(story.tries.iter().map(|(secret, tries)| format!("  {secret}{colon}{tries}\n")));
    text.extend(story.leaving.iter().map(|leaving| format!("  {leaving}\n")));
    text.push('\n');
    text.extend(story.facts.iter().map(|(label, value)| format!("{label}{colon}{value}\n")));
    text.extend(story.taps.iter().map(|one| tap(one, say)));
    text
}

fn tap(tap: &Tap, say: &Sentences) -> String {
    let mut text = format!("\n{} ({})\n", tap.title, milliseconds(say, tap.time()));
    for item in &tap.items {
        match item {
            Item::Exchange(one) => text += &exchange(one, say),
            Item::Note(tone, note) => {
                let _ = writeln!(text, "    {} {note}", mark(*tone));
            }
        }
    }
    text
}

fn exchange(exchange: &Exchange, say: &Sentences) -> String {
    let Exchange { number, title, header, asks, name, tone, sw, answer, judgements, tries, took, .. } =
        exchange;
    let mut text = format!("{number:3} {title}\n      {} {name} ({asks})\n", spaced(*header));
    let sw = sw.as_deref().unwrap_or("----");
    let separator = say.say("label", "separator", &[]);
    let _ = writeln!(text, "    {} {sw} {answer}{separator}{}", mark(*tone), milliseconds(say, *took));
    text.extend(judgements.iter().map(|(tone, judgement)| format!("    {} {judgement}\n", mark(*tone))));
    if let Some(tries) = tries {
        let _ = writeln!(
            text,
            "      {}{}{tries}",
            say.say("label", "tries", &[]),
            say.say("label", "colon", &[])
        );
    }
    if exchange.failed_here {
        let _ = writeln!(text, "    ^ {}", say.say("label", "here", &[]));
    }
    text
}

const fn mark(tone: Tone) -> char {
    match tone {
        Tone::Good => '+',
        Tone::Notable => '!',
        Tone::Bad => 'x',
    }
}
