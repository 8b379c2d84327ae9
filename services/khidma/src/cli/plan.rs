//! `khidma plan`: the tasks of a request, across departments.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `khidma plan`.
#[derive(Debug, Subcommand)]
pub enum PlanCommand {
    /// The tasks of a request: what waits for what, who does it, and how far they are
    #[command(after_help = "Example:\n  khidma plan show ID")]
    Show {
        /// The request
        id: String,
    },
    /// Add tasks; what needs nothing that is outstanding begins at once
    Add(AddTasksArgs),
    /// Say that a task is no longer wanted; what waited for it waits no longer
    #[command(after_help = "Example:\n  khidma plan drop ID laptop --reason 'She brings her own'")]
    Drop {
        /// The request with the plan
        id: String,
        /// The task
        task: String,
        /// Why, told to who does it
        #[arg(long)]
        reason: String,
    },
    /// Ask again for a task that was declined or could not be asked for
    #[command(after_help = "Example:\n  khidma plan retry ID laptop")]
    Retry {
        /// The request with the plan
        id: String,
        /// The task
        task: String,
    },
}

/// `khidma plan add`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma plan add ID --task 'record:hr:Open a record'
  khidma plan add ID --task 'laptop:it:A laptop' --task 'badge:facilities:A badge' --needs record
  khidma plan add ID --file plan.toml

plan.toml:
  [[task]]
  key = \"record\"
  department = \"hr\"
  title = \"Open a record\"

  [[task]]
  key = \"laptop\"
  department = \"it\"
  title = \"A laptop\"
  needs = [\"record\"]")]
pub struct AddTasksArgs {
    /// The request
    pub id: String,
    /// A task: its key, the department that is asked, what is wanted; may be given several times
    #[arg(
        long = "task",
        value_name = "KEY:DEPARTMENT:TITLE",
        required_unless_present = "file"
    )]
    pub tasks: Vec<TaskArg>,
    /// Tasks that those on this command line need
    #[arg(long, value_name = "KEY,…", value_delimiter = ',')]
    pub needs: Vec<String>,
    /// A file with tasks
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
}

/// A task on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskArg {
    /// Its key within the plan.
    pub key: String,
    /// The department that is asked.
    pub department: String,
    /// What is wanted, in one line.
    pub title: String,
}

impl std::str::FromStr for TaskArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.splitn(3, ':');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(key), Some(department), Some(title)) => Ok(Self {
                key: key.to_owned(),
                department: department.to_owned(),
                title: title.to_owned(),
            }),
            _ => Err("write KEY:DEPARTMENT:TITLE, such as 'laptop:it:A laptop'".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_may_have_colons() {
        let task: TaskArg = "laptop:it:A laptop: 14 inches".parse().unwrap();
        assert_eq!(
            (task.key.as_str(), task.department.as_str()),
            ("laptop", "it")
        );
        assert_eq!(task.title, "A laptop: 14 inches");
        assert!("laptop:it".parse::<TaskArg>().is_err());
    }
}
