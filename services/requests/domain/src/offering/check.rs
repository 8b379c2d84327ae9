//! Whether a version can be published. Every refusal names the field.

use std::collections::{BTreeMap, BTreeSet};

use khidma_events::requests::{ApprovalStep, OfferingPublished, OfferingText, PlannedTask};
use khidma_kernel::{OfferingId, TaskKey};
use oxilangtag::LanguageTag;

use super::{OfferingRefusal as Refusal, PublishFacts};
use crate::graph::{self, Flaw};
use crate::limits;

pub(super) fn content(content: &OfferingPublished, facts: &PublishFacts) -> Result<(), Refusal> {
    texts(content)?;
    approvals(&content.approvals)?;
    if !facts.open.contains(&content.provider) {
        return Err(unknown_department("provider_id"));
    }
    if !facts.form.is_empty() {
        return Err(Refusal::InvalidForm {
            problems: facts.form.clone(),
        });
    }
    plan(&content.plan, facts)?;
    unfolded(content, facts)
}

fn texts(content: &OfferingPublished) -> Result<(), Refusal> {
    let texts = &content.texts;
    if texts.is_empty() {
        return Err(missing("texts"));
    }
    at_most("texts", texts.len(), limits::LANGUAGES)?;
    for (language, text) in texts {
        let fits =
            language.len() <= limits::LANGUAGE && LanguageTag::parse(language.as_str()).is_ok();
        if !fits {
            return Err(Refusal::InvalidLanguage {
                field: format!("texts.{language}"),
            });
        }
        self::text(language, text)?;
    }
    let each: BTreeSet<String> = texts.keys().map(|tag| tag.to_ascii_lowercase()).collect();
    if each.len() < texts.len() {
        return Err(Refusal::LanguageTwice);
    }
    if !texts.contains_key(&content.language) {
        return Err(Refusal::LanguageWithoutText);
    }
    Ok(())
}

fn text(language: &str, text: &OfferingText) -> Result<(), Refusal> {
    let field = |name: &str| format!("texts.{language}.{name}");
    required(field("name"), &text.name, limits::TITLE)?;
    optional(field("description"), &text.description, limits::TEXT)?;
    optional(field("standard"), &text.standard, limits::TEXT)
}

fn approvals(steps: &[ApprovalStep]) -> Result<(), Refusal> {
    at_most("approvals", steps.len(), limits::APPROVAL_STEPS)?;
    for (number, step) in steps.iter().enumerate() {
        let field = |name: &str| format!("approvals[{number}].{name}");
        required(field("name"), &step.name, limits::TITLE)?;
        if step.approvers.is_empty() {
            return Err(missing(field("approvers")));
        }
        at_most(field("approvers"), step.approvers.len(), limits::APPROVERS)?;
        // One person counts once: a step could wait for ever for the second word of one approver.
        let approvers = step.approvers.iter().enumerate();
        for (place, approver) in approvers {
            if step.approvers[..place].contains(approver) {
                return Err(Refusal::ApproverTwice {
                    field: field(&format!("approvers[{place}]")),
                });
            }
        }
        if step
            .timeout
            .as_ref()
            .is_some_and(|timeout| timeout.seconds == 0)
        {
            return Err(Refusal::NoTime {
                field: field("timeout.seconds"),
            });
        }
    }
    Ok(())
}

fn plan(tasks: &[PlannedTask], facts: &PublishFacts) -> Result<(), Refusal> {
    at_most("plan", tasks.len(), limits::TASKS)?;
    for (number, task) in tasks.iter().enumerate() {
        self::task(&|name: &str| format!("plan[{number}].{name}"), task, facts)?;
    }
    let needs = tasks
        .iter()
        .map(|task| (&task.key, task.needs.iter().collect()));
    graph::check(needs).map_err(|flaw| flawed(&flaw, tasks))
}

fn task(
    field: &dyn Fn(&str) -> String,
    task: &PlannedTask,
    facts: &PublishFacts,
) -> Result<(), Refusal> {
    required(field("title"), &task.title, limits::TITLE)?;
    at_most(field("needs"), task.needs.len(), limits::NEEDS)?;
    optional(field("description"), &task.description, limits::TEXT)?;
    if !facts.open.contains(&task.provider) {
        return Err(unknown_department(field("provider_id")));
    }
    let Some(offering) = &task.offering else {
        return if task.answers.is_empty() {
            Ok(())
        } else {
            Err(Refusal::AnswersWithoutOffering {
                field: field("answers"),
            })
        };
    };
    match facts.offered.get(offering) {
        None => Err(Refusal::UnknownTaskOffering {
            field: field("offering"),
        }),
        Some(provider) if *provider != task.provider => Err(Refusal::OfferingOfAnother {
            field: field("provider_id"),
        }),
        Some(_) => Ok(()),
    }
}

/// Whether what the plan's tasks ask for, and their tasks in turn, comes to an end before it is too much. Looks as deep
/// as tasks of tasks may go.
fn unfolded(content: &OfferingPublished, facts: &PublishFacts) -> Result<(), Refusal> {
    let root = &content.offering;
    let own: Vec<_> = content
        .plan
        .iter()
        .map(|task| task.offering.clone())
        .collect();
    let mut tasks: usize = 0;
    // How often each offering is asked for at this depth, and by way of which others.
    let mut level: BTreeMap<&OfferingId, (usize, Vec<&OfferingId>)> =
        BTreeMap::from([(root, (1, vec![root]))]);
    for _ in 0..limits::DEPTH {
        let mut next: BTreeMap<&OfferingId, (usize, Vec<&OfferingId>)> = BTreeMap::new();
        for (offering, (times, path)) in &level {
            let plan = if *offering == root {
                Some(&own)
            } else {
                facts.plans.get(*offering)
            };
            for task in plan.into_iter().flatten() {
                tasks = tasks.saturating_add(*times);
                let Some(asked) = task else { continue };
                let longer = || path.iter().copied().chain([asked]).collect();
                if asked == root {
                    let path: Vec<&OfferingId> = longer();
                    let path: Vec<&str> = path.iter().map(|offering| offering.as_str()).collect();
                    return Err(Refusal::AsksForItself {
                        path: path.join(" → "),
                    });
                }
                let (count, _) = next.entry(asked).or_insert_with(|| (0, longer()));
                *count = count.saturating_add(*times);
            }
        }
        level = next;
    }
    if tasks > limits::TASKS {
        return Err(Refusal::PlanTooLarge {
            limit: limits::TASKS,
        });
    }
    Ok(())
}

fn flawed(flaw: &Flaw<'_>, tasks: &[PlannedTask]) -> Refusal {
    let field = |key: &TaskKey, name: &str| {
        let place = tasks.iter().rposition(|task| task.key == *key);
        format!("plan[{}].{name}", place.unwrap_or_default())
    };
    match flaw {
        Flaw::Duplicate(key) => Refusal::DuplicateTask {
            field: field(key, "key"),
            task: key.to_string(),
        },
        Flaw::UnknownNeed { task, need } => Refusal::UnknownNeed {
            field: field(task, "needs"),
            need: need.to_string(),
        },
        Flaw::Cycle(path) => Refusal::PlanCycle {
            path: graph::shown(path.iter().copied()),
        },
    }
}

pub(super) fn required(field: impl Into<String>, text: &str, limit: usize) -> Result<(), Refusal> {
    let field = field.into();
    if text.trim().is_empty() {
        return Err(Refusal::Missing { field });
    }
    optional(field, text, limit)
}

fn optional(field: impl Into<String>, text: &str, limit: usize) -> Result<(), Refusal> {
    if text.chars().count() > limit {
        return Err(Refusal::TooLong {
            field: field.into(),
            limit,
        });
    }
    Ok(())
}

fn at_most(field: impl Into<String>, count: usize, limit: usize) -> Result<(), Refusal> {
    if count > limit {
        return Err(Refusal::TooMany {
            field: field.into(),
            limit,
        });
    }
    Ok(())
}

fn missing(field: impl Into<String>) -> Refusal {
    Refusal::Missing {
        field: field.into(),
    }
}

fn unknown_department(field: impl Into<String>) -> Refusal {
    Refusal::UnknownDepartment {
        field: field.into(),
    }
}
