//! Writes a serialised `HashMap<String, String>` as Android does.

/// The stream. `old` is Android 6, whose map has one field only.
pub(crate) fn write(pairs: &[(String, String)], old: bool) -> Vec<u8> {
    let mut out = vec![0xac, 0xed, 0x00, 0x05, 0x73, 0x72];
    short_text(&mut out, "java.util.HashMap");
    out.extend([0x05, 0x07, 0xda, 0xc1, 0xc3, 0x16, 0x60, 0xd1, 0x03]);
    let fields: &[(u8, &str)] =
        if old { &[(b'F', "loadFactor")] } else { &[(b'F', "loadFactor"), (b'I', "threshold")] };
    out.extend((fields.len() as u16).to_be_bytes());
    for (kind, name) in fields {
        out.push(*kind);
        short_text(&mut out, name);
    }
    out.extend([0x78, 0x70]);
    out.extend(0.75f32.to_be_bytes());
    if !old {
        out.extend(12u32.to_be_bytes());
    }
    out.extend([0x77, 0x08]);
    out.extend(16u32.to_be_bytes());
    out.extend((pairs.len() as u32).to_be_bytes());
    for text in pairs.iter().flat_map(|(key, value)| [key, value]) {
        let bytes = modified_utf8(text);
        if let Ok(length) = u16::try_from(bytes.len()) {
            out.push(0x74);
            out.extend(length.to_be_bytes());
        } else {
            out.push(0x7c);
            out.extend((bytes.len() as u64).to_be_bytes());
        }
        out.extend(bytes);
    }
    out.push(0x78);
    out
}

fn short_text(out: &mut Vec<u8>, text: &str) {
    out.extend((text.len() as u16).to_be_bytes());
    out.extend(text.as_bytes());
}

fn modified_utf8(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for unit in text.encode_utf16() {
        let low = |shift: u16| 0x80 | (unit >> shift & 0x3f) as u8;
        match unit {
            0x01..=0x7f => out.push(unit as u8),
            0x00 | 0x80..=0x7ff => out.extend([0xc0 | (unit >> 6) as u8, low(0)]),
            _ => out.extend([0xe0 | (unit >> 12) as u8, low(6), low(0)]),
        }
    }
    out
}
