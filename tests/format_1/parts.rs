//! A file as its lines, to be changed one thing at a time, and what a holder of the vault key can write.

use data_encoding::BASE64;
use sparekey::secret::Key;
use sparekey::vault::id::VaultId;
use sparekey::vault::seal;

/// The lines of a file.
#[derive(Clone)]
pub struct Parts {
    pub magic: String,
    pub header: String,
    pub mac: String,
    pub records: Vec<String>,
    pub body: String,
}

impl Parts {
    pub fn of(bytes: &[u8]) -> Self {
        let text = std::str::from_utf8(bytes).unwrap().strip_suffix('\n').unwrap();
        let lines: Vec<String> = text.split('\n').map(ToOwned::to_owned).collect();
        let [magic, header, mac, records @ .., body] = lines.as_slice() else { panic!("lines") };
        Self {
            magic: magic.clone(),
            header: header.clone(),
            mac: mac.clone(),
            records: records.to_vec(),
            body: body.clone(),
        }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut lines = vec![&self.magic, &self.header, &self.mac];
        lines.extend(&self.records);
        lines.push(&self.body);
        lines.into_iter().flat_map(|line| [line.as_bytes(), b"\n"].concat()).collect()
    }

    /// The header with a piece of text replaced; it must be there.
    pub fn header_with(&self, from: &str, to: &str) -> Self {
        assert!(self.header.contains(from), "{from} in {}", self.header);
        Self { header: self.header.replacen(from, to, 1), ..self.clone() }
    }

    /// The same with one record in place of another.
    pub fn record_with(&self, at: usize, line: impl Into<String>) -> Self {
        let mut copy = self.clone();
        copy.records[at] = line.into();
        copy
    }

    /// Another record and its digest: the MAC must be made anew.
    pub fn indexed(&self, at: usize, line: &str) -> Self {
        let digest = |line: &str| BASE64.encode(&seal::sha256(line.as_bytes()));
        self.header_with(&digest(&self.records[at]), &digest(line)).record_with(at, line)
    }

    /// With the MAC that a holder of the key writes.
    pub fn signed(&self, key: &Key) -> Self {
        self.signed_over(key, &format!("{}\n{}\n", self.magic, self.header))
    }

    /// With a MAC over something else.
    pub fn signed_over(&self, key: &Key, text: &str) -> Self {
        let mac_key: Key = seal::derive(key.expose(), b"", &[b"sparekey/1 header"]);
        Self { mac: BASE64.encode(&seal::mac(&mac_key, &[text.as_bytes()])), ..self.clone() }
    }

    /// With another body under the key of `generation`, its hash and the MAC in order.
    pub fn sealed(&self, key: &Key, generation: u64, plain: &[u8]) -> Self {
        let header = self.json();
        let salt = BASE64.decode(header["body_salt"].as_str().unwrap().as_bytes()).unwrap();
        let vault = VaultId::parse(header["vault"].as_str().unwrap()).unwrap();
        let info = [b"sparekey/1 body\0".as_slice(), &vault.0, &generation.to_be_bytes()];
        let both = seal::derive::<44>(key.expose(), &salt, &info);
        let (body_key, nonce) = both.expose().split_at(32);
        let body_key = Key::new(body_key.try_into().unwrap());
        let body = seal::encrypt(&body_key, nonce.try_into().unwrap(), b"", plain);
        self.with_body(&body).signed(key)
    }

    /// With these bytes as the body and the hash in order.
    pub fn with_body(&self, body: &[u8]) -> Self {
        let hash = BASE64.encode(&seal::sha256(body));
        let mut copy = self.header_with(self.json()["body_hash"].as_str().unwrap(), &hash);
        copy.body = BASE64.encode(body);
        copy
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.header).unwrap()
    }
}

/// A record with a piece of its JSON replaced.
pub fn record(line: &str, change: impl Fn(&mut serde_json::Value)) -> String {
    let mut json = serde_json::from_slice(&BASE64.decode(line.as_bytes()).unwrap()).unwrap();
    change(&mut json);
    BASE64.encode(&serde_json::to_vec(&json).unwrap())
}

/// The last character of base64 with other, unused bits: the same bytes spelled differently.
pub fn respelled(text: &str) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let at = text.trim_end_matches('=').len() - 1;
    assert!(at + 1 < text.len(), "no unused bits");
    let old = ALPHABET.iter().position(|c| *c == text.as_bytes()[at]).unwrap();
    let mut text = text.to_owned();
    text.replace_range(at..=at, std::str::from_utf8(&[ALPHABET[old ^ 1]]).unwrap());
    text
}
