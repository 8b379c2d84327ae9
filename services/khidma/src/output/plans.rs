//! How plans look to people.

use std::collections::HashMap;

use comfy_table::Cell;
use khidma_proto::requests::{PlanProgress, State, Task, TaskState};

use super::{Output, Table, Tone, state_cell};
use crate::words::Word;

/// Columns of the progress bar.
const BAR: usize = 30;

/// A line a task, those that begin first above, each as far to the right as tasks have to be done before it.
pub fn tasks_table(tasks: &[Task]) -> Table {
    let mut table = Table::new([
        "task", "state", "who", "request", "is", "needs", "title", "why",
    ])
    .without_if_narrow(&[7, 4, 3, 5]);
    let levels = levels(tasks);
    let mut order: Vec<(usize, &Task)> = levels.into_iter().zip(tasks).collect();
    order.sort_by_key(|(level, _)| *level);
    for (level, one) in order {
        let Some(task) = &one.task else { continue };
        let child = match one.child_state() {
            State::Unspecified => Cell::new(""),
            state => state_cell(state.into()),
        };
        table.add(vec![
            Tone::Strong.cell(format!("{}{}", "  ".repeat(level), task.key)),
            task_tone(one.state()).cell(TaskState::word(one.state)),
            Cell::new(&task.provider_id),
            Tone::Faint.cell(&one.child_id),
            child,
            Cell::new(task.needs.join(", ")),
            Cell::new(&task.title),
            Cell::new(&one.reason),
        ]);
    }
    table
}

/// How many tasks stand before each, one after the other, at the most.
fn levels(tasks: &[Task]) -> Vec<usize> {
    let needs = |one: &Task| one.task.as_ref().map(|task| task.needs.clone());
    let places: HashMap<&str, usize> = tasks
        .iter()
        .enumerate()
        .filter_map(|(place, one)| Some((one.task.as_ref()?.key.as_str(), place)))
        .collect();
    let mut levels = vec![0; tasks.len()];
    // Each round settles one level more; needs go round in no circle.
    loop {
        let mut changed = false;
        for (place, one) in tasks.iter().enumerate() {
            let needs = needs(one).unwrap_or_default();
            let below = needs.iter().filter_map(|need| places.get(need.as_str()));
            let level = below.map(|need| levels[*need] + 1).max().unwrap_or(0);
            if level > levels[place] && level < tasks.len() {
                levels[place] = level;
                changed = true;
            }
        }
        if !changed {
            return levels;
        }
    }
}

fn task_tone(state: TaskState) -> Tone {
    match state {
        TaskState::Done => Tone::Good,
        TaskState::Begun => Tone::Plain,
        TaskState::Declined | TaskState::Refused => Tone::Bad,
        TaskState::Planned | TaskState::Dropped | TaskState::Unspecified => Tone::Faint,
    }
}

/// A bar, and the counts behind it.
pub fn progress_line(output: &Output, progress: &PlanProgress) -> String {
    let failed = progress.declined + progress.refused;
    let finished = progress.done + progress.dropped;
    let total = finished + failed + progress.begun + progress.planned;
    let full = BAR * finished as usize / (total as usize).max(1);
    let bar = format!("{}{}", "█".repeat(full), "░".repeat(BAR - full));
    let counts = [
        (progress.done, "done"),
        (progress.begun, "under way"),
        (progress.planned, "planned"),
        (progress.declined, "declined"),
        (progress.refused, "refused"),
        (progress.dropped, "dropped"),
    ];
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let tone = if failed > 0 { Tone::Bad } else { Tone::Good };
    format!("{} {}", output.paint(tone, bar), counts.join(", "))
}

#[cfg(test)]
mod tests {
    use khidma_proto::requests::PlannedTask;
    use khidma_runtime::Clock;

    use super::*;

    fn task(key: &str, needs: &[&str]) -> Task {
        let task = PlannedTask {
            key: key.into(),
            needs: needs.iter().map(|need| (*need).to_owned()).collect(),
            ..PlannedTask::default()
        };
        Task {
            task: Some(task),
            ..Task::default()
        }
    }

    #[test]
    fn a_task_stands_behind_the_longest_chain_before_it() {
        let tasks = [
            task("check", &["record", "laptop"]),
            task("record", &[]),
            task("laptop", &["record"]),
        ];
        assert_eq!(levels(&tasks), [2, 0, 1]);
        // Of what is not shown, nothing is known.
        assert_eq!(levels(&[task("a", &["elsewhere"])]), [0]);
    }

    #[test]
    fn progress_is_a_bar_and_the_counts_that_are_not_nothing() {
        let output = Output::plain(std::io::sink(), false, Clock::system());
        let progress = PlanProgress {
            done: 1,
            begun: 1,
            planned: 1,
            ..PlanProgress::default()
        };
        let line = progress_line(&output, &progress);
        assert_eq!(line.matches('█').count(), 10);
        assert!(line.ends_with(" 1 done, 1 under way, 1 planned"), "{line}");
    }
}
