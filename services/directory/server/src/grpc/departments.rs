//! Calls about departments.

use khidma_directory_domain::department::DepartmentCommand;
use khidma_edge::query::Stop;
use khidma_edge::server::deadline;
use khidma_edge::{identity, query, status};
use khidma_events::directory::department_entity;
use khidma_kernel::{CalendarId, DepartmentId, RoleId};
use khidma_projection::Reader;
use khidma_proto::directory as pb;
use tonic::{Request, Status};

use super::convert::{department_out, own_id, topic_in};
use super::page::Page;
use super::{DirectoryGrpc, optional_id};
use crate::views::DepartmentRow;
use crate::{facts, keys};

impl DirectoryGrpc {
    pub(super) async fn create_department(
        &self,
        request: Request<pb::CreateDepartmentRequest>,
    ) -> Result<u64, Status> {
        let message = request.get_ref();
        let id: DepartmentId = own_id(&message.id)?;
        let parent: Option<DepartmentId> = optional_id("parent_id", &message.parent_id)?;
        let name = message.name.clone();
        let entity = department_entity(&id);
        let body = |reader: &Reader| {
            let parent = parent
                .as_ref()
                .map(|parent| facts::parent(reader, parent))
                .transpose()?;
            Ok(DepartmentCommand::Create {
                id: id.clone(),
                name: name.clone(),
                parent,
            })
        };
        self.change(&self.departments, request, "CreateDepartment", entity, body)
            .await
    }

    pub(super) async fn rename_department(
        &self,
        request: Request<pb::RenameDepartmentRequest>,
    ) -> Result<u64, Status> {
        let id: DepartmentId = own_id(&request.get_ref().id)?;
        let name = request.get_ref().name.clone();
        let body = |_: &Reader| Ok(DepartmentCommand::Rename { name: name.clone() });
        self.change(
            &self.departments,
            request,
            "RenameDepartment",
            department_entity(&id),
            body,
        )
        .await
    }

    pub(super) async fn move_department(
        &self,
        request: Request<pb::MoveDepartmentRequest>,
    ) -> Result<u64, Status> {
        let id: DepartmentId = own_id(&request.get_ref().id)?;
        let parent: Option<DepartmentId> = optional_id("parent_id", &request.get_ref().parent_id)?;
        let body = |reader: &Reader| {
            let parent = parent
                .as_ref()
                .map(|parent| facts::parent(reader, parent))
                .transpose()?;
            Ok(DepartmentCommand::Move { parent })
        };
        self.change(
            &self.departments,
            request,
            "MoveDepartment",
            department_entity(&id),
            body,
        )
        .await
    }

    pub(super) async fn set_department_topics(
        &self,
        request: Request<pb::SetDepartmentTopicsRequest>,
    ) -> Result<u64, Status> {
        let id: DepartmentId = own_id(&request.get_ref().id)?;
        let topics = request
            .get_ref()
            .topics
            .iter()
            .map(topic_in)
            .collect::<Result<Vec<_>, _>>()?;
        let roles: Vec<RoleId> = topics
            .iter()
            .filter_map(|topic| topic.role.clone())
            .collect();
        let body = |reader: &Reader| {
            let unknown_roles = facts::unknown_roles(reader, &roles)?;
            Ok(DepartmentCommand::SetTopics {
                topics: topics.clone(),
                unknown_roles,
            })
        };
        self.change(
            &self.departments,
            request,
            "SetDepartmentTopics",
            department_entity(&id),
            body,
        )
        .await
    }

    pub(super) async fn set_department_calendar(
        &self,
        request: Request<pb::SetDepartmentCalendarRequest>,
    ) -> Result<u64, Status> {
        let id: DepartmentId = own_id(&request.get_ref().id)?;
        let calendar: Option<CalendarId> =
            optional_id("calendar_id", &request.get_ref().calendar_id)?;
        let body = |reader: &Reader| {
            let known = calendar.as_ref().map_or(Ok(false), |calendar| {
                facts::calendar_known(reader, calendar)
            })?;
            Ok(DepartmentCommand::SetCalendar {
                calendar: calendar.clone(),
                known,
            })
        };
        self.change(
            &self.departments,
            request,
            "SetDepartmentCalendar",
            department_entity(&id),
            body,
        )
        .await
    }

    pub(super) async fn close_department(
        &self,
        request: Request<pb::CloseDepartmentRequest>,
    ) -> Result<u64, Status> {
        let id: DepartmentId = own_id(&request.get_ref().id)?;
        let body = |reader: &Reader| {
            let (members, children) = facts::contents(reader, &id)?;
            Ok(DepartmentCommand::Close { members, children })
        };
        self.change(
            &self.departments,
            request,
            "CloseDepartment",
            department_entity(&id),
            body,
        )
        .await
    }

    pub(super) async fn get_department(
        &self,
        request: Request<pb::GetDepartmentRequest>,
    ) -> Result<pb::GetDepartmentResponse, Status> {
        identity::caller(&request)?;
        let id: DepartmentId = own_id(&request.get_ref().id)?;
        let reader = self
            .reader(request.get_ref().min_position, deadline(&request))
            .await?;
        let position = reader.position().0;
        let row = facts::department_row(&reader, &id).map_err(query::unreadable)?;
        let department = row
            .and_then(shown)
            .ok_or_else(|| status::not_found("department", &id))?;
        Ok(pb::GetDepartmentResponse {
            department: Some(department),
            position,
        })
    }

    pub(super) async fn list_departments(
        &self,
        request: Request<pb::ListDepartmentsRequest>,
    ) -> Result<pb::ListDepartmentsResponse, Status> {
        identity::caller(&request)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        let include_closed = message.include_closed;
        let filter = pb::ListDepartmentsRequest {
            include_closed,
            ..Default::default()
        };
        let page = Page::of(
            "departments",
            &filter,
            message.page_size,
            &message.page_token,
        )?;
        let limit = self.config.scan_limit;
        let scan = move |reader: &Reader, stop: &Stop| {
            page.read(reader, stop, keys::DEPARTMENTS, limit, |_, row| {
                Ok(shown(row.decode()?).filter(|department| include_closed || !department.closed))
            })
        };
        let (listed, position) = self.scan(message.min_position, patience, scan).await?;
        Ok(pb::ListDepartmentsResponse {
            departments: listed.items,
            next_page_token: listed.next_page_token,
            position,
        })
    }
}

/// The department as callers see it, if there is one.
pub(super) fn shown(row: DepartmentRow) -> Option<pb::Department> {
    row.entity
        .state
        .map(|department| department_out(department, row.members))
}
