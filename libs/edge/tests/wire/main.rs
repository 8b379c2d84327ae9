//! The edge over real connections: identity, limits, deadlines, health, drain, TLS and telemetry.

#[cfg(test)]
mod echo;
#[cfg(test)]
mod harness;

#[cfg(test)]
mod drain;
#[cfg(test)]
mod health;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod records;
#[cfg(test)]
mod telemetry;
#[cfg(test)]
mod tls;
