//! `khidma sla report` and `recompute`.

use khidma_edge::instant::time_out;
use khidma_proto::sla::{
    ExportClocksRequest, PeriodBasis, RecomputePeriodRequest, RecomputeRequest, ReportFilter,
    ReportRequest,
};

use super::{csv, numbers};
use crate::cli::{Period, SlaRecomputeArgs, SlaReportArgs};
use crate::client::Api;
use crate::failure::Failure;
use crate::output::{Output, recomputed_table, report_table};
use crate::{ask, open};

impl From<Period> for ReportFilter {
    fn from(period: Period) -> Self {
        Self {
            from: period.from.map(time_out),
            to: period.to.map(time_out),
            basis: period.basis.unwrap_or(PeriodBasis::End).into(),
            department_ids: period.departments,
            metrics: numbers(&period.metrics),
            offerings: period.offerings,
            requester_department_ids: period.requester_departments,
        }
    }
}

pub(super) async fn run(
    api: &Api,
    args: SlaReportArgs,
    output: &mut Output,
) -> Result<(), Failure> {
    let filter = Some(args.period.into());
    if args.csv {
        return export(api, filter, output).await;
    }
    let question = ReportRequest {
        filter,
        group_by: numbers(&args.group_by),
        time_zone: args.zone,
        min_position: 0,
    };
    let answer = ask!(api, clocks.report, question)?;
    if args.totals_csv {
        return output.text(&csv::totals(&args.group_by, &answer)?);
    }
    output.answer(&answer, |output| {
        output.table(report_table(&args.group_by, &answer))
    })
}

async fn export(
    api: &Api,
    filter: Option<ReportFilter>,
    output: &mut Output,
) -> Result<(), Failure> {
    let question = ExportClocksRequest {
        filter,
        min_position: 0,
    };
    let mut clocks = open!(api, clocks.export_clocks, question)?;
    output.text(&csv::clocks_header()?)?;
    while let Some(message) = clocks.message().await? {
        if let Some(clock) = &message.clock {
            output.text(&csv::clock_line(clock)?)?;
        }
    }
    Ok(())
}

pub(super) async fn recompute(
    api: &Api,
    args: SlaRecomputeArgs,
    output: &mut Output,
) -> Result<(), Failure> {
    if let Some(id) = args.id {
        let question = RecomputeRequest {
            service_request_id: id,
            min_position: 0,
        };
        let answer = ask!(api, clocks.recompute, question)?;
        return output.answer(&answer, |output| {
            output.table(recomputed_table(output, &answer.clocks))
        });
    }
    let question = RecomputePeriodRequest {
        filter: Some(args.period.into()),
        min_position: 0,
    };
    let mut items = open!(api, clocks.recompute_period, question)?;
    let mut differences = Vec::new();
    while let Some(message) = items.message().await? {
        if output.is_json() {
            output.item(&message, |_| Ok(()))?;
            continue;
        }
        differences.extend(message.difference);
        let Some(summary) = message.summary else {
            continue;
        };
        if !differences.is_empty() {
            output.table(recomputed_table(output, &differences))?;
        }
        output.line(format_args!(
            "{} of {} clocks of {} requests differ",
            summary.differing, summary.clocks, summary.requests
        ))?;
    }
    Ok(())
}
