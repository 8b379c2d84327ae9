//! The command line. The doc comment of a command is its help.

mod action;
mod approval;
mod calendar;
mod catalogue;
mod concern;
mod csat;
mod directory;
mod endpoint;
mod export;
mod feed;
mod figures;
mod import;
mod inbox;
mod interview;
mod links;
mod notification;
mod options;
mod people;
mod persona;
mod plan;
mod preferences;
mod request;
mod review;
mod scorecard;
mod search;
mod server;
mod skill;
mod sla;
mod sla_policy;
mod sla_query;
mod sla_what_if;
mod survey;
mod survey_answers;
mod survey_ballots;
mod thanks;
mod trace;
mod training;

use std::time::Duration;

use clap::{Parser, Subcommand};

pub use action::{ActionCommand, ListActionsArgs, OpenActionArgs, PublishActionArgs};
pub use approval::{ApprovalCommand, DelegateArgs};
pub use calendar::{BusinessTimeCommand, Month};
pub use catalogue::{CatalogueCommand, CatalogueListArgs};
pub use concern::{ConcernCommand, RaiseArgs};
pub use csat::{
    AnswerQuestionArgs, CsatCommand, CsatImportArgs, RuleArgs, RuleCommand, SynthesizeArgs,
};
pub use directory::{
    CalendarCommand, ChartArgs, DepartmentChange, DepartmentCommand, DirectoryCommand, RoleChange,
    RoleCommand, RoleInDepartment, RoleText,
};
pub use endpoint::{EndpointArgs, EndpointCommand, Target};
pub use export::{ExportCommand, OcelArgs};
pub use feed::{FeedCommand, SubscribeArgs};
pub use figures::{FiguresCommand, SetFiguresArgs, ShowFiguresArgs};
pub use import::{ImportArgs, ImportCommand};
pub use inbox::{InboxArgs, InboxChange, InboxList};
pub use interview::{InterviewCommand, ListInterviewsArgs, PlanInterviewArgs};
pub use links::{AttachArgs, LinkArgs, Links};
pub use notification::{
    AnnounceArgs, DeliveriesArgs, EscalationsArgs, NotificationCommand, PreviewArgs, ReminderArgs,
    ReplayArgs,
};
pub use options::Options;
pub use people::{PeopleArgs, PersonChange, PersonCommand, ProfileArgs};
pub use persona::Persona;
pub use plan::{AddTasksArgs, PlanCommand, TaskArg};
pub(crate) use preferences::WEEKDAYS;
pub use preferences::{
    PreferencesArgs, PreferencesCommand, SetPreferencesArgs, SilenceArgs, SilenceCommand,
};
pub use request::{
    BothSides, ListArgs, Page, PriorityArgs, Provider, Query, RequestCommand, Requester, SubmitArgs,
};
pub use review::{ReportArgs, ReviewCommand, ThemesArgs};
pub use scorecard::ScorecardArgs;
pub use search::SearchArgs;
pub use server::{
    CompletionsArgs, EventsCommand, RebuildArgs, ServeArgs, ServiceName, TailArgs, TokenArgs,
    UpArgs,
};
pub use skill::{CoverArgs, SetSkillArgs, SkillCommand, Subject, WhoCanArgs};
pub use thanks::{GiveThanksArgs, ThanksCommand};
pub use trace::TraceCommand;
pub use training::{PlanArgs, TrainingCommand, TrainingsArgs};

pub use sla::SlaCommand;
pub use sla_query::{
    Period, SlaBoardArgs, SlaBreachesArgs, SlaExplainArgs, SlaQuery, SlaRecomputeArgs,
    SlaReportArgs,
};

pub use sla_policy::{PolicyAttach, PolicyCommand, PolicyVersion};
pub use sla_what_if::WhatIfArgs;
pub use survey::{DefineArgs, LaunchArgs, RoundsArgs, SurveyCommand};
pub use survey_answers::{AnswerArgs, AnswersCommand, CommentsArgs, FilterArgs, ResultsArgs};
pub use survey_ballots::BallotsCommand;

use crate::failure::EXIT_CODES;

/// Service requests between departments: asked, answered, done, confirmed.
#[derive(Debug, Parser)]
#[command(name = "khidma", version, propagate_version = true, after_help = after_help())]
#[command(
    subcommand_required = true,
    arg_required_else_help = true,
    max_term_width = 110
)]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub options: Options,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

fn after_help() -> String {
    let examples = "\
Examples:
  khidma up --demo                                    # everything on this machine, with a story
  khidma request submit --to it --title 'A laptop'    # ask a department for something
  khidma request watch ID                             # see what happens, as it happens
  khidma directory who-handles laptop                 # ask the right one";
    format!("{examples}\n\n{EXIT_CODES}")
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run every service in this one process
    Up(UpArgs),
    /// Run one service, against NATS
    Serve(ServeArgs),
    /// Print the configuration in force
    #[command(
        after_help = "Example:\n  KHIDMA_LOG__URL=nats://127.0.0.1:4222 khidma config --config khidma.toml"
    )]
    Config,
    /// Issue a token with the local signing key
    Token(TokenArgs),
    /// Tell by the exit code whether the server is ready: 0 or 6
    #[command(
        after_help = "Example:\n  khidma health --server http://127.0.0.1:7400 && echo ready"
    )]
    Health,
    /// Build a read model anew; queries keep answering meanwhile
    Rebuild(RebuildArgs),
    /// The event log
    #[command(subcommand, after_help = "Example:\n  khidma events tail --from-now")]
    Events(EventsCommand),
    /// Print shell completions
    Completions(CompletionsArgs),
    /// Ask for something, do it, follow it
    #[command(subcommand, visible_alias = "req")]
    #[command(after_help = "Example:\n  khidma request submit --to it --title 'A laptop'")]
    Request(RequestCommand),
    /// Work across departments: the tasks of a request, and what waits for what
    #[command(subcommand, after_help = "Example:\n  khidma plan show ID")]
    Plan(PlanCommand),
    /// Say what is wrong with a service, by name or anonymously
    #[command(
        subcommand,
        after_help = "Example:\n  khidma concern raise --about it --title 'The VPN drops' --anonymous"
    )]
    Concern(ConcernCommand),
    /// How requests went, asked of who asked for them
    #[command(
        subcommand,
        after_help = "Example:\n  khidma csat answer QUESTION --score 5"
    )]
    Csat(CsatCommand),
    /// Who is who, and who does what
    #[command(
        subcommand,
        visible_alias = "dir",
        after_help = "Example:\n  khidma directory who-handles laptop"
    )]
    Directory(DirectoryCommand),
    /// Who can do what
    #[command(
        subcommand,
        visible_alias = "skills",
        after_help = "Example:\n  khidma skill who --offering new-laptop --level alone"
    )]
    Skill(SkillCommand),
    /// Trainings, and awareness sessions on serving colleagues
    #[command(
        subcommand,
        visible_alias = "trainings",
        after_help = "Example:\n  khidma training list --offering new-laptop"
    )]
    Training(TrainingCommand),
    /// Which offerings fewer than two people can serve, and which training would change that cheapest
    Cover(CoverArgs),
    /// Performance reviews: that they were held, and the themes people agreed to share
    #[command(
        subcommand,
        visible_alias = "reviews",
        after_help = "Example:\n  khidma review report it --year 2026"
    )]
    Review(ReviewCommand),
    /// Take history out
    #[command(
        subcommand,
        after_help = "Example:\n  khidma export ocel --out all.jsonocel"
    )]
    Export(ExportCommand),
    /// Take over history that another system wrote down
    #[command(
        subcommand,
        after_help = "Example:\n  khidma import xes helpdesk.xes.gz --mapping deploy/examples/helpdesk-mapping.toml"
    )]
    Import(ImportCommand),
    /// Agree to requests before they are worked on
    #[command(
        subcommand,
        visible_alias = "approvals",
        after_help = "Example:\n  khidma approval list"
    )]
    Approval(ApprovalCommand),
    /// Business time: which hours a calendar has, and what it makes of cases
    #[command(
        subcommand,
        after_help = "Example:\n  khidma calendar show office-hours --month 2025-03"
    )]
    Calendar(BusinessTimeCommand),
    /// What departments offer
    #[command(
        subcommand,
        visible_alias = "cat",
        after_help = "Example:\n  khidma catalogue show new-employee --language fa"
    )]
    Catalogue(CatalogueCommand),
    /// Send traces to the collector again
    #[command(subcommand, after_help = "Example:\n  khidma trace request ID")]
    Trace(TraceCommand),
    /// Promises, and whether they were kept
    #[command(
        subcommand,
        after_help = "Example:\n  khidma sla board --department it --watch"
    )]
    Sla(SlaCommand),
    /// What one was told
    Inbox(InboxArgs),
    /// What people are told, by which ways, and what became of it
    #[command(
        subcommand,
        visible_alias = "notifications",
        after_help = "Example:\n  khidma notification preview breach --locale fa"
    )]
    Notification(NotificationCommand),
    /// Ask people what they think: surveys, and their rounds
    #[command(
        subcommand,
        visible_alias = "surveys",
        after_help = "Example:\n  khidma survey launch pulse --anonymity anonymous --closes 2026-12-24"
    )]
    Survey(SurveyCommand),
    /// The scorecard of a department: promises, satisfaction, and what is done about it
    Scorecard(ScorecardArgs),
    /// How many people a department has, and how many came and went
    #[command(subcommand, after_help = "Example:\n  khidma figures show it")]
    Figures(FiguresCommand),
    /// What affects a department, for those who subscribe
    #[command(
        subcommand,
        after_help = "Example:\n  khidma feed subscribe it --from-now --json"
    )]
    Feed(FeedCommand),
    /// Act on what was heard, and tell what came of it
    #[command(
        subcommand,
        visible_alias = "actions",
        after_help = "Example:\n  khidma action list --department it --overdue"
    )]
    Action(ActionCommand),
    /// Thank people and teams
    #[command(
        subcommand,
        after_help = "Example:\n  khidma thanks give 'The laptop was there before I was' --to daniel"
    )]
    Thanks(ThanksCommand),
    /// Ask people in person, and keep what they agree to
    #[command(
        subcommand,
        visible_alias = "interviews",
        after_help = "Example:\n  khidma interview list --mine"
    )]
    Interview(InterviewCommand),
}

/// Reads `10s`, `2m`, `8h`, `1h30m`; a bare number is seconds.
///
/// # Errors
/// A text that is no duration, or a negative one.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    if let Ok(seconds) = text.parse::<u32>() {
        return Ok(Duration::from_secs(seconds.into()));
    }
    let parsed: jiff::SignedDuration = text
        .parse()
        .map_err(|_| "write 10s, 2m, 8h or 1h30m".to_owned())?;
    Duration::try_from(parsed).map_err(|_| "a time cannot be negative".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        assert_eq!(duration("90").unwrap(), Duration::from_secs(90));
        assert_eq!(duration("1h30m").unwrap(), Duration::from_secs(5400));
        assert!(duration("-1s").is_err());
        assert!(duration("soon").is_err());
    }
}
