//! Points of a curve over GF(256), and the curve's value elsewhere. No table and no branch depends on a secret.

use crate::secret::{Secret, SecretBytes};

/// A point: one value for each byte of what is shared.
#[derive(Clone, Debug)]
pub struct Point {
    /// Where.
    pub at: u8,
    /// The bytes there.
    pub value: SecretBytes,
}

/// Lagrange's formula: the bytes at `at` on the curve through the points, whose places differ.
pub fn interpolate(points: &[Point], at: u8) -> SecretBytes {
    let len = points.first().map(|point| point.value.expose().len()).unwrap_or_default();
    let mut sum = Secret::new(vec![0; len]);
    for point in points {
        let others = points.iter().filter(|other| other.at != point.at);
        // Subtraction is xor.
        let factor = others.fold(1, |product, other| {
            multiply(product, multiply(other.at ^ at, inverse(other.at ^ point.at)))
        });
        for (byte, own) in sum.expose_mut().iter_mut().zip(point.value.expose()) {
            *byte ^= multiply(factor, *own);
        }
    }
    sum
}

/// By Rijndael's polynomial x^8 + x^4 + x^3 + x + 1.
fn multiply(a: u8, b: u8) -> u8 {
    let (mut product, mut a) = (0, a);
    for bit in 0..8 {
        product ^= a & 0u8.wrapping_sub(b >> bit & 1);
        a = a << 1 ^ 0x1b & 0u8.wrapping_sub(a >> 7);
    }
    product
}

/// a^254: the inverse of everything but 0.
fn inverse(a: u8) -> u8 {
    let mut power = a;
    for _ in 0..6 {
        power = multiply(multiply(power, power), a);
    }
    multiply(power, power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_is_a_field() {
        // FIPS 197, 4.2.
        assert_eq!((multiply(0x57, 0x83), multiply(0x57, 0x13)), (0xc1, 0xfe));
        for a in 1..=255 {
            assert_eq!(multiply(a, inverse(a)), 1, "{a}");
            for b in [0, 1, 2, 77, 255] {
                assert_eq!(multiply(a, b), multiply(b, a));
            }
        }
    }
}
