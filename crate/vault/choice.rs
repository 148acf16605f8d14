//! What the user chose for an entry on one site: the field that takes its code, and whether it may fill by itself.

use serde::{Deserialize, Serialize};

/// A choice for one origin. An entry has at most one for each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredChoice {
    /// `https://example.com`
    pub origin: String,
    /// The page whose field took a code; `None` until one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// The user pointed at the field: by gesture it is filled whatever the detector says of it.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub chosen: bool,
    /// What happens there without a gesture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub automatic: Option<Automatic>,
    /// The user was asked about it and answered: it is not offered again.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub asked: bool,
    /// Press the form's button after a fill.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub submit: bool,
}

/// A field on a page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The path of the page's address, without query and fragment.
    pub path: String,
    /// What the field is known by.
    pub field: Marks,
}

/// What a field is known by: names that its makers gave it, never what it holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Marks {
    /// `text`, `tel`, `number`, `password`.
    pub kind: String,
    /// The `name` attribute.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The `id` attribute.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// The `autocomplete` attribute.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub autocomplete: String,
    /// Its label.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub label: String,
}

/// See [`StoredChoice::automatic`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Automatic {
    /// The toolbar shows that a code is ready.
    Badge,
    /// That, and the code is filled.
    Fill,
}

impl Automatic {
    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            Self::Badge => "badge",
            Self::Fill => "fill",
        }
    }

    /// By its stable code.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Badge, Self::Fill].into_iter().find(|each| each.name() == text)
    }
}

impl StoredChoice {
    /// It says nothing any more: no field, no wish.
    pub fn is_empty(&self) -> bool {
        self.automatic.is_none() && !self.chosen && !self.asked && !self.submit
    }
}
