//! What the tests of importers share: the same eight entries for every format, damage, and the
//! tables of known files.

pub mod eight;
pub mod expected;

/// Feeds `read` with `bytes` cut at every length and with single bits turned. It must not panic; what it
/// answers is its own affair. Long files are sampled at about 600 places.
pub fn damage(bytes: &[u8], mut read: impl FnMut(&[u8])) {
    let step = bytes.len().div_ceil(600).max(1);
    for at in (0..bytes.len()).step_by(step) {
        read(&bytes[..at]);
        let mut turned = bytes.to_vec();
        turned[at] ^= 1 << (at % 8);
        read(&turned);
    }
}
