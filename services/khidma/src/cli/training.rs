//! `khidma training`: who learns what.

use clap::{Args, Subcommand};
use khidma_kernel::Date;
use khidma_proto::directory::skill_subject::Kind;
use khidma_proto::directory::{Money, SkillGain, SkillLevel, SkillSubject, TrainingState};

use super::Page;
use crate::output::money_in;
use crate::words::{Word, parser};

/// `khidma training`.
#[derive(Debug, Subcommand)]
pub enum TrainingCommand {
    /// Plan a training, or an awareness session
    #[command(after_help = "\
Examples:
  khidma training plan laptops-1 --department it --title 'Setting up laptops' --on 2026-04-15 \\
      --places 8 --cost 'EUR 120.00' --offering new-laptop=alone/730 --topic 'disk encryption=with-help'
  khidma training plan colleagues --department hr --title 'Your colleague is your customer' \\
      --on 2026-05-04 --places 20 --awareness")]
    Plan {
        /// The department that gives it
        #[arg(long)]
        department: String,
        /// What is planned
        #[command(flatten)]
        plan: PlanArgs,
    },
    /// Replace the plan of a training that was not held yet
    #[command(after_help = "\
Example:
  khidma training revise laptops-1 --title 'Setting up laptops' --on 2026-04-16 --places 10 \\
      --offering new-laptop=alone")]
    Revise(PlanArgs),
    /// Call a training off
    #[command(
        after_help = "Example:\n  khidma training cancel laptops-1 --reason 'The trainer is ill'"
    )]
    Cancel {
        /// The training
        id: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Write down that it was held and who attended: they can do then what it gives
    #[command(after_help = "\
Examples:
  khidma training hold laptops-1 amina bao
  khidma training hold laptops-1 amina bao --on 2026-04-16")]
    Hold {
        /// The training
        id: String,
        /// All who attended
        #[arg(value_name = "PERSON")]
        people: Vec<String>,
        /// Which day [default: the day it was planned for]
        #[arg(long, value_name = "DAY")]
        on: Option<Date>,
    },
    /// One training
    #[command(after_help = "Example:\n  khidma training show laptops-1")]
    Show {
        /// The training
        id: String,
    },
    /// Trainings
    List(TrainingsArgs),
}

/// What is planned.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// The training's id
    pub id: String,
    /// What it is called
    #[arg(long)]
    pub title: String,
    /// Which day it is given
    #[arg(long, value_name = "DAY")]
    pub on: Date,
    /// How many can attend
    #[arg(long, value_name = "N")]
    pub places: u32,
    /// What a place costs: 'EUR 120.00' [default: nothing]
    #[arg(long, value_name = "MONEY", value_parser = money_in)]
    pub cost: Option<Money>,
    /// An offering that those who attend can serve then, how well, and for how many days; may be given several times
    #[arg(long = "offering", value_name = "OFFERING=LEVEL[/DAYS]", value_parser = offering_gain)]
    #[arg(required_unless_present_any = ["topics", "awareness"])]
    pub offerings: Vec<SkillGain>,
    /// A topic that those who attend can handle then, as for --offering; may be given several times
    #[arg(long = "topic", value_name = "TOPIC=LEVEL[/DAYS]", value_parser = topic_gain)]
    pub topics: Vec<SkillGain>,
    /// It makes people aware that colleagues are customers too, and gives no skill
    #[arg(long, conflicts_with_all = ["offerings", "topics"])]
    pub awareness: bool,
}

/// `khidma training list`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma training list --department it --state planned
  khidma training list --offering new-laptop")]
pub struct TrainingsArgs {
    /// Only those this department gives
    #[arg(long, default_value = "", hide_default_value = true)]
    pub department: String,
    /// Only those after which one can serve this offering
    #[arg(long, value_name = "OFFERING", conflicts_with = "topic")]
    pub offering: Option<String>,
    /// Only those after which one can handle this topic
    #[arg(long, value_name = "TOPIC")]
    pub topic: Option<String>,
    /// Only those so far
    #[arg(long, value_parser = parser::<TrainingState>())]
    pub state: Option<TrainingState>,
    /// Which page
    #[command(flatten)]
    pub page: Page,
}

fn offering_gain(text: &str) -> Result<SkillGain, String> {
    gain(text, Kind::OfferingId)
}

fn topic_gain(text: &str) -> Result<SkillGain, String> {
    gain(text, Kind::Topic)
}

/// `WHAT=LEVEL` or `WHAT=LEVEL/DAYS`.
fn gain(text: &str, kind: fn(String) -> Kind) -> Result<SkillGain, String> {
    let (what, how) = text
        .rsplit_once('=')
        .ok_or("write WHAT=LEVEL, or WHAT=LEVEL/DAYS")?;
    let (level, days) = how.split_once('/').unwrap_or((how, "0"));
    let level = SkillLevel::WORDS
        .contains(&level)
        .then(|| SkillLevel::from_word(level))
        .flatten()
        .ok_or_else(|| format!("a level is one of {}", SkillLevel::WORDS.join(", ")))?;
    let kind = Some(kind(what.to_owned()));
    Ok(SkillGain {
        subject: Some(SkillSubject { kind }),
        level: level.into(),
        lasts_days: days.parse().map_err(|_| "days are a number".to_owned())?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gain_is_read_as_people_write_it() {
        let read = topic_gain("a=b and c=with-help/365").unwrap();
        let kind = read.subject.and_then(|subject| subject.kind);
        assert_eq!(kind, Some(Kind::Topic("a=b and c".to_owned())));
        assert_eq!((read.level, read.lasts_days), (2, 365));
        assert_eq!(offering_gain("laptop=teaching").unwrap().lasts_days, 0);
        for text in [
            "laptop",
            "laptop=",
            "laptop=unspecified",
            "laptop=alone/long",
            "laptop=alone/-1",
        ] {
            assert!(offering_gain(text).is_err(), "{text}");
        }
    }
}
