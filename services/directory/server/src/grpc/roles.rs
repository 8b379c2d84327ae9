//! Calls about roles.

use khidma_directory_domain::role::RoleCommand;
use khidma_edge::command::id;
use khidma_edge::query::Stop;
use khidma_edge::server::deadline;
use khidma_edge::{identity, query, status};
use khidma_events::directory::role_entity;
use khidma_kernel::{DepartmentId, PersonId, RoleId};
use khidma_projection::Reader;
use khidma_proto::directory as pb;
use tonic::{Request, Status};

use super::convert::{own_id, role_out};
use super::page::Page;
use super::{DirectoryGrpc, optional_id};
use crate::views::RoleRow;
use crate::{facts, keys};

impl DirectoryGrpc {
    pub(super) async fn define_role(
        &self,
        request: Request<pb::DefineRoleRequest>,
    ) -> Result<u64, Status> {
        let message = request.get_ref();
        let id: RoleId = own_id(&message.id)?;
        let (name, description) = (message.name.clone(), message.description.clone());
        let command = RoleCommand::Define {
            id: id.clone(),
            name,
            description,
        };
        self.change(&self.roles, request, "DefineRole", role_entity(&id), |_| {
            Ok(command.clone())
        })
        .await
    }

    pub(super) async fn revise_role(
        &self,
        request: Request<pb::ReviseRoleRequest>,
    ) -> Result<u64, Status> {
        let message = request.get_ref();
        let id: RoleId = own_id(&message.id)?;
        let command = RoleCommand::Revise {
            name: message.name.clone(),
            description: message.description.clone(),
        };
        self.change(&self.roles, request, "ReviseRole", role_entity(&id), |_| {
            Ok(command.clone())
        })
        .await
    }

    pub(super) async fn assign_role(
        &self,
        request: Request<pb::AssignRoleRequest>,
    ) -> Result<u64, Status> {
        let message = request.get_ref();
        let role: RoleId = own_id(&message.id)?;
        let person: PersonId = id("person_id", &message.person_id)?;
        let department: DepartmentId = id("department_id", &message.department_id)?;
        let body = |reader: &Reader| {
            let department = facts::department(reader, &department)?;
            Ok(RoleCommand::Assign {
                person: facts::person(reader, &person)?,
                department,
            })
        };
        self.change(&self.roles, request, "AssignRole", role_entity(&role), body)
            .await
    }

    pub(super) async fn unassign_role(
        &self,
        request: Request<pb::UnassignRoleRequest>,
    ) -> Result<u64, Status> {
        let message = request.get_ref();
        let role: RoleId = own_id(&message.id)?;
        let person: PersonId = id("person_id", &message.person_id)?;
        let department: DepartmentId = id("department_id", &message.department_id)?;
        let command = RoleCommand::Unassign { person, department };
        self.change(
            &self.roles,
            request,
            "UnassignRole",
            role_entity(&role),
            |_| Ok(command.clone()),
        )
        .await
    }

    pub(super) async fn confirm_role(
        &self,
        request: Request<pb::ConfirmRoleRequest>,
    ) -> Result<u64, Status> {
        let role: RoleId = own_id(&request.get_ref().id)?;
        let command = RoleCommand::Confirm {
            revision: request.get_ref().revision,
        };
        self.change(
            &self.roles,
            request,
            "ConfirmRole",
            role_entity(&role),
            |_| Ok(command.clone()),
        )
        .await
    }

    pub(super) async fn set_on_duty(
        &self,
        request: Request<pb::SetOnDutyRequest>,
    ) -> Result<u64, Status> {
        let message = request.get_ref();
        let role: RoleId = own_id(&message.id)?;
        let department: DepartmentId = id("department_id", &message.department_id)?;
        let person: Option<PersonId> = optional_id("person_id", &message.person_id)?;
        let command = RoleCommand::SetOnDuty { department, person };
        self.change(
            &self.roles,
            request,
            "SetOnDuty",
            role_entity(&role),
            |_| Ok(command.clone()),
        )
        .await
    }

    pub(super) async fn get_role(
        &self,
        request: Request<pb::GetRoleRequest>,
    ) -> Result<pb::GetRoleResponse, Status> {
        identity::caller(&request)?;
        let id: RoleId = own_id(&request.get_ref().id)?;
        let reader = self
            .reader(request.get_ref().min_position, deadline(&request))
            .await?;
        let position = reader.position().0;
        let role = facts::role_row(&reader, &id)
            .map_err(query::unreadable)?
            .and_then(|row| row.state);
        let role = role.ok_or_else(|| status::not_found("role", &id))?;
        Ok(pb::GetRoleResponse {
            role: Some(role_out(&role, true)),
            position,
        })
    }

    pub(super) async fn list_roles(
        &self,
        request: Request<pb::ListRolesRequest>,
    ) -> Result<pb::ListRolesResponse, Status> {
        identity::caller(&request)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        let page = Page::of(
            "roles",
            &pb::ListRolesRequest::default(),
            message.page_size,
            &message.page_token,
        )?;
        let limit = self.config.scan_limit;
        let scan = move |reader: &Reader, stop: &Stop| {
            page.read(reader, stop, keys::ROLES, limit, |_, row| {
                let row: RoleRow = row.decode()?;
                Ok(row.state.map(|role| role_out(&role, false)))
            })
        };
        let (listed, position) = self.scan(message.min_position, patience, scan).await?;
        Ok(pb::ListRolesResponse {
            roles: listed.items,
            next_page_token: listed.next_page_token,
            position,
        })
    }
}
