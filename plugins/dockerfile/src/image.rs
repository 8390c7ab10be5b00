//! The parts of an image's name: [`Image`].
//!
//! Does not resolve anything.

/// `registry/repository:tag@digest`
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Image<'a> {
    /// With the registry.
    pub(crate) repository: &'a str,
    pub(crate) tag: Option<&'a str>,
    pub(crate) digest: Option<&'a str>,
}

impl<'a> Image<'a> {
    pub(crate) fn parse(name: &'a str) -> Self {
        let (name, digest) = name.split_once('@').map_or((name, None), |(name, digest)| (name, Some(digest)));
        // A colon before the last slash is a port's.
        let last = name.rfind('/').map_or(0, |slash| slash + 1);
        let colon = name.get(last..).and_then(|part| part.find(':')).map(|colon| last + colon);
        let (repository, tag) = match colon {
            Some(colon) => (name.get(..colon).unwrap_or(name), name.get(colon + 1..)),
            None => (name, None),
        };
        Self { repository, tag: tag.filter(|tag| !tag.is_empty()), digest }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_no_tag() {
        let image = Image::parse("r.example.com:5000/a/b:1@sha256:0");
        assert_eq!(image, Image { repository: "r.example.com:5000/a/b", tag: Some("1"), digest: Some("sha256:0") });
        assert_eq!(Image::parse("r.example.com:5000/a").tag, None);
    }
}
