//! `khidma training`.

use khidma_proto::directory::{
    CancelTrainingRequest, GetTrainingRequest, HoldTrainingRequest, ListTrainingsRequest,
    PlanTrainingRequest, ReviseTrainingRequest, TrainingKind, TrainingPlan,
};

use super::skill::{subject_of, written};
use crate::ask;
use crate::cli::{Page, PlanArgs, TrainingCommand, TrainingsArgs};
use crate::client::Api;
use crate::commands::done::{Done, change};
use crate::commands::pages::{self, paged};
use crate::failure::Failure;
use crate::output::{Output, Tone, training_facts, trainings_table};

pub(super) async fn run(
    api: &Api,
    command: TrainingCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    let done = match command {
        TrainingCommand::Show { id } => return show(api, id, output).await,
        TrainingCommand::List(args) => return list(api, args, output).await,
        TrainingCommand::Plan { department, plan } => plan_it(api, department, plan).await,
        TrainingCommand::Revise(args) => {
            let (id, plan) = planned(args);
            change!(api, trainings.revise_training(ReviseTrainingRequest { id, plan }) => "revised")
        }
        TrainingCommand::Cancel { id, reason } => {
            change!(api, trainings.cancel_training(CancelTrainingRequest { id, reason }) => "cancelled")
        }
        TrainingCommand::Hold {
            id,
            people: person_ids,
            on,
        } => {
            let on = written(on);
            change!(api, trainings.hold_training(HoldTrainingRequest { id, on, person_ids }) => "held")
        }
    };
    done?.print(output)
}

async fn plan_it(api: &Api, department_id: String, args: PlanArgs) -> Result<Done, Failure> {
    let (id, plan) = planned(args);
    change!(api, trainings.plan_training(PlanTrainingRequest { id, department_id, plan }) => "planned")
}

fn planned(args: PlanArgs) -> (String, Option<TrainingPlan>) {
    let kind = if args.awareness {
        TrainingKind::Awareness
    } else {
        TrainingKind::Skill
    };
    let plan = TrainingPlan {
        title: args.title,
        kind: kind.into(),
        on: args.on.into(),
        places: args.places,
        cost: args.cost,
        gives: args.offerings.into_iter().chain(args.topics).collect(),
    };
    (args.id, Some(plan))
}

async fn show(api: &Api, id: String, output: &mut Output) -> Result<(), Failure> {
    let min_position = 0;
    let answer = ask!(
        api,
        trainings.get_training,
        GetTrainingRequest { id, min_position }
    )?;
    output.answer(&answer, |output| {
        let training = answer.training.clone().unwrap_or_default();
        let title = training.plan.as_ref().map(|plan| plan.title.as_str());
        let title = output.paint(Tone::Strong, title.unwrap_or_default());
        output.line(title)?;
        output.facts(&training_facts(&training))
    })
}

async fn list(api: &Api, args: TrainingsArgs, output: &mut Output) -> Result<(), Failure> {
    let Page {
        page_size,
        page_token,
        all,
    } = args.page;
    let question = ListTrainingsRequest {
        department_id: args.department,
        subject: subject_of(args.offering, args.topic),
        state: args.state.unwrap_or_default().into(),
        page_size,
        page_token,
        min_position: 0,
    };
    let answer = paged!(api, trainings.list_trainings, question, all, trainings).await?;
    output.answer(&answer, |output| {
        output.table(trainings_table(&answer.trainings))?;
        pages::more(&answer.next_page_token, output)
    })
}
