//! What a field's attributes and the words around it say, folded and looked up once.

use std::ops::Range;

use super::field::{Context, Field, PageFields};
use super::pattern::is_drawn_shape;
use super::place::is_typed;
use super::text::{fold, split_name};
use super::vocabulary::{Category, is_copied, is_name_word, places, says};

/// A line before a field that is longer than this is an instruction and no label.
const LABEL_LINE: usize = 60;
/// Letters that a sentence about the code may have beyond the words that are known: where nothing says second factor,
/// and where something does.
pub(super) const UNKNOWN_LETTERS: usize = 9;
const UNKNOWN_OF_FACTOR: usize = 17;
/// Letters beyond the known words in a label that names no code.
pub(super) const UNKNOWN_LABEL: usize = 3;
/// In a form with more fields, the words around do not speak of each of them.
const SMALL_FORM: usize = 6;

/// A field and its words, folded.
pub(super) struct Reading<'a> {
    pub field: &'a Field,
    /// `name` and `id`.
    pub name: String,
    /// What the page shows as its label; the placeholder and title too.
    pub label: String,
    /// The text right before it, where it has no label.
    pub lead: String,
    /// The last line of that text, however long, as the page has it.
    pub line: String,
    /// Class and test ids, the form's attributes: for developers' eyes.
    pub hints: String,
    /// The heading and all prose of its form and around.
    pub prose: String,
    /// As `prose`, without the lines that label the other fields.
    pub unlabelled: String,
    /// The prose of the form or dialog alone.
    pub inner: String,
    pub heading: String,
    /// As `inner`, without the heading.
    pub told: String,
    /// Of that, what stands before the field, and what stands after it.
    pub before: String,
    pub after: String,
    /// The prose outside the form, where that can speak of this field.
    pub around: String,
    /// Links and buttons, each folded.
    pub actions: Vec<String>,
    /// The same of the page's other forms and its footer.
    pub elsewhere: Vec<String>,
    pub pictures: String,
    /// The only field of its form that a person types into.
    pub alone: bool,
    /// One of a row of boxes, each of which may have a label of its own.
    pub in_row: bool,
    pub siblings: Siblings,
    /// A mail address or a phone number stands in its form, whole or masked, or in a field that cannot be changed.
    pub address: bool,
    /// As `address`, masked: so shows who says where the code went.
    pub masked: bool,
    /// A line says that something was sent, and to which address.
    pub sent: bool,
    /// A code stands in its form for everybody to read: "type 482913 to confirm".
    pub shows_code: bool,
}

/// What else its form asks for.
#[derive(Clone, Copy, Default)]
pub(super) struct Siblings {
    pub all: usize,
    pub passwords: usize,
    pub contact: bool,
    pub card: bool,
    /// A person's name, birthday or town.
    pub person: bool,
    /// An authenticator's secret, which is typed where an entry is made.
    pub secret: bool,
    /// Another field takes the code that was sent.
    pub delivered: bool,
    /// Another field takes a recovery code.
    pub recovery: bool,
    /// The number of a document, an order, a parcel: codes beside it are printed there.
    pub paper: bool,
    /// A date: something is filed or booked.
    pub filed: bool,
    /// A new password.
    pub renewed: bool,
}

impl<'a> Reading<'a> {
    pub fn of(page: &'a PageFields, field: &'a Field) -> Reading<'a> {
        let empty = Context::default();
        let context = page.contexts.get(field.context as usize).unwrap_or(&empty);
        let others = || page.fields.iter().filter(|other| other.form == field.form && is_typed(other));
        let small = others().count() <= SMALL_FORM || field.context != 0;

        let placeholder = if is_drawn_shape(&field.placeholder) { "" } else { field.placeholder.as_str() };
        let own = if is_copied(&fold(&field.label)) { "" } else { field.label.as_str() };
        let mut label = format!("{own}\n{placeholder}\n{}", field.title);
        let (mut lead, mut told) = (String::new(), String::new());
        if own.is_empty() && placeholder.trim().is_empty() {
            // The star of a field that must be filled is no label.
            let line = field.near.lines().rfind(|line| line.contains(char::is_alphanumeric)).unwrap_or("");
            if line.chars().count() <= LABEL_LINE {
                label.push('\n');
                label.push_str(line);
            }
            lead = fold(if is_labelled_inside(field, context, line) { line } else { &field.near });
            line.clone_into(&mut told);
        }
        let inner = format!("{}\n{}\n{}", context.heading, context.before, context.after);
        let outer = if small { context.outer.as_str() } else { "" };
        let is_label = |line: &&str| !line.is_empty() && others().any(|other| other.label.trim() == *line);
        let unlabelled: Vec<&str> = inner.lines().map(str::trim).filter(|line| !is_label(line)).collect();
        Reading {
            field,
            name: format!(
                "{}.{}",
                split_name(&field.name, &is_name_word),
                split_name(&field.id, &is_name_word)
            ),
            label: fold(&label),
            lead,
            line: told,
            hints: split_name(&format!("{} {}", field.hints, context.form), &is_name_word),
            prose: untipped(&format!("{inner}\n{outer}")),
            unlabelled: untipped(&format!("{}\n{outer}", unlabelled.join("\n"))),
            inner: untipped(&inner),
            heading: fold(&context.heading),
            told: untipped(&format!("{}\n{}", context.before, context.after)),
            before: fold(&context.before),
            after: fold(&context.after),
            around: untipped(outer),
            actions: context.actions.split('|').map(fold).collect(),
            elsewhere: context.elsewhere.split('|').map(fold).collect(),
            // A code to scan is none to type.
            pictures: split_name(&context.pictures, &is_name_word).replace(" qr code ", " "),
            alone: others().filter(|other| other.group != field.group || other.n == field.n).count() <= 1
                || others().count() == 1,
            in_row: false,
            address: inner.lines().chain(outer.lines()).any(has_address)
                || page.fields.iter().any(|other| other.form == field.form && is_shown_address(other)),
            masked: inner
                .lines()
                .chain(outer.lines())
                .any(|line| has_masked_address(line) || has_address(line) && says_sent(&fold(line))),
            sent: inner.lines().chain(outer.lines()).any(|line| has_address(line) && says_sent(&fold(line))),
            shows_code: inner.lines().any(has_code),
            siblings: siblings(others().filter(|other| other.n != field.n)),
        }
    }

    /// The label says it, or the line that stands for one.
    pub fn label_says(&self, category: Category) -> bool {
        says(&self.label, category)
    }

    /// As [`Self::label_says`], or the text that leads to the field does.
    pub fn lead_says(&self, category: Category) -> bool {
        says(&self.label, category) || says(&self.lead, category)
    }

    pub fn name_says(&self, category: Category) -> bool {
        says(&self.name, category)
    }

    pub fn prose_says(&self, category: Category) -> bool {
        says(&self.prose, category)
    }

    /// Says of itself that it is a one-time or second-factor code.
    pub fn is_named_factor(&self) -> bool {
        [Category::App, Category::Factor]
            .iter()
            .any(|category| self.name_says(*category) || self.label_says(*category))
    }

    /// An authenticator is named by the field or by the prose around it.
    pub fn names_app(&self) -> bool {
        self.name_says(Category::App) || self.lead_says(Category::App) || self.prose_says(Category::App)
    }

    /// An authenticator is named in passing only, as what a tab or a choice is called, and nothing tells to use it.
    pub fn names_app_in_passing(&self) -> bool {
        let named = |sentence: &str| {
            let apps = places(sentence, Category::App);
            let rest = sentence
                .char_indices()
                .filter(|(at, c)| c.is_alphanumeric() && !apps.iter().any(|place| place.contains(at)));
            apps.is_empty() || rest.count() == 0
        };
        self.prose_says(Category::App)
            && !self.name_says(Category::App)
            && !self.lead_says(Category::App)
            && !says(&self.heading, Category::App)
            && self.prose.split(" . ").all(named)
    }

    /// Nothing says second factor: only that some code is to be typed.
    pub fn is_generic(&self) -> bool {
        !self.is_named_factor() && !self.prose_says(Category::App) && !self.prose_says(Category::Factor)
    }

    /// Nothing names an authenticator or a second factor. That a code is used once, or a name of `otp`, says no more than
    /// that some code is to be typed: cards, parcels and messages have such codes too.
    pub fn is_unspecific(&self) -> bool {
        let at_once = self.siblings.passwords == 1 && self.label_says(Category::Factor);
        !self.names_app() && !self.is_second_factor() && !at_once
    }

    /// Its label is in words of which none is known as one of a code: "Abholnummer".
    pub fn has_unknown_label(&self, most: usize) -> bool {
        const CODES: [Category; 5] =
            [Category::App, Category::Factor, Category::Code, Category::Weak, Category::Recovery];
        !CODES.iter().any(|kind| self.label_says(*kind))
            // "Number 1" is a box of a row.
            && !self.label.contains(|c: char| c.is_ascii_digit())
            && self.label.split(" . ").any(|part| unknown_letters(part) > most)
    }

    /// Its label speaks of a second factor, and asks for something else: "Type DELETE to remove your authenticator app".
    pub fn speaks_about_factor(&self) -> bool {
        const CODES: [Category; 4] = [Category::Code, Category::Weak, Category::Once, Category::Recovery];
        self.line.is_empty()
            // Labels of boxes count them: "first digit of the TOTP".
            && !self.in_row
            && !CODES.iter().any(|kind| self.label_says(*kind))
            && self.label.split(" . ").any(|part| {
                [Category::App, Category::Factor].iter().any(|kind| says(part, *kind))
                    && unknown_letters(part) > UNKNOWN_LETTERS
            })
    }

    /// Its label asks for a name, an address, a password, for whatever reason: "To turn off two-factor authentication, type your
    /// user name". In "two-factor password" that word is one for the code.
    pub fn asks_who(&self) -> bool {
        const CODES: [Category; 3] = [Category::App, Category::Code, Category::Once];
        let factors = places(&self.label, Category::Factor);
        let is_code = |place: &Range<usize>| {
            factors.iter().any(|factor| factor.start <= place.start && place.start <= factor.end + 1)
        };
        let passwords = passwords(&self.label);
        // In some languages the word for a password has one for a code in it: 密码, 비밀번호.
        let codes = places(&self.label, Category::Weak);
        let coded = codes.iter().any(|code| !passwords.iter().any(|place| place.contains(&code.start)));
        // "Your second factor is required to complete login": in English that is no name.
        let is_name = |place: &&Range<usize>| self.label.get((*place).clone()) != Some("login");
        let names = places(&self.label, Category::Identity);
        !coded
            && !CODES.iter().any(|kind| self.label_says(*kind))
            && names.iter().filter(is_name).chain(&passwords).any(|place| !is_code(place))
    }

    /// Its label is a word for a password and no more; where it hides what is typed, a word or two may stand with it:
    /// "Current password".
    pub fn asks_password(&self) -> bool {
        const CODES: [Category; 5] =
            [Category::App, Category::Factor, Category::Code, Category::Once, Category::Unit];
        let is_hidden = self.field.kind == "password" && !CODES.iter().any(|kind| self.label_says(*kind));
        let is_bare = |part: &str| {
            let known = passwords(part);
            let outside =
                |place: &Range<usize>| !known.iter().any(|password| password.contains(&place.start));
            let rest: String = part
                .char_indices()
                .filter(|(at, c)| {
                    c.is_alphanumeric() && !known.iter().any(|place| place.contains(at)) || *c == ' '
                })
                .map(|(_, c)| c)
                .collect();
            let is_coded = || places(part, Category::Weak).iter().any(outside);
            rest.trim().is_empty() || is_hidden && !is_coded() && unknown_letters(&rest) <= UNKNOWN_LETTERS
        };
        // What stands before a field may be about the one before.
        (self.line.is_empty() || !self.is_named_factor())
            && !passwords(&self.label).is_empty()
            && !self.is_one_time()
            && self.label.split(" . ").all(is_bare)
    }

    /// The only field of a form below a heading of second factors, with a name for a code.
    pub fn is_lone_factor(&self) -> bool {
        let named = self.name_says(Category::Factor)
            || self.name_says(Category::Weak)
            || self.name_says(Category::Code);
        self.siblings.all == 0 && named && says_second_factor(&self.heading)
    }

    /// As [`Self::is_named_factor`], and not only that it is used once.
    pub fn is_named_second_factor(&self) -> bool {
        self.name_says(Category::App)
            || self.label_says(Category::App)
            || [&self.name, &self.label].iter().any(|text| says_second_factor(text))
    }

    /// Its label says second factor, and not only that the code is used once.
    pub fn label_says_second_factor(&self) -> bool {
        says_second_factor(&self.label)
    }

    /// As [`Self::label_says_second_factor`], of all words around.
    pub fn prose_says_second_factor(&self) -> bool {
        says_second_factor(&self.prose)
    }

    /// Something says second factor, and not only that the code is used once.
    fn is_second_factor(&self) -> bool {
        [&self.name, &self.label, &self.prose].iter().any(|text| says_second_factor(text))
    }

    /// "Pickup code (6 digits)", "Código de empresa": the label says which code it is, and the kind is not known here.
    pub fn has_unknown_kind(&self) -> bool {
        const KNOWN: [Category; 4] = [Category::App, Category::Factor, Category::Code, Category::Recovery];
        let is_kind = |part: &str| says(part, Category::Weak) && unknown_letters(part) > UNKNOWN_LABEL;
        !KNOWN.iter().any(|kind| self.label_says(*kind)) && self.bare_label().split(" . ").any(is_kind)
    }

    /// The label without what stands in brackets.
    fn bare_label(&self) -> String {
        let Field { label, placeholder, title, .. } = self.field;
        match self.line.as_str() {
            "" => fold(&without_brackets(&format!("{label}\n{placeholder}\n{title}"))),
            _ => self.label.clone(),
        }
    }

    /// A sentence tells of the code in words that are not known here ("the person who helps you has to give you a
    /// code"): where no authenticator is named, that is where it comes from.
    pub fn is_told_otherwise(&self) -> bool {
        let limit = if self.is_second_factor() { UNKNOWN_OF_FACTOR } else { UNKNOWN_LETTERS };
        let headed = self.is_generic() && unknown_letters(ungreeted(&self.heading)) > UNKNOWN_LETTERS;
        let told = |text: &str| sentences_of_code(text).any(|sentence| unknown_letters(sentence) > limit);
        // "6-digit collection code": a label is short.
        let labelled = self.line.is_empty()
            && !self.is_named_factor()
            && sentences_of_code(&self.bare_label()).any(|part| unknown_letters(part) > UNKNOWN_LETTERS);
        let spoken = [&self.label, &self.lead, &self.told, &self.around];
        // In a form that asks for name, password and second factor at once nothing was sent yet.
        let at_once = self.siblings.passwords == 1
            && self.label_says(Category::Factor)
            && !self.prose_says(Category::Touch);
        !at_once && !self.names_app() && (labelled || headed || spoken.iter().any(|text| told(text)))
    }

    /// A sentence tells of the code together with a phone, a message, a mailbox, or says that it will arrive: where no
    /// authenticator is named, that is how it comes.
    pub fn is_told_to_come(&self) -> bool {
        // In one form with a mail address or another code the words of its labels run together.
        let labelled =
            self.label_says(Category::Factor) && (self.siblings.passwords == 1 || self.siblings.delivered);
        let brings = |sentence: &str| {
            let labels = if labelled { places(sentence, Category::Identity) } else { Vec::new() };
            let own = |place: &Range<usize>| labels.iter().any(|label| label.contains(&place.start));
            places(sentence, Category::Carrier).iter().any(|place| !own(place))
        };
        let told = |text: &str| sentences_of_code(text).any(brings);
        // "Verification by SMS": a heading need not name the code.
        let headed = self.siblings.passwords == 0 && brings(&self.heading);
        let other_is_brought =
            self.siblings.delivered && self.label_says_second_factor() && self.field.kind != "password";
        !other_is_brought
            && !self.names_app()
            && (headed || [&self.label, &self.lead, &self.told, &self.around].iter().any(|text| told(text)))
    }

    /// Its label names no length, or the wanted one among those it names.
    pub fn fits(&self, digits: u8) -> bool {
        let lengths = super::length::said(&self.label);
        lengths.is_empty() || lengths.contains(&u32::from(digits))
    }

    /// It has a label, and neither that nor its name speaks of a code: then what stands around speaks of another.
    pub fn is_for_something_else(&self) -> bool {
        const CODES: [Category; 6] = [
            Category::App,
            Category::Factor,
            Category::Code,
            Category::Weak,
            Category::Recovery,
            Category::Plain,
        ];
        // "Answer" and "response" are names of code fields, and labels of fields for sentences.
        let bare = |text: &str| text.replace(" answer ", " ").replace(" response ", " ");
        let (label, name) = (bare(&self.label), bare(&self.name));
        self.label.chars().any(char::is_alphabetic)
            && !CODES.iter().any(|kind| says(&label, *kind) || says(&name, *kind))
            && !self.is_one_time()
    }

    /// A picture that a script draws (`rand.php`, a canvas) beside a field of a code of which nothing is said: its signs. Beside
    /// a password one without a file too (`data:`, a drawing in the page); elsewhere that is an ornament.
    pub fn has_drawn_picture(&self) -> bool {
        const DRAWN: [&str; 8] =
            [" canvas ", " php ", " jsp ", " aspx ", " ashx ", " cgi ", " do ", " rand "];
        let inline = self.siblings.passwords > 0 && self.pictures.contains(" inline ");
        self.is_unspecific() && (inline || DRAWN.iter().any(|word| self.pictures.contains(word)))
    }

    /// Its tabs name an authenticator and recovery codes, and nothing that is sent: "Authenticator | Backup code".
    pub fn is_tab_of_app(&self) -> bool {
        const SENT: [Category; 4] =
            [Category::Channel, Category::Delivered, Category::Resend, Category::Instead];
        let tab = |kind: Category| self.actions.iter().any(|action| says(action, kind));
        tab(Category::App) && tab(Category::Recovery) && !SENT.into_iter().any(tab)
    }

    /// Has `one-time-code` among the tokens of `autocomplete`.
    pub fn is_one_time(&self) -> bool {
        self.field.autocomplete.to_ascii_lowercase().split_whitespace().any(|token| token == "one-time-code")
    }
}

/// Folds a text without what it advises for another time: "Tired of messages? Switch to an authenticator app".
fn untipped(text: &str) -> String {
    let text = fold(text);
    let codes = [Category::Code, Category::Weak];
    let is_tip = |sentence: &str| {
        says(sentence, Category::Tip)
            && says(sentence, Category::App)
            && !codes.iter().any(|kind| says(sentence, *kind))
    };
    if !says(&text, Category::Tip) {
        return text;
    }
    let kept: Vec<&str> = text.split(" . ").filter(|sentence| !is_tip(sentence)).collect();
    kept.join(" . ")
}

/// "Code (if you have one)": what is in brackets says nothing of the kind.
fn without_brackets(text: &str) -> String {
    let mut depth = 0_usize;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => depth = depth.saturating_sub(1),
            '\n' => {
                depth = 0;
                out.push(c);
            }
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// Where a text has words for a password. A PIN may be the code.
fn passwords(text: &str) -> Vec<Range<usize>> {
    let mut found = places(text, Category::Password);
    found.retain(|place| text.get(place.clone()) != Some("pin"));
    found
}

/// A text says second factor in other words than those for what is used once.
fn says_second_factor(text: &str) -> bool {
    let once = places(text, Category::Once);
    let within =
        |place: &Range<usize>| once.iter().any(|held| held.start < place.end && place.start < held.end);
    places(text, Category::Factor).iter().any(|place| !within(place))
}

/// `ada@example.com`, `a***@e***.com`, `+44 7700 900123`, `•••-•••-12`, `(XXX) XXX-1234`.
fn has_address(line: &str) -> bool {
    let mail = line.split_whitespace().any(|word| {
        word.split_once('@').is_some_and(|(who, host)| {
            !who.is_empty() && host.trim_end_matches('.').contains('.') && !host.starts_with('.')
        })
    });
    let dialled = line.match_indices('+').any(|(at, _)| {
        line.get(at + 1..)
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()) && count_signs(rest).1 >= 6)
    });
    mail || dialled || has_masked_address(line)
}

/// "Sent to ada@example.com", and not "A code can be sent to ... instead".
fn says_sent(line: &str) -> bool {
    says(line, Category::Sent) && ![Category::Lost, Category::Instead].iter().any(|kind| says(line, *kind))
}

fn is_mask(c: char) -> bool {
    matches!(c, '*' | '•' | '●' | '·' | '×' | 'X' | 'x')
}

/// The dialled or mailed address of `has_address` with some of its signs hidden.
fn has_masked_address(line: &str) -> bool {
    let hides = |c: char| matches!(c, '*' | '•' | '●' | '·');
    let mail = line.split_whitespace().any(|word| {
        word.split_once('@')
            .is_some_and(|(who, host)| !who.is_empty() && !host.is_empty() && word.chars().any(hides))
    });
    // Some signs that hide, then the digits that are left. A placeholder for a code has no digits.
    let number = line.char_indices().any(|(at, c)| {
        matches!(c, '*' | '•' | '●' | 'X' | 'x')
            && line.get(..at).is_none_or(|before| !before.ends_with(|c: char| c.is_alphanumeric()))
            && line
                .get(at..)
                .map(count_signs)
                .is_some_and(|(digits, all)| (2..=6).contains(&digits) && all >= digits + 2)
    });
    mail || number
}

/// The digits at the beginning of a text that could be dialled, and those with the ones that are hidden.
fn count_signs(text: &str) -> (usize, usize) {
    let part = |c: char| c.is_ascii_digit() || is_mask(c) || matches!(c, ' ' | '-' | '(' | ')' | '.' | '/');
    let run: String = text.chars().take_while(|c| part(*c)).collect();
    let digits = run.chars().filter(char::is_ascii_digit).count();
    (digits, digits + run.chars().filter(|c| is_mask(*c)).count())
}

/// The sentences of a folded text that speak of a code. What to do where the code cannot be had says nothing of where it
/// comes from.
fn sentences_of_code(text: &str) -> impl Iterator<Item = &str> {
    let has = |sentence: &str, kinds: &[Category]| kinds.iter().any(|kind| says(sentence, *kind));
    let compound = |sentence: &str| {
        let ends =
            |word: &str| ["code", "kod", "kode", "koden", "koodi"].iter().any(|end| word.ends_with(end));
        sentence.split(' ').any(ends)
    };
    text.split(" . ").filter(move |sentence| {
        (has(sentence, &[Category::Code, Category::Weak, Category::Factor]) || compound(sentence))
            && !has(sentence, &[Category::Lost, Category::Recovery])
    })
}

/// A heading without the greeting that it begins with.
fn ungreeted(heading: &str) -> &str {
    let greetings = places(heading, Category::Greeting);
    let begun = greetings
        .iter()
        .filter(|place| heading.get(..place.start).is_some_and(|before| before.trim().is_empty()));
    let end = begun.map(|place| place.end).max().unwrap_or(0);
    heading.get(end..).unwrap_or(heading)
}

/// The letters of a folded sentence that belong to no word of which it is known that it says nothing of where a code
/// comes from. A letter of a script without spaces says as much as three.
pub(super) fn unknown_letters(sentence: &str) -> usize {
    let mut known = Vec::new();
    for kind in [
        Category::Code,
        Category::Factor,
        Category::Weak,
        Category::Recovery,
        Category::Plain,
        Category::Neutral,
        Category::Or,
    ] {
        known.extend(places(sentence, kind));
    }
    let letters = sentence
        .char_indices()
        .filter(|(at, c)| c.is_alphabetic() && !known.iter().any(|place: &Range<usize>| place.contains(at)));
    letters.map(|(_, c)| if matches!(c as u32, 0x3040..=0x9FFF | 0xAC00..=0xD7AF) { 3 } else { 1 }).sum()
}

/// `482913` as a word of its own, and no sample of a code (`123456`, `000000`).
fn has_code(line: &str) -> bool {
    let words = line.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| (5..=8).contains(&word.len()) && word.bytes().all(|c| c.is_ascii_digit())).any(
        |word| {
            let steps = word.as_bytes().windows(2).map(|pair| match pair {
                [one, next] => i16::from(*next) - i16::from(*one),
                _ => 0,
            });
            !steps.clone().all(|step| step == 0) && !steps.clone().all(|step| step == 1)
        },
    )
}

/// Whether the last line before a field is its label inside its form, and what stands before that is outside: then
/// the page speaks of something else ("My authenticator app shows a code that ..." above "Your reply").
fn is_labelled_inside(field: &Field, context: &Context, line: &str) -> bool {
    let line = line.trim();
    let inside = |text: &str| context.before.contains(text.trim());
    let codes = [Category::App, Category::Factor, Category::Code, Category::Weak, Category::Recovery];
    let rest = || field.near.lines().map(str::trim).filter(|each| !each.is_empty() && *each != line);
    (field.form != 0 || field.context != 0)
        && line.chars().any(char::is_alphabetic)
        && inside(line)
        && !rest().any(inside)
        && !codes.iter().any(|kind| says(&fold(line), *kind))
}

/// `smsCode`, `email_otp`, `phoneVerification`.
pub(super) fn name_has_channel(name: &str) -> bool {
    let channel =
        [" sms ", " email ", " mail ", " phone ", " mobile ", " tel "].iter().any(|word| name.contains(word));
    channel && [Category::Weak, Category::Factor, Category::Code].iter().any(|kind| says(name, *kind))
}

fn siblings<'a>(others: impl Iterator<Item = &'a Field>) -> Siblings {
    let mut found = Siblings::default();
    for other in others {
        found.all += 1;
        let autocomplete = other.autocomplete.to_ascii_lowercase();
        let words = format!(
            "{}{}{}",
            split_name(&other.name, &is_name_word),
            split_name(&other.id, &is_name_word),
            fold(&format!("{}\n{}", other.label, other.placeholder))
        );
        found.card |= autocomplete.contains("cc-") || says(&words, Category::Card);
        found.person |= says(&words, Category::Person);
        found.secret |= other.kind != "textarea" && says(&words, Category::Secret);
        found.recovery |= says(&words, Category::Recovery);
        found.paper |= other.kind != "textarea" && says(&words, Category::Paper);
        found.delivered |= says(&words, Category::Channel) || name_has_channel(&words);
        // Sign-in pages say `new-password` too, to keep browsers from filling.
        found.renewed |= autocomplete.contains("new-password") && words.contains(" new ");
        match other.kind.as_str() {
            "password" if !says(&words, Category::Factor) => found.passwords += 1,
            "email" => found.contact = true,
            "date" => found.filed = true,
            "text" | "tel" => found.contact |= is_contact(&words) || autocomplete.contains("tel"),
            _ => {}
        }
    }
    found
}

/// A mail address or a phone number that is shown in a field and cannot be changed.
fn is_shown_address(field: &Field) -> bool {
    !field.editable && (field.kind == "email" || field.kind == "text" && is_contact(&fold(&field.label)))
}

/// A mail address or a phone number, and no code that was sent there.
pub(super) fn is_contact(words: &str) -> bool {
    // "Number" is a weak word for a code in some languages, and part of the word for a phone number.
    if says(words, Category::Dialled) {
        return !says(words, Category::Code);
    }
    says(words, Category::Contact) && !says(words, Category::Weak) && !says(words, Category::Code)
}
