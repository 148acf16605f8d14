//! Sparekey: the two-factor authenticator in the browser that you cannot be locked out of.
//!
//! This file is the map. The rooms, from the ground up; imports go only downwards:
//!
//! | room | what it is for |
//! | --- | --- |
//! | [`secret`] [`env`] | wiped secrets; time and randomness as arguments, effects as results |
//! | [`otp`] | codes: TOTP, HOTP, Steam; otpauth URIs; Google migration payloads |
//! | [`qr`] | QR codes out of pictures, and to be shown |
//! | [`vault`] | format 1: entries, merging, the sealed file, slots, the journal |
//! | [`site`] | canonical hosts, public suffixes, bindings, issuer to sign-in hosts |
//! | [`fill`] | field descriptors to the one field and the one code |
//! | [`import`] [`export`] | every other authenticator's files, in and out |
//! | [`recovery`] | bundles and the ways in |
//! | [`policy`] | what an organisation asks for |
//! | [`audit`] | the log |
//! | [`core`] [`protocol`] | the only door: request, sender, env -> reply and effects |
//! | [`host`] | the queue, opening from two stores, the commit protocol; no browser |
//! | `wasm` | the only room that names the browser |
//!
//! Features never import each other; what two of them need goes down.
//! Time, randomness and storage are arguments or effects: everything but `wasm` is tested natively.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod audit;
pub mod core;
pub mod env;
pub mod export;
pub mod fill;
pub mod host;
pub mod import;
pub mod otp;
pub mod policy;
pub mod protocol;
pub mod qr;
pub mod recovery;
pub mod secret;
pub mod site;
pub mod vault;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
