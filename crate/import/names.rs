//! The families by the names that people know them by, and what each importer reads. The help page's table of formats
//! is written from here.

/// A family of files, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Family {
    /// [`super::Importer::id`].
    pub id: &'static str,
    /// The app.
    pub name: &'static str,
    /// Which of its files.
    pub reads: &'static str,
}

/// Every importer's family, in the order of [`super::REGISTRY`].
pub const FAMILIES: &[Family] = &[
    family("1password", "1Password", "Export of all items, `.1pux`"),
    family("1password-csv", "1Password", "CSV export"),
    family("1password-pif", "1Password", "Export of version 7 and older, `.1pif`"),
    family("2fas", "2FAS", "Backup file, schema 1 to 4, with or without a password"),
    family("2fast", "2fast", "`.2fa` file, with its password"),
    family("2fauth", "2FAuth", "JSON export"),
    family("aegis", "Aegis", "JSON export or automatic backup, plain or encrypted"),
    family("andotp", "andOTP", "Plain JSON backup"),
    family("andotp-encrypted", "andOTP", "Encrypted backup, old and new, with its password"),
    family("apple-passwords", "Apple Passwords", "CSV export"),
    family("authenticator-extension", "Authenticator (browser extension)", "JSON backup, plain or encrypted"),
    family("authenticator-plus", "Authenticator Plus", "Zip export, with its password"),
    family("authenticator-plus-database", "Authenticator Plus", "Encrypted database"),
    family("authme", "Authme", "`.authme` file that is not encrypted, text or page"),
    family(
        "authy",
        "Authy",
        "Preferences of the Android app, the answer to a data request (CSV), or what its server sent, `authenticator_tokens.json`",
    ),
    family("battle-net", "Battle.net Authenticator", "Preferences of the Android app"),
    family(
        "bitwarden",
        "Bitwarden, Bitwarden Authenticator",
        "JSON, plain or protected by a password; not one that is restricted to the account",
    ),
    family("bitwarden-authenticator-csv", "Bitwarden Authenticator", "CSV export"),
    family("bitwarden-csv", "Bitwarden", "CSV export"),
    family("cotp", "cotp", "JSON export"),
    family(
        "csv",
        "Other tables",
        "CSV with a column for one-time passwords, or with `otpauth://` links in it",
    ),
    family("cxf", "Credential Exchange Format", "JSON, as password managers hand it over"),
    family("dashlane-csv", "Dashlane", "`credentials.csv`"),
    family("dashlane-zip", "Dashlane", "Zip of CSV files"),
    family("duo", "Duo Mobile", "Accounts of the Android app; not Duo's own ones"),
    family("enpass", "Enpass", "JSON export"),
    family("enpass-csv", "Enpass", "CSV export"),
    family("ente", "Ente Auth", "Text or encrypted export"),
    family("freeotp", "FreeOTP", "Preferences of the Android app, version 1"),
    family("freeotp2", "FreeOTP", "Backup or preferences of version 2, with its password"),
    family("freeotp-plus", "FreeOTP+", "JSON export"),
    family("google-authenticator-database", "Google Authenticator", "Database of the Android app"),
    family("google-migration", "Google Authenticator", "Transfer codes, as text; as pictures too"),
    family(
        "json",
        "Other lists",
        "JSON with one-time passwords under telling names, or with `otpauth://` links in it",
    ),
    family(
        "keepass",
        "KeePass, KeePassXC",
        "KDBX 3 and 4 with their password, key file or both, or plain XML",
    ),
    family("keepassxc-csv", "KeePassXC", "CSV export"),
    family("keeper", "Keeper", "JSON export, also in Commander's zip"),
    family("keeper-csv", "Keeper", "CSV export"),
    family("lastpass-authenticator", "LastPass Authenticator", "JSON export"),
    family("lastpass-transfer", "LastPass Authenticator", "Transfer codes, as text; as pictures too"),
    family("lastpass-vault", "LastPass", "CSV export"),
    family("microsoft-authenticator", "Microsoft Authenticator", "Database of the Android app"),
    family("open-authenticator", "Open Authenticator", "`.bak` backup, with its password"),
    family("otp-auth", "OTP Auth (iOS)", "Backup or single account, with its password"),
    family("packed", "Zip archives", "A zip that you packed such files in"),
    family("proton-authenticator", "Proton Authenticator", "JSON export, plain or with a password"),
    family("proton-pass", "Proton Pass", "Zip or PGP export"),
    family("proton-pass-csv", "Proton Pass", "CSV export"),
    family("psono", "Psono", "JSON export, with or without a password"),
    family("psono-csv", "Psono", "CSV export"),
    family("qr-image", "Pictures", "QR codes in PNG, JPEG, GIF and WebP pictures, several in one too"),
    family("qr-page", "Web pages", "Saved HTML page with QR codes in it"),
    family("raivo", "Raivo OTP", "JSON, the page of 2019, or the zip export with its password"),
    family("roboform", "RoboForm", "CSV export"),
    family("sparekey", "Sparekey", "Recovery bundle, with its password"),
    family(
        "steam",
        "Steam Desktop Authenticator, Steam",
        "maFile, plain or encrypted with its `manifest.json`",
    ),
    family("stratum", "Stratum (Authenticator Pro)", "Backup, plain or with a password"),
    family("stratum-database", "Stratum (Authenticator Pro)", "Database of the Android app"),
    family("synology-c2", "Synology C2 Password", "CSV export"),
    family("totp-authenticator", "TOTP Authenticator", "Preferences of the Android app"),
    family("totp-authenticator-encrypted", "TOTP Authenticator", "Encrypted backup, with its password"),
    family("uri-list", "Lists of links", "`otpauth://` links, one a line, in text or HTML"),
    family(
        "uri-text",
        "Texts with links",
        "`otpauth://` links and transfer codes in the midst of a text or a page",
    ),
    family(
        "winauth",
        "WinAuth",
        "Text or zip export, with its password; `winauth.xml` as far as it is not encrypted",
    ),
];

/// An app that people move from, and the families of its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct App {
    /// What its steps are called in the texts: `howto_aegis`.
    pub key: &'static str,
    /// Its name.
    pub name: &'static str,
    /// [`Family::id`]s.
    pub families: &'static [&'static str],
}

/// Every app, by name. How its file is made stands in the texts, a step to a line.
pub const APPS: &[App] = &[
    app("1password", "1Password", &["1password", "1password-csv", "1password-pif"]),
    app("2fas", "2FAS", &["2fas"]),
    app("2fast", "2fast", &["2fast"]),
    app("2fauth", "2FAuth", &["2fauth"]),
    app("aegis", "Aegis", &["aegis"]),
    app("andotp", "andOTP", &["andotp", "andotp-encrypted"]),
    app("apple", "Apple Passwords", &["apple-passwords"]),
    app("extension", "Authenticator (browser extension)", &["authenticator-extension"]),
    app("authenticator_plus", "Authenticator Plus", &["authenticator-plus", "authenticator-plus-database"]),
    app("authme", "Authme", &["authme"]),
    app("authy", "Authy", &["authy"]),
    app("battle_net", "Battle.net Authenticator", &["battle-net"]),
    app(
        "bitwarden",
        "Bitwarden, Bitwarden Authenticator",
        &["bitwarden", "bitwarden-authenticator-csv", "bitwarden-csv"],
    ),
    app("cotp", "cotp", &["cotp"]),
    app("cxf", "Credential Exchange Format", &["cxf"]),
    app("dashlane", "Dashlane", &["dashlane-csv", "dashlane-zip"]),
    app("duo", "Duo Mobile", &["duo"]),
    app("enpass", "Enpass", &["enpass", "enpass-csv"]),
    app("ente", "Ente Auth", &["ente"]),
    app("freeotp", "FreeOTP, FreeOTP+", &["freeotp", "freeotp2", "freeotp-plus"]),
    app("google", "Google Authenticator", &["google-authenticator-database", "google-migration"]),
    app("keepass", "KeePass, KeePassXC", &["keepass", "keepassxc-csv"]),
    app("keeper", "Keeper", &["keeper", "keeper-csv"]),
    app("lastpass", "LastPass", &["lastpass-authenticator", "lastpass-transfer", "lastpass-vault"]),
    app("microsoft", "Microsoft Authenticator", &["microsoft-authenticator"]),
    app("open_authenticator", "Open Authenticator", &["open-authenticator"]),
    app("otpauth", "OTP Auth (iOS)", &["otp-auth"]),
    app(
        "pictures",
        "Pictures, lists of links, and other apps",
        &["csv", "json", "packed", "qr-image", "qr-page", "uri-list", "uri-text"],
    ),
    app(
        "proton",
        "Proton Authenticator, Proton Pass",
        &["proton-authenticator", "proton-pass", "proton-pass-csv"],
    ),
    app("psono", "Psono", &["psono", "psono-csv"]),
    app("raivo", "Raivo OTP", &["raivo"]),
    app("roboform", "RoboForm", &["roboform"]),
    app("sparekey", "Sparekey", &["sparekey"]),
    app("steam", "Steam Desktop Authenticator, Steam", &["steam"]),
    app("stratum", "Stratum (Authenticator Pro)", &["stratum", "stratum-database"]),
    app("synology", "Synology C2 Password", &["synology-c2"]),
    app("totp_authenticator", "TOTP Authenticator", &["totp-authenticator", "totp-authenticator-encrypted"]),
    app("winauth", "WinAuth", &["winauth"]),
];

/// The app that a family is of.
pub fn name_of(id: &str) -> Option<&'static str> {
    FAMILIES.iter().find(|family| family.id == id).map(|family| family.name)
}

const fn family(id: &'static str, name: &'static str, reads: &'static str) -> Family {
    Family { id, name, reads }
}

const fn app(key: &'static str, name: &'static str, families: &'static [&'static str]) -> App {
    App { key, name, families }
}

#[cfg(test)]
mod tests {
    use super::super::REGISTRY;
    use super::*;

    #[test]
    fn every_importer_has_its_line_and_no_line_is_left_over() {
        let registered: Vec<_> = REGISTRY.iter().map(|importer| importer.id()).collect();
        let told: Vec<_> = FAMILIES.iter().map(|family| family.id).collect();
        assert_eq!(told, registered);
    }

    #[test]
    fn every_family_has_one_app_that_says_how_to_make_the_file() {
        let mut of_apps: Vec<_> = APPS.iter().flat_map(|app| app.families).copied().collect();
        let mut all: Vec<_> = FAMILIES.iter().map(|family| family.id).collect();
        of_apps.sort_unstable();
        all.sort_unstable();
        assert_eq!(of_apps, all);
        let words = words();
        for app in APPS {
            let steps = words[format!("howto_{}", app.key)]["message"].as_str().unwrap_or_default();
            assert!(!steps.is_empty(), "howto_{}", app.key);
        }
        // Apps without an export, of which a phone with root access has a file that is read.
        for (app, file) in [("microsoft", "PhoneFactor"), ("duo", "accounts.json"), ("authy", ".xml")] {
            let steps = words[format!("howto_{app}")]["message"].as_str().unwrap_or_default();
            assert!(steps.contains(file) && steps.contains("root access"), "howto_{app}: {steps}");
        }
    }

    /// Writes `extension/dashboard/import-apps.js`, the same table for the page. A test for the same reason as below.
    #[test]
    fn the_pages_table_is_written() {
        let rows: String = APPS
            .iter()
            .map(|app| {
                let families = app.families.iter().map(|id| format!("{id:?}")).collect::<Vec<_>>().join(", ");
                format!("  [{:?}, {:?}, [{families}]],\n", app.key, app.name)
            })
            .collect();
        let file = format!(
            "/** The apps that people move from, each with its importers' families. Written from `crate/import/names.rs` by its test. */\n\n\
             /** @type {{[string, string, string[]][]}} */\nexport const APPS = [\n{rows}];\n"
        );
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/extension/dashboard/import-apps.js"), file)
            .unwrap();
    }

    fn words() -> serde_json::Value {
        serde_json::from_str(include_str!("../../extension/_locales/en/messages.json")).unwrap()
    }

    /// Writes `extension/help/formats.md`. A test, so that the page cannot be out of date unnoticed: the last gate of
    /// the build compares it with what is committed.
    #[test]
    fn the_help_page_is_written() {
        let mut rows: Vec<_> =
            FAMILIES.iter().map(|family| format!("| {} | {} |\n", family.name, family.reads)).collect();
        rows.sort_by_key(|row| row.to_lowercase());
        let words = words();
        let howto: String = APPS
            .iter()
            .map(|app| {
                let steps = words[format!("howto_{}", app.key)]["message"].as_str().unwrap_or_default();
                let steps: String =
                    (1..).zip(steps.lines()).map(|(at, step)| format!("{at}. {step}\n")).collect();
                format!("\n### {}\n\n{steps}", app.name)
            })
            .collect();
        let mut out: Vec<_> = crate::export::REGISTRY
            .iter()
            .map(|format| {
                let name = &words[format!("format_{}", format.id.replace('-', "_"))]["message"];
                let sealed = if format.sealed { "yes" } else { "no" };
                format!("| {} | {sealed} |\n", name.as_str().expect("every format has words"))
            })
            .collect();
        out.sort_by_key(|row| row.to_lowercase());
        let page = format!(
            "{HEAD}| App | What Sparekey reads |\n| --- | --- |\n{}{HOWTO}{howto}{OUT}| Format | Sealed by a password |\n| --- | --- |\n{}",
            rows.concat(),
            out.concat()
        );
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/extension/help/formats.md"), page).unwrap();
    }

    const OUT: &str = "\n## Out\n\nWhat Sparekey writes, on the page **Export**. Notes are left out, and it says how many.\n\n";

    const HOWTO: &str = "\n## How to make the file\n\nEach app calls it something else. A file that is not encrypted \
opens all your accounts to whoever finds it: delete it as soon as Sparekey has it. Where a step says \"here\", it \
means the page **Import**.\n";

    const HEAD: &str = "# Formats

What Sparekey reads from other apps, and what it writes for them. A file is recognised by what is in it; its name does not matter.

Nothing is changed on the way: kind, number of digits, period and hash stay as they are. What an account of Sparekey \
cannot hold, such as icons and passwords, is listed before anything is added, and so is everything that could not be \
read.

An account that makes its codes in a way of its own (MOTP, Yandex, another hash) is kept as a note: all that the file has of it \
lies in your vault and its backups, and is shown after your password, but Sparekey makes no codes for it. Keep the other app until \
you have set the account up anew at its site. Notes stand below the list of accounts.

Drop the file on the page **Import** (under **Add account**). How each app makes it stands below, and on that page.

## In

";
}
