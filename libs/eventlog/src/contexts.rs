//! One shared copy of each context's name.

use std::sync::Arc;

/// The names met so far. There are a handful, so looking through them is cheaper than hashing.
#[derive(Debug, Default)]
pub(crate) struct Contexts(Vec<Arc<str>>);

impl Contexts {
    /// The shared copy of `name`.
    pub(crate) fn share(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.0.iter().find(|known| &***known == name) {
            return known.clone();
        }
        let fresh = Arc::<str>::from(name);
        self.0.push(fresh.clone());
        fresh
    }
}
