//! KeePass, KeePassXC and their kin: KDBX 3 and 4, and KeePass 2's XML.

use super::keepass_xml::{self, Found};
use super::read::xml;
use super::{Draft, ImportError, Importer, Input, Limits, collect::Collector, kdbx, keepass_otp, text};
use crate::secret::SecretText;

/// Databases and their plain XML.
#[derive(Debug)]
pub struct KeePass;

impl Importer for KeePass {
    fn id(&self) -> &'static str {
        "keepass"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        kdbx::looks_like(input.bytes)
            || text::decode(input.bytes).is_some_and(|text| {
                let text = text.trim_start();
                text.starts_with('<')
                    && text
                        .get(..text.floor_char_boundary(1024))
                        .is_some_and(|head| head.contains("<KeePassFile"))
            })
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        if !kdbx::looks_like(input.bytes) {
            let text = text::decode(input.bytes).ok_or(ImportError::BadContent)?;
            return read(&text, "keepass-xml", &mut |_| {}, limits);
        }
        let mut database = kdbx::open(input.bytes, password, limits)?;
        let text = std::str::from_utf8(database.xml.expose()).map_err(|_| ImportError::BadContent)?;
        read(text, database.format, &mut |bytes| database.stream.apply(bytes), limits)
    }
}

fn read(
    text: &str,
    format: &'static str,
    unprotect: &mut dyn FnMut(&mut [u8]),
    limits: &Limits,
) -> Result<Draft, ImportError> {
    let mut reader = keepass_xml::Reader::new(unprotect);
    xml::walk(text, |step| reader.step(step))?;
    let mut collector = Collector::new(format, limits);
    for Found { entry, in_bin } in reader.finish() {
        let login = entry.login();
        if in_bin {
            collector.skip(login.what(), "trashed")?;
            continue;
        }
        for otp in keepass_otp::read(&login, &entry.fields) {
            collector.take(&login.what(), otp)?;
        }
    }
    Ok(collector.finish())
}
