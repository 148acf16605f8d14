//! An offline pass: the codes of one window, worked out beforehand and sealed under a code; never a secret. `OFFLINE_PASS.md`
//! is normative. It ends by arithmetic: what is not in it nobody can take out.

use data_encoding::BASE32_NOPAD;
use serde::{Deserialize, Serialize};

use crate::env::{Env, Millis};
use crate::otp::{Kind, Otp};
use crate::secret::{Key, Secret, SecretText};
use crate::vault::code::Code;
use crate::vault::seal::{self, NONCE};

/// What the text begins with.
pub const PREFIX: &str = "SPAREKEY/P1/";
/// Letters that one QR code holds in alphanumeric mode (version 40, low error correction).
pub const QR_LETTERS: usize = 4_296;
const FAMILY: &str = "SPAREKEY/P";
const STEAM: &[u8; 26] = b"23456789BCDFGHJKMNPQRTVWXY";
/// Two accounts for a week are 40,320 codes: more is no pass for a window.
const MAX_CODES: u64 = 50_000;
/// Before anything is decrypted.
const MAX_BYTES: usize = 1024 * 1024;
const OPEN: usize = 16 + 3 * 8;
const BLOCK: usize = 64;

/// Whose codes.
pub struct Account<'a> {
    /// Issuer.
    pub issuer: &'a str,
    /// Account.
    pub account: &'a str,
    /// The generator.
    pub otp: &'a Otp,
}

/// From when until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first instant.
    pub from: Millis,
    /// The first instant after it.
    pub until: Millis,
    /// When the pass was made.
    pub made: Millis,
}

/// An opened pass.
pub struct Opened {
    /// Its window.
    pub window: Window,
    accounts: Vec<Listed>,
}

/// What an account shows at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its place in the pass.
    pub at: usize,
    /// The code.
    pub code: SecretText,
    /// When it ends.
    pub until: Millis,
    /// Seconds in a step.
    pub period: u32,
}

/// An account of an opened pass, as a screen names it.
pub struct Named<'a> {
    /// Issuer.
    pub issuer: &'a str,
    /// Account.
    pub account: &'a str,
    /// How many codes there are.
    pub count: u32,
}

/// Why there is no pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfflineError {
    /// It is none of ours.
    NotOurs,
    /// Of a form that this program does not know.
    Newer,
    /// Cut off or changed in its outer form.
    Damaged,
    /// The code is not its code, or it was changed.
    WrongCode,
    /// An account that counts has no window.
    Counted,
    /// Too many codes.
    TooMany,
}

impl OfflineError {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotOurs => "not-ours",
            Self::Newer => "newer-version",
            Self::Damaged => "offline-damaged",
            Self::WrongCode => "offline-wrong-code",
            Self::Counted => "offline-counted",
            Self::TooMany => "offline-too-many",
        }
    }
}

/// One account in the list.
#[derive(Serialize, Deserialize)]
struct Listed {
    issuer: String,
    account: String,
    #[serde(rename = "type")]
    kind: Type,
    digits: u8,
    period: u32,
    first: u64,
    count: u32,
    #[serde(skip)]
    codes: Secret<Vec<u64>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Type {
    Totp,
    Steam,
}

/// Whether a text claims to be an offline pass.
pub fn is_one(text: &str) -> bool {
    squeezed(text).starts_with(FAMILY)
}

/// How many codes a pass would hold, and how many letters its text would have.
pub fn measure(accounts: &[Account<'_>], window: Window) -> Result<(u64, usize), OfflineError> {
    let listed = list(accounts, window)?;
    let codes = listed.iter().map(|each| u64::from(each.count)).sum();
    let bytes = OPEN + 32 + padded(body_length(&listed)) + 16;
    Ok((codes, PREFIX.len() + BASE32_NOPAD.encode_len(bytes)))
}

/// Makes a pass: its text, and the code that opens it.
pub fn seal(
    accounts: &[Account<'_>],
    window: Window,
    env: &mut Env<'_>,
) -> Result<(SecretText, Code), OfflineError> {
    let listed = list(accounts, window)?;
    let mut body = head_of(&listed);
    for (each, account) in listed.iter().zip(accounts) {
        let numbers = (0..u64::from(each.count))
            .map(|n| number_of(each.kind, account.otp.code_for_counter(each.first + n).expose()));
        pack(numbers, each.width(), body.expose_mut());
    }
    let length = padded(body.expose().len());
    body.expose_mut().resize(length, 0);
    let code = Code::make_random(env.entropy);
    let salt: [u8; 16] = env.make_bytes();
    let open = [
        &salt[..],
        &window.from.0.to_be_bytes(),
        &window.until.0.to_be_bytes(),
        &window.made.0.to_be_bytes(),
    ]
    .concat();
    let (key, commit_key, nonce) = keys(&code, &salt);
    let head = [PREFIX.as_bytes(), &open].concat();
    let sealed = seal::encrypt(&key, &nonce, &head, body.expose());
    let commit = seal::mac(&commit_key, &[&head, &sealed]);
    let text = format!("{PREFIX}{}", BASE32_NOPAD.encode(&[&open[..], &commit, &sealed].concat()));
    // What was sealed opens again, or is not given to anybody.
    self::open(&text, &code)?;
    Ok((SecretText::new(text), code))
}

/// What a pass says without its code. Nothing of it is authentic.
pub fn look(text: &str) -> Result<Window, OfflineError> {
    parse(text).map(|(_, window, _)| window)
}

/// Opens a pass.
pub fn open(text: &str, code: &Code) -> Result<Opened, OfflineError> {
    let (bytes, window, salt) = parse(text)?;
    let (key, commit_key, nonce) = keys(code, &salt);
    let head = [PREFIX.as_bytes(), &bytes[..OPEN]].concat();
    let commit = bytes[OPEN..OPEN + 32].try_into().map_err(|_| OfflineError::Damaged)?;
    let sealed = &bytes[OPEN + 32..];
    seal::verify_mac(&commit_key, &[&head, sealed], &commit).map_err(|_| OfflineError::WrongCode)?;
    let body = seal::decrypt(&key, &nonce, &head, sealed).map_err(|_| OfflineError::WrongCode)?;
    let accounts = unpack(body.expose()).ok_or(OfflineError::Damaged)?;
    Ok(Opened { window, accounts })
}

impl Opened {
    /// The accounts, in order.
    pub fn accounts(&self) -> impl Iterator<Item = Named<'_>> {
        self.accounts.iter().map(|each| Named {
            issuer: &each.issuer,
            account: &each.account,
            count: each.count,
        })
    }

    /// What the accounts show at an instant: nothing outside the window, because nothing is there.
    pub fn codes(&self, now: Millis) -> Vec<Shown> {
        if now < self.window.from || now >= self.window.until {
            return Vec::new();
        }
        let shown = |(at, each): (usize, &Listed)| {
            let step = now.unix_seconds() / u64::from(each.period);
            let n = usize::try_from(step.checked_sub(each.first)?).ok()?;
            let number = *each.codes.expose().get(n)?;
            let until = Millis((step + 1).saturating_mul(u64::from(each.period)).saturating_mul(1000));
            let code = SecretText::new(text_of(each.kind, each.digits, number));
            Some(Shown { at, code, until: until.min(self.window.until), period: each.period })
        };
        self.accounts.iter().enumerate().filter_map(shown).collect()
    }
}

impl Listed {
    /// Bits of a code.
    fn width(&self) -> u32 {
        let most = match self.kind {
            Type::Totp => 10_u64.pow(u32::from(self.digits)) - 1,
            Type::Steam => 26_u64.pow(5) - 1,
        };
        64 - most.leading_zeros()
    }

    fn bytes(&self) -> usize {
        (self.count as usize * self.width() as usize).div_ceil(8)
    }

    /// Whether its numbers are such that nothing below overflows or takes long.
    fn is_sound(&self) -> bool {
        let digits =
            if self.kind == Type::Steam { self.digits == 5 } else { (1..=10).contains(&self.digits) };
        digits && self.period > 0 && u64::from(self.count) <= MAX_CODES && self.first < 1 << 53
    }
}

fn list(accounts: &[Account<'_>], window: Window) -> Result<Vec<Listed>, OfflineError> {
    let mut listed = Vec::new();
    let mut left = MAX_CODES;
    for Account { issuer, account, otp } in accounts {
        let (kind, period) = match (otp.kind(), otp.period()) {
            (Kind::Totp { .. }, Some(period)) => (Type::Totp, period.seconds()),
            (Kind::Steam, Some(period)) => (Type::Steam, period.seconds()),
            _ => return Err(OfflineError::Counted),
        };
        let step = |at: Millis| at.0 / 1000 / u64::from(period);
        let first = step(window.from);
        let count = step(Millis(window.until.0.saturating_sub(1))).saturating_sub(first) + 1;
        left = left.checked_sub(count).ok_or(OfflineError::TooMany)?;
        listed.push(Listed {
            issuer: (*issuer).into(),
            account: (*account).into(),
            kind,
            digits: otp.digits().count(),
            period,
            first,
            count: u32::try_from(count).map_err(|_| OfflineError::TooMany)?,
            codes: Secret::default(),
        });
    }
    Ok(listed)
}

fn head_of(listed: &[Listed]) -> Secret<Vec<u8>> {
    let json = serde_json::to_vec(listed).unwrap_or_default();
    let length = u32::try_from(json.len()).unwrap_or(u32::MAX);
    Secret::new([&length.to_be_bytes()[..], &json].concat())
}

fn body_length(listed: &[Listed]) -> usize {
    head_of(listed).expose().len() + listed.iter().map(Listed::bytes).sum::<usize>()
}

fn padded(length: usize) -> usize {
    length.div_ceil(BLOCK) * BLOCK
}

fn keys(code: &Code, salt: &[u8; 16]) -> (Key, Key, [u8; NONCE]) {
    let all: Secret<[u8; 76]> = code.derive_for(salt, b"sparekey/1 offline pass");
    let (mut key, mut commit, mut nonce) = (Key::default(), Key::default(), [0; NONCE]);
    key.expose_mut().copy_from_slice(&all.expose()[..32]);
    commit.expose_mut().copy_from_slice(&all.expose()[32..64]);
    nonce.copy_from_slice(&all.expose()[64..]);
    (key, commit, nonce)
}

/// The bytes, the window and the salt of a text.
fn parse(text: &str) -> Result<(Vec<u8>, Window, [u8; 16]), OfflineError> {
    let text = squeezed(text);
    let Some(rest) = text.strip_prefix(PREFIX) else {
        return Err(match text.strip_prefix(FAMILY) {
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => OfflineError::Newer,
            _ => OfflineError::NotOurs,
        });
    };
    if rest.len() > MAX_BYTES * 8 / 5 {
        return Err(OfflineError::Damaged);
    }
    let bytes = base32(rest).ok_or(OfflineError::Damaged)?;
    if bytes.len() < OPEN + 32 + 16 {
        return Err(OfflineError::Damaged);
    }
    let number =
        |at: usize| bytes[at..at + 8].iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let window = Window { from: Millis(number(16)), until: Millis(number(24)), made: Millis(number(32)) };
    let salt = bytes[..16].try_into().map_err(|_| OfflineError::Damaged)?;
    Ok((bytes, window, salt))
}

fn base32(text: &str) -> Option<Vec<u8>> {
    BASE32_NOPAD.decode(text.as_bytes()).ok()
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect()
}

/// Adds numbers of `width` bits, most significant bit first, filled up to a whole byte.
fn pack(numbers: impl Iterator<Item = u64>, width: u32, into: &mut Vec<u8>) {
    let (mut held, mut bits) = (0_u64, 0_u32);
    for number in numbers {
        held = held << width | number;
        bits += width;
        while bits >= 8 {
            bits -= 8;
            into.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        into.push((held << (8 - bits)) as u8);
    }
}

fn unpack(body: &[u8]) -> Option<Vec<Listed>> {
    let (length, rest) = body.split_at_checked(4)?;
    let length = u32::from_be_bytes(length.try_into().ok()?) as usize;
    let (json, mut rest) = rest.split_at_checked(length)?;
    let mut listed: Vec<Listed> = serde_json::from_slice(json).ok()?;
    for each in &mut listed {
        if !each.is_sound() {
            return None;
        }
        let (codes, more) = rest.split_at_checked(each.bytes())?;
        rest = more;
        let width = each.width();
        let (mut held, mut bits) = (0_u64, 0_u32);
        for byte in codes {
            held = held << 8 | u64::from(*byte);
            bits += 8;
            while bits >= width {
                bits -= width;
                if each.codes.expose().len() < each.count as usize {
                    each.codes.expose_mut().push(held >> bits);
                }
                held &= (1 << bits) - 1;
            }
        }
    }
    Some(listed)
}

fn number_of(kind: Type, code: &str) -> u64 {
    code.bytes().fold(0, |number, letter| match kind {
        Type::Totp => number * 10 + u64::from(letter.wrapping_sub(b'0')),
        Type::Steam => number * 26 + STEAM.iter().position(|known| *known == letter).unwrap_or(0) as u64,
    })
}

fn text_of(kind: Type, digits: u8, mut number: u64) -> String {
    match kind {
        Type::Totp => format!("{number:0width$}", width = usize::from(digits)),
        Type::Steam => {
            let mut letters = [b'2'; 5];
            for letter in letters.iter_mut().rev() {
                *letter = STEAM[(number % 26) as usize];
                number /= 26;
            }
            letters.iter().map(|letter| char::from(*letter)).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::otp::{Algorithm, Digits, Period};
    use crate::secret::SecretBytes;
    use crate::vault::testing::Seeded;

    const FROM: u64 = 1_795_000_012_345;
    const HOUR: u64 = 3_600_000;

    fn otp(kind: Kind, digits: u64) -> Otp {
        let digits = Digits::new(digits).unwrap();
        Otp::new(kind, Algorithm::Sha1, digits, SecretBytes::new(vec![7; 20])).unwrap()
    }

    fn window(hours: u64) -> Window {
        Window { from: Millis(FROM), until: Millis(FROM + hours * HOUR), made: Millis(FROM - 5) }
    }

    fn generators() -> [Otp; 4] {
        let totp = |seconds| Kind::Totp { period: Period::new(seconds).unwrap() };
        [otp(totp(30), 6), otp(totp(60), 8), otp(totp(7), 10), otp(Kind::Steam, 5)]
    }

    fn accounts(otps: &[Otp]) -> Vec<Account<'_>> {
        otps.iter().map(|otp| Account { issuer: "Example", account: "ada", otp }).collect()
    }

    fn sealed(otps: &[Otp], window: Window) -> (SecretText, Code) {
        let mut entropy = Seeded::new(9);
        seal(&accounts(otps), window, &mut Env { now: window.made, entropy: &mut entropy }).unwrap()
    }

    #[test]
    fn within_the_window_each_code_is_the_generators_and_outside_there_is_none() {
        let otps = generators();
        let (text, code) = sealed(&otps, window(2));
        let opened = open(text.expose(), &code).unwrap();
        assert_eq!(opened.window, window(2));
        for now in (FROM - HOUR..FROM + 3 * HOUR).step_by(1_777).chain([FROM, FROM + 2 * HOUR - 1]) {
            let shown = opened.codes(Millis(now));
            if !(FROM..FROM + 2 * HOUR).contains(&now) {
                assert_eq!(shown, [], "{now}");
                continue;
            }
            assert_eq!(shown.len(), otps.len());
            for (shown, otp) in shown.iter().zip(&otps) {
                assert_eq!(shown.code, otp.code_at(Millis(now)).code, "{now}");
                assert!(shown.until > Millis(now) && shown.until <= Millis(FROM + 2 * HOUR));
            }
        }
    }

    #[test]
    fn whoever_has_file_and_code_finds_no_code_of_another_time_and_no_secret() {
        let otps = generators();
        let (text, code) = sealed(&otps, window(1));
        let opened = open(text.expose(), &code).unwrap();
        for (listed, otp) in opened.accounts.iter().zip(&otps) {
            let period = u64::from(listed.period);
            assert_eq!(
                (listed.first, listed.codes.expose().len()),
                (FROM / 1000 / period, listed.count as usize)
            );
            let last = listed.first + u64::from(listed.count) - 1;
            assert_eq!(last, (FROM + HOUR - 1) / 1000 / period, "not one step more");
            for step in [listed.first - 1, last + 1] {
                let next = number_of(listed.kind, otp.code_for_counter(step).expose());
                assert!(
                    !listed.codes.expose().contains(&next),
                    "chance is one in ten thousand, and the seed is fixed"
                );
            }
        }
        let (bytes, _, salt) = parse(text.expose()).unwrap();
        let (key, _, nonce) = keys(&code, &salt);
        let head = [PREFIX.as_bytes(), &bytes[..OPEN]].concat();
        let body = seal::decrypt(&key, &nonce, &head, &bytes[OPEN + 32..]).unwrap();
        assert!(!body.expose().windows(8).any(|part| part == [7; 8]), "the secret is not in it");
    }

    #[test]
    fn nine_hundred_codes_fit_one_qr_code_and_the_size_is_told_before() {
        let one = [otp(Kind::Totp { period: Period::THIRTY }, 6)];
        let seven_and_a_half = Window { until: Millis(FROM + 900 * 30_000 - 25_000), ..window(1) };
        let (codes, letters) = measure(&accounts(&one), seven_and_a_half).unwrap();
        let (text, _) = sealed(&one, seven_and_a_half);
        assert_eq!((codes, letters), (900, text.expose().len()));
        assert!(letters <= QR_LETTERS);
        assert!(crate::qr::matrix(text.expose()).is_ok());
        assert_eq!(measure(&accounts(&one), window(24 * 60)).unwrap_err(), OfflineError::TooMany);
    }

    #[test]
    fn what_counts_is_in_no_pass() {
        let one = [otp(Kind::Hotp { counter: 5 }, 6)];
        assert_eq!(measure(&accounts(&one), window(1)).unwrap_err(), OfflineError::Counted);
    }

    #[test]
    fn another_code_and_any_changed_byte_open_nothing() {
        let otps = generators();
        let (text, code) = sealed(&otps, window(1));
        let other = Code::make_random(&mut Seeded::new(4));
        let refused = |text: &str, code: &Code| open(text, code).map(|_| ()).unwrap_err();
        assert_eq!(refused(text.expose(), &other), OfflineError::WrongCode);
        let (bytes, ..) = parse(text.expose()).unwrap();
        for at in (0..OPEN + 32 + 40).chain([bytes.len() - 1]) {
            let mut wrong = bytes.clone();
            wrong[at] ^= 1;
            let wrong = format!("{PREFIX}{}", BASE32_NOPAD.encode(&wrong));
            assert_eq!(refused(&wrong, &code), OfflineError::WrongCode, "{at}");
        }
        for cut in 0..text.expose().len() {
            assert!(open(&text.expose()[..cut], &code).is_err());
        }
        assert_eq!(refused("SPAREKEY/P2/ABC", &code), OfflineError::Newer);
        assert_eq!(refused("SPAREKEY/D1/ABC", &code), OfflineError::NotOurs);
        assert_eq!(refused("SPAREKEY/P1/1", &code), OfflineError::Damaged);
        let spread: String = text.expose().to_lowercase().chars().flat_map(|c| [c, '\n']).collect();
        assert!(open(&spread, &code).is_ok(), "blanks and case do not matter");
        assert!(is_one(&spread) && !is_one("sparekey/1"));
    }
}
