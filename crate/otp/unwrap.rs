//! Links that a mail program or a terminal broke into lines. Read line by line they would be cut short, secret and all. What
//! follows a whole link is the next account's name, somebody's password: a line is joined only where a link cannot end so, or
//! the line cannot begin anything else.

use std::borrow::Cow;

use super::Algorithm;
use super::migration::{is_transfer, parse_migration};
use super::text::split_mark;
use super::uri::{Uri, strip_prefix_ignoring_case};

/// No program breaks lines that are shorter.
const NARROWEST: usize = 40;
/// Digits of the shortest secret that sites hand out.
const SHORTEST: usize = 16;
/// A word in base32's letters is seldom longer.
const LONGEST_WORD: usize = 10;
/// And a name below a link is longer.
const SHORTEST_WORD: usize = 3;
/// What comes after an `&` in the links of authenticators.
const PARAMETERS: &[&str] = &[
    "secret",
    "issuer",
    "algorithm",
    "digits",
    "period",
    "counter",
    "image",
    "icon",
    "logo",
    "color",
    "encoder",
    "user",
    "lock",
    "pin",
    "tags",
];
/// Periods that are given out, in seconds: a cut one is told from a whole one by them.
const PERIODS: &[u32] = &[15, 20, 30, 40, 45, 60, 90, 120, 180, 240, 300, 600];

/// The text with broken links put together. A blank line stands for each that moved up, so that the numbers of the
/// lines stay.
pub fn unwrapped(text: &str) -> Cow<'_, str> {
    let mut lines = text.lines();
    while let Some(first) = lines.next() {
        if continued(first, lines.clone()) > 0 {
            return Cow::Owned(join(text));
        }
    }
    Cow::Borrowed(text)
}

fn join(text: &str) -> String {
    let mut whole = String::with_capacity(text.len() + 1);
    let mut lines = text.lines();
    while let Some(first) = lines.next() {
        let more = continued(first, lines.clone());
        whole.push_str(if more > 0 { first.trim() } else { first });
        let (mark, _) = split_mark(first);
        lines.by_ref().take(more).for_each(|line| whole.push_str(unmarked(line, mark)));
        whole.extend(std::iter::repeat_n('\n', more + 1));
    }
    whole
}

/// How many of the lines that follow belong to the link that a line begins; 0 when it is none or whole.
fn continued<'l>(first: &str, rest: impl Iterator<Item = &'l str>) -> usize {
    let width = first.trim_end().chars().count();
    let (mark, link) = split_mark(first);
    let transfer = is_transfer(link);
    if !transfer && (strip_prefix_ignoring_case(link, "otpauth://").is_none() || width < NARROWEST) {
        return 0;
    }
    let mut link = link.to_owned();
    let mut full = 0;
    for line in rest {
        let (part, length) = (unmarked(line, mark), line.trim_end().chars().count());
        if length > width || !is_part(part) {
            break;
        }
        // All are as wide as the first, but for the last.
        if length < width {
            return full + usize::from(belongs(&link, part, full > 0, transfer));
        }
        link.push_str(part);
        full += 1;
    }
    full
}

/// A line without what stands before each line of an answered mail.
fn unmarked<'l>(line: &'l str, mark: &str) -> &'l str {
    let line = line.trim();
    if mark.contains('>') { line.trim_start_matches(['>', ' ']) } else { line }
}

/// Whether a line could be the middle of a link, and not the beginning of the next.
fn is_part(line: &str) -> bool {
    let sign = |c: char| c.is_ascii_alphanumeric() || "%-._~:@&=+$/?!*'();".contains(c);
    !line.is_empty() && line.chars().all(sign) && !line.contains("://")
}

/// Whether a shorter line is the rest of a link. `wrapped`: lines before it were broken at the same width.
fn belongs(link: &str, last: &str, wrapped: bool, transfer: bool) -> bool {
    let joined = [link, last].concat();
    if transfer {
        return parse_migration(link).is_err() && parse_migration(&joined).is_ok();
    }
    if last.starts_with('&') {
        return true;
    }
    let Some((_, query)) = link.split_once('?') else {
        // Broken before the secret: alone it is no account.
        return Uri::parse(&joined).is_ok_and(|uri| uri.param("secret").is_some());
    };
    let (rest, others) = last.split_once('&').map_or((last, None), |(rest, others)| (rest, Some(others)));
    if others.is_some_and(|others| !others.split('&').all(is_parameter)) {
        return false;
    }
    let tail = query.rsplit('&').next().unwrap_or_default();
    match tail.split_once('=') {
        // Broken inside the parameter's name.
        None => is_parameter(&[tail, rest].concat()),
        Some(_) if rest.trim_end_matches('=').contains('=') => false,
        Some(_) if others.is_some() => true,
        Some((name, value)) => continues(&name.to_ascii_lowercase(), value, rest, wrapped),
    }
}

/// Whether it is a parameter of links, `digits=8`.
fn is_parameter(text: &str) -> bool {
    text.split_once('=')
        .is_some_and(|(name, _)| PARAMETERS.iter().any(|known| name.eq_ignore_ascii_case(known)))
}

/// Whether a parameter's value goes on with what the last line has.
fn continues(name: &str, value: &str, rest: &str, wrapped: bool) -> bool {
    let joined = [value, rest].concat();
    // Whole is what is usual; what was cut is not, and is so again when joined.
    let becomes =
        |usual: &dyn Fn(&str) -> bool| usual(&joined) && (wrapped || value.is_empty() || !usual(value));
    match name {
        "secret" => goes_on(value, rest, wrapped),
        "algorithm" => becomes(&|name| Algorithm::parse(name).is_ok()),
        "digits" => becomes(&|digits| digits.parse().is_ok_and(|n: u8| (5..=10).contains(&n))),
        "period" => becomes(&|period| period.parse().is_ok_and(|n: u32| PERIODS.contains(&n))),
        "counter" => wrapped && joined.parse::<u64>().is_ok(),
        // A name: the next line may be one, too.
        _ => wrapped || is_escaped(&joined) && (rest.contains('%') || !is_escaped(value)),
    }
}

/// Whether a secret goes on. base32 makes whole blocks of eight, as nearly every site's secret does; a length that is none of
/// base32's was cut for certain.
fn goes_on(value: &str, rest: &str, wrapped: bool) -> bool {
    let digits = |text: &str| text.trim_end_matches('=').len();
    let sign = |upper: bool, c: char| {
        matches!(c, '2'..='7') || c.is_ascii_alphabetic() && c.is_ascii_uppercase() == upper
    };
    let one_case = [true, false].iter().any(|&upper| {
        [value, rest].iter().all(|text| text.trim_end_matches('=').chars().all(|c| sign(upper, c)))
    });
    let (before, whole) = (digits(value), digits(value) + digits(rest));
    if !one_case || value.ends_with('=') {
        return false;
    }
    let cut = matches!(before % 8, 1 | 3 | 6);
    // 32 and 64 bytes make whole keys that end within a block. "AWS2" below one may be the next account. So do 16, in 26 letters;
    // but 32 letters that were cut there are seen more often than six below that fit.
    let usual = before % 8 == 0 || matches!(before, 52 | 103);
    let no_name = rest.len() >= LONGEST_WORD || rest.ends_with('=');
    let no_word = no_name || rest.contains(|c: char| c.is_ascii_digit());
    match whole % 8 {
        0 => {
            cut || before < SHORTEST && (no_word || rest.len() <= SHORTEST_WORD)
                || if usual { no_name && before % 8 != 0 } else { no_word }
                || wrapped && (no_word || before % 8 != 0)
        }
        1 | 3 | 6 => false,
        _ => cut && wrapped,
    }
}

/// Whether every `%` has its two hexadecimal digits.
fn is_escaped(text: &str) -> bool {
    text.split('%').skip(1).all(|rest| rest.bytes().take_while(u8::is_ascii_hexdigit).take(2).count() == 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::otp::base32::base32;
    use crate::otp::text::read_texts;

    const LINK: &str = "otpauth://totp/Northwind%20Traders:ada%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\
                        &issuer=Northwind%20Traders&algorithm=SHA256&digits=8&period=60";

    /// The text in lines of that width.
    fn wrap(text: &str, width: usize) -> String {
        let lines: Vec<_> = text.as_bytes().chunks(width).map(|l| str::from_utf8(l).unwrap()).collect();
        lines.join("\n")
    }

    #[test]
    fn a_broken_link_is_whole_again_at_every_width() {
        for width in NARROWEST..LINK.len() {
            let text = format!("Mine\n{}\n\nYours\n{}\n", wrap(LINK, width), wrap(LINK, width + 1));
            let whole = unwrapped(&text);
            let links: Vec<_> = whole.lines().filter(|line| line.starts_with("otpauth")).collect();
            assert_eq!(links, [LINK, LINK], "{width}");
        }
    }

    #[test]
    fn every_parameter_may_stand_last() {
        let base = "otpauth://totp/Northwind%20Traders:ada%40example.com?";
        for last in [
            "digits=8&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
            "secret=JBSWY3DPEHPK3PXP&issuer=Caf%C3%A9%20Nord",
            "secret=JBSWY3DPEHPK3PXP&algorithm=SHA512",
            "secret=JBSWY3DPEHPK3PXP&digits=10",
            "secret=JBSWY3DPEHPK3PXP&period=120",
        ] {
            let link = format!("{base}{last}");
            for width in NARROWEST..link.len() {
                let read = read_texts(&[wrap(&link, width)]);
                let whole = read_texts(std::slice::from_ref(&link));
                // The end of a name may be another name, and three letters of a key, too: it is told as a line that says nothing.
                // And a key that is cut behind a whole block may be whole, with another below.
                let (at, key) = (width.min(link.len()), link.find("secret=").unwrap() + 7);
                let name = read.skipped.len() == 1 && (last.contains("issuer") || at + 4 > link.len());
                let block = last.ends_with("PXP") && at > key && (at - key) % 8 == 0 && at - key >= SHORTEST;
                assert!(read == whole || name || block, "{width}: {last}");
                // Never another key: the whole one, or what stands before the break, and what stands behind it apart from that. A key
                // that ends within a byte loses the bits of its last letter.
                let all = base32(whole.accounts[0].otp.secret());
                let keys: Vec<_> = read.accounts.iter().map(|account| base32(account.otp.secret())).collect();
                let is_at = |text: &str, key: &str| text.starts_with(&key[..key.len() - 1]);
                let apart = (name || block) && is_at(&all, &keys[0]);
                assert!(keys[0] == all || apart, "{width}: {last}");
                assert!(
                    keys.len() == 1 || keys.len() == 2 && block && is_at(&all[at - key..], &keys[1]),
                    "{width}: {last}"
                );
            }
        }
    }

    #[test]
    fn marks_before_the_lines_are_no_part_of_the_link() {
        for (mark, next) in [("> ", "> "), ("- ", "  "), (">> ", ">> "), ("\u{2022} ", "  "), ("1. ", "")] {
            for width in NARROWEST..LINK.len() {
                let text = if next.is_empty() {
                    wrap(&[mark, LINK].concat(), width)
                } else {
                    [mark, &wrap(LINK, width).replace('\n', &format!("\n{next}"))].concat()
                };
                let read = read_texts(std::slice::from_ref(&text));
                assert_eq!(
                    (&read.accounts, read.skipped.len()),
                    (&read_texts(&[LINK.into()]).accounts, 0),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn a_secret_broken_in_two_is_not_cut_short() {
        let link =
            "otpauth://totp/Northwind%20Traders:ada%40example.com?issuer=Northwind&secret=JBSWY3DPEHPK3PXP";
        for width in link.len() - 15..link.len() {
            assert_eq!(unwrapped(&wrap(link, width)).trim(), link, "{width}");
        }
    }

    #[test]
    fn a_broken_transfer_is_read() {
        let link = "otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8SGEV4YW1wbGU6YWxpY2VAZ29vZ2xlLmNvbRoHRXhhbXBsZTAC";
        assert_eq!(read_texts(&[link.to_owned()]).accounts.len(), 1);
        for width in 30..link.len() {
            let read = read_texts(&[wrap(link, width)]);
            assert_eq!((read.accounts.len(), read.skipped.len()), (1, 0), "{width}");
        }
    }

    #[test]
    fn what_follows_a_whole_link_stays_apart() {
        for next in [
            "Google",
            "AWS",
            "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
            "# remark",
            "",
            "JBSWY3DP====",
            LINK,
            "username=ada",
            "hunter2&co",
            "50%",
            "100%25off&x",
            "a&b=c",
            "PASSWORD",
            "MEME2345",
            "issuer=Other",
        ] {
            let text = format!("{LINK}\n{next}\n");
            assert_eq!(unwrapped(&text), text, "{next}");
            let text =
                format!("otpauth://totp/Northwind:ada%40example.com?secret=JBSWY3DPEHPK3PXP\n{next}\n");
            assert_eq!(unwrapped(&text), text, "{next}");
        }
        // What would make a key of a usual length.
        for (key, next) in [
            ("JBSWY3DPEHPK3PXP".repeat(3) + "JBSW", "AWS2"),
            ("JBSWY3DP".into(), "PASSWORD"),
            ("JBSWY3DPEHPK".into(), "BANK"),
        ] {
            let text = format!("otpauth://totp/Northwind:ada%40example.com?secret={key}\n{next}\n");
            assert_eq!(unwrapped(&text), text, "{next}");
        }
        // Even where the link's lines are all of one width.
        for next in ["username=ada", "hunter2&co", "Google", "7"] {
            let link =
                "otpauth://totp/Northwind%20Traders:ada%40ex.com?issuer=Northwind&secret=JBSWY3DPEHPK3PXP";
            let text = format!("{}\n{next}\n", wrap(link, link.len() / 2));
            let read = read_texts(&[text]);
            assert_eq!(read.accounts, read_texts(&[link.to_owned()]).accounts, "{next}");
            assert_eq!(read.skipped.len(), 1, "{next}");
        }
        // Too short for any program to break.
        assert_eq!(
            unwrapped("otpauth://totp/a?secret=ME\n&digits=8"),
            "otpauth://totp/a?secret=ME\n&digits=8"
        );
    }

    #[test]
    fn the_numbers_of_the_lines_stay() {
        let text = format!("{}\r\nnonsense here\r\n", wrap(LINK, 60).replace('\n', "\r\n"));
        let read = read_texts(&[text]);
        assert_eq!((read.accounts.len(), read.skipped[0].line), (1, 3));
    }
}
