//! Who tells the story while it happens.

use khidma_proto::directory::{Handler, OrgUnit, Person, Role};
use khidma_proto::feedback::GetScorecardResponse;
use khidma_proto::notifications::{Escalation, InboxMessage};
use khidma_proto::requests::{
    AwaitedApproval, PlanProgress, SearchHit, ServiceRequest, Task, TimelineEntry, Workload,
};
use khidma_proto::sla::{Clock, ExplainResponse};

use crate::commands::draw_chart;
use crate::failure::Failure;
use crate::output::{
    Output, Tone, approvals_table, clocks_table, entry_line, explanation, found, holders_table,
    people_table, progress_line, requests_table, scorecard, tasks_table, timeline_table,
    told_table, way_up_table, workload_table,
};

/// Tells the story while it happens. Each method fails only where its page cannot be written.
#[expect(clippy::missing_errors_doc, reason = "said once, above")]
pub trait Narrator {
    /// Something new begins.
    fn chapter(&mut self, title: &str) -> Result<(), Failure>;
    /// Somebody did something.
    fn said(&mut self, text: &str) -> Result<(), Failure>;
    /// A follower saw something happen to a request.
    fn happened(&mut self, entry: &TimelineEntry) -> Result<(), Failure>;
    /// The people there are.
    fn people(&mut self, people: &[Person]) -> Result<(), Failure>;
    /// Who handles something.
    fn handlers(&mut self, handlers: &[Handler]) -> Result<(), Failure>;
    /// Who holds a role, and whether they confirmed having read it.
    fn holders(&mut self, role: &Role) -> Result<(), Failure>;
    /// What a department has to do, and who has how much in hand.
    fn queue(&mut self, requests: &[ServiceRequest], workloads: &[Workload])
    -> Result<(), Failure>;
    /// What waits for somebody's word.
    fn approvals(&mut self, waiting: &[AwaitedApproval]) -> Result<(), Failure>;
    /// Something was refused.
    fn refused(&mut self, why: &Failure) -> Result<(), Failure>;
    /// How far a plan is.
    fn plan(&mut self, tasks: &[Task], progress: &PlanProgress) -> Result<(), Failure>;
    /// What was found.
    fn found(&mut self, hits: &[SearchHit]) -> Result<(), Failure>;
    /// How clocks are doing.
    fn clocks(&mut self, clocks: &[Clock]) -> Result<(), Failure>;
    /// Why a clock says what it says.
    fn explained(&mut self, explained: &ExplainResponse) -> Result<(), Failure>;
    /// What people were told.
    fn told(&mut self, messages: &[(String, InboxMessage)]) -> Result<(), Failure>;
    /// How a ladder is climbed.
    fn climbed(&mut self, escalations: &[Escalation]) -> Result<(), Failure>;
    /// All that happened to a request.
    fn timeline(&mut self, title: &str, entries: &[TimelineEntry]) -> Result<(), Failure>;
    /// What came of it all for a department.
    fn scorecard(&mut self, card: &GetScorecardResponse) -> Result<(), Failure>;
    /// The organisation.
    fn chart(&mut self, units: &[OrgUnit]) -> Result<(), Failure>;
}

/// Says nothing.
pub struct Silent;

impl Narrator for Silent {
    fn chapter(&mut self, _: &str) -> Result<(), Failure> {
        Ok(())
    }

    fn said(&mut self, _: &str) -> Result<(), Failure> {
        Ok(())
    }

    fn happened(&mut self, _: &TimelineEntry) -> Result<(), Failure> {
        Ok(())
    }

    fn people(&mut self, _: &[Person]) -> Result<(), Failure> {
        Ok(())
    }

    fn handlers(&mut self, _: &[Handler]) -> Result<(), Failure> {
        Ok(())
    }

    fn holders(&mut self, _: &Role) -> Result<(), Failure> {
        Ok(())
    }

    fn queue(&mut self, _: &[ServiceRequest], _: &[Workload]) -> Result<(), Failure> {
        Ok(())
    }

    fn approvals(&mut self, _: &[AwaitedApproval]) -> Result<(), Failure> {
        Ok(())
    }

    fn refused(&mut self, _: &Failure) -> Result<(), Failure> {
        Ok(())
    }

    fn plan(&mut self, _: &[Task], _: &PlanProgress) -> Result<(), Failure> {
        Ok(())
    }

    fn found(&mut self, _: &[SearchHit]) -> Result<(), Failure> {
        Ok(())
    }

    fn clocks(&mut self, _: &[Clock]) -> Result<(), Failure> {
        Ok(())
    }

    fn explained(&mut self, _: &ExplainResponse) -> Result<(), Failure> {
        Ok(())
    }

    fn told(&mut self, _: &[(String, InboxMessage)]) -> Result<(), Failure> {
        Ok(())
    }

    fn climbed(&mut self, _: &[Escalation]) -> Result<(), Failure> {
        Ok(())
    }

    fn timeline(&mut self, _: &str, _: &[TimelineEntry]) -> Result<(), Failure> {
        Ok(())
    }

    fn scorecard(&mut self, _: &GetScorecardResponse) -> Result<(), Failure> {
        Ok(())
    }

    fn chart(&mut self, _: &[OrgUnit]) -> Result<(), Failure> {
        Ok(())
    }
}

/// Prints for people.
pub struct Printed<'a>(pub &'a mut Output);

impl Narrator for Printed<'_> {
    fn chapter(&mut self, title: &str) -> Result<(), Failure> {
        let title = self.0.paint(Tone::Strong, title);
        self.0.line(format_args!("\n{title}"))
    }

    fn said(&mut self, text: &str) -> Result<(), Failure> {
        self.0.line(format_args!("  {text}"))
    }

    fn happened(&mut self, entry: &TimelineEntry) -> Result<(), Failure> {
        let line = entry_line(self.0, entry);
        self.0.line(format_args!("      {line}"))
    }

    fn people(&mut self, people: &[Person]) -> Result<(), Failure> {
        self.0.line("")?;
        self.0.table(people_table(people))?;
        self.0.line("")
    }

    fn handlers(&mut self, handlers: &[Handler]) -> Result<(), Failure> {
        handlers.iter().try_for_each(|one| {
            let role = if one.role_id.is_empty() {
                String::new()
            } else {
                format!(", {}", one.role_id)
            };
            let person = if one.person_id.is_empty() {
                "nobody is on duty"
            } else {
                &one.person_name
            };
            let text = format!("{:<16} {}{role}: {person}", one.topic, one.department_name);
            self.0.line(format_args!("      {text}"))
        })
    }

    fn holders(&mut self, role: &Role) -> Result<(), Failure> {
        self.0.line("")?;
        self.0.table(holders_table(role))?;
        self.0.line("")
    }

    fn queue(
        &mut self,
        requests: &[ServiceRequest],
        workloads: &[Workload],
    ) -> Result<(), Failure> {
        self.0.line("")?;
        self.0.table(requests_table(self.0, requests))?;
        self.0.line("")?;
        self.0.table(workload_table(workloads))?;
        self.0.line("")
    }

    fn approvals(&mut self, waiting: &[AwaitedApproval]) -> Result<(), Failure> {
        self.0.line("")?;
        self.0.table(approvals_table(self.0, waiting))?;
        self.0.line("")
    }

    fn refused(&mut self, why: &Failure) -> Result<(), Failure> {
        let reasons = why.report();
        let why = self.0.paint(Tone::Care, why);
        self.0.line(format_args!("      refused: {why}"))?;
        let violations = reasons.iter().flat_map(|report| &report.violations);
        for violation in violations {
            let (field, description) = (&violation.field, &violation.description);
            self.0
                .line(format_args!("        {field}: {description}"))?;
        }
        Ok(())
    }

    fn plan(&mut self, tasks: &[Task], progress: &PlanProgress) -> Result<(), Failure> {
        let line = progress_line(self.0, progress);
        self.0.line(format_args!("\n      {line}\n"))?;
        self.0.table(tasks_table(tasks))?;
        self.0.line("")
    }

    fn found(&mut self, hits: &[SearchHit]) -> Result<(), Failure> {
        found(self.0, hits)
    }

    fn clocks(&mut self, clocks: &[Clock]) -> Result<(), Failure> {
        self.0.line("")?;
        self.0.table(clocks_table(self.0, clocks, false))?;
        self.0.line("")
    }

    fn explained(&mut self, explained: &ExplainResponse) -> Result<(), Failure> {
        self.0.line("")?;
        explanation(self.0, explained)
    }

    fn told(&mut self, messages: &[(String, InboxMessage)]) -> Result<(), Failure> {
        self.0.line("")?;
        self.0.table(told_table(messages))?;
        self.0.line("")
    }

    fn climbed(&mut self, escalations: &[Escalation]) -> Result<(), Failure> {
        self.0.line("")?;
        self.0.table(way_up_table(self.0, escalations))?;
        self.0.line("")
    }

    fn timeline(&mut self, title: &str, entries: &[TimelineEntry]) -> Result<(), Failure> {
        let title = self.0.paint(Tone::Strong, title);
        self.0.line(format_args!("\n  {title}\n"))?;
        self.0.table(timeline_table(self.0, entries))
    }

    fn scorecard(&mut self, card: &GetScorecardResponse) -> Result<(), Failure> {
        scorecard(self.0, card)
    }

    fn chart(&mut self, units: &[OrgUnit]) -> Result<(), Failure> {
        self.0.line("")?;
        draw_chart(units, self.0)
    }
}
