//! Google Authenticator's transfer codes, `otpauth-migration://offline?data=...`: protobuf in base64 in a URI, no
//! encryption at all, ten accounts to a QR code.

use super::base32::parse_base64;
use super::lastpass;
use super::protobuf::{Damaged, Fields, Value, put_bytes, put_number};
use super::text::Piece;
use super::uri::{Account, decode, strip_prefix_ignoring_case, title};
use super::{Algorithm, Digits, Kind, Otp, OtpError, Period};
use crate::secret::{Secret, SecretBytes, SecretText};

const SCHEME: &str = "otpauth-migration://";
/// Accounts in one QR code, as Google's app makes them: ten still scan well from a phone's screen.
const ACCOUNTS_A_CODE: usize = 10;
/// Longer codes have modules too small for a phone in front of a screen: what more long names need is another code.
const SCANS_WELL: usize = 1_200;
/// What the largest QR code holds (version 40, error correction L).
const LARGEST_CODE: usize = 2_953;
/// Files hold longer payloads that tools have written; none needs more than this.
const MAX_LENGTH: usize = 1 << 20;

/// What one QR code holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The accounts in their order, and those that are none of ours, each by its name.
    pub items: Vec<Result<Account, Refused>>,
    /// The number that the parts of one transfer share.
    pub batch: u64,
    /// Which part it is, from 0.
    pub index: u64,
    /// How many parts the transfer has.
    pub size: u64,
}

/// An account of a transfer that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// `Issuer: account`, as far as known.
    pub what: String,
    /// Why.
    pub why: OtpError,
    /// The account alone, as a transfer code of its own.
    pub piece: Box<Piece>,
}

/// The parts of transfers, put together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transfer {
    /// All accounts, part by part in their order, whatever the order in which the parts came.
    pub items: Vec<Result<Account, Refused>>,
    /// Of a transfer that is not complete: how many of its parts are here, and how many it has.
    pub incomplete: Option<(u32, u32)>,
}

/// Why a text is no transfer code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MigrationError {
    /// It does not start as one.
    NotMigration,
    /// It does, and is damaged or cut off.
    Damaged,
}

impl MigrationError {
    /// The stable code that crosses to the interface and the native tool.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotMigration => "not-a-transfer",
            Self::Damaged => "damaged-transfer",
        }
    }
}

impl From<Damaged> for MigrationError {
    fn from(_: Damaged) -> Self {
        Self::Damaged
    }
}

/// Whether a text begins like a transfer code, of Google's app or of LastPass'.
pub fn is_transfer(text: &str) -> bool {
    [SCHEME, lastpass::SCHEME].iter().any(|scheme| strip_prefix_ignoring_case(text, scheme).is_some())
}

/// The transfer codes in a text, wherever they stand, up to the first character that is in none.
pub fn transfers(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let mark = rest.find("://")?;
            let start = mark.checked_sub("otpauth-migration".len());
            let code = start.and_then(|start| rest.get(start..)).filter(|code| is_transfer(code));
            let Some(code) = code else {
                rest = rest.get(mark + 3..)?;
                continue;
            };
            let ends = |c: char| c.is_whitespace() || "\"'<>`,()[]|\\".contains(c);
            let (code, behind) = code.split_at(code.find(ends).unwrap_or(code.len()));
            rest = behind;
            return Some(code.trim_end_matches(['.', ';', ':']));
        }
    })
}

/// Reads one transfer code.
pub fn parse_migration(text: &str) -> Result<Part, MigrationError> {
    if let Some(rest) = strip_prefix_ignoring_case(text.trim(), lastpass::SCHEME) {
        return lastpass::parse(rest);
    }
    let rest = strip_prefix_ignoring_case(text.trim(), SCHEME).ok_or(MigrationError::NotMigration)?;
    let payload = parse_base64(data_of(rest)?.expose()).map_err(|_| MigrationError::Damaged)?;
    parse_payload(payload.expose())
}

/// The base64 of a code, from behind its scheme.
pub(super) fn data_of(rest: &str) -> Result<SecretText, MigrationError> {
    let (host, query) = rest.split_once('?').ok_or(MigrationError::Damaged)?;
    if !host.trim_end_matches('/').eq_ignore_ascii_case("offline") || query.len() > MAX_LENGTH {
        return Err(MigrationError::Damaged);
    }
    let data = query
        .split('&')
        .find_map(|part| strip_prefix_ignoring_case(part, "data="))
        .ok_or(MigrationError::Damaged)?;
    // Some tools do not encode the `+` of base64, and some decode it to a blank: both mean `+`.
    Ok(SecretText::new(decode(data, false).expose().replace(' ', "+")))
}

/// Puts parts together: in any order, repeats ignored.
pub fn join(parts: impl IntoIterator<Item = Part>) -> Transfer {
    let mut kept: Vec<Part> = Vec::new();
    for part in parts {
        if !kept.contains(&part) {
            kept.push(part);
        }
    }
    // Transfers in the order of their first part, the parts of each by number.
    let mut batches: Vec<u64> = Vec::new();
    for part in &kept {
        if !batches.contains(&part.batch) {
            batches.push(part.batch);
        }
    }
    kept.sort_by_key(|part| (batches.iter().position(|b| *b == part.batch), part.index));

    let incomplete = kept.chunk_by(|a, b| a.batch == b.batch).find_map(|parts| {
        let of = parts.iter().map(|part| part.size).max().unwrap_or(0);
        // Sorted above, so equal numbers are neighbours.
        let read = parts.chunk_by(|a, b| a.index == b.index).count() as u64;
        (read < of).then(|| (clamp(read), clamp(of)))
    });
    Transfer { items: kept.into_iter().flat_map(|part| part.items).collect(), incomplete }
}

/// Whether a transfer code can hold an account: Google has no Steam, no period but 30 s, and six or eight digits.
pub fn holds(otp: &Otp) -> bool {
    let moves = match otp.kind() {
        Kind::Totp { period } => period == Period::THIRTY,
        Kind::Hotp { counter } => i64::try_from(counter).is_ok(),
        Kind::Steam => false,
    };
    moves && matches!(otp.digits().count(), 6 | 8)
}

/// Whether the largest QR code has room for an account: a name may have many hundred letters.
pub fn fits(account: &Account) -> bool {
    length_of(&[&write_parameters(account)]) <= LARGEST_CODE
}

/// Writes transfer codes of at most ten accounts each, and of fewer where names are long; `batch` is a random number that
/// they share. Accounts that a code cannot hold ([`holds`], [`fits`]) are left out.
pub fn write_migration(accounts: &[Account], batch: u32) -> Vec<String> {
    let held = accounts.iter().filter(|account| holds(&account.otp) && fits(account));
    let mut codes: Vec<Vec<SecretBytes>> = Vec::new();
    for parameters in held.map(write_parameters) {
        let has_room = |code: &&mut Vec<SecretBytes>| {
            let more: Vec<_> = code.iter().chain([&parameters]).collect();
            code.len() < ACCOUNTS_A_CODE && length_of(&more) <= SCANS_WELL
        };
        match codes.last_mut().filter(has_room) {
            Some(code) => code.push(parameters),
            None => codes.push(vec![parameters]),
        }
    }
    let size = codes.len() as u64;
    (0..)
        .zip(&codes)
        .map(|(index, code)| {
            let code: Vec<_> = code.iter().collect();
            code_of(&payload_of(&code, size, index, batch >> 1)).expose().clone()
        })
        .collect()
}

/// How long the code of such accounts is, at most: how many codes there will be is not known before.
fn length_of(parameters: &[&SecretBytes]) -> usize {
    let many = u64::from(u16::MAX);
    code_of(&payload_of(parameters, many, many, u32::MAX >> 1)).expose().len()
}

fn payload_of(parameters: &[&SecretBytes], size: u64, index: u64, batch: u32) -> SecretBytes {
    // Enough for all of it, so that no copy of a secret is left behind by growing.
    let room = parameters.iter().map(|bytes| bytes.expose().len() + 16).sum::<usize>() + 64;
    let mut payload = Secret::new(Vec::with_capacity(room));
    for bytes in parameters {
        put_bytes(payload.expose_mut(), 1, bytes.expose());
    }
    for (field, number) in [(2, 1), (3, size), (4, index), (5, u64::from(batch))] {
        put_number(payload.expose_mut(), field, number);
    }
    payload
}

fn code_of(payload: &SecretBytes) -> SecretText {
    let data = data_encoding::BASE64.encode(payload.expose());
    let data = data.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    SecretText::new(format!("otpauth-migration://offline?data={data}"))
}

/// `MigrationPayload`: 1 accounts, 2 version, 3 size, 4 index, 5 batch.
fn parse_payload(bytes: &[u8]) -> Result<Part, MigrationError> {
    let mut part = Part { items: Vec::new(), batch: 0, index: 0, size: 1 };
    for field in Fields(bytes) {
        match field? {
            (1, Value::Bytes(account)) => part.items.push(parse_parameters(account)?),
            (3, Value::Number(size)) => part.size = size,
            (4, Value::Number(index)) => part.index = index,
            (5, Value::Number(batch)) => part.batch = batch,
            _ => {}
        }
    }
    if bytes.is_empty() { Err(MigrationError::Damaged) } else { Ok(part) }
}

/// `OtpParameters`: 1 secret, 2 name, 3 issuer, 4 algorithm, 5 digits, 6 type, 7 counter.
fn parse_parameters(bytes: &[u8]) -> Result<Result<Account, Refused>, MigrationError> {
    let mut secret = SecretBytes::default();
    let (mut name, mut issuer) = (String::new(), String::new());
    let (mut algorithm, mut digits, mut kind, mut counter) = (0, 0, 0, 0);
    for field in Fields(bytes) {
        match field? {
            (1, Value::Bytes(bytes)) => secret = SecretBytes::new(bytes.to_vec()),
            (2, Value::Bytes(text)) => name = String::from_utf8_lossy(text).into_owned(),
            (3, Value::Bytes(text)) => issuer = String::from_utf8_lossy(text).into_owned(),
            (4, Value::Number(number)) => algorithm = number,
            (5, Value::Number(number)) => digits = number,
            (6, Value::Number(number)) => kind = number,
            (7, Value::Number(number)) => counter = number,
            _ => {}
        }
    }
    let (issuer, account) = split_name(issuer.trim(), name.trim());
    Ok(match judge(kind, counter, algorithm, digits, secret) {
        Ok(otp) => Ok(Account { issuer, account, otp }),
        Err(why) => {
            let mut payload = Secret::new(Vec::with_capacity(bytes.len() + 16));
            put_bytes(payload.expose_mut(), 1, bytes);
            let (what, kind, text) = (title(&issuer, &account), kind.to_string(), code_of(&payload));
            Err(Refused { what, why, piece: Box::new(Piece { issuer, account, kind, text }) })
        }
    })
}

fn judge(kind: u64, counter: u64, algorithm: u64, digits: u64, secret: SecretBytes) -> Result<Otp, OtpError> {
    let kind = match kind {
        0 | 2 => Kind::Totp { period: Period::THIRTY },
        // A signed number there.
        1 if i64::try_from(counter).is_err() => return Err(OtpError::BadCounter),
        1 => Kind::Hotp { counter },
        _ => return Err(OtpError::UnsupportedType),
    };
    let algorithm = match algorithm {
        0 | 1 => Algorithm::Sha1,
        2 => Algorithm::Sha256,
        3 => Algorithm::Sha512,
        // 4 is MD5.
        _ => return Err(OtpError::UnsupportedAlgorithm),
    };
    let digits = match digits {
        0 | 1 => 6,
        2 => 8,
        _ => return Err(OtpError::BadDigits),
    };
    Otp::new(kind, algorithm, Digits::new(digits)?, secret)
}

/// The name is often `Issuer:account`. Another prefix than the issuer belongs to the account.
pub(crate) fn split_name(issuer: &str, name: &str) -> (String, String) {
    let (issuer, account) = match name.split_once(':') {
        Some((prefix, account)) if issuer.is_empty() => (prefix.trim(), account.trim()),
        _ => {
            let behind = name.strip_prefix(issuer).and_then(|rest| rest.trim_start().strip_prefix(':'));
            (issuer, behind.map_or(name, str::trim))
        }
    };
    (issuer.to_owned(), account.to_owned())
}

fn write_parameters(account: &Account) -> SecretBytes {
    let otp = &account.otp;
    let algorithm = match otp.algorithm() {
        Algorithm::Sha1 => 1,
        Algorithm::Sha256 => 2,
        Algorithm::Sha512 => 3,
    };
    let (kind, counter) = match otp.kind() {
        Kind::Hotp { counter } => (1, counter),
        Kind::Totp { .. } | Kind::Steam => (2, 0),
    };
    // With the prefix always, so that an account that looks prefixed keeps its own.
    let prefixed = !account.issuer.is_empty() || account.account.contains(':');
    let name =
        if prefixed { format!("{}:{}", account.issuer, account.account) } else { account.account.clone() };
    // Enough for all of it, so that no copy of the secret is left behind by growing.
    let room = otp.secret().expose().len() + name.len() + account.issuer.len() + 64;
    let mut bytes = Secret::new(Vec::with_capacity(room));
    let out = bytes.expose_mut();
    put_bytes(out, 1, otp.secret().expose());
    put_bytes(out, 2, name.as_bytes());
    if !account.issuer.is_empty() {
        put_bytes(out, 3, account.issuer.as_bytes());
    }
    put_number(out, 4, algorithm);
    put_number(out, 5, if otp.digits().count() == 8 { 2 } else { 1 });
    put_number(out, 6, kind);
    put_number(out, 7, counter);
    bytes
}

fn clamp(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totp(issuer: &str, account: &str, secret: &[u8]) -> Account {
        let kind = Kind::Totp { period: Period::THIRTY };
        let otp = Otp::new(kind, Algorithm::Sha1, Digits::SIX, SecretBytes::new(secret.to_vec())).unwrap();
        Account { issuer: issuer.into(), account: account.into(), otp }
    }

    fn many(count: u8) -> Vec<Account> {
        (0..count).map(|n| totp("Svc", &format!("user{n}"), &[n + 1; 20])).collect()
    }

    fn accounts(texts: &[String]) -> Vec<Account> {
        let parts: Vec<_> = texts.iter().map(|text| parse_migration(text).unwrap()).collect();
        join(parts).items.into_iter().map(Result::unwrap).collect()
    }

    /// From <https://www.raspberrypi.org/blog/setting-up-two-factor-authentication-on-your-raspberry-pi/>.
    #[test]
    fn a_code_that_googles_app_made() {
        let text = "otpauth-migration://offline?data=CjUKEPqlBekzoNEukL7qlsjBCDYSDnBpQHJhc3BiZXJyeXBpGgtyYXNwYmVycnlwaSABKAEwAhABGAEgACjr4JKK%2B%2F%2F%2F%2F%2F8B";
        let part = parse_migration(text).unwrap();
        let account = part.items[0].as_ref().unwrap();
        assert_eq!((account.issuer.as_str(), account.account.as_str()), ("raspberrypi", "pi@raspberrypi"));
        assert_eq!(super::super::base32::base32(account.otp.secret()), "7KSQL2JTUDIS5EF65KLMRQIIGY");
        assert_eq!((part.index, part.size, part.items.len()), (0, 1, 1));

        // The same, as tools mistreat it.
        let literal = text.replace("%2B", "+").replace("%2F", "/");
        for text in [
            literal.clone(),
            literal.replace('+', " "),
            text.replace("offline", "OFFLINE/"),
            text.to_lowercase()[..29].to_owned() + &text[29..],
        ] {
            assert_eq!(parse_migration(&text).as_ref(), Ok(&part), "{text}");
        }
    }

    #[test]
    fn codes_are_found_in_a_text_and_none_twice() {
        let found = |text| transfers(text).collect::<Vec<_>>();
        let text = "see <a href='otpauth-migration://offline?data=AA%3D'>x</a>, LPAAUTH-migration://b?c; (otpauth-migration://d). https://e otpauth://f";
        assert_eq!(
            found(text),
            ["otpauth-migration://offline?data=AA%3D", "LPAAUTH-migration://b?c", "otpauth-migration://d"]
        );
        assert_eq!(found("\u{e9}-migration://x ://"), Vec::<&str>::new());
        // One that goes on and on is one.
        assert_eq!(found(&"otpauth-migration://".repeat(100_000)).len(), 1);
    }

    #[test]
    fn twenty_five_accounts_are_three_codes_in_any_order() {
        let all = many(25);
        let texts = write_migration(&all, 77);
        assert_eq!(texts.len(), 3);
        assert!(texts.iter().all(|text| text.len() < 2_953), "each fits a QR code");
        assert_eq!(accounts(&texts), all);
        let shuffled = [texts[2].clone(), texts[0].clone(), texts[2].clone(), texts[1].clone()];
        assert_eq!(accounts(&shuffled), all);
    }

    #[test]
    fn long_names_make_more_codes_and_each_scans() {
        let long = |letters: usize| totp(&"\u{416}".repeat(letters), "ada@example.com", &[0xfb; 20]);
        let all = [vec![long(46); 20], vec![long(400)], many(3)].concat();
        let texts = write_migration(&all, u32::MAX);
        let lengths: Vec<_> = texts.iter().map(String::len).collect();
        // One that is alone may be longer.
        assert_eq!(lengths.iter().filter(|length| **length > SCANS_WELL).count(), 1, "{lengths:?}");
        assert!(texts.iter().all(|text| crate::qr::matrix(text).is_ok()), "{lengths:?}");
        assert!(texts.len() < 12, "{lengths:?}");
        assert_eq!(accounts(&texts), all);
        assert_eq!(join(texts.iter().map(|text| parse_migration(text).unwrap())).incomplete, None);
    }

    #[test]
    fn what_fits_in_no_code_is_left_out() {
        let of = |letters: usize| totp("Svc", &"a".repeat(letters), &[9; 20]);
        let most = (1..3_000).rev().find(|letters| fits(&of(*letters))).unwrap();
        assert!(most > 2_000, "{most}");
        let texts = write_migration(&[of(most), of(most + 1), of(1)], 3);
        assert_eq!(accounts(&texts), [of(most), of(1)]);
        assert!(texts.iter().all(|text| crate::qr::matrix(text).is_ok()));
    }

    #[test]
    fn a_missing_part_is_told() {
        let texts = write_migration(&many(25), 77);
        let part = |n: usize| parse_migration(&texts[n]).unwrap();
        assert_eq!(join([part(0)]).incomplete, Some((1, 3)));
        assert_eq!(join([part(2), part(0), part(0)]).incomplete, Some((2, 3)));
        assert_eq!(join([part(2), part(0), part(1)]).incomplete, None);
        // A second, complete transfer does not hide it.
        let other = parse_migration(&write_migration(&many(1), 5)[0]).unwrap();
        assert_eq!(join([other, part(1)]).incomplete, Some((1, 3)));
        assert_eq!(join([]), Transfer::default());
    }

    #[test]
    fn everything_that_it_can_hold_comes_back() {
        let mut all = vec![
            totp("A:B", "c:d", b"x"),
            totp("", "c:d", b"x"),
            totp("", "", b"x"),
            totp("Svc", "Svc:a", b"x"),
        ];
        let secret = || SecretBytes::new(vec![9; 64]);
        for (kind, algorithm, digits) in [
            (Kind::Hotp { counter: 0 }, Algorithm::Sha256, 8),
            (Kind::Hotp { counter: i64::MAX as u64 }, Algorithm::Sha512, 6),
        ] {
            let otp = Otp::new(kind, algorithm, Digits::new(digits).unwrap(), secret()).unwrap();
            all.push(Account { issuer: "\u{5c71}".into(), account: "\u{592a}".into(), otp });
        }
        assert_eq!(accounts(&write_migration(&all, u32::MAX)), all);
    }

    #[test]
    fn what_it_cannot_hold_is_left_out() {
        let secret = || SecretBytes::new(vec![9; 20]);
        for (kind, digits) in [
            (Kind::Steam, 5),
            (Kind::Totp { period: Period::new(60).unwrap() }, 6),
            (Kind::Totp { period: Period::THIRTY }, 7),
            (Kind::Hotp { counter: u64::MAX }, 6),
        ] {
            let otp = Otp::new(kind, Algorithm::Sha1, Digits::new(digits).unwrap(), secret()).unwrap();
            assert!(!holds(&otp));
            let account = Account { issuer: String::new(), account: "a".into(), otp };
            assert_eq!(write_migration(&[account], 1), Vec::<String>::new());
        }
    }

    fn payload(account: &[u8]) -> Result<Account, Refused> {
        let mut bytes = Vec::new();
        put_bytes(&mut bytes, 1, account);
        put_bytes(&mut bytes, 99, b"unknown fields are skipped");
        parse_payload(&bytes).unwrap().items.remove(0)
    }

    #[test]
    fn foreign_parameters_are_refused_by_name() {
        for (field, number, why) in [
            (4, 4, OtpError::UnsupportedAlgorithm),
            (5, 3, OtpError::BadDigits),
            (6, 3, OtpError::UnsupportedType),
        ] {
            let mut bytes = Vec::new();
            put_bytes(&mut bytes, 1, b"x");
            put_bytes(&mut bytes, 2, b"Svc:a");
            put_number(&mut bytes, field, number);
            let refused = payload(&bytes).unwrap_err();
            assert_eq!((&*refused.what, refused.why), ("Svc: a", why));
            // What is kept of it is a code that says the same.
            let again = parse_migration(refused.piece.text.expose()).unwrap();
            assert_eq!(again.items, [Err(refused)]);
        }
        assert_eq!(payload(b"").unwrap_err().why, OtpError::NoSecret);
        let mut bytes = Vec::new();
        put_bytes(&mut bytes, 1, b"x");
        assert_eq!(payload(&bytes).unwrap(), totp("", "", b"x"), "all defaults");
    }

    #[test]
    fn damage_is_told() {
        let good = write_migration(&many(2), 1).remove(0);
        for text in [
            "otpauth-migration://offline",
            "otpauth-migration://offline?",
            "otpauth-migration://offline?data=",
            "otpauth-migration://offline?data=XXXX",
            "otpauth-migration://offline?data=A",
            "otpauth-migration://offline?data=*",
            "otpauth-migration://online?data=EAE%3D",
            &good[..good.len() - 30],
        ] {
            assert_eq!(parse_migration(text), Err(MigrationError::Damaged), "{text}");
        }
        for text in ["", "otpauth://totp/a?secret=JBSWY3DP", "otpauth-migration:/"] {
            assert_eq!(parse_migration(text), Err(MigrationError::NotMigration), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,80}", bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = parse_migration(&format!("otpauth-migration://offline?data={text}"));
            let _ = parse_payload(&bytes);
            let mut wrapped = Vec::new();
            put_bytes(&mut wrapped, 1, &bytes);
            let _ = parse_payload(&wrapped);
        }
    }
}
