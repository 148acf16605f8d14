//! After a device was stolen or lost: which accounts come first, and how far each one may go. Pure: names and numbers in,
//! an order out. The table is `dangers.txt`.

use crate::site::Issuer;
use crate::site::suffix::registrable;
use crate::vault::worklist::{ENROLLED, STEPS};

static TABLE: &str = include_str!("dangers.txt");

/// What somebody else can do with an account, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Danger {
    /// Mail: it resets the rest.
    Mail,
    /// What signs in elsewhere, or can change where mail goes: identity providers, password managers, domains.
    Identity,
    /// Money.
    Money,
    /// Everything else.
    Other,
}

impl Danger {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Identity => "identity",
            Self::Money => "money",
            Self::Other => "other",
        }
    }

    /// Of an account, by its issuer and the hosts that it is bound to: the worst that any of them says.
    pub fn of(issuer: &str, hosts: &[String]) -> Self {
        let service = Issuer::find(issuer).map(Issuer::name);
        let domains: Vec<&str> = hosts.iter().filter_map(|host| registrable(host)).collect();
        let is = |name: &str| service == Some(name) || domains.contains(&name) || says(issuer, name);
        let known = lines().filter(|(_, names)| names.split(" | ").any(is)).map(|(class, _)| class);
        let bank = words(issuer).any(|word| BANKS.contains(&word.as_str()));
        known.chain(bank.then_some(Self::Money)).min().unwrap_or(Self::Other)
    }
}

/// How far an account may go in one step: the second one is done by giving the entry its new key, and by nothing else.
pub fn may_reach(done: u8, wanted: u32, replaced: bool) -> Option<u8> {
    let wanted = u8::try_from(wanted).ok().filter(|wanted| *wanted <= STEPS && *wanted <= done + 1)?;
    (wanted < ENROLLED || replaced).then_some(wanted)
}

/// Words in a name that speak of money whoever's it is.
const BANKS: &[&str] = &[
    "bank",
    "banque",
    "banco",
    "banca",
    "sparkasse",
    "volksbank",
    "raiffeisen",
    "credit",
    "broker",
    "crypto",
    "wallet",
    "visa",
    "mastercard",
];

fn lines() -> impl Iterator<Item = (Danger, &'static str)> {
    TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let (class, names) = line.split_once(" = ")?;
        let all = [Danger::Mail, Danger::Identity, Danger::Money];
        Some((all.into_iter().find(|danger| danger.code() == class)?, names))
    })
}

/// Names that the table of issuers does not have are compared to the letter, but for case.
fn says(issuer: &str, name: &str) -> bool {
    issuer.trim().to_lowercase() == name.to_lowercase()
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|letter: char| !letter.is_alphanumeric()).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(issuer: &str) -> Danger {
        Danger::of(issuer, &[])
    }

    #[test]
    fn mail_comes_before_identity_before_money_before_the_rest() {
        assert!(
            Danger::Mail < Danger::Identity
                && Danger::Identity < Danger::Money
                && Danger::Money < Danger::Other
        );
        for (issuer, danger) in [
            ("Google", Danger::Mail),
            ("gmail", Danger::Mail),
            ("Microsoft 365", Danger::Mail),
            ("ProtonMail", Danger::Mail),
            ("Okta", Danger::Identity),
            ("AWS", Danger::Identity),
            ("GitHub", Danger::Identity),
            ("PayPal", Danger::Money),
            ("Coinbase", Danger::Money),
            ("First Example Bank", Danger::Money),
            ("Discord", Danger::Other),
            ("Banking on nobody", Danger::Other),
            ("", Danger::Other),
        ] {
            assert_eq!(of(issuer), danger, "{issuer}");
        }
    }

    #[test]
    fn the_sites_tell_where_the_name_does_not() {
        let hosts = |hosts: &[&str]| hosts.iter().map(|host| (*host).to_owned()).collect::<Vec<_>>();
        assert_eq!(Danger::of("work", &hosts(&["login.live.com"])), Danger::Mail);
        assert_eq!(Danger::of("work", &hosts(&["a.example", "127.0.0.1"])), Danger::Other);
    }

    #[test]
    fn every_name_of_the_table_is_one_of_the_issuers_or_a_domain() {
        let own = ["Revolut"];
        for (_, names) in lines() {
            for name in names.split(" | ") {
                let known = Issuer::all().any(|issuer| issuer.name() == name);
                assert!(known || name.contains('.') || own.contains(&name), "{name}");
            }
        }
        assert_eq!(lines().count(), 3);
    }

    #[test]
    fn steps_go_one_by_one_and_the_second_needs_the_new_key() {
        assert_eq!(may_reach(0, 1, false), Some(1));
        assert_eq!(may_reach(1, 2, false), None);
        assert_eq!(may_reach(1, 2, true), Some(2));
        assert_eq!(may_reach(0, 2, true), None);
        assert_eq!(may_reach(2, 4, true), None);
        assert_eq!(may_reach(3, 4, true), Some(4));
        assert_eq!(may_reach(4, 0, true), Some(0));
        assert_eq!(may_reach(4, 5, true), None);
        assert_eq!(may_reach(4, u32::MAX, true), None);
    }
}
