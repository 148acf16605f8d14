//! Canonical hosts, public suffixes, bindings, issuers and their sign-in hosts.
