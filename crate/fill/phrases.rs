//! Labels in many languages, each judged by itself and as the sentence above a field without one: a word that is missing in one
//! language is found here, and not on a page.

use super::field::shown;
use super::{Class, Context, Field, PageFields, Wanted, detect};

const PHRASES: &str = include_str!("phrases.txt");

/// How many phrases a section has at the least.
const MANY: usize = 30;

fn phrases(section: &str) -> Vec<&'static str> {
    let head = format!("[{section}]");
    let found: Vec<_> = PHRASES
        .lines()
        .skip_while(|line| *line != head)
        .skip(1)
        .take_while(|line| !line.is_empty())
        .collect();
    assert!(found.len() > MANY, "{section}");
    found
}

/// What is taken below a heading by a field of the name `code`.
fn below(heading: &str, field: Field, told: &str) -> Class {
    let context = Context { heading: heading.into(), outer: told.into(), ..Context::default() };
    let field = Field { name: "code".into(), group: 7, ..field };
    let page = PageFields {
        origin: "https://a.example".into(),
        fields: vec![field],
        contexts: vec![context],
        ..PageFields::default()
    };
    detect(&page, &Wanted { digits: 6, steam: false }).class
}

fn labelled(label: &str, heading: &str) -> Class {
    below(heading, Field { label: label.into(), ..shown() }, "")
}

fn told(sentence: &str, heading: &str) -> Class {
    below(heading, Field { autocomplete: "one-time-code".into(), ..shown() }, sentence)
}

fn is_filled(class: &Class) -> bool {
    matches!(class, Class::Totp { .. })
}

/// Every phrase is tried, and those that are judged wrongly are told together.
fn each(section: &str, is_right: impl Fn(&str) -> bool) {
    let wrong: Vec<_> = phrases(section).into_iter().filter(|phrase| !is_right(phrase)).collect();
    assert!(wrong.is_empty(), "{section}: {wrong:#?}");
}

#[test]
fn an_apps_code_is_filled_in_every_language() {
    each("app", |phrase| is_filled(&labelled(phrase, "")) && is_filled(&told(phrase, "Login")));
}

#[test]
fn what_is_sent_is_not_even_below_a_heading_of_second_factors() {
    each("delivery", |phrase| {
        [labelled(phrase, ""), labelled(phrase, "2FA"), told(phrase, "2FA")]
            .iter()
            .all(|class| !is_filled(class))
    });
}

#[test]
fn recovery_codes_are_known_in_every_language() {
    each("recovery", |phrase| matches!(labelled(phrase, "2FA"), Class::BackupCode { .. }));
}

#[test]
fn the_signs_of_a_picture_are_not_filled() {
    each("captcha", |phrase| !is_filled(&labelled(phrase, "")));
}
