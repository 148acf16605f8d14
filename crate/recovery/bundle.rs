//! A bundle is a vault file of which only the records that open bundles are left.

use crate::env::Millis;
use crate::vault::file::VaultFile;
use crate::vault::id::{DeviceId, VaultId};
use crate::vault::seal;
use crate::vault::slot::SlotEntry;

/// The bytes of a bundle with the wanted ways in, and their SHA-256.
pub fn write(file: &VaultFile, wanted: impl Fn(&SlotEntry) -> bool) -> (Vec<u8>, [u8; 32]) {
    let bytes = file.without(|slot| !wanted(slot)).to_bytes();
    let sha256 = seal::sha256(&bytes);
    (bytes, sha256)
}

/// Eight characters by which people and file names tell vaults apart.
pub fn short_name(vault: VaultId) -> String {
    short(&vault.to_string())
}

/// The same of any id.
pub fn short(id: &str) -> String {
    id.chars().take(8).collect()
}

/// `sparekey-2026-11-21-153412-1f2e3d4c-9a8b7c6d.sparekey`: date and second (UTC), vault, device.
pub fn file_name(vault: VaultId, device: DeviceId, now: Millis) -> String {
    named("sparekey", vault, device, now)
}

/// The same of the emergency bundle: `sparekey-emergency-2026-11-21-...`.
pub fn emergency_file_name(vault: VaultId, device: DeviceId, now: Millis) -> String {
    named("sparekey-emergency", vault, device, now)
}

fn named(what: &str, vault: VaultId, device: DeviceId, now: Millis) -> String {
    let (year, month, day) = date(now.unix_seconds() / 86_400);
    let (minutes, seconds) = (now.unix_seconds() % 86_400 / 60, now.unix_seconds() % 60);
    let time = format!("{:02}{:02}{seconds:02}", minutes / 60, minutes % 60);
    let (vault, device) = (short_name(vault), short(&device.to_string()));
    format!("{what}-{year:04}-{month:02}-{day:02}-{time}-{vault}-{device}.sparekey")
}

/// `sparekey-pass-2026-11-21.sparekeypass`: by the day on which it begins.
pub fn offline_pass_name(from: Millis) -> String {
    let (year, month, day) = date(from.unix_seconds() / 86_400);
    format!("sparekey-pass-{year:04}-{month:02}-{day:02}.sparekeypass")
}

/// `sparekey-hand-over-2026-11-21-153412.sparekey`.
pub fn hand_over_name(now: Millis) -> String {
    let (year, month, day) = date(now.unix_seconds() / 86_400);
    let seconds = now.unix_seconds() % 86_400;
    let time = format!("{:02}{:02}{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("sparekey-hand-over-{year:04}-{month:02}-{day:02}-{time}.sparekey")
}

/// Year, month and day of a day since 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_carry_date_vault_and_device() {
        let name = file_name(VaultId([0x1f; 16]), DeviceId([0x9a; 16]), Millis(1_795_275_252_000));
        assert_eq!(name, "sparekey-2026-11-21-153412-1f1f1f1f-9a9a9a9a.sparekey");
        let name = emergency_file_name(VaultId([0x1f; 16]), DeviceId([0x9a; 16]), Millis(1_795_275_252_000));
        assert_eq!(name, "sparekey-emergency-2026-11-21-153412-1f1f1f1f-9a9a9a9a.sparekey");
        assert_eq!(date(0), (1970, 1, 1));
        assert_eq!(date(11_016), (2000, 2, 29));
    }
}
