//! Mutated input against everything that reads bytes of strangers. One case a file: seeds, and what is run on each
//! mutation. A run is short in `cargo test` and long with `SPAREKEY_FUZZ_SECONDS` (`./build.sh soak fuzz`).
//! A failure names the case, the seed number and the input: put it among the case's seeds.

#![allow(clippy::unwrap_used)]

mod harness;

mod containers;
mod import;
mod managers;
mod offline_pass;
mod qr;
mod texts;
mod vault_file;

/// One line a case.
macro_rules! cases {
    ($($name:ident),+ $(,)?) => {$(
        #[test]
        fn $name() {
            harness::fuzz(stringify!($name), &$name::seeds(), $name::run);
        }
    )+};
}

mod run {
    use super::{harness, import, offline_pass, qr, texts, vault_file};
    cases!(import, offline_pass, qr, texts, vault_file);
}
