//! `khidma directory`: departments, roles, calendars; people are next door.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Page, PersonCommand};

/// `khidma directory`.
#[derive(Debug, Subcommand)]
pub enum DirectoryCommand {
    /// Departments
    #[command(
        subcommand,
        after_help = "Example:\n  khidma directory department list"
    )]
    Department(DepartmentCommand),
    /// People
    #[command(
        subcommand,
        after_help = "Example:\n  khidma directory person list --department it"
    )]
    Person(PersonCommand),
    /// Roles and their responsibilities
    #[command(
        subcommand,
        after_help = "Example:\n  khidma directory role show payroll-clerk"
    )]
    Role(RoleCommand),
    /// Working calendars
    #[command(
        subcommand,
        after_help = "Example:\n  khidma directory calendar put office-hours.toml"
    )]
    Calendar(CalendarCommand),
    /// Who handles a topic or an offering: department, role, person on duty
    #[command(after_help = "Example:\n  khidma directory who-handles laptop")]
    WhoHandles {
        /// A word, a phrase or an offering
        topic: String,
    },
    /// The organisation as a tree, or as a drawing for Graphviz
    Chart(ChartArgs),
}

/// `khidma directory chart`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma directory chart --people
  khidma directory chart --dot | dot -Tsvg > organisation.svg")]
pub struct ChartArgs {
    /// In the DOT language of Graphviz
    #[arg(long)]
    pub dot: bool,
    /// Also the members
    #[arg(long)]
    pub people: bool,
    /// Only what is under this department
    #[arg(
        long,
        value_name = "DEPARTMENT",
        default_value = "",
        hide_default_value = true
    )]
    pub root: String,
}

/// `khidma directory department`.
#[derive(Debug, Subcommand)]
pub enum DepartmentCommand {
    /// What an administrator changes.
    #[command(flatten)]
    Change(DepartmentChange),
    /// One department
    #[command(after_help = "Example:\n  khidma directory department show it")]
    Show {
        /// The department
        id: String,
    },
    /// All departments
    #[command(after_help = "Example:\n  khidma directory department list")]
    List {
        /// Also those that were closed
        #[arg(long)]
        closed: bool,
        /// Which page
        #[command(flatten)]
        page: Page,
    },
}

/// What is changed about a department.
#[derive(Debug, Subcommand)]
pub enum DepartmentChange {
    /// Create a department
    #[command(
        after_help = "Example:\n  khidma directory department create it --name 'Information Technology' --under company"
    )]
    Create {
        /// Its id
        id: String,
        /// Its name
        #[arg(long)]
        name: String,
        /// The department above; without one, it stands at the top
        #[arg(
            long,
            value_name = "DEPARTMENT",
            default_value = "",
            hide_default_value = true
        )]
        under: String,
    },
    /// Give it another name
    #[command(
        after_help = "Example:\n  khidma directory department rename it 'Workplace and Systems'"
    )]
    Rename {
        /// The department
        id: String,
        /// Its new name
        name: String,
    },
    /// Put it under another one; without --under, at the top
    #[command(after_help = "Example:\n  khidma directory department move it --under operations")]
    Move {
        /// The department
        id: String,
        /// The department above
        #[arg(
            long,
            value_name = "DEPARTMENT",
            default_value = "",
            hide_default_value = true
        )]
        under: String,
    },
    /// Say all it handles: TOPIC, or TOPIC=ROLE for the role that handles it
    #[command(
        after_help = "Example:\n  khidma directory department topics it laptop=workplace-technician printer"
    )]
    Topics {
        /// The department
        id: String,
        /// All topics; those not named are dropped
        topics: Vec<String>,
    },
    /// Say by which calendar it works; without --calendar, by none
    #[command(
        after_help = "Example:\n  khidma directory department calendar it --calendar office-hours"
    )]
    Calendar {
        /// The department
        id: String,
        /// The calendar
        #[arg(
            long,
            value_name = "CALENDAR",
            default_value = "",
            hide_default_value = true
        )]
        calendar: String,
    },
    /// Close a department that has neither members nor departments under it
    #[command(after_help = "Example:\n  khidma directory department close typing-pool")]
    Close {
        /// The department
        id: String,
    },
}

/// `khidma directory role`.
#[derive(Debug, Subcommand)]
pub enum RoleCommand {
    /// What an administrator changes.
    #[command(flatten)]
    Change(RoleChange),
    /// One role with its holders and who of them has confirmed
    #[command(after_help = "Example:\n  khidma directory role show payroll-clerk")]
    Show {
        /// The role
        id: String,
    },
    /// All roles
    #[command(after_help = "Example:\n  khidma directory role list")]
    List {
        /// Which page
        #[command(flatten)]
        page: Page,
    },
}

/// What is changed about a role.
#[derive(Debug, Subcommand)]
pub enum RoleChange {
    /// Define a role
    #[command(
        after_help = "Example:\n  khidma directory role define payroll-clerk --name 'Payroll clerk' --description 'Opens accounts'"
    )]
    Define(RoleText),
    /// Change its description: everybody who holds it is asked to confirm anew
    #[command(
        after_help = "Example:\n  khidma directory role revise payroll-clerk --name 'Payroll clerk' --description 'Opens and closes accounts'"
    )]
    Revise(RoleText),
    /// Give it to a person, within a department
    #[command(
        after_help = "Example:\n  khidma directory role assign payroll-clerk --person farid --department finance"
    )]
    Assign(RoleInDepartment),
    /// Take it from a person
    #[command(
        after_help = "Example:\n  khidma directory role unassign payroll-clerk --person farid --department finance"
    )]
    Unassign(RoleInDepartment),
    /// Confirm having read its description oneself
    #[command(
        after_help = "Example:\n  khidma directory role confirm payroll-clerk --revision 2 --as farid"
    )]
    Confirm {
        /// The role
        id: String,
        /// The revision that was read; without it, the present one
        #[arg(long)]
        revision: Option<u32>,
    },
    /// Say who of its holders is on duty; without --person, nobody
    #[command(
        after_help = "Example:\n  khidma directory role on-duty payroll-clerk --department finance --person farid"
    )]
    OnDuty {
        /// The role
        id: String,
        /// The department
        #[arg(long)]
        department: String,
        /// A holder of the role
        #[arg(long, default_value = "", hide_default_value = true)]
        person: String,
    },
}

/// A role's text.
#[derive(Debug, Args)]
pub struct RoleText {
    /// The role's id
    pub id: String,
    /// Its name
    #[arg(long)]
    pub name: String,
    /// What who holds it is responsible for
    #[arg(long)]
    pub description: String,
}

/// Who holds which role where.
#[derive(Debug, Args)]
pub struct RoleInDepartment {
    /// The role
    pub id: String,
    /// The person
    #[arg(long)]
    pub person: String,
    /// The department in which they hold it
    #[arg(long)]
    pub department: String,
}

/// `khidma directory calendar`.
#[derive(Debug, Subcommand)]
pub enum CalendarCommand {
    /// Store a working calendar, new or revised, from a TOML or JSON file with the fields of the protocol's Calendar
    #[command(after_help = "\
Example:
  khidma directory calendar put office-hours.toml

  # office-hours.toml
  id = \"office-hours\"
  name = \"Office hours\"
  time_zone = \"Europe/Rome\"
  [[weekly]]
  days = [{ weekday = \"mon\", intervals = [{ start = \"09:00\", end = \"17:30\" }] }]
  [[holidays]]
  date = \"2027-01-01\"
  name = \"New Year\"")]
    Put {
        /// The file
        file: PathBuf,
    },
    /// One working calendar
    #[command(after_help = "Example:\n  khidma directory calendar show office-hours")]
    Show {
        /// The calendar
        id: String,
    },
    /// All working calendars
    #[command(after_help = "Example:\n  khidma directory calendar list")]
    List {
        /// Which page
        #[command(flatten)]
        page: Page,
    },
}
