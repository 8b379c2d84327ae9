//! Calls about people.

use khidma_directory_domain::access::sees_profile;
use khidma_directory_domain::person::PersonCommand;
use khidma_directory_domain::role::Holder;
use khidma_edge::command::id;
use khidma_edge::query::Stop;
use khidma_edge::server::deadline;
use khidma_edge::{identity, query, status};
use khidma_events::directory::person_entity;
use khidma_kernel::{Caller, DepartmentId, PersonId};
use khidma_projection::{Reader, RowError};
use khidma_proto::directory as pb;
use tonic::{Request, Status};

use super::convert::{holding_out, kind_in, kind_out, missing, own_id, text};
use super::page::Page;
use super::profile::{profile_in, profile_out};
use super::{DirectoryGrpc, optional_id};
use crate::views::PersonRow;
use crate::{facts, keys};

impl DirectoryGrpc {
    pub(super) async fn register_person(
        &self,
        request: Request<pb::RegisterPersonRequest>,
    ) -> Result<u64, Status> {
        let message = request.get_ref();
        let id: PersonId = own_id(&message.id)?;
        let (display_name, kind) = (message.display_name.clone(), kind_in(message.kind)?);
        let department: Option<DepartmentId> =
            optional_id("department_id", &message.department_id)?;
        let entity = person_entity(&id);
        let body = |reader: &Reader| {
            let department = department
                .as_ref()
                .map(|id| facts::department(reader, id))
                .transpose()?;
            Ok(PersonCommand::Register {
                id: id.clone(),
                display_name: display_name.clone(),
                kind,
                department,
            })
        };
        self.change(&self.people, request, "RegisterPerson", entity, body)
            .await
    }

    pub(super) async fn update_person(
        &self,
        request: Request<pb::UpdatePersonRequest>,
    ) -> Result<u64, Status> {
        let message = request.get_ref();
        let id: PersonId = own_id(&message.id)?;
        let (display_name, kind) = (message.display_name.clone(), kind_in(message.kind)?);
        let body = |_: &Reader| {
            Ok(PersonCommand::Update {
                display_name: display_name.clone(),
                kind,
            })
        };
        self.change(
            &self.people,
            request,
            "UpdatePerson",
            person_entity(&id),
            body,
        )
        .await
    }

    pub(super) async fn join_department(
        &self,
        request: Request<pb::JoinDepartmentRequest>,
    ) -> Result<u64, Status> {
        let message = request.get_ref();
        let (person, main): (PersonId, bool) = (own_id(&message.id)?, message.main);
        let department: DepartmentId = id("department_id", &message.department_id)?;
        let body = |reader: &Reader| {
            Ok(PersonCommand::Join {
                department: facts::department(reader, &department)?,
                main,
            })
        };
        self.change(
            &self.people,
            request,
            "JoinDepartment",
            person_entity(&person),
            body,
        )
        .await
    }

    pub(super) async fn leave_department(
        &self,
        request: Request<pb::LeaveDepartmentRequest>,
    ) -> Result<u64, Status> {
        let person: PersonId = own_id(&request.get_ref().id)?;
        let department: DepartmentId = id("department_id", &request.get_ref().department_id)?;
        let body = |_: &Reader| {
            Ok(PersonCommand::Leave {
                department: department.clone(),
            })
        };
        self.change(
            &self.people,
            request,
            "LeaveDepartment",
            person_entity(&person),
            body,
        )
        .await
    }

    pub(super) async fn set_manager(
        &self,
        request: Request<pb::SetManagerRequest>,
    ) -> Result<u64, Status> {
        let person: PersonId = own_id(&request.get_ref().id)?;
        let manager: Option<PersonId> = optional_id("manager_id", &request.get_ref().manager_id)?;
        let body = |reader: &Reader| {
            let manager = manager
                .as_ref()
                .map(|manager| facts::manager(reader, manager))
                .transpose()?;
            Ok(PersonCommand::SetManager { manager })
        };
        self.change(
            &self.people,
            request,
            "SetManager",
            person_entity(&person),
            body,
        )
        .await
    }

    pub(super) async fn update_profile(
        &self,
        request: Request<pb::UpdateProfileRequest>,
    ) -> Result<u64, Status> {
        let person: PersonId = own_id(&request.get_ref().id)?;
        let profile = request
            .get_ref()
            .profile
            .clone()
            .ok_or_else(|| missing("profile"))?;
        let profile = profile_in(profile)?;
        let body = |_: &Reader| {
            Ok(PersonCommand::UpdateProfile {
                profile: profile.clone(),
            })
        };
        self.change(
            &self.people,
            request,
            "UpdateProfile",
            person_entity(&person),
            body,
        )
        .await
    }

    pub(super) async fn deactivate_person(
        &self,
        request: Request<pb::DeactivatePersonRequest>,
    ) -> Result<u64, Status> {
        let person: PersonId = own_id(&request.get_ref().id)?;
        let body = |_: &Reader| Ok(PersonCommand::Deactivate);
        self.change(
            &self.people,
            request,
            "DeactivatePerson",
            person_entity(&person),
            body,
        )
        .await
    }

    pub(super) async fn get_person(
        &self,
        request: Request<pb::GetPersonRequest>,
    ) -> Result<pb::GetPersonResponse, Status> {
        let caller = identity::caller(&request)?;
        let id: PersonId = own_id(&request.get_ref().id)?;
        let reader = self
            .reader(request.get_ref().min_position, deadline(&request))
            .await?;
        let position = reader.position().0;
        let row = facts::person_row(&reader, &id)
            .map_err(query::unreadable)?
            .unwrap_or_default();
        let person = shown(&reader, row, Some(&caller)).map_err(query::unreadable)?;
        let person = person.ok_or_else(|| status::not_found("person", &id))?;
        Ok(pb::GetPersonResponse {
            person: Some(person),
            position,
        })
    }

    pub(super) async fn list_people(
        &self,
        request: Request<pb::ListPeopleRequest>,
    ) -> Result<pb::ListPeopleResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let filter = pb::ListPeopleRequest {
            page_size: 0,
            page_token: String::new(),
            min_position: 0,
            ..message.clone()
        };
        let page = Page::of("people", &filter, message.page_size, &message.page_token)?;
        let wanted = Wanted::of(&filter)?;
        let limit = self.config.scan_limit;
        let scan = move |reader: &Reader, stop: &Stop| {
            page.read(reader, stop, &wanted.list(), limit, |key, row| {
                let person = match wanted.department {
                    None => Some(row.decode()?),
                    Some(_) => reader.get(&keys::person_named(keys::last_part(key)))?,
                };
                match person.filter(|row| wanted.is(row)) {
                    Some(row) => shown(reader, row, Some(&caller)),
                    None => Ok(None),
                }
            })
        };
        let (listed, position) = self.scan(message.min_position, patience, scan).await?;
        Ok(pb::ListPeopleResponse {
            people: listed.items,
            next_page_token: listed.next_page_token,
            position,
        })
    }

    pub(super) async fn get_reporting_line(
        &self,
        request: Request<pb::GetReportingLineRequest>,
    ) -> Result<pb::GetReportingLineResponse, Status> {
        let caller = identity::caller(&request)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        let id: PersonId = own_id(&message.id)?;
        let scan = move |reader: &Reader, stop: &Stop| {
            managers(reader, stop, &id, &caller)
                .map_err(query::unreadable)?
                .ok_or_else(|| status::not_found("person", &id))
        };
        let (managers, position) = self.scan(message.min_position, patience, scan).await?;
        Ok(pb::GetReportingLineResponse { managers, position })
    }
}

/// The people above `id` as `caller` sees them, nearest first; none if there is no such person.
fn managers(
    reader: &Reader,
    stop: &Stop,
    id: &PersonId,
    caller: &Caller,
) -> Result<Option<Vec<pb::Person>>, RowError> {
    let known = facts::person_row(reader, id)?.and_then(|row| row.entity.state);
    let Some(_) = known else { return Ok(None) };
    let line = facts::reporting_line(reader, id)?.into_iter();
    // Who has left leads nobody: the line goes on to who is above them.
    let present = line.filter(|(_, row)| {
        let person = row.entity.state.as_ref();
        person.is_some_and(|one| !one.deactivated)
    });
    let managers = present.map(|(_, row)| shown(reader, row, Some(caller)));
    stop.until_set(managers)
        .filter_map(Result::transpose)
        .collect::<Result<_, _>>()
        .map(Some)
}

/// Which people a list is to show.
struct Wanted {
    department: Option<DepartmentId>,
    kind: Option<pb::PersonKind>,
    text: String,
    include_deactivated: bool,
}

impl Wanted {
    fn of(filter: &pb::ListPeopleRequest) -> Result<Self, Status> {
        let kind = (filter.kind != 0)
            .then(|| kind_in(filter.kind))
            .transpose()?;
        Ok(Self {
            department: optional_id("department_id", &filter.department_id)?,
            kind: kind.map(kind_out),
            text: filter.text.trim().to_lowercase(),
            include_deactivated: filter.include_deactivated,
        })
    }

    /// The keys of the narrowest list that holds all that are wanted.
    fn list(&self) -> Vec<u8> {
        let department = self.department.as_ref();
        department.map_or_else(|| keys::PEOPLE.to_vec(), keys::members)
    }

    fn is(&self, row: &PersonRow) -> bool {
        let Some(person) = &row.entity.state else {
            return false;
        };
        let named = || {
            self.text.is_empty()
                || person.id.as_str().contains(&self.text)
                || person.display_name.to_lowercase().contains(&self.text)
        };
        (self.include_deactivated || !person.deactivated)
            && self.kind.is_none_or(|kind| kind == kind_out(person.kind))
            && named()
    }
}

/// The person as `caller` sees them, if there is one; for a chart, without a caller, only who they are.
pub(super) fn shown(
    reader: &Reader,
    row: PersonRow,
    caller: Option<&Caller>,
) -> Result<Option<pb::Person>, RowError> {
    let Some(person) = row.entity.state else {
        return Ok(None);
    };
    let mut roles = Vec::new();
    for holding in row.holdings {
        let holder = Holder {
            department: holding.department,
            person: person.id.clone(),
        };
        let role = facts::role_row(reader, &holding.role)?.and_then(|row| row.state);
        roles.extend(role.and_then(|role| holding_out(&role, &holder)));
    }
    let profile = caller
        .filter(|caller| sees_profile(caller, &person))
        .map(|_| person.profile.clone());
    let whole = caller.is_some();
    Ok(Some(pb::Person {
        id: person.id.into(),
        display_name: person.display_name,
        kind: kind_out(person.kind).into(),
        department_ids: person
            .departments
            .into_iter()
            .filter(|_| whole)
            .map(Into::into)
            .collect(),
        manager_id: text(person.manager.filter(|_| whole)),
        roles,
        profile: profile.map(profile_out),
        deactivated: person.deactivated,
    }))
}
