//! `khidma directory`.

mod calendar;
mod calendar_lines;
mod chart;
mod department;
mod person;
mod role;

use comfy_table::Cell;
use khidma_proto::directory::WhoHandlesRequest;

pub(crate) use calendar::read as read_calendar;
pub(crate) use chart::draw;

use crate::ask;
use crate::cli::DirectoryCommand;
use crate::client::Api;
use crate::failure::Failure;
use crate::output::{Output, Table, Tone};

pub(super) async fn run(
    api: &Api,
    command: DirectoryCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    match command {
        DirectoryCommand::Department(command) => department::run(api, command, output).await,
        DirectoryCommand::Person(command) => person::run(api, command, output).await,
        DirectoryCommand::Role(command) => role::run(api, command, output).await,
        DirectoryCommand::Calendar(command) => calendar::run(api, command, output).await,
        DirectoryCommand::WhoHandles { topic } => who_handles(api, topic, output).await,
        DirectoryCommand::Chart(args) => chart::run(api, args, output).await,
    }
}

async fn who_handles(api: &Api, topic: String, output: &mut Output) -> Result<(), Failure> {
    let answer = ask!(
        api,
        directory.who_handles,
        WhoHandlesRequest {
            topic,
            min_position: 0
        }
    )?;
    output.answer(&answer, |output| {
        let mut table = Table::new(["topic", "department", "role", "on duty"]);
        for one in &answer.handlers {
            table.add(vec![
                Tone::Strong.cell(&one.topic),
                Cell::new(named(&one.department_name, &one.department_id)),
                Cell::new(&one.role_id),
                Cell::new(named(&one.person_name, &one.person_id)),
            ]);
        }
        output.table(table)
    })
}

/// A name with its id behind it; the id alone where there is no name.
pub(super) fn named(name: &str, id: &str) -> String {
    if name.is_empty() {
        id.to_owned()
    } else {
        format!("{name} ({id})")
    }
}
