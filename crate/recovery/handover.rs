//! A hand-over to another device: its key as an address with six words, a file that nothing but that key opens, and what comes
//! out of one. The file holds a vault of its own, with a key of its own, in which the chosen entries lie and nothing else.

use crate::env::Env;
use crate::secret::Key;
use crate::vault::address;
use crate::vault::body::Body;
use crate::vault::entry::Entry;
use crate::vault::file::VaultFile;
use crate::vault::id::VaultId;
use crate::vault::kept::Kept;
use crate::vault::seal;
use crate::vault::sealed::{OpenError, Opened, SaveError};
use crate::vault::slot::SlotKind;
use crate::vault::way::WayIn;

/// What an address begins with.
const PREFIX: &str = "SPAREKEY/D1/";
const CHECK: &[u8] = b"sparekey/1 device address\0";

/// The public half of a device that takes accounts over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address([u8; 32]);

/// The text is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoAddress;

impl Address {
    /// The address that goes with a private half; `None` where it is none.
    pub fn of(private: &Key) -> Option<Self> {
        seal::derive_public(private).ok().map(Self)
    }

    /// Reads an address, blanks and lower case forgiven.
    pub fn parse(text: &str) -> Result<Self, NoAddress> {
        address::parse(PREFIX, CHECK, text).map(Self).ok_or(NoAddress)
    }

    /// The address as text: letters that a QR code holds in the short way.
    pub fn to_text(self) -> String {
        address::to_text(PREFIX, CHECK, &self.0)
    }

    /// Six words to compare on both devices.
    pub fn words(self) -> [&'static str; address::WORDS] {
        address::words(&seal::sha256(&[b"sparekey/1 device words\0".as_slice(), &self.0].concat()))
    }
}

/// A private half for one hand-over.
pub fn make_private(env: &mut Env<'_>) -> Key {
    seal::make_pair(env.entropy).0
}

/// The file. Only what an account is goes along: no uses, no former keys, nothing that was chosen for single sites.
pub fn seal_for(
    address: Address,
    entries: &[&Entry],
    kept: &[Kept],
    origin: VaultId,
    env: &mut Env<'_>,
) -> Result<VaultFile, SaveError> {
    let mut vault = Opened::make_from(env, Some(origin), Body::default());
    for entry in entries {
        let mut copy = Entry::make(entry.draft(), vault.device(), env);
        copy.sites.clone_from(&entry.sites);
        vault.body.entries.push(copy);
    }
    // By their content, so that they are the same ones there. When they were deleted here is no business of that device.
    vault.body.kept = kept.iter().map(|item| Kept::new(item.draft(), item.at, None)).collect();
    vault.add_device(env, address.0)?;
    Ok(vault.save(env)?.1)
}

/// What lies in a file that was sealed for this private half. It proves nothing about who made it.
pub fn open(file: &VaultFile, private: &Key) -> Result<Opened, OpenError> {
    file.open(&WayIn::Device(private.clone()), |slot| slot.kind == SlotKind::Device).map(|(_, opened)| opened)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::Millis;
    use crate::otp::{Algorithm, Digits, Kind, Otp, Period};
    use crate::secret::SecretBytes;
    use crate::vault::entry::EntryDraft;
    use crate::vault::id::DeviceId;
    use crate::vault::testing::Seeded;

    fn otp(n: u8) -> Otp {
        let kind = Kind::Totp { period: Period::THIRTY };
        Otp::new(kind, Algorithm::Sha1, Digits::SIX, SecretBytes::new(vec![n; 10])).unwrap()
    }

    #[test]
    fn only_the_device_that_was_meant_opens_the_file_and_finds_the_accounts_alone() {
        let mut entropy = Seeded::new(3);
        let mut env = Env { now: Millis(1_700_000_000_000), entropy: &mut entropy };
        let (mine, other) = (make_private(&mut env), make_private(&mut env));
        let mut entry = Entry::make(EntryDraft::new("Example", "ada", otp(1)), DeviceId([1; 16]), &mut env);
        entry.replace_otp(otp(2), DeviceId([1; 16]), Millis(5));
        entry.used.insert("https://a.example".into(), Millis(6));
        let address = Address::of(&mine).unwrap();
        let file = seal_for(address, &[&entry], &[], VaultId([7; 16]), &mut env).unwrap();
        let file = VaultFile::parse(&file.to_bytes()).unwrap();
        assert_eq!(open(&file, &other).map(|_| ()).unwrap_err(), OpenError::WrongSecret);
        let body = open(&file, &mine).unwrap().body;
        assert_eq!((body.entries.len(), body.log.len(), body.slots.len()), (1, 0, 0));
        assert!(body.entries[0].otp.same_generator(&otp(2)));
        assert!(body.entries[0].former.is_empty() && body.entries[0].used.is_empty());
        assert_ne!(body.entries[0].id, entry.id);
    }

    #[test]
    fn an_address_is_read_back_and_every_wrong_letter_is_found() {
        let mut entropy = Seeded::new(4);
        let mut env = Env { now: Millis(0), entropy: &mut entropy };
        let address = Address::of(&make_private(&mut env)).unwrap();
        let text = address.to_text();
        assert_eq!(Address::parse(&format!(" {} \n", text.to_lowercase())), Ok(address));
        for at in 0..text.len() {
            let mut wrong: Vec<char> = text.chars().collect();
            wrong[at] = if wrong[at] == 'A' { 'B' } else { 'A' };
            assert_eq!(Address::parse(&wrong.iter().collect::<String>()), Err(NoAddress), "{at}");
            assert_eq!(Address::parse(&text[..at]), Err(NoAddress));
        }
        assert!(address.words().iter().all(|word| word.len() > 2));
        assert_eq!(address.words(), Address::parse(&text).unwrap().words());
        let other = Address::of(&make_private(&mut env)).unwrap();
        assert_ne!(address.words(), other.words());
    }
}
