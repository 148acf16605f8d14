//! Which frames of a page may be filled: the top one, and sub-frames that are the top's own all the way up.
//!
//! A sub-frame of a bound site inside a stranger's page could be covered, moved and read by gestures; a stranger's
//! frame inside a bound page is no part of it.

use core::fmt;

use super::origin::Origin;

/// Why a frame is not filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameRefusal {
    /// The frame, or one above it, has an opaque origin (`sandbox`, `data:`).
    Opaque,
    /// The frame or one above it is of another origin than the page.
    ForeignFrame,
    /// The origins above a sub-frame are not known.
    UnknownAncestors,
    /// An origin that no code could ever be bound to.
    NotWeb,
}

/// The origin that a frame's code must be bound to, if the frame may be filled at all.
///
/// `frame` is the frame's `self.origin`; `ancestors` its `ancestorOrigins`, nearest first; `top` the tab's URL or
/// origin as the browser tells it to the extension; `is_top` whether the browser says frame 0.
pub fn may_fill_frame<S: AsRef<str>>(
    frame: &str,
    ancestors: &[S],
    top: &str,
    is_top: bool,
) -> Result<Origin, FrameRefusal> {
    let origin = parse(frame)?;
    if parse(top)? != origin {
        return Err(FrameRefusal::ForeignFrame);
    }
    if is_top != ancestors.is_empty() {
        return Err(FrameRefusal::UnknownAncestors);
    }
    for ancestor in ancestors {
        // To the letter: to the browser `https://a.example.` is not `https://a.example`.
        if ancestor.as_ref() != frame {
            parse(ancestor.as_ref())?;
            return Err(FrameRefusal::ForeignFrame);
        }
    }
    Ok(origin)
}

fn parse(text: &str) -> Result<Origin, FrameRefusal> {
    use super::origin::OriginError::Opaque;
    Origin::parse(text).map_err(|error| match error {
        Opaque => FrameRefusal::Opaque,
        _ => FrameRefusal::NotWeb,
    })
}

impl FrameRefusal {
    /// The stable code that crosses to the interface.
    pub fn code(self) -> &'static str {
        match self {
            Self::Opaque => "opaque-frame",
            Self::ForeignFrame => "foreign-frame",
            Self::UnknownAncestors => "unknown-ancestors",
            Self::NotWeb => "not-web",
        }
    }
}

impl fmt::Display for FrameRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for FrameRefusal {}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: &str = "https://github.com";

    #[test]
    fn the_top_frame_and_the_pages_own_frames() {
        let none: [&str; 0] = [];
        assert_eq!(
            may_fill_frame(SITE, &none, "https://github.com/sessions/two-factor", true),
            Ok(SITE.parse().unwrap())
        );
        assert!(may_fill_frame(SITE, &[SITE], SITE, false).is_ok());
        assert!(may_fill_frame(SITE, &[SITE, SITE, SITE], SITE, false).is_ok());
    }

    #[test]
    fn every_other_frame_is_refused() {
        use FrameRefusal::*;
        const EVIL: &str = "https://evil.io";
        let cases: &[(&str, &[&str], &str, bool, FrameRefusal)] = &[
            (SITE, &[EVIL], EVIL, false, ForeignFrame),
            (SITE, &[EVIL, SITE], SITE, false, ForeignFrame),
            (SITE, &[SITE, EVIL], SITE, false, ForeignFrame),
            (EVIL, &[SITE], SITE, false, ForeignFrame),
            ("https://gist.github.com", &[SITE], SITE, false, ForeignFrame),
            ("http://github.com", &[SITE], SITE, false, ForeignFrame),
            ("https://github.com:8443", &[SITE], SITE, false, ForeignFrame),
            ("null", &[SITE], SITE, false, Opaque),
            ("null", &[], SITE, true, Opaque),
            (SITE, &["null"], SITE, false, Opaque),
            (SITE, &["null", SITE], SITE, false, Opaque),
            (SITE, &[], SITE, false, UnknownAncestors),
            (SITE, &[SITE], SITE, true, UnknownAncestors),
            (SITE, &["https://github.com."], SITE, false, ForeignFrame),
            ("file://", &[], "file:///tmp/a.html", true, NotWeb),
            ("", &[], SITE, true, NotWeb),
            (SITE, &[], "", true, NotWeb),
            (SITE, &["chrome-extension://abc"], SITE, false, NotWeb),
        ];
        for &(frame, ancestors, top, is_top, why) in cases {
            assert_eq!(
                may_fill_frame(frame, ancestors, top, is_top),
                Err(why),
                "{frame} in {ancestors:?}, {top}"
            );
        }
    }
}
