//! What callers see.
//!
//! One `tail` follows the log for all subscribers of the process, reads each commit once, and keeps the newest in a `ring`
//! for each department that has subscribers. Who is further behind reads the log itself (`catch_up`) until the ring has
//! what comes next. A subscriber's only memory is its position, so one that is slow loses nothing and holds up nobody.

mod catch_up;
mod filter;
mod heard;
mod ring;
mod service;
mod subscription;
mod tail;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use khidma_edge::{Deps, identity, query, server};
use khidma_eventlog::EventLog;
use khidma_kernel::{Caller, DepartmentId, Position, Role};
use khidma_projection::Projection;
use khidma_proto::feeds as pb;
use khidma_runtime::Tasks;
use tokio::sync::Semaphore;
use tonic::{Request, Status};

use crate::config::FeedsConfig;
use crate::{keys, status};
use filter::{Filter, Wish};
use subscription::Subscription;
use tail::Tail;

/// The service. Clones share it.
#[derive(Clone)]
pub(crate) struct FeedsGrpc {
    log: Arc<dyn EventLog>,
    projection: Projection,
    tail: Arc<Tail>,
    tasks: Tasks,
    catch_ups: Arc<Semaphore>,
    subscribers: Arc<AtomicUsize>,
}

impl FeedsGrpc {
    /// Begins to follow the log.
    pub(crate) fn start(deps: &Deps, projection: &Projection, config: &FeedsConfig) -> Self {
        let tail = Tail::start(deps, projection.clone(), config.recent_bytes);
        let subscribers = Arc::<AtomicUsize>::default();
        let counted = subscribers.clone();
        deps.meters.gauge(
            "khidma.feeds.subscribers",
            "{subscriber}",
            "Open subscriptions to feeds by gRPC",
            move || {
                #[expect(clippy::cast_precision_loss, reason = "nobody has 2^53 subscribers")]
                let open = counted.load(Ordering::Relaxed) as f64;
                open
            },
        );
        Self {
            log: deps.log.clone(),
            projection: projection.clone(),
            tail,
            tasks: deps.tasks.clone(),
            catch_ups: Arc::new(Semaphore::new(config.catch_ups)),
            subscribers,
        }
    }

    async fn open(&self, request: Request<pb::SubscribeRequest>) -> Result<Subscription, Status> {
        let caller = identity::caller(&request)?;
        let patience = server::deadline(&request);
        let message = request.into_inner();
        let department = filter::department(&message)?;
        if !may_read(&caller, &department) {
            return Err(status::not_allowed(&department));
        }
        let filter = Filter::of(&message)?;
        if !self.knows(&department)? {
            // Perhaps it is just not seen yet.
            query::see_all(&*self.log, &self.projection, patience).await?;
            if !self.knows(&department)? {
                return Err(khidma_edge::status::not_found("department", &department));
            }
        }
        let head = self.log.head().await.map_err(status::away)?;
        let after = match message.from_now {
            true => head,
            false => Position(message.after_position),
        };
        filter::reached(after, head)?;
        let ring = self.tail.ring(&department, patience.mul_f32(0.9)).await;
        let ring = ring.ok_or_else(|| status::away("the log is not followed"))?;
        let wish = Wish { department, filter };
        Ok(Subscription::new(self.clone(), ring, wish, after))
    }

    fn knows(&self, department: &DepartmentId) -> Result<bool, Status> {
        let key = keys::department(department);
        let mark: Option<()> = self
            .projection
            .reader()
            .get(&key)
            .map_err(query::unreadable)?;
        Ok(mark.is_some())
    }
}

/// Whoever leads the department, its systems, and admins.
fn may_read(caller: &Caller, department: &DepartmentId) -> bool {
    let for_it = caller.is(Role::Manager) || caller.is(Role::Feed);
    caller.is(Role::Admin) || (for_it && caller.belongs_to(department))
}
