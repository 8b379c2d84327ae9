//! How it went, in numbers.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use khidma_edge::instant::time_out;
use khidma_edge::query::{Stop, unreadable};
use khidma_edge::server::deadline;
use khidma_edge::{identity, status};
use khidma_events::sla::Verdict;
use khidma_kernel::{DepartmentId, OfferingId, Timestamp};
use khidma_projection::Reader;
use khidma_proto::sla as pb;
use khidma_proto::sla::GroupBy;
use khidma_sla_domain::{Clock, Profile};
use tonic::{Code, Request, Status};

use super::ClocksGrpc;
use super::access::profile;
use super::filter::{Filter, counted};
use super::lens::Lens;
use crate::keys;
use crate::views::ClocksRow;

/// Groups of one report; what has more says nothing to anybody.
const MOST_GROUPS: usize = 10_000;

/// By what is divided, and what was counted so far.
struct Counting {
    filter: Filter,
    by: Vec<GroupBy>,
    zone: TimeZone,
    groups: BTreeMap<Vec<String>, Group>,
    total: Group,
}

/// Some of the clocks.
#[derive(Debug, Clone, Default)]
struct Group {
    met: u64,
    breached: u64,
    running: u64,
    cancelled: u64,
    /// What elapsed of those with a verdict, in microseconds: all of it, as percentiles are exact.
    elapsed: Vec<u64>,
}

/// A clock, or the part of it that is one owner's.
struct Sample<'a> {
    clock: &'a Clock,
    owner: Option<&'a DepartmentId>,
    elapsed: u64,
}

impl ClocksGrpc {
    pub(super) async fn report(
        &self,
        request: Request<pb::ReportRequest>,
    ) -> Result<pb::ReportResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let now = self.clock.now();
        let mut counting = Counting {
            by: groups_in(&message.group_by)?,
            zone: zone_in(&message.time_zone)?,
            filter: Filter::of(message.filter, &caller, now)?,
            groups: BTreeMap::new(),
            total: Group::default(),
        };
        let shelf = self.shelf.clone();
        let scan = move |reader: &Reader, stop: &Stop| {
            let mut lens = Lens::new(reader.clone(), shelf, now)?;
            for row in stop.until_set(reader.prefix(keys::ALL)) {
                let (key, row) = row.map_err(unreadable)?;
                if keys::request_of(&key).is_some() {
                    counting.row(&row.decode().map_err(unreadable)?, &mut lens)?;
                }
            }
            let Counting { groups, total, .. } = counting;
            let rows = groups
                .into_iter()
                .map(|(group, counted)| counted.row(group));
            Ok((rows.collect(), total.row(Vec::new())))
        };
        let read = self
            .scans
            .read(&self.projection, message.min_position, patience, scan);
        let ((rows, total), position) = read.await?;
        Ok(pb::ReportResponse {
            rows,
            total: Some(total),
            as_of: Some(time_out(now)),
            position,
        })
    }
}

impl Counting {
    fn row(&mut self, row: &ClocksRow, lens: &mut Lens) -> Result<(), Status> {
        let Some(profile) = profile(row) else {
            return Ok(());
        };
        if !self.filter.fits_request(row, &profile) {
            return Ok(());
        }
        let state = &row.entity.state;
        if !self.by.contains(&GroupBy::OwnerSegment) {
            for clock in counted(&self.filter, row) {
                let last = clock.segments.last();
                let sample = Sample {
                    clock,
                    owner: last.and_then(|segment| state.owner_of(segment)),
                    elapsed: elapsed(clock, None, lens)?,
                };
                self.count(row, &profile, &sample)?;
            }
            return Ok(());
        }
        for clock in &state.clocks {
            if !self.filter.fits_clock(clock) {
                continue;
            }
            let mut places: Vec<_> = clock.segments.iter().map(|one| one.owner).collect();
            places.sort_unstable();
            places.dedup();
            for place in places {
                let owner = state.owners.get(usize::from(place));
                if self.filter.has(owner) {
                    let elapsed = elapsed(clock, Some(place), lens)?;
                    let sample = Sample {
                        clock,
                        owner,
                        elapsed,
                    };
                    self.count(row, &profile, &sample)?;
                }
            }
        }
        Ok(())
    }

    fn count(
        &mut self,
        row: &ClocksRow,
        profile: &Profile,
        sample: &Sample<'_>,
    ) -> Result<(), Status> {
        let at = self.filter.instant(row, sample.clock);
        let names = self
            .by
            .iter()
            .map(|by| name(*by, sample, profile, at, &self.zone));
        let names: Vec<_> = names.collect();
        self.total.count(sample);
        if self.by.is_empty() {
            return Ok(());
        }
        let known = self.groups.len() < MOST_GROUPS || self.groups.contains_key(&names);
        if !known {
            return Err(status::refusal(
                Code::FailedPrecondition,
                "TOO_MANY_GROUPS",
                Some("group_by"),
                format!("the report has more than {MOST_GROUPS} groups; divide it by less"),
            ));
        }
        self.groups.entry(names).or_default().count(sample);
        Ok(())
    }
}

/// What elapsed of a clock, or in the stretches of one of its owners.
fn elapsed(clock: &Clock, owner: Option<u16>, lens: &mut Lens) -> Result<u64, Status> {
    let now = lens.now;
    lens.on(|terms| {
        let stretches = clock.stretches();
        let of_owner = stretches.filter(|one| owner.is_none_or(|owner| one.segment.owner == owner));
        let mut sum = 0u64;
        for stretch in of_owner {
            sum = sum.saturating_add(clock.counted_in(&stretch, now, terms)?);
        }
        Ok(sum)
    })
}

fn name(
    by: GroupBy,
    sample: &Sample<'_>,
    profile: &Profile,
    at: Timestamp,
    zone: &TimeZone,
) -> String {
    let department = |department: Option<&DepartmentId>| {
        department.map_or_else(String::new, ToString::to_string)
    };
    let date = || jiff::Timestamp::from(at).to_zoned(zone.clone()).date();
    match by {
        GroupBy::Unspecified => String::new(),
        GroupBy::Department | GroupBy::OwnerSegment => department(sample.owner),
        GroupBy::RequesterDepartment => department(profile.requester.as_ref()),
        GroupBy::Offering => {
            let offering = profile.offering.as_ref();
            offering.map_or_else(String::new, OfferingId::to_string)
        }
        GroupBy::Metric => sample.clock.metric.as_str().to_owned(),
        GroupBy::Month => date().strftime("%Y-%m").to_string(),
        GroupBy::Week => date().strftime("%G-W%V").to_string(),
    }
}

impl Group {
    fn count(&mut self, sample: &Sample<'_>) {
        let clock = sample.clock;
        match (clock.verdict(), clock.ended) {
            (Some(Verdict::Breached), _) => self.breached += 1,
            (Some(Verdict::Met), _) => self.met += 1,
            (None, Some(_)) => self.cancelled += 1,
            (None, None) => self.running += 1,
        }
        if clock.ended.is_some_and(|ended| ended.verdict.is_some()) {
            self.elapsed.push(sample.elapsed);
        }
    }

    fn row(mut self, group: Vec<String>) -> pb::ReportRow {
        self.elapsed.sort_unstable();
        let sum: u128 = self.elapsed.iter().map(|one| u128::from(*one)).sum();
        let mean = sum.checked_div(self.elapsed.len() as u128);
        let decided = self.met + self.breached;
        pb::ReportRow {
            group,
            met: self.met,
            breached: self.breached,
            running: self.running,
            cancelled: self.cancelled,
            attainment: (decided > 0).then(|| self.met as f64 / decided as f64),
            measured: self.elapsed.len() as u64,
            p50_micros: nearest_rank(&self.elapsed, 50),
            p90_micros: nearest_rank(&self.elapsed, 90),
            p99_micros: nearest_rank(&self.elapsed, 99),
            mean_micros: mean
                .and_then(|mean| u64::try_from(mean).ok())
                .unwrap_or_default(),
        }
    }
}

/// The least of the ascending `values` with at least `percent` % of them at or below it; 0 of none.
fn nearest_rank(values: &[u64], percent: usize) -> u64 {
    let rank = (values.len() * percent).div_ceil(100);
    let place = rank.saturating_sub(1);
    values.get(place).copied().unwrap_or_default()
}

fn groups_in(numbers: &[i32]) -> Result<Vec<GroupBy>, Status> {
    let mut groups = Vec::with_capacity(numbers.len().min(8));
    for number in numbers {
        match GroupBy::try_from(*number) {
            Ok(group) if group != GroupBy::Unspecified && !groups.contains(&group) => {
                groups.push(group);
            }
            _ => {
                let message = "group_by names something unknown, or the same twice";
                return Err(status::invalid_field(
                    "group_by",
                    "INVALID_GROUP_BY",
                    message,
                ));
            }
        }
    }
    Ok(groups)
}

fn zone_in(name: &str) -> Result<TimeZone, Status> {
    if name.is_empty() {
        return Ok(TimeZone::UTC);
    }
    khidma_calendar::time_zone(name).ok_or_else(|| {
        let message = format!("{name:?} is no time zone of the IANA database");
        status::invalid_field("time_zone", "UNKNOWN_TIME_ZONE", message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let ranks = |values: &[u64]| [50, 90, 99].map(|percent| nearest_rank(values, percent));
        assert_eq!(ranks(&[]), [0, 0, 0]);
        assert_eq!(ranks(&[7]), [7, 7, 7]);
        assert_eq!(ranks(&[15, 20, 35, 40, 50]), [35, 50, 50]);
        let hundred: Vec<u64> = (1..=100).collect();
        assert_eq!(ranks(&hundred), [50, 90, 99]);
    }
}
