//! Brightness out of a JPEG, see [`super::picture`].

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::picture::Unreadable;

/// A picture as it is decoded.
pub struct Jpeg {
    /// Row by row, of so many channels each.
    pub pixels: Vec<u8>,
    /// One is brightness, three are red, green, blue.
    pub channels: usize,
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

/// Reads a picture that takes no more bytes than `most`.
pub fn read(bytes: &[u8], most: usize) -> Result<Jpeg, Unreadable> {
    // What is cut off is grey: its codes may stand above.
    let options =
        DecoderOptions::default().set_strict_mode(false).set_max_width(usize::MAX).set_max_height(usize::MAX);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|_| Unreadable::Damaged)?;
    let (width, height) = decoder.dimensions().ok_or(Unreadable::Damaged)?;
    let (space, channels) = match decoder.input_colorspace() {
        Some(ColorSpace::YCbCr | ColorSpace::Luma) => (ColorSpace::Luma, 1),
        _ => (ColorSpace::RGB, 3),
    };
    let coefficients = coefficients(bytes).ok_or(Unreadable::Damaged)?;
    if width * height * channels + coefficients > most {
        return Err(Unreadable::TooLarge);
    }
    decoder.set_options(options.jpeg_set_out_colorspace(space));
    let pixels = decoder.decode().map_err(|_| Unreadable::Damaged)?;
    if pixels.len() != width * height * channels {
        return Err(Unreadable::Damaged);
    }
    Ok(Jpeg { pixels, channels, width, height })
}

/// Bytes of coefficients that are kept until the last scan, 0 when one scan has all (ITU-T T.81, annex B.2): then a few
/// rows are kept.
fn coefficients(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes.get(2..)?;
    let mut frame = None;
    loop {
        // Filling bytes may stand before a marker, and decoders pass over what is between segments.
        let at = rest
            .windows(2)
            .position(|two| two[0] == 0xff && !matches!(two[1], 0 | 1 | 0xff | 0xd0..=0xd9))?;
        let (marker, after) = (*rest.get(at + 1)?, rest.get(at + 2..)?);
        let (length, _) = after.split_first_chunk()?;
        let (segment, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        match marker {
            0xc0..=0xc2 => frame = Some((marker == 0xc2, segment)),
            0xda => {
                let (progressive, frame) = frame?;
                let &[_, _, _, high, low, wide, narrow, components, ref parts @ ..] = frame else {
                    return None;
                };
                if !progressive && segment.get(2) == Some(&components) {
                    return Some(0);
                }
                let factors =
                    parts.chunks_exact(3).map(|part| (usize::from(part[1] >> 4), usize::from(part[1] & 15)));
                let most = factors.clone().fold((1, 1), |(x, y), (h, v)| (x.max(h), y.max(v)));
                let units =
                    |side: [u8; 2], factor: usize| usize::from(u16::from_be_bytes(side)).div_ceil(8 * factor);
                let blocks = units([wide, narrow], most.0) * units([high, low], most.1);
                return Some(blocks * factors.map(|(h, v)| h * v).sum::<usize>() * 64 * 2);
            }
            _ => {}
        }
        rest = after;
    }
}
