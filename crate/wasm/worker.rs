//! What a page's dedicated worker calls: pure functions that take long. Errors are stable codes.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use crate::core::reader::{self, Reader};
use crate::core::{exports, import_form, kept_form};
use crate::env::Millis;
use crate::export;
use crate::import::{self, ImportError, Limits, Refused, Several, Shut, Skipped, import_files, name_of};
use crate::otp::uri::{title, write_uri};
use crate::protocol::{CodeView, DeriveJob, DerivedKey, Failure, ImportForm, KeptForm, TakenEntry, Way};
use crate::recovery::frames;
use crate::recovery::offline_pass::{self, Lock};
use crate::secret::{SecretBytes, SecretText};
use crate::vault::code::Code;
use crate::vault::entry::EntryDraft;
use crate::vault::kdf::CostError;
use crate::vault::kept::KeptDraft;
use crate::vault::{bytes, kdf, password};

use super::background::to_js;
use super::platform::Crypto;

/// Carries out a derivation. `password` is UTF-8. One that costs more than is done without asking is refused with what
/// it asks for, until the user `agreed`.
#[wasm_bindgen]
pub fn derive(job: JsValue, password: Vec<u8>, agreed: bool) -> Result<JsValue, JsValue> {
    let password = SecretBytes::new(password);
    let job: DeriveJob = serde_wasm_bindgen::from_value(job)?;
    let salt = bytes::decode(&job.salt).ok_or_else(|| JsValue::from("bad-request"))?;
    if let Some(rule) = job.rule {
        let text = core::str::from_utf8(password.expose()).map_err(|_| JsValue::from("bad-request"))?;
        if !password::judge(text, rule.length as usize, rule.bits).ok {
            return Err("weak-password".into());
        }
    }
    match kdf::check(job.params) {
        Ok(()) => {}
        Err(CostError::TooCheap) => return Err("weak-kdf".into()),
        Err(CostError::TooDear { kib }) if !agreed || kib > MAX_AGREED_KIB => {
            let (kib, work) = (Some(kib), Some(kdf::times_ours(job.params)));
            return Err(to_js(&RefusedFiles { code: "kdf-cost", family: None, app: None, kib, work })?);
        }
        Err(CostError::TooDear { .. }) => {}
    }
    let key = kdf::derive(job.params, &salt, password.expose()).map_err(|_| JsValue::from("no-memory"))?;
    to_js(&DerivedKey { job, key: data_encoding::BASE64.encode(key.expose()) })
}

/// What the user agreed to, and no more than Wasm can address beside the file: 2 GiB.
const MAX_AGREED_KIB: u32 = 2 * 1024 * 1024;

/// What other authenticators' files hold.
#[derive(serde::Serialize)]
struct ReadFiles {
    /// The apps' names.
    apps: Vec<&'static str>,
    /// Their stable ids.
    families: Vec<&'static str>,
    format: &'static str,
    entries: Vec<ImportForm>,
    skipped: Vec<SkippedItem>,
}

#[derive(serde::Serialize)]
struct SkippedItem {
    what: String,
    why: &'static str,
    /// The item itself, where the vault can keep it as a note.
    kept: Option<KeptForm>,
    /// It is a file that is shut still.
    shut: Option<ShutFile>,
}

#[derive(serde::Serialize)]
struct ShutFile {
    family: Option<&'static str>,
    app: Option<&'static str>,
}

/// Why they were refused. `kib` and `work` with `too-much-work`.
#[derive(serde::Serialize)]
struct RefusedFiles {
    code: &'static str,
    family: Option<&'static str>,
    app: Option<&'static str>,
    kib: Option<u32>,
    work: Option<f64>,
}

/// What the user agreed to: the numbers of `too-much-work`.
#[derive(serde::Deserialize)]
struct Agreed {
    kib: u32,
    work: f64,
}

thread_local! {
    /// What is told how far a derivation is, while files are read.
    static TOLD: RefCell<Option<js_sys::Function>> = const { RefCell::new(None) };
}

/// Tells the page. What it makes of it is its own affair.
fn tell(hundredths: u8) {
    TOLD.with_borrow(|told| {
        if let Some(told) = told {
            drop(told.call1(&JsValue::NULL, &hundredths.into()));
        }
    });
}

/// Reads files that were dropped together. `names` and `files` are in the same order; `passwords` is empty until the
/// user was asked, and so `agreed` is `null`. `told` is called with the hundredths of a derivation that are done, where that can be known.
#[wasm_bindgen(js_name = readExport)]
pub fn read_export(
    names: Vec<String>,
    files: Vec<js_sys::Uint8Array>,
    passwords: Vec<String>,
    agreed: JsValue,
    told: Option<js_sys::Function>,
) -> Result<JsValue, JsValue> {
    let agreed: Option<Agreed> = serde_wasm_bindgen::from_value(agreed)?;
    let files = names.into_iter().zip(files.iter().map(js_sys::Uint8Array::to_vec)).collect();
    TOLD.set(told);
    let passwords: Vec<_> = passwords.into_iter().map(SecretText::new).collect();
    match import_files(files, &passwords, &limits(agreed.as_ref())) {
        Ok(several) => to_js(&read_files(several)),
        Err(refused) => Err(to_js(&refused_files(&refused))?),
    }
}

/// The pictures in a zip that no app made: `{ pictures: [name, bytes][], others: number }`.
#[wasm_bindgen(js_name = picturesIn)]
pub fn pictures_in(file: &[u8]) -> Result<JsValue, JsValue> {
    let found = import::pictures_in(file);
    let pictures = js_sys::Array::new();
    for (name, bytes) in found.pictures {
        let bytes = js_sys::Uint8Array::from(bytes.as_slice());
        pictures.push(&js_sys::Array::of2(&name.into(), &bytes.into()));
    }
    let told = js_sys::Object::new();
    js_sys::Reflect::set(&told, &"pictures".into(), &pictures.into())?;
    js_sys::Reflect::set(&told, &"others".into(), &(found.others as f64).into())?;
    Ok(told.into())
}

fn limits(agreed: Option<&Agreed>) -> Limits {
    let usual = Limits::default();
    let Some(agreed) = agreed else { return Limits { told: tell, ..usual } };
    Limits {
        told: tell,
        max_kdf_kib: agreed.kib.clamp(usual.max_kdf_kib, MAX_AGREED_KIB),
        // Saturates; what does not fit exactly is far above any file's.
        max_work: usual.max_work.max(agreed.work.ceil() as u64),
        ..usual
    }
}

fn read_files(several: Several) -> ReadFiles {
    let draft = several.draft;
    let mut skipped = draft.skipped;
    let mut entries = Vec::with_capacity(draft.entries.len());
    for entry in &draft.entries {
        match import_form(entry) {
            Some(form) => entries.push(form),
            None => skipped.push(beyond(entry)),
        }
    }
    let mut apps: Vec<_> = several.families.iter().filter_map(|family| name_of(family)).collect();
    apps.dedup();
    ReadFiles {
        apps,
        families: several.families,
        format: draft.format,
        entries,
        skipped: skipped.into_iter().map(told).collect(),
    }
}

fn told(item: Skipped) -> SkippedItem {
    let shut = item.shut.map(|Shut { family }| ShutFile { family, app: family.and_then(name_of) });
    SkippedItem { what: item.what, why: item.why, kept: item.kept.as_deref().map(kept_form), shut }
}

/// An entry with a counter that the protocol does not hold: its URI is kept.
fn beyond(entry: &EntryDraft) -> Skipped {
    let names = (entry.issuer.as_str(), entry.account.as_str());
    let uri = write_uri(names.0, names.1, &entry.otp).map(SecretText::new);
    let kept = uri.and_then(|uri| KeptDraft::new(names, "hotp", "bad-counter", uri)).map(Box::new);
    Skipped { kept, ..Skipped::new(title(names.0, names.1), "bad-counter") }
}

fn refused_files(refused: &Refused) -> RefusedFiles {
    let (kib, work) = match refused.error {
        ImportError::TooMuchWork { kib, work } => (Some(kib), Some(work as f64)),
        _ => (None, None),
    };
    let app = refused.family.and_then(name_of);
    RefusedFiles { code: refused.error.code(), family: refused.family, app, kib, work }
}

/// A fresh phrase of six words (77 bits), or more where so many characters are asked for.
#[wasm_bindgen(js_name = makePhrase)]
pub fn make_phrase(length: u32) -> String {
    password::make_phrase(length as usize, &mut Crypto)
}

/// `{ ok, reason, bits }`. `length` and `bits`: what a policy asks for beyond our own least; 0: nothing.
#[wasm_bindgen(js_name = judgePassword)]
pub fn judge_password(text: &str, length: u32, bits: u32) -> Result<JsValue, JsValue> {
    to_js(&password::judge(text, length as usize, bits))
}

/// Which field of a descriptor takes a code of so many digits: what `tests/e2e/forms.mjs` asks.
#[wasm_bindgen(js_name = detectField)]
pub fn detect_field(page: JsValue, digits: u8, steam: bool) -> Result<JsValue, JsValue> {
    let page: crate::fill::PageFields = serde_wasm_bindgen::from_value(page)?;
    to_js(&crate::fill::detect(&page, &crate::fill::Wanted { digits, steam }))
}

/// Why a frame is not filled, if it is not: what `tests/e2e/forms.mjs` asks.
#[wasm_bindgen(js_name = frameRefusal)]
pub fn frame_refusal(frame: &str, ancestors: Vec<String>, top: &str, is_top: bool) -> Option<String> {
    let refusal = crate::site::may_fill_frame(frame, &ancestors, top, is_top).err();
    refusal.map(|refusal| refusal.code().to_owned())
}

/// The texts of all QR codes in a picture, RGBA.
#[wasm_bindgen(js_name = readQr)]
pub fn read_qr(rgba: &[u8], width: usize, height: usize) -> Vec<String> {
    crate::qr::read_rgba(rgba, width, height)
}

/// Entries that were taken out, as a file of another app: `{ bytes, name, mime, lost }`, `lost` being pairs of the
/// entry's place and a code.
#[wasm_bindgen(js_name = writeExport)]
pub fn write_export(
    format: &str,
    entries: JsValue,
    password: Option<String>,
    now: f64,
) -> Result<JsValue, JsValue> {
    let password = password.map(SecretText::new);
    let entries: Vec<TakenEntry> = serde_wasm_bindgen::from_value(entries)?;
    let drafts: Result<Vec<_>, _> = entries.iter().map(exports::draft_of).collect();
    let drafts = drafts.map_err(|error| JsValue::from(error.code()))?;
    let written = export::write(format, &drafts, password.as_ref(), &mut Crypto, Millis(now as u64))
        .map_err(|error| JsValue::from(error.code()))?;
    let file = js_sys::Object::new();
    let set = |name: &str, value: JsValue| js_sys::Reflect::set(&file, &name.into(), &value).map(drop);
    set("bytes", js_sys::Uint8Array::from(written.bytes.expose().as_slice()).into())?;
    set("name", written.file_name.into())?;
    set("mime", written.mime.into())?;
    set("lost", to_js(&export::all_lost(entries.into_iter().map(|entry| entry.ours), &written.lost))?)?;
    Ok(file.into())
}

/// A bundle opened in this memory alone: for the drill, a guest, the recovery kit.
#[wasm_bindgen]
pub struct OpenBundle(Reader);

#[wasm_bindgen]
impl OpenBundle {
    /// `way`: see the protocol's `Way`.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: &[u8], way: JsValue) -> Result<OpenBundle, JsValue> {
        let way: Way = serde_wasm_bindgen::from_value(way)?;
        let opened = Reader::open(bytes, &way).map_err(failed)?;
        opened.timely(Millis(js_sys::Date::now() as u64)).map_err(failed)?;
        Ok(Self(opened))
    }

    /// A `Manifest`.
    pub fn manifest(&self) -> Result<JsValue, JsValue> {
        to_js(&self.0.manifest())
    }

    /// `EntryView`s.
    pub fn entries(&self) -> Result<JsValue, JsValue> {
        to_js(&self.0.entries())
    }

    /// `CodeView`s.
    pub fn codes(&self, now: f64) -> Result<JsValue, JsValue> {
        to_js(&self.0.codes(Millis(now as u64)))
    }

    /// A `CodeView`. The counter moves in this memory only.
    #[wasm_bindgen(js_name = nextHotp)]
    pub fn next_hotp(&mut self, id: &str, now: f64) -> Result<JsValue, JsValue> {
        to_js(&self.0.next_hotp(id, Millis(now as u64)).map_err(failed)?)
    }

    /// `SiteCode`s: the site's own backup codes of an entry.
    #[wasm_bindgen(js_name = backupCodes)]
    pub fn backup_codes(&self, id: &str) -> Result<JsValue, JsValue> {
        to_js(&self.0.backup_codes(id).map_err(failed)?)
    }

    /// `KeptView`s: notes of accounts that are no entries.
    pub fn kept(&self) -> Result<JsValue, JsValue> {
        to_js(&self.0.kept())
    }

    /// What a note says.
    #[wasm_bindgen(js_name = keptText)]
    pub fn kept_text(&self, id: &str) -> Result<String, JsValue> {
        self.0.kept_text(id).map_err(failed)
    }

    /// `otpauth` URIs, secrets and all.
    pub fn uris(&self) -> Vec<String> {
        self.0.uris()
    }

    /// A `DrillProof`.
    pub fn drill(&self, at: f64) -> Result<JsValue, JsValue> {
        to_js(&self.0.drill(Millis(at as u64)))
    }
}

/// An offline pass opened in this memory alone: for the recovery kit.
#[wasm_bindgen]
pub struct OfflinePass(offline_pass::Opened);

#[wasm_bindgen]
impl OfflinePass {
    /// `code` as typed.
    #[wasm_bindgen(constructor)]
    pub fn new(text: &str, code: &str) -> Result<OfflinePass, JsValue> {
        let code = Code::parse(code)
            .map_err(|error| failed(Failure { number: error.number(), ..Failure::new(error.code()) }))?;
        Self::open(text, Lock::Code(code))
    }

    /// By a passphrase: a `DerivedKey`, of the job of `lookAtOfflinePass`.
    #[wasm_bindgen(js_name = byPassphrase)]
    pub fn by_passphrase(text: &str, key: JsValue) -> Result<OfflinePass, JsValue> {
        let key: DerivedKey = serde_wasm_bindgen::from_value(key)?;
        let secret = crate::core::secret(&key).map_err(failed)?;
        Self::open(text, Lock::Passphrase(secret))
    }

    fn open(text: &str, lock: Lock) -> Result<OfflinePass, JsValue> {
        offline_pass::open(text, &lock).map(Self).map_err(|error| JsValue::from(error.code()))
    }

    /// The accounts: `{ id, issuer, account, kind }`.
    pub fn entries(&self) -> Result<JsValue, JsValue> {
        let named = |(at, each): (usize, offline_pass::Named<'_>)| OfflineEntry {
            id: at.to_string(),
            issuer: each.issuer.into(),
            account: each.account.into(),
            kind: "totp",
        };
        to_js(&self.0.accounts().enumerate().map(named).collect::<Vec<_>>())
    }

    /// `CodeView`s; none outside the window.
    pub fn codes(&self, now: f64) -> Result<JsValue, JsValue> {
        let view = |shown: offline_pass::Shown| CodeView {
            id: shown.at.to_string(),
            code: shown.code.expose().clone(),
            next: None,
            until: Some(shown.until),
            period: Some(shown.period),
        };
        to_js(&self.0.codes(Millis(now as u64)).into_iter().map(view).collect::<Vec<_>>())
    }
}

#[derive(serde::Serialize)]
struct OfflineEntry {
    id: String,
    issuer: String,
    account: String,
    kind: &'static str,
}

#[derive(serde::Serialize)]
struct OfflineLook {
    from: f64,
    until: f64,
    job: Option<DeriveJob>,
}

/// Whether a text claims to be an offline pass.
#[wasm_bindgen(js_name = isOfflinePass)]
pub fn is_offline_pass(text: &str) -> bool {
    offline_pass::is_one(text)
}

/// What an offline pass says without what opens it: `{ from, until, job }`, `job` being there where a passphrase does.
#[wasm_bindgen(js_name = lookAtOfflinePass)]
pub fn look_at_offline_pass(text: &str) -> Result<JsValue, JsValue> {
    let looked = offline_pass::look(text).map_err(|error| JsValue::from(error.code()))?;
    let (from, until) = (looked.window.from.0 as f64, looked.window.until.0 as f64);
    to_js(&OfflineLook { from, until, job: looked.job })
}

/// What a file says without a key: a `bundle-info`.
#[wasm_bindgen(js_name = lookAtBundle)]
pub fn look_at_bundle(bytes: &[u8]) -> Result<JsValue, JsValue> {
    to_js(&reader::look(bytes).map_err(failed)?)
}

/// What to derive from the password that goes with a code: a `derive`.
#[wasm_bindgen(js_name = pairJobs)]
pub fn pair_jobs(bytes: &[u8]) -> Result<JsValue, JsValue> {
    to_js(&reader::pair_jobs(bytes).map_err(failed)?)
}

/// What to derive from the password of an administrator's key file: a `derive`.
#[wasm_bindgen(js_name = escrowJobs)]
pub fn escrow_jobs(file: &str) -> Result<JsValue, JsValue> {
    to_js(&reader::escrow_jobs(file).map_err(failed)?)
}

/// How far somebody is who types shares in: a `shares-so-far`. The kit has no background to ask.
#[wasm_bindgen(js_name = checkShares)]
pub fn check_shares(shares: Vec<String>) -> Result<JsValue, JsValue> {
    to_js(&reader::check_shares(&shares).map_err(failed)?)
}

/// A failure as the protocol has it.
fn failed(failure: Failure) -> JsValue {
    to_js(&failure).unwrap_or_else(|_| failure.code.into())
}

/// A file as the texts of QR codes. `sheet`: for paper, else for another device.
#[wasm_bindgen(js_name = splitFrames)]
pub fn split_frames(bytes: &[u8], sheet: bool) -> Result<Vec<String>, JsValue> {
    let kind = if sheet { frames::Kind::Sheet } else { frames::Kind::HandOver };
    frames::split(kind, bytes).map_err(|error| error.code().into())
}

/// What the texts of QR codes come to so far: `{ sheet, total, missing, file }`, `file` being base64 when none is missing.
#[wasm_bindgen(js_name = joinFrames)]
pub fn join_frames(texts: Vec<String>) -> Result<JsValue, JsValue> {
    let joined = frames::join(&texts).map_err(|error| JsValue::from(error.code()))?;
    to_js(&JoinedFrames {
        sheet: joined.kind == frames::Kind::Sheet,
        total: joined.total,
        missing: joined.missing,
        file: joined.bytes.map(|bytes| data_encoding::BASE64.encode(&bytes)),
    })
}

#[derive(serde::Serialize)]
struct JoinedFrames {
    sheet: bool,
    total: usize,
    missing: Vec<usize>,
    file: Option<String>,
}

/// A text as a QR code: rows of `0` and `1`, no border.
#[wasm_bindgen(js_name = qrMatrix)]
pub fn qr_matrix(text: &str) -> Result<Vec<String>, JsValue> {
    let rows = crate::qr::matrix(text).map_err(|_| JsValue::from("too-long"))?;
    Ok(rows.iter().map(|row| row.iter().map(|dark| if *dark { '1' } else { '0' }).collect()).collect())
}
