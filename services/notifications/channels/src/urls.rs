//! Which addresses of the web may be posted to.

use url::{Host, Url};

use crate::addresses;
use crate::config::{Allowed, PostConfig};

/// Characters of an address at the most; what real services give out has a few hundred.
const MAX_CHARS: usize = 2048;

/// Names that never leave the house, and those below them.
const HOUSE_NAMES: [&str; 2] = ["localhost", "internal"];

/// Why an address may not be posted to. None of the texts holds the address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlRefused {
    /// It is no address of a host on the web.
    #[error("url is no address of the form https://host/path: {0}")]
    Invalid(String),
    /// It is longer than any service gives out.
    #[error("url has {0} characters, more than {MAX_CHARS}")]
    TooLong(usize),
    /// It is not `https`.
    #[error(
        "url has the scheme {0:?}: only https may be posted to, and http where the configuration allows it"
    )]
    Scheme(String),
    /// It holds a name or password, which would end up where addresses are shown.
    #[error(
        "url holds a user or password: put them elsewhere in the address, or let the receiver check the signature"
    )]
    Credentials,
    /// It leads to where only the house is.
    #[error(
        "url leads to an address that is {0}: only public ones may be posted to, and what the configuration allows"
    )]
    Forbidden(&'static str),
}

impl UrlRefused {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "url_invalid",
            Self::TooLong(_) => "url_too_long",
            Self::Scheme(_) => "url_scheme",
            Self::Credentials => "url_credentials",
            Self::Forbidden(_) => "url_forbidden",
        }
    }
}

/// Whether an address may be posted to, as far as can be seen without looking up its name. What the name leads to is
/// checked at each attempt.
///
/// # Errors
/// It may not, and why.
pub fn check_url(url: &str, config: &PostConfig) -> Result<(), UrlRefused> {
    parse(url, config).map(drop)
}

/// The address in the one form that is posted to.
pub(crate) fn parse(url: &str, config: &PostConfig) -> Result<http::Uri, UrlRefused> {
    let chars = url.chars().count();
    if chars > MAX_CHARS {
        return Err(UrlRefused::TooLong(chars));
    }
    let url = Url::parse(url).map_err(|error| UrlRefused::Invalid(error.to_string()))?;
    match url.scheme() {
        "https" => {}
        "http" if config.allow_http => {}
        other => return Err(UrlRefused::Scheme(other.chars().take(20).collect())),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlRefused::Credentials);
    }
    // Here the decimal, octal and hexadecimal ways to write an address of IPv4 have become the usual one.
    let address = match url.host() {
        Some(Host::Ipv4(address)) => Some(address.into()),
        Some(Host::Ipv6(address)) => Some(address.into()),
        Some(Host::Domain(name)) => {
            check_name(name, &config.allow_private)?;
            None
        }
        None => return Err(UrlRefused::Invalid("it has no host".into())),
    };
    if let Some(address) = address {
        addresses::check(address, false, &config.allow_private).map_err(UrlRefused::Forbidden)?;
    }
    let uri = url.as_str().parse();
    uri.map_err(|error: http::uri::InvalidUri| UrlRefused::Invalid(error.to_string()))
}

fn check_name(name: &str, allowed: &[Allowed]) -> Result<(), UrlRefused> {
    let bare = name.trim_end_matches('.');
    let last = bare.rsplit('.').next().unwrap_or_default();
    if HOUSE_NAMES.contains(&last) && !is_allowed_host(name, allowed) {
        return Err(UrlRefused::Forbidden("of this machine or network only"));
    }
    Ok(())
}

/// Whether a host may be posted to by its name, wherever that leads.
pub(crate) fn is_allowed_host(name: &str, allowed: &[Allowed]) -> bool {
    let bare = name.trim_end_matches('.');
    allowed.iter().any(|allowed| match allowed {
        Allowed::Host(host) => host.trim_end_matches('.') == bare,
        Allowed::Network(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(url: &str) -> &'static str {
        check_url(url, &PostConfig::default())
            .err()
            .map_or("ok", |refused| refused.code())
    }

    #[test]
    fn public_addresses_may_be_posted_to() {
        for url in [
            "https://hooks.example.com/services/T0/B0/x",
            "https://hooks.example.com:8443/a?b=c",
            "https://example.com",
            "https://1.1.1.1/hook",
            "https://[2606:4700:4700::1111]/hook",
            "https://bücher.example/hook",
            "https://localhost.example.com/",
            "https://internal.example.com/",
        ] {
            assert_eq!(code(url), "ok", "{url}");
        }
    }

    #[test]
    fn however_a_forbidden_address_is_written_it_is_refused() {
        for url in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0x7f.0.0.1/",
            "https://0177.0.0.1/",
            "https://017700000001/",
            "https://127.0.0.1./",
            "https://①②⑦.⓪.⓪.①/",
            "https://127.0.0%2e1/",
            "https://0/",
            "https://10.0.0.1:8080/",
            "https://169.254.169.254/latest/meta-data/",
            "https://0xa9fea9fe/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:7f00:1]/",
            "https://[0:0:0:0:0:0:0:1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[fd00:ec2::254]/",
            "https://[fe80::1]/",
            "https://localhost/",
            "https://LOCALHOST:8443/",
            "https://localhost./",
            "https://a.localhost/",
            "https://metadata.google.internal/",
            "https://metadata.google.internal./",
            "https:127.0.0.1",
            "https:\\\\127.0.0.1\\",
        ] {
            assert_eq!(code(url), "url_forbidden", "{url}");
        }
    }

    #[test]
    fn what_is_no_web_address_is_refused_with_its_reason() {
        let long = format!("https://example.com/{}", "x".repeat(MAX_CHARS));
        for (url, expected) in [
            ("http://example.com/", "url_scheme"),
            ("ftp://example.com/", "url_scheme"),
            ("file:///etc/passwd", "url_scheme"),
            ("gopher://example.com/", "url_scheme"),
            ("javascript:alert(1)", "url_scheme"),
            ("data:,x", "url_scheme"),
            ("https://user@example.com/", "url_credentials"),
            ("https://user:secret@example.com/", "url_credentials"),
            ("https://:secret@example.com/", "url_credentials"),
            ("", "url_invalid"),
            ("example.com/hook", "url_invalid"),
            ("https://", "url_invalid"),
            ("https:///", "url_invalid"),
            ("https://exa mple.com/", "url_invalid"),
            ("https://[::1", "url_invalid"),
            ("https://example.com:99999/", "url_invalid"),
            (long.as_str(), "url_too_long"),
        ] {
            assert_eq!(code(url), expected, "{url}");
        }
    }

    #[test]
    fn what_the_configuration_allows_may_be_posted_to() {
        let config = PostConfig {
            allow_http: true,
            allow_private: ["127.0.0.0/8", "Hooks.Internal"]
                .map(|text| text.parse().unwrap())
                .into(),
            ..PostConfig::default()
        };
        for url in [
            "http://127.0.0.1:9000/",
            "http://hooks.internal/",
            "https://hooks.internal./",
        ] {
            assert_eq!(check_url(url, &config), Ok(()), "{url}");
        }
        for url in [
            "http://10.0.0.1/",
            "http://other.internal/",
            "http://localhost/",
        ] {
            assert!(check_url(url, &config).is_err(), "{url}");
        }
    }

    #[test]
    fn a_refusal_does_not_repeat_the_address() {
        for url in [
            "ftp://example.com/secret",
            "https://u:secret@example.com/",
            "https://127.0.0.1/secret",
            "https://exa mple.com/secret",
        ] {
            let refused = check_url(url, &PostConfig::default()).unwrap_err();
            assert!(!refused.to_string().contains("secret"), "{refused}");
        }
    }
}
