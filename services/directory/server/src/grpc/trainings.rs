//! Calls about trainings.

use khidma_directory_domain::access::sees_attendance;
use khidma_directory_domain::limits;
use khidma_directory_domain::training::{Training, TrainingCommand};
use khidma_edge::command::id;
use khidma_edge::query::Stop;
use khidma_edge::server::deadline;
use khidma_edge::{identity, query, status};
use khidma_events::directory::{SkillSubject, training_entity};
use khidma_kernel::{DepartmentId, PersonId, TrainingId};
use khidma_projection::Reader;
use khidma_proto::directory as pb;
use khidma_proto::directory::trainings_service_server::TrainingsService;
use tonic::{Request, Response, Status};

use super::convert::{own_id, unknown_value};
use super::page::Page;
use super::skills::normal;
use super::words::{optional_day, plan_in, state_out, subject_in, training_out};
use super::{DirectoryGrpc, optional_id};
use crate::views::TrainingRow;
use crate::{facts, keys};

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl TrainingsService for DirectoryGrpc {
    async fn plan_training(
        &self,
        request: Request<pb::PlanTrainingRequest>,
    ) -> Answer<pb::PlanTrainingResponse> {
        let message = request.get_ref();
        let id: TrainingId = own_id(&message.id)?;
        let department: DepartmentId = self::id("department_id", &message.department_id)?;
        let plan = plan_in(message.plan.as_ref())?;
        let entity = training_entity(&id);
        let body = |reader: &Reader| {
            Ok(TrainingCommand::Plan {
                id: id.clone(),
                department: facts::department(reader, &department)?,
                plan: plan.clone(),
                unknown_offerings: facts::unknown_offerings(reader, &plan)?,
            })
        };
        let position = self
            .change(&self.trainings, request, "PlanTraining", entity, body)
            .await?;
        Ok(Response::new(pb::PlanTrainingResponse { position }))
    }

    async fn revise_training(
        &self,
        request: Request<pb::ReviseTrainingRequest>,
    ) -> Answer<pb::ReviseTrainingResponse> {
        let message = request.get_ref();
        let id: TrainingId = own_id(&message.id)?;
        let plan = plan_in(message.plan.as_ref())?;
        let body = |reader: &Reader| {
            Ok(TrainingCommand::Revise {
                plan: plan.clone(),
                unknown_offerings: facts::unknown_offerings(reader, &plan)?,
            })
        };
        let entity = training_entity(&id);
        let position = self
            .change(&self.trainings, request, "ReviseTraining", entity, body)
            .await?;
        Ok(Response::new(pb::ReviseTrainingResponse { position }))
    }

    async fn cancel_training(
        &self,
        request: Request<pb::CancelTrainingRequest>,
    ) -> Answer<pb::CancelTrainingResponse> {
        let id: TrainingId = own_id(&request.get_ref().id)?;
        let command = TrainingCommand::Cancel {
            reason: request.get_ref().reason.clone(),
        };
        let (entity, body) = (training_entity(&id), |_: &Reader| Ok(command.clone()));
        let position = self
            .change(&self.trainings, request, "CancelTraining", entity, body)
            .await?;
        Ok(Response::new(pb::CancelTrainingResponse { position }))
    }

    async fn hold_training(
        &self,
        request: Request<pb::HoldTrainingRequest>,
    ) -> Answer<pb::HoldTrainingResponse> {
        let message = request.get_ref();
        let training: TrainingId = own_id(&message.id)?;
        let on = optional_day("on", &message.on)?;
        let people = message.person_ids.iter();
        let people = people.map(|person| id("person_ids", person));
        let people: Vec<PersonId> = people.collect::<Result<_, _>>()?;
        let today = self.day("")?;
        let body = |reader: &Reader| {
            let row = facts::training_row(reader, &training)?.and_then(|row| row.state);
            // More than there can be places are refused anyway.
            let most = usize::try_from(limits::PLACES).unwrap_or(usize::MAX);
            let people = people.iter().take(most.saturating_add(1));
            let people = people.map(|person| facts::person(reader, person));
            Ok(TrainingCommand::Hold {
                on: on.or(row.map(|row| row.plan.on)).unwrap_or(today),
                people: people.collect::<Result<_, _>>()?,
            })
        };
        let entity = training_entity(&training);
        let position = self
            .change(&self.trainings, request, "HoldTraining", entity, body)
            .await?;
        Ok(Response::new(pb::HoldTrainingResponse { position }))
    }

    async fn get_training(
        &self,
        request: Request<pb::GetTrainingRequest>,
    ) -> Answer<pb::GetTrainingResponse> {
        let caller = identity::caller(&request)?;
        let id: TrainingId = own_id(&request.get_ref().id)?;
        let reader = self
            .reader(request.get_ref().min_position, deadline(&request))
            .await?;
        let row = facts::training_row(&reader, &id).map_err(query::unreadable)?;
        let training = row
            .and_then(|row| row.state)
            .ok_or_else(|| status::not_found("training", &id))?;
        let names = sees_attendance(&caller, &training.department);
        Ok(Response::new(pb::GetTrainingResponse {
            training: Some(training_out(training, names)),
            position: reader.position().0,
        }))
    }

    async fn list_trainings(
        &self,
        request: Request<pb::ListTrainingsRequest>,
    ) -> Answer<pb::ListTrainingsResponse> {
        identity::caller(&request)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        let filter = pb::ListTrainingsRequest {
            page_size: 0,
            page_token: String::new(),
            min_position: 0,
            ..message.clone()
        };
        let page = Page::of("trainings", &filter, message.page_size, &message.page_token)?;
        let wanted = Wanted::of(&filter)?;
        let limit = self.config.scan_limit;
        let scan = move |reader: &Reader, stop: &Stop| {
            page.read(reader, stop, &wanted.list(), limit, |key, row| {
                let row: Option<TrainingRow> = match wanted.subject {
                    None => Some(row.decode()?),
                    Some(_) => reader.get(&keys::training_named(keys::last_part(key)))?,
                };
                let training = row.and_then(|row| row.state);
                let training = training.filter(|training| wanted.is(training));
                Ok(training.map(|training| training_out(training, false)))
            })
        };
        let (listed, position) = self.scan(message.min_position, patience, scan).await?;
        Ok(Response::new(pb::ListTrainingsResponse {
            trainings: listed.items,
            next_page_token: listed.next_page_token,
            position,
        }))
    }
}

/// Which trainings a list is to show.
struct Wanted {
    department: Option<DepartmentId>,
    subject: Option<SkillSubject>,
    state: pb::TrainingState,
}

impl Wanted {
    fn of(filter: &pb::ListTrainingsRequest) -> Result<Self, Status> {
        let subject = filter.subject.as_ref();
        let subject = subject.map(|subject| subject_in(Some(subject)));
        Ok(Self {
            department: optional_id("department_id", &filter.department_id)?,
            subject: subject.transpose()?.map(normal).transpose()?,
            state: pb::TrainingState::try_from(filter.state).map_err(|_| unknown_value("state"))?,
        })
    }

    /// The keys of the narrowest list that holds all that are wanted.
    fn list(&self) -> Vec<u8> {
        let subject = self.subject.as_ref();
        subject.map_or_else(|| keys::TRAININGS.to_vec(), keys::lessons)
    }

    fn is(&self, training: &Training) -> bool {
        let department = self.department.as_ref();
        department.is_none_or(|one| training.department == *one)
            && (self.state == pb::TrainingState::Unspecified
                || self.state == state_out(&training.stage))
    }
}
