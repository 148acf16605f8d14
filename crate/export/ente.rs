//! Ente Auth: a text of otpauth URIs with a `codeDisplay` of the app's own, plain and encrypted.

use data_encoding::BASE64;
use serde_json::json;

use super::paper::{Kept, Paper, lost, refused_by_uri, uri};
use super::{ExportError, Format, seal};
use crate::secret::{Secret, SecretBytes, SecretText};

/// The plain text.
pub(super) static PLAIN: Format =
    Format { id: "ente-txt", extension: "txt", mime: "text/plain", sealed: false, write: plain };

/// The text sealed.
pub(super) static SEALED: Format =
    Format { id: "ente-encrypted", extension: "txt", mime: "application/json", sealed: true, write: sealed };

/// The file says its own cost. 64 MiB and three passes as for our own vault; the app's own choice of a gibibyte
/// does not open on small phones.
const KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;

fn plain(paper: &mut Paper<'_>) -> Result<SecretBytes, ExportError> {
    Ok(SecretBytes::new(core::mem::take(lines(paper)?.expose_mut()).into_bytes()))
}

fn sealed(paper: &mut Paper<'_>) -> Result<SecretBytes, ExportError> {
    let lines = lines(paper)?;
    let (salt, header) = (paper.make_bytes::<16>(), paper.make_bytes::<24>());
    let key = seal::derive_argon2(paper.password, &salt, KIB, PASSES)?;
    let sealed = seal::secretstream(&key, &header, lines.expose().as_bytes());
    let file = json!({
        "version": 1,
        "kdfParams": {"memLimit": u64::from(KIB) * 1024, "opsLimit": PASSES, "salt": BASE64.encode(&salt)},
        "encryptedData": BASE64.encode(&sealed),
        "encryptionNonce": BASE64.encode(&header),
    });
    Ok(SecretBytes::new(file.to_string().into_bytes()))
}

fn lines(paper: &mut Paper<'_>) -> Result<SecretText, ExportError> {
    let kept = paper.keep(refused_by_uri)?;
    paper.lose_names_of_uris(&kept);
    paper.lose(&kept, lost::URLS, |entry| !entry.urls.is_empty());
    let mut text = Secret::new(String::new());
    for (at, kept) in (0_u32..).zip(&kept) {
        *text.expose_mut() += &line(at, kept);
        text.expose_mut().push('\n');
    }
    Ok(text)
}

fn line(at: u32, (_, entry): &Kept<'_>) -> String {
    let display = json!({
        "pinned": entry.pinned, "trashed": entry.trashed, "lastUsedAt": 0, "tapCount": 0, "tags": entry.tags,
        "note": entry.note, "position": at, "iconSrc": "", "iconID": "",
    });
    let mut line = uri(entry) + "&codeDisplay=";
    for byte in display.to_string().bytes() {
        if byte.is_ascii_alphanumeric() {
            line.push(char::from(byte));
        } else {
            line += &format!("%{byte:02X}");
        }
    }
    line
}
