//! Waiting for what happens elsewhere, without guessing how long it takes.

use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;

/// How long to rest between two looks: short enough not to slow a test, long enough not to fill a core.
const PAUSE: Duration = Duration::from_millis(2);

/// Looks at `condition` until it holds, at most for `patience`. Whether it came to hold.
///
/// ```
/// # use std::time::Duration;
/// # use khidma_testkit::eventually;
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let mut looks = 0;
/// let held = eventually(Duration::from_secs(5), || {
///     looks += 1;
///     std::future::ready(looks == 3)
/// });
/// assert!(held.await, "the third look did not come");
/// # });
/// ```
#[must_use = "assert it, with a message that says what did not come to hold"]
pub async fn eventually<C, F>(patience: Duration, mut condition: C) -> bool
where
    C: FnMut() -> F,
    F: Future<Output = bool>,
{
    let deadline = Instant::now() + patience;
    loop {
        if condition().await {
            return true;
        }
        if Instant::now() >= deadline {
            return false;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_never_holds_ends_at_the_deadline() {
        let mut looks = 0;
        let held = eventually(Duration::from_millis(20), || {
            looks += 1;
            std::future::ready(false)
        });
        assert!(!held.await);
        assert!(looks > 1);
    }
}
