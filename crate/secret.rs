//! [`Secret`]: a value that is wiped when dropped and that cannot be printed or serialised by accident.

use core::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// A secret value. No `Display`, no `Serialize`; `Debug` prints `[secret]`; wiped on drop.
#[derive(Clone, Default)]
pub struct Secret<T: Zeroize>(T);

/// Secret bytes of any length.
pub type SecretBytes = Secret<Vec<u8>>;
/// A 256-bit key.
pub type Key = Secret<[u8; 32]>;
/// Secret text: a password, a passphrase.
pub type SecretText = Secret<String>;

impl<T: Zeroize> Secret<T> {
    /// Takes the value into keeping.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for the one computation that needs it. Never store what this returns.
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// The value, to be filled in place.
    pub fn expose_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl<T: Zeroize + AsRef<[u8]>> PartialEq for Secret<T> {
    /// Constant time for equal lengths; the length itself is not hidden.
    fn eq(&self, other: &Self) -> bool {
        self.0.as_ref().ct_eq(other.0.as_ref()).into()
    }
}

impl<T: Zeroize + AsRef<[u8]>> Eq for Secret<T> {}

impl<T: Zeroize> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_shows_the_value() {
        let secret = SecretText::new("hunter2".into());
        assert_eq!(format!("{secret:?}"), "[secret]");
        assert_eq!(format!("{:?}", Some(&secret)), "Some([secret])");
    }

    #[test]
    fn equality_is_by_value() {
        assert_eq!(Key::new([7; 32]), Key::new([7; 32]));
        assert_ne!(Key::new([7; 32]), Key::new([8; 32]));
        assert_ne!(SecretBytes::new(vec![1]), SecretBytes::new(vec![1, 1]));
    }
}
