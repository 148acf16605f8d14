//! Proton Pass: `Proton Pass/data.json` in a zip, in the clear or inside an OpenPGP message.

use super::collect::Collector;
use super::login::{Login, Said, links};
use super::read::json::{self, Fields, Value};
use super::read::openpgp;
use super::read::zip::{self, Zip};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::secret::{SecretBytes, SecretText};

const PLAIN: &str = "data.json";
const SEALED: &str = "data.pgp";

/// Proton Pass's own export.
#[derive(Debug)]
pub struct ProtonPass;

impl Importer for ProtonPass {
    fn id(&self) -> &'static str {
        "proton-pass"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        if zip::looks_like(input.bytes) {
            return Zip::open(input.bytes, &Limits::default()).is_ok_and(|zip| {
                let in_folder = |m: &zip::Member| m.name.to_lowercase().starts_with("proton pass/");
                zip.members()
                    .iter()
                    .any(|m| in_folder(m) && [PLAIN, SEALED].iter().any(|n| m.name.ends_with(n)))
            });
        }
        openpgp::looks_like(input.bytes)
            || input.outline().is_some_and(|file| {
                let vaults = file.at("vaults");
                vaults.is_map() && vaults.members().iter().all(|(_, vault)| vault.at("items").is_list())
            })
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        open(input.bytes, "proton-pass-json", password, limits)
    }
}

/// A zip holds JSON or a message; an old message holds a zip. Three layers at most, each gone when the next is there:
/// all may be as large as a file.
fn open(
    bytes: &[u8],
    mut format: &'static str,
    password: Option<&SecretText>,
    limits: &Limits,
) -> Result<Draft, ImportError> {
    let mut layer: Option<SecretBytes> = None;
    for depth in 0..=3 {
        let bytes = layer.as_ref().map_or(bytes, |layer| layer.expose());
        let inner = if openpgp::looks_like(bytes) {
            format = "proton-pass-pgp";
            openpgp::must_take_passwords(bytes)?;
            openpgp::open(bytes, password.ok_or(ImportError::PasswordNeeded)?, limits)?
        } else if zip::looks_like(bytes) {
            if depth == 0 {
                format = "proton-pass-zip";
            }
            let zip = Zip::open(bytes, limits)?;
            let member = zip.find_last(PLAIN).or_else(|| zip.find_last(SEALED));
            SecretBytes::new(zip.extract(member.ok_or(ImportError::BadContent)?, password)?)
        } else {
            let export = json::of(bytes)?;
            return if is_export(&export) {
                read(&export, format, limits)
            } else {
                Err(ImportError::BadContent)
            };
        };
        layer = Some(inner);
    }
    Err(ImportError::BadContent)
}

fn is_export(value: &Value) -> bool {
    let mut vaults = value.members("vaults");
    value.field("vaults").is_object() && vaults.all(|(_, vault)| vault.field("items").is_array())
}

fn read(export: &Value, format: &'static str, limits: &Limits) -> Result<Draft, ImportError> {
    let mut collector = Collector::new(format, limits);
    for (_, vault) in export.members("vaults") {
        for item in vault.list("items") {
            let login = login(vault, item);
            let fields = fields(item).map(str::trim).filter(|f| !f.is_empty());
            let mut said = Said::default();
            for field in fields {
                let entry = login.read(field);
                said.is_new(&entry);
                collector.login(&login, entry, field)?;
            }
            let note = item.field("data").field("metadata").text("note");
            collector.links(&login, &mut said, other_fields(item).chain([note]))?;
        }
    }
    Ok(collector.finish())
}

/// The one-time passwords: the login's own field, then those that its user added.
fn fields(item: &Value) -> impl Iterator<Item = &str> {
    let own = item.field("data").field("content").text("totpUri");
    let extra = extra_fields(item).filter(|f| f.text("type") == "totp");
    [own].into_iter().chain(extra.map(|f| f.field("data").text("totpUri")))
}

/// What the user wrote in other fields.
fn other_fields(item: &Value) -> impl Iterator<Item = &str> {
    let other = extra_fields(item).filter(|f| f.text("type") != "totp");
    other.map(|f| f.field("data").text("content").trim()).filter(|text| !text.is_empty())
}

/// The item's extra fields, then those in the sections of a custom item.
fn extra_fields(item: &Value) -> impl Iterator<Item = &Value> {
    let data = item.field("data");
    let sections = data.field("content").list("sections").iter().flat_map(|s| s.list("sectionFields"));
    data.list("extraFields").iter().chain(sections)
}

fn login<'v>(vault: &'v Value, item: &'v Value) -> Login<'v> {
    let (metadata, content) = (item.field("data").field("metadata"), item.field("data").field("content"));
    let names = ["itemUsername", "username", "itemEmail"].map(|key| content.text(key));
    Login {
        title: metadata.text("name"),
        username: names.into_iter().find(|n| !n.is_empty()).unwrap_or(""),
        note: metadata.text("note"),
        urls: content.list("urls").iter().filter_map(Value::as_str).collect(),
        tags: vec![vault.text("name")],
        pinned: item.flag("pinned"),
        // 1 is active, 2 is in the bin.
        trashed: item.number("state") == Some(2),
        lost: vec![
            ("password", !content.text("password").is_empty()),
            ("passkey", !content.list("passkeys").is_empty()),
            ("fields", other_fields(item).any(|text| links(text).next().is_none())),
            ("attachment", !item.list("files").is_empty()),
        ],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::import::read::testing::openpgp::{Style, seal};
    use crate::import::read::testing::zip::archive;
    use crate::import::testing::eight::{bare, eight, uri};
    use crate::import::testing::{damage_at, holds, read, unlock};
    use crate::vault::entry::EntryDraft;

    /// One vault for each entry: that is what Proton has in place of tags.
    fn data() -> Vec<u8> {
        let vault = |(at, e): (usize, &EntryDraft)| {
            let item = json!({
                "state": 1, "pinned": e.pinned, "files": [],
                "data": {
                    "metadata": {"name": e.issuer, "note": e.note}, "type": "login", "extraFields": [],
                    "content": {"itemEmail": "m@x.example", "itemUsername": e.account, "password": "pw",
                                "urls": ["https://a.example"], "totpUri": uri(e), "passkeys": []},
                },
            });
            (at.to_string(), json!({"name": e.tags.concat(), "items": [item]}))
        };
        let vaults: serde_json::Map<_, _> = eight().iter().enumerate().map(vault).collect();
        json!({"userId": "x", "vaults": vaults}).to_string().into()
    }

    /// All but the password.
    fn kept() -> Vec<EntryDraft> {
        let mut want = eight();
        for e in &mut want {
            e.lost = vec!["password"];
            e.urls = vec!["https://a.example".into()];
        }
        want
    }

    #[test]
    fn zip_and_json_hold_all_but_the_password() {
        holds("proton-pass-json", &data(), &kept());
        holds("proton-pass-zip", &archive(&[("Proton Pass/data.json", &data())]), &kept());
    }

    #[test]
    fn messages_open_whichever_way_round_they_are_packed() {
        for style in [Style::Direct, Style::SessionKey, Style::Gcm] {
            let inside = archive(&[("Proton Pass/data.pgp", &seal(&data(), "p", style))]);
            let around = seal(&archive(&[("Proton Pass/data.json", &data())]), "p", style);
            for file in [inside, around] {
                let draft = unlock(&file, "p");
                assert_eq!((draft.format, draft.entries), ("proton-pass-pgp", kept()));
                damage_at(60, &file, |bytes| drop(read(bytes, Some("p"))));
            }
        }
    }

    #[test]
    fn extra_fields_count_and_the_bin_is_told() {
        let totp = |uri| json!({"type": "totp", "data": {"totpUri": uri}});
        let content = json!({"totpUri": "", "sections": [{"sectionFields": [totp("ME")]}]});
        let fields =
            [totp("MEME"), json!({"type": "text", "data": {"content": "x"}}), totp("otpauth://totp/bad")];
        let data = json!({"metadata": {"name": "T"}, "content": content, "extraFields": fields});
        let file = json!({"vaults": {"a": {"name": "V", "items": [{"state": 2, "data": data}]}}}).to_string();
        let draft = read(file.as_bytes(), None).unwrap();
        assert_eq!((draft.entries.len(), draft.entries[0].trashed, draft.skipped.len()), (2, true, 1));
        assert_eq!(draft.entries[0].lost, ["fields"]);
    }

    #[test]
    fn links_in_notes_and_other_fields_are_accounts_too() {
        let link = |key: &str| format!("otpauth://totp/?secret={key}");
        let hidden = |text: &str| json!({"fieldName": "2FA", "type": "hidden", "data": {"content": text}});
        let item = |name: &str, totp: &str, note: &str, fields: &[serde_json::Value]| {
            json!({"state": 1, "data": {
                "metadata": {"name": name, "note": note}, "content": {"totpUri": totp}, "extraFields": fields,
            }})
        };
        let items = [
            item("A", "", "", &[hidden(&link("MEMA")), hidden("")]),
            item("B", "MEMA", &format!("spare: {}", link("MAMA")), &[hidden(&link("MEMA")), hidden("1234")]),
        ];
        let data = json!({"vaults": {"a": {"name": "V", "items": items}}}).to_string().into_bytes();
        let pgp = archive(&[("Proton Pass/data.pgp", &seal(&data, "p", Style::Direct))]);
        for draft in [read(&archive(&[("Proton Pass/data.json", &data)]), None).unwrap(), unlock(&pgp, "p")] {
            let got: Vec<_> = draft.entries.iter().map(|e| (&*e.issuer, bare(e), e.lost.join("|"))).collect();
            let want = [("A", "MEMA", ""), ("B", "MEMA", "fields"), ("B", "MAMA", "fields")];
            assert_eq!(got, want.map(|(name, key, lost)| (name, key.to_owned(), lost.to_owned())));
        }
    }
}
