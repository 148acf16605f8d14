//! Psono: `items[]` and `folders[]` that hold more of both, as JSON, plain or under a password, and the same items as the
//! rows of a CSV table. What an item has is named after its type: `totp_code`, `website_password_totp_code`.

use std::borrow::Cow;

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};

use super::collect::Collector;
use super::login::{Login, Said};
use super::outline::Outline;
use super::parameters::Parameters;
use super::read::crypto;
use super::read::csv::{self, Table};
use super::read::json::{self, Fields, Members, Value};
use super::read::secretbox;
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::OtpError;
use crate::otp::base32::parse_base32;
use crate::secret::{Key, Secret, SecretText};
use crate::vault::entry::EntryDraft;

/// Psono's JSON export.
pub(super) struct Psono;

/// Psono's table.
pub(super) struct PsonoCsv;

/// Folders in folders that are looked into.
const DEPTH: u8 = 10;
/// What items may have for a title, for exports whose first items lie deeper than an outline goes.
const TITLES: [&str; 4] =
    ["\"website_password_title\"", "\"application_password_title\"", "\"totp_title\"", "\"note_title\""];
/// Columns that the table has had from the first.
const COLUMNS: [&str; 4] = ["path", "type", "website_password_title", "totp_code"];
/// Of its own, or beside a password.
const PREFIXES: [&str; 3] = ["totp_", "website_password_totp_", "application_password_totp_"];

impl Importer for Psono {
    fn id(&self) -> &'static str {
        "psono"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        let of = |folder: &Outline| {
            folder
                .at("items")
                .items()
                .iter()
                .any(|item| item.has(&format!("{}_title", item.at("type").text())))
        };
        let has_title = || input.text().is_some_and(|text| TITLES.iter().any(|title| text.contains(title)));
        input.outline().is_some_and(|file| {
            of(file)
                || file.at("folders").items().iter().any(of)
                || (file.at("folders").is_list() || file.at("items").is_list()) && has_title()
                || is_sealed(file)
        })
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let file = input.json()?;
        if !input.outline().is_some_and(is_sealed) {
            return draft("psono-json", &file, limits);
        }
        let password = password.ok_or(ImportError::PasswordNeeded)?;
        draft("psono-json-encrypted", &open(&file, password, limits)?, limits)
    }
}

impl Importer for PsonoCsv {
    fn id(&self) -> &'static str {
        "psono-csv"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.text().is_some_and(|text| {
            let header = csv::header(text);
            COLUMNS.iter().all(|column| header.iter().any(|name| name == column))
        })
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let table = Table::parse(input.text().ok_or(ImportError::BadContent)?)?;
        let mut collector = Collector::new("psono-csv", limits);
        for row in table.rows() {
            let folders: Vec<&str> = row.cell("path").split('\\').filter(|name| !name.is_empty()).collect();
            let cell = |name: &str| match row.cell(name) {
                "" => Cow::Owned(Value::Null),
                text => Cow::Owned(text.into()),
            };
            add_item(&mut collector, &cell, row.cells(), &folders, false)?;
        }
        Ok(collector.finish())
    }
}

/// `text` and `nonce` in hex, and nothing that says whose they are.
fn is_sealed(file: &Outline) -> bool {
    let is_hex = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    file.members().len() == 2 && ["text", "nonce"].iter().all(|name| is_hex(file.at(name).text()))
}

/// Opens the export under its password. The key is derived as the client derives an account's, with nothing for a name:
/// each step's hex text is what the next one hashes.
fn open(file: &Value, password: &SecretText, limits: &Limits) -> Result<Value, ImportError> {
    let bytes =
        |name| HEXLOWER_PERMISSIVE.decode(file.text(name).as_bytes()).map_err(|_| ImportError::BadContent);
    let nonce = bytes("nonce")?.try_into().map_err(|_| ImportError::BadContent)?;
    let salt = HEXLOWER.encode(&crypto::sha512(&[]));
    let derived: Secret<[u8; 64]> =
        crypto::derive_scrypt(password.expose().as_bytes(), salt.as_bytes(), (1 << 14, 8, 1), limits)?;
    let derived = SecretText::new(HEXLOWER.encode(derived.expose()));
    let key = Key::new(crypto::sha256(&[derived.expose().as_bytes()]));
    let opened = secretbox::open(&key, &nonce, &bytes("text")?)?;
    json::parse(core::str::from_utf8(opened.expose()).map_err(|_| ImportError::BadContent)?)
}

fn draft(format: &'static str, file: &Value, limits: &Limits) -> Result<Draft, ImportError> {
    let mut collector = Collector::new(format, limits);
    add(&mut collector, file, &[], DEPTH, false)?;
    Ok(collector.finish())
}

/// Adds what a folder holds, under its name and the names of those around it.
fn add(
    collector: &mut Collector,
    folder: &Value,
    names: &[&str],
    depth: u8,
    trashed: bool,
) -> Result<(), ImportError> {
    for item in folder.list("items") {
        let field = |name: &str| Cow::Borrowed(item.field(name));
        add_item(collector, &field, texts(item).into_iter(), names, trashed || item.flag("deleted"))?;
    }
    let inner = folder.list("folders").iter().filter(|_| depth > 0);
    inner.into_iter().try_for_each(|folder| {
        let names = [names, &[folder.text("name")]].concat();
        add(collector, folder, &names, depth.saturating_sub(1), trashed || folder.flag("deleted"))
    })
}

/// The texts of an item, and of the fields that its user added.
fn texts(item: &Value) -> Vec<&str> {
    let own = item.list("custom_fields").iter().map(|field| field.text("value"));
    let all = item.as_object().into_iter().flat_map(Members::values).filter_map(Value::as_str);
    all.chain(own).collect()
}

/// Adds what an item has of codes. `field` gives what stands under a name, `texts` is all that it says.
fn add_item<'v>(
    collector: &mut Collector,
    field: &dyn Fn(&str) -> Cow<'v, Value>,
    texts: impl Iterator<Item = &'v str>,
    folders: &[&str],
    trashed: bool,
) -> Result<(), ImportError> {
    let kind = field("type").to_plain();
    let own = |name: &str| field(&format!("{kind}_{name}")).to_plain();
    let [title, name, username, note, url] =
        [own("title"), field("name").to_plain(), own("username"), own("notes"), own("url")];
    let login = Login {
        title: if title.is_empty() { &name } else { &title },
        username: &username,
        note: &note,
        urls: vec![&url],
        tags: folders.to_vec(),
        trashed,
        lost: vec![("password", !own("password").is_empty())],
        ..Login::default()
    };
    let (mut said, mut codes) = (Said::default(), Vec::new());
    for prefix in PREFIXES {
        let [code, algorithm, digits, period] =
            ["code", "algorithm", "digits", "period"].map(|name| field(&format!("{prefix}{name}")));
        let code = code.to_plain();
        let code = code.trim();
        if code.is_empty() {
            continue;
        }
        let numbers = [("algorithm", &algorithm), ("digits", &digits), ("period", &period)]
            .map(|(name, value)| (name, value.to_plain()));
        let mut own = vec![("code", code)];
        own.extend(numbers.iter().map(|(name, text)| (*name, text.as_str())));
        let parameters = Parameters {
            kind: "totp",
            algorithm: &algorithm,
            digits: &digits,
            period: &period,
            counter: &Value::Null,
        };
        let entry = entry(parameters, code, &login);
        said.is_new(&entry);
        collector.login(&login, entry, &own[..])?;
        codes.push(code.to_owned());
    }
    collector.links(&login, &mut said, texts.filter(|text| !codes.iter().any(|code| code == text.trim())))
}

fn entry(parameters: Parameters<'_>, code: &str, login: &Login<'_>) -> Result<EntryDraft, &'static str> {
    if code.contains("://") {
        return login.read(code);
    }
    let otp = parameters.otp(parse_base32(code)).map_err(OtpError::code)?;
    Ok(login.complete(EntryDraft::new("", "", otp)))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::import::ImportError;
    use crate::import::testing::csv::table;
    use crate::import::testing::eight::{bare, eight, period};
    use crate::import::testing::{damage_at, holds, read, unlock};
    use crate::vault::entry::EntryDraft;

    fn item(e: &EntryDraft) -> Value {
        json!({
            "type": "website_password", "name": e.issuer, "website_password_title": e.issuer,
            "website_password_username": e.account, "website_password_password": "pw",
            "website_password_notes": e.note, "website_password_url": "https://a.example",
            "website_password_totp_code": bare(e), "website_password_totp_period": period(e),
            "website_password_totp_digits": e.otp.digits().count(),
            "website_password_totp_algorithm": e.otp.algorithm().name(),
        })
    }

    #[test]
    fn all_is_kept_but_counters_steam_favourites_and_the_password() {
        // The format has plain time-based codes only.
        let mut want = eight();
        want.retain(|e| matches!(e.otp.kind(), crate::otp::Kind::Totp { .. }));
        let folder = |e: &EntryDraft| json!({"name": e.tags.concat(), "items": [item(e)]});
        let (tagged, plain): (Vec<_>, Vec<_>) = want.into_iter().partition(|e| !e.tags.is_empty());
        let file = json!({
            "items": plain.iter().map(item).collect::<Vec<_>>(),
            "folders": tagged.iter().map(folder).collect::<Vec<_>>(),
        });
        let mut want = [plain, tagged].concat();
        for e in &mut want {
            e.lost = vec!["password"];
            e.urls = vec!["https://a.example".into()];
            e.pinned = false;
        }
        holds("psono-json", file.to_string().as_bytes(), &want);
    }

    #[test]
    fn items_that_are_nothing_but_a_code_are_read_in_folders_too() {
        let item = json!({"type": "totp", "name": "n", "totp_title": "A", "totp_notes": "x", "totp_code": "ME",
            "totp_digits": 8, "totp_period": 60, "totp_algorithm": "SHA256"});
        let bad = json!({"type": "totp", "totp_title": "B", "totp_code": "!"});
        let inner = json!({"name": "Inner", "items": [item]});
        let file = json!({"folders": [{"name": "Outer", "items": [bad], "folders": [inner]}], "items": []});
        let draft = read(file.to_string().as_bytes(), None).unwrap();
        let [entry] = &draft.entries[..] else { panic!("{draft:?}") };
        assert_eq!((&*entry.issuer, entry.tags.join("|")), ("A", "Outer|Inner".into()));
        assert_eq!((entry.otp.digits().count(), draft.skipped[0].why), (8, "bad-secret"));
    }

    #[test]
    fn links_in_notes_and_other_fields_are_accounts_too() {
        let link = |key: &str| format!("otpauth://totp/?secret={key}");
        let own = json!([{"name": "2FA", "type": "text", "value": link("MUMQ")}]);
        let items = [
            json!({"type": "note", "note_title": "A", "note_notes": format!("spare: {}", link("MEMA"))}),
            json!({"type": "website_password", "website_password_title": "B", "website_password_totp_code": "MAMA",
                "website_password_notes": link("MAMA"), "custom_fields": own}),
        ];
        let file = json!({"items": items}).to_string();
        let table = "path,type,callback_user,website_password_title,website_password_notes,website_password_totp_code,\
                     note_title,note_notes,totp_code\n\
                     \\,note,,,,,A,spare: otpauth://totp/?secret=MEMA,\n\
                     \\,website_password,otpauth://totp/?secret=MUMQ,B,otpauth://totp/?secret=MAMA,MAMA,,,\n";
        for (file, want) in [(&*file, ["MEMA", "MAMA", "MUMQ"]), (table, ["MEMA", "MAMA", "MUMQ"])] {
            let draft = read(file.as_bytes(), None).unwrap();
            let got: Vec<_> = draft.entries.iter().map(|e| (&*e.issuer, bare(e))).collect();
            let want = want.into_iter().zip(["A", "B", "B"]).map(|(key, name)| (name, key.to_owned()));
            assert_eq!(got, want.collect::<Vec<_>>());
        }
    }

    #[test]
    fn nothing_but_folders_in_folders_and_what_lies_in_the_bin() {
        let item = |title: &str, more: Value| {
            let mut item = json!({"type": "totp", "totp_title": title, "totp_code": "MEME"});
            more.as_object().unwrap().iter().for_each(|(name, value)| item[name] = value.clone());
            item
        };
        let bin = json!({"name": "Old", "deleted": true, "items": [item("C", json!({}))]});
        let inner =
            json!({"name": "b", "items": [item("A", json!({})), item("B", json!({"deleted": true}))]});
        let file = json!({"folders": [{"name": "a", "folders": [inner, bin]}]});
        let draft = read(file.to_string().as_bytes(), None).unwrap();
        let got: Vec<_> = draft.entries.iter().map(|e| (&*e.issuer, e.tags.join("|"), e.trashed)).collect();
        let want = [("A", "a|b", false), ("B", "a|b", true), ("C", "a|Old", true)];
        assert_eq!(got, want.map(|(issuer, tags, trashed)| (issuer, tags.to_owned(), trashed)));
    }

    #[test]
    fn the_table_keeps_the_same() {
        let header = "path,type,callback_user,website_password_title,website_password_url,website_password_username,\
                      website_password_password,website_password_notes,website_password_totp_period,\
                      website_password_totp_algorithm,website_password_totp_digits,website_password_totp_code,\
                      totp_title,totp_period,totp_algorithm,totp_digits,totp_code";
        let mut want = eight();
        want.retain(|e| matches!(e.otp.kind(), crate::otp::Kind::Totp { .. }));
        let rows = want.clone().into_iter().map(|e| {
            let path = format!("\\{}", e.tags.iter().map(|tag| format!("{tag}\\")).collect::<String>());
            let numbers = [period(&e).unwrap().to_string(), e.otp.digits().count().to_string()];
            let [period, digits] = numbers;
            let (algorithm, code) = (e.otp.algorithm().name().to_owned(), bare(&e));
            let mut row = vec![path, "website_password".into(), String::new()];
            row.extend([e.issuer, "https://a.example".into(), e.account, "pw".into(), e.note]);
            row.extend([period, algorithm, digits, code]);
            row
        });
        let file = table(header, rows);
        for e in &mut want {
            e.lost = vec!["password"];
            e.urls = vec!["https://a.example".into()];
            e.pinned = false;
        }
        holds("psono-csv", &file, &want);
        let row = "\\Work\\,totp,,,,,,,,,,,Bank,60,SHA512,8,GEZDGNBVGY3TQOJQ\n";
        let draft = read(format!("{header}\n{row}\\,note,,,,,,,,,,,,,,,\n").as_bytes(), None).unwrap();
        let [entry] = &draft.entries[..] else { panic!("{draft:?}") };
        let otp = (entry.otp.algorithm().name(), entry.otp.digits().count(), period(entry));
        assert_eq!((&*entry.issuer, &*entry.tags[0], otp), ("Bank", "Work", ("SHA512", 8, Some(60))));
    }

    /// Made with Python's hashlib and PyNaCl by the client's steps, for the password `pw`.
    const SEALED: &str = r#"{"nonce": "000102030405060708090a0b0c0d0e0f1011121314151617", "text": "afb65a0629a9f30a748e1f9212f74f5c349d6e3c203b61d8c2aafd8506356a011c0a4da08416e1b8853f5706b65cb6eae9ea54cb350d934aece64c7a44296e8b7bedd67ad9e721901625fa055c7e3b7b565a4db47e424989eaf8999856c95e4d6f8970a8d5d57180e154df5cf2c6e99df368905dbb1bf4bf8f41bf779ffdc2097542869175f8e88575b86ed815f2d544d4c42513fe4e660ee14b1de60ef1634a9d22dff99c3a07d2fb2bd6ac5ccb5dd05fe7f8ace7"}"#;

    #[test]
    fn the_export_under_a_password() {
        let draft = unlock(SEALED.as_bytes(), "pw");
        let names: Vec<_> = draft.entries.iter().map(|e| (&*e.issuer, e.tags.join("|"))).collect();
        assert_eq!((draft.format, names), ("psono-json-encrypted", vec![("Bank", "Work".to_owned())]));
        let cut = SEALED.replace("\"nonce\": \"", "\"nonce\": \"00");
        assert_eq!(read(cut.as_bytes(), Some("pw")), Err(ImportError::BadContent));
        damage_at(20, SEALED.as_bytes(), |bytes| drop(read(bytes, Some("pw"))));
        // Any two words in hex are not it.
        assert!(
            read(br#"{"text": "hello", "nonce": "00"}"#, None)
                .is_err_and(|e| e != ImportError::PasswordNeeded)
        );
    }
}
