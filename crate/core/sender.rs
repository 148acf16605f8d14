//! Who sent a request, decided from what the browser says of the sender and from nothing else.
//! A sender that is not provably ours is a page.

use serde::Deserialize;

use crate::site::origin::Origin;

/// What the browser said of a message's sender, as the shell copied it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SenderInfo {
    /// The extension that sent it.
    pub id: Option<String>,
    /// The document's origin.
    pub origin: Option<String>,
    /// The document's address.
    pub url: Option<String>,
    /// 0: a top frame.
    pub frame_id: Option<i64>,
    /// The document's id.
    pub document_id: Option<String>,
    /// The tab, for documents in one.
    pub tab: Option<Tab>,
    /// The page in front, as the browser's tabs API tells it. Present only when the shell asked for one of our pages.
    pub front: Option<Front>,
    /// The shell itself speaks for the browser: a command, a menu, an alarm. Set by the listener, never by a message.
    pub browser: bool,
}

/// See [`SenderInfo::tab`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Tab {
    /// The tab.
    pub id: i64,
    /// A private window.
    pub incognito: bool,
    /// Its address, where the extension may see it.
    pub url: Option<String>,
    /// It is the one in front of its window.
    pub active: bool,
    /// Its window has the focus.
    pub focused: bool,
    /// The browser lets the extension into this site without a press.
    pub granted: bool,
}

/// The page in front.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Front {
    /// The tab.
    pub tab: i64,
    /// Its address; absent where the extension may not see it.
    pub url: Option<String>,
    /// The top document's id; absent where nothing can be injected.
    pub document: Option<String>,
    /// The document did not say its id in time: it may be one where something can be injected.
    pub slow: bool,
    /// A private window.
    pub incognito: bool,
}

/// This extension, as it knows itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Own {
    /// Its id.
    pub id: String,
    /// The origin of its pages.
    pub origin: String,
    /// Its version.
    pub version: String,
}

/// Who may speak.
#[derive(Clone, Debug)]
pub enum Sender {
    /// One of our pages.
    Own(Option<Front>),
    /// Our script in a page's document.
    Content(Document),
    /// The browser: a command, a menu, an alarm.
    Browser(Option<Front>),
    /// Anybody else. A page.
    Page,
}

/// A document that our script runs in.
#[derive(Clone, Debug)]
pub struct Document {
    /// The tab.
    pub tab: i64,
    /// Whether it is the tab's top frame.
    pub top: bool,
    /// The document's id, where the browser tells.
    pub id: Option<String>,
    /// Its origin; `None` for an opaque one.
    pub origin: Option<String>,
    /// What the browser says of its tab.
    pub facts: TabFacts,
}

/// What the browser says of a document's tab, asked anew for each message.
#[derive(Clone, Debug, Default)]
pub struct TabFacts {
    /// See [`Tab::url`]; where that is not told, the address of the document itself.
    pub url: Option<String>,
    /// See [`Tab::active`].
    pub active: bool,
    /// See [`Tab::focused`].
    pub focused: bool,
    /// See [`Tab::granted`].
    pub granted: bool,
    /// See [`Tab::incognito`].
    pub incognito: bool,
}

impl Document {
    /// Whether it is the same document, whatever became of its tab since.
    pub fn is(&self, other: &Self) -> bool {
        (self.tab, self.top) == (other.tab, other.top) && self.id == other.id && self.origin == other.origin
    }
}

impl Sender {
    /// Classifies a sender.
    pub fn of(info: SenderInfo, own: &Own) -> Self {
        if info.browser {
            return Self::Browser(info.front);
        }
        if info.id.as_deref() != Some(own.id.as_str()) {
            return Self::Page;
        }
        let (Some(url), origin) = (info.url.as_deref(), info.origin.as_deref()) else { return Self::Page };
        if is_own_page(url, origin, &own.origin) {
            return Self::Own(info.front);
        }
        match (info.tab, info.frame_id) {
            (Some(tab), Some(frame)) => Self::Content(Document {
                tab: tab.id,
                top: frame == 0,
                id: info.document_id,
                origin: page_origin(url, origin),
                facts: TabFacts {
                    url: tab.url.or_else(|| (frame == 0).then(|| url.to_owned())),
                    active: tab.active,
                    focused: tab.focused,
                    granted: tab.granted,
                    incognito: tab.incognito,
                },
            }),
            _ => Self::Page,
        }
    }
}

/// The address must begin with our origin and a slash, and the origin, where told, must be ours: a sandboxed or
/// framed document of ours has another one.
fn is_own_page(url: &str, origin: Option<&str>, own: &str) -> bool {
    let path = url.strip_prefix(own).and_then(|rest| rest.strip_prefix('/'));
    path.is_some() && origin.is_none_or(|origin| origin == own)
}

/// The origin as the browser told it; from the address where it told none. `null` is opaque.
fn page_origin(url: &str, origin: Option<&str>) -> Option<String> {
    Origin::parse(origin.unwrap_or(url)).ok().map(|origin| origin.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> Own {
        Own { id: "abc".into(), origin: "chrome-extension://abc".into(), version: "0".into() }
    }

    fn info(id: &str, url: &str, origin: Option<&str>) -> SenderInfo {
        SenderInfo {
            id: Some(id.into()),
            url: Some(url.into()),
            origin: origin.map(Into::into),
            frame_id: Some(0),
            tab: Some(Tab { id: 7, ..Tab::default() }),
            ..SenderInfo::default()
        }
    }

    #[test]
    fn only_our_own_pages_are_ours() {
        let page = "chrome-extension://abc/popup/popup.html";
        let yes = info("abc", page, Some("chrome-extension://abc"));
        assert!(matches!(Sender::of(yes, &own()), Sender::Own(None)));
        for info in [
            info("xyz", page, Some("chrome-extension://abc")),
            info("abc", page, Some("null")),
            info("abc", "chrome-extension://abcd/popup.html", None),
            info("abc", "https://chrome-extension//abc/", Some("https://chrome-extension")),
            SenderInfo { id: Some("abc".into()), ..SenderInfo::default() },
            SenderInfo { url: Some(page.into()), ..SenderInfo::default() },
        ] {
            assert!(!matches!(Sender::of(info.clone(), &own()), Sender::Own(_)), "{info:?}");
        }
    }

    #[test]
    fn a_content_script_has_the_origin_that_the_browser_tells() {
        let Sender::Content(document) =
            Sender::of(info("abc", "https://a.example/x", Some("https://a.example")), &own())
        else {
            panic!("content")
        };
        assert_eq!(document.origin.as_deref(), Some("https://a.example"));
        let Sender::Content(sandboxed) = Sender::of(info("abc", "https://a.example/x", Some("null")), &own())
        else {
            panic!("content")
        };
        assert_eq!(sandboxed.origin, None);
    }
}
