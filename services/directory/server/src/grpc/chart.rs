//! The organisation as a tree. Moves that crossed may have made a cycle: every department is shown once all the same.

use std::collections::BTreeSet;

use khidma_directory_domain::limits;
use khidma_edge::query::Stop;
use khidma_edge::server::deadline;
use khidma_edge::{identity, query, status};
use khidma_kernel::DepartmentId;
use khidma_projection::{Reader, RowError};
use khidma_proto::directory as pb;
use tonic::{Code, Request, Status};

use super::dot::drawing;
use super::{DirectoryGrpc, departments, optional_id, people};
use crate::{facts, keys};

impl DirectoryGrpc {
    pub(super) async fn get_org_chart(
        &self,
        request: Request<pb::GetOrgChartRequest>,
    ) -> Result<pb::GetOrgChartResponse, Status> {
        identity::caller(&request)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        let root: Option<DepartmentId> = optional_id("root_id", &message.root_id)?;
        let room = self.config.chart_limit;
        let scan = move |reader: &Reader, stop: &Stop| {
            let units = units(reader, stop, root.as_ref(), message.people, room)?;
            let dot = drawing(&units);
            Ok((units, dot))
        };
        let ((units, dot), position) = self.scan(message.min_position, patience, scan).await?;
        Ok(pb::GetOrgChartResponse {
            units,
            dot,
            position,
        })
    }
}

/// The department `root` and all under it, or the whole organisation; of departments and, if `people`, members there
/// may be `room`.
pub(super) fn units(
    reader: &Reader,
    stop: &Stop,
    root: Option<&DepartmentId>,
    people: bool,
    room: usize,
) -> Result<Vec<pb::OrgUnit>, Status> {
    let mut chart = Chart {
        reader,
        stop,
        people,
        seen: BTreeSet::new(),
        room,
    };
    let Some(root) = root else {
        return chart.whole().map_err(ChartError::into_status);
    };
    let unit = chart.unit(root, 1).map_err(ChartError::into_status)?;
    unit.map(|unit| vec![unit])
        .ok_or_else(|| status::not_found("department", root))
}

/// Why a chart is not drawn.
enum ChartError {
    /// There is too much to show at once.
    TooLarge,
    /// A row could not be read.
    Row(RowError),
}

impl From<RowError> for ChartError {
    fn from(error: RowError) -> Self {
        Self::Row(error)
    }
}

impl ChartError {
    fn into_status(self) -> Status {
        match self {
            Self::Row(error) => query::unreadable(error),
            Self::TooLarge => {
                let message = "the organisation is too large for one chart: ask for a part of it, or without people";
                status::refusal(
                    Code::ResourceExhausted,
                    "CHART_TOO_LARGE",
                    Some("root_id"),
                    message,
                )
            }
        }
    }
}

/// A chart while it is made.
struct Chart<'a> {
    reader: &'a Reader,
    stop: &'a Stop,
    people: bool,
    seen: BTreeSet<DepartmentId>,
    /// How many departments and members it still takes.
    room: usize,
}

impl Chart<'_> {
    /// All that stands at the top; then what a cycle keeps from it.
    fn whole(&mut self) -> Result<Vec<pb::OrgUnit>, ChartError> {
        let mut units = self.under(None, 1)?;
        for found in self.stop.until_set(self.reader.prefix(keys::DEPARTMENTS)) {
            let (key, _) = found?;
            if let Some(id) = key.strip_prefix(keys::DEPARTMENTS).and_then(id_of) {
                units.extend(self.unit(&id, 1)?);
            }
        }
        Ok(units)
    }

    /// A department with all under it; none if it is closed, shown already or too deep.
    fn unit(&mut self, id: &DepartmentId, depth: usize) -> Result<Option<pb::OrgUnit>, ChartError> {
        if depth > limits::DEPTH || self.seen.contains(id) {
            return Ok(None);
        }
        let shown = facts::department_row(self.reader, id)?.and_then(departments::shown);
        let Some(department) = shown.filter(|department| !department.closed) else {
            return Ok(None);
        };
        self.seen.insert(id.clone());
        self.take()?;
        let members = if self.people {
            self.members(id)?
        } else {
            Vec::new()
        };
        let units = self.under(Some(id), depth + 1)?;
        Ok(Some(pb::OrgUnit {
            department: Some(department),
            members,
            units,
        }))
    }

    fn under(
        &mut self,
        parent: Option<&DepartmentId>,
        depth: usize,
    ) -> Result<Vec<pb::OrgUnit>, ChartError> {
        let mut units = Vec::new();
        let children = self.reader.prefix(&keys::children(parent));
        for found in self.stop.until_set(children) {
            if let Some(child) = id_of(keys::last_part(&found?.0).as_bytes()) {
                units.extend(self.unit(&child, depth)?);
            }
        }
        Ok(units)
    }

    fn members(&mut self, department: &DepartmentId) -> Result<Vec<pb::Person>, ChartError> {
        let mut members = Vec::new();
        let found = self.reader.prefix(&keys::members(department));
        for found in self.stop.until_set(found) {
            self.take()?;
            let row = self
                .reader
                .get(&keys::person_named(keys::last_part(&found?.0)))?;
            members.extend(people::shown(self.reader, row.unwrap_or_default(), None)?);
        }
        Ok(members)
    }

    fn take(&mut self) -> Result<(), ChartError> {
        self.room = self.room.checked_sub(1).ok_or(ChartError::TooLarge)?;
        Ok(())
    }
}

fn id_of(slug: &[u8]) -> Option<DepartmentId> {
    std::str::from_utf8(slug).ok()?.parse().ok()
}
