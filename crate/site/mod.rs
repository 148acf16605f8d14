//! Canonical hosts, public suffixes, bindings, issuers and their sign-in hosts.
//!
//! | file | what it is for |
//! | --- | --- |
//! | [`origin`] | what the browser reports, in one spelling: scheme, host, port |
//! | `host` | names, A-labels, IPv4 and IPv6 in one spelling |
//! | [`suffix`] | the public suffix list in our own compact form |
//! | [`binding`] | an entry's site, and whether a page is on it |
//! | [`frame`] | which frames of a page may be filled |
//! | [`issuer`] | an issuer's name to the hosts where its codes are typed |
//! | [`suggest`] | sites to suggest for an entry, equivalents, tenants |
//! | [`resemble`] | pages that could be taken for a bound site |
//! | `punycode` | RFC 3492, for hosts that a person typed or reads |
//! | `confusable` | which letters look like which |
//!
//! Nothing that a page says about itself (title, text, icon, form action) comes in here; only what the browser
//! says of a tab or a frame.

pub mod binding;
mod confusable;
pub mod frame;
pub mod host;
pub mod issuer;
pub mod origin;
mod punycode;
pub mod resemble;
pub mod suffix;
pub mod suggest;

pub use binding::{Binding, BindingError, Scope};
pub use frame::{FrameRefusal, may_fill_frame};
pub use issuer::Issuer;
pub use origin::{Origin, OriginError, Scheme};
pub use resemble::{How, Resemblance, resembles};
pub use suffix::registrable;
pub use suggest::{Source, Suggestion, Tenant, equivalents, issuer_key, suggest, suggests, tenant};
