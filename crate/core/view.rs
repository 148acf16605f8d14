//! Between the protocol's words and the vault's types.

use crate::env::Millis;
use crate::otp::base32::{base32, parse_base32};
use crate::otp::uri::Account;
use crate::otp::{Algorithm, Digits, Kind, Otp, OtpError, Period};
use crate::protocol::{CodeView, EntryForm, EntryView, Failure, FormerView, SiteForm, SiteView};
use crate::site::{Binding, Origin, Scheme, Scope};
use crate::vault::entry::{Entry, EntryDraft, SiteScope, StoredSite};
use crate::vault::former::UNDO_MS;
use crate::vault::id::EntryId;

/// Longer texts are no issuer, account or tag.
const MAX_WORDS: usize = 512;
/// Longer notes belong in a file.
const MAX_NOTE: usize = 16 * 1024;

/// An id as the interface sent it.
pub(super) fn id(text: &str) -> Result<EntryId, Failure> {
    EntryId::parse(text).ok_or_else(|| Failure::new("no-entry"))
}

/// An entry, without its secret. Whether it waits, its own words do not say.
pub(super) fn entry_view(entry: &Entry) -> EntryView {
    let counter = match entry.otp.kind() {
        Kind::Hotp { counter } => Some(u32::try_from(counter).unwrap_or(u32::MAX)),
        _ => None,
    };
    EntryView {
        id: entry.id.to_string(),
        issuer: entry.issuer.clone(),
        account: entry.account.clone(),
        kind: entry.otp.kind().name().into(),
        algorithm: entry.otp.algorithm().name().into(),
        digits: entry.otp.digits().count(),
        period: entry.otp.period().map(Period::seconds),
        counter,
        note: entry.note.clone(),
        tags: entry.tags.clone(),
        pinned: entry.pinned,
        sites: bindings(entry).map(|binding| site_view(&binding)).collect(),
        created: entry.created,
        modified: entry.modified,
        last_used: entry.last_used(),
        trashed: entry.trashed,
        unverified: entry.unverified,
        emergency: super::emergency::test_due(entry),
        waits: false,
        former: entry.former.first().map(|former| FormerView {
            at: former.at,
            tried: former.tried,
            until: former.at.plus(UNDO_MS),
        }),
        backup_codes: entry
            .backup_codes
            .as_ref()
            .filter(|list| !list.codes.is_empty())
            .map(super::backup_codes::view_of),
    }
}

/// A generator's code at an instant.
pub(super) fn code_view(id: String, otp: &Otp, now: Millis) -> CodeView {
    let code = otp.code_at(now);
    CodeView {
        id,
        code: code.code.expose().clone(),
        next: code.next.map(|next| next.expose().clone()),
        until: code.until,
        period: otp.period().map(Period::seconds),
    }
}

/// What was scanned or read, as a form that can be looked at before it is added.
pub(super) fn form_of(account: &Account) -> EntryForm {
    form_of_parts(&account.issuer, &account.account, &account.otp)
}

/// An account's parts as a form.
pub(super) fn form_of_parts(issuer: &str, account: &str, otp: &Otp) -> EntryForm {
    let counter = match otp.kind() {
        Kind::Hotp { counter } => u32::try_from(counter).unwrap_or(u32::MAX),
        _ => 0,
    };
    EntryForm {
        issuer: issuer.into(),
        account: account.into(),
        secret: base32(otp.secret()),
        kind: otp.kind().name().into(),
        algorithm: otp.algorithm().name().into(),
        digits: otp.digits().count().into(),
        period: otp.period().map_or(30, Period::seconds),
        counter,
        note: String::new(),
        tags: Vec::new(),
        sites: Vec::new(),
    }
}

/// Judges a form. A failure names the field.
pub(super) fn draft_of(form: &EntryForm) -> Result<EntryDraft, Failure> {
    let otp = otp_of(form).map_err(|error| {
        let (field, number) = match error {
            OtpError::NoSecret => ("secret", None),
            OtpError::BadSecret { at } => ("secret", u32::try_from(at + 1).ok()),
            OtpError::BadDigits => ("digits", None),
            OtpError::BadPeriod => ("period", None),
            OtpError::BadCounter => ("counter", None),
            OtpError::UnsupportedAlgorithm => ("algorithm", None),
            OtpError::UnsupportedType => ("kind", None),
        };
        Failure { code: error.code().into(), field: Some(field.into()), number }
    })?;
    let mut draft = EntryDraft::new(words(&form.issuer, "issuer")?, words(&form.account, "account")?, otp);
    draft.note = note(&form.note)?;
    draft.tags = tags(&form.tags)?;
    Ok(draft)
}

/// Trimmed words of bearable length.
pub(super) fn words(text: &str, field: &str) -> Result<String, Failure> {
    let text = text.trim();
    if text.chars().count() > MAX_WORDS { Err(too_long(field)) } else { Ok(text.to_owned()) }
}

/// As much of a text as [`words`] takes.
pub(super) fn fitting_words(text: &str) -> &str {
    let text = text.trim();
    let cut = text.char_indices().nth(MAX_WORDS).and_then(|(end, _)| text.get(..end));
    cut.map_or(text, str::trim_end)
}

/// As much of a note as [`note`] takes.
pub(super) fn fitting_note(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MAX_NOTE)).unwrap_or(text)
}

/// A note of bearable length.
pub(super) fn note(text: &str) -> Result<String, Failure> {
    if text.len() > MAX_NOTE { Err(too_long("note")) } else { Ok(text.to_owned()) }
}

/// Tags: trimmed, none empty, none twice.
pub(super) fn tags(tags: &[String]) -> Result<Vec<String>, Failure> {
    let mut out: Vec<String> = Vec::new();
    for tag in tags {
        let tag = words(tag, "tags")?;
        if !tag.is_empty() && !out.contains(&tag) {
            out.push(tag);
        }
    }
    Ok(out)
}

/// A site as the user means it. `here`: the page in front, which alone may be bound over plain http.
pub(super) fn binding_of(form: &SiteForm, here: Option<&Origin>) -> Result<Binding, Failure> {
    let refuse = |code: &str| Failure { field: Some("site".into()), ..Failure::new(code) };
    let origin = Origin::parse_typed(&form.origin).map_err(|error| refuse(error.code()))?;
    let scope = if form.subdomains { Scope::Subdomains } else { Scope::Exact };
    let by_hand = here == Some(&origin);
    Binding::new(origin, scope, by_hand).map_err(|error| refuse(error.code()))
}

/// A binding as it is stored.
pub(super) fn stored_site(binding: &Binding) -> StoredSite {
    let scope = match binding.scope() {
        Scope::Exact => SiteScope::Exact,
        Scope::Subdomains => SiteScope::Subdomains,
    };
    StoredSite { origin: binding.origin().to_string(), scope }
}

/// An entry's bindings, as far as today's rules let them reach.
pub(super) fn bindings(entry: &Entry) -> impl Iterator<Item = Binding> + '_ {
    entry.sites.iter().filter_map(|site| {
        let scope = match site.scope {
            SiteScope::Exact => Scope::Exact,
            SiteScope::Subdomains => Scope::Subdomains,
        };
        Some(Binding::stored(Origin::parse(&site.origin).ok()?, scope))
    })
}

/// A binding for people.
pub(super) fn site_view(binding: &Binding) -> SiteView {
    SiteView {
        origin: binding.origin().to_string(),
        host: place_for_people(binding.origin()),
        subdomains: binding.scope() == Scope::Subdomains,
        insecure: binding.is_insecure(),
    }
}

/// The host, and the port where it is not the scheme's own: another port is another site.
pub(super) fn place_for_people(origin: &Origin) -> String {
    let usual = if origin.scheme() == Scheme::Https { 443 } else { 80 };
    match origin.port() {
        port if port == usual => origin.host_for_people(),
        port => format!("{}:{port}", origin.host_for_people()),
    }
}

fn otp_of(form: &EntryForm) -> Result<Otp, OtpError> {
    let secret = parse_base32(&form.secret)?;
    let kind = match form.kind.as_str() {
        "totp" => Kind::Totp { period: Period::new(form.period.into())? },
        "hotp" => Kind::Hotp { counter: form.counter.into() },
        "steam" => Kind::Steam,
        _ => return Err(OtpError::UnsupportedType),
    };
    Otp::new(kind, Algorithm::parse(&form.algorithm)?, Digits::new(form.digits.into())?, secret)
}

fn too_long(field: &str) -> Failure {
    Failure { field: Some(field.into()), ..Failure::new("too-long") }
}
