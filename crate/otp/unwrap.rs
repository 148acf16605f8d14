//! Links that a mail program or a terminal broke into lines. Read line by line they would be cut short, secret and all.

use std::borrow::Cow;

use super::migration::parse_migration;
use super::uri::{Uri, strip_prefix_ignoring_case};

/// No program breaks lines that are shorter.
const NARROWEST: usize = 40;
/// Digits of the shortest secret that sites hand out.
const SHORTEST: usize = 16;

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
        lines.by_ref().take(more).for_each(|line| whole.push_str(line.trim()));
        whole.extend(std::iter::repeat_n('\n', more + 1));
    }
    whole
}

/// How many of the lines that follow belong to the link that a line begins; 0 when it is none or whole.
fn continued<'l>(first: &str, rest: impl Iterator<Item = &'l str> + Clone) -> usize {
    let first = first.trim();
    let transfer = strip_prefix_ignoring_case(first, "otpauth-migration://").is_some();
    let width = first.len();
    if !transfer && (strip_prefix_ignoring_case(first, "otpauth://").is_none() || width < NARROWEST) {
        return 0;
    }
    let parts = rest.map(str::trim).take_while(|line| is_part(line) && line.len() <= width);
    // All are as wide as the first, but for the last.
    let full = parts.clone().take_while(|line| line.len() == width).count();
    match (full, parts.clone().nth(full)) {
        (0, None) => 0,
        // What follows may be a name, or another account's bare secret.
        (0, Some(last)) => usize::from(belongs(first, last, transfer)),
        (full, last) => full + usize::from(last.is_some()),
    }
}

/// Whether a line could be the middle of a link, and not the beginning of the next.
fn is_part(line: &str) -> bool {
    let sign = |c: char| c.is_ascii_alphanumeric() || "%-._~:@&=+$/?!*'();".contains(c);
    !line.is_empty() && line.chars().all(sign) && !line.contains("://")
}

/// Whether one shorter line is the rest of a link: by the marks that links have inside, or by what it would be without.
fn belongs(first: &str, last: &str, transfer: bool) -> bool {
    let joined = || [first, last].concat();
    if transfer {
        return parse_migration(first).is_err() && parse_migration(&joined()).is_ok();
    }
    if last.trim_end_matches('=').contains(['&', '=', '%']) {
        return true;
    }
    // Broken inside the secret: base32 makes whole blocks of eight, as nearly every site's secret does.
    let secret = |link: &str| {
        let uri = Uri::parse(link).ok()?;
        uri.param("secret").map(|secret| secret.trim_end_matches('=').len())
    };
    let behind_secret =
        first.rsplit(['&', '?']).next().is_some_and(|p| strip_prefix_ignoring_case(p, "secret=").is_some());
    behind_secret
        && secret(first).is_none_or(|length| length % 8 != 0 || length < SHORTEST)
        && secret(&joined()).is_some_and(|length| length % 8 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
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
            // A last line without a mark could be a name: then the link must not be read as if it were whole.
            let rest = |width: usize| LINK.len() % width;
            if links != [LINK, LINK] {
                assert!(rest(width) < 10 || rest(width + 1) < 10, "{width}: {whole}");
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
        for next in
            ["Google", "AWS", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "# remark", "", "JBSWY3DP====", LINK]
        {
            let text = format!("{LINK}\n{next}\n");
            assert_eq!(unwrapped(&text), text, "{next}");
            let text =
                format!("otpauth://totp/Northwind:ada%40example.com?secret=JBSWY3DPEHPK3PXP\n{next}\n");
            assert_eq!(unwrapped(&text), text, "{next}");
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
