//! May it happen?

use khidma_events::feedback::{Asking, AskingEvent, AskingRule, AskingRuleSet};
use khidma_kernel::{Command, Role};

use super::{AskingRefusal as Refusal, MOST_DAYS_OF_PEACE, MOST_DAYS_OPEN, SetRule};

pub(super) fn decide(
    state: Option<&AskingRule>,
    command: &Command<SetRule>,
) -> Result<Vec<AskingEvent>, Refusal> {
    let SetRule {
        department,
        rule,
        open,
    } = &command.body;
    if !(command.by.leads(department) || command.by.is(Role::Admin)) {
        return Err(Refusal::NotAllowed);
    }
    if !open {
        return Err(Refusal::UnknownDepartment);
    }
    check(rule)?;
    if state == Some(rule) {
        return Ok(Vec::new());
    }
    let rule = rule.clone();
    Ok(vec![AskingRuleSet { rule }.into()])
}

fn check(rule: &AskingRule) -> Result<(), Refusal> {
    if let Asking::Sampled(percent) = rule.asking
        && !(1..=99).contains(&percent)
    {
        return Err(Refusal::NoSample);
    }
    let peace = rule.at_most_every_days;
    if peace.is_some_and(|days| !(1..=MOST_DAYS_OF_PEACE).contains(&days)) {
        return Err(Refusal::PeaceOutOfRange);
    }
    if !(1..=MOST_DAYS_OPEN).contains(&rule.expires_after_days) {
        return Err(Refusal::ExpiryOutOfRange);
    }
    let remind = rule.remind_after_days;
    if remind.is_some_and(|days| !(1..rule.expires_after_days).contains(&days)) {
        return Err(Refusal::ReminderOutOfRange);
    }
    Ok(())
}
