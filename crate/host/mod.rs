//! The queue, opening from two stores, the commit protocol. Generic over a platform; no browser in here.
