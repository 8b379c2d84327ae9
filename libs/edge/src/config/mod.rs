//! Configuration: built-in defaults, then one TOML file, then `KHIDMA_…` variables, the later over the earlier.
//!
//! `KHIDMA_LOG__URL=nats://127.0.0.1:4222` is `url` in `[log]`. A key nobody knows is an error that names the key
//! and where it stands. Secrets are never in the configuration, only the names of files that hold them.

mod sections;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use sections::{Identity, Limits, Log, LogFormat, Telemetry, Tls};

/// Before every variable.
const PREFIX: &str = "KHIDMA_";

/// Variables with our prefix that the command line reads itself; they are no keys of the configuration.
const COMMAND_LINE: [&str; 10] = [
    "config",
    "server",
    "directory_server",
    "requests_server",
    "sla_server",
    "notifications_server",
    "feeds_server",
    "feedback_server",
    "token",
    "token_file",
];

/// The configuration of one process.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The folder for all that the process keeps: the embedded log, read models, the local signing key. Default
    /// `./data`.
    pub data: PathBuf,
    /// Where it listens; port 0 takes a free one. Default 127.0.0.1:7400.
    pub listen: SocketAddr,
    /// Whether `listen` may be reached from other machines. Default false.
    pub allow_remote: bool,
    /// TLS on the listener. Default none: the address is loopback, or something in front ends TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Tls>,
    /// The event log.
    pub log: Log,
    /// Whose tokens are believed.
    pub identity: Identity,
    /// What a caller may ask of the process.
    pub limits: Limits,
    /// Traces, metrics and logs.
    pub telemetry: Telemetry,
    /// One table a service, with the keys that the service itself defines.
    pub services: BTreeMap<String, toml::Table>,
    #[serde(skip)]
    origin: Origin,
}

/// Where the values came from: remembered, so that a service's own section can name it in its errors.
#[derive(Debug, Clone)]
struct Origin(Figment);

impl Default for Origin {
    fn default() -> Self {
        Self(Figment::new())
    }
}

impl PartialEq for Origin {
    /// Two configurations are equal when their values are.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: "./data".into(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 7400)),
            allow_remote: false,
            tls: None,
            log: Log::default(),
            identity: Identity::default(),
            limits: Limits::default(),
            telemetry: Telemetry::default(),
            services: BTreeMap::new(),
            origin: Origin::default(),
        }
    }
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A key is unknown or its value has the wrong form. The text names key and place.
    #[error("{0}")]
    Key(Box<figment::Error>),
    /// The file asked for is not there.
    #[error("there is no configuration file {}", .0.display())]
    NoFile(PathBuf),
    /// A section for a service that does not exist.
    #[error("unknown section [services.{name}]: the services are {known}")]
    NoService {
        /// The section's name.
        name: String,
        /// The services there are.
        known: String,
    },
    /// The address can be reached from other machines, and nobody said that it may.
    #[error(
        "listen = {0} can be reached from other machines: set allow_remote = true if that is meant"
    )]
    Remote(SocketAddr),
    /// A value that cannot be.
    #[error("{key} = {value}: {rule}")]
    Value {
        /// The key, dotted.
        key: &'static str,
        /// What it is set to.
        value: String,
        /// What it has to be.
        rule: &'static str,
    },
    /// The effective configuration cannot be written as TOML.
    #[error("the configuration cannot be written as TOML: {0}")]
    Toml(#[from] toml::ser::Error),
}

impl From<figment::Error> for ConfigError {
    fn from(error: figment::Error) -> Self {
        Self::Key(Box::new(error))
    }
}

impl Config {
    /// The defaults, with everything kept in `data`.
    pub fn in_folder(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            ..Self::default()
        }
    }

    /// Reads `file` (where one is given it must exist) and the environment. `services` are the services there are.
    ///
    /// # Errors
    /// An unknown key, a value of the wrong form, an address that may not be listened on.
    pub fn load(file: Option<&Path>, services: &[&str]) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(file) = file {
            if !file.is_file() {
                return Err(ConfigError::NoFile(file.to_owned()));
            }
            figment = figment.merge(Toml::file_exact(file));
        }
        let environment = Env::prefixed(PREFIX).ignore(&COMMAND_LINE).split("__");
        Self::from_figment(figment.merge(environment), services)
    }

    fn from_figment(figment: Figment, services: &[&str]) -> Result<Self, ConfigError> {
        let mut config: Self = figment.extract()?;
        config.origin = Origin(figment);
        config.check(services)?;
        Ok(config)
    }

    /// Whether the values go together: to be asked again by whoever has set some after [`Config::load`].
    ///
    /// # Errors
    /// A value that cannot be, an address that may not be listened on, a section of no service.
    pub fn check(&self, services: &[&str]) -> Result<(), ConfigError> {
        if let Some(name) = self
            .services
            .keys()
            .find(|name| !services.contains(&name.as_str()))
        {
            return Err(ConfigError::NoService {
                name: name.clone(),
                known: services.join(", "),
            });
        }
        if !self.allow_remote && !self.listen.ip().is_loopback() {
            return Err(ConfigError::Remote(self.listen));
        }
        self.log.check()?;
        self.limits.check()?;
        self.telemetry.check()
    }

    /// The section `[services.<name>]`, over the defaults of `T`. `T` should deny unknown fields.
    ///
    /// # Errors
    /// An unknown key or a value of the wrong form.
    pub fn service<T>(&self, name: &str) -> Result<T, ConfigError>
    where
        T: DeserializeOwned + Serialize + Default,
    {
        let section = format!("services.{name}");
        let defaults = Serialized::default(&section, T::default());
        Ok(self
            .origin
            .0
            .clone()
            .join(defaults)
            .extract_inner(&section)?)
    }

    /// Sets a service's section: to its effective values, say, so that [`Config::to_toml`] shows the defaults too.
    ///
    /// # Errors
    /// The section cannot be written as TOML.
    pub fn set_service<T: Serialize>(
        &mut self,
        name: &str,
        section: &T,
    ) -> Result<(), ConfigError> {
        self.services
            .insert(name.to_owned(), toml::Table::try_from(section)?);
        let values = Serialized::default(&format!("services.{name}"), section);
        self.origin.0 = std::mem::take(&mut self.origin.0).merge(values);
        Ok(())
    }

    /// The effective configuration as TOML, fit to be read back. It holds names of secret files, never secrets; a
    /// password inside `log.url` does not pass [`Config::load`].
    ///
    /// # Errors
    /// A value that TOML cannot hold.
    pub fn to_toml(&self) -> Result<String, ConfigError> {
        Ok(toml::to_string_pretty(self)?)
    }

    /// The folder of the local signing key and, unless the configuration says otherwise, of the JWKS.
    pub fn identity_folder(&self) -> PathBuf {
        self.data.join("identity")
    }

    /// The JWKS file whose keys are believed.
    pub fn jwks_file(&self) -> PathBuf {
        let believed = self.identity.jwks_file.clone();
        believed.unwrap_or_else(|| self.identity.published_in(&self.identity_folder()))
    }
}

#[cfg(test)]
mod tests;
