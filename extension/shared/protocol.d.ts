// Generated from crate/protocol.rs by its test. Do not edit.

export type BackupCodesView = { 
/**
 * Not used up.
 */
left: number, 
/**
 * All.
 */
of: number, 
/**
 * So few are left that new ones should be fetched.
 */
low: boolean, 
/**
 * When one was filled, while nobody knows what the site made of it.
 */
tried: Millis | null, 
/**
 * When they were kept.
 */
listed: Millis, };

export type BackupFileView = { 
/**
 * Its name.
 */
name: string, 
/**
 * When it was made.
 */
made: Millis, 
/**
 * Its length in bytes.
 */
size: number, 
/**
 * Its SHA-256, hexadecimal.
 */
sha256: string, 
/**
 * When it was last read back with the same bytes.
 */
readBack: Millis | null, 
/**
 * When it was opened with a real way in.
 */
proven: Millis | null, };

export type BackupView = { 
/**
 * When it was made.
 */
made: Millis, 
/**
 * When it was read back with the same bytes.
 */
readBack: Millis | null, 
/**
 * When it was opened with a real way in.
 */
proven: Millis | null, 
/**
 * Entries that are in no bundle.
 */
missing: number, };

export type BackupsView = { 
/**
 * `off`, `on`, `while-open`, `waiting`, `failing`, `stale`.
 */
state: string, 
/**
 * `folder`, `downloads`; `None`: off.
 */
destination: string | null, 
/**
 * The folder's name.
 */
folder: string, 
/**
 * How many newest files are kept.
 */
keep: number, 
/**
 * Why the last try failed, a stable code.
 */
trouble: string | null, 
/**
 * Since when it fails.
 */
since: Millis | null, 
/**
 * The newest file.
 */
newest: BackupFileView | null, 
/**
 * Something changed since that file.
 */
changed: boolean, 
/**
 * When the next one is written, at the earliest.
 */
next: Millis | null, 
/**
 * The user should be reminded now.
 */
remind: boolean, 
/**
 * The newest bundle in the browser's own sync storage.
 */
sync: SyncView, };

export type Batch = { 
/**
 * Read.
 */
read: number, 
/**
 * Of how many.
 */
of: number, };

export type ByItselfView = { 
/**
 * The page's own origin, which is what is chosen for.
 */
origin: string, 
/**
 * `badge`, `fill`, or nothing yet.
 */
automatic: string | null, 
/**
 * The form's button is pressed after a fill.
 */
submit: boolean, 
/**
 * The site's button may be pressed at all.
 */
submittable: boolean, 
/**
 * What the browser is asked to allow.
 */
pattern: string, 
/**
 * It could happen by itself, whatever was answered before.
 */
possible: boolean, 
/**
 * Why it waits for a press here, whatever was chosen: `several`, `pointed`.
 */
reason: string | null, };

export type ChoiceView = { 
/**
 * The entry.
 */
id: string, 
/**
 * `https://example.com`
 */
origin: string, 
/**
 * The host for people.
 */
host: string, 
/**
 * What the browser must allow.
 */
pattern: string, 
/**
 * `badge`, `fill`, or nothing.
 */
automatic: string | null, 
/**
 * The form's button is pressed after a fill.
 */
submit: boolean, 
/**
 * A field was pointed at.
 */
chosen: boolean, 
/**
 * The field is known: a code was filled there since.
 */
learned: boolean, 
/**
 * The entry is bound to the site.
 */
bound: boolean, 
/**
 * Why it waits for a press there, whatever was chosen: `several`, `pointed`.
 */
reason: string | null, 
/**
 * When a code was last filled by itself; 0: never.
 */
last: Millis, };

export type CodeView = { 
/**
 * The entry; empty for a preview.
 */
id: string, 
/**
 * The characters.
 */
code: string, 
/**
 * The following code; `None` for HOTP.
 */
next: string | null, 
/**
 * When the code ends; `None` for HOTP.
 */
until: Millis | null, 
/**
 * Seconds in a step; `None` for HOTP.
 */
period: number | null, };

export type CodesView = { 
/**
 * How many still open.
 */
left: number, 
/**
 * How many the set had.
 */
made: number, 
/**
 * How many were shown last and wait until one of them is typed back.
 */
unkept: number, };

export type Context = { 
/**
 * Words of the same form or dialog before the field, the nearest last.
 */
before: string, 
/**
 * Words of the same form or dialog after it.
 */
after: string, 
/**
 * Words outside the form: before it, the nearest last; then after it.
 */
outer: string, 
/**
 * The nearest heading, legend or dialog title.
 */
heading: string, 
/**
 * Texts of links and buttons near it, separated by `|`: what one can do instead.
 */
actions: string, 
/**
 * Texts of the links and buttons of the page's other forms and of its footer, as `actions`.
 */
elsewhere: string, 
/**
 * The form's own id, name, class and the path of its action; ids and classes of the elements around the field.
 */
form: string, 
/**
 * What the pictures nearby are called: alt text, id, class, file name.
 */
pictures: string, };

export type DeriveJob = { 
/**
 * The KDF and its cost.
 */
params: KdfParams, 
/**
 * 16 bytes, base64.
 */
salt: string, 
/**
 * What a new password must be, by the policy and ourselves; `None`: it exists already.
 */
rule?: PasswordRule, };

export type DerivedKey = { 
/**
 * The job.
 */
job: DeriveJob, 
/**
 * 32 bytes, base64.
 */
key: string, };

export type DrillCode = { 
/**
 * The entry.
 */
id: string, 
/**
 * The codes.
 */
code: string, };

export type DrillProof = { 
/**
 * The file's SHA-256, hexadecimal.
 */
sha256: string, 
/**
 * The vault that it is of.
 */
vault: string, 
/**
 * When it was made.
 */
made: Millis, 
/**
 * Its ways in, as a digest.
 */
ways: string, 
/**
 * The way in that opened it.
 */
slot: string, 
/**
 * The instant of the codes.
 */
at: Millis, 
/**
 * Two codes in a row of each entry outside the bin.
 */
codes: Array<DrillCode>, 
/**
 * Its log.
 */
log: Array<PastLine>, 
/**
 * The running head of its log.
 */
logHead: LogHeadView | null, };

export type DrillResult = { 
/**
 * The bundle is proven: no code differs without a reason.
 */
proven: boolean, 
/**
 * Entries with the same codes.
 */
same: number, 
/**
 * Entries with other codes.
 */
differ: Array<string>, 
/**
 * Entries with other codes, which were changed here after the bundle was made.
 */
changed: Array<string>, 
/**
 * Entries that came after it.
 */
onlyHere: Array<string>, 
/**
 * Entries of the bundle that were deleted here since.
 */
onlyThere: number, 
/**
 * What the vault's log says to the bundle's: `same` by their running heads, `lines` where each line was looked for instead,
 * `gone` where the log does not reach back so far any more because it is full or a policy keeps it short, `cut` where neither
 * is so now, `rewritten`, or `none` where the bundle has no log.
 */
log: string, 
/**
 * Lines of the bundle's log that the vault's log should have and does not.
 */
logMissing: number, };

export type DrillView = { 
/**
 * When the last one went well.
 */
last: Millis | null, 
/**
 * How long it took, in milliseconds.
 */
tookMs: number | null, 
/**
 * Why one is due: `never`, `ways` (a way in changed since), `old` (90 days). `None` while locked.
 */
due: string | null, };

export type EmergencyBundleView = { 
/**
 * It is to be offered: there are emergency entries, and nobody said no.
 */
offer: boolean, 
/**
 * There is one.
 */
exists: boolean, 
/**
 * Its short name, which stands on sheets and in file names.
 */
vault: string, 
/**
 * Emergency entries.
 */
entries: number, 
/**
 * Its shares, as `2/3`; empty: none.
 */
shares: string, 
/**
 * Its codes.
 */
codes: number, 
/**
 * No file has its present state.
 */
behind: boolean, 
/**
 * When a file of the present state was saved by hand.
 */
saved: Millis | null, 
/**
 * The newest file that was written by itself.
 */
newest: BackupFileView | null, 
/**
 * Its last drill.
 */
drilled: Millis | null, 
/**
 * Why a drill is due: `never`, `ways`, `old`.
 */
drillDue: string | null, };

export type EmergencyEntryView = { 
/**
 * Its id.
 */
id: string, 
/**
 * Issuer.
 */
issuer: string, 
/**
 * Account.
 */
account: string, 
/**
 * When it is to be tried.
 */
due: Millis, 
/**
 * Hours to wait; 0: none.
 */
hours: number, };

export type EmergencySheet = { 
/**
 * Where the copies are.
 */
copies: string, 
/**
 * Whom to call.
 */
support: string, 
/**
 * What their support will ask for.
 */
organisations: Array<Organisation>, };

export type EmergencyState = { 
/**
 * In the user's order.
 */
entries: Array<EmergencyEntryView>, 
/**
 * What is waited for.
 */
waits: Array<EmergencyWaitView>, 
/**
 * The waiting times that there are, in hours; 0: none.
 */
hours: Array<number>, 
/**
 * The bundle.
 */
bundle: EmergencyBundleView, 
/**
 * Somebody left, and this is to be made anew.
 */
left: LeftView | null, };

export type EmergencyView = { 
/**
 * When.
 */
at: Millis, 
/**
 * The entry.
 */
entry: string, 
/**
 * Whose account it is; empty where it is gone, and in a session that shows no accounts.
 */
issuer: string, 
/**
 * The account at the issuer; empty as well.
 */
account: string, 
/**
 * Why.
 */
reason: string, };

export type EmergencyWaitView = { 
/**
 * The entry.
 */
entry: string, 
/**
 * Whose account it is; empty in a session that shows no accounts.
 */
issuer: string, 
/**
 * The account at the issuer; empty as well.
 */
account: string, 
/**
 * When it was asked for.
 */
at: Millis, 
/**
 * When it can be opened.
 */
until: Millis, 
/**
 * When it has to be asked for again.
 */
closes: Millis, 
/**
 * It can be opened now.
 */
open: boolean, 
/**
 * Why.
 */
reason: string, };

export type EntryEdit = { 
/**
 * Issuer.
 */
issuer: string | null, 
/**
 * Account.
 */
account: string | null, 
/**
 * Free text.
 */
note: string | null, 
/**
 * Tags.
 */
tags: Array<string> | null, 
/**
 * Shown first.
 */
pinned: boolean | null, 
/**
 * Restored or imported, and the user says that it works (`false`).
 */
unverified: boolean | null, 
/**
 * Keep it for emergencies; no longer, only while it is open.
 */
emergency: boolean | null, };

export type EntryForm = { 
/**
 * Issuer.
 */
issuer: string, 
/**
 * Account.
 */
account: string, 
/**
 * Base32, blanks and lower case allowed.
 */
secret: string, 
/**
 * `totp`, `hotp`, `steam`.
 */
kind: string, 
/**
 * `SHA1`, `SHA256`, `SHA512`.
 */
algorithm: string, 
/**
 * 1 to 10.
 */
digits: number, 
/**
 * Seconds.
 */
period: number, 
/**
 * HOTP.
 */
counter: number, 
/**
 * Free text.
 */
note: string, 
/**
 * Tags.
 */
tags: Array<string>, 
/**
 * Sites the user agreed to.
 */
sites: Array<SiteForm>, };

export type EntryView = { 
/**
 * 128 bits, hexadecimal.
 */
id: string, 
/**
 * Issuer.
 */
issuer: string, 
/**
 * Account.
 */
account: string, 
/**
 * `totp`, `hotp`, `steam`.
 */
kind: string, 
/**
 * `SHA1`, `SHA256`, `SHA512`.
 */
algorithm: string, 
/**
 * 1 to 10.
 */
digits: number, 
/**
 * Seconds in a step; `None` for HOTP.
 */
period: number | null, 
/**
 * HOTP: the counter of the next code.
 */
counter: number | null, 
/**
 * Free text.
 */
note: string, 
/**
 * Tags.
 */
tags: Array<string>, 
/**
 * Shown first.
 */
pinned: boolean, 
/**
 * Where codes of this entry may go.
 */
sites: Array<SiteView>, 
/**
 * When it was made.
 */
created: Millis, 
/**
 * When it was last changed.
 */
modified: Millis, 
/**
 * When a code of it was last filled or copied.
 */
lastUsed: Millis | null, 
/**
 * When it was put in the bin.
 */
trashed: Millis | null, 
/**
 * Restored or imported, or given a new key, and no code of it was used yet.
 */
unverified: boolean, 
/**
 * Kept for an emergency: when it is to be tried next.
 */
emergency: Millis | null, 
/**
 * Its waiting time is not over: no export and no handing over takes it.
 */
waits: boolean, 
/**
 * The key was replaced, and the former one is still kept.
 */
former: FormerView | null, 
/**
 * The site's own backup codes, where some are kept.
 */
backupCodes: BackupCodesView | null, };

export type EscrowView = { 
/**
 * `asked`: to be answered. `changed`: the same, in place of another key. `later`: put off until the next unlock.
 * `refused`. `agreed`. `unasked`: a party is there that nobody asks for any more.
 */
state: string, 
/**
 * What the organisation asks for.
 */
offered: PartyView | null, 
/**
 * The organisation wants it: a no counts until the next unlock.
 */
required: boolean, 
/**
 * Who can open what is written now.
 */
parties: Array<PartyView>, };

export type Failure = { 
/**
 * A stable kebab-case code; the words are in `_locales` under `error_<code with underscores>`.
 */
code: string, 
/**
 * The field of a form that it belongs to, when it does.
 */
field?: string, 
/**
 * A number that the words need: a position, a count, seconds.
 */
number?: number, };

export type Field = { 
/**
 * Its number: what an order names as target.
 */
n: number, 
/**
 * The `type` of an input as the browser reads it, or `textarea`, `select`, `editable`.
 */
kind: string, 
/**
 * The `autocomplete` attribute.
 */
autocomplete: string, 
/**
 * The `name` attribute.
 */
name: string, 
/**
 * The `id` attribute.
 */
id: string, 
/**
 * Class, test id and framework binding: names that only developers see.
 */
hints: string, 
/**
 * The texts of `label` elements, `aria-label`, `aria-labelledby` and `aria-describedby`.
 */
label: string, 
/**
 * The placeholder.
 */
placeholder: string, 
/**
 * The `title` attribute.
 */
title: string, 
/**
 * The text between the control before this one and this one, its end.
 */
near: string, 
/**
 * The `inputmode` attribute.
 */
inputmode: string, 
/**
 * The `pattern` attribute.
 */
pattern: string, 
/**
 * The `role` attribute.
 */
role: string, 
/**
 * `maxlength`, where set.
 */
maxLength: number | null, 
/**
 * `size`, where set.
 */
size: number | null, 
/**
 * The `max` of a number field, where set.
 */
max: string | null, 
/**
 * Left edge in the document, CSS pixels.
 */
x: number, 
/**
 * Top edge in the document.
 */
y: number, 
/**
 * Width.
 */
w: number, 
/**
 * Height.
 */
h: number, 
/**
 * Nothing opaque lies over its centre. Outside the viewport this is not known and taken for true.
 */
topmost: boolean, 
/**
 * Neither disabled nor read-only.
 */
editable: boolean, 
/**
 * Not under `aria-hidden` or `inert`.
 */
reachable: boolean, 
/**
 * The Tab key stops at it.
 */
tabStop: boolean, 
/**
 * It has the focus.
 */
focused: boolean, 
/**
 * The number of its form; 0 outside any.
 */
form: number, 
/**
 * The number of its parent element.
 */
parent: number, 
/**
 * The number of the nearest element that holds this field and another one.
 */
group: number, 
/**
 * It asks fillers to keep away (`data-1p-ignore` and the like).
 */
optOut: boolean, 
/**
 * Its form, or a button of it, sends to another origin.
 */
away: boolean, 
/**
 * What it holds.
 */
holds: Holds, 
/**
 * Index of its [`Context`].
 */
context: number, };

export type FillResult = { 
/**
 * `filled`, or why not, a stable code: `no-field`, `delivery`, `backup-code-field`, `not-bound`,
 * `several`, `locked`, `rejected`, `gone`, ...
 */
result: string, 
/**
 * The entry whose code was filled, or that the user must choose among.
 */
entries: Array<string>, 
/**
 * The code, to be copied by hand, when it could not be filled.
 */
code: string | null, 
/**
 * Filling by itself can be offered: the user was not asked yet.
 */
offer: boolean, 
/**
 * The field that was pointed at is in a frame, and is not remembered.
 */
unlearned: boolean, };

export type FindingView = { 
/**
 * A stable code.
 */
code: string, 
/**
 * 0: a mishap loses accounts. 1: a hole. 2: not shown to work.
 */
grade: number, 
/**
 * How many it is about; 0: no number.
 */
number: number, };

export type FormerView = { 
/**
 * When.
 */
at: Millis, 
/**
 * When a code of the new key was first used.
 */
tried: Millis | null, 
/**
 * It is kept until then, and until the new one was used.
 */
until: Millis, };

export type Holds = "empty" | "code" | "text";

export type ImportForm = { 
/**
 * The account.
 */
form: EntryForm, 
/**
 * Shown first (other apps' favourites).
 */
pinned: boolean, 
/**
 * In the bin of the app it came from.
 */
trashed: boolean, 
/**
 * Web addresses that the other app kept with it.
 */
urls: Array<string>, 
/**
 * What an entry of ours cannot hold, as stable codes: `icon`, `password`, ...
 */
lost: Array<string>, 
/**
 * Why it is probably damaged by an earlier app, as a stable code.
 */
suspect: string | null, };

export type ImportItem = { 
/**
 * `new`, `already-here`, `twice` (the same as an earlier one of the file), `other-secret` (the same names
 * with another key), `other-settings` (the same names and key, which would make other codes), `same-key` (a key
 * that is here under another name), `invalid`.
 */
outcome: string, 
/**
 * Taken unless the user says otherwise.
 */
ticked: boolean, 
/**
 * What differs of `other-settings` and `same-key`.
 */
settings: Array<OtherSetting>, 
/**
 * The name of the entry that has the key, of `same-key`.
 */
sameKey: string | null, 
/**
 * Why it is invalid.
 */
failure: Failure | null, 
/**
 * Sites that it may belong to, best first.
 */
suggestions: Array<SuggestedSite>, };

export type IssuedView = { 
/**
 * The party whose key opened the user's bundle.
 */
by: string, 
/**
 * The person, as they typed it.
 */
person: string | null, 
/**
 * Six words of the key.
 */
words: string, 
/**
 * When.
 */
at: Millis, };

export type KdfParams = { "kdf": "argon2id", 
/**
 * Memory in KiB.
 */
m: number, 
/**
 * Passes.
 */
t: number, 
/**
 * Lanes.
 */
p: number, } | { "kdf": "pbkdf2", 
/**
 * Iterations.
 */
iterations: number, };

export type KdfProfile = "argon2id" | "pbkdf2";

export type KeptForm = { 
/**
 * The importer's family.
 */
format: string, 
/**
 * The service.
 */
issuer: string, 
/**
 * The account.
 */
account: string, 
/**
 * The type as the file names it.
 */
kind: string, 
/**
 * Why it is no entry, a stable code.
 */
reason: string, 
/**
 * The item as it stood in the file, secret and all.
 */
text: string, };

export type KeptView = { 
/**
 * Its id.
 */
id: string, 
/**
 * When it came in.
 */
at: Millis, 
/**
 * The app that it came from; empty where it is not known.
 */
app: string, 
/**
 * The service, as that app named it.
 */
issuer: string, 
/**
 * The account.
 */
account: string, 
/**
 * The type as that app named it; may be empty.
 */
kind: string, 
/**
 * Why it is no entry, a stable code.
 */
reason: string, };

export type LeftView = { 
/**
 * When.
 */
at: Millis, 
/**
 * What is made anew.
 */
renew: Array<RenewView>, };

export type LogHeadView = { 
/**
 * The chain that it is of.
 */
began: string, 
/**
 * How many lines it is over.
 */
count: number, 
/**
 * The head, hexadecimal.
 */
head: string, };

export type LogView = { 
/**
 * When.
 */
at: Millis, 
/**
 * What, a stable code.
 */
what: string, 
/**
 * The entry that it is about.
 */
entry: string | null, 
/**
 * The site that it is about.
 */
host: string | null, 
/**
 * Why an emergency entry was asked for or opened.
 */
reason: string | null, 
/**
 * Which way in opened the vault: a code's number.
 */
label: string | null, };

export type Manifest = { 
/**
 * When it was made.
 */
made: Millis, 
/**
 * The vault it came from, a short name.
 */
vault: string, 
/**
 * Entries outside the bin.
 */
entries: number, 
/**
 * Entries in the bin.
 */
trashed: number, 
/**
 * Notes of accounts that are no entries.
 */
kept: number, 
/**
 * Ways to open it.
 */
slots: Array<SlotView>, 
/**
 * Who else can open it.
 */
parties: Array<PartyView>, 
/**
 * Of a helpdesk bundle: who issued it.
 */
issued: IssuedView | null, 
/**
 * The running head of its log.
 */
logHead: LogHeadView | null, };

export type Millis = number;

export type MoveName = { 
/**
 * Issuer.
 */
issuer: string, 
/**
 * Account; may be empty.
 */
account: string, };

export type MoveView = { 
/**
 * Its place on the list.
 */
id: string, 
/**
 * Issuer.
 */
issuer: string, 
/**
 * Account; may be empty.
 */
account: string, 
/**
 * Steps done: 1 signed in with the old app, 2 added here, 3 a code was accepted, 4 the old one is removed.
 */
done: number, 
/**
 * The entry that it became.
 */
entry: string | null, 
/**
 * Before the second step: entries that it may have become.
 */
candidates: Array<string>, 
/**
 * Where one signs in, when the issuer is known.
 */
signIn: string | null, };

export type OfflineForm = { 
/**
 * The accounts.
 */
ids: Array<string>, 
/**
 * When it begins; `None`: now.
 */
start: Millis | null, 
/**
 * How long it lasts.
 */
minutes: number, 
/**
 * A passphrase opens it; else a code, which is made with it.
 */
passphrase: boolean, };

export type OpenerView = { 
/**
 * Its kind, as in `ways`.
 */
kind: string, 
/**
 * A code's number, what the user calls it, or the name of a party.
 */
label: string, 
/**
 * It opens what is written now, too.
 */
now: boolean, };

export type Organisation = { 
/**
 * Its name.
 */
name: string, 
/**
 * The tenant's id.
 */
tenant: string, 
/**
 * The primary domain.
 */
domain: string, 
/**
 * The `onmicrosoft.com` domain.
 */
onmicrosoft: string, 
/**
 * The subscription's number.
 */
subscription: string, 
/**
 * An invoice's number.
 */
invoice: string, 
/**
 * The billing contact.
 */
billing: string, 
/**
 * Other administrators.
 */
admins: string, 
/**
 * Support's number.
 */
support: string, };

export type OtherSetting = { 
/**
 * `kind`, `algorithm`, `digits`, `period`.
 */
what: string, 
/**
 * What it is in the vault, or earlier in the file.
 */
known: string, 
/**
 * What it is in this item.
 */
new: string, };

export type PageFields = { 
/**
 * The frame's `self.origin`; `null` for an opaque one.
 */
origin: string, 
/**
 * The origins of the frames around this one, nearest first; empty in the top frame.
 */
ancestors: Array<string>, 
/**
 * The visible form controls, in document order.
 */
fields: Array<Field>, 
/**
 * The words around the fields; a field names its own by index.
 */
contexts: Array<Context>, 
/**
 * There were more fields than a descriptor holds.
 */
truncated: boolean, 
/**
 * The document is seen and has the focus.
 */
active: boolean, };

export type PageOrder = { 
/**
 * The order's number; 0: nothing to do.
 */
order: number, 
/**
 * Ask again after this many milliseconds: the current code ends too soon.
 */
waitMs: number | null, 
/**
 * The frame's `self.origin` must still be this.
 */
origin: string, 
/**
 * Field numbers of the descriptors, in order.
 */
targets: Array<number>, 
/**
 * What goes into each.
 */
values: Array<string>, 
/**
 * Press the form's only button when the code stands in its field.
 */
submit: boolean, 
/**
 * Tell by `moved` when the page goes on.
 */
watch: boolean, };

export type PageView = { 
/**
 * The site that a binding would have; `None` where nothing can be bound, with `reason`.
 */
site: SiteView | null, 
/**
 * Whether "also subdomains" can be offered, and of what: the registrable domain.
 */
registrable: string | null, 
/**
 * Bound entries, best first.
 */
matches: Array<string>, 
/**
 * Where nothing is bound: entries whose issuer signs in here. The first fill asks and remembers.
 */
suggested: Array<string>, 
/**
 * The customer whose host this is, where that is why something is suggested: the user says whether it is theirs.
 */
tenant: string | null, 
/**
 * A bound host that this one resembles: "not github.com".
 */
resembles: string | null, 
/**
 * Where nothing is bound: the origin of the same host, by another scheme or port, that something is bound to.
 */
elsewhere: string | null, 
/**
 * Why nothing can be filled here: `no-page`, `no-access`, `no-answer`, `not-web`, `never`.
 */
reason: string | null, 
/**
 * A private window: nothing is remembered.
 */
private: boolean, 
/**
 * The document in front, to be given back with `fill`.
 */
document: string | null, 
/**
 * The user said "never here".
 */
never: boolean, 
/**
 * A press on this document waits for the unlock.
 */
waiting: boolean, 
/**
 * What happens without a press for each of `matches`, in their order; empty where nothing can be chosen.
 */
byItself: Array<ByItselfView>, 
/**
 * Why the command or the menu filled nothing here a moment ago, without the code.
 */
told: FillResult | null, };

export type PartyView = { 
/**
 * What they call themselves.
 */
name: string, 
/**
 * Six words to compare aloud; empty where a file does not say them.
 */
words: string, 
/**
 * The key as text, where it is known.
 */
key: string | null, };

export type PassForm = { 
/**
 * Its lifetime.
 */
minutes: number, 
/**
 * When it begins; `None`: at once.
 */
start: Millis | null, 
/**
 * It opens one time.
 */
once: boolean, };

export type PassLimits = { 
/**
 * Passes can be made at all.
 */
allowed: boolean, 
/**
 * Shortest lifetime.
 */
min: number, 
/**
 * Longest lifetime.
 */
max: number, 
/**
 * What is offered.
 */
usual: number, 
/**
 * One-time passes only.
 */
once: boolean, };

export type PassView = { 
/**
 * Its slot's id.
 */
id: string, 
/**
 * When it was made.
 */
made: Millis, 
/**
 * When it begins to open.
 */
start: Millis, 
/**
 * When it ends.
 */
end: Millis, 
/**
 * It opens one time.
 */
once: boolean, 
/**
 * `enabled-by-policy`, `disabled-by-policy`, `expired`, `not-yet-valid`, `one-time-used`, and our own `deleted`.
 */
state: string, };

export type PasskeyView = { 
/**
 * The credential's id, base64.
 */
credential: string, 
/**
 * What its PRF is evaluated at, base64.
 */
salt: string, };

export type PasswordRule = { 
/**
 * Code points at least.
 */
length: number, 
/**
 * Bits at least, by our estimate.
 */
bits: number, };

export type PastLine = { 
/**
 * When.
 */
at: Millis, 
/**
 * Hexadecimal.
 */
digest: string, };

export type PolicyRule = { 
/**
 * Its key.
 */
key: string, 
/**
 * What counts: its value, or the strictest one.
 */
value: string, 
/**
 * Why the strictest counts: `not-understood`, `contradiction`.
 */
problem: string | null, };

export type PolicyView = { 
/**
 * `none`, `managed`, `unreadable`.
 */
source: string, 
/**
 * Who asks, as they call themselves.
 */
organisation: string, 
/**
 * The rules that are set, in order.
 */
rules: Array<PolicyRule>, 
/**
 * Keys that this version does not know.
 */
unknown: Array<string>, 
/**
 * New passwords: characters at least.
 */
passwordLength: number | null, 
/**
 * New passwords: bits at least.
 */
passwordBits: number | null, 
/**
 * The KDF of new passwords.
 */
kdf: KdfProfile | null, 
/**
 * Minutes without use until the vault locks, at most.
 */
lockAfter: number | null, 
/**
 * The vault locks with the operating system.
 */
lockWithSystem: boolean, 
/**
 * Entries may leave in a form that lies open.
 */
plainExport: boolean, 
/**
 * Something may happen on a site without a press.
 */
automatic: boolean, 
/**
 * Kinds of ways in that may be made: `password`, `passkey`, `code`, `pair`, `pass`, `shares`.
 */
ways: Array<string>, 
/**
 * Where the organisation wants bundles to go, in its words; empty: it does not say.
 */
destination: string, 
/**
 * Families of files that may be imported; `None`: all.
 */
imports: Array<string> | null, };

export type PrintedCode = { 
/**
 * Its number on the sheet.
 */
number: number, 
/**
 * The characters.
 */
code: string, 
/**
 * The same as a QR code: rows of `0` and `1`, no border.
 */
qr: Array<string>, };

export type PrintedShare = { 
/**
 * Its number.
 */
number: number, 
/**
 * The words, a blank between each.
 */
words: string, 
/**
 * The same as a QR code: rows of `0` and `1`, no border.
 */
qr: Array<string>, };

export type ReadinessView = { 
/**
 * The lowest grade of all findings: 0 to 3.
 */
score: number, 
/**
 * What is not as good as can be, worst first; the first is the next thing to do.
 */
findings: Array<FindingView>, 
/**
 * Ways in, codes of a sheet as one.
 */
ways: Array<ReadyWay>, 
/**
 * Accounts outside the bin, those with nothing else first.
 */
accounts: Array<ReadyAccount>, 
/**
 * Who else can open what is written now.
 */
parties: Array<PartyView>, 
/**
 * Bundles that were written, newest first, each with what opens it.
 */
bundles: Array<ReadyBundle>, };

export type ReadyAccount = { 
/**
 * The entry.
 */
id: string, 
/**
 * Issuer.
 */
issuer: string, 
/**
 * Account.
 */
account: string, 
/**
 * The site's own backup codes that are kept here.
 */
backupCodes: number, 
/**
 * `device`, `method`, as the user says.
 */
others: Array<string>, 
/**
 * It is kept for emergencies.
 */
emergency: boolean, };

export type ReadyBundle = { 
/**
 * When.
 */
made: Millis, 
/**
 * Its name, where we wrote it into a folder or the downloads.
 */
name: string | null, 
/**
 * What opens it. Empty: a version wrote it that did not note it.
 */
opens: Array<OpenerView>, };

export type ReadyWay = { 
/**
 * Its ids: one, or those of all codes of a sheet.
 */
ids: Array<string>, 
/**
 * Its kind, as in `ways`.
 */
kind: string, 
/**
 * What the user calls it.
 */
label: string, 
/**
 * It opens the vault here.
 */
vault: boolean, 
/**
 * It opens bundles.
 */
bundles: boolean, 
/**
 * Codes: one of the sheet was typed back.
 */
kept: boolean, 
/**
 * How many sheets it is printed on; 0: it is in somebody's head, or in a device.
 */
sheets: number, 
/**
 * Where they lie, as the user says.
 */
places: Array<string>, };

export type RenewView = { 
/**
 * `codes`, `shares`, `emergency`, `passkeys`.
 */
what: string, 
/**
 * New ones are there and were typed back.
 */
done: boolean, };

export type Reply = { "type": "log", 
/**
 * Newest first.
 */
lines: Array<LogView>, } | { "type": "done" } | { "type": "error" } & Failure | { "type": "status" } & Status | { "type": "derive", 
/**
 * The jobs.
 */
jobs: Array<DeriveJob>, } | { "type": "entries", 
/**
 * In the user's order.
 */
entries: Array<EntryView>, } | { "type": "codes", 
/**
 * When they were made.
 */
now: Millis, 
/**
 * One for each time-based entry.
 */
codes: Array<CodeView>, } | { "type": "code" } & CodeView | { "type": "added", 
/**
 * The new entries' ids.
 */
ids: Array<string>, 
/**
 * How many of the forms were already here, to the letter, and were not added again.
 */
alreadyHere: number, } | { "type": "readings", 
/**
 * Accounts found, ready to be added.
 */
forms: Array<EntryForm>, 
/**
 * Texts that are no account, each with its reason.
 */
skipped: Array<SkippedText>, 
/**
 * A Google batch that is not complete: how many parts were read, of how many.
 */
batch: Batch | null, } | { "type": "secret", 
/**
 * Base32, upper case.
 */
secret: string, 
/**
 * `otpauth://` URI; `None` where no URI holds the entry.
 */
uri: string | null, 
/**
 * The URI as a QR code: rows of `0` and `1`, no border.
 */
qr: Array<string>, } | { "type": "taken", 
/**
 * In the order asked for.
 */
entries: Array<TakenEntry>, } | { "type": "ways", 
/**
 * In the order they were made.
 */
ways: Array<WayView>, 
/**
 * Temporary passes, the newest first.
 */
passes: Array<PassView>, 
/**
 * What passes may be.
 */
limits: PassLimits, 
/**
 * What became of a bundle's ways in at the last restore, until the user has seen to it.
 */
restored: RestoredView | null, } | { "type": "recovery-codes", 
/**
 * By number.
 */
codes: Array<PrintedCode>, 
/**
 * The vault's short name.
 */
vault: string, 
/**
 * When they were made.
 */
made: Millis, 
/**
 * Each goes with the password.
 */
pair: boolean, } | { "type": "offline-size", 
/**
 * How many codes.
 */
codes: number, 
/**
 * How many letters the text has.
 */
letters: number, 
/**
 * One QR code holds it.
 */
oneQr: boolean, } | { "type": "offline-pass", 
/**
 * The pass.
 */
text: string, 
/**
 * The same as a QR code, where one holds it: rows of `0` and `1`.
 */
qr: Array<string>, 
/**
 * What opens it, to be handed over by another way; nothing under a passphrase.
 */
code: string | null, 
/**
 * A file name.
 */
name: string, 
/**
 * Its first instant.
 */
from: Millis, 
/**
 * The first instant after it.
 */
until: Millis, } | { "type": "passkey-plan", 
/**
 * What the PRF is to be evaluated at, base64.
 */
salt: string, 
/**
 * The user handle, base64: of this vault, and nobody's name.
 */
user: string, 
/**
 * The vault's short name.
 */
vault: string, 
/**
 * Passkeys that are ways in already.
 */
known: Array<PasskeyView>, } | { "type": "shares", 
/**
 * By number.
 */
shares: Array<PrintedShare>, 
/**
 * So many open the vault.
 */
threshold: number, 
/**
 * The vault's short name.
 */
vault: string, 
/**
 * When they were made.
 */
made: Millis, } | { "type": "shares-so-far", 
/**
 * So many are there.
 */
have: number, 
/**
 * So many are needed.
 */
need: number, } | { "type": "pass", 
/**
 * The characters.
 */
code: string, 
/**
 * The same as a QR code: rows of `0` and `1`, no border.
 */
qr: Array<string>, 
/**
 * When it begins and ends.
 */
pass: PassView, } | { "type": "page" } & PageView | { "type": "filled" } & FillResult | { "type": "choices", 
/**
 * By entry and site.
 */
items: Array<ChoiceView>, 
/**
 * "Never here".
 */
never: Array<SiteView>, 
/**
 * Match patterns that the browser's permission is needed for; all others are given back.
 */
needed: Array<string>, } | { "type": "picture", 
/**
 * `data:image/png;base64,...`
 */
dataUrl: string, } | { "type": "drawn", 
/**
 * The largest first.
 */
pictures: Array<string>, } | { "type": "offer", 
/**
 * Ticked; nothing binds without the press.
 */
ticked: boolean, } | { "type": "fresh", 
/**
 * Until then.
 */
until: Millis, } | { "type": "backup-codes", 
/**
 * In the site's order.
 */
codes: Array<SiteCode>, } | { "type": "page-text", 
/**
 * Its lines; struck-out words between `~~`.
 */
text: string, 
/**
 * Links that begin with `otpauth`.
 */
links: Array<string>, } | { "type": "page-order" } & PageOrder | { "type": "bundle", 
/**
 * The suggested file name.
 */
name: string, 
/**
 * The file, base64.
 */
bundle: string, 
/**
 * SHA-256 of the file, hexadecimal.
 */
sha256: string, 
/**
 * What is in it.
 */
manifest: Manifest, } | { "type": "emergency" } & EmergencyState | { "type": "drilled" } & DrillResult | { "type": "readiness" } & ReadinessView | { "type": "erase-plan", 
/**
 * To be typed.
 */
word: string, 
/**
 * To be typed by who holds no way in.
 */
sentence: string, 
/**
 * What to derive from the password.
 */
jobs: Array<DeriveJob>, 
/**
 * What to derive from the password that goes with a code.
 */
pairJobs: Array<DeriveJob>, } | { "type": "sealed-copy", 
/**
 * The suggested file name.
 */
name: string, 
/**
 * The file, base64.
 */
bundle: string, 
/**
 * SHA-256 of the file, hexadecimal.
 */
sha256: string, } | { "type": "import-plan", 
/**
 * One for each entry, in order.
 */
items: Array<ImportItem>, 
/**
 * One for each item that no entry can hold: `new`, `already-here`, `twice`.
 */
kept: Array<string>, } | { "type": "imported", 
/**
 * The vault's entry for each item, in order: a new one, or the one that was here.
 */
ids: Array<string>, 
/**
 * The new ones among them.
 */
added: Array<string>, 
/**
 * The new notes.
 */
kept: Array<string>, } | { "type": "kept", 
/**
 * In the order in which they came.
 */
items: Array<KeptView>, } | { "type": "kept-text", 
/**
 * As it stood in the file, secret and all.
 */
text: string, } | { "type": "moving", 
/**
 * In the user's order.
 */
accounts: Array<MoveView>, 
/**
 * Not yet moved.
 */
left: number, } | { "type": "worklist", 
/**
 * When it was made; `None`: there is none.
 */
started: Millis | null, 
/**
 * The most dangerous first.
 */
accounts: Array<WorklistItem>, 
/**
 * Not yet done.
 */
left: number, 
/**
 * When the vault's key was renewed for it.
 */
rotated: Millis | null, 
/**
 * Kinds of ways in that are older than the list.
 */
older: Array<string>, } | { "type": "receiver", 
/**
 * The text.
 */
address: string, 
/**
 * Six words to compare on both devices.
 */
words: Array<string>, 
/**
 * The text as a QR code: rows of `0` and `1`, no border.
 */
qr: Array<string>, } | { "type": "receiver-words", 
/**
 * Six.
 */
words: Array<string>, } | { "type": "hand-over", 
/**
 * The suggested file name.
 */
name: string, 
/**
 * The file, base64.
 */
file: string, 
/**
 * How many accounts are in it.
 */
entries: number, } | { "type": "handed-over", 
/**
 * Ready for `plan-import` and `import`.
 */
entries: Array<ImportForm>, 
/**
 * Notes, ready for the same.
 */
kept: Array<KeptForm>, 
/**
 * Accounts that cannot be taken over.
 */
skipped: number, 
/**
 * When it was made, as the file says.
 */
made: Millis, } | { "type": "synced", 
/**
 * The newest first.
 */
bundles: Array<SyncedBundle>, 
/**
 * So many are there and not whole: they may still be on their way.
 */
damaged: number, } | { "type": "sheet", 
/**
 * All of it.
 */
sheet: EmergencySheet, } | { "type": "move-names", 
/**
 * Those that are not on the list yet.
 */
names: Array<MoveName>, 
/**
 * It also holds links with keys, which the import reads.
 */
links: boolean, } | { "type": "undone", 
/**
 * Taken away.
 */
removed: number, 
/**
 * Kept, because a code of them was used.
 */
kept: number, } | { "type": "bundle-info", 
/**
 * Milliseconds since 1970; not authenticated until it is opened.
 */
created: Millis, 
/**
 * The vault that it says it is of, a short name.
 */
vault: string, 
/**
 * The device that it says wrote it, a short name.
 */
device: string, 
/**
 * The ways in that the file has.
 */
slots: Array<SlotView>, 
/**
 * What to derive from the password.
 */
jobs: Array<DeriveJob>, 
/**
 * Who else can open it, as it says.
 */
parties: Array<PartyView>, 
/**
 * Of a helpdesk bundle: who issued it, as it says.
 */
issued: IssuedView | null, } | { "type": "restore-plan", 
/**
 * What is in the bundle.
 */
manifest: Manifest, 
/**
 * The bundle's entries, each with what would become of it.
 */
items: Array<RestoreItem>, } | { "type": "restored", 
/**
 * Added.
 */
added: number, 
/**
 * Already here.
 */
same: number, 
/**
 * Both kept.
 */
conflicts: number, 
/**
 * Entries to try once: every one that came in.
 */
toVerify: Array<string>, };

export type Request = { "type": "status" } | { "type": "plan-create", 
/**
 * The password KDF.
 */
profile: KdfProfile, } | { "type": "create", 
/**
 * The job of `plan-create`, done.
 */
key: DerivedKey, } | { "type": "plan-unlock" } | { "type": "unlock", 
/**
 * What the user holds.
 */
way: Way, } | { "type": "plan-pair", 
/**
 * The file, base64; `None`: the vault here.
 */
bundle: string | null, } | { "type": "ways" } | { "type": "log" } | { "type": "open-emergency", 
/**
 * The entry.
 */
id: string, 
/**
 * Why.
 */
reason: string, } | { "type": "see-emergencies" } | { "type": "see-ways-used" } | { "type": "emergency" } | { "type": "ask-emergency", 
/**
 * The entry.
 */
id: string, 
/**
 * Why.
 */
reason: string, } | { "type": "cancel-emergency", 
/**
 * The entry.
 */
id: string, } | { "type": "set-emergency-wait", 
/**
 * Which.
 */
ids: Array<string>, 
/**
 * One of `EmergencyState.hours`.
 */
hours: number, } | { "type": "decline-emergency-bundle" } | { "type": "make-emergency-codes", 
/**
 * How many: 5 to 16.
 */
count: number, } | { "type": "keep-emergency-codes", 
/**
 * Every one, by number.
 */
codes: Array<string>, 
/**
 * The one that was typed.
 */
typed: string, } | { "type": "export-emergency" } | { "type": "someone-left", 
/**
 * The current password: the jobs of `plan-password` but the last, done.
 */
current: Array<DerivedKey>, 
/**
 * The same or a new password: the last of the jobs, done.
 */
new: DerivedKey, } | { "type": "settle-left" } | { "type": "make-codes", 
/**
 * How many: 5 to 16.
 */
count: number, 
/**
 * Beside those that are there; else in their place, once one of the new ones was typed back.
 */
add: boolean, 
/**
 * A password that goes with each of them, derived by the job of `plan-create`.
 */
key: DerivedKey | null, } | { "type": "keep-codes", 
/**
 * The code, with its password where it has one.
 */
way: Way, } | { "type": "remove-ways", 
/**
 * Ids.
 */
ids: Array<string>, } | { "type": "plan-passkey" } | { "type": "add-passkey", 
/**
 * The credential's id, base64.
 */
credential: string, 
/**
 * The salt of `passkey-plan`.
 */
salt: string, 
/**
 * The 32 bytes that the PRF gave, base64.
 */
prf: string, 
/**
 * What the user calls it.
 */
label: string, } | { "type": "set-password", 
/**
 * The job of `plan-create`, done.
 */
new: DerivedKey, } | { "type": "make-shares", 
/**
 * So many open the vault: at least two.
 */
threshold: number, 
/**
 * So many there are: at most sixteen.
 */
count: number, 
/**
 * Of the emergency bundle.
 */
emergency: boolean, } | { "type": "keep-shares", 
/**
 * The words of every one, by number.
 */
shares: Array<string>, 
/**
 * What was typed.
 */
typed: Array<TypedWord>, 
/**
 * Of the emergency bundle.
 */
emergency: boolean, } | { "type": "check-shares", 
/**
 * As typed.
 */
shares: Array<string>, } | { "type": "make-pass", 
/**
 * What it is to be.
 */
form: PassForm, } | { "type": "plan-offline-pass", 
/**
 * What it is to be.
 */
form: OfflineForm, } | { "type": "make-offline-pass", 
/**
 * What it is to be.
 */
form: OfflineForm, 
/**
 * Under a passphrase: the job of `plan-export`, done.
 */
key: DerivedKey | null, } | { "type": "end-pass" } | { "type": "set-pass-limits", 
/**
 * All of them.
 */
limits: PassLimits, } | { "type": "lock" } | { "type": "plan-password", 
/**
 * The KDF for the new password.
 */
profile: KdfProfile, } | { "type": "change-password", 
/**
 * The current password, derived.
 */
current: Array<DerivedKey>, 
/**
 * The new password, derived.
 */
new: DerivedKey, } | { "type": "list" } | { "type": "codes" } | { "type": "next-hotp", 
/**
 * The entry.
 */
id: string, } | { "type": "resync-hotp", 
/**
 * The entry.
 */
id: string, 
/**
 * One or two consecutive codes.
 */
codes: Array<string>, } | { "type": "used", 
/**
 * The entry.
 */
id: string, } | { "type": "read", 
/**
 * What was scanned, pasted or dropped; one text per QR code.
 */
texts: Array<string>, } | { "type": "preview", 
/**
 * The form as typed.
 */
form: EntryForm, } | { "type": "add", 
/**
 * The forms.
 */
forms: Array<EntryForm>, } | { "type": "edit", 
/**
 * The entry.
 */
id: string, 
/**
 * What changes.
 */
edit: EntryEdit, } | { "type": "reorder", 
/**
 * Ids.
 */
ids: Array<string>, } | { "type": "trash", 
/**
 * Which.
 */
ids: Array<string>, } | { "type": "restore", 
/**
 * Which.
 */
ids: Array<string>, } | { "type": "purge", 
/**
 * Which.
 */
ids: Array<string>, } | { "type": "reveal", 
/**
 * The entry.
 */
id: string, } | { "type": "bind", 
/**
 * The entry.
 */
id: string, 
/**
 * The site.
 */
site: SiteForm, } | { "type": "unbind", 
/**
 * The entry.
 */
id: string, 
/**
 * The site.
 */
site: SiteForm, } | { "type": "set-settings", 
/**
 * All of them.
 */
settings: Settings, } | { "type": "page" } | { "type": "fill", 
/**
 * The entry; `None` when exactly one is bound to the page.
 */
id: string | null, 
/**
 * Bind the entry to the page's host first (the user pressed "fill and remember").
 */
remember: boolean, 
/**
 * `PageView.document`: the document that the user saw named. Another one in front by now is not filled.
 */
document: string | null, 
/**
 * `PageView.site.origin`: the site that the user saw named. Nothing else is remembered, nor filled.
 */
site: string | null, } | { "type": "fill-field", 
/**
 * The entry.
 */
id: string, 
/**
 * As in `fill`.
 */
document: string | null, } | { "type": "hold", 
/**
 * `PageView.document`.
 */
document: string | null, } | { "type": "finish" } | { "type": "set-choice", 
/**
 * The entry.
 */
id: string, 
/**
 * `ByItselfView.origin` or `ChoiceView.origin`, as the user saw it: never whatever is in front by now.
 */
origin: string, 
/**
 * `badge`, `fill`, or nothing.
 */
automatic: string | null, 
/**
 * Press the form's button after a fill there.
 */
submit: boolean, 
/**
 * It counts once the browser allows the site.
 */
asking: boolean, } | { "type": "forget-choice", 
/**
 * The entry.
 */
id: string, 
/**
 * `ChoiceView.origin`.
 */
origin: string, } | { "type": "set-never", 
/**
 * The site, as the user saw it named.
 */
origin: string, 
/**
 * Never, or again.
 */
never: boolean, } | { "type": "choices" } | { "type": "capture" } | { "type": "drawn" } | { "type": "offer", 
/**
 * The code's text.
 */
text: string, 
/**
 * The texts of the codes in the page's own pictures.
 */
drawn: Array<string>, } | { "type": "fields", 
/**
 * What the frame shows.
 */
page: PageFields, } | { "type": "wrote", 
/**
 * The order's number.
 */
order: number, 
/**
 * `ok`, or a stable code: `changed`, `rejected`, `gone`.
 */
result: string, } | { "type": "moved", 
/**
 * The order's number.
 */
order: number, } | { "type": "ready" } | { "type": "gesture" } | { "type": "tick", 
/**
 * `alarm`, `os-locked`, `start`, `permissions`, `policy`.
 */
why: string, } | { "type": "plan-fresh" } | { "type": "fresh", 
/**
 * The jobs of `plan-fresh`, done.
 */
keys: Array<DerivedKey>, } | { "type": "backup-codes", 
/**
 * The entry.
 */
id: string, } | { "type": "read-backup-codes", 
/**
 * A paste, a file, a page.
 */
text: string, } | { "type": "keep-backup-codes", 
/**
 * The entry.
 */
id: string, 
/**
 * As the user saw them.
 */
codes: Array<SiteCode>, 
/**
 * Beside those that are there; else in their place.
 */
add: boolean, } | { "type": "mark-backup-code", 
/**
 * The entry.
 */
id: string, 
/**
 * The code, behind a second unlock; `None`: those that were filled and of which nobody knows.
 */
code: string | null, 
/**
 * Used up, or not.
 */
used: boolean, } | { "type": "fill-backup-code", 
/**
 * The entry.
 */
id: string, 
/**
 * As in `fill`.
 */
document: string | null, } | { "type": "page-text" } | { "type": "find-secrets", 
/**
 * The text.
 */
text: string, 
/**
 * Links that begin with `otpauth`.
 */
links: Array<string>, } | { "type": "take-out", 
/**
 * Which.
 */
ids: Array<string>, 
/**
 * The format that they are taken out for, `export::Format::id`.
 */
format: string, 
/**
 * The jobs of `plan-fresh`, done.
 */
keys: Array<DerivedKey>, } | { "type": "plan-export", 
/**
 * The KDF.
 */
profile: KdfProfile, } | { "type": "export", 
/**
 * The bundle's own password, derived; `None`: the vault's password opens it.
 */
key: DerivedKey | null, } | { "type": "read-back", 
/**
 * The bundle's SHA-256, hexadecimal.
 */
sha256: string, } | { "type": "set-backups", 
/**
 * `folder`, `downloads`; `None`: off.
 */
destination: string | null, 
/**
 * The folder's name, as the browser says it.
 */
folder: string, 
/**
 * 3 to 100.
 */
keep: number, } | { "type": "back-up-now" } | { "type": "drill", 
/**
 * What the instance read.
 */
proof: DrillProof, 
/**
 * From the file to its codes, in milliseconds.
 */
tookMs: number, } | { "type": "remind-later", 
/**
 * 1 to 90.
 */
days: number, } | { "type": "plan-import", 
/**
 * The families of the files that they come from.
 */
from: Array<string>, 
/**
 * What was read, in file order.
 */
items: Array<ImportForm>, 
/**
 * Items that no entry can hold.
 */
kept: Array<KeptForm>, } | { "type": "import", 
/**
 * The families of the files that they come from.
 */
from: Array<string>, 
/**
 * What the user chose.
 */
items: Array<ImportForm>, 
/**
 * Items that are kept as notes.
 */
kept: Array<KeptForm>, } | { "type": "undo-import", 
/**
 * `imported.added`.
 */
ids: Array<string>, 
/**
 * `imported.kept`.
 */
kept: Array<string>, } | { "type": "kept" } | { "type": "show-kept", 
/**
 * The note.
 */
id: string, } | { "type": "delete-kept", 
/**
 * The notes.
 */
ids: Array<string>, } | { "type": "bring-kept-back" } | { "type": "bind-many", 
/**
 * Each entry with its site.
 */
items: Array<SiteOfEntry>, } | { "type": "moving" } | { "type": "read-moving", 
/**
 * The text.
 */
text: string, } | { "type": "add-moving", 
/**
 * Their names.
 */
names: Array<MoveName>, } | { "type": "move-step", 
/**
 * The account.
 */
id: string, 
/**
 * How many of the four steps are done now.
 */
done: number, 
/**
 * The entry that it became, with the second step.
 */
entry: string | null, } | { "type": "drop-moving", 
/**
 * Which.
 */
ids: Array<string>, } | { "type": "worklist" } | { "type": "start-worklist", 
/**
 * Which; none: every account outside the bin.
 */
ids: Array<string>, } | { "type": "worklist-step", 
/**
 * The entry.
 */
id: string, 
/**
 * How many of the four steps are done now.
 */
done: number, } | { "type": "drop-worklist", 
/**
 * Which.
 */
ids: Array<string>, } | { "type": "replace-secret", 
/**
 * The entry.
 */
id: string, 
/**
 * The new key, as typed or scanned; the names of the entry stay.
 */
form: EntryForm | null, 
/**
 * An entry that was added for it: its key and sites are taken, and it goes.
 */
from: string | null, } | { "type": "undo-replace", 
/**
 * The entry.
 */
id: string, } | { "type": "receive", 
/**
 * Another one than before.
 */
renew: boolean, } | { "type": "check-receiver", 
/**
 * As read or pasted.
 */
address: string, } | { "type": "hand-over", 
/**
 * The other device's address.
 */
address: string, 
/**
 * Which.
 */
ids: Array<string>, 
/**
 * The jobs of `plan-fresh`, done.
 */
keys: Array<DerivedKey>, 
/**
 * The notes go along.
 */
kept: boolean, } | { "type": "open-hand-over", 
/**
 * The file, base64.
 */
file: string, } | { "type": "set-sync", 
/**
 * Keep it there.
 */
on: boolean, } | { "type": "find-sync" } | { "type": "sheet" } | { "type": "set-sheet", 
/**
 * All of it.
 */
sheet: EmergencySheet, } | { "type": "inspect", 
/**
 * The file, base64.
 */
bundle: string, } | { "type": "plan-restore", 
/**
 * The file, base64.
 */
bundle: string, 
/**
 * What the user holds.
 */
way: Way, } | { "type": "restore-bundle", 
/**
 * The file, base64.
 */
bundle: string, 
/**
 * What the user holds.
 */
way: Way, 
/**
 * From `fresh`: the job of `plan-create`, done, for this browser's password.
 */
create: DerivedKey | null, 
/**
 * Ids of the bundle's entries that the user left out.
 */
leaveOut: Array<string>, } | { "type": "forget-restored" } | { "type": "readiness" } | { "type": "set-places", 
/**
 * The ways in: all codes of a sheet together.
 */
ids: Array<string>, 
/**
 * One text for each sheet.
 */
places: Array<string>, } | { "type": "set-others", 
/**
 * The entry.
 */
id: string, 
/**
 * `device`, `method`.
 */
others: Array<string>, } | { "type": "plan-erase" } | { "type": "erase", 
/**
 * What the user holds; `None`: nothing, and the vault is locked or lost.
 */
way: Way | null, 
/**
 * `erase-plan.word`, or `erase-plan.sentence` where nothing is held.
 */
typed: string, } | { "type": "sealed-copy" } | { "type": "answer-escrow", 
/**
 * The key that was shown, as `escrow.offered.key`: another one is not agreed to.
 */
key: string, 
/**
 * `agree`, `later`, `no`.
 */
answer: string, 
/**
 * As of `withdraw-escrow`, to agree to a key in place of another one: every way in is renewed then. `password-needed` without.
 */
current: Array<DerivedKey>, 
/**
 * The same.
 */
new: DerivedKey | null, } | { "type": "withdraw-escrow", 
/**
 * The current password: the jobs of `plan-password` but the last, done.
 */
current: Array<DerivedKey>, 
/**
 * The same or a new password: the last of the jobs, done.
 */
new: DerivedKey, };

export type RestoreItem = { 
/**
 * Its id.
 */
id: string, 
/**
 * Issuer.
 */
issuer: string, 
/**
 * Account.
 */
account: string, 
/**
 * `new`, `same`, `newer-here`, `newer-there`, `conflict`, `deleted-here`.
 */
outcome: string, };

export type RestoredView = { 
/**
 * When it was restored.
 */
at: Millis, 
/**
 * What became of each.
 */
ways: Array<RestoredWay>, 
/**
 * Of a helpdesk bundle: who issued it.
 */
issued: IssuedView | null, };

export type RestoredWay = { 
/**
 * Its kind, as in `ways`.
 */
kind: string, 
/**
 * A code's number, or what the user calls it.
 */
label: string, 
/**
 * `kept`: opens this vault. `spent`: the code that opened the bundle. `void`: opens that bundle and others of
 * its time, and nothing here.
 */
fate: string, };

export type SessionKind = "full" | "pass" | "renew" | "rescue";

export type Settings = { 
/**
 * Minutes without use until the vault locks; 0: when the browser closes.
 */
lockAfterMinutes: number, 
/**
 * Lock when the operating system locks, where the browser tells.
 */
lockWithSystem: boolean, 
/**
 * Show the next code beside the current one.
 */
showNext: boolean, 
/**
 * Hide codes until they are pointed at or focused.
 */
hideCodes: boolean, 
/**
 * On the sites chosen for it, fill and show the badge without a press. Off: nothing runs in any page by itself.
 */
byItself: boolean, };

export type SiteCode = { 
/**
 * As the site writes it.
 */
code: string, 
/**
 * When it was used up.
 */
used: Millis | null, 
/**
 * When it was filled, while nobody knows what the site made of it.
 */
tried: Millis | null, };

export type SiteForm = { 
/**
 * A web address or an origin: `https://example.com`.
 */
origin: string, 
/**
 * Also every subdomain of its registrable domain.
 */
subdomains: boolean, };

export type SiteOfEntry = { 
/**
 * The entry.
 */
id: string, 
/**
 * The site.
 */
site: SiteForm, };

export type SiteView = { 
/**
 * `https://example.com`, `http://localhost:3000`.
 */
origin: string, 
/**
 * The host for people, Unicode where that is safe, with the port where it is not the scheme's own.
 */
host: string, 
/**
 * Also every subdomain.
 */
subdomains: boolean, 
/**
 * Over `http` to another computer: whoever is on the way reads along.
 */
insecure: boolean, };

export type SkippedText = { 
/**
 * Which of the texts, from 0.
 */
index: number, 
/**
 * Why, a stable code: `other-scheme-phonefactor`, `not-otpauth`, `bad-secret`, ...
 */
why: string, 
/**
 * What the user knows it by; never a secret.
 */
what: string, 
/**
 * The item itself, where it is an account that can be kept as a note.
 */
kept: KeptForm | null, };

export type SlotView = { 
/**
 * Its id, hexadecimal.
 */
id: string, 
/**
 * `password`, `passkey`, `code`, `pass`, `pair`, `shares`, `device`, `escrow`.
 */
kind: string, 
/**
 * `vault`, `backup`, `both`.
 */
usage: string, };

export type Status = { 
/**
 * Which screen.
 */
state: VaultState, 
/**
 * Which session, when open.
 */
session: SessionKind | null, 
/**
 * How the session was opened: the kind of a way in.
 */
openedBy: string | null, 
/**
 * The number of the recovery code that opened it.
 */
spent: string | null, 
/**
 * Recovery codes, as last saved; `None`: there never were any.
 */
codes: CodesView | null, 
/**
 * Passkeys that open the vault, as last saved; empty while open.
 */
passkeys: Array<PasskeyView>, 
/**
 * Only a passkey was used for so long that the password should be typed once.
 */
passwordDue: boolean, 
/**
 * When an open session ends without use.
 */
locksAt: Millis | null, 
/**
 * Ways in, as last saved.
 */
slots: Array<SlotView>, 
/**
 * Things the user must know, worst first, as stable codes: `newer-version`, `not-saved`, `rolled-back`,
 * `copies-differ`, `one-copy-failed`, `log-incomplete`, `clock-went-back`.
 */
warnings: Array<string>, 
/**
 * Entries outside the bin; `None` while locked.
 */
entries: number | null, 
/**
 * Accounts of other apps that are kept as notes; `None` while locked.
 */
notes: number | null, 
/**
 * The newest bundle's receipt, as last saved.
 */
backup: BackupView | null, 
/**
 * Bundles that are written by themselves.
 */
backups: BackupsView, 
/**
 * The last drill, and whether one is due.
 */
drill: DrillView, 
/**
 * Emergency entries that were opened, and nobody has said to have seen it.
 */
emergencies: Array<EmergencyView>, 
/**
 * What else than a password or a passkey opened the vault, where one of those opened it now and nobody has said to have
 * seen it.
 */
waysUsed: Array<WayUsedView>, 
/**
 * Emergency entries that somebody asked for and that are waited for, or can be opened now.
 */
emergencyWaits: Array<EmergencyWaitView>, 
/**
 * Settings as they count, policy included; the defaults while locked.
 */
settings: Settings, 
/**
 * What an organisation asks for.
 */
policy: PolicyView, 
/**
 * Who else can open bundles; `None`: nobody, and nobody asks. Full sessions only.
 */
escrow: EscrowView | null, 
/**
 * The extension's version.
 */
version: string, };

export type SuggestedSite = { 
/**
 * `https://example.com`
 */
origin: string, 
/**
 * The host for people.
 */
host: string, 
/**
 * Why: `stored`, `confirmed`, `table`, `issuer-host`, `equivalent`.
 */
source: string, 
/**
 * Sure enough to be ticked before the user looks.
 */
sure: boolean, };

export type SyncView = { 
/**
 * It is kept there.
 */
on: boolean, 
/**
 * When the last one was made.
 */
made: Millis | null, 
/**
 * Its length in bytes.
 */
size: number, 
/**
 * Why the last try failed: `no-room`, `refused`, `not-the-same`, `no-bundle`.
 */
trouble: string | null, 
/**
 * `no-room`: bytes that it takes.
 */
needed: number, 
/**
 * `no-room`: bytes that are free.
 */
free: number, };

export type SyncedBundle = { 
/**
 * When it was made, as the storage says.
 */
made: Millis, 
/**
 * The file, base64.
 */
bundle: string, };

export type TakenEntry = { 
/**
 * Its id.
 */
id: string, 
/**
 * The entry.
 */
form: EntryForm, 
/**
 * The whole counter, decimal: it can be beyond what the form holds.
 */
counter: string, 
/**
 * Shown first.
 */
pinned: boolean, 
/**
 * In the bin.
 */
trashed: boolean, 
/**
 * What it has that no other app's format holds: `backup-codes`, `emergency`.
 */
ours: Array<string>, };

export type TypedWord = { 
/**
 * Which share of those given, from 0.
 */
share: number, 
/**
 * Which of its words, from 1.
 */
place: number, 
/**
 * What was typed.
 */
word: string, };

export type VaultState = "fresh" | "locked" | "open" | "lost" | "unreadable";

export type Way = { "kind": "password", 
/**
 * The jobs of `plan-unlock` or `bundle-info`, done.
 */
keys: Array<DerivedKey>, } | { "kind": "code", 
/**
 * The characters.
 */
code: string, 
/**
 * Where the code goes with a password: the jobs of `plan-pair`, done.
 */
keys: Array<DerivedKey>, } | { "kind": "passkey", 
/**
 * The 32 bytes that its PRF gave, base64.
 */
prf: string, } | { "kind": "shares", 
/**
 * The words of each.
 */
shares: Array<string>, } | { "kind": "escrow", 
/**
 * Its text.
 */
file: string, 
/**
 * The jobs that it asks for, done.
 */
keys: Array<DerivedKey>, };

export type WayUsedView = { 
/**
 * When.
 */
at: Millis, 
/**
 * The kind of slot.
 */
kind: string, 
/**
 * Which of them, as the user calls it: a code's number; may be empty.
 */
label: string, };

export type WayView = { 
/**
 * Its id, hexadecimal.
 */
id: string, 
/**
 * `password`, `passkey`, `code`, `pass`, `pair`, `shares`, `device`, `escrow`.
 */
kind: string, 
/**
 * `vault`, `backup`, `both`.
 */
usage: string, 
/**
 * A code's number, or what the user calls it.
 */
label: string, 
/**
 * When it was made.
 */
made: Millis, 
/**
 * When it begins to open.
 */
notBefore: Millis | null, 
/**
 * When it ends.
 */
notAfter: Millis | null, 
/**
 * It opens one time.
 */
once: boolean, 
/**
 * Codes: one of its sheet was typed back.
 */
kept: boolean, };

export type WorklistItem = { 
/**
 * The entry.
 */
id: string, 
/**
 * `mail`, `identity`, `money`, `other`.
 */
danger: string, 
/**
 * Steps done: 1 signed in with the code here, 2 enrolled anew, 3 a new code was accepted, 4 the old device is removed.
 */
done: number, 
/**
 * When a code of the new key was last filled or copied.
 */
used: Millis | null, 
/**
 * Before the second step: entries added since that may hold the new key.
 */
candidates: Array<string>, 
/**
 * Where one signs in, when it is known.
 */
signIn: string | null, };
