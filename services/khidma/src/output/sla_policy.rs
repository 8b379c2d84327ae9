//! How policies look to people.

use comfy_table::Cell;
use khidma_proto::requests::Priority;
use khidma_proto::sla::policy_ladder_step::At;
use khidma_proto::sla::{
    Attach, LifeState, Policy, PolicyLadderStep, PolicyMatch, PolicyRule, PolicySpec, PolicyState,
    PolicySummary, PolicyTarget, TimeKind,
};

use super::{Table, Tone, duration_exact};
use crate::words::Word;

/// A line a policy.
pub fn policies_table(policies: &[PolicySummary]) -> Table {
    let mut table = Table::new(["policy", "name", "of", "holds", "latest", ""]);
    for one in policies {
        let holds = match one.active_version {
            0 => "–".to_owned(),
            version => version.to_string(),
        };
        let applying = if one.applying { "being applied" } else { "" };
        table.add(vec![
            Cell::new(&one.id),
            Tone::Strong.cell(&one.name),
            Cell::new(departments(&one.provider_ids)),
            Cell::new(holds),
            Cell::new(one.latest_version),
            Tone::Faint.cell(applying),
        ]);
    }
    table
}

/// A version of a policy, but for its rules. `times` are those of its draft and of its activation.
pub fn policy_facts(
    policy: &Policy,
    spec: &PolicySpec,
    times: [String; 2],
) -> Vec<(&'static str, String)> {
    let [drafted, activated] = times;
    let version = if policy.version == policy.latest_version {
        policy.version.to_string()
    } else {
        format!("{} (latest: {})", policy.version, policy.latest_version)
    };
    let holds = match policy.active_version {
        version if version == policy.version || version == 0 => String::new(),
        version => format!("version {version}"),
    };
    let attached = match (policy.activate_time, policy.attach()) {
        (None, _) | (_, Attach::Unspecified) => String::new(),
        (Some(_), attach) if policy.applying => {
            format!("{}, going on", Attach::word(attach.into()))
        }
        (Some(_), attach) => format!(
            "{} ({} requests before it)",
            Attach::word(attach.into()),
            policy.applied_requests
        ),
    };
    vec![
        ("policy", policy.id.clone()),
        ("version", version),
        ("state", PolicyState::word(policy.state)),
        ("holds now", holds),
        ("of", departments(&spec.provider_ids)),
        ("calendar", spec.calendar_id.clone()),
        ("drafted", drafted),
        ("activated", activated),
        ("attached to", attached),
    ]
}

/// A line a promise.
pub fn policy_rule_table(rule: &PolicyRule) -> Table {
    let mut table = Table::new(["metric", "within", "of", "pauses", "warns at", "ladder"]);
    for target in &rule.targets {
        let metric = constant(target.metric().as_str_name(), "METRIC_");
        table.add(vec![
            Tone::Strong.cell(metric),
            Cell::new(seconds(target.within_seconds)),
            Cell::new(time(target)),
            Cell::new(pauses(target)),
            Cell::new(warnings(target)),
            Cell::new(ladder(&target.ladder)),
        ]);
    }
    table
}

/// For which requests a rule is, in words; for all, nothing.
pub fn policy_match(when: &PolicyMatch) -> String {
    let priorities = when.priorities.iter().map(|one| Priority::word(*one));
    let parts = [
        ("offering", when.offering_ids.clone()),
        ("asked of", when.provider_ids.clone()),
        ("asked by", when.requester_ids.clone()),
        ("priority", priorities.collect()),
        ("tag", when.tags.clone()),
    ];
    let mut told: Vec<_> = parts
        .into_iter()
        .filter(|(_, values)| !values.is_empty())
        .map(|(name, values)| format!("{name} {}", values.join(" or ")))
        .collect();
    match when.tasks {
        Some(true) => told.push("tasks only".to_owned()),
        Some(false) => told.push("no tasks".to_owned()),
        None => {}
    }
    told.join(", ")
}

fn departments(ids: &[String]) -> String {
    if ids.is_empty() {
        "all others".to_owned()
    } else {
        ids.join(", ")
    }
}

fn time(target: &PolicyTarget) -> String {
    match target.time() {
        TimeKind::WallClock => "all time".to_owned(),
        TimeKind::Business | TimeKind::Unspecified if target.calendar_id.is_empty() => {
            "business time".to_owned()
        }
        TimeKind::Business | TimeKind::Unspecified => target.calendar_id.clone(),
    }
}

fn pauses(target: &PolicyTarget) -> String {
    match &target.pauses {
        None => "as usual".to_owned(),
        Some(pauses) if pauses.states.is_empty() => "never".to_owned(),
        Some(pauses) => {
            let states = pauses
                .states()
                .map(|state: LifeState| constant(state.as_str_name(), "LIFE_STATE_"));
            states.collect::<Vec<_>>().join(", ")
        }
    }
}

fn warnings(target: &PolicyTarget) -> String {
    match &target.warnings {
        None => "50, 75, 90 %".to_owned(),
        Some(warnings) if warnings.percents.is_empty() => "never".to_owned(),
        Some(warnings) => {
            let percents: Vec<_> = warnings.percents.iter().map(u32::to_string).collect();
            format!("{} %", percents.join(", "))
        }
    }
}

fn ladder(steps: &[PolicyLadderStep]) -> String {
    let told = steps.iter().map(|step| {
        let at = match step.at {
            Some(At::Percent(percent)) => format!("{percent} %"),
            Some(At::SecondsAfterBreach(seconds)) => {
                format!("{} after the breach", self::seconds(seconds))
            }
            None => String::new(),
        };
        format!("{at}: {}", step.to.join(", "))
    });
    told.collect::<Vec<_>>().join("\n")
}

fn constant(name: &str, prefix: &str) -> String {
    let word = name.trim_start_matches(prefix);
    word.to_ascii_lowercase().replace('_', " ")
}

fn seconds(seconds: u64) -> String {
    duration_exact(seconds.saturating_mul(1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_for_all_says_nothing_of_whom_it_is_for() {
        assert_eq!(policy_match(&PolicyMatch::default()), "");
        let when = PolicyMatch {
            priorities: vec![Priority::High.into(), Priority::Urgent.into()],
            tasks: Some(false),
            ..PolicyMatch::default()
        };
        assert_eq!(policy_match(&when), "priority high or urgent, no tasks");
    }
}
