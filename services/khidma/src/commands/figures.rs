//! `khidma figures`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use ::csv::ReaderBuilder;
use khidma_proto::feedback::{GetFiguresRequest, MonthFigures, SetFiguresRequest};
use serde::Deserialize;

use super::done::Done;
use crate::ask;
use crate::cli::{FiguresCommand, SetFiguresArgs, ShowFiguresArgs};
use crate::client::Api;
use crate::failure::Failure;
use crate::output::{Output, figures_facts, figures_table};

pub(super) async fn run(
    api: &Api,
    command: FiguresCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    match command {
        FiguresCommand::Set(args) => set(api, args, output).await,
        FiguresCommand::Import { file } => import(api, &file, output).await,
        FiguresCommand::Show(args) => show(api, args, output).await,
    }
}

async fn say(api: &Api, department: String, months: Vec<MonthFigures>) -> Result<Done, Failure> {
    let message = SetFiguresRequest {
        request_id: api.request_id(),
        department_id: department.clone(),
        months,
    };
    let position = ask!(api, figures.set_figures, message)?.position;
    Ok(Done {
        what: "taken",
        id: department,
        position,
    })
}

async fn set(api: &Api, args: SetFiguresArgs, output: &mut Output) -> Result<(), Failure> {
    let month = MonthFigures {
        month: args.month,
        headcount: args.headcount,
        joiners: args.joiners,
        leavers: args.leavers,
        leavers_among_joiners: args.leavers_among_joiners,
    };
    say(api, args.department, vec![month]).await?.print(output)
}

/// A line of the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    department: String,
    month: String,
    headcount: u32,
    joiners: u32,
    leavers: u32,
    #[serde(default)]
    leavers_among_joiners: u32,
}

async fn import(api: &Api, file: &Path, output: &mut Output) -> Result<(), Failure> {
    // All of it is read before any of it is said.
    for (department, months) in read(file)? {
        say(api, department, months).await?.print(output)?;
    }
    Ok(())
}

fn read(file: &Path) -> Result<BTreeMap<String, Vec<MonthFigures>>, Failure> {
    let shown = file.display();
    let source: Box<dyn Read> = match file.to_str() {
        Some("-") => Box::new(io::stdin()),
        _ => {
            let opened = File::open(file);
            Box::new(opened.map_err(|error| Failure::Usage(format!("{shown}: {error}")))?)
        }
    };
    let mut reader = ReaderBuilder::new()
        .trim(::csv::Trim::All)
        .from_reader(source);
    let mut departments: BTreeMap<String, Vec<MonthFigures>> = BTreeMap::new();
    for line in reader.deserialize() {
        let line: Line = line.map_err(|error| Failure::Usage(format!("{shown}: {error}")))?;
        let month = MonthFigures {
            month: line.month,
            headcount: line.headcount,
            joiners: line.joiners,
            leavers: line.leavers,
            leavers_among_joiners: line.leavers_among_joiners,
        };
        departments.entry(line.department).or_default().push(month);
    }
    Ok(departments)
}

async fn show(api: &Api, args: ShowFiguresArgs, output: &mut Output) -> Result<(), Failure> {
    let question = GetFiguresRequest {
        department_id: args.department,
        with_below: args.with_below,
        from_month: args.from,
        to_month: args.to,
        min_position: 0,
    };
    let answer = ask!(api, figures.get_figures, question)?;
    output.answer(&answer, |output| {
        output.table(figures_table(&answer))?;
        output.facts(&figures_facts(&answer))
    })
}
