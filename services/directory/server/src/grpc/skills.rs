//! Calls about what people can do.

use khidma_directory_domain::access::sees_reasons;
use khidma_directory_domain::department::normal_topic;
use khidma_directory_domain::facts::Presence;
use khidma_directory_domain::limits;
use khidma_directory_domain::skill::{SkillCommand, standing};
use khidma_edge::query::Stop;
use khidma_edge::server::deadline;
use khidma_edge::{identity, query, status};
use khidma_events::directory::{SkillLevel, SkillSource, SkillSubject, skills_entity};
use khidma_kernel::{Date, DepartmentId, PersonId};
use khidma_projection::{Reader, RowError};
use khidma_proto::directory as pb;
use khidma_proto::directory::skills_service_server::SkillsService;
use tonic::{Request, Response, Status};

use super::convert::{missing, own_id};
use super::page::Page;
use super::words::{
    level_in, level_out, optional_day, optional_level_in, skill_out, source_in, subject_in,
    until_out,
};
use super::{DirectoryGrpc, optional_id};
use crate::{facts, keys};

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl SkillsService for DirectoryGrpc {
    async fn set_skill(
        &self,
        request: Request<pb::SetSkillRequest>,
    ) -> Answer<pb::SetSkillResponse> {
        let message = request.get_ref();
        let id: PersonId = own_id(&message.id)?;
        let subject = subject_in(message.subject.as_ref())?;
        let (level, source) = (
            level_in("level", message.level)?,
            source_in(message.source)?,
        );
        let since = optional_day("since", &message.since)?;
        let until = optional_day("until", &message.until)?;
        let entity = skills_entity(&id);
        let body = |reader: &Reader| {
            let known = match &subject {
                SkillSubject::Offering(id) => facts::offering_row(reader, id)?.is_some(),
                SkillSubject::Topic(_) => false,
            };
            Ok(SkillCommand::Set {
                person: facts::person(reader, &id)?,
                subject: subject.clone(),
                known,
                level,
                source,
                since,
                until,
            })
        };
        let position = self
            .change(&self.skills, request, "SetSkill", entity, body)
            .await?;
        Ok(Response::new(pb::SetSkillResponse { position }))
    }

    async fn withdraw_skill(
        &self,
        request: Request<pb::WithdrawSkillRequest>,
    ) -> Answer<pb::WithdrawSkillResponse> {
        let message = request.get_ref();
        let id: PersonId = own_id(&message.id)?;
        let subject = normal(subject_in(message.subject.as_ref())?)?;
        let source = source_in(message.source)?;
        let entity = skills_entity(&id);
        let body = |reader: &Reader| {
            let found = facts::statements(reader, &id, |one| *one == subject)?;
            let mut found = found.into_values().flatten();
            Ok(SkillCommand::Withdraw {
                person: facts::person(reader, &id)?,
                subject: subject.clone(),
                source,
                trained: found.any(|one| one.source == SkillSource::Training),
            })
        };
        let position = self
            .change(&self.skills, request, "WithdrawSkill", entity, body)
            .await?;
        Ok(Response::new(pb::WithdrawSkillResponse { position }))
    }

    async fn get_skills(
        &self,
        request: Request<pb::GetSkillsRequest>,
    ) -> Answer<pb::GetSkillsResponse> {
        let caller = identity::caller(&request)?;
        let message = request.get_ref();
        let id: PersonId = own_id(&message.id)?;
        let on = self.day(&message.on)?;
        let reader = self
            .reader(message.min_position, deadline(&request))
            .await?;
        let person = facts::person(&reader, &id).map_err(query::unreadable)?;
        if person.presence == Presence::Unknown {
            return Err(status::not_found("person", &id));
        }
        let reasons = sees_reasons(&caller, &person);
        let found = facts::statements(&reader, &id, |_| true).map_err(query::unreadable)?;
        // What somebody could who has left concerns nobody else.
        let shown = reasons || person.presence == Presence::Present;
        let skills = found
            .into_iter()
            .filter(|_| shown)
            .filter_map(|(subject, statements)| skill_out(subject, &statements, (on, reasons)));
        Ok(Response::new(pb::GetSkillsResponse {
            skills: skills.collect(),
            position: reader.position().0,
        }))
    }

    async fn list_skilled(
        &self,
        request: Request<pb::ListSkilledRequest>,
    ) -> Answer<pb::ListSkilledResponse> {
        identity::caller(&request)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        let filter = pb::ListSkilledRequest {
            page_size: 0,
            page_token: String::new(),
            min_position: 0,
            ..message.clone()
        };
        let page = Page::of("skilled", &filter, message.page_size, &message.page_token)?;
        let wanted = Wanted {
            subject: normal(subject_in(filter.subject.as_ref())?)?,
            level: optional_level_in("min_level", filter.min_level)?,
            department: optional_id("department_id", &filter.department_id)?,
            on: self.day(&filter.on)?,
        };
        let limit = self.config.scan_limit;
        let scan = move |reader: &Reader, stop: &Stop| {
            let people = keys::all_skilled(&wanted.subject);
            page.read(
                reader,
                stop,
                &people,
                limit,
                |key, _| match keys::last_part(key).parse() {
                    Ok(person) => wanted.shown(reader, &person),
                    Err(_) => Ok(None),
                },
            )
        };
        let (listed, position) = self.scan(message.min_position, patience, scan).await?;
        Ok(Response::new(pb::ListSkilledResponse {
            people: listed.items,
            next_page_token: listed.next_page_token,
            position,
        }))
    }

    async fn get_cover(
        &self,
        request: Request<pb::GetCoverRequest>,
    ) -> Answer<pb::GetCoverResponse> {
        self.cover(request).await.map(Response::new)
    }
}

impl DirectoryGrpc {
    /// The day a question is about: as it says, or today in UTC.
    pub(super) fn day(&self, text: &str) -> Result<Date, Status> {
        let today = || Date::of(self.clock.now());
        Ok(optional_day("on", text)?.unwrap_or_else(today))
    }
}

/// A subject as it stands in the rows. A topic that can stand nowhere is refused.
pub(super) fn normal(subject: SkillSubject) -> Result<SkillSubject, Status> {
    let SkillSubject::Topic(topic) = subject else {
        return Ok(subject);
    };
    if topic.chars().count() > limits::TOPIC {
        let message = format!("topic may have at most {} characters", limits::TOPIC);
        return Err(status::invalid_field("topic", "TOO_LONG", message));
    }
    let topic = normal_topic(&topic);
    if topic.is_empty() {
        return Err(missing("topic"));
    }
    Ok(SkillSubject::Topic(topic))
}

/// Who a list of the skilled is to show.
struct Wanted {
    subject: SkillSubject,
    level: Option<SkillLevel>,
    department: Option<DepartmentId>,
    on: Date,
}

impl Wanted {
    fn shown(&self, reader: &Reader, id: &PersonId) -> Result<Option<pb::SkilledPerson>, RowError> {
        let row = facts::person_row(reader, id)?.and_then(|row| row.entity.state);
        let person = row.filter(|person| {
            let department = self.department.as_ref();
            !person.deactivated && department.is_none_or(|one| person.departments.contains(one))
        });
        let Some(person) = person else {
            return Ok(None);
        };
        let found = facts::statements(reader, id, |one| *one == self.subject)?;
        let said = found.values().flatten().map(|one| &one.said);
        let standing = standing(said, self.on);
        let standing = standing.filter(|(level, _)| self.level.is_none_or(|least| *level >= least));
        Ok(standing.map(|(level, until)| pb::SkilledPerson {
            person_id: person.id.into(),
            display_name: person.display_name,
            department_ids: person.departments.into_iter().map(Into::into).collect(),
            level: level_out(Some(level)),
            until: until_out(until),
        }))
    }
}
