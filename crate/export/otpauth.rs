//! A list of `otpauth://` URIs, one a line: what nearly every authenticator reads.

use super::paper::{Paper, lost, refused_by_uri, uri};
use super::{ExportError, Format};
use crate::secret::{Secret, SecretBytes};

/// The list.
pub(super) static FORMAT: Format =
    Format { id: "otpauth-uri-list", extension: "txt", mime: "text/plain", sealed: false, write };

fn write(paper: &mut Paper<'_>) -> Result<SecretBytes, ExportError> {
    let kept = paper.keep(refused_by_uri)?;
    paper.lose_names_of_uris(&kept);
    paper.lose(&kept, lost::NOTE, |entry| !entry.note.is_empty());
    paper.lose(&kept, lost::TAGS, |entry| !entry.tags.is_empty());
    paper.lose(&kept, lost::PINNED, |entry| entry.pinned);
    paper.lose(&kept, lost::BIN, |entry| entry.trashed);
    paper.lose(&kept, lost::URLS, |entry| !entry.urls.is_empty());
    let mut text = Secret::new(String::new());
    for (_, entry) in kept {
        *text.expose_mut() += &uri(entry);
        text.expose_mut().push('\n');
    }
    Ok(SecretBytes::new(core::mem::take(text.expose_mut()).into_bytes()))
}
