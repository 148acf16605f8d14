//! What an organisation asks for, as the browser's managed storage holds it, and the tighter of that and the user's own
//! limits. Rules only ever tighten, and only what is newly granted: no rule closes the unlock, codes, filling by a
//! press, bundles or a restore.
//!
//! A rule that cannot be understood, or that contradicts another one, counts as the strictest there is; so does every
//! rule where the policy cannot be read at all. A browser without a policy has none.

use serde_json::{Map, Value};

use crate::protocol::{KdfParams, KdfProfile, PassLimits, PasswordRule, PolicyRule, PolicyView};
use crate::site::host::Host;
use crate::vault::escrow::{EscrowKey, clean_name};
use crate::vault::seal;
use crate::vault::slot::SlotKind;

/// Ten minutes to thirty days, Entra's range.
pub const PASS_MINUTES: core::ops::RangeInclusive<u32> = 10..=43_200;
/// What an organisation may call itself, in characters.
const MAX_NAME: usize = 100;
/// A line or two of a hint.
const MAX_HINT: usize = 300;
/// Items of a list.
const MAX_ITEMS: usize = 1_000;

/// The rules at hand. [`Policy::default`]: nobody asks for anything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    source: Source,
    organisation: String,
    told: Vec<PolicyRule>,
    unknown: Vec<String>,
    digest: String,
    /// New passwords: code points at least.
    pub password_length: Option<u32>,
    /// New passwords: bits at least, by our estimate.
    pub password_bits: Option<u32>,
    /// The KDF of new passwords.
    pub kdf: Option<KdfProfile>,
    /// Every this many days a drill.
    pub drill_days: Option<u32>,
    /// Without any change a bundle every this many hours.
    pub backup_hours: Option<u32>,
    /// Lines of the log older than this go.
    pub log_days: Option<u32>,
    lock_after: Option<u32>,
    lock_with_system: Option<bool>,
    ways: Option<Vec<SlotKind>>,
    codes: Option<Issuer>,
    passes: Option<Issuer>,
    pass_min: Option<u32>,
    pass_max: Option<u32>,
    pass_usual: Option<u32>,
    pass_once: Option<bool>,
    plain_export: Option<bool>,
    automatic: Option<bool>,
    sites: Option<Vec<SitePattern>>,
    imports: Option<Vec<String>>,
    escrow: Option<Offer>,
    destination: Option<String>,
}

/// A party that the organisation asks for. Nothing is sealed to it before the user agreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its key.
    pub key: EscrowKey,
    /// What it calls itself.
    pub name: String,
    /// A no is asked again at the next unlock.
    pub required: bool,
}

/// Where the rules come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Source {
    /// There is no policy.
    #[default]
    Nobody,
    /// The browser's managed storage.
    Managed,
    /// There may be one, and it cannot be read.
    Unreadable,
}

/// Who may issue codes and passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Issuer {
    User,
    Administrator,
}

/// A host, or a host and everything below it (`*.example.com`).
#[derive(Clone, Debug, PartialEq, Eq)]
struct SitePattern {
    host: Host,
    below: bool,
}

impl Policy {
    /// Of what the managed storage holds, JSON. An empty object is no policy.
    pub fn parse(text: &str) -> Self {
        match serde_json::from_str(text) {
            Ok(Value::Object(map)) if map.is_empty() => Self::default(),
            Ok(Value::Object(map)) => {
                let digest = data_encoding::HEXLOWER.encode(&seal::sha256(text.as_bytes())[..8]);
                Self::read(Source::Managed, &map, digest)
            }
            _ => Self::unreadable(),
        }
    }

    /// There may be rules, and nobody knows which: the strictest of each.
    pub fn unreadable() -> Self {
        let broken = KEYS.iter().map(|key| ((*key).to_owned(), Value::Null)).collect();
        Self::read(Source::Unreadable, &broken, "unreadable".into())
    }

    /// Tells two policies apart, also over a restart; empty: there is none.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// What is shown of it.
    pub fn view(&self) -> PolicyView {
        let source = match self.source {
            Source::Nobody => "none",
            Source::Managed => "managed",
            Source::Unreadable => "unreadable",
        };
        PolicyView {
            source: source.into(),
            organisation: self.organisation.clone(),
            rules: self.told.clone(),
            unknown: self.unknown.clone(),
            password_length: self.password_length,
            password_bits: self.password_bits,
            kdf: self.kdf,
            lock_after: self.lock_after,
            lock_with_system: self.lock_with_system == Some(true),
            plain_export: self.allows_plain_export(),
            automatic: self.allows_automatic(),
            ways: NEW_WAYS
                .iter()
                .filter(|(_, kind)| self.allows_way(*kind))
                .map(|(name, _)| (*name).into())
                .collect(),
            imports: self.imports.clone(),
            destination: self.destination.clone().unwrap_or_default(),
        }
    }

    /// The party that the user is to be asked about.
    pub fn escrow(&self) -> Option<&Offer> {
        self.escrow.as_ref()
    }

    /// The longest an idle vault stays open, in minutes, by the tighter of both. 0 in `user`: no limit.
    pub fn lock_after(&self, user: u32) -> u32 {
        match self.lock_after {
            Some(most) if user == 0 => most,
            Some(most) => user.min(most),
            None => user,
        }
    }

    /// Whether the vault locks with the operating system.
    pub fn lock_with_system(&self, user: bool) -> bool {
        user || self.lock_with_system == Some(true)
    }

    /// Whether a new way in of this kind may be made. A password always may: nobody is to be locked out.
    pub fn allows_way(&self, kind: SlotKind) -> bool {
        let issued = match kind {
            SlotKind::Code | SlotKind::Pair => self.codes != Some(Issuer::Administrator),
            SlotKind::Pass => self.passes != Some(Issuer::Administrator),
            _ => true,
        };
        let listed = self.ways.as_ref().is_none_or(|ways| ways.contains(&kind));
        kind == SlotKind::Password || (issued && listed)
    }

    /// What is asked of a new password.
    pub fn password(&self) -> PasswordRule {
        let or_none = |least: Option<u32>| least.unwrap_or_default();
        PasswordRule { length: or_none(self.password_length), bits: or_none(self.password_bits) }
    }

    /// Whether a new password was judged by as much as is asked now; where nothing is asked, by whatever.
    pub fn allows_password(&self, judged: Option<PasswordRule>) -> bool {
        let (asked, judged) = (self.password(), judged.unwrap_or_default());
        judged.length >= asked.length && judged.bits >= asked.bits
    }

    /// Whether a new password may be derived with these.
    pub fn allows_kdf(&self, params: KdfParams) -> bool {
        match self.kdf {
            None => true,
            Some(KdfProfile::Argon2id) => matches!(params, KdfParams::Argon2id { .. }),
            Some(KdfProfile::Pbkdf2) => matches!(params, KdfParams::Pbkdf2 { .. }),
        }
    }

    /// What temporary passes may be: the tighter of both. Where they have nothing in common, the organisation's.
    pub fn pass_limits(&self, user: PassLimits) -> PassLimits {
        let (least, most) =
            (self.pass_min.unwrap_or(*PASS_MINUTES.start()), self.pass_max.unwrap_or(*PASS_MINUTES.end()));
        let (mut min, mut max) = (user.min.max(least), user.max.min(most));
        if min > max {
            (min, max) = (least, most);
        }
        let usual = self.pass_usual.unwrap_or(user.usual).clamp(min, max);
        PassLimits {
            allowed: user.allowed && self.allows_way(SlotKind::Pass),
            min,
            max,
            usual,
            once: user.once || self.pass_once == Some(true),
        }
    }

    /// Whether entries may leave in a form that lies open.
    pub fn allows_plain_export(&self) -> bool {
        self.plain_export != Some(false)
    }

    /// Whether anything may happen on a site without a press.
    pub fn allows_automatic(&self) -> bool {
        self.automatic != Some(false)
    }

    /// Whether an entry may be bound to this host (`and_below`: with its subdomains), and filled there by itself. What was bound before is still filled by
    /// a press.
    pub fn allows_site(&self, host: &str, and_below: bool) -> bool {
        let Some(sites) = &self.sites else { return true };
        Host::parse(host)
            .is_ok_and(|host| sites.iter().any(|site| site.matches(&host) && site.below >= and_below))
    }

    /// Whether files of this family may be imported. Our own bundles are a restore, and always may.
    pub fn allows_import(&self, family: &str) -> bool {
        self.imports.as_ref().is_none_or(|families| families.iter().any(|allowed| allowed == family))
    }

    fn read(source: Source, map: &Map<String, Value>, digest: String) -> Self {
        let mut rules = Reader { map, told: Vec::new() };
        let organisation = map.get("organisation").and_then(Value::as_str).unwrap_or_default();
        let mut policy = Self {
            source,
            organisation: organisation.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect(),
            unknown: map
                .keys()
                .filter(|key| !KEYS.contains(&key.as_str()) && *key != "organisation")
                .cloned()
                .collect(),
            digest,
            password_length: rules.number("passwordMinLength", 15..=64, 64),
            password_bits: rules.number("passwordMinBits", 40..=77, 77),
            kdf: rules.word("kdfProfile", PROFILES, KdfProfile::Argon2id),
            lock_after: rules.number("lockAfterMinutes", 1..=1440, 1),
            lock_with_system: rules.flag("lockWithSystem", true),
            ways: rules.list("newWaysIn", Vec::new(), |name| {
                Some(NEW_WAYS.iter().find(|(known, _)| *known == name)?.1)
            }),
            codes: rules.word("codesIssuedBy", ISSUERS, Issuer::Administrator),
            passes: rules.word("passesIssuedBy", ISSUERS, Issuer::Administrator),
            pass_min: rules.number("passMinMinutes", PASS_MINUTES, *PASS_MINUTES.start()),
            pass_max: rules.number("passMaxMinutes", PASS_MINUTES, *PASS_MINUTES.start()),
            pass_usual: rules.number("passDefaultMinutes", PASS_MINUTES, *PASS_MINUTES.start()),
            pass_once: rules.flag("passOneTimeOnly", true),
            plain_export: rules.flag("plainExport", false),
            automatic: rules.flag("automaticFilling", false),
            sites: rules.list("allowedSites", Vec::new(), SitePattern::parse),
            backup_hours: rules.number("backupEveryHours", 1..=168, 1),
            drill_days: rules.number("drillEveryDays", 7..=90, 7),
            log_days: rules
                .number("logKeepDays", 30..=3650, 30)
                .filter(|_| rules.is_understood("logKeepDays")),
            imports: rules.list("importFormats", Vec::new(), |name| Some(name.to_owned())),
            escrow: None,
            destination: rules.text("backupDestination", MAX_HINT),
            told: Vec::new(),
        };
        policy.escrow = rules.offer(&policy.organisation);
        let (min, max) = (policy.pass_min, policy.pass_max);
        let usual = policy.pass_usual;
        let over = |low: Option<u32>, high: Option<u32>| low.zip(high).is_some_and(|(low, high)| low > high);
        if over(min, max) || over(min, usual) || over(usual, max) {
            rules.contradict(&["passMinMinutes", "passMaxMinutes", "passDefaultMinutes"]);
            policy.passes = Some(Issuer::Administrator);
            (policy.pass_min, policy.pass_max, policy.pass_usual) = (None, None, None);
        }
        policy.told = rules.told;
        policy
    }
}

/// Every rule, in the order in which they are shown.
pub const KEYS: [&str; 23] = [
    "passwordMinLength",
    "passwordMinBits",
    "kdfProfile",
    "lockAfterMinutes",
    "lockWithSystem",
    "newWaysIn",
    "codesIssuedBy",
    "passesIssuedBy",
    "passMinMinutes",
    "passMaxMinutes",
    "passDefaultMinutes",
    "passOneTimeOnly",
    "plainExport",
    "automaticFilling",
    "allowedSites",
    "backupEveryHours",
    "backupDestination",
    "escrowKey",
    "escrowName",
    "escrowRequired",
    "drillEveryDays",
    "logKeepDays",
    "importFormats",
];

/// Ways in that a rule can allow. A password always is.
const NEW_WAYS: &[(&str, SlotKind)] = &[
    ("password", SlotKind::Password),
    ("passkey", SlotKind::Passkey),
    ("code", SlotKind::Code),
    ("pair", SlotKind::Pair),
    ("pass", SlotKind::Pass),
    ("shares", SlotKind::Shares),
];
const PROFILES: &[(&str, KdfProfile)] = &[("argon2id", KdfProfile::Argon2id), ("pbkdf2", KdfProfile::Pbkdf2)];
const ISSUERS: &[(&str, Issuer)] = &[("user", Issuer::User), ("administrator", Issuer::Administrator)];

impl SitePattern {
    fn parse(text: &str) -> Option<Self> {
        let (host, below) = text.strip_prefix("*.").map_or((text, false), |host| (host, true));
        Some(Self { host: Host::parse(host).ok()?, below })
    }

    fn matches(&self, host: &Host) -> bool {
        let below = |own: &str, host: &str| host.strip_suffix(own).is_some_and(|rest| rest.ends_with('.'));
        match (&self.host, host) {
            (own, host) if own == host => true,
            (Host::Name(own), Host::Name(host)) => self.below && below(own, host),
            _ => false,
        }
    }
}

/// Reads rules one by one, and notes each for the page that shows them.
struct Reader<'a> {
    map: &'a Map<String, Value>,
    told: Vec<PolicyRule>,
}

impl Reader<'_> {
    fn number(&mut self, key: &str, range: core::ops::RangeInclusive<u32>, strictest: u32) -> Option<u32> {
        // Chrome hands numbers over as doubles, so 15 may come as 15.0.
        let whole = |value: &Value| {
            let number = value.as_f64().filter(|number| number.fract() == 0.0)?;
            // Beyond the range either way once it saturates.
            Some(number as u32)
                .filter(|number| range.contains(number) && value.as_f64() == Some(f64::from(*number)))
        };
        self.rule(key, whole, strictest, u32::to_string)
    }

    /// Lines that are gone do not come back when the rule is mended, so a doubtful one drops none.
    fn is_understood(&self, key: &str) -> bool {
        self.told.iter().all(|rule| rule.key != key || rule.problem.is_none())
    }

    /// One line of so many characters at most; not understood: none.
    fn text(&mut self, key: &str, most: usize) -> Option<String> {
        let read = |value: &Value| {
            let text = value.as_str()?.trim();
            let fits =
                !text.is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control);
            fits.then(|| Some(text.to_owned()))
        };
        self.rule(key, read, None, |text| text.clone().unwrap_or_default()).flatten()
    }

    /// A party is offered when everything that is said of it is understood, and it has a name.
    fn offer(&mut self, organisation: &str) -> Option<Offer> {
        const ABOUT: [&str; 3] = ["escrowKey", "escrowName", "escrowRequired"];
        let parse = |value: &Value| EscrowKey::parse(value.as_str()?).ok().map(Some);
        let key = self.rule(ABOUT[0], parse, None, |key| key.map(EscrowKey::to_text).unwrap_or_default());
        let named = self.text(ABOUT[1], MAX_NAME);
        let required = self.flag(ABOUT[2], true);
        if self.told.iter().any(|rule| ABOUT.contains(&rule.key.as_str()) && rule.problem.is_some()) {
            return None;
        }
        let name = named.or_else(|| clean_name(organisation));
        match (key.flatten(), name) {
            (Some(key), Some(name)) => Some(Offer { key, name, required: required == Some(true) }),
            // A key that nobody stands by, or a name without a key.
            _ => {
                self.contradict(&ABOUT);
                None
            }
        }
    }

    fn flag(&mut self, key: &str, strictest: bool) -> Option<bool> {
        self.rule(key, Value::as_bool, strictest, bool::to_string)
    }

    fn word<T: Copy + PartialEq>(
        &mut self,
        key: &str,
        words: &[(&'static str, T)],
        strictest: T,
    ) -> Option<T> {
        let find = |value: &Value| {
            words.iter().find(|(word, _)| value.as_str() == Some(*word)).map(|(_, value)| *value)
        };
        let name = |value: &T| {
            words.iter().find(|(_, known)| known == value).map_or("", |(word, _)| *word).to_owned()
        };
        self.rule(key, find, strictest, name)
    }

    /// A list with one item that is not understood is not understood.
    fn list<T: Clone>(
        &mut self,
        key: &str,
        strictest: Vec<T>,
        item: impl Fn(&str) -> Option<T>,
    ) -> Option<Vec<T>> {
        let all = |value: &Value| {
            let items = value.as_array().filter(|items| items.len() <= MAX_ITEMS)?;
            items.iter().map(|value| item(value.as_str()?)).collect::<Option<Vec<T>>>()
        };
        let texts = self.map.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
        let shown = texts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ");
        self.rule(key, all, strictest, |items| if items.is_empty() { String::new() } else { shown.clone() })
    }

    fn rule<T>(
        &mut self,
        key: &str,
        read: impl Fn(&Value) -> Option<T>,
        strictest: T,
        show: impl Fn(&T) -> String,
    ) -> Option<T> {
        let value = self.map.get(key)?;
        let read = read(value);
        let problem = read.is_none().then(|| "not-understood".to_owned());
        let value = read.unwrap_or(strictest);
        self.told.push(PolicyRule { key: key.into(), value: show(&value), problem });
        Some(value)
    }

    fn contradict(&mut self, keys: &[&str]) {
        for rule in self.told.iter_mut().filter(|rule| keys.contains(&rule.key.as_str())) {
            rule.problem = Some("contradiction".into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> Policy {
        Policy::parse(json)
    }

    fn problems(policy: &Policy) -> Vec<(String, String)> {
        let rules = policy.view().rules.into_iter();
        rules.filter_map(|rule| Some((rule.key, rule.problem?))).collect()
    }

    #[test]
    fn nobody_asks_for_anything() {
        for text in ["{}", " { } "] {
            let policy = of(text);
            assert_eq!(policy, Policy::default());
            assert_eq!(policy.view().source, "none");
            assert!(policy.allows_plain_export() && policy.allows_automatic());
            assert_eq!(policy.lock_after(0), 0);
        }
    }

    #[test]
    fn what_cannot_be_read_is_the_strictest_of_every_rule() {
        for policy in [Policy::unreadable(), of("[]"), of("nonsense"), of("")] {
            assert_eq!(policy.view().source, "unreadable");
            assert_eq!(policy.view().rules.len(), KEYS.len());
            assert!(!policy.allows_plain_export() && !policy.allows_automatic());
            assert!(!policy.allows_import("aegis") && !policy.allows_site("a.example", false));
            assert!(!policy.allows_way(SlotKind::Code) && !policy.allows_way(SlotKind::Shares));
            assert!(policy.allows_way(SlotKind::Password), "a new password is never closed");
            assert_eq!((policy.lock_after(0), policy.lock_with_system(false)), (1, true));
            assert_eq!((policy.password_length, policy.password_bits), (Some(64), Some(77)));
            assert!(!policy.pass_limits(PassLimits::default()).allowed);
        }
    }

    #[test]
    fn each_rule_that_is_not_understood_is_the_strictest_and_no_other_is() {
        for key in KEYS {
            for value in ["null", "\"\"", "-1", "1e99", "1.5", "{}", "[1]", r#"["\u0000"]"#, "\"Argon2id\""] {
                let policy = of(&format!("{{\"{key}\": {value}}}"));
                // Any word may name a format that a later version reads.
                if key == "importFormats" && value.contains("u0000") {
                    continue;
                }
                // Any words are a name or a hint.
                if ["escrowName", "backupDestination"].contains(&key) && value.contains("Argon2id") {
                    continue;
                }
                assert_eq!(
                    problems(&policy),
                    [(key.to_owned(), "not-understood".to_owned())],
                    "{key} {value}"
                );
            }
        }
        let policy = of(r#"{"plainExport": "no", "automaticFilling": true, "lockAfterMinutes": 30}"#);
        assert!(!policy.allows_plain_export());
        assert!(policy.allows_automatic());
        assert_eq!(policy.lock_after(60), 30);
    }

    #[test]
    fn a_policy_that_contradicts_itself_grants_no_new_pass() {
        for text in [
            r#"{"passMinMinutes": 60, "passMaxMinutes": 30}"#,
            r#"{"passMinMinutes": 60, "passDefaultMinutes": 30}"#,
            r#"{"passDefaultMinutes": 60, "passMaxMinutes": 30}"#,
        ] {
            let policy = of(text);
            assert!(!policy.allows_way(SlotKind::Pass));
            assert!(!policy.pass_limits(PassLimits::default()).allowed);
            assert!(
                problems(&policy).iter().all(|(_, why)| why == "contradiction")
                    && problems(&policy).len() == 2
            );
            assert!(policy.allows_way(SlotKind::Code), "what it says nothing of is free");
        }
    }

    #[test]
    fn a_party_is_offered_only_with_a_whole_key_and_a_name() {
        const KEY: &str = "SPAREKEY/E1/W2RJV4KPRV4JSIWQ5CGUJWSAGMTJ5RFHTIJOTZX5UHCEPMNCIE4HWDIZUI";
        let offered = |json: &str| of(&json.replace("KEY", KEY)).escrow().cloned();
        let offer = offered(r#"{"escrowKey": "KEY", "escrowName": "Acme security"}"#).unwrap();
        assert_eq!((offer.key.to_text().as_str(), offer.name.as_str()), (KEY, "Acme security"));
        assert!(!offer.required);
        let offer =
            offered(r#"{"organisation": "Acme Ltd", "escrowKey": "KEY", "escrowRequired": true}"#).unwrap();
        assert_eq!((offer.name.as_str(), offer.required), ("Acme Ltd", true));
        for (json, problem) in [
            (r#"{"escrowKey": "KEY"}"#, "contradiction"),
            (r#"{"escrowName": "Acme"}"#, "contradiction"),
            (r#"{"escrowRequired": true}"#, "contradiction"),
            (r#"{"escrowKey": "KEYA", "escrowName": "Acme"}"#, "not-understood"),
            (r#"{"escrowKey": "KEY", "escrowName": 5}"#, "not-understood"),
            (r#"{"escrowKey": "KEY", "escrowName": "Acme", "escrowRequired": "yes"}"#, "not-understood"),
        ] {
            assert_eq!(offered(json), None, "{json}");
            assert!(problems(&of(&json.replace("KEY", KEY))).iter().any(|(_, why)| why == problem), "{json}");
        }
        assert_eq!(Policy::unreadable().escrow(), None);
        assert_eq!(of(r#"{"backupDestination": "S:/Backups"}"#).view().destination, "S:/Backups");
    }

    #[test]
    fn the_published_schema_and_the_administrators_guide_know_every_rule() {
        let schema: Value = serde_json::from_str(include_str!("../extension/policy.json")).unwrap();
        let mut known: Vec<&str> =
            schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let mut ours: Vec<&str> = KEYS.into_iter().chain(["organisation"]).collect();
        known.sort_unstable();
        ours.sort_unstable();
        assert_eq!(known, ours);
        let guide = include_str!("../extension/help/administrators.md");
        let rows: Vec<&str> =
            guide.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
        assert!(ours.iter().all(|key| rows.contains(key)) && rows.len() == ours.len(), "{rows:?}");
    }

    #[test]
    fn only_ever_tighter() {
        let user = PassLimits { min: 30, max: 240, usual: 60, once: true, allowed: true };
        let policy = of(r#"{"passMinMinutes": 10, "passMaxMinutes": 43200, "passOneTimeOnly": false}"#);
        assert_eq!(policy.pass_limits(user.clone()), user);
        let policy = of(r#"{"passMinMinutes": 60, "passMaxMinutes": 120, "passDefaultMinutes": 90}"#);
        let both = policy.pass_limits(user.clone());
        assert_eq!((both.min, both.max, both.usual), (60, 120, 90));
        let policy = of(r#"{"passMinMinutes": 480}"#);
        let theirs = policy.pass_limits(user);
        assert_eq!((theirs.min, theirs.max, theirs.usual), (480, 43_200, 480), "nothing in common");
        assert_eq!(of(r#"{"lockAfterMinutes": 60}"#).lock_after(5), 5);
        assert_eq!(of(r#"{"lockAfterMinutes": 60}"#).lock_after(0), 60);
        assert!(of(r#"{"lockWithSystem": false}"#).lock_with_system(true));
        assert!(of(r#"{"plainExport": true}"#).allows_plain_export());
    }

    #[test]
    fn sites_are_hosts_and_what_lies_below_where_a_star_says_so() {
        let policy = of(r#"{"allowedSites": ["login.example.com", "*.example.org"]}"#);
        let allows = |host: &str| policy.allows_site(host, false);
        assert!(allows("login.example.com") && allows("example.org") && allows("a.b.example.org"));
        assert!(!allows("a.login.example.com") && !allows("badexample.org") && !allows("example.com"));
        assert!(policy.allows_site("a.example.org", true) && !policy.allows_site("login.example.com", true));
        assert!(!of(r#"{"allowedSites": []}"#).allows_site("example.com", false));
        assert_eq!(problems(&of(r#"{"allowedSites": ["https://a.example/"]}"#)).len(), 1);
    }

    #[test]
    fn what_is_shown_is_what_counts() {
        let policy = of(
            r#"{"organisation": "Acme\u0007 Ltd", "newWaysIn": ["code"], "plainExprt": false, "passwordMinLength": 20.0}"#,
        );
        let view = policy.view();
        assert_eq!((view.source.as_str(), view.organisation.as_str()), ("managed", "Acme Ltd"));
        assert_eq!(view.unknown, ["plainExprt"]);
        assert_eq!(view.ways, ["password", "code"]);
        let rules: Vec<_> = view.rules.iter().map(|rule| (rule.key.as_str(), rule.value.as_str())).collect();
        assert_eq!(rules, [("passwordMinLength", "20"), ("newWaysIn", "code")]);
        assert_ne!(policy.digest(), of(r#"{"organisation": "Acme"}"#).digest());
    }
}
