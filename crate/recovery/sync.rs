//! The newest bundle in the browser's own sync storage: a file in chunks under a generation's name, and a head that names the
//! generation. Pure: what lies there, what is to be written, and whether it fits. `BUNDLE.md` has the form.
//!
//! The order is what keeps a kill from hurting: new chunks, then the head, then the old chunks go. So both generations lie there
//! for a moment, and both must fit.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::env::Millis;
use crate::vault::bytes::B64;
use crate::vault::id::{DeviceId, VaultId};
use crate::vault::seal;

/// All that the browsers give (`storage.sync.QUOTA_BYTES`, the same in Chrome and Firefox).
pub const TOTAL: usize = 102_400;
/// `QUOTA_BYTES_PER_ITEM`: key and value, the value as JSON.
const PER_ITEM: usize = 8_192;
/// `MAX_ITEMS`.
const ITEMS: usize = 512;
/// Room for a head, whose numbers grow.
const SLACK: usize = 64;

/// What an area of the browser holds, every key.
pub type Area = BTreeMap<String, String>;

/// What is to be written, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// First.
    pub chunks: Vec<(String, String)>,
    /// Then: from now on the new chunks count.
    pub head: (String, String),
    /// Last: the keys of former generations, and of one that was never finished.
    pub remove: Vec<String>,
}

/// Why it is not written, before anything was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRoom {
    /// Bytes that it takes, beside what lies there.
    pub needed: usize,
    /// Bytes that are free.
    pub free: usize,
}

/// A bundle that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// When it was made, as its head says.
    pub made: Millis,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A head.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Head {
    /// The generation's name is this number.
    generation: u64,
    /// How many chunks it has.
    chunks: usize,
    made: Millis,
    sha256: B64<32>,
}

/// How to write a bundle of this vault and device over what lies there.
pub fn plan(
    area: &Area,
    (vault, device): (VaultId, DeviceId),
    bytes: &[u8],
    made: Millis,
) -> Result<Plan, NoRoom> {
    let tag = tag(vault, device);
    let generation = head(area, &tag).map_or(1, |head| head.generation.saturating_add(1));
    // A bundle is text; anything else would not be opened again, and is written as it can be.
    let text = String::from_utf8_lossy(bytes);
    let chunks = split(&text, &format!("{tag}-{generation}-"));
    let remove: Vec<String> = area
        .keys()
        .filter(|key| key.starts_with(&format!("{tag}-")) && !chunks.iter().any(|(new, _)| new == *key))
        .cloned()
        .collect();
    let head = Head { generation, chunks: chunks.len(), made, sha256: B64(seal::sha256(bytes)) };
    let head = (tag, serde_json::to_string(&head).unwrap_or_default());
    // What lies under the same keys, of a generation that was never finished, is written over.
    let kept = |key: &String| *key != head.0 && !chunks.iter().any(|(new, _)| new == key);
    let there: usize =
        area.iter().filter(|(key, _)| kept(key)).map(|(key, value)| item(key, value)).sum::<usize>()
            + area.get(&head.0).map_or(0, |_| SLACK);
    let needed = chunks.iter().chain([&head]).map(|(key, value)| item(key, value)).sum::<usize>();
    let free = TOTAL.saturating_sub(there);
    if needed > free || area.len() + chunks.len() + 1 > ITEMS {
        return Err(NoRoom { needed, free });
    }
    Ok(Plan { chunks, head, remove })
}

/// The keys of this vault and device, to be removed when the user turns it off.
pub fn keys(area: &Area, (vault, device): (VaultId, DeviceId)) -> Vec<String> {
    let tag = tag(vault, device);
    area.keys().filter(|key| **key == tag || key.starts_with(&format!("{tag}-"))).cloned().collect()
}

/// Every bundle that is whole, the newest first, and how many are not.
pub fn find(area: &Area) -> (Vec<Found>, usize) {
    let tags = area.keys().filter(|key| key.starts_with(PREFIX) && key.matches('-').count() == 2);
    let all: Vec<Option<Found>> = tags.map(|tag| whole(area, tag)).collect();
    let damaged = all.iter().filter(|found| found.is_none()).count();
    let mut found: Vec<Found> = all.into_iter().flatten().collect();
    found.sort_by_key(|found| core::cmp::Reverse(found.made));
    (found, damaged)
}

/// The bundle of this vault and device, when it is whole.
pub fn own(area: &Area, (vault, device): (VaultId, DeviceId)) -> Option<Found> {
    whole(area, &tag(vault, device))
}

const PREFIX: &str = "bundle-";

/// `bundle-1f2e3d4c-9a8b7c6d`: the head's key, and what its chunks' keys begin with.
fn tag(vault: VaultId, device: DeviceId) -> String {
    let short = |id: String| id.chars().take(8).collect::<String>();
    format!("{PREFIX}{}-{}", short(vault.to_string()).replace('-', ""), short(device.to_string()))
}

fn head(area: &Area, tag: &str) -> Option<Head> {
    serde_json::from_str(area.get(tag)?).ok()
}

fn whole(area: &Area, tag: &str) -> Option<Found> {
    let head = head(area, tag)?;
    if head.chunks > ITEMS {
        return None;
    }
    let parts = (0..head.chunks).map(|at| area.get(&format!("{tag}-{}-{at}", head.generation)));
    let text: String = parts.collect::<Option<Vec<_>>>()?.into_iter().map(String::as_str).collect();
    let bytes = text.into_bytes();
    (seal::sha256(&bytes) == head.sha256.0).then_some(Found { made: head.made, bytes })
}

/// Pieces whose items are within the limit.
fn split(text: &str, prefix: &str) -> Vec<(String, String)> {
    let (mut chunks, mut chunk, mut length) = (Vec::new(), String::new(), 0);
    // Longer than the key of the last chunk.
    let room = PER_ITEM - prefix.len() - 8;
    for letter in text.chars() {
        let grows = json_length(letter);
        if length + grows > room {
            chunks.push(core::mem::take(&mut chunk));
            length = 0;
        }
        chunk.push(letter);
        length += grows;
    }
    chunks.push(chunk);
    chunks.into_iter().enumerate().map(|(at, chunk)| (format!("{prefix}{at}"), chunk)).collect()
}

/// Bytes of a letter in JSON, at most.
fn json_length(letter: char) -> usize {
    match letter {
        '"' | '\\' | '\n' => 2,
        // Chrome writes this one as an escape.
        '<' => 6,
        letter if letter.is_control() => 6,
        letter => letter.len_utf8(),
    }
}

/// What the browser counts for an item: its key, and its value as JSON.
fn item(key: &str, value: &str) -> usize {
    key.len() + 2 + value.chars().map(json_length).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHO: (VaultId, DeviceId) = (VaultId([0x1f; 16]), DeviceId([0x9a; 16]));
    const OTHER: (VaultId, DeviceId) = (VaultId([0x2f; 16]), DeviceId([0x9b; 16]));

    fn bundle(length: usize, seed: u8) -> Vec<u8> {
        let mut text = format!("sparekey/1\n{{\"vault\":\"<{seed}>\"}}\n").into_bytes();
        text.resize(length, b'A' + seed % 26);
        text
    }

    fn write(area: &mut Area, plan: &Plan, steps: usize) {
        if steps > 0 {
            area.extend(plan.chunks.iter().cloned());
        }
        if steps > 1 {
            area.extend([plan.head.clone()]);
        }
        if steps > 2 {
            plan.remove.iter().for_each(|key| drop(area.remove(key)));
        }
    }

    #[test]
    fn what_was_written_is_found_and_the_former_one_is_gone() {
        let mut area = Area::from([("else".into(), "x".into())]);
        for round in 1..5_u8 {
            let bytes = bundle(20_000 + usize::from(round) * 3_000, round);
            let plan = plan(&area, WHO, &bytes, Millis(round.into())).unwrap();
            assert!(plan.chunks.iter().all(|(key, value)| item(key, value) <= PER_ITEM));
            write(&mut area, &plan, 3);
            assert_eq!(own(&area, WHO), Some(Found { made: Millis(round.into()), bytes }));
            assert_eq!(area.len(), 1 + 1 + plan.chunks.len());
        }
        let second = plan(&area, OTHER, &bundle(5_000, 9), Millis(99)).unwrap();
        write(&mut area, &second, 3);
        let (found, damaged) = find(&area);
        assert_eq!(
            (found.len(), damaged, found[0].made),
            (2, 0, Millis(99)),
            "two devices, the newest first"
        );
        keys(&area, WHO).iter().for_each(|key| drop(area.remove(key)));
        assert_eq!((find(&area).0.len(), area.contains_key("else")), (1, true));
    }

    #[test]
    fn a_kill_between_any_two_steps_leaves_a_whole_bundle() {
        let mut area = Area::new();
        let first = plan(&area, WHO, &bundle(20_000, 1), Millis(1)).unwrap();
        write(&mut area, &first, 3);
        for steps in 0..4 {
            let mut torn = area.clone();
            let next = plan(&torn, WHO, &bundle(30_000, 2), Millis(2)).unwrap();
            write(&mut torn, &next, steps);
            let made = own(&torn, WHO).expect("whole").made;
            assert_eq!(made, Millis(if steps < 2 { 1 } else { 2 }), "after {steps} steps");
            // The next one cleans up what was left.
            let last = plan(&torn, WHO, &bundle(10_000, 3), Millis(3)).unwrap();
            write(&mut torn, &last, 3);
            assert_eq!((own(&torn, WHO).unwrap().made, torn.len()), (Millis(3), 1 + last.chunks.len()));
        }
    }

    #[test]
    fn half_a_bundle_is_none() {
        let mut area = Area::new();
        let first = plan(&area, WHO, &bundle(20_000, 1), Millis(1)).unwrap();
        write(&mut area, &first, 3);
        let chunk = area.keys().find(|key| key.ends_with("-1")).unwrap().clone();
        for damage in ["", "x"] {
            let mut half = area.clone();
            half.insert(chunk.clone(), damage.into());
            assert_eq!((own(&half, WHO), find(&half)), (None, (Vec::new(), 1)));
        }
        area.remove(&chunk);
        assert_eq!(find(&area), (Vec::new(), 1));
    }

    #[test]
    fn it_is_refused_with_numbers_before_anything_is_written() {
        let area = Area::new();
        let refused = plan(&area, WHO, &bundle(TOTAL, 1), Millis(1)).unwrap_err();
        assert!(refused.needed > TOTAL && refused.free == TOTAL, "{refused:?}");
        let mut area = Area::new();
        let first = plan(&area, WHO, &bundle(60_000, 1), Millis(1)).unwrap();
        write(&mut area, &first, 3);
        let refused = plan(&area, WHO, &bundle(60_000, 2), Millis(2)).unwrap_err();
        assert!(refused.needed > refused.free, "both must fit for a moment: {refused:?}");
        assert!(plan(&area, WHO, &bundle(40_000, 2), Millis(2)).is_ok());
        let full: usize = area.iter().map(|(key, value)| item(key, value)).sum();
        assert!(full <= TOTAL);
    }
}
