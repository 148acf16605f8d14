//! What `page.js` says of one frame: the visible fields, the words around them, and never a value.
//!
//! Everything here comes from a page and is believed only as a description of that page. Texts are cut by the
//! script; the detector works on any content and any size.

use serde::{Deserialize, Serialize};

/// The descriptor of one frame.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct PageFields {
    /// The frame's `self.origin`; `null` for an opaque one.
    pub origin: String,
    /// The origins of the frames around this one, nearest first; empty in the top frame.
    pub ancestors: Vec<String>,
    /// The visible form controls, in document order.
    pub fields: Vec<Field>,
    /// The words around the fields; a field names its own by index.
    pub contexts: Vec<Context>,
    /// There were more fields than a descriptor holds.
    pub truncated: bool,
    /// The document is seen and has the focus.
    pub active: bool,
}

/// One visible form control.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Field {
    /// Its number: what an order names as target.
    pub n: u32,
    /// The `type` of an input as the browser reads it, or `textarea`, `select`, `editable`.
    pub kind: String,
    /// The `autocomplete` attribute.
    pub autocomplete: String,
    /// The `name` attribute.
    pub name: String,
    /// The `id` attribute.
    pub id: String,
    /// Class, test id and framework binding: names that only developers see.
    pub hints: String,
    /// The texts of `label` elements, `aria-label`, `aria-labelledby` and `aria-describedby`.
    pub label: String,
    /// The placeholder.
    pub placeholder: String,
    /// The `title` attribute.
    pub title: String,
    /// The text between the control before this one and this one, its end.
    pub near: String,
    /// The `inputmode` attribute.
    pub inputmode: String,
    /// The `pattern` attribute.
    pub pattern: String,
    /// The `role` attribute.
    pub role: String,
    /// `maxlength`, where set.
    pub max_length: Option<u32>,
    /// `size`, where set.
    pub size: Option<u32>,
    /// The `max` of a number field, where set.
    pub max: Option<String>,
    /// Left edge in the document, CSS pixels.
    pub x: i32,
    /// Top edge in the document.
    pub y: i32,
    /// Width.
    pub w: i32,
    /// Height.
    pub h: i32,
    /// Nothing opaque lies over its centre. Outside the viewport this is not known and taken for true.
    pub topmost: bool,
    /// Neither disabled nor read-only.
    pub editable: bool,
    /// Not under `aria-hidden` or `inert`.
    pub reachable: bool,
    /// The Tab key stops at it.
    pub tab_stop: bool,
    /// It has the focus.
    pub focused: bool,
    /// The number of its form; 0 outside any.
    pub form: u32,
    /// The number of its parent element.
    pub parent: u32,
    /// The number of the nearest element that holds this field and another one.
    pub group: u32,
    /// It asks fillers to keep away (`data-1p-ignore` and the like).
    pub opt_out: bool,
    /// Its form, or a button of it, sends to another origin.
    pub away: bool,
    /// What it holds.
    pub holds: Holds,
    /// Index of its [`Context`].
    pub context: u32,
}

/// What a field holds, without saying it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Holds {
    /// Nothing.
    #[default]
    Empty,
    /// Six to eight digits, or one character: a code that may be replaced.
    Code,
    /// Anything else: never overwritten.
    Text,
}

/// The visible words around the fields of one form, dialog or section.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Context {
    /// Words of the same form or dialog before the field, the nearest last.
    pub before: String,
    /// Words of the same form or dialog after it.
    pub after: String,
    /// Words outside the form: before it, the nearest last; then after it.
    pub outer: String,
    /// The nearest heading, legend or dialog title.
    pub heading: String,
    /// Texts of links and buttons near it, separated by `|`: what one can do instead.
    pub actions: String,
    /// Texts of the links and buttons of the page's other forms and of its footer, as `actions`.
    pub elsewhere: String,
    /// The form's own id, name, class and the path of its action; ids and classes of the elements around the field.
    pub form: String,
    /// What the pictures nearby are called: alt text, id, class, file name.
    pub pictures: String,
}

/// A box for text of its form that a person sees and types into, for tests.
#[cfg(test)]
pub fn shown() -> Field {
    Field {
        kind: "text".into(),
        w: 170,
        h: 21,
        topmost: true,
        editable: true,
        reachable: true,
        tab_stop: true,
        form: 1,
        ..Field::default()
    }
}
