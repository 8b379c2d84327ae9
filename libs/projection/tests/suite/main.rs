//! The projection as a whole, over a log in memory.

#[cfg(test)]
#[path = "../support/mod.rs"]
mod support;

#[cfg(test)]
mod agenda;
#[cfg(test)]
mod damage;
#[cfg(test)]
mod faulty;
#[cfg(test)]
mod folding;
#[cfg(test)]
mod following;
#[cfg(test)]
mod lives;
#[cfg(test)]
mod many;
#[cfg(test)]
mod rebuild;
