//! Punycode (RFC 3492): one label of a host name, between Unicode and ASCII.
//!
//! Without the mapping tables of UTS 46: browsers report hosts that are mapped already, and the tables weigh more
//! than all our cryptography.

/// The longest label that DNS allows (RFC 1035 2.3.4); nothing longer is encoded or decoded.
const MAX_LABEL: usize = 63;

// RFC 3492 section 5.
const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const INITIAL_BIAS: u32 = 72;
const INITIAL_N: u32 = 128;

/// The label without `xn--`, or `None` when it would be longer than DNS allows.
pub fn encode(label: &str) -> Option<String> {
    let mut out: String = label.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(out.len()).ok()?;
    let total = u32::try_from(label.chars().count()).ok()?;
    if total as usize > MAX_LABEL {
        return None;
    }
    if basic > 0 {
        out.push('-');
    }
    let (mut n, mut delta, mut bias, mut done) = (INITIAL_N, 0_u32, INITIAL_BIAS, basic);
    while done < total {
        let next = label.chars().map(u32::from).filter(|&c| c >= n).min()?;
        delta = delta.checked_add((next - n).checked_mul(done + 1)?)?;
        n = next;
        for c in label.chars().map(u32::from) {
            if c < n {
                delta = delta.checked_add(1)?;
            } else if c == n {
                push_number(&mut out, delta, bias)?;
                bias = adapt(delta, done + 1, done == basic);
                delta = 0;
                done += 1;
            }
        }
        delta = delta.checked_add(1)?;
        n += 1;
    }
    (out.len() <= MAX_LABEL - "xn--".len()).then_some(out)
}

/// The Unicode label of what follows `xn--`, or `None` when it is not Punycode.
pub fn decode(encoded: &str) -> Option<String> {
    if !encoded.is_ascii() || encoded.len() > MAX_LABEL {
        return None;
    }
    let (basic, extended) = match encoded.rfind('-') {
        Some(at) => (encoded.get(..at)?, encoded.get(at + 1..)?),
        None => ("", encoded),
    };
    let mut out: Vec<char> = basic.chars().collect();
    let (mut n, mut i, mut bias) = (INITIAL_N, 0_u32, INITIAL_BIAS);
    let mut digits = extended.bytes().peekable();
    while digits.peek().is_some() {
        let (start, mut weight, mut k) = (i, 1_u32, BASE);
        loop {
            let digit = digit_value(digits.next()?)?;
            i = i.checked_add(digit.checked_mul(weight)?)?;
            let t = threshold(k, bias);
            if digit < t {
                break;
            }
            weight = weight.checked_mul(BASE - t)?;
            k += BASE;
        }
        let length = u32::try_from(out.len()).ok()? + 1;
        bias = adapt(i - start, length, start == 0);
        n = n.checked_add(i / length)?;
        i %= length;
        out.insert(i as usize, char::from_u32(n)?);
        i += 1;
    }
    Some(out.into_iter().collect())
}

/// Appends `value` as a variable-length integer (RFC 3492 3.3).
fn push_number(out: &mut String, value: u32, bias: u32) -> Option<()> {
    let (mut rest, mut k) = (value, BASE);
    loop {
        let t = threshold(k, bias);
        if rest < t {
            break;
        }
        out.push(digit_char(t + (rest - t) % (BASE - t))?);
        rest = (rest - t) / (BASE - t);
        k += BASE;
    }
    out.push(digit_char(rest)?);
    Some(())
}

fn threshold(k: u32, bias: u32) -> u32 {
    k.saturating_sub(bias).clamp(T_MIN, T_MAX)
}

fn adapt(delta: u32, points: u32, first: bool) -> u32 {
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta += delta / points.max(1);
    let mut k = 0;
    while delta > ((BASE - T_MIN) * T_MAX) / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + ((BASE - T_MIN + 1) * delta) / (delta + SKEW)
}

/// The letters come first: a = 0 ... z = 25, 0 = 26 ... 9 = 35.
fn digit_char(value: u32) -> Option<char> {
    match u8::try_from(value).ok()? {
        v @ 0..=25 => Some(char::from(b'a' + v)),
        v @ 26..=35 => Some(char::from(b'0' + (v - 26))),
        _ => None,
    }
}

fn digit_value(byte: u8) -> Option<u32> {
    match byte {
        b'a'..=b'z' => Some(u32::from(byte - b'a')),
        b'A'..=b'Z' => Some(u32::from(byte - b'A')),
        b'0'..=b'9' => Some(u32::from(byte - b'0') + 26),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// From RFC 3492 section 7.1, and labels in daily use.
    const SAMPLES: &[(&str, &str)] = &[
        ("ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn"),
        ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
        ("למההםפשוטלאמדבריםעברית", "4dbcagdahymbxekheh6e0a7fei0b"),
        ("почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l"),
        ("3年b組金八先生", "3b-ww4c5e180e575a65lsy2b"),
        ("bücher", "bcher-kva"),
        ("münchen", "mnchen-3ya"),
        ("gıthub", "gthub-n4a"),
        ("рф", "p1ai"),
        ("💩", "ls8h"),
    ];

    #[test]
    fn samples_both_ways() {
        for (unicode, ascii) in SAMPLES {
            assert_eq!(encode(unicode).as_deref(), Some(*ascii), "{unicode}");
            assert_eq!(decode(ascii).as_deref(), Some(*unicode), "{ascii}");
        }
    }

    #[test]
    fn what_is_not_punycode_is_refused() {
        for text in ["ü", "99999999", "a-!", "bcher-kv", "\u{7f}x"] {
            assert_eq!(decode(text), None, "{text}");
        }
        assert_eq!(encode(&"ü".repeat(64)), None);
    }

    proptest! {
        #[test]
        fn what_is_encoded_decodes_to_itself(label in "\\PC{1,20}") {
            if let Some(ascii) = encode(&label) {
                prop_assert_eq!(decode(&ascii), Some(label));
            }
        }

        #[test]
        fn never_panics(text in ".{0,80}") {
            let _ = decode(&text);
            let _ = encode(&text);
        }
    }
}
