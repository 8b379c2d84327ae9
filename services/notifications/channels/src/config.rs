//! How long, how many, where: `[services.notifications.mail]` and `[services.notifications.posts]`.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// `[services.notifications.mail]`: the server that takes our e-mail. Without `server` and `from` none is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailConfig {
    /// Host of the submission server. Default none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// Its port. Default 587 with `start_tls`, 465 with `implicit`, 25 with `none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// How the connection is protected. Default `start_tls`.
    pub tls: MailTls,
    /// A PEM file with authorities that are believed besides the machine's. Default none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// Whom we log in as. Default none: without a login.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// File that holds the user's password. Default none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
    /// Whom our e-mail is from, `Khidma <khidma@example.org>`. Default none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Where answers go, if not there. Default none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// The name we give ourselves in EHLO. Default the domain of `from`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hello_name: Option<String>,
    /// The `https` address of the page that takes unsubscriptions; a token is appended as its last segment. Default none:
    /// e-mail carries no link to unsubscribe.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unsubscribe_url: Option<String>,
    /// Seconds that one attempt may take, waiting for a free connection included. Default 30.
    pub timeout_seconds: u32,
    /// Connections to the server at the most. Default 4.
    pub connections: usize,
}

/// How a connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailTls {
    /// Not at all: for a relay on the same machine.
    None,
    /// By STARTTLS; a server without it is told nothing.
    StartTls,
    /// From the first byte.
    Implicit,
}

impl Default for MailConfig {
    fn default() -> Self {
        Self {
            server: None,
            port: None,
            tls: MailTls::StartTls,
            ca_file: None,
            user: None,
            password_file: None,
            from: None,
            reply_to: None,
            hello_name: None,
            unsubscribe_url: None,
            timeout_seconds: 30,
            connections: 4,
        }
    }
}

impl MailConfig {
    /// The port that is used.
    pub fn effective_port(&self) -> u16 {
        self.port.unwrap_or(match self.tls {
            MailTls::None => 25,
            MailTls::StartTls => 587,
            MailTls::Implicit => 465,
        })
    }

    /// The link that unsubscribes whom the token names, where such links are given at all.
    pub fn unsubscribe_link(&self, token: &str) -> Option<String> {
        let page = self.unsubscribe_url.as_deref()?;
        Some(format!("{}/{token}", page.trim_end_matches('/')))
    }
}

/// `[services.notifications.posts]`: how webhooks and chats are spoken to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PostConfig {
    /// Whether addresses may be `http` as well as `https`. Default false.
    pub allow_http: bool,
    /// Networks and hosts that may be posted to although they are not public: `10.1.0.0/16`, `fd12::/48`,
    /// `hooks.example.internal`. Default none. Metadata services of clouds, multicast and the like stay forbidden.
    pub allow_private: Vec<Allowed>,
    /// A PEM file with authorities that are believed besides the machine's. Default none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// Seconds until a connection stands, name and TLS included. Default 5.
    pub connect_timeout_seconds: u32,
    /// Seconds that one attempt may take until the receiver's status is known. Default 15.
    pub timeout_seconds: u32,
    /// Connections to one host that are kept open for the next attempt. Default 8.
    pub idle_connections: usize,
}

impl Default for PostConfig {
    fn default() -> Self {
        Self {
            allow_http: false,
            allow_private: Vec::new(),
            ca_file: None,
            connect_timeout_seconds: 5,
            timeout_seconds: 15,
            idle_connections: 8,
        }
    }
}

/// Something that may be posted to although it is not public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Allowed {
    /// All addresses of a network.
    Network(IpNet),
    /// A host, in lower case, wherever its name leads.
    Host(String),
}

/// A text that is neither a network nor the name of a host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither a network (10.1.0.0/16), an address nor the name of a host")]
pub struct AllowedInvalid(String);

impl FromStr for Allowed {
    type Err = AllowedInvalid;

    fn from_str(text: &str) -> Result<Self, AllowedInvalid> {
        if let Ok(network) = text.parse() {
            return Ok(Self::Network(network));
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self::Network(IpNet::from(address)));
        }
        // As the host of an address would be written, so that the two can be compared.
        match url::Host::parse(text) {
            Ok(url::Host::Domain(name)) => Ok(Self::Host(name)),
            _ => Err(AllowedInvalid(text.chars().take(80).collect())),
        }
    }
}

impl TryFrom<String> for Allowed {
    type Error = AllowedInvalid;

    fn try_from(text: String) -> Result<Self, AllowedInvalid> {
        text.parse()
    }
}

impl From<Allowed> for String {
    fn from(allowed: Allowed) -> Self {
        allowed.to_string()
    }
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(network) => network.fmt(f),
            Self::Host(host) => host.fmt(f),
        }
    }
}
