//! Policies between protobuf and what decisions are made of.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use khidma_edge::instant::time_out;
use khidma_edge::status;
use khidma_events::requests::Priority;
use khidma_events::sla::{
    Attach, LadderAt, LadderStep, LifeState, Match, Metric, PolicySpec, PolicyWarning, Rule,
    Target, TimeKind,
};
use khidma_kernel::{InvalidId, PolicyId};
use khidma_projection::RowError;
use khidma_proto::requests::Priority as PbPriority;
use khidma_proto::sla as pb;
use tonic::Status;

use crate::grpc::metric::{known_metric, metric_out};
use crate::policy_file::{Places, words};
use crate::views::{PolicyRow, PolicyVersionRow};

/// What somebody sent; the path of a field that is wrong is one within the policy.
pub(crate) fn spec_in(spec: pb::PolicySpec) -> Result<PolicySpec, Status> {
    let rules = spec.rules.into_iter().enumerate();
    let rules = rules.map(|(number, rule)| rule_in(&format!("rules[{number}]"), rule));
    Ok(PolicySpec {
        name: spec.name,
        providers: ids("providers", &spec.provider_ids)?,
        calendar: optional("calendar", &spec.calendar_id)?,
        rules: rules.collect::<Result<_, _>>()?,
    })
}

fn rule_in(path: &str, rule: pb::PolicyRule) -> Result<Rule, Status> {
    let mut targets = BTreeMap::new();
    for (place, target) in rule.targets.into_iter().enumerate() {
        let path = format!("{path}.targets[{place}]");
        let metric = known_metric(target.metric)
            .ok_or_else(|| wrong(&format!("{path}.metric"), "there is no such metric"))?;
        if targets.insert(metric, target_in(&path, target)?).is_some() {
            return Err(wrong(&path, "each metric is promised once"));
        }
    }
    Ok(Rule {
        name: rule.name,
        when: match_in(&format!("{path}.when"), rule.when.unwrap_or_default())?,
        targets,
    })
}

fn match_in(path: &str, when: pb::PolicyMatch) -> Result<Match, Status> {
    let field = |name: &str| format!("{path}.{name}");
    let priorities = when.priorities.iter().map(|number| {
        priority_in(*number).ok_or_else(|| wrong(&field("priorities"), "there is no such priority"))
    });
    Ok(Match {
        offerings: ids(&field("offerings"), &when.offering_ids)?,
        providers: ids(&field("providers"), &when.provider_ids)?,
        requesters: ids(&field("requesters"), &when.requester_ids)?,
        priorities: priorities.collect::<Result<_, _>>()?,
        tags: when.tags.into_iter().collect(),
        tasks: when.tasks,
    })
}

fn target_in(path: &str, target: pb::PolicyTarget) -> Result<Target, Status> {
    let field = |name: &str| format!("{path}.{name}");
    let time = match pb::TimeKind::try_from(target.time) {
        Ok(pb::TimeKind::Unspecified | pb::TimeKind::Business) => TimeKind::Business,
        Ok(pb::TimeKind::WallClock) => TimeKind::WallClock,
        Err(_) => return Err(wrong(&field("time"), "there is no such time")),
    };
    let pauses = target.pauses.map(|pauses| {
        let states = pauses.states.iter().map(|number| {
            state_in(*number).ok_or_else(|| wrong(&field("pauses"), "there is no such state"))
        });
        states.collect::<Result<BTreeSet<_>, _>>()
    });
    let warnings = target.warnings.map(|warnings| {
        let percents = warnings.percents.into_iter();
        // More than a u16 holds is more than 100 %, and refused as that.
        percents
            .map(|percent| u16::try_from(percent).unwrap_or(u16::MAX))
            .collect()
    });
    let steps = target.ladder.into_iter().enumerate();
    let steps = steps.map(|(number, step)| step_in(&format!("{path}.ladder[{number}]"), step));
    Ok(Target {
        within_seconds: target.within_seconds,
        time,
        calendar: optional(&field("calendar"), &target.calendar_id)?,
        pauses: pauses.transpose()?,
        warnings,
        ladder: steps.collect::<Result<_, _>>()?,
    })
}

fn step_in(path: &str, step: pb::PolicyLadderStep) -> Result<LadderStep, Status> {
    use pb::policy_ladder_step::At;
    let at = match step.at {
        Some(At::Percent(percent)) => LadderAt::Percent(u16::try_from(percent).unwrap_or(u16::MAX)),
        Some(At::SecondsAfterBreach(seconds)) => LadderAt::SecondsAfterBreach(seconds),
        None => return Err(wrong(&format!("{path}.at"), "a step says when it comes")),
    };
    let to = step.to.iter().enumerate().map(|(place, one)| {
        words::recipient(one).map_err(|error| wrong(&format!("{path}.to[{place}]"), &error))
    });
    Ok(LadderStep {
        at,
        to: to.collect::<Result<_, _>>()?,
    })
}

fn wrong(field: &str, message: &str) -> Status {
    status::invalid_field(field, "INVALID_POLICY", message)
}

fn ids<T: Ord + FromStr<Err = InvalidId>>(
    field: &str,
    texts: &[String],
) -> Result<BTreeSet<T>, Status> {
    let each = texts.iter().map(|text| {
        text.parse().map_err(|error: InvalidId| {
            status::invalid_field(field, "INVALID_ID", error.to_string())
        })
    });
    each.collect()
}

fn optional<T: Ord + FromStr<Err = InvalidId>>(
    field: &str,
    text: &str,
) -> Result<Option<T>, Status> {
    if text.is_empty() {
        return Ok(None);
    }
    Ok(ids(field, &[text.to_owned()])?.pop_first())
}

fn priority_in(number: i32) -> Option<Priority> {
    match PbPriority::try_from(number).ok()? {
        PbPriority::Unspecified => None,
        PbPriority::Low => Some(Priority::Low),
        PbPriority::Normal => Some(Priority::Normal),
        PbPriority::High => Some(Priority::High),
        PbPriority::Urgent => Some(Priority::Urgent),
    }
}

fn priority_out(priority: Priority) -> i32 {
    let priority = match priority {
        Priority::Low => PbPriority::Low,
        Priority::Normal => PbPriority::Normal,
        Priority::High => PbPriority::High,
        Priority::Urgent => PbPriority::Urgent,
    };
    priority.into()
}

fn state_in(number: i32) -> Option<LifeState> {
    match pb::LifeState::try_from(number).ok()? {
        pb::LifeState::Unspecified => None,
        pb::LifeState::AwaitingApproval => Some(LifeState::AwaitingApproval),
        pb::LifeState::Submitted => Some(LifeState::Submitted),
        pb::LifeState::Acknowledged => Some(LifeState::Acknowledged),
        pb::LifeState::InProgress => Some(LifeState::InProgress),
        pb::LifeState::Waiting => Some(LifeState::Waiting),
        pb::LifeState::Resolved => Some(LifeState::Resolved),
    }
}

fn state_out(state: LifeState) -> i32 {
    let state = match state {
        LifeState::AwaitingApproval => pb::LifeState::AwaitingApproval,
        LifeState::Submitted => pb::LifeState::Submitted,
        LifeState::Acknowledged => pb::LifeState::Acknowledged,
        LifeState::InProgress => pb::LifeState::InProgress,
        LifeState::Waiting => pb::LifeState::Waiting,
        LifeState::Resolved => pb::LifeState::Resolved,
    };
    state.into()
}

pub(super) fn attach_in(number: i32) -> Result<Attach, Status> {
    match pb::Attach::try_from(number) {
        Ok(pb::Attach::Unspecified | pb::Attach::Open) => Ok(Attach::Open),
        Ok(pb::Attach::New) => Ok(Attach::New),
        Ok(pb::Attach::All) => Ok(Attach::All),
        Err(_) => Err(status::invalid_field(
            "attach",
            "INVALID_ATTACH",
            "a policy is attached to new, open or all requests",
        )),
    }
}

fn attach_out(attach: Attach) -> pb::Attach {
    match attach {
        Attach::New => pb::Attach::New,
        Attach::Open => pb::Attach::Open,
        Attach::All => pb::Attach::All,
    }
}

pub(crate) fn warning_out(warning: PolicyWarning, places: &Places) -> pb::PolicyWarning {
    let line = u32::try_from(places.line(&warning.field)).unwrap_or(u32::MAX);
    pb::PolicyWarning {
        field: warning.field,
        text: warning.text,
        line,
    }
}

/// A version of a policy.
pub(super) fn policy_out(
    id: PolicyId,
    (policy, version, row): (PolicyRow, u32, PolicyVersionRow),
) -> Result<pb::Policy, RowError> {
    let spec = spec_out(row.spec()?);
    let state = match &row {
        _ if policy.active == Some(version) => pb::PolicyState::Active,
        row if row.activated.is_some() => pb::PolicyState::Retired,
        row if row.validated => pb::PolicyState::Validated,
        _ => pb::PolicyState::Draft,
    };
    let attach = row.activated.map(|(_, attach)| attach_out(attach));
    let places = Places::of(None);
    let warnings = row.warnings.into_iter();
    Ok(pb::Policy {
        id: id.into(),
        version,
        state: state.into(),
        spec: Some(spec),
        warnings: warnings
            .map(|warning| warning_out(warning, &places))
            .collect(),
        draft_time: Some(time_out(row.at)),
        activate_time: row.activated.map(|(at, _)| time_out(at)),
        attach: attach.unwrap_or_default().into(),
        applying: policy.pending.iter().any(|one| one.version == version),
        applied_requests: row.applied,
        latest_version: policy.latest,
        active_version: policy.active.unwrap_or_default(),
    })
}

/// A policy in a list.
pub(super) fn summary_out(id: &str, row: PolicyRow) -> pb::PolicySummary {
    pb::PolicySummary {
        id: id.to_owned(),
        name: row.name,
        provider_ids: row.providers.into_iter().map(Into::into).collect(),
        latest_version: row.latest,
        active_version: row.active.unwrap_or_default(),
        applying: !row.pending.is_empty(),
    }
}

fn spec_out(spec: PolicySpec) -> pb::PolicySpec {
    pb::PolicySpec {
        name: spec.name,
        provider_ids: spec.providers.into_iter().map(Into::into).collect(),
        calendar_id: spec.calendar.map(Into::into).unwrap_or_default(),
        rules: spec.rules.into_iter().map(rule_out).collect(),
    }
}

fn rule_out(rule: Rule) -> pb::PolicyRule {
    let when = rule.when;
    let targets = rule.targets.into_iter();
    pb::PolicyRule {
        name: rule.name,
        when: Some(pb::PolicyMatch {
            offering_ids: when.offerings.into_iter().map(Into::into).collect(),
            provider_ids: when.providers.into_iter().map(Into::into).collect(),
            requester_ids: when.requesters.into_iter().map(Into::into).collect(),
            priorities: when.priorities.into_iter().map(priority_out).collect(),
            tags: when.tags.into_iter().collect(),
            tasks: when.tasks,
        }),
        targets: targets
            .map(|(metric, target)| target_out(metric, target))
            .collect(),
    }
}

fn target_out(metric: Metric, target: Target) -> pb::PolicyTarget {
    let time = match target.time {
        TimeKind::Business => pb::TimeKind::Business,
        TimeKind::WallClock => pb::TimeKind::WallClock,
    };
    pb::PolicyTarget {
        metric: metric_out(metric).into(),
        within_seconds: target.within_seconds,
        time: time.into(),
        calendar_id: target.calendar.map(Into::into).unwrap_or_default(),
        pauses: target.pauses.map(|states| pb::policy_target::Pauses {
            states: states.into_iter().map(state_out).collect(),
        }),
        warnings: target.warnings.map(|percents| pb::policy_target::Warnings {
            percents: percents.into_iter().map(Into::into).collect(),
        }),
        ladder: target.ladder.into_iter().map(step_out).collect(),
    }
}

fn step_out(step: LadderStep) -> pb::PolicyLadderStep {
    use pb::policy_ladder_step::At;
    let at = match step.at {
        LadderAt::Percent(percent) => At::Percent(percent.into()),
        LadderAt::SecondsAfterBreach(seconds) => At::SecondsAfterBreach(seconds),
    };
    pb::PolicyLadderStep {
        at: Some(at),
        to: step.to.iter().map(words::shown).collect(),
    }
}
