//! WinAuth's own file, `winauth.xml`, as far as it is not encrypted.
//!
//! A secret is a text of its parts: `hex TAB digits TAB hash TAB period`, and behind a bar what its type adds. What is
//! sealed was sealed by Windows for a user or a machine, or under a password with a cipher that nothing else uses.

use data_encoding::HEXUPPER_PERMISSIVE;

use super::collect::Collector;
use super::read::json::{self, Fields};
use super::read::xml::{self, Step};
use super::{Draft, ImportError, Limits, steam};
use crate::otp::base32::parse_hex;
use crate::otp::{Algorithm, Digits, Kind, Otp, OtpError, Period};
use crate::secret::{SecretBytes, SecretText};
use crate::vault::entry::EntryDraft;

const ROOT: &str = "WinAuth";
const ITEM: &str = "WinAuthAuthenticator";
/// Version 2 wrote the secret's digits and the serial number's behind them without a sign between.
const OLD_SECRET: usize = 40;

/// Whether the text is the file, by its root.
pub(super) fn is_own(text: &str) -> bool {
    let mut rest = text.trim_start();
    // A declaration, and in some versions a remark with the file's path.
    for (begin, end) in [("<?", "?>"), ("<!--", "-->")] {
        if rest.starts_with(begin) {
            rest = rest.split_once(end).map_or("", |(_, rest)| rest.trim_start());
        }
    }
    let after = rest.strip_prefix('<').and_then(|rest| rest.strip_prefix(ROOT));
    after.is_some_and(|after| after.starts_with(|c: char| c.is_whitespace() || c == '>'))
}

/// Reads the file.
pub(super) fn draft(text: &str, limits: &Limits) -> Result<Draft, ImportError> {
    let mut collector = Collector::new("winauth-xml", limits);
    let (mut depth, mut item) = (0_usize, None::<(usize, Item)>);
    let (mut any, mut sealed, mut is_old) = (false, None, false);
    xml::walk(text, |step| {
        match step {
            Step::Open { name, attributes } => {
                depth += 1;
                match &mut item {
                    None if name == ITEM => item = Some((depth, Item::of(attribute(attributes, "type")))),
                    // All at once. Version 2 has one account, under another name.
                    None => {
                        refuse_sealed(attribute(attributes, "encrypted"))?;
                        is_old |= name == "authenticator";
                    }
                    Some((_, item)) if name == "authenticatordata" => {
                        attribute(attributes, "encrypted").clone_into(&mut item.seals);
                    }
                    Some(_) => {}
                }
            }
            Step::Close { name, text } => {
                match &mut item {
                    Some((top, read)) if *top < depth => read.take(depth - *top, name, text),
                    Some((_, read)) => {
                        match refuse_sealed(&read.seals) {
                            Ok(()) => {
                                any = true;
                                read.add(&mut collector)?;
                            }
                            Err(error) => {
                                sealed.get_or_insert(error);
                                let (issuer, account) = read.names();
                                collector.skip(collector.name(issuer, &account), "encrypted")?;
                            }
                        }
                        item = None;
                    }
                    None => {}
                }
                depth -= 1;
            }
        }
        Ok(())
    })?;
    match sealed {
        // Nothing but what is sealed: what to do about it says more than a list.
        Some(error) if !any => Err(error),
        None if !any && is_old => Err(ImportError::UnsupportedVersion),
        _ => collector.finish_some(),
    }
}

/// One account.
#[derive(Default)]
struct Item {
    /// `GoogleAuthenticator`, without what stands before it.
    kind: String,
    name: String,
    /// What it is sealed with: a letter for each.
    seals: String,
    secret: SecretText,
    has_icon: bool,
}

impl Item {
    fn of(kind: &str) -> Self {
        Self { kind: kind.rsplit('.').next().unwrap_or(kind).to_owned(), ..Self::default() }
    }

    /// Takes what an element says that ends so far below its own.
    fn take(&mut self, below: usize, name: &str, text: String) {
        match (below, name) {
            (1, "name") => self.name = text,
            (1, "skin") => self.has_icon = text.starts_with("base64:"),
            (2, "secretdata") => self.secret = SecretText::new(text),
            _ => {}
        }
    }

    fn names(&self) -> (&str, String) {
        let own = match self.kind.as_str() {
            "BattleNetAuthenticator" => "BattleNet",
            "SteamAuthenticator" => "Steam",
            "TrionAuthenticator" => "Trion",
            _ => "",
        };
        names(own, self.name.trim())
    }

    fn add(&self, collector: &mut Collector) -> Result<(), ImportError> {
        let (secret, (issuer, account)) = (self.secret.expose().trim(), self.names());
        let entry = self.otp(secret).map(|otp| {
            let mut entry = EntryDraft::new(issuer, &*account, otp);
            entry.lost.extend(self.has_icon.then_some("icon"));
            entry
        });
        let own = [("name", self.name.trim()), ("type", self.kind.as_str()), ("secretdata", secret)];
        collector.account(issuer, &account, entry, &own[..])
    }

    fn otp(&self, secret: &str) -> Result<Otp, OtpError> {
        let (generator, more) = secret.split_once('|').unwrap_or((secret, ""));
        let mut parts = generator.split('\t').map(str::trim);
        let mut part = || parts.next().filter(|part| !part.is_empty());
        let (hex, digits, hash, period) = (part().unwrap_or_default(), part(), part(), part());
        let number =
            |text: Option<&str>, usual, bad| text.map_or(Ok(usual), |text| text.parse().map_err(|_| bad));
        let kind = || {
            let period = Period::new(number(period, 30, OtpError::BadPeriod)?)?;
            Ok(Kind::Totp { period })
        };
        let (kind, usual_digits) = match self.kind.as_str() {
            "SteamAuthenticator" => return steam_otp(hex, more),
            "HOTPAuthenticator" => {
                let last: u64 = number(Some(more.trim()), 0, OtpError::BadCounter)?;
                // It counts before it makes a code.
                (Kind::Hotp { counter: last.saturating_add(1) }, 6)
            }
            "BattleNetAuthenticator" => (kind()?, 8),
            "GoogleAuthenticator"
            | "GuildWarsAuthenticator"
            | "MicrosoftAuthenticator"
            | "OktaVerifyAuthenticator" => (kind()?, 6),
            // Trion's are cut another way through the hash.
            _ => return Err(OtpError::UnsupportedType),
        };
        let hex = if self.kind == "BattleNetAuthenticator" && !secret.contains(['|', '\t']) {
            hex.get(..OLD_SECRET).unwrap_or(hex)
        } else {
            hex
        };
        let digits = Digits::new(number(digits, usual_digits, OtpError::BadDigits)?)?;
        Otp::new(kind, Algorithm::parse(hash.unwrap_or_default())?, digits, parse_hex(hex)?)
    }
}

fn attribute<'a>(attributes: &'a [(String, String)], name: &str) -> &'a str {
    attributes.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value)
}

/// `u` and `m` are Windows's seals, for its user and for the machine. `y` is a password, by a cipher that nothing else here
/// needs (Blowfish): the app's own export, which is read, is the way out of it.
fn refuse_sealed(seals: &str) -> Result<(), ImportError> {
    match seals {
        "" => Ok(()),
        _ if seals.contains(['u', 'm']) => Err(ImportError::AccountRestrictedExport),
        _ => Err(ImportError::UnsupportedVersion),
    }
}

/// What Steam handed out is kept as its JSON in the fourth part; older versions have the key alone.
fn steam_otp(hex: &str, more: &str) -> Result<Otp, OtpError> {
    let data = more.split('|').nth(2).and_then(|hex| HEXUPPER_PERMISSIVE.decode(hex.trim().as_bytes()).ok());
    let data = data.map(SecretBytes::new).and_then(|data| json::of(data.expose()).ok()).unwrap_or_default();
    match data.text("shared_secret") {
        "" => Otp::new(Kind::Steam, Algorithm::Sha1, Digits::SIX, parse_hex(hex)?),
        shared => steam::otp(shared),
    }
}

/// As it names them in its exports: `Issuer (account)`, with the issuer of the type where that has one.
fn names<'n>(own: &'n str, name: &'n str) -> (&'n str, String) {
    let split = name.split_once('(').and_then(|(before, rest)| {
        let (account, after) = rest.split_once(')')?;
        let issuer = before.trim_end();
        let fits = issuer != before && !issuer.is_empty() && (own.is_empty() || issuer == own);
        fits.then(|| (issuer, [account, after].concat().trim().to_owned()))
    });
    split.unwrap_or_else(|| (own, name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage, read};

    fn item(kind: &str, name: &str, data: &str) -> String {
        let name = name.replace('&', "&amp;").replace('<', "&lt;");
        format!(
            "<WinAuthAuthenticator id=\"1\" type=\"WinAuth.{kind}Authenticator\"><name>{name}</name><skin></skin>\
             {data}</WinAuthAuthenticator>\n"
        )
    }

    fn plain(secret: &str) -> String {
        format!(
            "<authenticatordata><servertimediff>0</servertimediff><secretdata>{secret}</secretdata></authenticatordata>"
        )
    }

    fn file(items: &str) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<!--C:\\winauth.xml--><WinAuth version=\"3.6\"><usetrayicon>false</usetrayicon>{items}</WinAuth>"
        )
    }

    fn hex(bytes: &[u8]) -> String {
        data_encoding::HEXUPPER.encode(bytes)
    }

    fn written(entry: &EntryDraft) -> String {
        let name = match entry.issuer.as_str() {
            "" | "Steam" => entry.account.clone(),
            issuer => format!("{issuer} ({})", entry.account),
        };
        let (secret, hash) = (hex(entry.otp.secret().expose()), entry.otp.algorithm().name());
        let period = period(entry).unwrap_or(30);
        let secret = format!("{secret}\t{}\t{hash}\t{period}", entry.otp.digits().count());
        match counter(entry) {
            Some(counter) => item("HOTP", &name, &plain(&format!("{secret}|{}", counter as i64 - 1))),
            None if kind(entry) == "steam" => {
                let shared = data_encoding::BASE64.encode(entry.otp.secret().expose());
                let data = hex(format!("{{\"shared_secret\":\"{shared}\"}}").as_bytes());
                item("Steam", &name, &plain(&format!("00|||{data}|")))
            }
            None => item("Google", &name, &plain(&secret)),
        }
    }

    #[test]
    fn loses_notes_tags_and_favourites() {
        // What it writes was used: none of its accounts is before the first code.
        let mut kept = eight_less(lose_extras);
        kept.retain(|entry| counter(entry) != Some(0));
        let items: String = kept.iter().map(written).collect();
        for items in [items.clone(), format!("<config>{items}</config>")] {
            let got = read(file(&items).as_bytes(), None).unwrap();
            assert_eq!((got.format, &got.entries, got.skipped), ("winauth-xml", &kept, vec![]));
        }
    }

    #[test]
    fn types_have_their_own_ways() {
        let key = "00112233445566778899aabbccddeeff00112233";
        let items = [
            item("BattleNet", "My game", &plain(&format!("{key}\t8\tSHA1|{}", hex(b"EU-1234")))),
            item("BattleNet", "BattleNet (old)", &plain(&format!("{key}{}", hex(b"EU-1234")))),
            item("Steam", "old", &plain(&format!("{key}\t5\tSHA1||{}|{}|", hex(b"id"), hex(b"R12345")))),
            item("Trion", "x", &plain(&format!("{key}\t8\tSHA1||"))),
            item("HOTP", "h", &plain("00\t6\tSHA1|x")),
            item("Google", "broken", &plain("0\t6\tSHA1")),
            item("Google", "none", "").replace("<skin>", "<skin>base64:AA"),
            item("OktaVerify", "a", &plain("00")).replace("<skin>", "<skin>base64:AA"),
        ];
        let got = read(file(&items.concat()).as_bytes(), None).unwrap();
        let told: Vec<_> = got
            .entries
            .iter()
            .map(|e| {
                (e.issuer.as_str(), e.account.as_str(), e.otp.digits().count(), e.otp.secret().expose().len())
            })
            .collect();
        let want = [
            ("BattleNet", "My game", 8, 20),
            ("BattleNet", "old", 8, 20),
            ("Steam", "old", 5, 20),
            ("", "a", 6, 1),
        ];
        assert_eq!((told, got.entries[3].lost.as_slice()), (want.into(), &["icon"][..]));
        let why: Vec<_> = got.skipped.iter().map(|s| s.why).collect();
        assert_eq!(why, ["unsupported-type", "bad-counter", "bad-secret", "no-secret"]);
        assert!(got.skipped[0].kept.is_some());
    }

    #[test]
    fn what_is_sealed_is_told() {
        let sealed = |how: &str| format!("<authenticatordata encrypted=\"{how}\">00</authenticatordata>");
        let one = |how: &str| item("Google", "Shop (ada)", &sealed(how));
        for (items, error) in [
            ("<data encrypted=\"u\" sha1=\"00\">00</data>".to_owned(), ImportError::AccountRestrictedExport),
            ("<data encrypted=\"ym\">00</data>".to_owned(), ImportError::AccountRestrictedExport),
            ("<data encrypted=\"y\">00</data>".to_owned(), ImportError::UnsupportedVersion),
            (one("u"), ImportError::AccountRestrictedExport),
            (one("y"), ImportError::UnsupportedVersion),
            (
                "<authenticator><secretdata encrypted=\"\">00</secretdata></authenticator>".to_owned(),
                ImportError::UnsupportedVersion,
            ),
            (String::new(), ImportError::NoEntries),
        ] {
            assert_eq!(read(file(&items).as_bytes(), Some("x")), Err(error), "{items}");
        }
        let mixed = file(&(one("u") + &item("Google", "b", &plain("00"))));
        let got = read(mixed.as_bytes(), None).unwrap();
        assert_eq!(
            (got.entries.len(), &*got.skipped[0].what, got.skipped[0].why),
            (1, "Shop: ada", "encrypted")
        );
    }

    #[test]
    fn other_xml_is_none() {
        for other in
            ["<WinAuthX/>", "<?xml version='1.0'?><a><WinAuth /></a>", "<!-- <WinAuth -->", "WinAuth"]
        {
            assert!(!is_own(other), "{other}");
        }
        assert!(is_own("<WinAuth>") && is_own("\n<WinAuth version='2'>"));
    }

    #[test]
    fn damage_never_panics() {
        let items: String = eight().iter().map(written).collect();
        damage(file(&items).as_bytes(), |bytes| drop(read(bytes, None)));
    }
}
