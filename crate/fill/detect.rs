//! The choice: descriptors in, class and targets out.
//!
//! Refuses when unsure, and says why by a stable code. The rules, in order: rows of boxes; then every single field,
//! each with what speaks against it ([`super::veto`]) and for it ([`super::score`]); the best wins, and where two are
//! equal the one with the focus.

use serde::{Deserialize, Serialize};

use super::field::PageFields;
use super::place::{is_candidate, is_typed};
use super::reading::Reading;
use super::score::{Score, score};
use super::split::{Verdict, judge, rows};
use super::veto::veto;

/// The code that is to be filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wanted {
    /// Its length.
    pub digits: u8,
    /// Steam's letters and digits instead of digits.
    pub steam: bool,
}

/// What a page asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detection {
    /// The class, with its targets.
    #[serde(flatten)]
    pub class: Class,
}

impl Detection {
    /// The fields that take the code, in order, or why there are none: a stable code.
    pub fn targets(self) -> Result<Vec<u32>, &'static str> {
        match self.class {
            Class::Totp { target } => Ok(vec![target]),
            Class::SplitTotp { targets } => Ok(targets),
            Class::BackupCode { .. } => Err("backup-code-field"),
            Class::None { reason } => Err(reason.code()),
        }
    }
}

/// The class of the best field. Targets are the numbers of [`super::Field`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "class", rename_all = "kebab-case")]
pub enum Class {
    /// One field takes the whole code.
    Totp {
        /// The field.
        target: u32,
    },
    /// Each box takes one character.
    SplitTotp {
        /// The boxes, in order.
        targets: Vec<u32>,
    },
    /// The field takes a recovery code; never a one-time code.
    BackupCode {
        /// The field.
        target: u32,
    },
    /// Nothing is to be filled.
    None {
        /// Why.
        reason: Reason,
    },
}

/// Why nothing is to be filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// No field takes a one-time code.
    NoField,
    /// The page asks for a code that was sent by mail, message or call.
    Delivery,
    /// The page asks for a code that another device shows, to connect it.
    DeviceCode,
    /// The page asks for a recovery code.
    Recovery,
    /// The page sets up one-time codes.
    Settings,
    /// The field holds an authenticator's secret, not its code.
    Secret,
    /// The characters of a picture.
    Captcha,
    /// A payment card's code.
    Card,
    /// Another code: postal, coupon, order, licence, and so on.
    OtherCode,
    /// A name, an address, a password.
    Identity,
    /// A PIN that the user chose.
    Pin,
    /// A new account or password: its code comes by mail or message.
    Signup,
    /// The row of boxes is longer or shorter than the code.
    Length,
    /// Several fields fit equally well.
    Ambiguous,
    /// The field is covered, or may not be written.
    Covered,
}

impl Reason {
    /// The stable code, as it is told to the user's side.
    pub fn code(self) -> &'static str {
        match self {
            Reason::NoField => "no-field",
            Reason::Delivery => "delivery",
            Reason::DeviceCode => "device-code",
            Reason::Recovery => "recovery",
            Reason::Settings => "settings",
            Reason::Secret => "secret",
            Reason::Captcha => "captcha",
            Reason::Card => "card",
            Reason::OtherCode => "other-code",
            Reason::Identity => "identity",
            Reason::Pin => "pin",
            Reason::Signup => "signup",
            Reason::Length => "length",
            Reason::Ambiguous => "ambiguous",
            Reason::Covered => "covered",
        }
    }
}

/// Which field of the page takes the wanted code.
pub fn detect(page: &PageFields, wanted: &Wanted) -> Detection {
    Detection { class: classify(page, wanted) }
}

fn classify(page: &PageFields, wanted: &Wanted) -> Class {
    let rows = rows(page);
    let mut refused: Vec<(i32, Reason)> = Vec::new();
    let mut splits = Vec::new();
    for row in &rows {
        match judge(page, *row, wanted) {
            Verdict::Take(targets) => splits.push(targets),
            Verdict::Refuse(reason) => refused.push((0, reason)),
        }
    }
    if splits.len() > 1 {
        let focused =
            |targets: &Vec<u32>| page.fields.iter().any(|field| field.focused && targets.contains(&field.n));
        splits.retain(focused);
        if splits.len() != 1 {
            return Class::None { reason: Reason::Ambiguous };
        }
    }
    let in_row = |index: usize| rows.iter().any(|row| (row.start..row.start + row.length).contains(&index));

    let mut good: Vec<(Score, &super::Field)> = Vec::new();
    let mut backup: Vec<(bool, u32)> = Vec::new();
    for (index, field) in page.fields.iter().enumerate().filter(|(_, field)| is_typed(field)) {
        if in_row(index) {
            continue;
        }
        let reading = Reading::of(page, field);
        let points = score(&reading, wanted);
        let against = veto(&reading);
        if against == Some(Reason::Recovery) && is_candidate(field) {
            backup.push((field.focused, field.n));
        }
        match (points, against) {
            (Some(points), None) if points.is_enough() && is_candidate(field) => good.push((points, field)),
            (Some(points), None) if points.is_enough() => refused.push((points.points, Reason::Covered)),
            (Some(points), Some(reason)) => refused.push((points.points, reason)),
            (None, Some(reason)) => refused.push((0, reason)),
            _ => {}
        }
    }
    if let Some(targets) = splits.pop() {
        return Class::SplitTotp { targets };
    }
    let best = good.iter().map(|(score, _)| score.points).max().unwrap_or(0);
    let top: Vec<_> =
        good.iter().filter(|(score, _)| score.points == best).map(|(_, field)| *field).collect();
    match top.as_slice() {
        [only] => return Class::Totp { target: only.n },
        [] => {}
        several => {
            return match several.iter().find(|field| field.focused) {
                Some(field) => Class::Totp { target: field.n },
                None => Class::None { reason: Reason::Ambiguous },
            };
        }
    }
    if let Some((_, target)) = backup.iter().max_by_key(|(focused, n)| (*focused, std::cmp::Reverse(*n))) {
        return Class::BackupCode { target: *target };
    }
    // A name or an address is no news: the reason is that of a field that looks like a code's.
    let reason = refused
        .iter()
        .filter(|(_, reason)| !matches!(reason, Reason::Identity | Reason::OtherCode))
        .max_by_key(|(points, _)| *points)
        .or_else(|| refused.iter().filter(|(points, _)| *points > 0).max_by_key(|(points, _)| *points))
        .map_or(Reason::NoField, |(_, reason)| *reason);
    Class::None { reason }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fill::field::shown;
    use crate::fill::{Context, Field, Holds};

    const SIX: Wanted = Wanted { digits: 6, steam: false };

    fn field(n: u32, label: &str) -> Field {
        Field { n, label: label.into(), group: 7, ..shown() }
    }

    fn page(fields: Vec<Field>, before: &str) -> PageFields {
        PageFields {
            origin: "https://a.example".into(),
            fields,
            contexts: vec![Context { before: before.into(), ..Context::default() }],
            ..PageFields::default()
        }
    }

    fn class(fields: Vec<Field>, before: &str) -> Class {
        detect(&page(fields, before), &SIX).class
    }

    fn none(reason: Reason) -> Class {
        Class::None { reason }
    }

    #[test]
    fn an_authenticator_code_is_filled() {
        assert_eq!(class(vec![field(3, "Authenticator code")], ""), Class::Totp { target: 3 });
        assert_eq!(class(vec![field(0, "Code")], "Open your authenticator app."), Class::Totp { target: 0 });
        assert_eq!(class(vec![], "Authenticator code"), none(Reason::NoField));
    }

    #[test]
    fn what_was_sent_is_not() {
        let sent = "We sent a code to your phone.";
        assert_eq!(class(vec![field(0, "Verification code")], sent), none(Reason::Delivery));
        let either = "Enter the code from your authenticator app or the one we sent by SMS";
        assert_eq!(class(vec![field(0, "Code")], either), Class::Totp { target: 0 });
    }

    fn placed(label: &str, heading: &str, outer: &str) -> Class {
        let context = Context { heading: heading.into(), outer: outer.into(), ..Context::default() };
        let page = PageFields { contexts: vec![context], ..page(vec![field(0, label)], "") };
        detect(&page, &SIX).class
    }

    #[test]
    fn a_code_that_will_come_is_not_made_by_an_app() {
        for told in [
            "Enter the code from the text on your cell",
            "In Ihrem Postfach finden Sie einen sechsstelligen Code",
            "Informe o código que chegou no seu celular",
            "验证码已下发至尾号 4213 的手机",
            "Koden kommer till din mobil",
            "أدخل الرمز الذي سيصلك على جوالك",
            "a•••@example.com",
            "+44 ••••• •• 4213",
        ] {
            assert_eq!(placed("Code", "2FA", told), none(Reason::Delivery), "{told}");
        }
        for told in [
            "Enter the code generated by the app on your phone",
            "Введите код, сгенерированный приложением на Вашем телефоне",
            "Ange koden som genererats av appen i din telefon",
            "Your code, please. Lost your phone? Call us",
        ] {
            assert_eq!(placed("Code", "2FA", told), Class::Totp { target: 0 }, "{told}");
        }
    }

    #[test]
    fn words_outside_the_form_and_its_heading_count_too() {
        let known = Class::Totp { target: 0 };
        assert_eq!(placed("Security code", "Log in", "Please enter your code."), known);
        assert_eq!(
            placed("Security code", "Log in", "The neighbour upstairs holds a code."),
            none(Reason::OtherCode)
        );
        assert_eq!(placed("Verification code", "Verify a certificate", ""), none(Reason::OtherCode));
        assert_eq!(placed("Prüfcode", "Urkunde prüfen", ""), none(Reason::OtherCode));
        assert_eq!(placed("Security code", "Feed the neighbourhood hedgehog", ""), none(Reason::OtherCode));
        assert_eq!(placed("Authenticator code", "Feed the neighbourhood hedgehog", ""), known);
    }

    #[test]
    fn a_one_time_code_may_be_a_device_s_and_a_second_factor_is_not() {
        let shown = "Enter the code shown on your device";
        assert_eq!(placed("One-time code", "", shown), none(Reason::DeviceCode));
        assert_eq!(placed("Two-factor code", "Device activation", shown), none(Reason::DeviceCode));
        assert_eq!(placed("Two-factor code", "", shown), Class::Totp { target: 0 });
    }

    #[test]
    fn a_label_that_names_another_device_outweighs_an_app_nearby() {
        let app = "Generate a new code in the desktop app";
        assert_eq!(placed("Pairing code", "", app), none(Reason::DeviceCode));
        assert_eq!(placed("Code", "", "Put your card into the card reader"), none(Reason::DeviceCode));
        assert_eq!(placed("Authenticator code", "Pairing", ""), Class::Totp { target: 0 });
    }

    #[test]
    fn a_sign_in_that_asks_for_everything_at_once_has_sent_nothing() {
        let all = |prose: &str| {
            let name = Field { kind: "email".into(), ..field(0, "E-mail") };
            let password = Field { kind: "password".into(), ..field(1, "Password") };
            class(vec![name, password, field(2, "Two-factor code")], prose)
        };
        assert_eq!(all("E-mail\nPassword\nTwo-factor code"), Class::Totp { target: 2 });
        let server = "You must enter a password and two-factor token for the Webmin server";
        assert_eq!(all(server), Class::Totp { target: 2 });
        assert_eq!(all("We sent a code to your phone"), none(Reason::Delivery));
        let key = "Put the cursor in the two-factor box and touch the button of your YubiKey";
        assert!(!matches!(all(key), Class::Totp { .. }));
    }

    #[test]
    fn a_heading_a_number_or_an_address_says_where_the_code_went() {
        assert_eq!(placed("Código de 6 dígitos", "Confirmação de email", ""), none(Reason::Delivery));
        assert_eq!(placed("OTP", "", "Sent to maya@example.edu"), none(Reason::Delivery));
        let phone = Field { placeholder: "휴대폰 번호".into(), ..field(0, "") };
        let code = Field { placeholder: "인증번호 6자리".into(), ..field(1, "") };
        assert_eq!(class(vec![phone, code], ""), none(Reason::Delivery));
    }

    #[test]
    fn the_buttons_of_other_forms_and_of_the_foot_say_what_was_sent() {
        let beside = |prose: &str, elsewhere: &str| {
            let mut page = page(vec![field(0, "Verification code")], prose);
            page.contexts[0].elsewhere = elsewhere.into();
            detect(&page, &SIX).class
        };
        assert_eq!(beside("", "| Resend SMS"), none(Reason::Delivery));
        assert_eq!(beside("", "| Tekrar SMS Gönder"), none(Reason::Delivery));
        assert_eq!(beside("", "| Subscribe | Privacy"), Class::Totp { target: 0 });
        let app = "The code of your authenticator app";
        assert_eq!(beside(app, "| Resend SMS"), Class::Totp { target: 0 });
        // What stands there never speaks for the field.
        let unlabelled = Field { name: "field7".into(), ..field(0, "") };
        let mut page = page(vec![unlabelled], "");
        page.contexts[0].elsewhere = "| Get our authenticator app".into();
        assert_eq!(detect(&page, &SIX).class, none(Reason::NoField));
    }

    #[test]
    fn what_is_used_once_may_be_a_parcel_s_or_a_payment_s() {
        let named = |name: &str, label: &str, prose: &str| {
            class(vec![Field { name: name.into(), ..field(0, label) }], prose)
        };
        assert_eq!(named("otp", "OTP", ""), Class::Totp { target: 0 });
        assert_eq!(named("delivery_otp", "OTP", ""), none(Reason::OtherCode));
        assert_eq!(named("otp", "One-time code", "Merchant: ACME. Amount: 25.00"), none(Reason::OtherCode));
        assert_eq!(named("otp", "Abholnummer", ""), none(Reason::OtherCode));
        assert_eq!(named("code", "Enter the decrypted message", "2FA"), none(Reason::OtherCode));
        let authenticator = "The admin lost the authenticator.";
        assert_eq!(named("challenge", "Flag", authenticator), none(Reason::OtherCode));
        let nearby = Field { near: "Welcome back.".into(), ..field(0, "") };
        assert_eq!(class(vec![nearby], ""), none(Reason::NoField));
        let sample = Field { name: "code".into(), placeholder: "abcdef-98765".into(), ..field(0, "") };
        assert_eq!(class(vec![sample], "2FA"), none(Reason::OtherCode));
        let withdrawal = "Amount: 0.5. Enter the code of your authenticator app";
        assert_eq!(named("otp", "Code", withdrawal), Class::Totp { target: 0 });
    }

    #[test]
    fn a_sample_with_letters_is_no_code_s() {
        let sample = |text: &str| class(vec![Field { placeholder: text.into(), ..field(0, "OTP") }], "");
        assert_eq!(sample("e.g. Holmes/Watson"), none(Reason::OtherCode));
        assert_eq!(sample("e.g. 123456"), Class::Totp { target: 0 });
    }

    #[test]
    fn boxes_stand_in_groups_with_a_dash() {
        let boxes = |dash: &str| {
            let one = |n: u32| Field {
                max_length: Some(1),
                inputmode: "numeric".into(),
                near: if n == 3 { dash.into() } else { String::new() },
                y: if n < 3 { 10 } else { 60 },
                group: if n < 3 { 7 } else { 8 },
                parent: if n < 3 { 2 } else { 3 },
                ..field(n, "")
            };
            class((0..6).map(one).collect(), "The code of your authenticator app")
        };
        assert_eq!(boxes("–"), Class::SplitTotp { targets: vec![0, 1, 2, 3, 4, 5] });
        assert!(!matches!(boxes("Your licence"), Class::SplitTotp { .. }));
    }

    #[test]
    fn what_is_read_outweighs_a_name_that_says_secret() {
        let named =
            |label: &str| class(vec![Field { name: "two_factor_secret".into(), ..field(0, label) }], "");
        assert_eq!(named("Two-factor code"), Class::Totp { target: 0 });
        assert_eq!(named("One-time password"), Class::Totp { target: 0 });
        for label in ["Two-factor secret", "Two-factor authentication", ""] {
            assert_eq!(named(label), none(Reason::Secret), "{label}");
        }
    }

    #[test]
    fn a_drawn_picture_beside_a_code_is_to_be_read() {
        let drawn = |label: &str, pictures: &str| {
            let mut page = page(vec![field(0, label)], "");
            page.contexts[0].pictures = pictures.into();
            detect(&page, &SIX).class
        };
        assert_eq!(drawn("Security code", "canvas"), none(Reason::Captcha));
        assert_eq!(drawn("Security code", "/rand.php"), none(Reason::Captcha));
        assert_eq!(drawn("Security code", "logo.svg"), Class::Totp { target: 0 });
        assert_eq!(drawn("Authenticator code", "canvas"), Class::Totp { target: 0 });
    }

    #[test]
    fn a_title_and_the_line_before_are_two_sentences() {
        let field = Field { title: "From your authenticator".into(), near: "OTP".into(), ..field(0, "") };
        assert_eq!(class(vec![field], ""), Class::Totp { target: 0 });
    }

    #[test]
    fn reasons_are_told() {
        for (label, reason) in [
            ("Enter the characters shown in the image", Reason::Captcha),
            ("Card verification code", Reason::Card),
            ("Secret key", Reason::Secret),
            ("OTP token period", Reason::Settings),
            ("Enter the code displayed on your TV", Reason::DeviceCode),
        ] {
            let got = class(vec![field(0, label)], "");
            assert_eq!(got, none(reason), "{label}");
        }
    }

    #[test]
    fn recovery_codes_are_known_and_never_mixed_up() {
        assert_eq!(class(vec![field(0, "Recovery code")], "Two-factor"), Class::BackupCode { target: 0 });
        let both = vec![field(0, "Authenticator code"), field(1, "Backup code")];
        assert_eq!(class(both, ""), Class::Totp { target: 0 });
        assert_eq!(class(vec![field(0, "Authenticator code or backup code")], ""), Class::Totp { target: 0 });
    }

    #[test]
    fn an_article_is_no_or() {
        for told in [
            "Sem o autenticador, insira o código de backup",
            "Zonder uw authenticator voert u een van uw herstelcodes in",
        ] {
            assert_eq!(class(vec![field(0, "")], told), Class::BackupCode { target: 0 }, "{told}");
        }
        let either = "Código del autenticador o código de respaldo";
        assert_eq!(class(vec![field(0, either)], ""), Class::Totp { target: 0 });
        let either = "Código do autenticador ou código de backup";
        assert_eq!(class(vec![field(0, either)], ""), Class::Totp { target: 0 });
    }

    #[test]
    fn a_code_that_is_told_of_in_unknown_words_is_none() {
        let told = |before: &str| class(vec![field(0, "Security code")], before);
        assert_eq!(told("Please enter the 6-digit security code to continue."), Class::Totp { target: 0 });
        assert_eq!(told("The neighbour upstairs holds a code."), none(Reason::OtherCode));
        assert_eq!(told("Write down code 482913 there"), none(Reason::OtherCode));
        assert_eq!(told("Two-factor: the fob on your keyring makes a code."), Class::Totp { target: 0 });
        let heard = "Two-factor: somebody is going to whisper a code into your ear right away.";
        assert_eq!(told(heard), none(Reason::OtherCode));
        assert_eq!(told("La vecina guarda el código en un cajón."), none(Reason::OtherCode));
        assert_eq!(told("隣の人が持っているコードを入力"), none(Reason::OtherCode));
    }

    #[test]
    fn a_code_beside_a_number_on_paper_stands_there_too() {
        let beside = |other: &str| class(vec![field(0, "Security code"), field(1, other)], "");
        assert_eq!(beside("Order number"), none(Reason::OtherCode));
        assert_eq!(beside("Reisepassnummer"), none(Reason::OtherCode));
        assert_eq!(beside("Remark"), Class::Totp { target: 0 });
    }

    #[test]
    fn a_recovery_field_keeps_its_words_to_itself() {
        let code = Field { autocomplete: "one-time-code".into(), ..field(0, "Code") };
        let both = vec![code, field(1, "Recovery code")];
        assert_eq!(class(both, "Code Or Recovery code"), Class::Totp { target: 0 });
        let mut lost = page(vec![field(0, "Code")], "Enter one of the codes you printed.");
        lost.contexts[0].heading = "Lost your authenticator?".into();
        assert_eq!(detect(&lost, &SIX).class, Class::BackupCode { target: 0 });
        assert_eq!(class(vec![field(0, "YubiKey OTP")], ""), none(Reason::OtherCode));
    }

    #[test]
    fn equals_are_decided_by_the_focus_or_not_at_all() {
        let two = || vec![field(0, "One-time code"), field(1, "One-time code")];
        assert_eq!(class(two(), ""), none(Reason::Ambiguous));
        let mut fields = two();
        fields[1].focused = true;
        assert_eq!(class(fields, ""), Class::Totp { target: 1 });
    }

    #[test]
    fn a_field_that_cannot_be_written_is_no_target() {
        for spoil in [
            (|field| field.topmost = false) as fn(&mut Field),
            |field| field.editable = false,
            |field| field.reachable = false,
            |field| field.tab_stop = false,
            |field| field.w = 1,
            |field| field.holds = Holds::Text,
            |field| field.max_length = Some(4),
            |field| field.kind = "email".into(),
        ] {
            let mut one = field(0, "Authenticator code");
            spoil(&mut one);
            assert!(matches!(class(vec![one.clone()], ""), Class::None { .. }), "{one:?}");
        }
    }

    #[test]
    fn boxes_take_a_code_of_their_number() {
        let boxes = |count: u32| -> Vec<Field> {
            (0..count).map(|n| Field { max_length: Some(1), w: 30, ..field(n, "") }).collect()
        };
        let app = "Enter the code from your authenticator app";
        assert_eq!(class(boxes(6), app), Class::SplitTotp { targets: (0..6).collect() });
        assert_eq!(class(boxes(8), app), none(Reason::Length));
        assert_eq!(class(boxes(6), "We texted you a code"), none(Reason::Delivery));
        let steam = Wanted { digits: 5, steam: true };
        assert_eq!(
            detect(&page(boxes(5), app), &steam).class,
            Class::SplitTotp { targets: (0..5).collect() }
        );
    }

    fn words() -> impl Strategy<Value = String> {
        let word = prop_oneof![
            4 => prop::sample::select(vec![
                "code", "one-time", "authenticator app", "recovery code", "backup", "or", "sent you", "otp", "2fa",
                "card", "image", ".", "\n", "6-digit", "验证码", "認証アプリ", "Wiederherstellungscode", "token", "İ",
            ]).prop_map(str::to_owned),
            1 => ".{0,12}",
        ];
        prop::collection::vec(word, 0..6).prop_map(|words| words.join(" "))
    }

    fn any_field() -> impl Strategy<Value = Field> {
        let kind =
            prop::sample::select(vec!["text", "tel", "number", "password", "email", "textarea", "", "x"]);
        let length = prop::option::of(prop_oneof![0..40_u32, Just(1), any::<u32>()]);
        let flags = (any::<bool>(), prop::bool::weighted(0.9), prop::bool::weighted(0.9));
        let place = (-10..2000_i32, any::<i32>(), 0..300_i32, 0..4_u32);
        (words(), words(), words(), kind, length, flags, place, "[0-9a-z{}|+*\\\\-]{0,20}").prop_map(
            |(
                label,
                name,
                near,
                kind,
                max_length,
                (focused, topmost, editable),
                (x, y, w, group),
                pattern,
            )| Field {
                label,
                name,
                near,
                pattern,
                kind: kind.into(),
                max_length,
                focused,
                topmost,
                editable,
                x,
                y,
                w,
                group,
                ..field(0, "")
            },
        )
    }

    proptest! {
        #[test]
        fn never_panics_and_never_leaves_the_page(
            mut fields in prop::collection::vec(any_field(), 0..12),
            before in words(),
            actions in words(),
            context in 0..3_u32,
            digits in 0..12_u8,
        ) {
            for (n, field) in fields.iter_mut().enumerate() {
                field.n = n as u32 * 3;
                field.context = context;
            }
            let mut page = page(fields, &before);
            page.contexts[0].actions = actions;
            let wanted = Wanted { digits, steam: false };
            let targets = match detect(&page, &wanted).class {
                Class::Totp { target } => {
                    let field = page.fields.iter().find(|field| field.n == target).unwrap();
                    let reading = Reading::of(&page, field);
                    prop_assert!(!super::super::recovery::is_recovery(&reading));
                    vec![target]
                }
                Class::BackupCode { target } => vec![target],
                Class::SplitTotp { targets } => {
                    prop_assert_eq!(targets.len(), usize::from(digits));
                    targets
                }
                Class::None { .. } => vec![],
            };
            for target in targets {
                let field = page.fields.iter().find(|field| field.n == target);
                prop_assert!(field.is_some_and(|field| field.editable && field.topmost));
            }
        }

        #[test]
        fn a_field_that_asks_for_a_recovery_code_never_gets_another(
            label in prop::sample::select(vec!["Recovery code", "Backup code", "Code de secours", "备用代码", "Notfallcode"]),
            name in "(otp|totp|code|mfa_token|x)",
            before in prop::sample::select(vec!["", "Two-factor authentication", "Open your authenticator app."]),
            one_time in any::<bool>(),
        ) {
            let autocomplete = if one_time { "one-time-code" } else { "" }.to_owned();
            let field = Field { name, autocomplete, ..field(0, label) };
            prop_assert_eq!(class(vec![field], before), Class::BackupCode { target: 0 });
        }
    }
}
