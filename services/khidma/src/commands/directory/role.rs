//! `khidma directory role`.

use comfy_table::Cell;
use khidma_proto::directory::{
    AssignRoleRequest, ConfirmRoleRequest, DefineRoleRequest, GetRoleRequest, ListRolesRequest,
    ReviseRoleRequest, Role, SetOnDutyRequest, UnassignRoleRequest,
};

use crate::ask;
use crate::cli::{Page, RoleChange, RoleCommand, RoleText};
use crate::client::Api;
use crate::commands::done::{Done, change};
use crate::commands::pages::{self, paged};
use crate::failure::Failure;
use crate::output::{Output, Table, Tone, holders_table};

pub(super) async fn run(
    api: &Api,
    command: RoleCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    match command {
        RoleCommand::Change(command) => change(api, command).await?.print(output),
        RoleCommand::Show { id } => show(api, id, output).await,
        RoleCommand::List { page } => list(api, page, output).await,
    }
}

async fn change(api: &Api, command: RoleChange) -> Result<Done, Failure> {
    match command {
        RoleChange::Define(RoleText {
            id,
            name,
            description,
        }) => {
            change!(api, directory.define_role(DefineRoleRequest { id, name, description }) => "defined")
        }
        RoleChange::Revise(RoleText {
            id,
            name,
            description,
        }) => {
            change!(api, directory.revise_role(ReviseRoleRequest { id, name, description }) => "revised")
        }
        RoleChange::Assign(holding) => {
            let (id, person_id, department_id) = (holding.id, holding.person, holding.department);
            change!(api, directory.assign_role(AssignRoleRequest { id, person_id, department_id }) => "assigned")
        }
        RoleChange::Unassign(holding) => {
            let (id, person_id, department_id) = (holding.id, holding.person, holding.department);
            change!(api, directory.unassign_role(UnassignRoleRequest { id, person_id, department_id }) => "unassigned")
        }
        RoleChange::Confirm {
            id,
            revision: Some(revision),
        } => {
            change!(api, directory.confirm_role(ConfirmRoleRequest { id, revision }) => "confirmed")
        }
        RoleChange::Confirm { id, revision: None } => {
            let revision = present_revision(api, &id).await?;
            change!(api, directory.confirm_role(ConfirmRoleRequest { id, revision }) => "confirmed")
        }
        RoleChange::OnDuty {
            id,
            department: department_id,
            person: person_id,
        } => {
            change!(api, directory.set_on_duty(SetOnDutyRequest { id, department_id, person_id }) => "duty set for")
        }
    }
}

async fn present_revision(api: &Api, id: &str) -> Result<u32, Failure> {
    let answer = ask!(
        api,
        directory.get_role,
        GetRoleRequest {
            id: id.to_owned(),
            min_position: 0
        }
    )?;
    Ok(answer.role.unwrap_or_default().revision)
}

async fn show(api: &Api, id: String, output: &mut Output) -> Result<(), Failure> {
    let answer = ask!(
        api,
        directory.get_role,
        GetRoleRequest {
            id,
            min_position: 0
        }
    )?;
    output.answer(&answer, |output| match &answer.role {
        Some(role) => facts(role, output),
        None => Ok(()),
    })
}

fn facts(role: &Role, output: &mut Output) -> Result<(), Failure> {
    let name = output.paint(Tone::Strong, &role.name);
    output.line(name)?;
    output.facts(&[
        ("role", role.id.clone()),
        ("revision", role.revision.to_string()),
    ])?;
    output.line(format_args!("\n{}\n", role.description))?;
    output.table(holders_table(role))
}

async fn list(api: &Api, page: Page, output: &mut Output) -> Result<(), Failure> {
    let Page {
        page_size,
        page_token,
        all,
    } = page;
    let question = ListRolesRequest {
        page_size,
        page_token,
        min_position: 0,
    };
    let answer = paged!(api, directory.list_roles, question, all, roles).await?;
    output.answer(&answer, |output| {
        let mut table = Table::new(["role", "name", "revision", "responsible for"]);
        for one in &answer.roles {
            table.add(vec![
                Tone::Strong.cell(&one.id),
                Cell::new(&one.name),
                Cell::new(one.revision),
                Cell::new(&one.description),
            ]);
        }
        output.table(table)?;
        pages::more(&answer.next_page_token, output)
    })
}
