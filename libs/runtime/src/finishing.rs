//! Work that is done in place, and to its end even if nobody waits for it any more.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::runtime::Handle;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::Tasks;

/// See [`Tasks::finish`].
pub(crate) struct Finishing<F>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    /// `None` once it has ended, or panicked.
    work: Option<Pin<Box<F>>>,
    tasks: Tasks,
    /// Keeps a drain waiting.
    _under_way: TaskTrackerToken,
}

impl<F> Finishing<F>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    pub(crate) fn new(work: F, tasks: Tasks, under_way: TaskTrackerToken) -> Self {
        Self {
            work: Some(Box::pin(work)),
            tasks,
            _under_way: under_way,
        }
    }
}

impl<F> Future for Finishing<F>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let Some(mut work) = self.work.take() else {
            return Poll::Pending;
        };
        match work.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(output),
            Poll::Pending => {
                self.work = Some(work);
                Poll::Pending
            }
        }
    }
}

impl<F> Drop for Finishing<F>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fn drop(&mut self) {
        if let Some(work) = self.work.take()
            // Without a runtime there is nobody left to do it.
            && Handle::try_current().is_ok()
        {
            self.tasks.spawn(work);
        }
    }
}
