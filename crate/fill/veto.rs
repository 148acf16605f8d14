//! Why a field that looks like one takes no one-time code of an authenticator.

use std::ops::Range;

use super::detect::Reason;
use super::field::Field;
use super::reading::{
    Reading, UNKNOWN_LABEL, UNKNOWN_LETTERS, is_contact, name_has_channel, unknown_letters,
};
use super::recovery::{is_recovery, offers_either, offers_within};
use super::text::fold;
use super::vocabulary::{Category, begins, places, samples, says};

/// `autocomplete` tokens of other things (HTML, "Autofill"); `one-time-code` is not among them.
const OTHER_TOKENS: [&str; 14] = [
    "postal-code",
    "tel",
    "email",
    "username",
    "current-password",
    "new-password",
    "bday",
    "name",
    "given-name",
    "family-name",
    "organization",
    "country",
    "url",
    "language",
];

/// The first reason against the field.
pub(super) fn veto(reading: &Reading) -> Option<Reason> {
    autocomplete(reading)
        .or_else(|| appended(reading))
        .or_else(|| captcha(reading))
        .or_else(|| is_recovery(reading).then_some(Reason::Recovery))
        .or_else(|| led_away(reading))
        .or_else(|| secret(reading))
        .or_else(|| card(reading))
        .or_else(|| settings(reading))
        .or_else(|| delivery(reading))
        .or_else(|| unread(reading))
        .or_else(|| other(reading))
        .or_else(|| device(reading))
        .or_else(|| chosen_pin(reading))
        .or_else(|| signup(reading))
        .or_else(|| reading.is_told_to_come().then_some(Reason::Delivery))
        .or_else(|| reading.is_told_otherwise().then_some(Reason::OtherCode))
}

fn autocomplete(reading: &Reading) -> Option<Reason> {
    let tokens = reading.field.autocomplete.to_ascii_lowercase();
    for token in tokens.split_whitespace() {
        if token.starts_with("cc-") {
            return Some(Reason::Card);
        }
        let soft = token == "new-password" && reading.is_named_factor();
        if !soft && (OTHER_TOKENS.contains(&token) || token.starts_with("tel-") || token.starts_with("bday-"))
        {
            return Some(Reason::OtherCode);
        }
    }
    None
}

/// Prose in a script of which the vocabulary knows no language says "sent to your phone" in words that are not seen: only
/// where it names an authenticator in words that are known the code is one's.
fn unread(reading: &Reading) -> Option<Reason> {
    // Devanagari to Tibetan, Myanmar, Georgian, Ethiopic, Khmer, Armenian.
    let unknown = |letter: char| {
        matches!(letter, '\u{900}'..='\u{fff}' | '\u{1000}'..='\u{10ff}' | '\u{1200}'..='\u{139f}'
            | '\u{1780}'..='\u{17ff}' | '\u{530}'..='\u{58f}')
    };
    let words = [&reading.label, &reading.lead, &reading.inner];
    let some = words.iter().any(|text| text.chars().any(unknown));
    // A heading in known words, and nothing is said below it.
    let silent = [&reading.told, &reading.around].iter().all(|text| unknown_letters(text) <= UNKNOWN_LETTERS);
    let headed = silent && says(&reading.heading, Category::Factor);
    (some && !headed && !reading.names_app()).then_some(Reason::NoField)
}

/// "Password + OTP": the code would have to stand behind the password.
fn appended(reading: &Reading) -> Option<Reason> {
    let factors = places(&reading.label, Category::Factor);
    // "Your 6-digit PIN" is the code.
    let codes = places(&reading.label, Category::Code);
    let own = |place: Range<usize>| {
        !factors.iter().any(|factor| factor.contains(&place.start))
            && !codes.iter().any(|code| code.start < place.start && place.start <= code.end + 1)
    };
    let joined = reading.field.label.contains('+') || reading.label_says(Category::Join);
    let appended =
        joined && !factors.is_empty() && places(&reading.label, Category::Password).into_iter().any(own);
    appended.then_some(Reason::Identity)
}

fn captcha(reading: &Reading) -> Option<Reason> {
    // A lone field below "Google Authenticator" is no picture's because it is called `vcode`.
    let alone = reading.siblings.all == 0 && reading.names_app();
    let named = reading.name_says(Category::Captcha) && !alone || reading.label_says(Category::Captcha);
    let own = named && !reading.label_says(Category::App)
        || says(&reading.hints, Category::Captcha) && !reading.names_app();
    let beside = !reading.names_app()
        && (reading.has_drawn_picture()
            || says(&reading.pictures, Category::Captcha)
            || reading.is_unspecific() && says(&reading.pictures, Category::Code)
            || reading.is_unspecific() && says(&reading.pictures, Category::Weak)
            || reading.lead_says(Category::Captcha)
            || says(&reading.inner, Category::Captcha) && reading.is_unspecific());
    (own || beside).then_some(Reason::Captcha)
}

/// "Use your authenticator app instead", beside the field: it takes something else. "Can't use your app? Try another way" says
/// that it takes the app's.
fn led_away(reading: &Reading) -> Option<Reason> {
    let has = |action: &str, kind: Category| says(action, kind);
    let away = |action: &String| {
        has(action, Category::Instead)
            && has(action, Category::App)
            && !has(action, Category::Lost)
            && !has(action, Category::Not)
    };
    if reading.names_app() || !reading.actions.iter().any(away) {
        return None;
    }
    let told = says(&reading.inner, Category::Recovery) || says(&reading.around, Category::Recovery);
    Some(if told { Reason::Recovery } else { Reason::OtherCode })
}

fn secret(reading: &Reading) -> Option<Reason> {
    // An `aria-label="two_factor_secret"` that repeats the name is a template's variable.
    let name = &reading.field.name;
    let variable = name.contains('_') && reading.field.label.contains(name.as_str());
    let label = if variable { reading.label.replace(&fold(name), " ") } else { reading.label.clone() };
    let says_secret = says(&label, Category::Secret);
    // "Two-factor code" with the name `two_factor_secret`: what the user reads is what is asked.
    let told = [Category::App, Category::Factor].iter().any(|kind| reading.label_says(*kind))
        && [Category::Weak, Category::Code, Category::Once].iter().any(|kind| reading.label_says(*kind))
        && !says_secret;
    let asked = reading.is_one_time() || reading.prose_says(Category::App) && !says_secret;
    let told = told || asked && reading.label_says(Category::Code);
    let named = reading.name_says(Category::Secret) && !told;
    let own = named || says_secret && !reading.label_says(Category::Code);
    own.then_some(Reason::Secret)
}

fn card(reading: &Reading) -> Option<Reason> {
    let own = reading.name_says(Category::Card) || reading.label_says(Category::Card);
    let strong = reading.is_named_second_factor() || reading.prose_says(Category::App);
    let around = reading.siblings.card || says(&reading.inner, Category::Card);
    ((own && !reading.names_app()) || (around && !strong)).then_some(Reason::Card)
}

fn settings(reading: &Reading) -> Option<Reason> {
    let by_label = reading.label_says(Category::Settings) && !reading.label_says(Category::Code);
    // "TOTP field selector", beside a secret.
    let app = reading.label_says(Category::App) && unknown_letters(&reading.label) <= UNKNOWN_LABEL;
    let entry =
        reading.siblings.secret && !reading.label_says(Category::Code) && !app && !reading.is_one_time();
    // "Digits", and nothing else: how many a code has.
    let label = reading.label.trim_matches([' ', '.']);
    let counts = reading.field.kind == "number"
        && !reading.in_row
        && places(&reading.label, Category::Tally)
            .into_iter()
            .any(|place| reading.label.get(place).is_some_and(|word| word.trim() == label));
    (reading.name_says(Category::Settings) || by_label || entry || counts).then_some(Reason::Settings)
}

/// A code that came by mail or message, or will.
fn delivery(reading: &Reading) -> Option<Reason> {
    if [&reading.label, &reading.lead, &reading.prose].iter().any(|text| names_foreign_app(text)) {
        return Some(Reason::Delivery);
    }
    let label_app = reading.label_says(Category::App);
    let prose_app = reading.prose_says(Category::App) || reading.lead_says(Category::App);
    if [&reading.label, &reading.lead, &reading.prose].iter().any(|text| takes_either(text)) {
        return None;
    }
    let own = reading.label_says(Category::Delivered) || reading.label_says(Category::Channel);
    if own && !label_app {
        return Some(Reason::Delivery);
    }
    // "E-mail code", "2FA code": where the other field takes what was sent, the words about it are that one's.
    let owns_factor = reading.label_says(Category::Factor) && reading.siblings.delivered;
    if owns_factor && !name_has_channel(&reading.name) {
        return None;
    }
    // Beside name and password a "mailbox" is what the name is, in languages that say "by mailbox" for "by mail".
    let asked_at_once = reading.siblings.passwords == 1 && reading.label_says_second_factor();
    let prose = if asked_at_once { &reading.unlabelled } else { &reading.prose };
    if (says(prose, Category::Delivered) || reading.sent) && !label_app {
        return Some(Reason::Delivery);
    }
    let passing = reading.names_app_in_passing();
    if prose_app && !passing || label_app {
        return None;
    }
    let named = !passing && (reading.name_says(Category::Channel) || name_has_channel(&reading.name));
    // In a form that asks for name, password and second factor at once nothing was sent yet: its words are the labels.
    let at_once = reading.siblings.passwords == 1 && reading.label_says(Category::Factor);
    let told = !at_once && (reading.prose_says(Category::Channel) || reading.prose_says(Category::Resend));
    let totp = reading.name.contains(" totp ");
    // There a button that sends a code sends what the page calls otherwise, or "Enviar código" is the form's own.
    let again = !asked_at_once
        && reading
            .actions
            .iter()
            .chain(&reading.elsewhere)
            .any(|action| says(action, Category::Resend) && !says(action, Category::Instead));
    let addressed = reading.address && reading.is_generic() && reading.siblings.passwords == 0;
    let addressed = addressed || reading.masked && reading.siblings.passwords == 0;
    if passing {
        return (again || addressed).then_some(Reason::Delivery);
    }
    let contact = reading.siblings.contact || is_contact(&reading.heading);
    let contact = contact && reading.siblings.passwords == 0 && reading.is_unspecific();
    (named || (told || again || addressed) && !totp || contact).then_some(Reason::Delivery)
}

/// The app that a text names is a messenger's or a bank's, and it names no other.
fn names_foreign_app(text: &str) -> bool {
    let foreign = places(text, Category::Foreign);
    let is_foreign =
        |app: &Range<usize>| foreign.iter().any(|place| place.start < app.end && app.start < place.end);
    !foreign.is_empty() && places(text, Category::App).iter().all(is_foreign)
}

/// Whether a sentence takes an authenticator's code or one that was sent, whichever one has. "You have no app or key, so we
/// sent a code" does not, nor does any in which "or" leads elsewhere.
fn takes_either(text: &str) -> bool {
    says(text, Category::App)
        && text.split(" . ").any(|sentence| {
            let refused = says(sentence, Category::Lost) || says(sentence, Category::Not);
            !refused
                && (offers_within(sentence, Category::Delivered, UNKNOWN_LETTERS)
                    || offers_either(sentence, Category::Channel))
        })
}

fn other(reading: &Reading) -> Option<Reason> {
    let factor = reading.is_named_factor();
    if reading.asks_password() {
        return Some(Reason::Identity);
    }
    if reading.asks_who() && reading.label_says(Category::Factor) {
        return Some(Reason::Identity);
    }
    if reading.speaks_about_factor() {
        return Some(Reason::OtherCode);
    }
    // Beside name and password a "company code" is one, whatever the page says of second factors.
    if reading.siblings.passwords > 0 && reading.has_unknown_kind() {
        return Some(Reason::OtherCode);
    }
    if let Some(reason) = instructed(reading) {
        return Some(reason);
    }
    let searches = begins(&reading.label, Category::Search) && !reading.is_one_time();
    if searches || begins(&reading.name, Category::Search) && !factor {
        return Some(Reason::OtherCode);
    }
    // A key that types its own password when it is touched.
    let pictured = says(&reading.pictures, Category::Touch) && reading.is_unspecific();
    let touched = pictured || reading.name_says(Category::Touch) || reading.label_says(Category::Touch);
    if touched && !reading.names_app() {
        return Some(Reason::OtherCode);
    }
    // Names lie more often than labels.
    let told = [Category::App, Category::Factor, Category::Code].iter().any(|kind| reading.label_says(*kind))
        || reading.name_says(Category::Factor) && reading.prose_says(Category::App);
    let asked = reading.siblings.all == 0 && reading.lead_says(Category::App);
    if reading.label_says(Category::Paper) && reading.is_unspecific() {
        return Some(Reason::OtherCode);
    }
    let labelled = reading.label_says(Category::Other)
        || reading.label_says(Category::Access) && !reading.is_lone_factor();
    if labelled && !told || reading.name_says(Category::Other) && !factor && !asked {
        return Some(Reason::OtherCode);
    }
    let coded = factor || reading.label_says(Category::Code) || reading.lead_says(Category::App);
    // No sign-in asks for a code, a date and a number at once.
    let counter = reading.siblings.person || reading.siblings.paper || reading.siblings.filed;
    if reading.is_unspecific() && counter && reading.siblings.passwords == 0 {
        return Some(Reason::OtherCode);
    }
    if reading.is_unspecific()
        && reading.siblings.passwords == 0
        && (says(&reading.inner, Category::Deal) || says(&reading.inner, Category::Paper))
    {
        return Some(Reason::OtherCode);
    }
    if reading.is_unspecific() && reading.has_unknown_label(UNKNOWN_LABEL)
        || !reading.names_app() && reading.has_unknown_label(UNKNOWN_LETTERS)
        || !reading.in_row
            && !reading.is_named_factor()
            && !reading.is_one_time()
            && reading.has_unknown_label(UNKNOWN_LABEL)
    {
        // Words that only stand nearby do not say that it takes a code at all: "Welcome back."
        let Field { label, placeholder, title, .. } = reading.field;
        let labelled = [label, placeholder, title].iter().any(|text| !text.trim().is_empty());
        return Some(if labelled || reading.is_one_time() { Reason::OtherCode } else { Reason::NoField });
    }
    if reading.is_unspecific()
        && (says(&reading.heading, Category::Matter) || reading.name_says(Category::Matter))
    {
        return Some(Reason::OtherCode);
    }
    if reading.is_unspecific() && (reading.has_unknown_kind() || reading.shows_code) {
        return Some(Reason::OtherCode);
    }
    if has_other_sample(reading) {
        return Some(Reason::OtherCode);
    }
    let labelled = reading.label_says(Category::Identity);
    let named = reading.name_says(Category::Identity) && !reading.label_says(Category::Weak);
    ((labelled || named) && !coded).then_some(Reason::Identity)
}

/// What the line before a field without a label asks for, however long it is: "To confirm it's you, enter the ZIP code of
/// your billing address."
fn instructed(reading: &Reading) -> Option<Reason> {
    const CODES: [Category; 5] =
        [Category::App, Category::Factor, Category::Code, Category::Once, Category::Recovery];
    const THINGS: [(Category, Reason); 4] = [
        (Category::Other, Reason::OtherCode),
        (Category::Access, Reason::OtherCode),
        (Category::Paper, Reason::OtherCode),
        (Category::Card, Reason::Card),
    ];
    let thing = |text: &str| THINGS.iter().find(|(kind, _)| says(text, *kind)).map(|(_, reason)| *reason);
    let is_code = |text: &str| CODES.iter().any(|kind| says(text, *kind));
    let line = fold(&reading.line);
    let found = line.split(" . ").filter(|sentence| !is_code(sentence)).find_map(thing);
    if found.is_some() {
        return found;
    }
    let who = says(&line, Category::Identity) && !is_code(&line) && !says(&line, Category::Weak);
    if who {
        return Some(Reason::Identity);
    }
    // "Before you can set up your authenticator app, enter your employee number": the last words ask.
    let asked = fold(reading.line.rsplit([',', ':', '，', '、', '：', '،']).next().unwrap_or_default());
    if is_code(&asked) || says(&asked, Category::Or) { None } else { thing(&asked) }
}

/// "e.g. CNB-001", "z. B. Holmes/Watson": the sample of something that is no code in digits.
fn has_other_sample(reading: &Reading) -> bool {
    let sample = reading.field.placeholder.trim().to_lowercase();
    if sample.is_empty() {
        return false;
    }
    // "abcdef-98765": letters and digits, as recovery codes and keys are written.
    let mixed = sample.len() > 8
        && sample.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && sample.contains(|c: char| c.is_ascii_digit())
        && sample.contains(|c: char| c.is_ascii_alphabetic() && c != 'x');
    if mixed && !reading.is_named_factor() {
        return true;
    }
    let Some(rest) = samples().find_map(|begin| sample.strip_prefix(begin)) else { return false };
    rest.chars().any(char::is_alphabetic)
        && !rest
            .split(|c: char| !c.is_ascii_digit() && c != ' ' && c != '-')
            .any(|run| run.bytes().filter(u8::is_ascii_digit).count() >= 6)
}

fn device(reading: &Reading) -> Option<Reason> {
    // A form of a user's calls its `code` "user code", too.
    let says_device = reading.label_says(Category::Device)
        || reading.name_says(Category::Device) && !reading.is_lone_factor()
        || reading.prose_says(Category::Device);
    // "One-time code" is also what a device shows that wants to be connected; "two-factor code" is not.
    let second = !reading.label_says(Category::Once) && !says(&reading.heading, Category::Device);
    let strong = reading.names_app() || reading.label_says(Category::Factor) && second;
    let labelled = reading.label_says(Category::Device)
        && !reading.label_says(Category::App)
        && !(reading.label_says(Category::Factor) && second);
    (labelled || says_device && !strong).then_some(Reason::DeviceCode)
}

fn chosen_pin(reading: &Reading) -> Option<Reason> {
    // What can be forgotten was chosen, whatever the heading says of second factors.
    let own = reading.label_says_second_factor() && !reading.label_says(Category::Pin);
    let own = own && (reading.line.is_empty() || reading.siblings.passwords > 0);
    let words = [&reading.label, &reading.lead, &reading.inner, &reading.around];
    let forgotten = words.into_iter().chain(&reading.actions).any(|text| says(text, Category::Forgot));
    if forgotten && !own && !reading.names_app() {
        return Some(Reason::Pin);
    }
    let own = [&reading.name, &reading.label, &reading.prose].iter().any(|text| says(text, Category::Pin));
    (own && reading.is_unspecific()).then_some(Reason::Pin)
}

fn signup(reading: &Reading) -> Option<Reason> {
    let named = says(&reading.heading, Category::Signup)
        || reading.actions.iter().any(|text| says(text, Category::Signup));
    let asks = reading.siblings.passwords >= 2
        || reading.siblings.renewed
        || (named && reading.siblings.contact)
        || says(&reading.heading, Category::Signup);
    let unspecific = reading.is_unspecific()
        || reading.siblings.renewed && !reading.label_says_second_factor() && !reading.names_app();
    (asks && unspecific).then_some(Reason::Signup)
}
