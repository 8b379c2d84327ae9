//! Figures of people: said, and what they come to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use khidma_edge::Deps;
use khidma_edge::command::{Call, failed, id};
use khidma_edge::identity;
use khidma_edge::query::{reader_at, see_all, unreadable};
use khidma_edge::server::deadline;
use khidma_edge::status;
use khidma_engine::{Engine, entity_key};
use khidma_eventlog::EventLog;
use khidma_events::feedback::figures_entity;
use khidma_feedback_domain::figures::{Figures, FiguresCommand, FiguresDecider, Month};
use khidma_feedback_stats as stats;
use khidma_kernel::DepartmentId;
use khidma_projection::{Projection, Reader};
use khidma_proto::feedback as pb;
use khidma_proto::feedback::figures_service_server::FiguresService;
use khidma_runtime::Clock;
use tonic::{Request, Response, Status};

use super::scope::Scope;
use crate::facts;
use crate::status::figures_code;
use crate::views::FiguresRow;

/// Months that are shown if nothing else is said.
const MONTHS: i32 = 12;

/// What the calls stand on.
pub(crate) struct FiguresGrpc {
    figures: Engine<FiguresDecider>,
    log: Arc<dyn EventLog>,
    projection: Projection,
    clock: Clock,
}

impl FiguresGrpc {
    pub(crate) fn new(deps: &Deps, projection: &Projection) -> Self {
        Self {
            figures: deps.engine(projection),
            log: deps.log.clone(),
            projection: projection.clone(),
            clock: deps.clock.clone(),
        }
    }

    async fn set(&self, request: Request<pb::SetFiguresRequest>) -> Result<u64, Status> {
        let message = request.get_ref();
        let call = Call::of(&request, "SetFigures", &message.request_id)?;
        let patience = deadline(&request);
        let department: DepartmentId = id("department_id", &message.department_id)?;
        let months = message.months.iter().map(month_in);
        let months: Vec<_> = months.collect::<Result<_, _>>()?;
        see_all(&*self.log, &self.projection, patience).await?;
        let body = |reader: &Reader| {
            Ok(FiguresCommand::Set {
                known: facts::department(reader, &department)?.is_some(),
                department: department.clone(),
                months: months.clone(),
            })
        };
        let ask = call.about(figures_entity(&department));
        let done = self.figures.execute(ask, body).await;
        let position = done
            .map_err(|error| failed(error, figures_code))?
            .position
            .0;
        reader_at(&self.projection, position, patience).await?;
        Ok(position)
    }

    async fn get(
        &self,
        request: Request<pb::GetFiguresRequest>,
    ) -> Result<pb::GetFiguresResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let department: DepartmentId = id("department_id", &message.department_id)?;
        let last = match message.to_month.as_str() {
            "" => Month::of(self.clock.now()).plus(-1),
            text => month("to_month", text)?,
        };
        let first = match message.from_month.as_str() {
            "" => last.plus(1 - MONTHS),
            text => month("from_month", text)?,
        };
        if last < first {
            let text = "the months end before they begin";
            return Err(status::invalid_field("to_month", "EMPTY_PERIOD", text));
        }
        let reader = reader_at(&self.projection, message.min_position, patience).await?;
        let scope = Scope::of(&reader, &caller, &department, message.with_below)?;
        let known = Known::read(&reader, &scope.all, (first, last))?;
        Ok(pb::GetFiguresResponse {
            months: known.months.iter().map(shown).collect(),
            turnover: known.turnover(),
            retention: known.retention(),
            position: reader.position().0,
        })
    }
}

/// What is known of some departments together, of some months.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Their sums, and whose figures are missing.
    pub months: BTreeMap<Month, (stats::Month, Vec<DepartmentId>)>,
}

impl Known {
    /// Reads what is known from one month to another, both included.
    pub(crate) fn read(
        reader: &Reader,
        departments: &BTreeSet<DepartmentId>,
        (first, last): (Month, Month),
    ) -> Result<Self, Status> {
        let mut all = Vec::new();
        for department in departments {
            let key = entity_key(&figures_entity(department));
            let row: Option<FiguresRow> = reader.get(&key).map_err(unreadable)?;
            let mut figures = row.map(|row| row.state.0).unwrap_or_default();
            figures.retain(|month, _| (first..=last).contains(month));
            // Of whom nothing is known nothing is missing: they never say any.
            if !figures.is_empty() {
                all.push((department, figures));
            }
        }
        let mut known = Self::default();
        for month in all.iter().flat_map(|(_, figures)| figures.keys()) {
            known.months.entry(*month).or_default();
        }
        for (month, (sum, missing)) in &mut known.months {
            for (department, figures) in &all {
                match figures.get(month) {
                    Some(figures) => *sum = sum.merged(counted(*figures)),
                    None => missing.push((*department).clone()),
                }
            }
        }
        Ok(known)
    }

    /// The months one after another; `None` if anything is missing between the first and the last.
    pub(crate) fn whole(&self) -> Option<Vec<stats::Month>> {
        let mut expected = self.months.keys().next().copied()?;
        let mut whole = Vec::with_capacity(self.months.len());
        for (month, (sum, missing)) in &self.months {
            if *month != expected || !missing.is_empty() {
                return None;
            }
            whole.push(*sum);
            expected = month.next();
        }
        Some(whole)
    }

    pub(crate) fn turnover(&self) -> Option<f64> {
        stats::turnover(&self.whole()?)
    }

    pub(crate) fn retention(&self) -> Option<f64> {
        stats::retention(&self.whole()?)
    }
}

fn counted(figures: Figures) -> stats::Month {
    stats::Month {
        headcount: figures.headcount.into(),
        joiners: figures.joiners.into(),
        leavers: figures.leavers.into(),
        leavers_among_joiners: figures.leavers_among_joiners.into(),
    }
}

fn shown((month, (sum, missing)): (&Month, &(stats::Month, Vec<DepartmentId>))) -> pb::ShownMonth {
    let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
    pb::ShownMonth {
        figures: Some(pb::MonthFigures {
            month: month.to_string(),
            headcount: number(sum.headcount),
            joiners: number(sum.joiners),
            leavers: number(sum.leavers),
            leavers_among_joiners: number(sum.leavers_among_joiners),
        }),
        turnover: stats::turnover(&[*sum]),
        retention: sum.retention(),
        missing_department_ids: missing.iter().map(ToString::to_string).collect(),
    }
}

fn month_in(figures: &pb::MonthFigures) -> Result<(Month, Figures), Status> {
    let month = month("months.month", &figures.month)?;
    let figures = Figures {
        headcount: figures.headcount,
        joiners: figures.joiners,
        leavers: figures.leavers,
        leavers_among_joiners: figures.leavers_among_joiners,
    };
    Ok((month, figures))
}

fn month(field: &'static str, text: &str) -> Result<Month, Status> {
    Month::parse(text).ok_or_else(|| {
        let shown: String = text.chars().take(20).collect();
        let message = format!("{shown:?} is no month; one is written 2026-10");
        status::invalid_field(field, "INVALID_MONTH", message)
    })
}

#[tonic::async_trait]
impl FiguresService for FiguresGrpc {
    async fn set_figures(
        &self,
        request: Request<pb::SetFiguresRequest>,
    ) -> Result<Response<pb::SetFiguresResponse>, Status> {
        let position = self.set(request).await?;
        Ok(Response::new(pb::SetFiguresResponse { position }))
    }

    async fn get_figures(
        &self,
        request: Request<pb::GetFiguresRequest>,
    ) -> Result<Response<pb::GetFiguresResponse>, Status> {
        self.get(request).await.map(Response::new)
    }
}
