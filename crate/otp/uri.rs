//! `otpauth://` URIs: tolerant in what is read, exact in what is written.
//!
//! Read by hand: a URL parser takes the `@` of an e-mail address in the label for user information, and its
//! tables weigh more than all our cryptography.

use super::base32::{base32, parse_base32, parse_base64, parse_hex};
use super::{Algorithm, Digits, Kind, Otp, OtpError, Period};
use crate::secret::{Secret, SecretBytes, SecretText};

/// An account as a URI tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Who issued the secret; empty when unknown.
    pub issuer: String,
    /// The account's name at the issuer; empty when unknown.
    pub account: String,
    /// The generator.
    pub otp: Otp,
}

/// An `otpauth://` URI taken apart and decoded, not yet judged.
/// Importers use it for the parameters that some apps add.
#[derive(Clone, Debug)]
pub struct Uri {
    /// The type in lower case: `totp`, `hotp`, `steam`, or whatever stands there.
    pub kind: String,
    /// The issuer: the parameter, else what stands before the label's first colon; trimmed.
    pub issuer: String,
    /// What stands behind the label's first colon, or the whole label; trimmed.
    pub account: String,
    /// Names in lower case, values decoded. Any of them may hold a secret.
    params: Vec<(String, SecretText)>,
}

/// Why a text is no account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UriError {
    /// It does not start with `otpauth://`.
    NotOtpauth,
    /// It does, and says something that is no generator.
    Otp(OtpError),
}

impl UriError {
    /// The stable code that crosses to the interface and the native tool.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotOtpauth => "not-otpauth",
            Self::Otp(error) => error.code(),
        }
    }
}

impl From<OtpError> for UriError {
    fn from(error: OtpError) -> Self {
        Self::Otp(error)
    }
}

/// Reads an `otpauth://` URI.
pub fn parse_uri(text: &str) -> Result<Account, UriError> {
    Ok(Uri::parse(text)?.into_account()?)
}

/// Writes an `otpauth://` URI that [`parse_uri`] reads back as the same account, with the issuer both before the
/// account and as a parameter, and with every parameter that is not the default.
/// `None` for the one account that no app would read back: time-based, five digits, issuer `Steam`.
pub fn write_uri(issuer: &str, account: &str, otp: &Otp) -> Option<String> {
    let steam_by_name = issuer.trim().eq_ignore_ascii_case("steam");
    let (kind, rest) = match otp.kind() {
        // KeePassXC asks for `encoder`; the others for the type, or for the issuer with five digits.
        Kind::Steam => ("steam", "&algorithm=SHA1&digits=5&period=30&encoder=steam".to_owned()),
        Kind::Totp { .. } if steam_by_name && otp.digits().count() == 5 => return None,
        Kind::Totp { period } => {
            let mut rest = shape(otp, steam_by_name);
            if period != Period::THIRTY {
                rest += &format!("&period={}", period.seconds());
            }
            ("totp", rest)
        }
        Kind::Hotp { counter } => ("hotp", format!("{}&counter={counter}", shape(otp, false))),
    };
    let mut uri = format!("otpauth://{kind}/{}?secret={}", label(issuer, account), base32(otp.secret()));
    if !issuer.trim().is_empty() {
        uri += "&issuer=";
        encode(&mut uri, issuer.trim(), false);
    }
    Some(uri + &rest)
}

/// What people know an account by: `Issuer: account`, or the one of them that there is.
pub fn title(issuer: &str, account: &str) -> String {
    if issuer.is_empty() || account.is_empty() {
        format!("{issuer}{account}")
    } else {
        format!("{issuer}: {account}")
    }
}

impl Uri {
    /// Takes a URI apart. Only the scheme is judged.
    pub fn parse(text: &str) -> Result<Self, UriError> {
        let text = text.trim();
        // Apple's spelling makes Safari choose its own app for it.
        let text = strip_prefix_ignoring_case(text, "apple-").unwrap_or(text);
        let rest = strip_prefix_ignoring_case(text, "otpauth://").ok_or(UriError::NotOtpauth)?;
        let (path, query) = path_and_query(rest);
        let (kind, label) = path.split_once('/').unwrap_or((path, ""));
        let (issuer, query) = bare_issuer(label, query);
        let issuer = issuer.map(|issuer| ("issuer".to_owned(), decode(issuer, true)));
        let parts = query.into_iter().flat_map(|part| part.split('&')).filter(|part| !part.is_empty());
        let params: Vec<_> = issuer.into_iter().chain(parts.map(parse_param)).collect();

        let label = decode(label, false);
        let (prefix, account) = match label.expose().split_once(':') {
            Some((prefix, account)) => (prefix.trim().to_owned(), account.trim().to_owned()),
            None => (String::new(), label.expose().trim().to_owned()),
        };
        let kind = kind.trim().to_ascii_lowercase();
        let mut uri = Self { kind, issuer: prefix.clone(), account, params };
        if let Some(issuer) = uri.param("issuer").map(str::to_owned) {
            // Some write an issuer with colons of its own whole before the account; `write_uri` leaves them out.
            let whole = label
                .expose()
                .trim_start()
                .strip_prefix(&*issuer)
                .filter(|_| prefix != without_colons(&issuer));
            if let Some(account) = whole.and_then(|rest| rest.trim_start().strip_prefix(':')) {
                uri.account = account.trim().to_owned();
            }
            uri.issuer = issuer;
        }
        uri.part_glued_period(&prefix);
        Ok(uri)
    }

    /// Ente Auth's first releases forgot the `&` behind the issuer: `issuer=Shopperiod=30`. The issuer before the account tells.
    fn part_glued_period(&mut self, prefix: &str) {
        let glued = self.issuer.strip_prefix(prefix).and_then(|rest| rest.strip_prefix("period="));
        let is_number = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let Some(period) = glued.filter(is_number).filter(|_| self.param("period").is_none()) else { return };
        let period = SecretText::new(period.to_owned());
        self.params.push(("period".to_owned(), period));
        prefix.clone_into(&mut self.issuer);
    }

    /// The first parameter of that name, decoded and trimmed.
    /// `None` also when it is empty or says `null`, which some apps write for what they do not know.
    pub fn param(&self, name: &str) -> Option<&str> {
        let (_, value) = self.params.iter().find(|(n, _)| n.eq_ignore_ascii_case(name))?;
        let value = value.expose().trim();
        (!value.is_empty() && value != "null").then_some(value)
    }

    /// Judges it, with the `secret` parameter read as base32, or as `encoding` says.
    pub fn into_account(self) -> Result<Account, OtpError> {
        // A type that no reader knows is a better reason than a secret of another alphabet, or none.
        if self.kind() == Err(OtpError::UnsupportedType) {
            return Err(OtpError::UnsupportedType);
        }
        let text = self.param("secret").ok_or(OtpError::NoSecret)?;
        let encoding = self.param("encoding").unwrap_or("base32");
        // The KeePassOTP plugin writes the key as it is, so a blank was a plus.
        let secret = match encoding.to_ascii_lowercase().as_str() {
            "base32" => parse_base32(text)?,
            "hex" => parse_hex(text)?,
            "base64" => parse_base64(SecretText::new(text.replace(' ', "+")).expose())?,
            "utf8" => SecretBytes::new(text.replace(' ', "+").into_bytes()),
            _ => return Err(OtpError::BadSecret { at: 0 }),
        };
        self.into_account_with(secret)
    }

    /// Judges it, with a secret that came another way.
    pub fn into_account_with(self, secret: SecretBytes) -> Result<Account, OtpError> {
        let kind = self.kind()?;
        let (algorithm, digits) = match kind {
            Kind::Steam => (Algorithm::Sha1, Digits::SIX),
            _ => (Algorithm::parse(self.param("algorithm").unwrap_or(""))?, self.digits()?),
        };
        let otp = Otp::new(kind, algorithm, digits, secret)?;
        Ok(Account { issuer: self.issuer, account: self.account, otp })
    }

    /// How the moving factor moves.
    fn kind(&self) -> Result<Kind, OtpError> {
        match self.kind.as_str() {
            _ if self.is_of_another_maker() => Err(OtpError::UnsupportedType),
            "steam" => Ok(Kind::Steam),
            "totp" if self.is_steam()? => Ok(Kind::Steam),
            "totp" => Ok(Kind::Totp {
                period: self
                    .number("period", OtpError::BadPeriod)?
                    .map_or(Ok(Period::THIRTY), Period::new)?,
            }),
            "hotp" => Ok(Kind::Hotp { counter: self.number("counter", OtpError::BadCounter)?.unwrap_or(0) }),
            _ => Err(OtpError::UnsupportedType),
        }
    }

    /// Steam under another type: KeePassXC and KeeTrayTOTP say so outright, others by issuer and length.
    fn is_steam(&self) -> Result<bool, OtpError> {
        let said = ["encoder", "format"].iter().filter_map(|name| self.param(name)).any(|value| value.eq_ignore_ascii_case("steam"))
            // Stratum writes the name alone.
            || self.params.iter().any(|(name, value)| name == "steam" && ["", "true"].contains(&value.expose().trim()));
        let named = self.issuer.eq_ignore_ascii_case("steam");
        Ok(said || named && matches!(self.number("digits", OtpError::BadDigits)?, None | Some(5)))
    }

    /// `encoder=yandex`: the plugin's types have no scheme of their own.
    fn is_of_another_maker(&self) -> bool {
        const OURS: [&str; 3] = ["totp", "hotp", "steam"];
        self.param("encoder").is_some_and(|maker| !OURS.iter().any(|own| maker.eq_ignore_ascii_case(own)))
    }

    fn digits(&self) -> Result<Digits, OtpError> {
        self.number("digits", OtpError::BadDigits)?.map_or(Ok(Digits::SIX), Digits::new)
    }

    fn number(&self, name: &str, error: OtpError) -> Result<Option<u64>, OtpError> {
        self.param(name).map(|value| value.parse().map_err(|_| error)).transpose()
    }
}

/// Splits at the question mark. 2FAuth can be told to escape nothing, and then a label has question marks as well: the
/// parameters begin behind the last one before the first value. Where there is none, they begin at the first that is known.
fn path_and_query(rest: &str) -> (&str, &str) {
    let (cut, first) = match rest.find('?') {
        Some(mark) => (mark, rest.get(mark + 1..).and_then(|query| query.split('=').next())),
        None => {
            let is_known = |at: usize| {
                let name = rest.get(at + 1..).unwrap_or_default();
                ["secret=", "issuer="].iter().any(|known| strip_prefix_ignoring_case(name, known).is_some())
            };
            let mut marks = rest.match_indices(['&', ';']).map(|(at, _)| at);
            (marks.find(|at| is_known(*at)).unwrap_or(rest.len()), None)
        }
    };
    let cut = first.and_then(|first| first.rfind('?')).map_or(cut, |at| cut + 1 + at);
    (rest.get(..cut).unwrap_or(rest), rest.get(cut + 1..).unwrap_or_default())
}

/// An issuer with a bare `&` in it, which only the same before the account can tell from parameters, and the query around it.
fn bare_issuer<'u>(label: &'u str, query: &'u str) -> (Option<&'u str>, [&'u str; 2]) {
    let issuer = label.split_once(':').map(|(issuer, _)| issuer).filter(|issuer| issuer.contains('&'));
    let around = issuer.and_then(|issuer| {
        let (before, behind) = query.split_once(&format!("issuer={issuer}"))?;
        let is_whole =
            (before.is_empty() || before.ends_with('&')) && (behind.is_empty() || behind.starts_with('&'));
        is_whole.then_some([before, behind])
    });
    (issuer.filter(|_| around.is_some()), around.unwrap_or([query, ""]))
}

/// `text` behind `prefix`, whatever the case of its ASCII letters.
pub(crate) fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// Percent-decodes; `%` before anything but two hexadecimal digits stays. Bytes that are no UTF-8 become U+FFFD,
/// which no secret and no number has.
pub(crate) fn decode(text: &str, plus_is_blank: bool) -> SecretText {
    let mut bytes = Secret::new(Vec::with_capacity(text.len()));
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        let byte = match (first, tail) {
            (b'%', [high, low, tail @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                rest = tail;
                (nibble(*high) << 4) | nibble(*low)
            }
            (b'+', _) if plus_is_blank => b' ',
            _ => *first,
        };
        bytes.expose_mut().push(byte);
    }
    SecretText::new(String::from_utf8_lossy(bytes.expose()).into_owned())
}

/// The value of a hexadecimal digit.
fn nibble(digit: u8) -> u8 {
    char::from(digit).to_digit(16).and_then(|d| u8::try_from(d).ok()).unwrap_or(0)
}

/// A parameter's name in lower case without the rest of an escaped `&`: `&amp;` is what URIs look like when copied out of a
/// page's source, by number where WordPress wrote it.
pub(crate) fn behind_escape(name: &str) -> &str {
    ["amp;", "#038;", "#38;", "#x26;"].iter().find_map(|escape| name.strip_prefix(escape)).unwrap_or(name)
}

/// `name=value`; without `=` the value is empty.
fn parse_param(part: &str) -> (String, SecretText) {
    let (name, value) = part.split_once('=').unwrap_or((part, ""));
    let name = decode(name, true).expose().trim().to_ascii_lowercase();
    (behind_escape(&name).to_owned(), decode(value, true))
}

/// The parameters that time-based and counter-based codes share, where they are not the default.
fn shape(otp: &Otp, digits_too: bool) -> String {
    let mut text = String::new();
    if otp.algorithm() != Algorithm::Sha1 {
        text += &format!("&algorithm={}", otp.algorithm().name());
    }
    if digits_too || otp.digits() != Digits::SIX {
        text += &format!("&digits={}", otp.digits().count());
    }
    text
}

/// `Issuer:account`. A reader splits at the first colon after decoding, so an issuer's own colons are left to the
/// parameter, and an account with a colon and no issuer stands behind an empty issuer.
fn label(issuer: &str, account: &str) -> String {
    let account = account.trim();
    let mut text = String::new();
    encode(&mut text, &without_colons(issuer), true);
    if !text.is_empty() || account.contains(':') {
        text.push(':');
    }
    encode(&mut text, account, true);
    text
}

/// An issuer as it stands before the account.
fn without_colons(issuer: &str) -> String {
    issuer.replace(':', " ").trim().to_owned()
}

/// Percent-encodes everything but RFC 3986's unreserved characters; in a label also `@` stays, as in most apps.
fn encode(out: &mut String, text: &str, label: bool) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            b'@' if label => out.push('@'),
            _ => *out += &format!("%{byte:02X}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Account {
        parse_uri(text).unwrap_or_else(|e| panic!("{text}: {}", e.code()))
    }

    fn names(text: &str) -> (String, String) {
        let account = read(text);
        (account.issuer, account.account)
    }

    fn pair(issuer: &str, account: &str) -> (String, String) {
        (issuer.to_owned(), account.to_owned())
    }

    #[test]
    fn googles_example() {
        let text = "otpauth://totp/ACME%20Co:john.doe@email.com?secret=HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ&issuer=ACME%20Co&algorithm=SHA1&digits=6&period=30";
        let account = read(text);
        assert_eq!(account.issuer, "ACME Co");
        assert_eq!(account.account, "john.doe@email.com");
        assert_eq!(account.otp.kind(), Kind::Totp { period: Period::THIRTY });
        assert_eq!(account.otp.digits(), Digits::SIX);
        assert_eq!(account.otp.algorithm(), Algorithm::Sha1);
        assert_eq!(base32(account.otp.secret()), "HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ");
    }

    #[test]
    fn labels_in_every_form() {
        for (label, issuer, account) in [
            ("alice", "", "alice"),
            ("", "", ""),
            ("Big%20Co%3A%20alice%40example.com", "Big Co", "alice@example.com"),
            ("A%3AB%3AC", "A", "B:C"),
            (":alice", "", "alice"),
            ("A+B:c+d", "A+B", "c+d"),
            ("%E5%B1%B1%E7%94%B0:%E5%A4%AA%E9%83%8E", "\u{5c71}\u{7530}", "\u{592a}\u{90ce}"),
            ("\u{5c71}:\u{592a}", "\u{5c71}", "\u{592a}"),
            ("100%:a", "100%", "a"),
            ("100%zz:a", "100%zz", "a"),
            ("a/b#c", "", "a/b#c"),
            ("user:pw@host:1", "user", "pw@host:1"),
        ] {
            assert_eq!(names(&format!("otpauth://totp/{label}?secret=JBSWY3DP")), pair(issuer, account));
        }
    }

    #[test]
    fn the_parameter_beats_the_label() {
        assert_eq!(names("otpauth://totp/Old:a?secret=JBSWY3DP&issuer=New"), pair("New", "a"));
        assert_eq!(names("otpauth://totp/Old:a?secret=JBSWY3DP&issuer="), pair("Old", "a"));
        assert_eq!(names("otpauth://totp/Old:a?secret=JBSWY3DP&issuer&x"), pair("Old", "a"));
        assert_eq!(names("otpauth://totp/Old:a?secret=JBSWY3DP&issuer=null"), pair("Old", "a"));
        assert_eq!(names("otpauth://totp/a?secret=JBSWY3DP&issuer=Air+Canada"), pair("Air Canada", "a"));
        assert_eq!(names("otpauth://totp/a?secret=JBSWY3DP&issuer=A%26B%3DC"), pair("A&B=C", "a"));
    }

    #[test]
    fn odd_but_legal_uris_are_read() {
        for text in [
            "apple-otpauth://totp/a?secret=JBSWY3DPEHPK3PXP",
            "OTPAUTH://TOTP/a?SECRET=jbswy3dpehpk3pxp&Issuer=x",
            "otpauth://totp?secret=JBSWY3DPEHPK3PXP",
            "  otpauth://totp/a?secret=JBSW%20Y3DP+EHPK-3PXP\r\n",
            "otpauth://totp/a?&&secret=JBSWY3DPEHPK3PXP%3D%3D&",
            "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&digits=&period=null&algorithm",
            "otpauth://totp/a?issuer=x&amp;secret=JBSWY3DPEHPK3PXP&amp;digits=6",
            "otpauth://totp/a?algorithm=HmacSHA1&secret=JBSWY3DPEHPK3PXP&image=https%3A%2F%2Fx%2Fa.png&lock=false",
            "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&digits=06&period=+30",
        ] {
            let otp = read(text).otp;
            assert_eq!(otp.secret().expose(), b"Hello!\xde\xad\xbe\xef", "{text}");
            assert_eq!(otp.kind(), Kind::Totp { period: Period::THIRTY }, "{text}");
            assert_eq!((otp.digits(), otp.algorithm()), (Digits::SIX, Algorithm::Sha1), "{text}");
        }
    }

    #[test]
    fn an_escaped_and_may_be_written_by_its_number() {
        for and in ["&amp;", "&#038;", "&#38;", "&#x26;"] {
            let text = ["otpauth://totp/A:a?secret=JBSWY3DP", "digits=8", "period=60"].join(and);
            let otp = read(&text).otp;
            assert_eq!((otp.digits().count(), otp.period().unwrap().seconds()), (8, 60), "{text}");
        }
    }

    #[test]
    fn names_that_were_not_escaped_are_whole() {
        for (label, query, issuer, account) in [
            ("AT&T:me", "issuer=AT&T&secret=ME", "AT&T", "me"),
            ("Bed, Bath & Co:me", "secret=ME&issuer=Bed, Bath & Co", "Bed, Bath & Co", "me"),
            ("Who?:me", "issuer=Who?&secret=ME", "Who?", "me"),
            ("A? & B?:100% sure?", "digits=6&issuer=A? & B?&secret=ME", "A? & B?", "100% sure?"),
            // What is escaped in the one place is no evidence.
            ("AT%26T:me", "issuer=AT&T&secret=ME", "AT", "me"),
            ("AT&T:me", "issuer=AT&TX&secret=ME", "AT", "me"),
        ] {
            let text = format!("otpauth://totp/{label}?{query}");
            assert_eq!(names(&text), pair(issuer, account), "{text}");
        }
        // Those of a value are its own.
        assert_eq!(names("otpauth://totp/a?secret=ME&issuer=b?c=d"), pair("b?c=d", "a"));
    }

    #[test]
    fn parameters_without_a_question_mark_are_none_of_the_name() {
        assert_eq!(names("otpauth://totp/A&B:a&secret=JBSWY3DP&digits=8"), pair("A&B", "a"));
        assert_eq!(names("otpauth://totp/a;Secret=JBSWY3DP"), pair("", "a"));
        assert_eq!(names("otpauth://totp/a&issuer=B&secret=JBSWY3DP"), pair("B", "a"));
    }

    #[test]
    fn steam_by_a_name_without_a_value() {
        let otp = |query: &str| {
            parse_uri(&format!("otpauth://totp/Valve%3Aada?secret=JBSWY3DP&issuer=Valve{query}")).unwrap().otp
        };
        assert_eq!(otp("&steam").kind(), Kind::Steam);
        assert_eq!(otp("&steam=true").kind(), Kind::Steam);
        assert_eq!(otp("").kind().name(), "totp");
        assert_eq!(otp("&steam=false").kind().name(), "totp");
    }

    #[test]
    fn a_period_that_is_glued_to_the_issuer_is_parted() {
        let glued = |more: &str| {
            read(&format!("otpauth://totp/My Shop:ada?digits=6&issuer=My Shopperiod=60{more}&secret=ME"))
        };
        let apart = glued("");
        assert_eq!((&*apart.issuer, apart.otp.period().unwrap().seconds()), ("My Shop", 60));
        // Without the evidence it is a name.
        assert_eq!(glued("&period=30").issuer, "My Shopperiod=60");
        assert_eq!(glued("s").issuer, "My Shopperiod=60s");
        assert_eq!(read("otpauth://totp/ada?issuer=My Shopperiod=60&secret=ME").issuer, "My Shopperiod=60");
    }

    #[test]
    fn an_issuer_with_colons_stands_whole_before_the_account() {
        for (label, account) in [
            ("A%3AB%3Aada", "ada"),
            ("A:B:%20ada", "ada"),
            ("A%3AB%20%3Aada", "ada"),
            ("ada", "ada"),
            ("A:Bada", "Bada"),
        ] {
            let account_of =
                parse_uri(&format!("otpauth://totp/{label}?secret=JBSWY3DP&issuer=A%3AB")).unwrap();
            assert_eq!((&*account_of.issuer, &*account_of.account), ("A:B", account), "{label}");
        }
    }

    #[test]
    fn parameters_are_taken_or_refused_never_replaced() {
        let with = |query: &str| parse_uri(&format!("otpauth://totp/a?secret=JBSWY3DP&{query}"));
        let otp = with("algorithm=sha-512&digits=10&period=86400").unwrap().otp;
        assert_eq!(otp.algorithm(), Algorithm::Sha512);
        assert_eq!(otp.digits().count(), 10);
        assert_eq!(otp.period().unwrap().seconds(), 86_400);
        for (query, error) in [
            ("digits=0", OtpError::BadDigits),
            ("digits=11", OtpError::BadDigits),
            ("digits=six", OtpError::BadDigits),
            ("digits=-6", OtpError::BadDigits),
            ("period=0", OtpError::BadPeriod),
            ("period=30.5", OtpError::BadPeriod),
            ("period=99999999999999999999", OtpError::BadPeriod),
            ("algorithm=MD5", OtpError::UnsupportedAlgorithm),
            ("algorithm=SHA384", OtpError::UnsupportedAlgorithm),
        ] {
            assert_eq!(with(query), Err(UriError::Otp(error)), "{query}");
        }
        for (text, code) in [
            ("otpauth://totp/a", "no-secret"),
            ("otpauth://totp/a?secret=", "no-secret"),
            ("otpauth://totp/a?secret=A", "no-secret"),
            ("otpauth://totp/a?secret=01890189", "bad-secret"),
            ("otpauth://totp/a?secret=%FF%FE", "bad-secret"),
            ("otpauth://xotp/a?secret=JBSWY3DP", "unsupported-type"),
            ("otpauth://yaotp/a?secret=JBSWY3DP&pin_length=8", "unsupported-type"),
            ("otpauth://hotp/a?secret=JBSWY3DP&counter=-1", "bad-counter"),
            ("otpauth-migration://offline?data=AA", "not-otpauth"),
            ("https://example.com/", "not-otpauth"),
            ("otpauth:/", "not-otpauth"),
            ("", "not-otpauth"),
        ] {
            assert_eq!(parse_uri(text).map_err(UriError::code), Err(code), "{text}");
        }
    }

    #[test]
    fn a_key_may_be_written_otherwise_and_a_code_made_otherwise() {
        let key = |query: &str| {
            let account = parse_uri(&format!("otpauth://totp/a?secret={query}&issuer=b"));
            account.map(|account| account.otp.secret().expose().clone()).map_err(UriError::code)
        };
        assert_eq!(key("3132abCD&encoding=HEX"), Ok(vec![0x31, 0x32, 0xab, 0xcd]));
        assert_eq!(key("SGVs+bGb%3D%3d&encoding=BASE64"), Ok(b"Hel\xf9\xb1\x9b".to_vec()));
        assert_eq!(key("hello+2&encoding=UTF8"), Ok(b"hello+2".to_vec()));
        assert_eq!(key("MFRA&encoding=BASE32"), Ok(b"ab".to_vec()));
        assert_eq!(key("MFRA&encoding=BASE85"), Err("bad-secret"));
        assert_eq!(key("MFRA&yandexpin=5239&encoder=yandex"), Err("unsupported-type"));
    }

    #[test]
    fn counters() {
        let counter = |query: &str| read(&format!("otpauth://hotp/a?secret=JBSWY3DP{query}")).otp.kind();
        assert_eq!(counter(""), Kind::Hotp { counter: 0 });
        assert_eq!(counter("&counter=18446744073709551615"), Kind::Hotp { counter: u64::MAX });
    }

    #[test]
    fn steam_in_every_form() {
        for text in [
            "otpauth://steam/Boeing:Sophia?secret=JBSWY3DP&algorithm=SHA9&digits=6&period=0",
            "otpauth://totp/Steam:a?secret=JBSWY3DP&issuer=Steam&digits=5",
            "otpauth://totp/Steam:a?secret=JBSWY3DP",
            "otpauth://totp/a?secret=JBSWY3DP&encoder=steam&digits=6",
            "otpauth://totp/a?secret=JBSWY3DP&digits=5&format=Steam",
        ] {
            let otp = read(text).otp;
            assert_eq!((otp.kind(), otp.digits().count()), (Kind::Steam, 5), "{text}");
        }
        let plain = read("otpauth://totp/Steam:a?secret=JBSWY3DP&digits=6").otp;
        assert_eq!(plain.kind(), Kind::Totp { period: Period::THIRTY });
    }

    #[test]
    fn what_is_written_is_exact() {
        let secret = || SecretBytes::new(b"Hello!\xde\xad\xbe\xef".to_vec());
        let totp =
            Otp::new(Kind::Totp { period: Period::THIRTY }, Algorithm::Sha1, Digits::SIX, secret()).unwrap();
        assert_eq!(
            write_uri("ACME Co", "john@email.com", &totp).unwrap(),
            "otpauth://totp/ACME%20Co:john@email.com?secret=JBSWY3DPEHPK3PXP&issuer=ACME%20Co"
        );
        assert_eq!(write_uri("", "", &totp).unwrap(), "otpauth://totp/?secret=JBSWY3DPEHPK3PXP");
        let kind = Kind::Totp { period: Period::new(60).unwrap() };
        let odd = Otp::new(kind, Algorithm::Sha256, Digits::new(8).unwrap(), secret()).unwrap();
        assert_eq!(
            write_uri("A&B", "x/y?", &odd).unwrap(),
            "otpauth://totp/A%26B:x%2Fy%3F?secret=JBSWY3DPEHPK3PXP&issuer=A%26B&algorithm=SHA256&digits=8&period=60"
        );
        let hotp = Otp::new(Kind::Hotp { counter: 0 }, Algorithm::Sha1, Digits::SIX, secret()).unwrap();
        assert_eq!(
            write_uri("X", "a", &hotp).unwrap(),
            "otpauth://hotp/X:a?secret=JBSWY3DPEHPK3PXP&issuer=X&counter=0"
        );
        let steam = Otp::new(Kind::Steam, Algorithm::Sha1, Digits::SIX, secret()).unwrap();
        assert_eq!(
            write_uri("Steam", "a", &steam).unwrap(),
            "otpauth://steam/Steam:a?secret=JBSWY3DPEHPK3PXP&issuer=Steam&algorithm=SHA1&digits=5&period=30&encoder=steam"
        );
    }

    #[test]
    fn colons_survive_the_round_trip() {
        let otp = read("otpauth://totp/a?secret=JBSWY3DP").otp;
        for (issuer, account) in [
            ("A:B", "c:d"),
            ("", "c:d"),
            ("", ":"),
            (":", ""),
            (":", ":"),
            (": :", ": :a"),
            ("::", "a"),
            ("!:", ":"),
            ("A:B", ":c"),
            ("Steam", "a"),
            ("null", "null"),
            ("", "null"),
        ] {
            let uri = write_uri(issuer, account, &otp).unwrap();
            assert_eq!(
                read(&uri),
                Account { issuer: issuer.into(), account: account.into(), otp: otp.clone() },
                "{uri}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(text in "(otpauth://(totp|hotp|steam|\\PC{0,4})/?)?\\PC{0,40}(\\?(secret|issuer|digits|period|counter|algorithm|\\PC{0,5})=?\\PC{0,20}(&\\PC{0,30}){0,3})?") {
            let _ = parse_uri(&text);
        }

        #[test]
        fn what_is_written_is_read_back(
            issuer in "\\PC{0,20}",
            account in "\\PC{0,30}",
            kind in 0..3,
            moving in proptest::num::u64::ANY,
            algorithm in 0..3usize,
            digits in 1u64..=10,
            secret in proptest::collection::vec(proptest::num::u8::ANY, 1..80),
        ) {
            let kind = match kind {
                0 => Kind::Totp { period: Period::new(moving % (86_400 * 366) + 1).unwrap() },
                1 => Kind::Hotp { counter: moving },
                _ => Kind::Steam,
            };
            let algorithm = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512][algorithm];
            let otp = Otp::new(kind, algorithm, Digits::new(digits).unwrap(), SecretBytes::new(secret)).unwrap();
            let uri = write_uri(&issuer, &account, &otp).unwrap();
            let account = Account { issuer: issuer.trim().into(), account: account.trim().into(), otp };
            proptest::prop_assert_eq!(read(&uri), account);
        }
    }
}
