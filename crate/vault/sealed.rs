//! An open vault, and the way to and from its file.

use crate::env::{Entropy, Env, Millis};
use crate::protocol::DeriveJob;
use crate::secret::{Key, Secret};

use super::body::{Body, StoredSlot};
use super::bytes::B64;
use super::escrow::{EscrowKey, EscrowNote};
use super::file::{Header, MAX_NUMBER, MAX_SLOTS, VaultFile};
use super::id::{DeviceId, SlotId, VaultId};
use super::kdf::{self, CostError};
use super::migrate;
use super::seal::{self, NONCE, NotAuthentic};
use super::slot::{SlotEntry, SlotKdf, SlotKind, SlotPlace, SlotRecord, SlotUse};
use super::way::{SlotSecret, WayIn};

/// A vault that is open: the vault key and everything under it.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The format of the file that it was read from; the present one when it was made or written here.
    format: u32,
    /// The vault key, VK.
    key: Key,
    /// The header of the newest file, read or written.
    header: Header,
    /// The records, in the index's order; `None` where one was erased.
    records: Vec<Option<String>>,
    /// Everything that is encrypted.
    pub body: Body,
}

/// Why a file does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// No slot of the file opens with the secret.
    WrongSecret,
    /// A slot opens, and the file is not what a holder of its key wrote: changed or damaged.
    Damaged,
    /// It is of an older format, and what it would become has lost something.
    Stopped,
}

/// Why a vault cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaveError {
    /// More slots than [`MAX_SLOTS`], or a number at its end.
    Full,
    /// What was built does not open again. Nothing was stored.
    SelfCheck,
    /// No record is left that opens the vault.
    NoWayIn,
}

impl OpenError {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::WrongSecret => "wrong-password",
            Self::Damaged => "damaged-file",
            Self::Stopped => "migration-stopped",
        }
    }
}

/// What a new slot is, besides its secret.
#[derive(Clone, Debug)]
pub struct NewSlot {
    /// What its secret is.
    pub kind: SlotKind,
    /// What it opens.
    pub usage: SlotUse,
    /// When it begins to.
    pub not_before: Option<Millis>,
    /// When it ends.
    pub not_after: Option<Millis>,
    /// How often it opens.
    pub uses: Option<u32>,
    /// What the user calls it; inside the encrypted body.
    pub label: String,
}

impl NewSlot {
    /// One that opens for ever.
    pub fn lasting(kind: SlotKind, usage: SlotUse, label: &str) -> Self {
        Self { kind, usage, not_before: None, not_after: None, uses: None, label: label.into() }
    }
}

impl VaultFile {
    /// The derivations that would try a password on this file, at most `limit`.
    pub fn password_jobs(&self, usable: impl Fn(&SlotEntry) -> bool, limit: usize) -> Vec<DeriveJob> {
        self.jobs(SlotKind::Password, usable, limit)
    }

    /// The same for the password that goes with a code.
    pub fn pair_jobs(&self, usable: impl Fn(&SlotEntry) -> bool, limit: usize) -> Vec<DeriveJob> {
        self.jobs(SlotKind::Pair, usable, limit)
    }

    /// Those that cost more than is done without asking come only where there are no others: whoever can add a record
    /// cannot make an honest file ask questions.
    fn jobs(&self, kind: SlotKind, usable: impl Fn(&SlotEntry) -> bool, limit: usize) -> Vec<DeriveJob> {
        let (mut jobs, mut dear): (Vec<DeriveJob>, Vec<DeriveJob>) = (Vec::new(), Vec::new());
        for (_, record) in self.slots().filter(|(slot, _)| slot.kind == kind && usable(slot)) {
            let SlotKdf::Password(params) = record.kdf else { continue };
            let jobs = match kdf::check(params) {
                Ok(()) => &mut jobs,
                Err(CostError::TooDear { .. }) => &mut dear,
                Err(CostError::TooCheap) => continue,
            };
            let job = DeriveJob { params, salt: data_encoding::BASE64.encode(&record.salt.0), rule: None };
            if jobs.len() < limit && !jobs.contains(&job) {
                jobs.push(job);
            }
        }
        if jobs.is_empty() { dear } else { jobs }
    }

    /// Opens the file with a way in: finds the slots that it may be for, opens one, verifies everything.
    pub fn open(
        &self,
        way: &WayIn,
        usable: impl Fn(&SlotEntry) -> bool,
    ) -> Result<(SlotId, Opened), OpenError> {
        let mut damaged = false;
        for (slot, record) in self.slots().filter(|(slot, _)| usable(slot)) {
            let Some(secret) = way.secret_for(self.header.vault, slot, &record) else { continue };
            if let Ok(key) = record.open(&self.place(slot), &secret) {
                match self.open_with(key) {
                    Ok(opened) => return Ok((slot.id, opened)),
                    Err(OpenError::Stopped) => return Err(OpenError::Stopped),
                    Err(_) => damaged = true,
                }
            }
        }
        Err(if damaged { OpenError::Damaged } else { OpenError::WrongSecret })
    }

    /// Whether a holder of `key` wrote the header. Cheap: the body is not decrypted.
    pub fn verify(&self, key: &Key) -> Result<(), NotAuthentic> {
        seal::verify_mac(&mac_key(key), &[self.signed().as_bytes()], &self.mac)
    }

    /// Verifies and decrypts everything under the vault key.
    pub fn open_with(&self, key: Key) -> Result<Opened, OpenError> {
        self.verify(&key).map_err(|_| OpenError::Damaged)?;
        if seal::sha256(&self.body) != self.header.body_hash.0 {
            return Err(OpenError::Damaged);
        }
        let (body_key, nonce) = body_key(&key, &self.header);
        let plain = seal::decrypt(&body_key, &nonce, b"", &self.body).map_err(|_| OpenError::Damaged)?;
        let body = match self.format {
            migrate::CURRENT => Body::from_padded(&plain).ok_or(OpenError::Damaged)?,
            older => {
                let body = serde_json::from_slice(plain.expose()).map_err(|_| OpenError::Damaged)?;
                migrate::migrate(older, body).map_err(|_| OpenError::Stopped)?
            }
        };
        // A record that is not the one the index names is as good as erased.
        let records = self
            .header
            .slots
            .iter()
            .zip(&self.records)
            .map(|(slot, line)| line.clone().filter(|line| seal::sha256(line.as_bytes()) == slot.digest.0))
            .collect();
        Ok(Opened { format: self.format, key, header: self.header.clone(), records, body })
    }

    fn place(&self, slot: &SlotEntry) -> SlotPlace {
        SlotPlace { vault: self.header.vault, epoch: self.header.epoch, slot: slot.id, kind: slot.kind }
    }

    fn signed(&self) -> String {
        format!("{}\n{}\n", self.magic(), self.header_line)
    }
}

impl Opened {
    /// A new, empty vault without any way in: add one before saving.
    pub fn make(env: &mut Env<'_>) -> Self {
        Self::make_from(env, None, Body::default())
    }

    /// A vault with a new id, key and device that begins with `body`: what a restore into an empty browser makes.
    /// The slots of `body` are another vault's: they are not taken over.
    pub fn make_from(env: &mut Env<'_>, origin: Option<VaultId>, mut body: Body) -> Self {
        body.slots.clear();
        let vault = VaultId::make_random(env);
        Self {
            format: migrate::CURRENT,
            key: Key::new(env.make_bytes()),
            header: Header {
                vault,
                origin: origin.unwrap_or(vault),
                device: DeviceId::make_random(env),
                epoch: 1,
                generation: 0,
                saved: env.now,
                policy: serde_json::Map::new(),
                backup: None,
                changed: None,
                codes: None,
                escrow: None,
                issued: None,
                passkeys: None,
                body_salt: B64([0; 32]),
                body_hash: B64([0; 32]),
                slots: Vec::new(),
                extra: serde_json::Map::new(),
            },
            records: Vec::new(),
            body,
        }
    }

    /// A vault of which key, header and records were kept apart from its body.
    pub fn from_parts(key: Key, header: Header, mut records: Vec<Option<String>>, body: Body) -> Self {
        records.resize(header.slots.len(), None);
        Self { format: migrate::CURRENT, key, header, records, body }
    }

    /// The records, in the index's order; `None` where one was erased.
    pub fn records(&self) -> &[Option<String>] {
        &self.records
    }

    /// The format of the file that it was read from.
    pub fn format(&self) -> u32 {
        self.format
    }

    /// The header of the newest file.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The header, for what a writer may change between saves.
    pub fn header_mut(&mut self) -> &mut Header {
        &mut self.header
    }

    /// The vault key. It lives in `storage.session` and nowhere else.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// The device that writes.
    pub fn device(&self) -> DeviceId {
        self.header.device
    }

    /// Adds a way in by password.
    pub fn add_password(
        &mut self,
        env: &mut Env<'_>,
        secret: &SlotSecret,
        usage: SlotUse,
    ) -> Result<SlotId, SaveError> {
        self.add_way(env, &secret.clone().into(), NewSlot::lasting(SlotKind::Password, usage, ""))
    }

    /// Adds a way in.
    pub fn add_way(&mut self, env: &mut Env<'_>, way: &WayIn, new: NewSlot) -> Result<SlotId, SaveError> {
        if self.header.slots.len() >= MAX_SLOTS {
            return Err(SaveError::Full);
        }
        let id = SlotId::make_random(env);
        let place = self.place(id, new.kind);
        let (kdf, salt, locator) = way.recipe(self.header.vault);
        let salt = salt.unwrap_or_else(|| env.make_bytes());
        let (mut record, half) =
            SlotRecord::make(env.entropy, &place, kdf, salt, &way.derive_secret(), &self.key)
                .map_err(|_| SaveError::SelfCheck)?;
        record.locator = locator;
        let line = record.to_line();
        self.header.slots.push(SlotEntry {
            id,
            kind: new.kind,
            usage: new.usage,
            not_before: new.not_before,
            not_after: new.not_after,
            uses: new.uses,
            digest: B64(seal::sha256(line.as_bytes())),
        });
        self.records.push(Some(line));
        self.body.slots.insert(id.to_string(), StoredSlot::new(&half, env.now, new.label));
        Ok(id)
    }

    /// Adds a device that the file is handed over to. Nothing of it is kept: such a file is never rotated.
    pub fn add_device(&mut self, env: &mut Env<'_>, public: [u8; 32]) -> Result<(), SaveError> {
        self.add_key(env, SlotKind::Device, &public).map(|_| ())
    }

    /// Adds a party: from the next save on it opens what is written, and a rotation seals to it again. The caller has asked
    /// the user.
    pub fn add_escrow(&mut self, env: &mut Env<'_>, key: EscrowKey, name: &str) -> Result<SlotId, SaveError> {
        let id = self.add_key(env, SlotKind::Escrow, &key.0)?;
        self.body.slots.insert(id.to_string(), StoredSlot::of_key(key.0, env.now, name.into()));
        let note = EscrowNote { id, name: name.into(), fingerprint: B64(key.fingerprint()) };
        self.header.escrow.get_or_insert_default().push(note);
        Ok(id)
    }

    fn add_key(&mut self, env: &mut Env<'_>, kind: SlotKind, public: &[u8; 32]) -> Result<SlotId, SaveError> {
        if self.header.slots.len() >= MAX_SLOTS {
            return Err(SaveError::Full);
        }
        let id = SlotId::make_random(env);
        let record = SlotRecord::make_for_key(env.entropy, &self.place(id, kind), public, &self.key)
            .map_err(|_| SaveError::SelfCheck)?;
        let line = record.to_line();
        let digest = B64(seal::sha256(line.as_bytes()));
        let usage = SlotUse::Backup;
        let entry = SlotEntry { id, kind, usage, not_before: None, not_after: None, uses: None, digest };
        self.header.slots.push(entry);
        self.records.push(Some(line));
        Ok(id)
    }

    /// Removes a way in. The caller rotates in the same save, and erases the record from older generations.
    pub fn remove_slot(&mut self, id: SlotId) {
        if let Some(at) = self.header.slots.iter().position(|slot| slot.id == id) {
            self.header.slots.remove(at);
            self.records.remove(at);
        }
        self.body.slots.remove(&id.to_string());
        if let Some(parties) = &mut self.header.escrow {
            parties.retain(|party| party.id != id);
        }
        self.header.escrow.take_if(|parties| parties.is_empty());
        if let Some(codes) = &mut self.header.codes {
            codes.unkept.retain(|known| *known != id);
            codes.void.retain(|known| *known != id);
        }
        if let Some(passkeys) = &mut self.header.passkeys {
            passkeys.retain(|known| known.slot != id);
        }
        self.header.passkeys.take_if(|passkeys| passkeys.is_empty());
    }

    /// Whether a record is left that opens the vault without an end. A passkey does not count: it is lost with a browser
    /// profile, so it is never the only way in.
    pub fn has_way_in(&self) -> bool {
        self.header.slots.iter().zip(&self.records).any(|(slot, line)| {
            let passing =
                matches!(slot.kind, SlotKind::Pass | SlotKind::Passkey | SlotKind::Device | SlotKind::Escrow);
            !passing && slot.usage != SlotUse::Backup && line.is_some()
        })
    }

    /// A new vault key, sealed anew to every remaining slot. Slots whose record was erased are dropped for good.
    pub fn rotate(&mut self, env: &mut Env<'_>) -> Result<(), SaveError> {
        let gone: Vec<SlotId> = self
            .header
            .slots
            .iter()
            .zip(&self.records)
            .filter(|(slot, line)| line.is_none() || self.body.slot(slot.id).is_none())
            .map(|(slot, _)| slot.id)
            .collect();
        // Somebody erased every way in of this vault: a new key would make that final.
        let kept = |slot: &&SlotEntry| slot.usage != SlotUse::Backup && !gone.contains(&slot.id);
        if !gone.is_empty() && self.header.slots.iter().filter(kept).count() == 0 {
            return Err(SaveError::NoWayIn);
        }
        gone.into_iter().for_each(|id| self.remove_slot(id));
        if self.header.epoch >= MAX_NUMBER {
            return Err(SaveError::Full);
        }
        self.header.epoch += 1;
        self.key = Key::new(env.make_bytes());
        for at in 0..self.header.slots.len() {
            self.reseal(env.entropy, at)?;
        }
        Ok(())
    }

    /// Builds the next generation and opens it again from its bytes, as the commit protocol demands.
    /// `self` moves on to the new generation only by what it returns.
    pub fn save(&self, env: &mut Env<'_>) -> Result<(Self, VaultFile), SaveError> {
        let mut next = self.clone();
        next.body.chain_log(env);
        next.save_as_it_is(env)
    }

    fn save_as_it_is(&self, env: &mut Env<'_>) -> Result<(Self, VaultFile), SaveError> {
        let mut next = Self { format: migrate::CURRENT, ..self.clone() };
        if next.header.generation >= MAX_NUMBER {
            return Err(SaveError::Full);
        }
        next.header.generation += 1;
        // A file says when it was written; a clock that went back does not make it older than its parent.
        next.header.saved = Millis(env.now.0.max(next.header.saved.0).min(MAX_NUMBER - 1));
        next.header.body_salt = B64(env.make_bytes());
        let (body_key, nonce) = body_key(&next.key, &next.header);
        let body = seal::encrypt(&body_key, &nonce, b"", next.body.to_padded().expose());
        next.header.body_hash = B64(seal::sha256(&body));
        let header_line = serde_json::to_string(&next.header).map_err(|_| SaveError::SelfCheck)?;
        let mut file = VaultFile {
            format: migrate::CURRENT,
            header: next.header.clone(),
            header_line,
            mac: [0; 32],
            records: next.records.clone(),
            body,
        };
        file.mac = seal::mac(&mac_key(&next.key), &[file.signed().as_bytes()]);
        let again = VaultFile::parse(&file.to_bytes()).map_err(|_| SaveError::SelfCheck)?;
        let opened = again.open_with(next.key.clone()).map_err(|_| SaveError::SelfCheck)?;
        if opened.body != next.body || opened.records != next.records {
            return Err(SaveError::SelfCheck);
        }
        Ok((next, file))
    }

    fn place(&self, slot: SlotId, kind: SlotKind) -> SlotPlace {
        SlotPlace { vault: self.header.vault, epoch: self.header.epoch, slot, kind }
    }

    fn reseal(&mut self, entropy: &mut dyn Entropy, at: usize) -> Result<(), SaveError> {
        let slot = self.header.slots[at].clone();
        let place = self.place(slot.id, slot.kind);
        let half = self.body.slot(slot.id).ok_or(SaveError::SelfCheck)?.half();
        let line = self.records[at].as_deref().ok_or(SaveError::SelfCheck)?;
        let mut record = SlotRecord::from_line(line).ok_or(SaveError::SelfCheck)?;
        record.sealed = half.seal(entropy, &place, &self.key).map_err(|_| SaveError::SelfCheck)?;
        let line = record.to_line();
        self.header.slots[at].digest = B64(seal::sha256(line.as_bytes()));
        self.records[at] = Some(line);
        Ok(())
    }
}

/// A file as a program writes it that knows no running head of the log.
#[cfg(test)]
pub fn save_without_chain(vault: &Opened, env: &mut Env<'_>) -> VaultFile {
    vault.save_as_it_is(env).expect("a vault that opened").1
}

/// A file as an older version would have written it.
#[cfg(test)]
pub fn save_as_format_0(vault: &Opened) -> VaultFile {
    let body = serde_json::to_value(&vault.body).expect("a body is JSON");
    let json = serde_json::to_vec(&migrate::for_tests::to_0(body)).expect("JSON");
    let mut header = vault.header.clone();
    let (body_key, nonce) = body_key(&vault.key, &header);
    let body = seal::encrypt(&body_key, &nonce, b"", &json);
    header.body_hash = B64(seal::sha256(&body));
    let header_line = serde_json::to_string(&header).expect("a header is JSON");
    let mut file =
        VaultFile { format: 0, header, header_line, mac: [0; 32], records: vault.records.clone(), body };
    file.mac = seal::mac(&mac_key(&vault.key), &[file.signed().as_bytes()]);
    file
}

/// The key of the header's MAC.
fn mac_key(key: &Key) -> Key {
    seal::derive(key.expose(), b"", &[b"sparekey/1 header"])
}

/// The body's key and nonce: fresh for every save, because the salt is.
fn body_key(key: &Key, header: &Header) -> (Key, [u8; NONCE]) {
    let info = [b"sparekey/1 body\0".as_slice(), &header.vault.0, &header.generation.to_be_bytes()];
    let both: Secret<[u8; 44]> = seal::derive(key.expose(), &header.body_salt.0, &info);
    let (mut body_key, mut nonce) = (Key::default(), [0; NONCE]);
    body_key.expose_mut().copy_from_slice(&both.expose()[..32]);
    nonce.copy_from_slice(&both.expose()[32..]);
    (body_key, nonce)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::otp::{Algorithm, Digits, Kind, Otp, Period};
    use crate::secret::SecretBytes;
    use crate::vault::entry::{Entry, EntryDraft};
    use crate::vault::file::FileError;
    use crate::vault::kdf;
    use crate::vault::testing::Seeded;

    fn secret(n: u8) -> SlotSecret {
        SlotSecret { params: kdf::ARGON2ID, salt: [n; 16], key: Key::new([n; 32]) }
    }

    fn any(_: &SlotEntry) -> bool {
        true
    }

    fn vault(entropy: &mut Seeded) -> (Opened, VaultFile) {
        let mut env = Env { now: Millis(1_700_000_000_000), entropy };
        let mut opened = Opened::make(&mut env);
        opened.add_password(&mut env, &secret(1), SlotUse::Both).unwrap();
        let kind = Kind::Totp { period: Period::THIRTY };
        let otp =
            Otp::new(kind, Algorithm::Sha1, Digits::SIX, SecretBytes::new(b"12345678901234567890".to_vec()));
        let entry = Entry::make(EntryDraft::new("Example", "ada", otp.unwrap()), opened.device(), &mut env);
        opened.body.entries.push(entry);
        opened.save(&mut env).unwrap()
    }

    #[test]
    fn a_file_opens_with_its_password_and_no_other() {
        let (saved, file) = vault(&mut Seeded::new(1));
        let file = VaultFile::parse(&file.to_bytes()).unwrap();
        let (_, opened) = file.open(&secret(1).into(), any).unwrap();
        assert_eq!(opened.body, saved.body);
        let wrong = SlotSecret { key: Key::new([2; 32]), ..secret(1) };
        assert_eq!(file.open(&wrong.into(), any).unwrap_err(), OpenError::WrongSecret);
    }

    #[test]
    fn no_word_of_an_entry_and_no_public_half_is_readable() {
        let (saved, file) = vault(&mut Seeded::new(2));
        let bytes = file.to_bytes();
        let slot = saved.body.slots.values().next().unwrap();
        let public = data_encoding::BASE64.encode(&slot.public.0);
        for word in ["Example", "ada", "GEZDGNBV", public.as_str()] {
            assert!(!bytes.windows(word.len()).any(|w| w == word.as_bytes()), "{word}");
        }
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_refused() {
        let (_, file) = vault(&mut Seeded::new(3));
        let bytes = file.to_bytes();
        let mut accepted = 0;
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            if VaultFile::parse(&changed).is_ok_and(|file| file.open(&secret(1).into(), any).is_ok()) {
                accepted += 1;
            }
        }
        for len in 0..bytes.len() {
            accepted += u32::from(VaultFile::parse(&bytes[..len]).is_ok());
        }
        assert_eq!(accepted, 0);
    }

    #[test]
    fn an_erased_record_leaves_a_file_that_still_verifies() {
        let mut entropy = Seeded::new(4);
        let (mut opened, _) = vault(&mut entropy);
        let mut env = Env { now: Millis(1_700_000_001_000), entropy: &mut entropy };
        let backup = opened.add_password(&mut env, &secret(2), SlotUse::Backup).unwrap();
        let (_, file) = opened.save(&mut env).unwrap();
        let less = VaultFile::parse(&file.without(|slot| slot.id != backup).to_bytes()).unwrap();
        assert_eq!(less.open(&secret(1).into(), any).unwrap_err(), OpenError::WrongSecret);
        assert!(less.open(&secret(2).into(), any).is_ok());
        let mut healed = less.clone();
        healed.fill_in(&file);
        assert_eq!(healed, file);
    }

    #[test]
    fn a_rotation_shuts_out_the_old_key_and_keeps_the_ways_in() {
        let mut entropy = Seeded::new(5);
        let (mut opened, _) = vault(&mut entropy);
        let mut env = Env { now: Millis(1_700_000_001_000), entropy: &mut entropy };
        let other = opened.add_password(&mut env, &secret(2), SlotUse::Both).unwrap();
        let old = opened.key().clone();
        opened.remove_slot(other);
        opened.rotate(&mut env).unwrap();
        let (_, file) = opened.save(&mut env).unwrap();
        assert_eq!(file.open_with(old).unwrap_err(), OpenError::Damaged);
        assert_eq!(file.open(&secret(2).into(), any).unwrap_err(), OpenError::WrongSecret);
        assert!(file.open(&secret(1).into(), any).is_ok());
    }

    #[test]
    fn parts_of_two_generations_do_not_mix() {
        let mut entropy = Seeded::new(6);
        let (opened, first) = vault(&mut entropy);
        let mut env = Env { now: Millis(1_700_000_002_000), entropy: &mut entropy };
        let (_, second) = opened.save(&mut env).unwrap();
        let mixed = [
            VaultFile { body: first.body.clone(), ..second.clone() },
            VaultFile { mac: first.mac, ..second.clone() },
            VaultFile {
                header: first.header.clone(),
                header_line: first.header_line.clone(),
                ..second.clone()
            },
        ];
        for file in mixed {
            assert_eq!(file.open(&secret(1).into(), any).unwrap_err(), OpenError::Damaged);
        }
    }

    #[test]
    fn other_files_are_told_apart() {
        let bytes = vault(&mut Seeded::new(7)).1.to_bytes();
        let as_text = String::from_utf8(bytes.clone()).unwrap();
        let cases: [(&[u8], FileError); 7] = [
            (b"", FileError::Empty),
            (b"%PDF-1.7\n%abc", FileError::NotOurs),
            (b"sparekey/2\n{}", FileError::NewerVersion),
            (b"sparekey/12\n{}", FileError::NewerVersion),
            (b"sparek", FileError::Damaged),
            (&bytes[..bytes.len() - 1], FileError::Damaged),
            (&as_text.replace('\n', "\r\n").into_bytes(), FileError::Damaged),
        ];
        for (bytes, error) in cases {
            assert_eq!(VaultFile::parse(bytes).unwrap_err(), error);
        }
    }
}
