//! `khidma directory department`.

use comfy_table::Cell;
use khidma_proto::directory::{
    CloseDepartmentRequest, CreateDepartmentRequest, Department, GetDepartmentRequest,
    ListDepartmentsRequest, MoveDepartmentRequest, RenameDepartmentRequest,
    SetDepartmentCalendarRequest, SetDepartmentTopicsRequest, Topic,
};

use crate::ask;
use crate::cli::{DepartmentChange, DepartmentCommand, Page};
use crate::client::Api;
use crate::commands::done::{Done, change};
use crate::commands::pages::{self, paged};
use crate::failure::Failure;
use crate::output::{Output, Table, Tone};

pub(super) async fn run(
    api: &Api,
    command: DepartmentCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    match command {
        DepartmentCommand::Change(command) => change(api, command).await?.print(output),
        DepartmentCommand::Show { id } => show(api, id, output).await,
        DepartmentCommand::List { closed, page } => list(api, closed, page, output).await,
    }
}

async fn change(api: &Api, command: DepartmentChange) -> Result<Done, Failure> {
    match command {
        DepartmentChange::Create {
            id,
            name,
            under: parent_id,
        } => {
            change!(api, directory.create_department(CreateDepartmentRequest { id, name, parent_id }) => "created")
        }
        DepartmentChange::Rename { id, name } => {
            change!(api, directory.rename_department(RenameDepartmentRequest { id, name }) => "renamed")
        }
        DepartmentChange::Move {
            id,
            under: parent_id,
        } => {
            change!(api, directory.move_department(MoveDepartmentRequest { id, parent_id }) => "moved")
        }
        DepartmentChange::Topics { id, topics } => {
            let topics = topics.iter().map(|topic| read_topic(topic)).collect();
            change!(api, directory.set_department_topics(SetDepartmentTopicsRequest { id, topics }) => "topics set for")
        }
        DepartmentChange::Calendar {
            id,
            calendar: calendar_id,
        } => {
            change!(api, directory.set_department_calendar(
                SetDepartmentCalendarRequest { id, calendar_id }) => "calendar set for")
        }
        DepartmentChange::Close { id } => {
            change!(api, directory.close_department(CloseDepartmentRequest { id }) => "closed")
        }
    }
}

/// `laptop`, or `laptop=workplace-technician`.
fn read_topic(text: &str) -> Topic {
    let (name, role) = text.split_once('=').unwrap_or((text, ""));
    Topic {
        name: name.to_owned(),
        role_id: role.to_owned(),
    }
}

fn write_topic(topic: &Topic) -> String {
    if topic.role_id.is_empty() {
        topic.name.clone()
    } else {
        format!("{} ({})", topic.name, topic.role_id)
    }
}

async fn show(api: &Api, id: String, output: &mut Output) -> Result<(), Failure> {
    let answer = ask!(
        api,
        directory.get_department,
        GetDepartmentRequest {
            id,
            min_position: 0
        }
    )?;
    output.answer(&answer, |output| match &answer.department {
        Some(department) => facts(department, output),
        None => Ok(()),
    })
}

fn facts(department: &Department, output: &mut Output) -> Result<(), Failure> {
    let name = output.paint(Tone::Strong, &department.name);
    output.line(name)?;
    let topics: Vec<_> = department.topics.iter().map(write_topic).collect();
    output.facts(&[
        ("department", department.id.clone()),
        ("under", department.parent_id.clone()),
        ("handles", topics.join(", ")),
        ("works by", department.calendar_id.clone()),
        ("members", department.members.to_string()),
        (
            "closed",
            if department.closed {
                "yes".to_owned()
            } else {
                String::new()
            },
        ),
    ])
}

async fn list(
    api: &Api,
    include_closed: bool,
    page: Page,
    output: &mut Output,
) -> Result<(), Failure> {
    let Page {
        page_size,
        page_token,
        all,
    } = page;
    let question = ListDepartmentsRequest {
        include_closed,
        page_size,
        page_token,
        min_position: 0,
    };
    let answer = paged!(api, directory.list_departments, question, all, departments).await?;
    output.answer(&answer, |output| {
        let mut table = Table::new(["department", "name", "under", "members", "handles"]);
        for one in &answer.departments {
            let topics: Vec<_> = one.topics.iter().map(|topic| topic.name.as_str()).collect();
            let name = if one.closed {
                format!("{} (closed)", one.name)
            } else {
                one.name.clone()
            };
            table.add(vec![
                Tone::Strong.cell(&one.id),
                Cell::new(name),
                Cell::new(&one.parent_id),
                Cell::new(one.members),
                Cell::new(topics.join(", ")),
            ]);
        }
        output.table(table)?;
        pages::more(&answer.next_page_token, output)
    })
}
