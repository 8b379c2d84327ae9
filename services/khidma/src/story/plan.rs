//! Second chapter: HR offers everything a new employee needs, somebody asks for it, a manager agrees, and a plan begins.

use std::collections::HashMap;
use std::time::Duration;

use khidma_kernel::derived_id;
use khidma_proto::requests::{
    ApproveRequest, GetOfferingRequest, GetPlanRequest, GetPlanResponse, GetRequest,
    ListApprovalsRequest, PublishOfferingRequest, State, SubmitRequest, Task, TaskState,
};
use serde_json::json;
use tokio::time::Instant;
use tonic::Status;

use super::Narrator;
use super::stage::Cast;
use crate::ask;
use crate::client::Api;
use crate::commands::offering_terms;
use crate::failure::Failure;
use crate::output::from_value;

/// The offering that is shipped as an example.
const OFFERING: &str = include_str!("../../../../deploy/examples/new-employee.toml");
/// How long what follows by itself may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long to pause between two looks at a plan.
const PAUSE: Duration = Duration::from_millis(20);

/// A request with a plan, as those who coordinate it see it.
pub(super) struct Plan<'a> {
    pub(super) id: String,
    coordinator: &'a Api,
    /// How far it was when it was last told.
    told: Vec<(String, i32)>,
}

/// Publishes the offering; again under the same key it is the same version.
pub(super) async fn publish(cast: &Cast, narrator: &mut dyn Narrator) -> Result<(), Failure> {
    narrator.said("Linh, who leads HR, publishes what HR offers: \"New employee\".")?;
    let value = toml::from_str(OFFERING).map_err(|error| Failure::Local(error.to_string()))?;
    let (id, terms) = offering_terms(value)?;
    let change = PublishOfferingRequest {
        request_id: derived_id(&[b"khidma story", b"offering"]).to_string(),
        id: id.clone(),
        terms: Some(terms),
        expected_version: None,
    };
    let min_position = ask!(cast.linh, catalogue.publish_offering, change)?.position;
    for language in ["en", "fa"] {
        let question = GetOfferingRequest {
            id: id.clone(),
            version: 0,
            languages: vec![language.to_owned()],
            min_position,
        };
        let offering = ask!(cast.daniel, catalogue.get_offering, question)?.offering;
        let text = offering.unwrap_or_default().text.unwrap_or_default();
        narrator.said(&format!("    {}: {}", text.name, text.standard))?;
    }
    Ok(())
}

/// Daniel asks for it: first without saying when, then in full. The request, and where it stands on the log.
pub(super) async fn ask_for_it(
    cast: &Cast,
    narrator: &mut dyn Narrator,
) -> Result<(String, u64), Failure> {
    narrator.said("Daniel of IT asks for it, as Sara begins on Monday. He forgets to say when:")?;
    let forgetful = wish(cast, &json!({ "employee_name": "Sara" }))?;
    match ask!(cast.daniel, requests.submit, forgetful) {
        Ok(_) => {
            let message = "a form that is not filled in was taken".to_owned();
            return Err(Failure::Local(message));
        }
        Err(failure) => narrator.refused(&failure)?,
    }
    let answers = json!({
        "employee_name": "Sara",
        "first_day": "2026-03-02",
        "keyboard": "arabic",
        "screen_inches": 14,
    });
    let done = ask!(cast.daniel, requests.submit, wish(cast, &answers)?)?;
    narrator.said("Now it is complete. It waits until his manager agrees.")?;
    Ok((done.id, done.position))
}

fn wish(cast: &Cast, answers: &serde_json::Value) -> Result<SubmitRequest, Failure> {
    Ok(SubmitRequest {
        request_id: cast.daniel.request_id(),
        offering: "new-employee".to_owned(),
        title: "Sara begins on Monday".to_owned(),
        tags: vec!["first-day".to_owned()],
        ..from_value(json!({ "answers": answers }))?
    })
}

/// Mei, Daniel's manager, finds it among what waits for her, and agrees.
pub(super) async fn approve(
    cast: &Cast,
    (id, min_position): (&str, u64),
    narrator: &mut dyn Narrator,
) -> Result<u64, Failure> {
    let question = ListApprovalsRequest {
        min_position,
        ..ListApprovalsRequest::default()
    };
    let waiting = ask!(cast.mei, approvals.list_approvals, question)?;
    narrator.said("What waits for Mei's word:")?;
    narrator.approvals(&waiting.approvals)?;
    let word = ApproveRequest {
        request_id: cast.mei.request_id(),
        id: id.to_owned(),
        comment: "We have waited for her long enough.".to_owned(),
    };
    Ok(ask!(cast.mei, approvals.approve, word)?.position)
}

impl<'a> Plan<'a> {
    /// The plan of the request `id`, coordinated by `coordinator`'s department.
    pub(super) fn of(id: &str, coordinator: &'a Api) -> Self {
        Self {
            id: id.to_owned(),
            coordinator,
            told: Vec::new(),
        }
    }

    /// The request that `task` became, once it is there; tells how far the plan is then.
    pub(super) async fn begun(
        &mut self,
        task: &str,
        narrator: &mut dyn Narrator,
    ) -> Result<(String, u64), Failure> {
        let there = |one: &Task| one.child_state() != State::Unspecified;
        let (task, position) = self.wait_for(task, there, narrator).await?;
        Ok((task.child_id, position))
    }

    /// Waits until the plan knows that `task` is done; tells how far it is then.
    pub(super) async fn done(
        &mut self,
        task: &str,
        narrator: &mut dyn Narrator,
    ) -> Result<u64, Failure> {
        let done = |one: &Task| one.state() == TaskState::Done;
        Ok(self.wait_for(task, done, narrator).await?.1)
    }

    /// What follows by itself follows soon, but not at once: looks until it has.
    async fn wait_for(
        &mut self,
        key: &str,
        met: impl Fn(&Task) -> bool,
        narrator: &mut dyn Narrator,
    ) -> Result<(Task, u64), Failure> {
        let until = Instant::now() + PATIENCE;
        loop {
            let plan = self.look().await?;
            let mut tasks: HashMap<_, _> =
                plan.tasks.iter().map(|one| (key_of(one), one)).collect();
            // All that begins together is waited for, so that it is told in one piece, and alike in every play.
            let settled = plan.tasks.iter().all(is_settled);
            if let Some(task) = tasks.remove(key).filter(|task| settled && met(task)) {
                let task = task.clone();
                self.tell(&plan, narrator).await?;
                return Ok((task, plan.position));
            }
            if Instant::now() > until {
                let message = format!("the plan of {} does not go on at {key}", self.id);
                return Err(Status::deadline_exceeded(message).into());
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn look(&self) -> Result<GetPlanResponse, Failure> {
        let question = GetPlanRequest {
            id: self.id.clone(),
            page_size: 1000,
            ..GetPlanRequest::default()
        };
        ask!(*self.coordinator, plans.get_plan, question)
    }

    async fn tell(
        &mut self,
        plan: &GetPlanResponse,
        narrator: &mut dyn Narrator,
    ) -> Result<(), Failure> {
        let states = plan
            .tasks
            .iter()
            .map(|one| (key_of(one).to_owned(), one.state));
        let now: Vec<_> = states.collect();
        if self.told == now {
            return Ok(());
        }
        self.told = now;
        let question = GetRequest {
            id: self.id.clone(),
            min_position: plan.position,
        };
        let request = ask!(*self.coordinator, requests.get, question)?.request;
        let progress = request.unwrap_or_default().progress.unwrap_or_default();
        narrator.plan(&plan.tasks, &progress)
    }
}

fn key_of(one: &Task) -> &str {
    one.task.as_ref().map_or("", |task| task.key.as_str())
}

/// Whether nothing more is about to happen to the task by itself.
fn is_settled(one: &Task) -> bool {
    one.state() != TaskState::Begun || one.child_state() != State::Unspecified
}
