//! The scorecard of a department: read from the days of its departments, and from the few rows that are counted when it is made.

mod estimate;
mod figures;
mod period;
mod read;
mod surveys;

use khidma_edge::Deps;
use khidma_edge::command::id;
use khidma_edge::identity;
use khidma_edge::instant::time_out;
use khidma_edge::query::{Scans, Stop};
use khidma_edge::server::deadline;
use khidma_kernel::DepartmentId;
use khidma_projection::{Projection, Reader};
use khidma_proto::feedback as pb;
use khidma_proto::feedback::scorecard_service_server::ScorecardService;
use khidma_runtime::Clock;
use tonic::{Request, Response, Status};

use super::scope::Scope;
use crate::config::FeedbackConfig;
use crate::results::Results;
use period::periods_of;
use surveys::Surveys;

/// What the calls stand on.
pub(crate) struct ScorecardGrpc {
    projection: Projection,
    scans: Scans,
    clock: Clock,
    results: Results,
}

impl ScorecardGrpc {
    pub(crate) fn new(deps: &Deps, projection: &Projection, config: &FeedbackConfig) -> Self {
        Self {
            projection: projection.clone(),
            scans: deps.scans.clone(),
            clock: deps.clock.clone(),
            results: Results::new(config.results_kept),
        }
    }

    async fn get(
        &self,
        request: Request<pb::GetScorecardRequest>,
    ) -> Result<pb::GetScorecardResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let now = self.clock.now();
        let department: DepartmentId = id("department_id", &message.department_id)?;
        let periods = periods_of(&message, now)?;
        let (with_below, language) = (message.with_below, message.language);
        let results = self.results.clone();
        let scan = move |reader: &Reader, stop: &Stop| {
            let scope = Scope::of(reader, &caller, &department, with_below)?;
            let read = read::all(reader, stop, &scope.all, &periods, now)?;
            let until = periods.first().map_or(now, |period| period.end());
            let surveys = Surveys {
                reader,
                results: &results,
                caller: &caller,
                language: &language,
            };
            Ok(pb::GetScorecardResponse {
                department_id: department.to_string(),
                department: scope.name,
                department_ids: scope.all.iter().map(ToString::to_string).collect(),
                standards: read::standards(reader, &scope.all)?,
                periods: figures::shown(&read),
                as_of: Some(time_out(now)),
                position: 0,
                surveys: surveys.newest(&scope.all, until)?,
            })
        };
        let read = self
            .scans
            .read(&self.projection, message.min_position, patience, scan);
        let (answer, position) = read.await?;
        Ok(pb::GetScorecardResponse { position, ..answer })
    }
}

#[tonic::async_trait]
impl ScorecardService for ScorecardGrpc {
    async fn get_scorecard(
        &self,
        request: Request<pb::GetScorecardRequest>,
    ) -> Result<Response<pb::GetScorecardResponse>, Status> {
        self.get(request).await.map(Response::new)
    }
}
