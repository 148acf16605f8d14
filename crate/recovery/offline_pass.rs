//! An offline pass: the codes of one window, worked out beforehand and sealed under a code or a passphrase; never a secret.
//! `OFFLINE_PASS.md` is normative. It ends by arithmetic: what is not in it nobody can take out.

mod outer;
mod packed;

use crate::env::{Env, Millis};
use crate::otp::{Kind, Otp};
use crate::protocol::DeriveJob;
use crate::secret::{Secret, SecretText};
use crate::vault::code::Code;
use crate::vault::seal;
use crate::vault::way::SlotSecret;

use outer::{Form, Keys};
use packed::{Listed, Type, number_of, pack, text_of, unpack};

/// What the text of one under a code begins with.
pub const PREFIX: &str = "SPAREKEY/P1/";
/// What the text of one under a passphrase begins with.
pub const PASSPHRASE_PREFIX: &str = "SPAREKEY/P2/";
/// Letters that one QR code holds in alphanumeric mode (version 40, low error correction).
pub const QR_LETTERS: usize = 4_296;
/// Two accounts for a week are 40,320 codes: more is no pass for a window.
const MAX_CODES: u64 = 50_000;
/// The body is filled up to these.
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

/// What seals a pass, and opens it.
pub enum Lock {
    /// A code of 24 characters: form 1.
    Code(Code),
    /// A passphrase after its derivation, whose salt is the pass's: form 2.
    Passphrase(SlotSecret),
}

/// What a pass says without what opens it. Nothing of it is authentic.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// Its window.
    pub window: Window,
    /// What to derive from the passphrase; nothing where a code opens it.
    pub job: Option<DeriveJob>,
}

impl Window {
    /// Where an instant lies: `not-begun`, `valid`, `ended`.
    pub fn state(&self, now: Millis) -> &'static str {
        match now {
            now if now < self.from => "not-begun",
            now if now < self.until => "valid",
            _ => "ended",
        }
    }
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
    /// The passphrase is not its passphrase.
    WrongPassphrase,
    /// A code opens it, and no passphrase.
    NeedsCode,
    /// A passphrase opens it, and no code.
    NeedsPassphrase,
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
            Self::WrongPassphrase => "offline-wrong-passphrase",
            Self::NeedsCode => "offline-needs-code",
            Self::NeedsPassphrase => "offline-needs-passphrase",
            Self::Counted => "offline-counted",
            Self::TooMany => "offline-too-many",
        }
    }
}

/// Whether a text claims to be an offline pass.
pub fn is_one(text: &str) -> bool {
    outer::is_one(text)
}

/// How many codes a pass would hold, and how many letters its text would have.
pub fn measure(
    accounts: &[Account<'_>],
    window: Window,
    passphrase: bool,
) -> Result<(u64, usize), OfflineError> {
    let listed = list(accounts, window)?;
    let codes = listed.iter().map(|each| u64::from(each.count)).sum();
    let form = if passphrase { Form::Passphrase } else { Form::Code };
    Ok((codes, form.letters(padded(body_length(&listed)))))
}

/// Makes a pass: its text. A code is made for one pass, as the salt of a passphrase is.
pub fn seal(
    accounts: &[Account<'_>],
    window: Window,
    lock: &Lock,
    env: &mut Env<'_>,
) -> Result<SecretText, OfflineError> {
    let listed = list(accounts, window)?;
    let mut body = head_of(&listed);
    for (each, account) in listed.iter().zip(accounts) {
        let numbers = (0..u64::from(each.count))
            .map(|n| number_of(each.kind, account.otp.code_for_counter(each.first + n).expose()));
        pack(numbers, each.width(), body.expose_mut());
    }
    let length = padded(body.expose().len());
    body.expose_mut().resize(length, 0);
    let salt: [u8; 16] = match lock {
        Lock::Code(_) => env.make_bytes(),
        Lock::Passphrase(secret) => secret.salt,
    };
    let head = outer::head(lock, &salt, window);
    let Keys { key, commit, nonce } = lock.keys(&salt);
    let sealed = seal::encrypt(&key, &nonce, &head, body.expose());
    let commit = seal::mac(&commit, &[&head, &sealed]);
    let text = outer::write(lock.form(), &head, &commit, &sealed);
    // What was sealed opens again, or is not given to anybody.
    open(&text, lock)?;
    Ok(SecretText::new(text))
}

/// What a pass says without what opens it.
pub fn look(text: &str) -> Result<Look, OfflineError> {
    let parts = outer::parse(text)?;
    Ok(Look { window: parts.window, job: parts.job() })
}

/// Opens a pass.
pub fn open(text: &str, lock: &Lock) -> Result<Opened, OfflineError> {
    let parts = outer::parse(text)?;
    let wrong = match (parts.form, lock) {
        (Form::Code, Lock::Code(_)) => OfflineError::WrongCode,
        (Form::Passphrase, Lock::Passphrase(_)) => OfflineError::WrongPassphrase,
        (Form::Code, Lock::Passphrase(_)) => return Err(OfflineError::NeedsCode),
        (Form::Passphrase, Lock::Code(_)) => return Err(OfflineError::NeedsPassphrase),
    };
    let Keys { key, commit, nonce } = lock.keys(&parts.salt);
    seal::verify_mac(&commit, &[&parts.head, &parts.sealed], &parts.commit).map_err(|_| wrong)?;
    let body = seal::decrypt(&key, &nonce, &parts.head, &parts.sealed).map_err(|_| wrong)?;
    let accounts = unpack(body.expose()).ok_or(OfflineError::Damaged)?;
    Ok(Opened { window: parts.window, accounts })
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
        if self.window.state(now) != "valid" {
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

#[cfg(test)]
mod tests {
    use data_encoding::BASE32_NOPAD;

    use super::*;
    use crate::otp::{Algorithm, Digits, Period};
    use crate::secret::{Key, SecretBytes};
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

    fn sealed(otps: &[Otp], window: Window) -> (SecretText, Lock) {
        let lock = Lock::Code(Code::make_random(&mut Seeded::new(9)));
        (sealed_under(otps, window, &lock), lock)
    }

    fn sealed_under(otps: &[Otp], window: Window, lock: &Lock) -> SecretText {
        let mut entropy = Seeded::new(10);
        seal(&accounts(otps), window, lock, &mut Env { now: window.made, entropy: &mut entropy }).unwrap()
    }

    /// A passphrase that was derived; the derivation itself is `kdf`'s.
    fn passphrase(byte: u8) -> Lock {
        Lock::Passphrase(SlotSecret {
            params: crate::vault::kdf::ARGON2ID,
            salt: [3; 16],
            key: Key::new([byte; 32]),
        })
    }

    fn refused(text: &str, lock: &Lock) -> OfflineError {
        open(text, lock).map(|_| ()).unwrap_err()
    }

    /// A text with one bit of its bytes another.
    fn flipped(text: &str, prefix: &str, at: usize) -> String {
        let mut bytes = BASE32_NOPAD.decode(&text.as_bytes()[prefix.len()..]).unwrap();
        bytes[at] ^= 1;
        format!("{prefix}{}", BASE32_NOPAD.encode(&bytes))
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
        let parts = outer::parse(text.expose()).unwrap();
        let Keys { key, nonce, .. } = code.keys(&parts.salt);
        let body = seal::decrypt(&key, &nonce, &parts.head, &parts.sealed).unwrap();
        assert!(!body.expose().windows(8).any(|part| part == [7; 8]), "the secret is not in it");
    }

    #[test]
    fn nine_hundred_codes_fit_one_qr_code_and_the_size_is_told_before() {
        let one = [otp(Kind::Totp { period: Period::THIRTY }, 6)];
        let seven_and_a_half = Window { until: Millis(FROM + 900 * 30_000 - 25_000), ..window(1) };
        for lock in [sealed(&one, seven_and_a_half).1, passphrase(1)] {
            let is_passphrase = lock.form() == Form::Passphrase;
            let (codes, letters) = measure(&accounts(&one), seven_and_a_half, is_passphrase).unwrap();
            let text = sealed_under(&one, seven_and_a_half, &lock);
            assert_eq!((codes, letters), (900, text.expose().len()));
            assert!(letters <= QR_LETTERS);
            assert!(crate::qr::matrix(text.expose()).is_ok());
        }
        assert_eq!(measure(&accounts(&one), window(24 * 60), false).unwrap_err(), OfflineError::TooMany);
    }

    #[test]
    fn what_counts_is_in_no_pass() {
        let one = [otp(Kind::Hotp { counter: 5 }, 6)];
        assert_eq!(measure(&accounts(&one), window(1), true).unwrap_err(), OfflineError::Counted);
    }

    #[test]
    fn another_code_and_any_changed_byte_open_nothing() {
        let otps = generators();
        let (text, code) = sealed(&otps, window(1));
        let other = Lock::Code(Code::make_random(&mut Seeded::new(4)));
        assert_eq!(refused(text.expose(), &other), OfflineError::WrongCode);
        assert_eq!(refused(text.expose(), &passphrase(1)), OfflineError::NeedsCode);
        let bytes = (text.expose().len() - PREFIX.len()) * 5 / 8;
        for at in (0..112).chain([bytes - 1]) {
            let wrong = flipped(text.expose(), PREFIX, at);
            assert_eq!(refused(&wrong, &code), OfflineError::WrongCode, "{at}");
        }
        for cut in PREFIX.len()..text.expose().len() {
            let told = refused(&text.expose()[..cut], &code);
            assert!([OfflineError::Damaged, OfflineError::WrongCode].contains(&told), "{cut}");
        }
        assert_eq!(refused(&text.expose()[..text.expose().len() - 1], &code), OfflineError::Damaged);
        assert_eq!(refused("SPAREKEY/P3/ABC", &code), OfflineError::Newer);
        assert_eq!(refused("SPAREKEY/D1/ABC", &code), OfflineError::NotOurs);
        for short in ["SPAREKEY/P1/1", "SPAREKEY/P1/", "SPAREKEY/P2/", "SPAREKEY/P2/AAAA"] {
            assert_eq!(refused(short, &code), OfflineError::Damaged);
        }
        let spread: String = text.expose().to_lowercase().chars().flat_map(|c| [c, '\n']).collect();
        assert!(open(&spread, &code).is_ok(), "blanks and case do not matter");
        assert!(is_one(&spread) && !is_one("sparekey/1"));
    }

    #[test]
    fn under_a_passphrase_damage_is_told_before_anything_is_derived() {
        let otps = generators();
        let right = passphrase(1);
        let text = sealed_under(&otps, window(1), &right);
        let looked = look(text.expose()).unwrap();
        let job = looked.job.unwrap();
        assert_eq!((looked.window, job.params), (window(1), crate::vault::kdf::ARGON2ID));
        assert_eq!(job.salt, data_encoding::BASE64.encode(&[3; 16]));
        let opened = open(text.expose(), &right).unwrap();
        assert_eq!(opened.codes(Millis(FROM)).len(), otps.len());
        assert_eq!(refused(text.expose(), &passphrase(2)), OfflineError::WrongPassphrase);
        assert_eq!(refused(text.expose(), &sealed(&otps, window(1)).1), OfflineError::NeedsPassphrase);
        for at in 0..(text.expose().len() - PASSPHRASE_PREFIX.len()) * 5 / 8 {
            let wrong = flipped(text.expose(), PASSPHRASE_PREFIX, at);
            assert_eq!(look(&wrong).unwrap_err(), OfflineError::Damaged, "{at}");
        }
        for cut in PASSPHRASE_PREFIX.len()..text.expose().len() {
            assert_eq!(look(&text.expose()[..cut]).unwrap_err(), OfflineError::Damaged, "{cut}");
        }
    }

    #[test]
    fn who_mends_the_check_after_a_change_still_opens_nothing() {
        let otps = generators();
        let right = passphrase(1);
        let parts = outer::parse(sealed_under(&otps, window(1), &right).expose()).unwrap();
        for at in 0..parts.head.len() - PASSPHRASE_PREFIX.len() {
            let mut head = parts.head.clone();
            head[PASSPHRASE_PREFIX.len() + at] ^= 4;
            let text = outer::write(Form::Passphrase, &head, &parts.commit, &parts.sealed);
            let told = refused(&text, &right);
            let of_the_kdf = at == 40;
            let wanted = if of_the_kdf { OfflineError::Newer } else { OfflineError::WrongPassphrase };
            assert_eq!(told, wanted, "{at}");
        }
        let mut sealed = parts.sealed.clone();
        sealed[5] ^= 1;
        let text = outer::write(Form::Passphrase, &parts.head, &parts.commit, &sealed);
        assert_eq!(refused(&text, &right), OfflineError::WrongPassphrase);
    }
}
