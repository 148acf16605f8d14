//! [`Telling`]: an item of a format that no importer knows, by names that speak for themselves. What they mean is read
//! from them alone.

use std::borrow::Cow;

use super::ImportError;
use super::collect::Collector;
use super::csv_logins::is_set;
use super::login::{Login, Said, links};
use crate::otp::base32::parse_base32;
use crate::otp::uri::{parse_uri, strip_prefix_ignoring_case};
use crate::otp::{Algorithm, Digits, Kind, Otp, OtpError, Period};
use crate::secret::SecretBytes;
use crate::vault::entry::EntryDraft;

// What things are called, best first: letters and digits in lower case, so that `login_totp` and `Login TOTP` are one.
const OTP: &[&str] = &[
    "otpauth",
    "otpauthurl",
    "otpauthuri",
    "otpurl",
    "otpuri",
    "totpurl",
    "totpuri",
    "totp",
    "logintotp",
    "totpsecret",
    "totpseed",
    "totpkey",
    "otpsecret",
    "otpkey",
    "otp",
    "2fasecret",
    "2fakey",
    "twofasecret",
    "twofactorsecret",
    "mfasecret",
    "decryptedseed",
    "onetimepassword",
    "onetimepasscode",
    "onetimecode",
    "onetimepasswort",
    "authenticatorkey",
    "authenticatorkeytotp",
    "timeotpsecretbase32",
    COUNTED,
];
/// The secret of a counter, as KeePass calls it.
const COUNTED: &str = "hmacotpsecretbase32";
/// Other secrets are called so too: they count where generators are spoken of.
const SECRET: &[&str] = &["secret", "secretkey", "sharedsecret", "seed", "key"];
/// Names that only generators have, but for the issuer.
const GENERATOR: &[&[&str]] = &[ISSUER, ALGORITHM, DIGITS, PERIOD];
const ISSUER: &[&str] = &["issuer", "originalissuer"];
const KIND: &[&str] = &["type", "otptype", "tokentype"];
/// Those of them that no login has.
const GENERATORS_KIND: &[&str] = &["otptype", "tokentype"];
/// Types of generators that no entry can hold, and of what is no generator: parts of them, letters and digits in lower case.
const OTHER_KINDS: &[&str] = &[
    "ocra",
    "challengeresponse",
    "blizzard",
    "battlenet",
    "yandex",
    "securid",
    "webauthn",
    "motp",
    "mobileotp",
    "yaotp",
    "smsotp",
    "emailotp",
];
/// The same, as words.
const OTHER_WORDS: &[&str] = &["sms", "push", "rsa", "u2f", "fido", "fido2", "challenge"];
const ALGORITHM: &[&str] = &["algorithm", "algo", "hash", "otpalgorithm"];
const DIGITS: &[&str] = &["digits", "otpdigits", "length"];
const PERIOD: &[&str] = &["period", "otpperiod", "timestep", "step", "interval"];
const COUNTER: &[&str] = &["counter", "hmacotpcounter"];
/// What a code of the moment is made of, beside it.
const VALUE: &[&str] = &["value"];
const TITLE: &[&str] = &[
    "title",
    "name",
    "nickname",
    "itemname",
    "passwordname",
    "secretname",
    "accountname",
    "displayname",
    "service",
    "servicename",
    "site",
    "website",
    "app",
    "application",
    "label",
    "beschreibung",
    "titel",
    "bezeichnung",
];
const ACCOUNT: &[&str] = &[
    "username",
    "loginusername",
    "login",
    "loginname",
    "user",
    "userid",
    "account",
    "email",
    "emailaddress",
    "benutzername",
    "benutzer",
];
const PASSWORD: &[&str] = &["password", "loginpassword", "pwd", "pass", "passwort", "kennwort"];
const URL: &[&str] = &[
    "url",
    "urls",
    "loginurl",
    "loginuri",
    "uri",
    "website",
    "websiteurl",
    "passwordurl",
    "secreturl",
    "webaddress",
    "hostname",
    "internetseite",
    "internetadresse",
    "webseite",
];
const NOTE: &[&str] = &[
    "note",
    "notes",
    "comment",
    "comments",
    "extra",
    "additionalinfo",
    "description",
    "notizen",
    "informationen",
    "kommentare",
];
const TAG: &[&str] =
    &["folder", "foldername", "group", "groupname", "grouping", "category", "vault", "ordner"];

/// Several in one value.
const TAGS: &[&str] = &["tags", "folders", "labels"];
const FAVORITE: &[&str] = &["favorite", "favourite", "favoritestatus", "fav"];
/// Lines of a login, each with its name before it: Zoho Vault's.
const LINES: &[&str] = &["secretdata"];

/// A name without blanks and signs.
pub(super) fn plain(name: &str) -> String {
    name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Whether a text is a link with a generator in it.
pub(super) fn is_link(text: &str) -> bool {
    ["otpauth://", "apple-otpauth://"].iter().any(|scheme| strip_prefix_ignoring_case(text, scheme).is_some())
}

/// Whether a name is a one-time password's, [`plain`].
pub(super) fn is_otp(name: &str) -> bool {
    OTP.contains(&name)
}

/// Whether a name means anything here, [`plain`].
pub(super) fn is_known(name: &str) -> bool {
    let all = [
        OTP, SECRET, ISSUER, KIND, ALGORITHM, DIGITS, PERIOD, COUNTER, VALUE, TITLE, ACCOUNT, PASSWORD, URL,
        NOTE, TAG, TAGS, FAVORITE, LINES,
    ];
    all.iter().any(|known| known.contains(&name))
}

/// Names of things, [`plain`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Names<'n>(pub(super) &'n [String]);

impl Names<'_> {
    fn any(self, known: &[&str]) -> bool {
        self.0.iter().any(|name| known.contains(&name.as_str()))
    }

    /// Whether one of them is a one-time password's.
    pub(super) fn have_otp(self) -> bool {
        self.any(OTP) || self.any(SECRET) && self.of_generators()
    }

    /// Whether one of them names a login, or whose account it is.
    pub(super) fn have_name(self) -> bool {
        [ACCOUNT, TITLE, ISSUER].iter().any(|known| self.any(known))
    }

    /// Whether one of them is a password's.
    pub(super) fn have_password(self) -> bool {
        self.any(PASSWORD)
    }

    fn of_generators(self) -> bool {
        GENERATOR.iter().any(|known| self.any(known))
    }
}

/// One item: its names, and what stands under them, as many or fewer. What is further on belongs to what is around it,
/// and only fills gaps.
#[derive(Debug)]
pub(super) struct Telling<'t> {
    pub(super) names: &'t [String],
    pub(super) values: Vec<Cow<'t, str>>,
    /// How many of them are its own: links of what is around it are of other items.
    pub(super) own: usize,
}

impl Telling<'_> {
    /// Adds the one-time passwords: its links, or else its secret, whose generator other values may tell.
    pub(super) fn add(&self, collector: &mut Collector) -> Result<(), ImportError> {
        let login = self.login();
        let own = || self.values.iter().take(self.own).map(|value| &**value);
        let secret = self.secret();
        // A link says more than the same secret beside it, or a code.
        let key = parse_base32(secret);
        let says = |link: &str| {
            is_code(secret)
                || parse_uri(link)
                    .is_ok_and(|account| key.as_ref().is_ok_and(|key| account.otp.secret() == key))
        };
        let mut said = Said::default();
        if !secret.is_empty() && links(secret).next().is_none() && !own().flat_map(links).any(says) {
            let entry = if secret.contains("://") {
                login.read(secret)
            } else {
                let otp = self.otp(secret).map_err(OtpError::code);
                otp.map(|otp| login.complete(EntryDraft::new("", "", otp)))
            };
            said.is_new(&entry);
            collector.login(&login, entry, &self.own(secret)[..])?;
        }
        collector.links(&login, &mut said, own())
    }

    /// What it says of its generator, and nothing else.
    fn own<'s>(&'s self, secret: &'s str) -> [(&'static str, &'s str); 6] {
        let more = [
            ("type", KIND),
            ("algorithm", ALGORITHM),
            ("digits", DIGITS),
            ("period", PERIOD),
            ("counter", COUNTER),
        ];
        let [kind, algorithm, digits, period, counter] = more.map(|(name, known)| (name, self.value(known)));
        [("secret", secret), kind, algorithm, digits, period, counter]
    }

    /// The first value that is not empty under one of these names.
    fn value(&self, known: &[&str]) -> &str {
        let under = |wanted: &&str| {
            let named = self.names.iter().zip(&self.values).filter(move |(name, _)| name == wanted);
            named.map(|(_, value)| value.trim()).find(|value| !value.is_empty())
        };
        known.iter().find_map(under).unwrap_or("")
    }

    fn secret(&self) -> &str {
        match self.value(OTP) {
            "" if Names(self.names).of_generators() => self.value(SECRET),
            // 1Password's tool writes both.
            code if is_code(code) && !self.value(VALUE).is_empty() => self.value(VALUE),
            field => field,
        }
    }

    fn login(&self) -> Login<'_> {
        // Where issuers have a place, a name is the account's.
        let named = Names(self.names).any(ISSUER);
        let account = Some(self.value(ACCOUNT)).filter(|account| !account.is_empty());
        let account = account.or_else(|| self.line("User Name:"));
        let account = account.or((!named).then_some(""));
        let tags = self.value(TAGS).split([';', ',']).map(str::trim);
        Login {
            title: self.value(if named { ISSUER } else { TITLE }),
            username: account.unwrap_or_else(|| behind(self.value(ISSUER), self.value(TITLE))),
            note: Some(self.value(NOTE)).filter(|note| !is_link(note)).unwrap_or(""),
            urls: Some(self.value(URL)).filter(|url| !is_link(url)).into_iter().collect(),
            tags: [self.value(TAG)].into_iter().chain(tags).collect(),
            pinned: is_set(self.value(FAVORITE)),
            lost: vec![("password", !self.value(PASSWORD).is_empty())],
            ..Login::default()
        }
    }

    /// What follows a name in [`LINES`].
    fn line(&self, name: &str) -> Option<&str> {
        let mut named = self.value(LINES).lines().filter_map(|line| line.trim().strip_prefix(name));
        named.next().map(str::trim).filter(|value| !value.is_empty())
    }

    /// Whether a type is of one of [`OTHER_KINDS`].
    fn is_other(&self, kind: &str) -> bool {
        let word = |word: &str| OTHER_WORDS.contains(&word);
        OTHER_KINDS.iter().any(|known| kind.contains(known))
            || self.value(KIND).to_lowercase().split(|c: char| !c.is_alphanumeric()).any(word)
    }

    /// Whether a type is that of a generator, and not that of a login (`login`, `password`, `Work`): by its own name, by a counter
    /// beside it, or as a number among what generators have.
    fn is_generators_kind(&self, kind: &str) -> bool {
        let number = !kind.is_empty() && kind.bytes().all(|b| b.is_ascii_digit());
        !kind.is_empty()
            && (!self.value(GENERATORS_KIND).is_empty()
                || !self.value(COUNTER).is_empty()
                || number && Names(self.names).of_generators())
    }

    fn number(&self, known: &[&str], error: OtpError) -> Result<Option<u64>, OtpError> {
        match self.value(known) {
            "" => Ok(None),
            value => value.parse().map(Some).map_err(|_| error),
        }
    }

    fn timed(&self) -> Result<Kind, OtpError> {
        let period = self.number(PERIOD, OtpError::BadPeriod)?;
        Ok(Kind::Totp { period: period.map_or(Ok(Period::THIRTY), Period::new)? })
    }

    fn otp(&self, secret: &str) -> Result<Otp, OtpError> {
        let number = |known, error| self.number(known, error);
        let mut word = self.value(KIND).to_lowercase().replace(|c: char| !c.is_alphanumeric(), "");
        if word.is_empty() && self.value(&[COUNTED]) == secret {
            "hotp".clone_into(&mut word);
        }
        let kind = match word.as_str() {
            kind if self.is_other(kind) => return Err(OtpError::UnsupportedType),
            kind if kind.starts_with("steam") => Kind::Steam,
            kind if ["totp", "timebased", "timesync", "rfc6238"].iter().any(|known| kind.contains(known))
                || ["time", "onetimepassword"].contains(&kind) =>
            {
                self.timed()?
            }
            kind if ["hotp", "hmacbased", "eventbased", "counterbased", "rfc4226"]
                .iter()
                .any(|known| kind.contains(known))
                || ["event", "counter"].contains(&kind) =>
            {
                Kind::Hotp { counter: number(COUNTER, OtpError::BadCounter)?.unwrap_or(0) }
            }
            kind if self.is_generators_kind(kind) => return Err(OtpError::UnsupportedType),
            _ => self.timed()?,
        };
        Otp::new(kind, self.algorithm()?, self.digits()?, self.key(secret)?)
    }

    fn algorithm(&self) -> Result<Algorithm, OtpError> {
        match self.value(ALGORITHM) {
            "1" if self.is_enumerated() => Ok(Algorithm::Sha1),
            "2" if self.is_enumerated() => Ok(Algorithm::Sha256),
            "3" if self.is_enumerated() => Ok(Algorithm::Sha512),
            name => Algorithm::parse(name),
        }
    }

    fn digits(&self) -> Result<Digits, OtpError> {
        let word = self.value(DIGITS).to_ascii_lowercase();
        match word.strip_prefix("digit_count_").unwrap_or(&word) {
            "" | "six" => Ok(Digits::SIX),
            "eight" => Digits::new(8),
            "1" if self.is_enumerated() => Ok(Digits::SIX),
            "2" if self.is_enumerated() => Digits::new(8),
            // No app shows fewer: it is a number that stands for something else.
            "1" | "2" | "3" => Err(OtpError::BadDigits),
            count => count.parse().map_err(|_| OtpError::BadDigits).and_then(Digits::new),
        }
    }

    /// Whether its words are those of Google's transfer codes, `OTP_TOTP` and `ALGO_SHA1`, where numbers stand for words.
    fn is_enumerated(&self) -> bool {
        let begins = |known, start| strip_prefix_ignoring_case(self.value(known), start).is_some();
        begins(KIND, "otp_") || begins(ALGORITHM, "algo")
    }

    /// The key, unless it is a word that is made of base32's letters, too: `yes`, `SMS`, `enabled`.
    fn key(&self, secret: &str) -> Result<SecretBytes, OtpError> {
        if is_code(secret) {
            return Err(OtpError::NoSecret);
        }
        let key = parse_base32(secret)?;
        let length = secret.chars().filter(char::is_ascii_alphanumeric).count();
        let no_word = secret.contains(|c: char| c.is_ascii_digit()) || !secret.contains(char::is_lowercase);
        let shortest = match no_word {
            false => 16,
            // Where generators are spoken of, it is meant as a key.
            true if Names(self.names).of_generators() => 4,
            true => 8,
        };
        if length < shortest { Err(OtpError::NoSecret) } else { Ok(key) }
    }
}

/// Whether a text is a code as it is shown: no key is so short, and few have no letter.
fn is_code(text: &str) -> bool {
    (6..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A name without the issuer before it: `Issuer:account`.
fn behind<'n>(issuer: &str, name: &'n str) -> &'n str {
    let rest = Some(issuer).filter(|issuer| !issuer.is_empty()).and_then(|issuer| name.strip_prefix(issuer));
    rest.and_then(|rest| rest.trim_start().strip_prefix(':')).map_or(name, str::trim)
}
