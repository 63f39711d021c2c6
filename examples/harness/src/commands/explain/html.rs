use std::fmt::Write as _;
use std::time::Duration;

use super::sentences::Sentences;
use super::story::{Exchange, Item, Story, Tap, Verdict, milliseconds, spaced};
use super::telling::Tone;

const STYLE: &str = include_str!("style.css");

/// One page that needs nothing else: no script, no font, no picture, nothing from the network.
pub(super) fn page(stories: &[Story], say: &Sentences) -> String {
    let title = say.say("label", "title", &[]);
    let sessions: String = stories.iter().map(|story| session(story, say)).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header><h1>{title}</h1></header>\n<main>\n{sessions}</main>\n\
         <footer><p>{privacy}</p></footer>\n</body>\n</html>\n",
        lang = say.code(),
        title = escaped(&title),
        privacy = escaped(&say.say("label", "privacy", &[])),
    )
}

fn session(story: &Story, say: &Sentences) -> String {
    let label = |key| escaped(&say.say("label", key, &[]));
    let line = say.say("label", "session_line", &[("line", &story.line.to_string())]);
    let leaving =
        story.leaving.as_ref().map_or_else(String::new, |text| format!("<p>{}</p>\n", escaped(text)));
    let longest = story.longest();
    let taps: String = story.taps.iter().map(|one| tap(one, longest, say)).collect();
    format!(
        "<article aria-labelledby=\"s{line_number}\">\n<h2 id=\"s{line_number}\">{title} <small>{line}</small></h2>\n\
         {verdict}<div class=\"cards\">\n<section class=\"card\">\n<h3>{tries_label}</h3>\n{tries}{leaving}</section>\n\
         <section class=\"card\">\n<h3>{request_label}</h3>\n{facts}</section>\n</div>\n\
         <h3>{timeline}</h3>\n{taps}</article>\n",
        line_number = story.line,
        title = escaped(&story.title),
        line = escaped(&line),
        verdict = verdict(&story.verdict),
        tries_label = label("tries"),
        tries = list(&story.tries),
        request_label = label("setup"),
        facts = list(&story.facts),
        timeline = label("timeline"),
    )
}

fn verdict(verdict: &Verdict) -> String {
    format!(
        "<section class=\"verdict {}\">\n<p class=\"headline\">{} {}</p>\n{}</section>\n",
        class(verdict.tone),
        symbol(verdict.tone),
        escaped(&verdict.headline),
        list(&verdict.advice),
    )
}

fn list(pairs: &[(String, String)]) -> String {
    if pairs.is_empty() {
        return String::new();
    }
    let rows = pairs
        .iter()
        .map(|(name, value)| format!("<div><dt>{}</dt><dd>{}</dd></div>\n", escaped(name), escaped(value)));
    let rows = rows.collect::<Vec<_>>().concat();
    format!("<dl>\n{rows}</dl>\n")
}

fn tap(tap: &Tap, longest: Duration, say: &Sentences) -> String {
    let items: String = tap
        .items
        .iter()
        .map(|item| match item {
            Item::Exchange(one) => exchange(one, longest, say),
            Item::Note(tone, note) => {
                format!("<li class=\"note {}\">{} {}</li>\n", class(*tone), symbol(*tone), escaped(note))
            }
        })
        .collect();
    format!(
        "<section class=\"tap\">\n<h4>{} <small>{}</small></h4>\n<ol>\n{items}</ol>\n</section>\n",
        escaped(&tap.title),
        escaped(&milliseconds(say, tap.time())),
    )
}

fn exchange(exchange: &Exchange, longest: Duration, say: &Sentences) -> String {
    let Exchange { number, title, name, header, asks, tone, answer, tries, took, before, .. } = exchange;
    let label = |key| escaped(&say.say("label", key, &[]));
    let here = if exchange.failed_here {
        format!("<p class=\"here\">{}</p>\n", label("here"))
    } else {
        String::new()
    };
    let mut details = String::new();
    // Writing to a string does not fail.
    for (tone, text) in &exchange.judgements {
        let (class, symbol) = (class(*tone), symbol(*tone));
        let _ = writeln!(details, "<p class=\"judgement {class}\">{symbol} {}</p>", escaped(text));
    }
    if let Some(tries) = tries {
        let _ = writeln!(details, "<p class=\"tries\"><b>{}</b> {}</p>", label("tries"), escaped(tries));
    }
    let sw = exchange.sw.as_ref().map_or_else(String::new, |sw| format!("<code>{sw}</code> "));
    format!(
        "<li class=\"exchange {class}\"><span class=\"number\">{number}</span>\n<div class=\"what\">\n\
         <p class=\"command\">{title}</p>\n<p class=\"raw\"><code>{header}</code> {name}{separator}{asks}</p>\n\
         <p class=\"answer\">{symbol} {sw}{answer}</p>\n{details}{here}</div>\n\
         <div class=\"time\"><span>{time}</span><span class=\"track\" aria-hidden=\"true\">\
         <span class=\"bar\" style=\"margin-left:{from:.2}%;width:{width:.2}%\"></span></span></div></li>\n",
        class = class(*tone),
        title = escaped(title),
        header = spaced(*header),
        separator = label("separator"),
        asks = escaped(asks),
        symbol = symbol(*tone),
        answer = escaped(answer),
        time = escaped(&milliseconds(say, *took)),
        from = percent(*before, longest),
        width = percent(*took, longest),
    )
}

fn percent(part: Duration, whole: Duration) -> f64 {
    if whole.is_zero() { 0.0 } else { part.as_secs_f64() / whole.as_secs_f64() * 100.0 }
}

const fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "good",
        Tone::Notable => "notable",
        Tone::Bad => "bad",
    }
}

/// Said by colour as well; read aloud it would only be in the way.
const fn symbol(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "<span class=\"symbol\" aria-hidden=\"true\">✓</span>",
        Tone::Notable => "<span class=\"symbol\" aria-hidden=\"true\">!</span>",
        Tone::Bad => "<span class=\"symbol\" aria-hidden=\"true\">✗</span>",
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_no_markup() {
        assert_eq!(escaped("<a href=\"x\">&amp;"), "&lt;a href=&quot;x&quot;&gt;&amp;amp;");
    }

    #[test]
    fn a_part_of_nothing_is_nothing() {
        assert!(percent(Duration::ZERO, Duration::ZERO).abs() < f64::EPSILON);
        assert!((percent(Duration::from_millis(1), Duration::from_millis(4)) - 25.0).abs() < 1e-9);
    }
}
