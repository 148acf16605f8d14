//! What crosses the only door. TypeScript types are generated from here (`./build.sh types`).
//!
//! Bytes travel as base64 text, instants as milliseconds since 1970, secrets only where a verb's name says so.

use serde::{Deserialize, Serialize};

use crate::env::Millis;

/// Marks a type as part of the protocol: serde both ways, and TypeScript when the types are generated.
macro_rules! wire {
    ($($(#[$meta:meta])* pub $kind:ident $name:ident { $($body:tt)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(test, derive(ts_rs::TS))]
        #[serde(rename_all = "camelCase")]
        pub $kind $name { $($body)* }
    )*};
}

/// A request to the core. Who may send which, and when, is decided in `core.rs` by exhaustive matches.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Request {
    /// The state of the vault and of its copies. Reply: `status`.
    Status,
    /// Asks for the derivation that a new vault needs. Reply: `derive`, one job.
    PlanCreate {
        /// The password KDF.
        profile: KdfProfile,
    },
    /// Makes the vault. Only from `fresh`. Reply: `status`.
    Create {
        /// The job of `plan-create`, done.
        key: DerivedKey,
    },
    /// Asks what to derive from the password to try it. Reply: `derive`, at most three jobs.
    PlanUnlock,
    /// Tries a way in. Reply: `status`, or the error `wrong-password`, `wrong-code`, ...
    Unlock {
        /// What the user holds.
        way: Way,
    },
    /// Asks what to derive from the password that goes with a recovery code, for this vault or for a bundle. Reply:
    /// `derive`, at most three jobs.
    PlanPair {
        /// The file, base64; `None`: the vault here.
        bundle: Option<String>,
    },
    /// Every way in. Reply: `ways`.
    Ways,
    /// The log, newest first. Reply: `log`.
    Log,
    /// Opens an emergency entry for five minutes, after `fresh`. Reply: `fresh`.
    OpenEmergency {
        /// The entry.
        id: String,
        /// Why.
        reason: String,
    },
    /// The user has seen which emergency entries were opened. Reply: `done`.
    SeeEmergencies,
    /// The user has seen what else than a password or a passkey opened the vault. Reply: `done`.
    SeeWaysUsed,
    /// The emergency area: entries, waits, the emergency bundle. Reply: `emergency`.
    Emergency,
    /// Asks for an emergency entry that has a waiting time, after `fresh`. Reply: `done`.
    AskEmergency {
        /// The entry.
        id: String,
        /// Why.
        reason: String,
    },
    /// Puts an end to a wait. Reply: `done`.
    CancelEmergency {
        /// The entry.
        id: String,
    },
    /// How long emergency entries are waited for. Shorter: only while the entry is open. Reply: `done`.
    SetEmergencyWait {
        /// Which.
        ids: Vec<String>,
        /// One of `EmergencyState.hours`.
        hours: u32,
    },
    /// The user does not want an emergency bundle, or no more. Reply: `done`.
    DeclineEmergencyBundle,
    /// Makes recovery codes of the emergency bundle. They are shown once, and open nothing until they are kept. Reply:
    /// `recovery-codes`.
    MakeEmergencyCodes {
        /// How many: 5 to 16.
        count: u32,
    },
    /// Codes that were just shown, of which one was typed back. Reply: `status`, or `not-of-this-sheet`.
    KeepEmergencyCodes {
        /// Every one, by number.
        codes: Vec<String>,
        /// The one that was typed.
        typed: String,
    },
    /// The emergency bundle as a file. Reply: `bundle`.
    ExportEmergency,
    /// Somebody left who may have seen sheets or files: a new key, every sheet and pass void. Reply: `status`.
    SomeoneLeft {
        /// The current password: the jobs of `plan-password` but the last, done.
        current: Vec<DerivedKey>,
        /// The same or a new password: the last of the jobs, done.
        new: DerivedKey,
    },
    /// The sheets that were void were made anew, or are not wanted. Reply: `done`.
    SettleLeft,
    /// Makes recovery codes. They are shown once. Reply: `recovery-codes`.
    MakeCodes {
        /// How many: 5 to 16.
        count: u32,
        /// Beside those that are there; else in their place, once one of the new ones was typed back.
        add: bool,
        /// A password that goes with each of them, derived by the job of `plan-create`.
        key: Option<DerivedKey>,
    },
    /// A code of the sheet just shown, typed back. Reply: `status`, or `not-of-this-sheet`.
    KeepCodes {
        /// The code, with its password where it has one.
        way: Way,
    },
    /// Removes ways in and rotates the vault key. Reply: `status`.
    RemoveWays {
        /// Ids.
        ids: Vec<String>,
    },
    /// Asks for what a new passkey is made with. Reply: `passkey-plan`.
    PlanPasskey,
    /// Takes a passkey as a way into the vault here. Reply: `status`.
    AddPasskey {
        /// The credential's id, base64.
        credential: String,
        /// The salt of `passkey-plan`.
        salt: String,
        /// The 32 bytes that the PRF gave, base64.
        prf: String,
        /// What the user calls it.
        label: String,
    },
    /// Sets a password without the old one, in a session that a code, shares or a one-time pass opened. Reply: `status`.
    SetPassword {
        /// The job of `plan-create`, done.
        new: DerivedKey,
    },
    /// Makes shares. They are shown once, and open nothing until they are kept. Reply: `shares`.
    MakeShares {
        /// So many open the vault: at least two.
        threshold: u32,
        /// So many there are: at most sixteen.
        count: u32,
        /// Of the emergency bundle.
        #[serde(default)]
        emergency: bool,
    },
    /// Shares that were just shown, of each of which two words were typed back. Reply: `status`.
    KeepShares {
        /// The words of every one, by number.
        shares: Vec<String>,
        /// What was typed.
        typed: Vec<TypedWord>,
        /// Of the emergency bundle.
        #[serde(default)]
        emergency: bool,
    },
    /// Says how far somebody is who types shares in, or which one is wrong. Reply: `shares-so-far`.
    CheckShares {
        /// As typed.
        shares: Vec<String>,
    },
    /// Makes the temporary pass; a former one ends. It is shown once. Reply: `pass`.
    MakePass {
        /// What it is to be.
        form: PassForm,
    },
    /// How large an offline pass would be. Reply: `offline-size`.
    PlanOfflinePass {
        /// What it is to be.
        form: OfflineForm,
    },
    /// Makes an offline pass, after `fresh`: the codes of one window, sealed under a code or a passphrase. Reply: `offline-pass`.
    MakeOfflinePass {
        /// What it is to be.
        form: OfflineForm,
        /// Under a passphrase: the job of `plan-export`, done.
        key: Option<DerivedKey>,
    },
    /// Ends the temporary pass, also from within the session that it opened, which is over then. Reply: `status`.
    EndPass,
    /// Sets what temporary passes may be. Reply: `done`.
    SetPassLimits {
        /// All of them.
        limits: PassLimits,
    },
    /// Locks at once. Reply: `status`.
    Lock,
    /// Asks for the derivations that a change of password needs. Reply: `derive`: the jobs that check the
    /// current password, and last the one for the new password.
    PlanPassword {
        /// The KDF for the new password.
        profile: KdfProfile,
    },
    /// Replaces the password slot and rotates the vault key. Reply: `status`.
    ChangePassword {
        /// The current password, derived.
        current: Vec<DerivedKey>,
        /// The new password, derived.
        new: DerivedKey,
    },

    /// All entries, the bin included. Reply: `entries`.
    List,
    /// The codes of all time-based entries outside the bin. Reply: `codes`.
    Codes,
    /// Advances an HOTP entry and shows the code; the counter is stored first. Reply: `code`.
    NextHotp {
        /// The entry.
        id: String,
    },
    /// Sets an HOTP counter so that `codes`, two consecutive codes that the site accepted or the token shows,
    /// fit (RFC 4226 7.4). Reply: `done`, or `no-match`.
    ResyncHotp {
        /// The entry.
        id: String,
        /// One or two consecutive codes.
        codes: Vec<String>,
    },
    /// A code of the entry was copied. Reply: `done`.
    Used {
        /// The entry.
        id: String,
    },
    /// Reads text: otpauth URIs, migration payloads, a bare secret, other schemes. Reply: `readings`.
    Read {
        /// What was scanned, pasted or dropped; one text per QR code.
        texts: Vec<String>,
    },
    /// The code that a form would give now. Reply: `code`, or the error at the field.
    Preview {
        /// The form as typed.
        form: EntryForm,
    },
    /// Adds entries. Reply: `added`.
    Add {
        /// The forms.
        forms: Vec<EntryForm>,
    },
    /// Changes an entry's words, never its secret. Reply: `done`.
    Edit {
        /// The entry.
        id: String,
        /// What changes.
        edit: EntryEdit,
    },
    /// Puts entries in this order; those not named follow. Reply: `done`.
    Reorder {
        /// Ids.
        ids: Vec<String>,
    },
    /// Puts entries in the bin. Reply: `done`.
    Trash {
        /// Which.
        ids: Vec<String>,
    },
    /// Takes entries out of the bin. Reply: `done`.
    Restore {
        /// Which.
        ids: Vec<String>,
    },
    /// Deletes entries in the bin for good. Reply: `done`.
    Purge {
        /// Which.
        ids: Vec<String>,
    },
    /// Shows an entry's secret as text, URI and QR, after a second unlock. Reply: `secret`.
    Reveal {
        /// The entry.
        id: String,
    },
    /// Binds an entry to a site. Reply: `done`.
    Bind {
        /// The entry.
        id: String,
        /// The site.
        site: SiteForm,
    },
    /// Removes a binding. Reply: `done`.
    Unbind {
        /// The entry.
        id: String,
        /// The site.
        site: SiteForm,
    },
    /// Changes settings. Reply: `status`.
    SetSettings {
        /// All of them.
        settings: Settings,
    },

    /// What is known about the page in front: its site, the entries bound to it. Reply: `page`.
    Page,
    /// Fills the code of an entry into the page in front, by the user's press. Reply: `filled`.
    Fill {
        /// The entry; `None` when exactly one is bound to the page.
        id: Option<String>,
        /// Bind the entry to the page's host first (the user pressed "fill and remember").
        remember: bool,
        /// `PageView.document`: the document that the user saw named. Another one in front by now is not filled.
        document: Option<String>,
        /// `PageView.site.origin`: the site that the user saw named. Nothing else is remembered, nor filled.
        site: Option<String>,
    },
    /// Fills the field that the user clicked into, and remembers it for this page. Reply: `filled`.
    FillField {
        /// The entry.
        id: String,
        /// As in `fill`.
        document: Option<String>,
    },
    /// While locked: a press on this document waits for the unlock, a minute at most. Reply: `done`.
    Hold {
        /// `PageView.document`.
        document: Option<String>,
    },
    /// After the unlock: carries out the press that waits, if its document is still in front. Reply: `filled`.
    Finish,
    /// What happens without a press for an entry on a site. The browser's permission is asked by the page that sends
    /// this with `asking`, right after, and that sends it again with what the browser said. Reply: `done`.
    SetChoice {
        /// The entry.
        id: String,
        /// `ByItselfView.origin` or `ChoiceView.origin`, as the user saw it: never whatever is in front by now.
        origin: String,
        /// `badge`, `fill`, or nothing.
        automatic: Option<String>,
        /// Press the form's button after a fill there.
        submit: bool,
        /// It counts once the browser allows the site.
        asking: bool,
    },
    /// Forgets what was chosen for an entry on a site. Reply: `done`.
    ForgetChoice {
        /// The entry.
        id: String,
        /// `ChoiceView.origin`.
        origin: String,
    },
    /// "Never here", and back. Reply: `done`.
    SetNever {
        /// The site, as the user saw it named.
        origin: String,
        /// Never, or again.
        never: bool,
    },
    /// What was chosen for single sites. Reply: `choices`.
    Choices,
    /// A picture of the page in front, for QR codes. Reply: `picture`.
    Capture,
    /// The pictures that the page in front has drawn itself: same-origin images, canvases, SVG. Reply: `drawn`.
    Drawn,
    /// Whether "use on this site" is ticked beforehand for the one code of a scan. Reply: `offer`.
    Offer {
        /// The code's text.
        text: String,
        /// The texts of the codes in the page's own pictures.
        drawn: Vec<String>,
    },

    /// From `page.js`: the fields of one frame. Reply: `page-order`.
    Fields {
        /// What the frame shows.
        page: crate::fill::PageFields,
    },
    /// From `page.js`: what became of a `page-order`. Reply: `done`.
    Wrote {
        /// The order's number.
        order: u32,
        /// `ok`, or a stable code: `changed`, `rejected`, `gone`.
        result: String,
    },

    /// From `page.js`: the page that a backup code was written into went on. Reply: `done`, always.
    Moved {
        /// The order's number.
        order: u32,
    },

    /// From the script that runs by itself on a chosen site: the page is there, or changed. Reply: `done`, always.
    Ready,

    /// From the browser: the keyboard command or the context menu. Reply: `filled`.
    Gesture,
    /// From the browser: an alarm rang, the computer was locked, the browser started, permissions or the policy changed.
    /// Reply: `done`.
    Tick {
        /// `alarm`, `os-locked`, `start`, `permissions`, `policy`.
        why: String,
    },

    /// Asks what to derive from the current password where a verb wants a fresh unlock. Reply: `derive`.
    PlanFresh,
    /// A second unlock, good for five minutes: backup codes are shown and filled behind it. Reply: `fresh`, or the error
    /// `wrong-password`.
    Fresh {
        /// The jobs of `plan-fresh`, done.
        keys: Vec<DerivedKey>,
    },
    /// Shows the site's own backup codes of an entry. Reply: `backup-codes`, or the error `needs-fresh`.
    BackupCodes {
        /// The entry.
        id: String,
    },
    /// Reads the backup codes out of a text. Changes nothing. Reply: `backup-codes`.
    ReadBackupCodes {
        /// A paste, a file, a page.
        text: String,
    },
    /// Keeps a site's backup codes with an entry. None: they are removed. Reply: `done`.
    KeepBackupCodes {
        /// The entry.
        id: String,
        /// As the user saw them.
        codes: Vec<SiteCode>,
        /// Beside those that are there; else in their place.
        add: bool,
    },
    /// Says what became of a backup code. Reply: `done`.
    MarkBackupCode {
        /// The entry.
        id: String,
        /// The code, behind a second unlock; `None`: those that were filled and of which nobody knows.
        code: Option<String>,
        /// Used up, or not.
        used: bool,
    },
    /// Fills the next backup code of an entry into the page in front, by the user's press and behind a second unlock.
    /// Reply: `filled`, or the error `needs-fresh`.
    FillBackupCode {
        /// The entry.
        id: String,
        /// As in `fill`.
        document: Option<String>,
    },
    /// The text of the page in front, which is read for this alone. Reply: `page-text`.
    PageText,
    /// Finds what sets up an account in the text of the page in front. Changes nothing. Reply: `readings`.
    FindSecrets {
        /// The text.
        text: String,
        /// Links that begin with `otpauth`.
        links: Vec<String>,
    },
    /// Takes entries out with their secrets, to be written in another app's format. Reply: `taken`, or the error
    /// `wrong-password`.
    TakeOut {
        /// Which.
        ids: Vec<String>,
        /// The format that they are taken out for, `export::Format::id`.
        format: String,
        /// The jobs of `plan-fresh`, done.
        keys: Vec<DerivedKey>,
    },
    /// Asks for the derivation that a bundle's own password needs. Reply: `derive`, one job.
    PlanExport {
        /// The KDF.
        profile: KdfProfile,
    },
    /// Makes a bundle, opens it again and compares it entry by entry. Reply: `bundle`.
    Export {
        /// The bundle's own password, derived; `None`: the vault's password opens it.
        key: Option<DerivedKey>,
    },
    /// Confirms that a written bundle was read back with the same bytes. Reply: `status`.
    ReadBack {
        /// The bundle's SHA-256, hexadecimal.
        sha256: String,
    },
    /// Where bundles go by themselves, and how many newest ones are kept. Reply: `status`.
    SetBackups {
        /// `folder`, `downloads`; `None`: off.
        destination: Option<String>,
        /// The folder's name, as the browser says it.
        folder: String,
        /// 3 to 100.
        keep: u32,
    },
    /// Writes a bundle to the destination now, also while locked. Reply: `status`, which tells what became of it.
    BackUpNow,
    /// Compares what a fresh instance read out of a bundle with the vault, and notes the drill. Reply: `drilled`.
    Drill {
        /// What the instance read.
        proof: DrillProof,
        /// From the file to its codes, in milliseconds.
        took_ms: u32,
    },
    /// The user saw what should be done about backups and does not want to be reminded for so long. Reply: `done`.
    RemindLater {
        /// 1 to 90.
        days: u32,
    },
    /// What an import would do with each entry. Changes nothing. Reply: `import-plan`.
    PlanImport {
        /// The families of the files that they come from.
        #[serde(default)]
        from: Vec<String>,
        /// What was read, in file order.
        items: Vec<ImportForm>,
        /// Items that no entry can hold.
        #[serde(default)]
        kept: Vec<KeptForm>,
    },
    /// Takes entries in, all at once. Nothing is bound to a site. Reply: `imported`.
    Import {
        /// The families of the files that they come from.
        #[serde(default)]
        from: Vec<String>,
        /// What the user chose.
        items: Vec<ImportForm>,
        /// Items that are kept as notes.
        #[serde(default)]
        kept: Vec<KeptForm>,
    },
    /// Takes imported entries away again, those that were used since excepted. Reply: `undone`.
    UndoImport {
        /// `imported.added`.
        ids: Vec<String>,
        /// `imported.kept`.
        #[serde(default)]
        kept: Vec<String>,
    },
    /// The items of other apps that are kept as notes, without their text. Reply: `kept`.
    Kept,
    /// The text of a note, after `fresh`. Reply: `kept-text`.
    ShowKept {
        /// The note.
        id: String,
    },
    /// Deletes notes. Until the vault is locked they can be brought back. Reply: `done`.
    DeleteKept {
        /// The notes.
        ids: Vec<String>,
    },
    /// Brings notes back that were deleted last. Reply: `done`, or the error `no-note`.
    BringKeptBack,
    /// Binds entries to sites, all at once. Reply: `done`.
    BindMany {
        /// Each entry with its site.
        items: Vec<SiteOfEntry>,
    },
    /// The accounts that are moved one by one. Reply: `moving`.
    Moving,
    /// The accounts that a text names: typed, pasted, or a screenshot's text. Changes nothing. Reply: `move-names`.
    ReadMoving {
        /// The text.
        text: String,
    },
    /// Puts accounts on the list. Reply: `moving`.
    AddMoving {
        /// Their names.
        names: Vec<MoveName>,
    },
    /// Takes the next step with an account of the list, or steps back. Reply: `moving`.
    MoveStep {
        /// The account.
        id: String,
        /// How many of the four steps are done now.
        done: u32,
        /// The entry that it became, with the second step.
        entry: Option<String>,
    },
    /// Takes accounts off the list; entries stay. Reply: `moving`.
    DropMoving {
        /// Which.
        ids: Vec<String>,
    },
    /// The worklist after a device was stolen or lost. Reply: `worklist`.
    Worklist,
    /// Makes the list, or puts more accounts on it. Reply: `worklist`.
    StartWorklist {
        /// Which; none: every account outside the bin.
        ids: Vec<String>,
    },
    /// Takes the next step with an account of the list, or steps back. Reply: `worklist`.
    WorklistStep {
        /// The entry.
        id: String,
        /// How many of the four steps are done now.
        done: u32,
    },
    /// Takes accounts off the list; with the last one the list is over. Reply: `worklist`.
    DropWorklist {
        /// Which.
        ids: Vec<String>,
    },
    /// Gives an entry the key that its site has just issued; the former one is kept. One of `form` and `from`. Reply:
    /// `worklist`.
    ReplaceSecret {
        /// The entry.
        id: String,
        /// The new key, as typed or scanned; the names of the entry stay.
        form: Option<EntryForm>,
        /// An entry that was added for it: its key and sites are taken, and it goes.
        from: Option<String>,
    },
    /// Goes back to the key that an entry had before. Reply: `worklist`.
    UndoReplace {
        /// The entry.
        id: String,
    },
    /// This device's address, for a hand-over from another one. Reply: `receiver`.
    Receive {
        /// Another one than before.
        renew: bool,
    },
    /// The six words of another device's address, to be compared on both. Reply: `receiver-words`.
    CheckReceiver {
        /// As read or pasted.
        address: String,
    },
    /// Seals entries to another device. Reply: `hand-over`, or the error `wrong-password`.
    HandOver {
        /// The other device's address.
        address: String,
        /// Which.
        ids: Vec<String>,
        /// The jobs of `plan-fresh`, done.
        keys: Vec<DerivedKey>,
        /// The notes go along.
        #[serde(default)]
        kept: bool,
    },
    /// Opens a file that was handed over to this device's address; what is in it is a draft for the import. Reply:
    /// `handed-over`, or `for-another-device`.
    OpenHandOver {
        /// The file, base64.
        file: String,
    },
    /// Keeps the newest bundle in the browser's own sync storage too, or takes it out of there. Reply: `status`.
    SetSync {
        /// Keep it there.
        on: bool,
    },
    /// The bundles that lie in the browser's own sync storage. Reply: `synced`.
    FindSync,
    /// What stands on the emergency sheet. Reply: `sheet`.
    Sheet,
    /// Changes what stands on the emergency sheet. Reply: `sheet`.
    SetSheet {
        /// All of it.
        sheet: EmergencySheet,
    },
    /// What can be said of a bundle without a key, and what to derive to open it. Reply: `bundle-info`.
    Inspect {
        /// The file, base64.
        bundle: String,
    },
    /// Opens a bundle and says what a restore would do. Reply: `restore-plan`.
    PlanRestore {
        /// The file, base64.
        bundle: String,
        /// What the user holds.
        way: Way,
    },
    /// Restores. From `fresh` it makes the vault. Reply: `restored`.
    RestoreBundle {
        /// The file, base64.
        bundle: String,
        /// What the user holds.
        way: Way,
        /// From `fresh`: the job of `plan-create`, done, for this browser's password.
        create: Option<DerivedKey>,
        /// Ids of the bundle's entries that the user left out.
        leave_out: Vec<String>,
    },
    /// The user has seen to the ways in of the bundle that was restored last. Reply: `done`.
    ForgetRestored,
    /// How ready the user is for a loss. Reply: `readiness`.
    Readiness,
    /// Where the sheets of ways in lie, as the user says. Reply: `done`.
    SetPlaces {
        /// The ways in: all codes of a sheet together.
        ids: Vec<String>,
        /// One text for each sheet.
        places: Vec<String>,
    },
    /// What else gets the user into an account. Reply: `done`.
    SetOthers {
        /// The entry.
        id: String,
        /// `device`, `method`.
        others: Vec<String>,
    },
    /// What is asked before everything of the vault is erased from this browser. Reply: `erase-plan`.
    PlanErase,
    /// Erases everything of the vault from this browser. Reply: `status`, `fresh` then; or `erase-incomplete`.
    Erase {
        /// What the user holds; `None`: nothing, and the vault is locked or lost.
        way: Option<Way>,
        /// `erase-plan.word`, or `erase-plan.sentence` where nothing is held.
        typed: String,
    },
    /// The sealed file as it lies here, while locked. Reply: `sealed-copy`.
    SealedCopy,
    /// What the user says to the party that `status.escrow` offers. Reply: `done`.
    AnswerEscrow {
        /// The key that was shown, as `escrow.offered.key`: another one is not agreed to.
        key: String,
        /// `agree`, `later`, `no`.
        answer: String,
        /// As of `withdraw-escrow`, to agree to a key in place of another one: every way in is renewed then. `password-needed` without.
        #[serde(default)]
        current: Vec<DerivedKey>,
        /// The same.
        #[serde(default)]
        new: Option<DerivedKey>,
    },
    /// No party can open what is written from now on, and every way in is renewed as by `someone-left`. Reply: `status`.
    WithdrawEscrow {
        /// The current password: the jobs of `plan-password` but the last, done.
        current: Vec<DerivedKey>,
        /// The same or a new password: the last of the jobs, done.
        new: DerivedKey,
    },
}

/// What the user holds, for every verb that opens a file: unlocking, restoring, drills.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Way {
    /// A password.
    Password {
        /// The jobs of `plan-unlock` or `bundle-info`, done.
        keys: Vec<DerivedKey>,
    },
    /// A recovery code or a temporary pass, as typed.
    Code {
        /// The characters.
        code: String,
        /// Where the code goes with a password: the jobs of `plan-pair`, done.
        keys: Vec<DerivedKey>,
    },
    /// A passkey.
    Passkey {
        /// The 32 bytes that its PRF gave, base64.
        prf: String,
    },
    /// SLIP-39 shares, as typed, in any order.
    Shares {
        /// The words of each.
        shares: Vec<String>,
    },
    /// The file with an administrator's key. For files only.
    Escrow {
        /// Its text.
        file: String,
        /// The jobs that it asks for, done.
        keys: Vec<DerivedKey>,
    },
}

/// The answer to a [`Request`].
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Reply {
    /// See [`Request::Log`].
    Log {
        /// Newest first.
        lines: Vec<LogView>,
    },
    /// Done, nothing to say.
    Done,
    /// It did not happen.
    Error(Failure),
    /// See [`Status`].
    Status(Box<Status>),
    /// Derive these from the password, in a worker, and send them with the next request.
    Derive {
        /// The jobs.
        jobs: Vec<DeriveJob>,
    },
    /// All entries.
    Entries {
        /// In the user's order.
        entries: Vec<EntryView>,
    },
    /// The codes now.
    Codes {
        /// When they were made.
        now: Millis,
        /// One for each time-based entry.
        codes: Vec<CodeView>,
    },
    /// One code.
    Code(CodeView),
    /// Added.
    Added {
        /// The new entries' ids.
        ids: Vec<String>,
        /// How many of the forms were already here, to the letter, and were not added again.
        already_here: u32,
    },
    /// What the texts are.
    Readings {
        /// Accounts found, ready to be added.
        forms: Vec<EntryForm>,
        /// Texts that are no account, each with its reason.
        skipped: Vec<SkippedText>,
        /// A Google batch that is not complete: how many parts were read, of how many.
        batch: Option<Batch>,
    },
    /// A secret, shown because the user asked.
    Secret {
        /// Base32, upper case.
        secret: String,
        /// `otpauth://` URI; `None` where no URI holds the entry.
        uri: Option<String>,
        /// The URI as a QR code: rows of `0` and `1`, no border.
        qr: Vec<String>,
    },
    /// Entries with their secrets, because the user asked and unlocked once more.
    Taken {
        /// In the order asked for.
        entries: Vec<TakenEntry>,
    },
    /// Every way in.
    Ways {
        /// In the order they were made.
        ways: Vec<WayView>,
        /// Temporary passes, the newest first.
        passes: Vec<PassView>,
        /// What passes may be.
        limits: PassLimits,
        /// What became of a bundle's ways in at the last restore, until the user has seen to it.
        restored: Option<RestoredView>,
    },
    /// Recovery codes, to be printed or written down now: they are stored nowhere.
    RecoveryCodes {
        /// By number.
        codes: Vec<PrintedCode>,
        /// The vault's short name.
        vault: String,
        /// When they were made.
        made: Millis,
        /// Each goes with the password.
        pair: bool,
    },
    /// See [`Request::PlanOfflinePass`].
    OfflineSize {
        /// How many codes.
        codes: u32,
        /// How many letters the text has.
        letters: u32,
        /// One QR code holds it.
        one_qr: bool,
    },
    /// An offline pass, to be handed over now: neither half is stored anywhere.
    OfflinePass {
        /// The pass.
        text: String,
        /// The same as a QR code, where one holds it: rows of `0` and `1`.
        qr: Vec<String>,
        /// What opens it, to be handed over by another way; nothing under a passphrase.
        code: Option<String>,
        /// A file name.
        name: String,
        /// Its first instant.
        from: Millis,
        /// The first instant after it.
        until: Millis,
    },
    /// See [`Request::PlanPasskey`].
    PasskeyPlan {
        /// What the PRF is to be evaluated at, base64.
        salt: String,
        /// The user handle, base64: of this vault, and nobody's name.
        user: String,
        /// The vault's short name.
        vault: String,
        /// Passkeys that are ways in already.
        known: Vec<PasskeyView>,
    },
    /// Shares, to be printed or written down now: they are stored nowhere.
    Shares {
        /// By number.
        shares: Vec<PrintedShare>,
        /// So many open the vault.
        threshold: u32,
        /// The vault's short name.
        vault: String,
        /// When they were made.
        made: Millis,
    },
    /// Shares of one set, none of them wrong.
    SharesSoFar {
        /// So many are there.
        have: u32,
        /// So many are needed.
        need: u32,
    },
    /// The temporary pass, to be handed over now: it is stored nowhere.
    Pass {
        /// The characters.
        code: String,
        /// The same as a QR code: rows of `0` and `1`, no border.
        qr: Vec<String>,
        /// When it begins and ends.
        pass: PassView,
    },
    /// The page in front.
    Page(PageView),
    /// What became of a fill.
    Filled(FillResult),
    /// What was chosen for single sites.
    Choices {
        /// By entry and site.
        items: Vec<ChoiceView>,
        /// "Never here".
        never: Vec<SiteView>,
        /// Match patterns that the browser's permission is needed for; all others are given back.
        needed: Vec<String>,
    },
    /// A picture of the page in front, a data URL (PNG), and where it was taken.
    Picture {
        /// `data:image/png;base64,...`
        data_url: String,
    },
    /// The pictures that the page in front has drawn itself, data URLs.
    Drawn {
        /// The largest first.
        pictures: Vec<String>,
    },
    /// Whether the site is ticked beforehand.
    Offer {
        /// Ticked; nothing binds without the press.
        ticked: bool,
    },
    /// A second unlock is good.
    Fresh {
        /// Until then.
        until: Millis,
    },
    /// A site's own backup codes, shown because the user asked.
    BackupCodes {
        /// In the site's order.
        codes: Vec<SiteCode>,
    },
    /// What the page in front shows as text.
    PageText {
        /// Its lines; struck-out words between `~~`.
        text: String,
        /// Links that begin with `otpauth`.
        links: Vec<String>,
    },
    /// For `page.js`.
    PageOrder(PageOrder),
    /// A bundle, opened and compared.
    Bundle {
        /// The suggested file name.
        name: String,
        /// The file, base64.
        bundle: String,
        /// SHA-256 of the file, hexadecimal.
        sha256: String,
        /// What is in it.
        manifest: Manifest,
    },
    /// The emergency area.
    Emergency(EmergencyState),
    /// What a drill came to.
    Drilled(DrillResult),
    /// How ready the user is for a loss.
    Readiness(ReadinessView),
    /// What is asked before everything is erased.
    ErasePlan {
        /// To be typed.
        word: String,
        /// To be typed by who holds no way in.
        sentence: String,
        /// What to derive from the password.
        jobs: Vec<DeriveJob>,
        /// What to derive from the password that goes with a code.
        pair_jobs: Vec<DeriveJob>,
    },
    /// The sealed file as it lies here.
    SealedCopy {
        /// The suggested file name.
        name: String,
        /// The file, base64.
        bundle: String,
        /// SHA-256 of the file, hexadecimal.
        sha256: String,
    },
    /// What an import would do.
    ImportPlan {
        /// One for each entry, in order.
        items: Vec<ImportItem>,
        /// One for each item that no entry can hold: `new`, `already-here`, `twice`.
        kept: Vec<String>,
    },
    /// Imported.
    Imported {
        /// The vault's entry for each item, in order: a new one, or the one that was here.
        ids: Vec<String>,
        /// The new ones among them.
        added: Vec<String>,
        /// The new notes.
        kept: Vec<String>,
    },
    /// Items of other apps that are no entries.
    Kept {
        /// In the order in which they came.
        items: Vec<KeptView>,
    },
    /// What a note says.
    KeptText {
        /// As it stood in the file, secret and all.
        text: String,
    },
    /// The accounts that are moved one by one.
    Moving {
        /// In the user's order.
        accounts: Vec<MoveView>,
        /// Not yet moved.
        left: u32,
    },
    /// The worklist after a device was stolen or lost.
    Worklist {
        /// When it was made; `None`: there is none.
        started: Option<Millis>,
        /// The most dangerous first.
        accounts: Vec<WorklistItem>,
        /// Not yet done.
        left: u32,
        /// When the vault's key was renewed for it.
        rotated: Option<Millis>,
        /// Kinds of ways in that are older than the list.
        older: Vec<String>,
    },
    /// This device's address.
    Receiver {
        /// The text.
        address: String,
        /// Six words to compare on both devices.
        words: Vec<String>,
        /// The text as a QR code: rows of `0` and `1`, no border.
        qr: Vec<String>,
    },
    /// The words of another device's address.
    ReceiverWords {
        /// Six.
        words: Vec<String>,
    },
    /// A file for another device.
    HandOver {
        /// The suggested file name.
        name: String,
        /// The file, base64.
        file: String,
        /// How many accounts are in it.
        entries: u32,
    },
    /// What was handed over: drafts, since anybody can have made the file.
    HandedOver {
        /// Ready for `plan-import` and `import`.
        entries: Vec<ImportForm>,
        /// Notes, ready for the same.
        kept: Vec<KeptForm>,
        /// Accounts that cannot be taken over.
        skipped: u32,
        /// When it was made, as the file says.
        made: Millis,
    },
    /// The bundles that lie in the browser's own sync storage.
    Synced {
        /// The newest first.
        bundles: Vec<SyncedBundle>,
        /// So many are there and not whole: they may still be on their way.
        damaged: u32,
    },
    /// What stands on the emergency sheet.
    Sheet {
        /// All of it.
        sheet: EmergencySheet,
    },
    /// What a text names.
    MoveNames {
        /// Those that are not on the list yet.
        names: Vec<MoveName>,
        /// It also holds links with keys, which the import reads.
        links: bool,
    },
    /// An import was taken back.
    Undone {
        /// Taken away.
        removed: u32,
        /// Kept, because a code of them was used.
        kept: u32,
    },
    /// What a file says without a key.
    BundleInfo {
        /// Milliseconds since 1970; not authenticated until it is opened.
        created: Millis,
        /// The vault that it says it is of, a short name.
        vault: String,
        /// The device that it says wrote it, a short name.
        device: String,
        /// The ways in that the file has.
        slots: Vec<SlotView>,
        /// What to derive from the password.
        jobs: Vec<DeriveJob>,
        /// Who else can open it, as it says.
        parties: Vec<PartyView>,
        /// Of a helpdesk bundle: who issued it, as it says.
        issued: Option<IssuedView>,
    },
    /// What a restore would do.
    RestorePlan {
        /// What is in the bundle.
        manifest: Manifest,
        /// The bundle's entries, each with what would become of it.
        items: Vec<RestoreItem>,
    },
    /// Restored.
    Restored {
        /// Added.
        added: u32,
        /// Already here.
        same: u32,
        /// Both kept.
        conflicts: u32,
        /// Entries to try once: every one that came in.
        to_verify: Vec<String>,
    },
}

/// An item of another app that no entry can hold, on its way in.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct KeptForm {
    /// The importer's family.
    pub format: String,
    /// The service.
    pub issuer: String,
    /// The account.
    pub account: String,
    /// The type as the file names it.
    pub kind: String,
    /// Why it is no entry, a stable code.
    pub reason: String,
    /// The item as it stood in the file, secret and all.
    pub text: String,
}

impl std::fmt::Debug for KeptForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeptForm({}, {}, {})", self.format, self.kind, self.reason)
    }
}

/// Why a request did not happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// A stable kebab-case code; the words are in `_locales` under `error_<code with underscores>`.
    pub code: String,
    /// The field of a form that it belongs to, when it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub field: Option<String>,
    /// A number that the words need: a position, a count, seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub number: Option<u32>,
}

/// The password KDF of a new slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum KdfProfile {
    /// Argon2id, 64 MiB, three passes.
    #[default]
    Argon2id,
    /// PBKDF2-HMAC-SHA256, 600,000 iterations.
    Pbkdf2,
}

/// A KDF with its cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kdf", rename_all = "kebab-case")]
pub enum KdfParams {
    /// RFC 9106, version 0x13.
    Argon2id {
        /// Memory in KiB.
        m: u32,
        /// Passes.
        t: u32,
        /// Lanes.
        p: u32,
    },
    /// RFC 8018 with HMAC-SHA256.
    Pbkdf2 {
        /// Iterations.
        iterations: u32,
    },
}

wire! {
    /// One derivation: 32 bytes from a password.
    pub struct DeriveJob {
        /// The KDF and its cost.
        pub params: KdfParams,
        /// 16 bytes, base64.
        pub salt: String,
        /// What a new password must be, by the policy and ourselves; `None`: it exists already.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        pub rule: Option<PasswordRule>,
    }

    /// What is asked of a new password beyond our own least.
    #[derive(Copy, Default)]
    pub struct PasswordRule {
        /// Code points at least.
        pub length: u32,
        /// Bits at least, by our estimate.
        pub bits: u32,
    }

    /// The state of the vault and of its copies.
    pub struct Status {
        /// Which screen.
        pub state: VaultState,
        /// Which session, when open.
        pub session: Option<SessionKind>,
        /// How the session was opened: the kind of a way in.
        pub opened_by: Option<String>,
        /// The number of the recovery code that opened it.
        pub spent: Option<String>,
        /// Recovery codes, as last saved; `None`: there never were any.
        pub codes: Option<CodesView>,
        /// Passkeys that open the vault, as last saved; empty while open.
        pub passkeys: Vec<PasskeyView>,
        /// Only a passkey was used for so long that the password should be typed once.
        pub password_due: bool,
        /// When an open session ends without use.
        pub locks_at: Option<Millis>,
        /// Ways in, as last saved.
        pub slots: Vec<SlotView>,
        /// Things the user must know, worst first, as stable codes: `newer-version`, `not-saved`, `rolled-back`,
        /// `copies-differ`, `one-copy-failed`, `log-incomplete`, `clock-went-back`.
        pub warnings: Vec<String>,
        /// Entries outside the bin; `None` while locked.
        pub entries: Option<u32>,
        /// Accounts of other apps that are kept as notes; `None` while locked.
        pub notes: Option<u32>,
        /// The newest bundle's receipt, as last saved.
        pub backup: Option<BackupView>,
        /// Bundles that are written by themselves.
        pub backups: BackupsView,
        /// The last drill, and whether one is due.
        pub drill: DrillView,
        /// Emergency entries that were opened, and nobody has said to have seen it.
        pub emergencies: Vec<EmergencyView>,
        /// What else than a password or a passkey opened the vault, where one of those opened it now and nobody has said to have
        /// seen it.
        pub ways_used: Vec<WayUsedView>,
        /// Emergency entries that somebody asked for and that are waited for, or can be opened now.
        pub emergency_waits: Vec<EmergencyWaitView>,
        /// Settings as they count, policy included; the defaults while locked.
        pub settings: Settings,
        /// What an organisation asks for.
        pub policy: PolicyView,
        /// Who else can open bundles; `None`: nobody, and nobody asks. Full sessions only.
        pub escrow: Option<EscrowView>,
        /// The extension's version.
        pub version: String,
    }

    /// What an organisation asks for, by the browser's managed storage.
    pub struct PolicyView {
        /// `none`, `managed`, `unreadable`.
        pub source: String,
        /// Who asks, as they call themselves.
        pub organisation: String,
        /// The rules that are set, in order.
        pub rules: Vec<PolicyRule>,
        /// Keys that this version does not know.
        pub unknown: Vec<String>,
        /// New passwords: characters at least.
        pub password_length: Option<u32>,
        /// New passwords: bits at least.
        pub password_bits: Option<u32>,
        /// The KDF of new passwords.
        pub kdf: Option<KdfProfile>,
        /// Minutes without use until the vault locks, at most.
        pub lock_after: Option<u32>,
        /// The vault locks with the operating system.
        pub lock_with_system: bool,
        /// Entries may leave in a form that lies open.
        pub plain_export: bool,
        /// Something may happen on a site without a press.
        pub automatic: bool,
        /// Kinds of ways in that may be made: `password`, `passkey`, `code`, `pair`, `pass`, `shares`.
        pub ways: Vec<String>,
        /// Where the organisation wants bundles to go, in its words; empty: it does not say.
        pub destination: String,
        /// Families of files that may be imported; `None`: all.
        pub imports: Option<Vec<String>>,
    }

    /// One rule.
    pub struct PolicyRule {
        /// Its key.
        pub key: String,
        /// What counts: its value, or the strictest one.
        pub value: String,
        /// Why the strictest counts: `not-understood`, `contradiction`.
        pub problem: Option<String>,
    }

    /// An unlock by something else than a password or a passkey.
    pub struct WayUsedView {
        /// When.
        pub at: Millis,
        /// The kind of slot.
        pub kind: String,
        /// Which of them, as the user calls it: a code's number; may be empty.
        pub label: String,
    }

    /// An emergency entry that was opened.
    pub struct EmergencyView {
        /// When.
        pub at: Millis,
        /// The entry.
        pub entry: String,
        /// Whose account it is; empty where it is gone, and in a session that shows no accounts.
        pub issuer: String,
        /// The account at the issuer; empty as well.
        pub account: String,
        /// Why.
        pub reason: String,
    }

    /// Somebody asked for an emergency entry that has a waiting time.
    pub struct EmergencyWaitView {
        /// The entry.
        pub entry: String,
        /// Whose account it is; empty in a session that shows no accounts.
        pub issuer: String,
        /// The account at the issuer; empty as well.
        pub account: String,
        /// When it was asked for.
        pub at: Millis,
        /// When it can be opened.
        pub until: Millis,
        /// When it has to be asked for again.
        pub closes: Millis,
        /// It can be opened now.
        pub open: bool,
        /// Why.
        pub reason: String,
    }

    /// The emergency area.
    pub struct EmergencyState {
        /// In the user's order.
        pub entries: Vec<EmergencyEntryView>,
        /// What is waited for.
        pub waits: Vec<EmergencyWaitView>,
        /// The waiting times that there are, in hours; 0: none.
        pub hours: Vec<u32>,
        /// The bundle.
        pub bundle: EmergencyBundleView,
        /// Somebody left, and this is to be made anew.
        pub left: Option<LeftView>,
    }

    /// An emergency entry.
    pub struct EmergencyEntryView {
        /// Its id.
        pub id: String,
        /// Issuer.
        pub issuer: String,
        /// Account.
        pub account: String,
        /// When it is to be tried.
        pub due: Millis,
        /// Hours to wait; 0: none.
        pub hours: u32,
    }

    /// The emergency bundle.
    #[derive(Default)]
    pub struct EmergencyBundleView {
        /// It is to be offered: there are emergency entries, and nobody said no.
        pub offer: bool,
        /// There is one.
        pub exists: bool,
        /// Its short name, which stands on sheets and in file names.
        pub vault: String,
        /// Emergency entries.
        pub entries: u32,
        /// Its shares, as `2/3`; empty: none.
        pub shares: String,
        /// Its codes.
        pub codes: u32,
        /// No file has its present state.
        pub behind: bool,
        /// When a file of the present state was saved by hand.
        pub saved: Option<Millis>,
        /// The newest file that was written by itself.
        pub newest: Option<BackupFileView>,
        /// Its last drill.
        pub drilled: Option<Millis>,
        /// Why a drill is due: `never`, `ways`, `old`.
        pub drill_due: Option<String>,
    }

    /// What was made void when somebody left.
    pub struct LeftView {
        /// When.
        pub at: Millis,
        /// What is made anew.
        pub renew: Vec<RenewView>,
    }

    /// See `LeftView`.
    pub struct RenewView {
        /// `codes`, `shares`, `emergency`, `passkeys`.
        pub what: String,
        /// New ones are there and were typed back.
        pub done: bool,
    }

    /// One line of the log.
    pub struct LogView {
        /// When.
        pub at: Millis,
        /// What, a stable code.
        pub what: String,
        /// The entry that it is about.
        pub entry: Option<String>,
        /// The site that it is about.
        pub host: Option<String>,
        /// Why an emergency entry was asked for or opened.
        pub reason: Option<String>,
        /// Which way in opened the vault: a code's number.
        pub label: Option<String>,
    }

    /// A line of a bundle's log, to be found again.
    pub struct PastLine {
        /// When.
        pub at: Millis,
        /// Hexadecimal.
        pub digest: String,
    }

    /// The newest bundle that this vault knows of.
    pub struct BackupView {
        /// When it was made.
        pub made: Millis,
        /// When it was read back with the same bytes.
        pub read_back: Option<Millis>,
        /// When it was opened with a real way in.
        pub proven: Option<Millis>,
        /// Entries that are in no bundle.
        pub missing: u32,
    }

    /// Bundles that are written by themselves, as far as this browser knows.
    pub struct BackupsView {
        /// `off`, `on`, `while-open`, `waiting`, `failing`, `stale`.
        pub state: String,
        /// `folder`, `downloads`; `None`: off.
        pub destination: Option<String>,
        /// The folder's name.
        pub folder: String,
        /// How many newest files are kept.
        pub keep: u32,
        /// Why the last try failed, a stable code.
        pub trouble: Option<String>,
        /// Since when it fails.
        pub since: Option<Millis>,
        /// The newest file.
        pub newest: Option<BackupFileView>,
        /// Something changed since that file.
        pub changed: bool,
        /// When the next one is written, at the earliest.
        pub next: Option<Millis>,
        /// The user should be reminded now.
        pub remind: bool,
        /// The newest bundle in the browser's own sync storage.
        pub sync: SyncView,
    }

    /// The newest bundle in the browser's own sync storage, as far as this browser knows.
    pub struct SyncView {
        /// It is kept there.
        pub on: bool,
        /// When the last one was made.
        pub made: Option<Millis>,
        /// Its length in bytes.
        pub size: u32,
        /// Why the last try failed: `no-room`, `refused`, `not-the-same`, `no-bundle`.
        pub trouble: Option<String>,
        /// `no-room`: bytes that it takes.
        pub needed: u32,
        /// `no-room`: bytes that are free.
        pub free: u32,
    }

    /// What stands on the emergency sheet besides the accounts' names. No secret.
    #[derive(Default)]
    pub struct EmergencySheet {
        /// Where the copies are.
        #[serde(default)]
        pub copies: String,
        /// Whom to call.
        #[serde(default)]
        pub support: String,
        /// What their support will ask for.
        #[serde(default)]
        pub organisations: Vec<Organisation>,
    }

    /// What an organisation's support will ask for.
    #[derive(Default)]
    pub struct Organisation {
        /// Its name.
        #[serde(default)]
        pub name: String,
        /// The tenant's id.
        #[serde(default)]
        pub tenant: String,
        /// The primary domain.
        #[serde(default)]
        pub domain: String,
        /// The `onmicrosoft.com` domain.
        #[serde(default)]
        pub onmicrosoft: String,
        /// The subscription's number.
        #[serde(default)]
        pub subscription: String,
        /// An invoice's number.
        #[serde(default)]
        pub invoice: String,
        /// The billing contact.
        #[serde(default)]
        pub billing: String,
        /// Other administrators.
        #[serde(default)]
        pub admins: String,
        /// Support's number.
        #[serde(default)]
        pub support: String,
    }

    /// A bundle of the browser's own sync storage.
    pub struct SyncedBundle {
        /// When it was made, as the storage says.
        pub made: Millis,
        /// The file, base64.
        pub bundle: String,
    }

    /// The last drill, and whether one is due.
    #[derive(Default)]
    pub struct DrillView {
        /// When the last one went well.
        pub last: Option<Millis>,
        /// How long it took, in milliseconds.
        pub took_ms: Option<u32>,
        /// Why one is due: `never`, `ways` (a way in changed since), `old` (90 days). `None` while locked.
        pub due: Option<String>,
    }

    /// What a fresh instance read out of a bundle.
    pub struct DrillProof {
        /// The file's SHA-256, hexadecimal.
        pub sha256: String,
        /// The vault that it is of.
        pub vault: String,
        /// When it was made.
        pub made: Millis,
        /// Its ways in, as a digest.
        pub ways: String,
        /// The way in that opened it.
        pub slot: String,
        /// The instant of the codes.
        pub at: Millis,
        /// Two codes in a row of each entry outside the bin.
        pub codes: Vec<DrillCode>,
        /// Its log.
        #[serde(default)]
        pub log: Vec<PastLine>,
        /// The running head of its log.
        #[serde(default)]
        pub log_head: Option<LogHeadView>,
    }

    /// The running head of a log.
    pub struct LogHeadView {
        /// The chain that it is of.
        pub began: String,
        /// How many lines it is over.
        pub count: u32,
        /// The head, hexadecimal.
        pub head: String,
    }

    /// Two codes in a row, one after the other.
    pub struct DrillCode {
        /// The entry.
        pub id: String,
        /// The codes.
        pub code: String,
    }

    /// What a drill came to.
    #[derive(Default)]
    pub struct DrillResult {
        /// The bundle is proven: no code differs without a reason.
        pub proven: bool,
        /// Entries with the same codes.
        pub same: u32,
        /// Entries with other codes.
        pub differ: Vec<String>,
        /// Entries with other codes, which were changed here after the bundle was made.
        pub changed: Vec<String>,
        /// Entries that came after it.
        pub only_here: Vec<String>,
        /// Entries of the bundle that were deleted here since.
        pub only_there: u32,
        /// What the vault's log says to the bundle's: `same` by their running heads, `lines` where each line was looked for instead,
        /// `gone` where the log does not reach back so far any more because it is full or a policy keeps it short, `cut` where neither
        /// is so now, `rewritten`, or `none` where the bundle has no log.
        pub log: String,
        /// Lines of the bundle's log that the vault's log should have and does not.
        pub log_missing: u32,
    }

    /// A file that was written by itself.
    pub struct BackupFileView {
        /// Its name.
        pub name: String,
        /// When it was made.
        pub made: Millis,
        /// Its length in bytes.
        pub size: u32,
        /// Its SHA-256, hexadecimal.
        pub sha256: String,
        /// When it was last read back with the same bytes.
        pub read_back: Option<Millis>,
        /// When it was opened with a real way in.
        pub proven: Option<Millis>,
    }

    /// Recovery codes at a glance.
    pub struct CodesView {
        /// How many still open.
        pub left: u32,
        /// How many the set had.
        pub made: u32,
        /// How many were shown last and wait until one of them is typed back.
        pub unkept: u32,
    }

    /// What an offline pass is to be.
    pub struct OfflineForm {
        /// The accounts.
        pub ids: Vec<String>,
        /// When it begins; `None`: now.
        pub start: Option<Millis>,
        /// How long it lasts.
        pub minutes: u32,
        /// A passphrase opens it; else a code, which is made with it.
        pub passphrase: bool,
    }

    /// What WebAuthn is asked for a passkey.
    pub struct PasskeyView {
        /// The credential's id, base64.
        pub credential: String,
        /// What its PRF is evaluated at, base64.
        pub salt: String,
    }

    /// One way in, in an open session.
    pub struct WayView {
        /// Its id, hexadecimal.
        pub id: String,
        /// `password`, `passkey`, `code`, `pass`, `pair`, `shares`, `device`, `escrow`.
        pub kind: String,
        /// `vault`, `backup`, `both`.
        pub usage: String,
        /// A code's number, or what the user calls it.
        pub label: String,
        /// When it was made.
        pub made: Millis,
        /// When it begins to open.
        pub not_before: Option<Millis>,
        /// When it ends.
        pub not_after: Option<Millis>,
        /// It opens one time.
        pub once: bool,
        /// Codes: one of its sheet was typed back.
        pub kept: bool,
    }

    /// How ready the user is for a loss.
    pub struct ReadinessView {
        /// The lowest grade of all findings: 0 to 3.
        pub score: u8,
        /// What is not as good as can be, worst first; the first is the next thing to do.
        pub findings: Vec<FindingView>,
        /// Ways in, codes of a sheet as one.
        pub ways: Vec<ReadyWay>,
        /// Accounts outside the bin, those with nothing else first.
        pub accounts: Vec<ReadyAccount>,
        /// Who else can open what is written now.
        pub parties: Vec<PartyView>,
        /// Bundles that were written, newest first, each with what opens it.
        pub bundles: Vec<ReadyBundle>,
    }

    /// A bundle that was written, and what opens that very file.
    pub struct ReadyBundle {
        /// When.
        pub made: Millis,
        /// Its name, where we wrote it into a folder or the downloads.
        pub name: Option<String>,
        /// What opens it. Empty: a version wrote it that did not note it.
        pub opens: Vec<OpenerView>,
    }

    /// A way into a bundle.
    pub struct OpenerView {
        /// Its kind, as in `ways`.
        pub kind: String,
        /// A code's number, what the user calls it, or the name of a party.
        pub label: String,
        /// It opens what is written now, too.
        pub now: bool,
    }

    /// Something that is not as good as can be.
    pub struct FindingView {
        /// A stable code.
        pub code: String,
        /// 0: a mishap loses accounts. 1: a hole. 2: not shown to work.
        pub grade: u8,
        /// How many it is about; 0: no number.
        pub number: u32,
    }

    /// A way in, by what it opens and where it lies.
    pub struct ReadyWay {
        /// Its ids: one, or those of all codes of a sheet.
        pub ids: Vec<String>,
        /// Its kind, as in `ways`.
        pub kind: String,
        /// What the user calls it.
        pub label: String,
        /// It opens the vault here.
        pub vault: bool,
        /// It opens bundles.
        pub bundles: bool,
        /// Codes: one of the sheet was typed back.
        pub kept: bool,
        /// How many sheets it is printed on; 0: it is in somebody's head, or in a device.
        pub sheets: u32,
        /// Where they lie, as the user says.
        pub places: Vec<String>,
    }

    /// An account, and what else gets its owner in.
    pub struct ReadyAccount {
        /// The entry.
        pub id: String,
        /// Issuer.
        pub issuer: String,
        /// Account.
        pub account: String,
        /// The site's own backup codes that are kept here.
        pub backup_codes: u32,
        /// `device`, `method`, as the user says.
        pub others: Vec<String>,
        /// It is kept for emergencies.
        pub emergency: bool,
    }

    /// The ways in of the bundle that was restored last.
    pub struct RestoredView {
        /// When it was restored.
        pub at: Millis,
        /// What became of each.
        pub ways: Vec<RestoredWay>,
        /// Of a helpdesk bundle: who issued it.
        pub issued: Option<IssuedView>,
    }

    /// A way into the bundle that was restored last.
    pub struct RestoredWay {
        /// Its kind, as in `ways`.
        pub kind: String,
        /// A code's number, or what the user calls it.
        pub label: String,
        /// `kept`: opens this vault. `spent`: the code that opened the bundle. `void`: opens that bundle and others of
        /// its time, and nothing here.
        pub fate: String,
    }

    /// What a temporary pass is to be.
    pub struct PassForm {
        /// Its lifetime.
        pub minutes: u32,
        /// When it begins; `None`: at once.
        pub start: Option<Millis>,
        /// It opens one time.
        pub once: bool,
    }

    /// A temporary pass that was made.
    pub struct PassView {
        /// Its slot's id.
        pub id: String,
        /// When it was made.
        pub made: Millis,
        /// When it begins to open.
        pub start: Millis,
        /// When it ends.
        pub end: Millis,
        /// It opens one time.
        pub once: bool,
        /// `enabled-by-policy`, `disabled-by-policy`, `expired`, `not-yet-valid`, `one-time-used`, and our own `deleted`.
        pub state: String,
    }

    /// What temporary passes may be. Minutes.
    pub struct PassLimits {
        /// Passes can be made at all.
        pub allowed: bool,
        /// Shortest lifetime.
        pub min: u32,
        /// Longest lifetime.
        pub max: u32,
        /// What is offered.
        pub usual: u32,
        /// One-time passes only.
        pub once: bool,
    }

    /// One way in, as the header tells it. Not authenticated while locked.
    pub struct SlotView {
        /// Its id, hexadecimal.
        pub id: String,
        /// `password`, `passkey`, `code`, `pass`, `pair`, `shares`, `device`, `escrow`.
        pub kind: String,
        /// `vault`, `backup`, `both`.
        pub usage: String,
    }

    /// What the user can set.
    pub struct Settings {
        /// Minutes without use until the vault locks; 0: when the browser closes.
        pub lock_after_minutes: u32,
        /// Lock when the operating system locks, where the browser tells.
        pub lock_with_system: bool,
        /// Show the next code beside the current one.
        pub show_next: bool,
        /// Hide codes until they are pointed at or focused.
        pub hide_codes: bool,
        /// On the sites chosen for it, fill and show the badge without a press. Off: nothing runs in any page by itself.
        #[serde(default = "on")]
        pub by_itself: bool,
    }

    /// An entry as the interface sees it: no secret, no code.
    pub struct EntryView {
        /// 128 bits, hexadecimal.
        pub id: String,
        /// Issuer.
        pub issuer: String,
        /// Account.
        pub account: String,
        /// `totp`, `hotp`, `steam`.
        pub kind: String,
        /// `SHA1`, `SHA256`, `SHA512`.
        pub algorithm: String,
        /// 1 to 10.
        pub digits: u8,
        /// Seconds in a step; `None` for HOTP.
        pub period: Option<u32>,
        /// HOTP: the counter of the next code.
        pub counter: Option<u32>,
        /// Free text.
        pub note: String,
        /// Tags.
        pub tags: Vec<String>,
        /// Shown first.
        pub pinned: bool,
        /// Where codes of this entry may go.
        pub sites: Vec<SiteView>,
        /// When it was made.
        pub created: Millis,
        /// When it was last changed.
        pub modified: Millis,
        /// When a code of it was last filled or copied.
        pub last_used: Option<Millis>,
        /// When it was put in the bin.
        pub trashed: Option<Millis>,
        /// Restored or imported, or given a new key, and no code of it was used yet.
        pub unverified: bool,
        /// Kept for an emergency: when it is to be tried next.
        pub emergency: Option<Millis>,
        /// Its waiting time is not over: no export and no handing over takes it.
        pub waits: bool,
        /// The key was replaced, and the former one is still kept.
        pub former: Option<FormerView>,
        /// The site's own backup codes, where some are kept.
        pub backup_codes: Option<BackupCodesView>,
    }

    /// What is seen of a site's backup codes without a second unlock.
    pub struct BackupCodesView {
        /// Not used up.
        pub left: u32,
        /// All.
        pub of: u32,
        /// So few are left that new ones should be fetched.
        pub low: bool,
        /// When one was filled, while nobody knows what the site made of it.
        pub tried: Option<Millis>,
        /// When they were kept.
        pub listed: Millis,
    }

    /// A key that was replaced.
    pub struct FormerView {
        /// When.
        pub at: Millis,
        /// When a code of the new key was first used.
        pub tried: Option<Millis>,
        /// It is kept until then, and until the new one was used.
        pub until: Millis,
    }

    /// An account of the worklist.
    pub struct WorklistItem {
        /// The entry.
        pub id: String,
        /// `mail`, `identity`, `money`, `other`.
        pub danger: String,
        /// Steps done: 1 signed in with the code here, 2 enrolled anew, 3 a new code was accepted, 4 the old device is removed.
        pub done: u32,
        /// When a code of the new key was last filled or copied.
        pub used: Option<Millis>,
        /// Before the second step: entries added since that may hold the new key.
        pub candidates: Vec<String>,
        /// Where one signs in, when it is known.
        pub sign_in: Option<String>,
    }

    /// One code.
    pub struct CodeView {
        /// The entry; empty for a preview.
        pub id: String,
        /// The characters.
        pub code: String,
        /// The following code; `None` for HOTP.
        pub next: Option<String>,
        /// When the code ends; `None` for HOTP.
        pub until: Option<Millis>,
        /// Seconds in a step; `None` for HOTP.
        pub period: Option<u32>,
    }

    /// An account as typed, scanned or read. The core judges it.
    pub struct EntryForm {
        /// Issuer.
        pub issuer: String,
        /// Account.
        pub account: String,
        /// Base32, blanks and lower case allowed.
        pub secret: String,
        /// `totp`, `hotp`, `steam`.
        pub kind: String,
        /// `SHA1`, `SHA256`, `SHA512`.
        pub algorithm: String,
        /// 1 to 10.
        pub digits: u32,
        /// Seconds.
        pub period: u32,
        /// HOTP.
        pub counter: u32,
        /// Free text.
        pub note: String,
        /// Tags.
        pub tags: Vec<String>,
        /// Sites the user agreed to.
        pub sites: Vec<SiteForm>,
    }

    /// An entry of another authenticator's file.
    pub struct ImportForm {
        /// The account.
        pub form: EntryForm,
        /// Shown first (other apps' favourites).
        pub pinned: bool,
        /// In the bin of the app it came from.
        pub trashed: bool,
        /// Web addresses that the other app kept with it.
        pub urls: Vec<String>,
        /// What an entry of ours cannot hold, as stable codes: `icon`, `password`, ...
        pub lost: Vec<String>,
        /// Why it is probably damaged by an earlier app, as a stable code.
        pub suspect: Option<String>,
    }

    /// What an import would do with one entry.
    pub struct ImportItem {
        /// `new`, `already-here`, `twice` (the same as an earlier one of the file), `other-secret` (the same names
        /// with another key), `other-settings` (the same names and key, which would make other codes), `same-key` (a key
        /// that is here under another name), `invalid`.
        pub outcome: String,
        /// Taken unless the user says otherwise.
        pub ticked: bool,
        /// What differs of `other-settings` and `same-key`.
        pub settings: Vec<OtherSetting>,
        /// The name of the entry that has the key, of `same-key`.
        pub same_key: Option<String>,
        /// Why it is invalid.
        pub failure: Option<Failure>,
        /// Sites that it may belong to, best first.
        pub suggestions: Vec<SuggestedSite>,
    }

    /// In what two accounts of one key differ.
    pub struct OtherSetting {
        /// `kind`, `algorithm`, `digits`, `period`.
        pub what: String,
        /// What it is in the vault, or earlier in the file.
        pub known: String,
        /// What it is in this item.
        pub new: String,
    }

    /// A site that an entry may belong to.
    pub struct SuggestedSite {
        /// `https://example.com`
        pub origin: String,
        /// The host for people.
        pub host: String,
        /// Why: `stored`, `confirmed`, `table`, `issuer-host`, `equivalent`.
        pub source: String,
        /// Sure enough to be ticked before the user looks.
        pub sure: bool,
    }

    /// An entry and a site for it.
    pub struct SiteOfEntry {
        /// The entry.
        pub id: String,
        /// The site.
        pub site: SiteForm,
    }

    /// An account of an app without an export, by name.
    pub struct MoveName {
        /// Issuer.
        pub issuer: String,
        /// Account; may be empty.
        pub account: String,
    }

    /// An account that is moved by hand.
    pub struct MoveView {
        /// Its place on the list.
        pub id: String,
        /// Issuer.
        pub issuer: String,
        /// Account; may be empty.
        pub account: String,
        /// Steps done: 1 signed in with the old app, 2 added here, 3 a code was accepted, 4 the old one is removed.
        pub done: u32,
        /// The entry that it became.
        pub entry: Option<String>,
        /// Before the second step: entries that it may have become.
        pub candidates: Vec<String>,
        /// Where one signs in, when the issuer is known.
        pub sign_in: Option<String>,
    }

    /// An entry taken out, with its secret.
    pub struct TakenEntry {
        /// Its id.
        pub id: String,
        /// The entry.
        pub form: EntryForm,
        /// The whole counter, decimal: it can be beyond what the form holds.
        pub counter: String,
        /// Shown first.
        pub pinned: bool,
        /// In the bin.
        pub trashed: bool,
        /// What it has that no other app's format holds: `backup-codes`, `emergency`.
        pub ours: Vec<String>,
    }

    /// What changes in an entry; `None` leaves it.
    pub struct EntryEdit {
        /// Issuer.
        pub issuer: Option<String>,
        /// Account.
        pub account: Option<String>,
        /// Free text.
        pub note: Option<String>,
        /// Tags.
        pub tags: Option<Vec<String>>,
        /// Shown first.
        pub pinned: Option<bool>,
        /// Restored or imported, and the user says that it works (`false`).
        pub unverified: Option<bool>,
        /// Keep it for emergencies; no longer, only while it is open.
        #[serde(default)]
        pub emergency: Option<bool>,
    }

    /// A site as the user means it.
    pub struct SiteForm {
        /// A web address or an origin: `https://example.com`.
        pub origin: String,
        /// Also every subdomain of its registrable domain.
        pub subdomains: bool,
    }

    /// A binding.
    pub struct SiteView {
        /// `https://example.com`, `http://localhost:3000`.
        pub origin: String,
        /// The host for people, Unicode where that is safe, with the port where it is not the scheme's own.
        pub host: String,
        /// Also every subdomain.
        pub subdomains: bool,
        /// Over `http` to another computer: whoever is on the way reads along.
        pub insecure: bool,
    }

    /// A text that is no account.
    pub struct SkippedText {
        /// Which of the texts, from 0.
        pub index: u32,
        /// Why, a stable code: `other-scheme-phonefactor`, `not-otpauth`, `bad-secret`, ...
        pub why: String,
        /// What the user knows it by; never a secret.
        pub what: String,
        /// The item itself, where it is an account that can be kept as a note.
        pub kept: Option<KeptForm>,
    }

    /// An item of another app that is kept as a note.
    pub struct KeptView {
        /// Its id.
        pub id: String,
        /// When it came in.
        pub at: Millis,
        /// The app that it came from; empty where it is not known.
        pub app: String,
        /// The service, as that app named it.
        pub issuer: String,
        /// The account.
        pub account: String,
        /// The type as that app named it; may be empty.
        pub kind: String,
        /// Why it is no entry, a stable code.
        pub reason: String,
    }

    /// Parts of a Google transfer.
    pub struct Batch {
        /// Read.
        pub read: u32,
        /// Of how many.
        pub of: u32,
    }

    /// The page in front.
    pub struct PageView {
        /// The site that a binding would have; `None` where nothing can be bound, with `reason`.
        pub site: Option<SiteView>,
        /// Whether "also subdomains" can be offered, and of what: the registrable domain.
        pub registrable: Option<String>,
        /// Bound entries, best first.
        pub matches: Vec<String>,
        /// Where nothing is bound: entries whose issuer signs in here. The first fill asks and remembers.
        pub suggested: Vec<String>,
        /// The customer whose host this is, where that is why something is suggested: the user says whether it is theirs.
        pub tenant: Option<String>,
        /// A bound host that this one resembles: "not github.com".
        pub resembles: Option<String>,
        /// Where nothing is bound: the origin of the same host, by another scheme or port, that something is bound to.
        pub elsewhere: Option<String>,
        /// Why nothing can be filled here: `no-page`, `no-access`, `no-answer`, `not-web`, `never`.
        pub reason: Option<String>,
        /// A private window: nothing is remembered.
        pub private: bool,
        /// The document in front, to be given back with `fill`.
        pub document: Option<String>,
        /// The user said "never here".
        pub never: bool,
        /// A press on this document waits for the unlock.
        pub waiting: bool,
        /// What happens without a press for each of `matches`, in their order; empty where nothing can be chosen.
        pub by_itself: Vec<ByItselfView>,
        /// Why the command or the menu filled nothing here a moment ago, without the code.
        pub told: Option<FillResult>,
    }

    /// What happens without a press for an entry on the page in front.
    pub struct ByItselfView {
        /// The page's own origin, which is what is chosen for.
        pub origin: String,
        /// `badge`, `fill`, or nothing yet.
        pub automatic: Option<String>,
        /// The form's button is pressed after a fill.
        pub submit: bool,
        /// The site's button may be pressed at all.
        pub submittable: bool,
        /// What the browser is asked to allow.
        pub pattern: String,
        /// It could happen by itself, whatever was answered before.
        pub possible: bool,
        /// Why it waits for a press here, whatever was chosen: `several`, `pointed`.
        pub reason: Option<String>,
    }

    /// What was chosen for an entry on a site.
    pub struct ChoiceView {
        /// The entry.
        pub id: String,
        /// `https://example.com`
        pub origin: String,
        /// The host for people.
        pub host: String,
        /// What the browser must allow.
        pub pattern: String,
        /// `badge`, `fill`, or nothing.
        pub automatic: Option<String>,
        /// The form's button is pressed after a fill.
        pub submit: bool,
        /// A field was pointed at.
        pub chosen: bool,
        /// The field is known: a code was filled there since.
        pub learned: bool,
        /// The entry is bound to the site.
        pub bound: bool,
        /// Why it waits for a press there, whatever was chosen: `several`, `pointed`.
        pub reason: Option<String>,
        /// When a code was last filled by itself; 0: never.
        pub last: Millis,
    }

    /// What became of a fill.
    pub struct FillResult {
        /// `filled`, or why not, a stable code: `no-field`, `delivery`, `backup-code-field`, `not-bound`,
        /// `several`, `locked`, `rejected`, `gone`, ...
        pub result: String,
        /// The entry whose code was filled, or that the user must choose among.
        pub entries: Vec<String>,
        /// The code, to be copied by hand, when it could not be filled.
        pub code: Option<String>,
        /// Filling by itself can be offered: the user was not asked yet.
        pub offer: bool,
        /// The field that was pointed at is in a frame, and is not remembered.
        pub unlearned: bool,
    }

    /// What `page.js` is told.
    pub struct PageOrder {
        /// The order's number; 0: nothing to do.
        pub order: u32,
        /// Ask again after this many milliseconds: the current code ends too soon.
        pub wait_ms: Option<u32>,
        /// The frame's `self.origin` must still be this.
        pub origin: String,
        /// Field numbers of the descriptors, in order.
        pub targets: Vec<u32>,
        /// What goes into each.
        pub values: Vec<String>,
        /// Press the form's only button when the code stands in its field.
        pub submit: bool,
        /// Tell by `moved` when the page goes on.
        pub watch: bool,
    }

    /// What is in a bundle.
    pub struct Manifest {
        /// When it was made.
        pub made: Millis,
        /// The vault it came from, a short name.
        pub vault: String,
        /// Entries outside the bin.
        pub entries: u32,
        /// Entries in the bin.
        pub trashed: u32,
        /// Notes of accounts that are no entries.
        pub kept: u32,
        /// Ways to open it.
        pub slots: Vec<SlotView>,
        /// Who else can open it.
        pub parties: Vec<PartyView>,
        /// Of a helpdesk bundle: who issued it.
        pub issued: Option<IssuedView>,
        /// The running head of its log.
        pub log_head: Option<LogHeadView>,
    }

    /// Somebody who can open bundles with a key of theirs.
    pub struct PartyView {
        /// What they call themselves.
        pub name: String,
        /// Six words to compare aloud; empty where a file does not say them.
        pub words: String,
        /// The key as text, where it is known.
        pub key: Option<String>,
    }

    /// Who issued a helpdesk bundle.
    pub struct IssuedView {
        /// The party whose key opened the user's bundle.
        pub by: String,
        /// The person, as they typed it.
        pub person: Option<String>,
        /// Six words of the key.
        pub words: String,
        /// When.
        pub at: Millis,
    }

    /// Who can open what is written, and what an organisation asks about it.
    pub struct EscrowView {
        /// `asked`: to be answered. `changed`: the same, in place of another key. `later`: put off until the next unlock.
        /// `refused`. `agreed`. `unasked`: a party is there that nobody asks for any more.
        pub state: String,
        /// What the organisation asks for.
        pub offered: Option<PartyView>,
        /// The organisation wants it: a no counts until the next unlock.
        pub required: bool,
        /// Who can open what is written now.
        pub parties: Vec<PartyView>,
    }

    /// One entry of a bundle in a restore.
    pub struct RestoreItem {
        /// Its id.
        pub id: String,
        /// Issuer.
        pub issuer: String,
        /// Account.
        pub account: String,
        /// `new`, `same`, `newer-here`, `newer-there`, `conflict`, `deleted-here`.
        pub outcome: String,
    }
}

/// A recovery code to be printed.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PrintedCode {
    /// Its number on the sheet.
    pub number: u32,
    /// The characters.
    pub code: String,
    /// The same as a QR code: rows of `0` and `1`, no border.
    pub qr: Vec<String>,
}

/// A site's own backup code.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SiteCode {
    /// As the site writes it.
    pub code: String,
    /// When it was used up.
    pub used: Option<Millis>,
    /// When it was filled, while nobody knows what the site made of it.
    pub tried: Option<Millis>,
}

/// A share to be printed.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PrintedShare {
    /// Its number.
    pub number: u32,
    /// The words, a blank between each.
    pub words: String,
    /// The same as a QR code: rows of `0` and `1`, no border.
    pub qr: Vec<String>,
}

/// A word of a share, typed back from its sheet.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct TypedWord {
    /// Which share of those given, from 0.
    pub share: u32,
    /// Which of its words, from 1.
    pub place: u32,
    /// What was typed.
    pub word: String,
}

/// A [`DeriveJob`] done.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DerivedKey {
    /// The job.
    pub job: DeriveJob,
    /// 32 bytes, base64.
    pub key: String,
}

/// Which screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum VaultState {
    /// No marker of a vault anywhere: a new user.
    Fresh,
    /// A vault, closed.
    Locked,
    /// A vault, open.
    Open,
    /// There was a vault, and neither store has a readable copy.
    Lost,
    /// The stores cannot be read. Nothing is written.
    Unreadable,
}

/// What a session may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum SessionKind {
    /// Opened by a password or a passkey: everything.
    Full,
    /// Opened by a temporary pass: search, show and fill.
    Pass,
    /// Opened by a one-time pass: ten minutes to set new ways in and to remove lost ones.
    Renew,
    /// The burning of a code could not be stored: show codes, write a bundle, nothing else.
    Rescue,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lock_after_minutes: 240,
            lock_with_system: true,
            show_next: false,
            hide_codes: false,
            by_itself: true,
        }
    }
}

/// The default of a setting that older bodies do not have.
fn on() -> bool {
    true
}

impl Default for PassLimits {
    /// Entra's range with our own usual lifetime of an hour.
    fn default() -> Self {
        Self { allowed: true, min: 10, max: 43_200, usual: 60, once: false }
    }
}

impl Failure {
    /// A failure with its code alone.
    pub fn new(code: &str) -> Self {
        Self { code: code.into(), field: None, number: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ts_rs::{Config, TS};

    /// Writes `extension/shared/protocol.d.ts`. A test, so that the file can never be out of date unnoticed:
    /// the last gate of the build compares it with what is committed.
    #[test]
    fn typescript_types_are_written() {
        let config = Config::default();
        let mut types = std::collections::BTreeMap::new();
        collect::<Request>(&config, &mut types);
        collect::<Reply>(&config, &mut types);
        let mut text = String::from("// Generated from crate/protocol.rs by its test. Do not edit.\n");
        for declaration in types.values() {
            text.push('\n');
            text.push_str(declaration);
            text.push('\n');
        }
        assert!(text.contains("type Request ="), "{text}");
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/extension/shared/protocol.d.ts"), text).unwrap();
    }

    fn collect<T: TS + 'static>(config: &Config, types: &mut std::collections::BTreeMap<String, String>) {
        struct Visitor<'a>(&'a Config, &'a mut std::collections::BTreeMap<String, String>);
        impl ts_rs::TypeVisitor for Visitor<'_> {
            fn visit<T: TS + 'static + ?Sized>(&mut self) {
                add::<T>(self.0, self.1);
            }
        }
        fn add<T: TS + 'static + ?Sized>(
            config: &Config,
            types: &mut std::collections::BTreeMap<String, String>,
        ) {
            if T::output_path().is_none() || types.contains_key(&T::ident(config)) {
                return;
            }
            types.insert(T::ident(config), format!("export {}", T::decl(config)));
            T::visit_dependencies(&mut Visitor(config, types));
        }
        add::<T>(config, types);
    }
}
