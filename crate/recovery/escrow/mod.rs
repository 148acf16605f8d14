//! Escrow: an administrator's key in a file or in shares, and the helpdesk bundle that it issues. FORMAT.md section 4d and
//! BUNDLE.md are normative. Taking a key into use in a vault is `core/escrow.rs`.

pub mod helpdesk;
pub mod key_file;

use crate::secret::{Key, SecretBytes};
use crate::vault::seal;

/// The private half that enough shares come to: there is no file besides the sheets.
pub fn private_of_shares(master: &SecretBytes) -> Key {
    seal::derive(master.expose(), b"", &[b"sparekey/1 escrow shares"])
}
