//! A sheet for paper: one page of HTML without script, a QR code beside each account's name and URI. Any authenticator
//! scans the codes.

use super::paper::{Kept, Paper, iso, lost, refused_by_uri, uri};
use super::{ExportError, Format};
use crate::otp::uri::title;
use crate::qr::matrix;
use crate::secret::{Secret, SecretBytes};

/// The sheet.
pub(super) static FORMAT: Format =
    Format { id: "html-uri-list", extension: "html", mime: "text/html", sealed: false, write };

/// Modules of white around a code that readers ask for (ISO/IEC 18004).
const QUIET: usize = 4;

fn write(paper: &mut Paper<'_>) -> Result<SecretBytes, ExportError> {
    let kept = paper.keep(refused_by_uri)?;
    paper.lose_names_of_uris(&kept);
    paper.lose(&kept, lost::NOTE, |entry| !entry.note.is_empty());
    paper.lose(&kept, lost::TAGS, |entry| !entry.tags.is_empty());
    paper.lose(&kept, lost::PINNED, |entry| entry.pinned);
    paper.lose(&kept, lost::BIN, |entry| entry.trashed);
    paper.lose(&kept, lost::URLS, |entry| !entry.urls.is_empty());
    let day = iso(paper.now);
    let day = day.get(..10).unwrap_or_default();
    let mut page = Secret::new(format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Sparekey: accounts, {day}</title>\n\
         <style>\n\
         body {{ font: 11pt/1.4 system-ui, sans-serif; margin: 1.5cm; color: #000; background: #fff }}\n\
         section {{ display: flex; gap: 6mm; align-items: center; margin: 0 0 6mm; break-inside: avoid }}\n\
         svg {{ width: 42mm; height: 42mm; flex: none }}\n\
         h2 {{ font-size: 12pt; margin: 0 0 2mm }}\n\
         code {{ font-size: 8pt; overflow-wrap: anywhere }}\n\
         </style>\n<h1>Accounts, {day}</h1>\n\
         <p>Whoever scans one of these codes makes the account's sign-in codes. Keep this paper like a key.</p>\n"
    ));
    for kept in &kept {
        section(page.expose_mut(), kept);
    }
    *page.expose_mut() += "</html>\n";
    Ok(SecretBytes::new(core::mem::take(page.expose_mut()).into_bytes()))
}

fn section(out: &mut String, (_, entry): &Kept<'_>) {
    let uri = uri(entry);
    *out += "<section>\n";
    // Names of many hundred characters fit in no code: their URI stands there as text.
    if let Ok(rows) = matrix(&uri) {
        *out += &svg(&rows);
    }
    let (name, uri) = (escape(&title(&entry.issuer, &entry.account)), escape(&uri));
    *out += &format!("<div><h2>{name}</h2>\n<code>{uri}</code></div>\n</section>\n");
}

fn svg(rows: &[Vec<bool>]) -> String {
    let side = rows.len() + 2 * QUIET;
    let mut path = String::new();
    for (y, row) in rows.iter().enumerate() {
        for (x, _) in row.iter().enumerate().filter(|(_, dark)| **dark) {
            path += &format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    format!("<svg viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\"><path d=\"{path}\"/></svg>\n")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::testing::eight::eight;
    use crate::qr::read_codes;

    /// Pixels of a module's side.
    const SCALE: usize = 4;

    /// The modules that a code is drawn with, each its column and row, and the side of the drawing.
    fn drawn(svg: &str) -> (Vec<(usize, usize)>, usize) {
        let between = |from: &str| svg.split(from).nth(1).unwrap().split('"').next().unwrap().to_owned();
        let side = between("viewBox=\"0 0 ").split(' ').next().unwrap().parse().unwrap();
        let module = |square: &str| {
            let (x, y) = square.strip_suffix("h1v1h-1z").unwrap().split_once(' ').unwrap();
            (x.parse().unwrap(), y.parse().unwrap())
        };
        (between(" d=\"M").split('M').map(module).collect(), side)
    }

    #[test]
    fn what_is_drawn_is_the_code_of_the_account() {
        let mut tells_mirrored = false;
        for entry in eight() {
            let uri = uri(&entry);
            let (modules, side) = drawn(&svg(&matrix(&uri).unwrap()));
            let width = side * SCALE;
            let mut pixels = vec![255; width * width];
            for (x, y) in &modules {
                for row in 0..SCALE {
                    pixels[(y * SCALE + row) * width + x * SCALE..][..SCALE].fill(0);
                }
            }
            assert_eq!(read_codes(&pixels, width, width), [uri]);
            // Readers forgive a mirrored code, paper need not: one module is dark in every code, and its mirror image is not.
            let (near, far) = (QUIET + 8, side - QUIET - 8);
            assert!(modules.contains(&(near, far)));
            tells_mirrored |= !modules.contains(&(far, near));
            let quiet = QUIET..side - QUIET;
            assert!(modules.iter().all(|(x, y)| quiet.contains(x) && quiet.contains(y)));
        }
        assert!(tells_mirrored);
    }
}
