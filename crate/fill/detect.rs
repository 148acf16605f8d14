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

    fn pictured(pictures: &str, field: Field) -> Class {
        let context = Context { pictures: pictures.into(), ..Context::default() };
        detect(&PageFields { contexts: vec![context], ..page(vec![field], "") }, &SIX).class
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
            "We have just pinged your mobile. Type the six digits here",
            "Wir haben soeben Ihr Handy angefunkt",
            "a•••@example.com",
            "+44 ••••• •• 4213",
        ] {
            assert_eq!(placed("Code", "2FA", told), none(Reason::Delivery), "{told}");
        }
        for told in [
            "Enter the code generated by the app on your phone",
            "Введите код, сгенерированный приложением на Вашем телефоне",
            "Ange koden som genererats av appen i din telefon",
            "Apri l'app che hai collegato e scrivi il codice",
            "Your code, please. Lost your phone? Call us",
        ] {
            assert_eq!(placed("Code", "2FA", told), Class::Totp { target: 0 }, "{told}");
        }
    }

    #[test]
    fn tabs_say_whose_code_a_field_without_a_word_takes() {
        let tabbed = |actions: &str| {
            let bare = Field {
                autocomplete: "one-time-code".into(),
                inputmode: "numeric".into(),
                max_length: Some(6),
                ..field(0, "")
            };
            let context = Context { actions: actions.into(), ..Context::default() };
            detect(&PageFields { contexts: vec![context], ..page(vec![bare], "") }, &SIX).class
        };
        assert_eq!(tabbed("Authenticator | Backup code | Continue"), Class::Totp { target: 0 });
        assert_eq!(tabbed("Authenticator | Text message | Backup code"), none(Reason::NoField));
        assert_eq!(tabbed("Use your authenticator instead | Backup code"), none(Reason::OtherCode));
        assert_eq!(tabbed("Continue"), none(Reason::NoField));
    }

    #[test]
    fn the_star_of_a_field_that_must_be_filled_is_no_label() {
        let near = "Enter the pin from your authenticator app:\n*";
        let hidden = Field { kind: "password".into(), near: near.into(), ..field(0, "") };
        assert_eq!(class(vec![hidden], ""), Class::Totp { target: 0 });
    }

    #[test]
    fn a_code_to_scan_is_no_picture_of_signs() {
        let typed = || Field { inputmode: "numeric".into(), ..field(0, "Verification code") };
        assert_eq!(pictured("OTP QR code", typed()), Class::Totp { target: 0 });
        assert_eq!(pictured("code.png", typed()), none(Reason::Captcha));
    }

    #[test]
    fn a_users_code_below_second_factors_is_no_device_s() {
        let user_code = || Field { name: "user[code]".into(), id: "user_code".into(), ..field(0, "Code") };
        let below = |heading: &str| {
            let context = Context { heading: heading.into(), ..Context::default() };
            detect(&PageFields { contexts: vec![context], ..page(vec![user_code()], "") }, &SIX).class
        };
        assert_eq!(below("Two-factor authentication"), Class::Totp { target: 0 });
        assert_eq!(below("Sign in"), none(Reason::DeviceCode));
    }

    #[test]
    fn an_address_that_cannot_be_changed_is_where_a_code_went() {
        let beside = |editable: bool, label: &str| {
            let mail = Field { kind: "email".into(), editable, ..field(0, "Mail") };
            class(vec![mail, field(1, label)], "")
        };
        assert_eq!(beside(false, "Verification code"), none(Reason::Delivery));
        assert_eq!(beside(false, "Two-factor code"), Class::Totp { target: 1 });
    }

    #[test]
    fn boxes_may_be_numbered_in_english() {
        let boxed = |n: u32, id: &str| Field {
            id: id.into(),
            name: "totp[]".into(),
            max_length: Some(1),
            ..field(n, &format!("{id} box for the TOTP's digits"))
        };
        let ids = ["1st", "2nd", "3rd", "4th", "5th", "6th"];
        let boxes = (0..).zip(ids).map(|(n, id)| boxed(n, id)).collect();
        assert_eq!(class(boxes, ""), Class::SplitTotp { targets: (0..6).collect() });
    }

    #[test]
    fn a_mailbox_is_a_name_beside_a_password() {
        let sign_in = |label: &str| {
            let password = Field { kind: "password".into(), ..field(1, "密码") };
            let code = Field { name: "code".into(), ..field(2, label) };
            class(vec![field(0, "邮箱"), password, code], "邮箱\n密码")
        };
        assert_eq!(sign_in("两步验证码（未设置请忽略）"), Class::Totp { target: 2 });
        assert_eq!(sign_in("验证码"), none(Reason::Delivery));
    }

    #[test]
    fn a_new_password_is_set_with_a_code_that_was_sent() {
        let renewed = |id: &str, label: &str| {
            let mail = Field { kind: "email".into(), ..field(0, "Email") };
            let code = Field { autocomplete: "one-time-code".into(), ..field(1, label) };
            let new = Field {
                kind: "password".into(),
                autocomplete: "new-password".into(),
                id: id.into(),
                ..field(2, "")
            };
            class(vec![mail, code, new], "")
        };
        assert_eq!(renewed("newPassword", "OTP"), none(Reason::Signup));
        // Sign-in pages say it to keep the browser from filling.
        assert_eq!(renewed("password", "OTP"), Class::Totp { target: 1 });
        assert_eq!(renewed("newPassword", "Authenticator code"), Class::Totp { target: 1 });
    }

    #[test]
    fn an_otp_beside_a_phone_number_was_sent_there() {
        let beside = |label: &str| class(vec![field(0, "Phone"), field(1, label)], "");
        assert_eq!(beside("OTP"), none(Reason::Delivery));
        assert_eq!(beside("Two-factor code"), Class::Totp { target: 1 });
    }

    #[test]
    fn a_key_in_a_picture_types_its_own_password() {
        let named = || Field { name: "otp".into(), ..field(0, "") };
        assert_eq!(pictured("yubikey", named()), none(Reason::OtherCode));
        assert_eq!(pictured("logo", named()), Class::Totp { target: 0 });
    }

    #[test]
    fn what_stands_beside_a_secret_sets_it_up() {
        let beside = |label: &str| class(vec![field(0, "TOTP secret"), field(1, label)], "");
        assert_eq!(beside("TOTP field selector"), none(Reason::Settings));
        assert_eq!(beside("TOTP"), Class::Totp { target: 1 });
    }

    #[test]
    fn a_prompt_may_hide_what_is_typed() {
        let hidden = |label: &str| Field { kind: "password".into(), ..field(0, label) };
        assert_eq!(class(vec![hidden("Verification code:")], ""), Class::Totp { target: 0 });
        let beside = class(vec![hidden("Verification code:"), field(1, "User name")], "");
        assert!(!matches!(beside, Class::Totp { .. }));
        assert!(!matches!(class(vec![hidden("Password:")], "Verification code"), Class::Totp { .. }));
    }

    #[test]
    fn the_shape_of_a_recovery_code_is_no_label() {
        let shaped = |near: &str, name: &str| {
            let shape = Field {
                placeholder: "XXXX-XXXX-XXXX".into(),
                near: near.into(),
                name: name.into(),
                ..field(0, "")
            };
            class(vec![shape], "")
        };
        assert_eq!(
            shaped("Enter one of the backup codes that you saved", ""),
            Class::BackupCode { target: 0 }
        );
        assert_eq!(shaped("Two-factor code", "otp"), none(Reason::NoField));
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
        let app = "The code of your authenticator app";
        let key = |label: &str| class(vec![Field { name: "totp_key".into(), ..field(0, label) }], app);
        assert_eq!(key("Authentication code"), Class::Totp { target: 0 });
        assert_eq!(key("Authenticator key"), none(Reason::Secret));
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
    fn a_label_that_mentions_a_second_factor_may_ask_for_something_else() {
        for (label, reason) in [
            ("To turn off two-factor authentication, type your user name", Reason::Identity),
            ("E-mail address for two-factor authentication notices", Reason::Identity),
            ("Type DELETE to remove your authenticator app", Reason::OtherCode),
            ("Describe your problem with two-factor authentication", Reason::OtherCode),
            ("Powód wyłączenia weryfikacji dwuetapowej", Reason::OtherCode),
            ("Name of your authenticator app", Reason::Settings),
            ("Nom de votre application d'authentification", Reason::Settings),
        ] {
            assert_eq!(class(vec![field(0, label)], ""), none(reason), "{label}");
        }
        for label in [
            "Two-factor authentication",
            "Your authenticator app",
            "2FA password",
            "Zwei-Faktor-Authentifizierung",
        ] {
            assert_eq!(class(vec![field(0, label)], ""), Class::Totp { target: 0 }, "{label}");
        }
        let off = "Code from your authenticator app, to turn off two-factor authentication";
        assert_eq!(class(vec![field(0, off)], ""), Class::Totp { target: 0 });
    }

    #[test]
    fn a_number_that_ends_before_codes_do_is_none() {
        let days = |max: Option<&str>| {
            let field =
                Field { kind: "number".into(), max: max.map(Into::into), ..field(0, "Keep me signed in") };
            class(vec![Field { name: "two_factor".into(), ..field }], "2FA")
        };
        assert!(matches!(days(Some("365")), Class::None { .. }));
        assert_eq!(days(Some("999999")), days(None));
        let dated = |kind: &str| {
            let other = Field { kind: kind.into(), ..field(1, "Since") };
            class(vec![field(0, "Código de autenticação"), other], "")
        };
        assert_eq!(dated("date"), none(Reason::OtherCode));
    }

    #[test]
    fn a_recovery_code_has_words_of_a_code_in_its_name() {
        for heading in [
            "Digita il codice di autenticazione di backup",
            "Saisir un code d’authentification de secours",
            "请输入备用验证码",
            "Ange reservautentiseringskod",
            "Backup authentication code",
        ] {
            let field = Field {
                name: "code".into(),
                max_length: Some(10),
                ..field(0, "Enter the 10-character code")
            };
            let context = Context { heading: heading.into(), ..Context::default() };
            let page = PageFields { contexts: vec![context], ..page(vec![field], "") };
            assert_eq!(detect(&page, &SIX).class, Class::BackupCode { target: 0 }, "{heading}");
        }
        let either = Context { heading: "Backup or authentication code".into(), ..Context::default() };
        let page = PageFields { contexts: vec![either], ..page(vec![field(0, "Authenticator code")], "") };
        assert_eq!(detect(&page, &SIX).class, Class::Totp { target: 0 });
    }

    #[test]
    fn a_word_for_a_password_is_none_for_a_code_in_whatever_language() {
        let asked = |label: &str, kind: &str| {
            let field = Field { kind: kind.into(), name: "password".into(), ..field(0, label) };
            class(vec![field], "Two-factor authentication\n两步验证")
        };
        for label in ["密码", "Password:", "비밀번호", "رمز عبور", "Κωδικός πρόσβασης", "パスワード"]
        {
            for kind in ["password", "text"] {
                assert!(matches!(asked(label, kind), Class::None { .. }), "{label}");
            }
        }
        assert_eq!(asked("请输入密码以禁用两步验证", "password"), none(Reason::Identity));
        for label in [
            "Password",
            "Current password",
            "Mot de passe actuel",
            "Bitte Passwort bestätigen",
            "Ihr Passwort",
        ] {
            let named = Field { kind: "password".into(), id: "totp-password".into(), ..field(0, label) };
            assert_eq!(
                class(vec![named], "Disable two-step verification"),
                none(Reason::Identity),
                "{label}"
            );
        }
        for label in [
            "Password from your token",
            "6-digit password",
            "One-time password",
            "Password of the authenticator app",
        ] {
            let named = Field { kind: "password".into(), id: "totp-password".into(), ..field(0, label) };
            assert_eq!(class(vec![named], "Two-step verification"), Class::Totp { target: 0 }, "{label}");
        }
        for label in ["动态密码", "两步验证密码", "OTP 비밀번호", "One-time password", "Одноразовый пароль"]
        {
            assert_eq!(asked(label, "password"), Class::Totp { target: 0 }, "{label}");
        }
    }

    #[test]
    fn an_access_code_is_one_of_a_second_factor_where_nothing_else_is_asked() {
        let named = |heading: &str| {
            let field = Field { name: "passcode".into(), ..field(0, "Kod dostępu") };
            let context = Context { heading: heading.into(), ..Context::default() };
            detect(&PageFields { contexts: vec![context], ..page(vec![field], "") }, &SIX).class
        };
        assert_eq!(named("Autoryzacja dwuskładnikowa"), Class::Totp { target: 0 });
        assert_eq!(named("Album"), none(Reason::OtherCode));
    }

    #[test]
    fn an_example_s_label_says_nothing() {
        let copied = Field {
            name: "code".into(),
            near: "Two-factor code:".into(),
            ..field(0, "Amount (to the nearest dollar)")
        };
        assert_eq!(class(vec![copied], ""), Class::Totp { target: 0 });
    }

    #[test]
    fn a_company_s_code_beside_a_password_is_one_whatever_the_page_says() {
        let sign_in = |label: &str| {
            let password = Field { kind: "password".into(), ..field(1, "Password") };
            class(vec![field(0, label), field(2, "User name"), password], "Two-factor authentication is on.")
        };
        for label in [
            "Company code",
            "Wyverns' lair code",
            "Código de empresa",
            "Код компании",
            "企业代码",
            "会社コード",
        ] {
            assert_eq!(sign_in(label), none(Reason::OtherCode), "{label}");
        }
        for label in ["Code", "Verification code", "Código", "Code (if your firm has one)"] {
            assert_eq!(sign_in(label), Class::Totp { target: 0 }, "{label}");
        }
    }

    #[test]
    fn the_line_before_an_unlabelled_field_says_what_is_asked_however_long() {
        let after = |near: &str| {
            let unlabelled = Field { near: near.into(), name: "code".into(), ..field(0, "") };
            class(vec![unlabelled], &format!("Two-factor authentication\n{near}"))
        };
        for (near, reason) in [
            (
                "To confirm that it is really you, enter the ZIP code of your billing address.",
                Reason::OtherCode,
            ),
            (
                "Before you set up your authenticator app, enter your employee number as on your badge.",
                Reason::OtherCode,
            ),
            (
                "We need to know who you are: please type in the e-mail address of your account",
                Reason::Identity,
            ),
            ("Number on the back of the token", Reason::OtherCode),
        ] {
            assert_eq!(after(near), none(reason), "{near}");
        }
        let code = "To confirm that it is really you, please enter the six-digit code that is current now.";
        assert_eq!(after(code), Class::Totp { target: 0 });
        let app = "To confirm that it is you, open the authenticator app on your phone and enter its code.";
        assert_eq!(after(app), Class::Totp { target: 0 });
    }

    #[test]
    fn an_app_that_cannot_be_used_is_no_choice() {
        for told in [
            "Because you don't have an authenticator app or security key, we've emailed you a verification code.",
            "If you lost your authenticator or changed phones, use the code that we emailed you.",
            "Your authenticator app or security key is set up later, a code has been sent to your phone.",
            "Ihre Authenticator-App oder Ihr Schlüssel ist nicht verfügbar, daher wurde ein Code gesendet.",
            "您没有身份验证器应用或安全密钥，因此我们已将验证码发送至您的邮箱。",
        ] {
            assert_eq!(class(vec![field(0, "Code")], told), none(Reason::Delivery), "{told}");
        }
        for told in [
            "Enter the code from your authenticator app or the code that we emailed you",
            "Geben Sie den Code aus Ihrer Authenticator-App oder den per SMS gesendeten Code ein",
        ] {
            assert_eq!(class(vec![field(0, "Code")], told), Class::Totp { target: 0 }, "{told}");
        }
    }

    #[test]
    fn what_was_sent_and_where_to_outweighs_an_app_in_passing() {
        let tip = "\nWant a faster way? Set up an authenticator app.";
        for line in ["Sent to +44 •••• •••412", "Sent to ada@example.com", "Gesendet an a•••@example.com"]
        {
            assert_eq!(
                class(vec![field(0, "Code")], &format!("{line}{tip}")),
                none(Reason::Delivery),
                "{line}"
            );
        }
        let signed_in = "Signed in as ada@example.com\nOpen your authenticator app";
        assert_eq!(class(vec![field(0, "Code")], signed_in), Class::Totp { target: 0 });

        let with = |before: &str, actions: &str| {
            let mut page = page(vec![field(0, "Verification code")], before);
            page.contexts[0].actions = actions.into();
            detect(&page, &SIX).class
        };
        let tabs = "Text message\nAuthenticator app";
        assert_eq!(with(tabs, "Resend code"), none(Reason::Delivery));
        assert_eq!(with("Text message (••• ••12)\nAuthenticator app", ""), none(Reason::Delivery));
        assert_eq!(with(tabs, ""), Class::Totp { target: 0 });
        let asked = "Text message\nAuthenticator app\nEnter the code from your authenticator app";
        assert_eq!(with(asked, "Resend code"), Class::Totp { target: 0 });
    }

    #[test]
    fn a_code_that_lives_for_minutes_was_sent() {
        for told in [
            "This code expires in 10 minutes.",
            "Code expires in 04:59",
            "Der Code läuft in 10 Minuten ab.",
            "Срок действия кода истекает через 10 минут.",
            "Kodun süresi 10 dakika içinde dolacak.",
            "このコードは10分後に期限切れになります。",
            "الرمز صالح لمدة 10 دقائق",
        ] {
            assert_eq!(placed("Code", "Two-step verification", told), none(Reason::Delivery), "{told}");
        }
        for told in ["The code refreshes every 30 seconds.", "Codes last for 30 seconds."] {
            assert_eq!(placed("Code", "Two-step verification", told), Class::Totp { target: 0 }, "{told}");
        }
    }

    #[test]
    fn the_app_of_a_messenger_or_a_bank_is_no_authenticator() {
        for told in [
            "LINEアプリに表示された認証番号を入力してください",
            "카카오톡 앱에 표시된 숫자를 입력하세요",
            "请输入微信App显示的验证码",
            "Code de l'application de votre banque",
            "Код, показанный в приложении Telegram",
        ] {
            assert_eq!(class(vec![field(0, told)], ""), none(Reason::Delivery), "{told} as label");
            assert_eq!(placed("Code", "2FA", told), none(Reason::Delivery), "{told}");
        }
        let both = "LINE: 認証アプリに表示されたコードを入力してください";
        assert_eq!(class(vec![field(0, both)], ""), Class::Totp { target: 0 });
    }

    #[test]
    fn what_can_be_forgotten_was_chosen() {
        let with = |label: &str, heading: &str, actions: &str| {
            let context = Context { heading: heading.into(), actions: actions.into(), ..Context::default() };
            let page = PageFields { contexts: vec![context], ..page(vec![field(0, label)], "") };
            detect(&page, &SIX).class
        };
        let two = "Two-step verification";
        assert_eq!(with("Enter your PIN", two, "Forgot PIN?"), none(Reason::Pin));
        assert_eq!(with("Passcode", two, "Forgot your passcode?"), none(Reason::Pin));
        assert_eq!(
            with("PIN eingeben", "Verifizierung in zwei Schritten", "PIN vergessen?"),
            none(Reason::Pin)
        );
        assert_eq!(with("Code", two, "Forgot password?"), Class::Totp { target: 0 });
        assert_eq!(
            with("2FA code", two, "Forgot code"),
            Class::Totp { target: 0 },
            "so a panel calls its reset"
        );
        let chosen = "Enter the 6-digit PIN that you chose when you turned on two-step verification.";
        assert_eq!(placed("Code", two, chosen), none(Reason::Pin));
    }

    #[test]
    fn a_field_beside_which_the_app_is_offered_instead_takes_something_else() {
        let beside = |action: &str, prose: &str| {
            let mut page = page(vec![field(0, "Authentication code")], prose);
            page.contexts[0].heading = "Two-factor authentication".into();
            page.contexts[0].actions = format!("| Verify | {action}");
            detect(&page, &SIX).class
        };
        let recovery = "The recovery code will be removed after it has been used.";
        assert_eq!(beside("Use TOTP instead", recovery), Class::BackupCode { target: 0 });
        assert_eq!(beside("Use your authenticator app instead", ""), none(Reason::OtherCode));
        for action in ["", "Use SMS instead", "Can't use your authenticator app? Try another way"] {
            assert_eq!(beside(action, ""), Class::Totp { target: 0 }, "{action}");
        }
        let app = "Open your authenticator app.";
        assert_eq!(beside("Use another authenticator app instead", app), Class::Totp { target: 0 });
    }

    #[test]
    fn a_field_called_as_signs_in_a_picture_is_the_app_s_where_it_is_alone_and_an_app_is_named() {
        let vcode = |n| Field { name: "vcode".into(), ..field(n, "Verification code") };
        let app = "Google Authenticator verification";
        assert_eq!(class(vec![vcode(0)], app), Class::Totp { target: 0 });
        assert_eq!(class(vec![vcode(0)], ""), none(Reason::Captcha));
        let beside = field(1, "Authenticator code");
        assert_eq!(class(vec![vcode(0), beside], app), Class::Totp { target: 1 });
    }

    #[test]
    fn a_picture_without_a_file_beside_a_password_is_to_be_read() {
        let drawn = |beside: &str, prose: &str| {
            let other = Field { kind: beside.into(), ..field(1, "Password") };
            let mut page = page(vec![other, field(0, "Verification code")], prose);
            page.contexts[0].pictures = "inline".into();
            detect(&page, &SIX).class
        };
        assert_eq!(drawn("password", ""), none(Reason::Captcha));
        assert_eq!(drawn("text", ""), Class::Totp { target: 0 }, "an ornament");
        assert_eq!(drawn("password", "Two-factor authentication is on."), Class::Totp { target: 0 });
    }

    #[test]
    fn a_number_of_digits_and_a_trusted_device_s_code_are_none() {
        let digits = Field { kind: "number".into(), ..field(0, "Digits") };
        assert_eq!(class(vec![digits], "Authenticator"), none(Reason::Settings));
        let trusted = "Enter the code displayed on your trusted device";
        assert_eq!(placed("Code", "Two-factor authentication", trusted), none(Reason::DeviceCode));
    }

    #[test]
    fn recovery_codes_by_the_way_leave_the_field_its_own() {
        let told = |before: &str, after: &str| {
            let context = Context {
                heading: "Two-factor authentication".into(),
                before: before.into(),
                after: after.into(),
                ..Context::default()
            };
            let page = PageFields { contexts: vec![context], ..page(vec![field(0, "Code")], "") };
            detect(&page, &SIX).class
        };
        for after in [
            "You can also use one of your recovery codes.",
            "Lost your phone? Enter one of your recovery codes.",
            "Puoi anche usare un codice di recupero.",
        ] {
            assert_eq!(told("", after), Class::Totp { target: 0 }, "{after}");
        }
        let asked = Class::BackupCode { target: 0 };
        assert_eq!(told("Enter one of your recovery codes.", ""), asked);
        assert_eq!(told("Lost your phone? Enter one of your recovery codes.", ""), asked);
        assert_eq!(class(vec![field(0, "Paper key")], "Two-factor"), asked);
    }

    #[test]
    fn the_app_s_code_is_known_in_many_languages() {
        for label in [
            "Code de l'application",
            "Código do app",
            "Kod z aplikacji",
            "应用中的代码",
            "アプリのコード",
            "앱 코드",
            "Sovelluksen koodi",
            "קוד מהאפליקציה",
            "الرمز من التطبيق",
        ] {
            assert_eq!(class(vec![field(0, label)], ""), Class::Totp { target: 0 }, "{label}");
        }
        assert_eq!(class(vec![field(0, "Kod z aplikacji bankowej")], ""), none(Reason::Delivery));
        assert_eq!(
            class(vec![field(0, "Code")], "Enter the code from Bitwarden."),
            Class::Totp { target: 0 }
        );
    }

    #[test]
    fn advice_for_another_time_names_no_app() {
        let tip =
            "Den Code finden Sie in der Nachricht.\nTipp: mit einer Authenticator-App geht es schneller.";
        assert_eq!(class(vec![field(0, "Code")], tip), none(Reason::Delivery));
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
