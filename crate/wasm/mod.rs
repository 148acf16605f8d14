//! The only room that names the browser: [`Platform`](crate::host::platform::Platform) for real browsers, type
//! conversion, entropy. Convert, call, convert: no decisions in here.
//!
//! | file | what it is for |
//! | --- | --- |
//! | `background` | what `background/main.js` calls |
//! | `worker` | what a page's dedicated worker calls |
//! | `platform` | time, randomness, stores, pages |
//! | `folder` `download` | where bundles go by themselves |
//! | `sync` | the newest bundle in the browser's sync storage |
//! | `watch` | the script on chosen sites, and the badge |
//! | `idb` `webext` | IndexedDB and the extension API as futures |

mod background;
mod download;
mod folder;
mod idb;
mod platform;
mod sync;
mod watch;
mod webext;
mod worker;
