//! `khidma sla policy`.

use std::path::Path;

use khidma_kernel::derived_id;
use khidma_proto::sla::draft_policy_request::Policy as Drafted;
use khidma_proto::sla::{
    ActivatePolicyRequest, Attach, DraftPolicyRequest, DraftPolicyResponse, GetPolicyRequest,
    ListPoliciesRequest, PolicyWarning, RetirePolicyRequest, ValidatePolicyRequest,
};
use serde_json::json;

use crate::ask;
use crate::cli::{Page, PolicyCommand, PolicyVersion};
use crate::client::Api;
use crate::commands::done::{Done, change};
use crate::commands::pages::{self, paged};
use crate::failure::Failure;
use crate::output::{Output, Tone, policies_table, policy_facts, policy_rule_table, to_value};

pub(super) async fn run(
    api: &Api,
    command: PolicyCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    match command {
        PolicyCommand::Draft { file } => {
            let answer = draft(api, &file, api.request_id()).await?;
            output.answer(&answer, |output| {
                drafted(&answer, output)?;
                let next = format!("next: khidma sla policy validate {}", answer.id);
                let next = output.paint(Tone::Faint, next);
                output.line(next)
            })
        }
        PolicyCommand::Validate(which) => validate(api, which, output).await,
        PolicyCommand::Activate { which, attach } => {
            let PolicyVersion { id, version } = which;
            let attach = attach.attach.into();
            let done: Result<Done, Failure> = change!(
                api, policies.activate_policy(ActivatePolicyRequest { id, version, attach }) => "activated"
            );
            done?.print(output)
        }
        PolicyCommand::Apply { file, attach } => apply(api, &file, attach.attach, output).await,
        PolicyCommand::Retire { id } => {
            let done: Result<Done, Failure> =
                change!(api, policies.retire_policy(RetirePolicyRequest { id }) => "retired");
            done?.print(output)
        }
        PolicyCommand::Show(which) => show(api, which, output).await,
        PolicyCommand::List {
            all_states,
            provider,
            page,
        } => list(api, all_states, provider, page, output).await,
    }
}

async fn draft(api: &Api, file: &Path, key: String) -> Result<DraftPolicyResponse, Failure> {
    let text = tokio::fs::read_to_string(file).await;
    let text = text.map_err(|error| Failure::Usage(format!("{}: {error}", file.display())))?;
    let change = DraftPolicyRequest {
        request_id: key,
        policy: Some(Drafted::Toml(text)),
    };
    ask!(api, policies.draft_policy, change)
}

fn drafted(answer: &DraftPolicyResponse, output: &mut Output) -> Result<(), Failure> {
    let what = output.paint(Tone::Good, "drafted");
    let position = output.paint(Tone::Faint, format!("position {}", answer.position));
    let (id, version) = (&answer.id, answer.version);
    output.line(format_args!("{what} {id} version {version}  {position}"))?;
    warned(&answer.warnings, output)
}

/// What is strange, each on a line.
fn warned(warnings: &[PolicyWarning], output: &mut Output) -> Result<(), Failure> {
    for one in warnings {
        let warning = output.paint(Tone::Care, "warning");
        let line = match one.line {
            0 => String::new(),
            line => format!("line {line}: "),
        };
        output.line(format_args!("{warning}: {line}{}: {}", one.field, one.text))?;
    }
    Ok(())
}

async fn validate(api: &Api, which: PolicyVersion, output: &mut Output) -> Result<(), Failure> {
    let PolicyVersion { id, version } = which;
    let change = ValidatePolicyRequest {
        request_id: api.request_id(),
        id: id.clone(),
        version,
    };
    let answer = ask!(api, policies.validate_policy, change)?;
    output.answer(&answer, |output| {
        let what = output.paint(Tone::Good, "validated");
        let position = output.paint(Tone::Faint, format!("position {}", answer.position));
        let version = answer.version;
        output.line(format_args!("{what} {id} version {version}  {position}"))?;
        warned(&answer.warnings, output)
    })
}

/// Three changes, each under a key that follows from one: the same command again goes on where it was.
async fn apply(api: &Api, file: &Path, attach: Attach, output: &mut Output) -> Result<(), Failure> {
    let key = api.request_id();
    let key = |step: &str| derived_id(&[key.as_bytes(), step.as_bytes()]).to_string();
    let answer = draft(api, file, key("draft")).await?;
    if !output.is_json() {
        drafted(&answer, output)?;
    }
    let (id, version) = (answer.id.clone(), answer.version);
    let change = ValidatePolicyRequest {
        request_id: key("validate"),
        id: id.clone(),
        version,
    };
    let validated = ask!(api, policies.validate_policy, change)?;
    let change = ActivatePolicyRequest {
        request_id: key("activate"),
        id: id.clone(),
        version,
        attach: attach.into(),
    };
    let activated = ask!(api, policies.activate_policy, change)?;
    if output.is_json() {
        return output.value(&json!({
            "id": id,
            "version": version,
            "warnings": to_value(&validated)?["warnings"],
            "position": activated.position,
        }));
    }
    for (what, position) in [
        ("validated", validated.position),
        ("activated", activated.position),
    ] {
        let what = output.paint(Tone::Good, what);
        let position = output.paint(Tone::Faint, format!("position {position}"));
        output.line(format_args!("{what} {id} version {version}  {position}"))?;
    }
    Ok(())
}

async fn show(api: &Api, which: PolicyVersion, output: &mut Output) -> Result<(), Failure> {
    let question = GetPolicyRequest {
        id: which.id,
        version: which.version,
        min_position: 0,
    };
    let answer = ask!(api, policies.get_policy, question)?;
    output.answer(&answer, |output| {
        let Some(policy) = &answer.policy else {
            return Ok(());
        };
        let spec = policy.spec.clone().unwrap_or_default();
        let name = output.paint(Tone::Strong, &spec.name);
        output.line(name)?;
        let times = [policy.draft_time, policy.activate_time].map(|time| output.when(time));
        output.facts(&policy_facts(policy, &spec, times))?;
        for (number, rule) in spec.rules.iter().enumerate() {
            let name = output.paint(Tone::Strong, &rule.name);
            let when = rule.when.as_ref().map(crate::output::policy_match);
            let when = when.unwrap_or_default();
            output.line(format_args!("\nrule {}: {name}  {when}", number + 1))?;
            output.table(policy_rule_table(rule))?;
        }
        if !policy.warnings.is_empty() {
            output.line("")?;
        }
        warned(&policy.warnings, output)
    })
}

async fn list(
    api: &Api,
    include_inactive: bool,
    provider_id: String,
    page: Page,
    output: &mut Output,
) -> Result<(), Failure> {
    let question = ListPoliciesRequest {
        include_inactive,
        provider_id,
        page_size: page.page_size,
        page_token: page.page_token,
        min_position: 0,
    };
    let answer = paged!(api, policies.list_policies, question, page.all, policies).await?;
    output.answer(&answer, |output| {
        output.table(policies_table(&answer.policies))?;
        pages::more(&answer.next_page_token, output)
    })
}
