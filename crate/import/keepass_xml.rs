//! The XML inside KeePass databases, read as events: what is kept is the entries with a one-time password, or with a link
//! to one.

use data_encoding::BASE64;

use super::ImportError;
use super::keepass_otp;
use super::login::{Login, links};
use super::read::xml::Step;
use crate::secret::{Secret, SecretBytes};

/// The custom datum that says where the KeePassOTP plugin keeps a one-time password.
const SEALED: &str = "KeePassOTP.DB";

/// An entry with a one-time password.
#[derive(Debug)]
pub struct Found {
    /// The entry.
    pub entry: Entry,
    /// Whether it lies in the recycle bin.
    pub in_bin: bool,
}

/// What an entry says.
#[derive(Debug, Default)]
pub struct Entry {
    /// Its strings: `Title`, `UserName`, and whatever apps and users added.
    pub fields: Vec<(String, Secret<String>)>,
    group: String,
    tags: String,
    attachment: bool,
    /// The KeePassOTP plugin keeps its one-time password in a sealed database inside this one.
    sealed: bool,
    /// The groups that it lies in, by id.
    groups: Vec<String>,
}

/// Decrypts protected values, one after the other.
pub type Unprotect<'u> = &'u mut dyn FnMut(&mut [u8]);

/// Follows the events of one document.
pub struct Reader<'u> {
    unprotect: Option<Unprotect<'u>>,
    open: Vec<(String, bool)>,
    groups: Vec<Group>,
    entry: Option<Entry>,
    /// How many `History` elements are open: what is in them is old.
    history: usize,
    string: (String, Secret<String>),
    found: Vec<Entry>,
    max_items: usize,
    bin: String,
    bin_enabled: bool,
}

#[derive(Default)]
struct Group {
    id: String,
    name: String,
}

impl<'u> Reader<'u> {
    /// A reader. `unprotect` decrypts the protected values, which must come in the document's order; without it they stand
    /// in clear, and their mark only says what they were. More than `max_items` entries with a one-time password are too
    /// many.
    pub fn new(unprotect: Option<Unprotect<'u>>, max_items: usize) -> Self {
        Self {
            unprotect,
            open: Vec::new(),
            groups: Vec::new(),
            entry: None,
            history: 0,
            string: Default::default(),
            found: Vec::new(),
            max_items,
            bin: String::new(),
            bin_enabled: true,
        }
    }

    /// Takes the next event.
    pub fn step(&mut self, step: Step<'_>) -> Result<(), ImportError> {
        match step {
            Step::Open { name, attributes } => {
                match name {
                    "Group" => self.groups.push(Group::default()),
                    "Entry" if self.history == 0 => self.entry = Some(Entry::default()),
                    "History" => self.history += 1,
                    "String" => self.string = Default::default(),
                    _ => {}
                }
                let protected =
                    attributes.iter().any(|(n, v)| n == "Protected" && v.eq_ignore_ascii_case("true"));
                self.open.push((name.to_owned(), protected));
                Ok(())
            }
            Step::Close { name, text } => self.close(name, text),
        }
    }

    /// The entries in document order.
    pub fn finish(self) -> impl Iterator<Item = Found> {
        let Self { found, bin, bin_enabled, .. } = self;
        found.into_iter().map(move |entry| {
            let in_bin = bin_enabled && !bin.is_empty() && entry.groups.contains(&bin);
            Found { entry, in_bin }
        })
    }

    fn close(&mut self, name: &str, text: String) -> Result<(), ImportError> {
        let (_, protected) = self.open.pop().ok_or(ImportError::BadContent)?;
        // Protected values take their part of the key stream even where they are not wanted.
        let text =
            match self.unprotect.as_mut().filter(|_| protected).map(|by| reveal(&text, by)).transpose()? {
                None => Secret::new(text),
                Some(bytes) if name == "Value" => {
                    let text = String::from_utf8(bytes.expose().clone());
                    text.map(Secret::new).map_err(|_| ImportError::BadContent)?
                }
                // Version 3 keeps attachments here, and they are no text.
                Some(_) => Secret::default(),
            };
        let within = self.open.last().map_or("", |(name, _)| name);
        match (within, name) {
            ("Meta", "RecycleBinUUID") => self.bin = text.expose().trim().to_owned(),
            ("Meta", "RecycleBinEnabled") => {
                self.bin_enabled = !text.expose().trim().eq_ignore_ascii_case("false")
            }
            ("Group", "UUID" | "Name") => {
                let text = text.expose().trim().to_owned();
                if let Some(group) = self.groups.last_mut() {
                    *(if name == "UUID" { &mut group.id } else { &mut group.name }) = text;
                }
            }
            (_, "Group") => drop(self.groups.pop()),
            (_, "History") => self.history = self.history.saturating_sub(1),
            _ if self.history > 0 => {}
            ("Item", "Key") => self.string.0 = text.expose().clone(),
            ("Item", "Value")
                if self.string.0 == SEALED && text.expose().trim().eq_ignore_ascii_case("true") =>
            {
                self.entry.iter_mut().for_each(|entry| entry.sealed = true);
            }
            ("String", "Key") => self.string.0 = text.expose().clone(),
            ("String", "Value") => self.string.1 = text,
            (_, "String") => {
                let string = core::mem::take(&mut self.string);
                self.entry.iter_mut().for_each(|entry| entry.fields.push(string.clone()));
            }
            ("Entry", "Tags") => self.entry.iter_mut().for_each(|entry| entry.tags = text.expose().clone()),
            ("Entry", "Binary") => self.entry.iter_mut().for_each(|entry| entry.attachment = true),
            (_, "Entry") => self.keep()?,
            _ => {}
        }
        Ok(())
    }

    fn keep(&mut self) -> Result<(), ImportError> {
        let Some(mut entry) = self.entry.take() else { return Ok(()) };
        let has_links = || keepass_otp::own_texts(&entry.fields).flat_map(links).next().is_some();
        if !keepass_otp::has_any(&entry.fields) && !entry.sealed && !has_links() {
            return Ok(());
        }
        if self.found.len() == self.max_items {
            return Err(ImportError::TooLarge);
        }
        // The outermost group is the database itself.
        let names: Vec<&str> = self.groups.iter().skip(1).map(|g| g.name.as_str()).collect();
        entry.group = names.join("/");
        entry.groups = self.groups.iter().map(|g| g.id.clone()).collect();
        self.found.push(entry);
        Ok(())
    }
}

impl Entry {
    /// It has a one-time password, and that is not where apps keep one in its strings.
    pub fn is_sealed(&self) -> bool {
        self.sealed && !keepass_otp::has_any(&self.fields)
    }

    /// The words of the entry.
    pub fn login(&self) -> Login<'_> {
        let text = |name| keepass_otp::field(&self.fields, name).unwrap_or("");
        // What browsers' extensions and apps for phones call further addresses.
        let is_url = |name: &str| name == "KP2A_URL" || name.starts_with("KP2A_URL_");
        let urls = self.fields.iter().filter(|(name, _)| is_url(name)).map(|(_, url)| url.expose().as_str());
        let is_lost = |(name, value): &(String, Secret<String>)| {
            !keepass_otp::STANDARD.contains(&name.as_str())
                && !is_url(name)
                && !keepass_otp::is_otp_field(name)
                && links(value.expose()).next().is_none()
        };
        let tags = self.tags.split([';', ',']);
        Login {
            title: text("Title"),
            username: text("UserName"),
            note: text("Notes"),
            urls: [text("URL")].into_iter().chain(urls).collect(),
            tags: [self.group.as_str()].into_iter().chain(tags).collect(),
            lost: vec![
                ("password", !text("Password").is_empty()),
                ("fields", self.fields.iter().any(is_lost)),
                ("attachment", self.attachment),
            ],
            ..Login::default()
        }
    }
}

fn reveal(text: &str, unprotect: &mut dyn FnMut(&mut [u8])) -> Result<SecretBytes, ImportError> {
    let mut bytes = BASE64.decode(text.trim().as_bytes()).map_err(|_| ImportError::BadContent)?;
    unprotect(&mut bytes);
    Ok(SecretBytes::new(bytes))
}
