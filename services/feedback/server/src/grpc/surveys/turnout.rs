//! How many of those who are asked answer. Of a few it is not told, nor can it be found by taking away others.

use khidma_edge::query::{Stop, unreadable};
use khidma_feedback_domain::round::Round;
use khidma_projection::Reader;
use khidma_proto::feedback as pb;
use tonic::Status;

use crate::views::Turnout;
use crate::{facts, keys};

pub(super) fn turnout_out(
    reader: &Reader,
    round: &Round,
    stop: &Stop,
) -> Result<pb::Turnout, Status> {
    let id = round.launched.round;
    let all = facts::turnout(reader, id).map_err(unreadable)?;
    let list = keys::turnouts(id);
    let mut departments = Vec::new();
    for row in stop.until_set(reader.prefix(&list)) {
        let (key, row) = row.map_err(unreadable)?;
        let department = key.get(list.len()..).unwrap_or_default();
        let department = String::from_utf8_lossy(department).into_owned();
        departments.push((department, row.decode().map_err(unreadable)?));
    }
    let told_apart = apart(departments, round.launched.thresholds.ratings).into_iter();
    let departments = told_apart.map(|(department_id, turnout)| pb::DepartmentTurnout {
        department_id,
        invited: turnout.invited,
        answered: turnout.heard,
    });
    Ok(pb::Turnout {
        invited: all.all.invited,
        answered: all.answered(),
        departments: departments.collect(),
    })
}

/// The departments of which at least so many were invited, the largest first, and all others together as one without a name. Where
/// those are too few themselves, the smallest that could be told apart is taken to them: else they could be told by taking all
/// others away.
fn apart(departments: Vec<(String, Turnout)>, least: u32) -> Vec<(String, Turnout)> {
    let (mut apart, together): (Vec<_>, Vec<_>) = departments
        .into_iter()
        .partition(|(name, turnout)| !name.is_empty() && turnout.invited >= least);
    apart.sort_by(|(name, one), (other_name, other)| {
        (other.invited, name).cmp(&(one.invited, other_name))
    });
    let mut rest = Turnout::default();
    let add = |rest: &mut Turnout, more: Turnout| {
        rest.invited = rest.invited.saturating_add(more.invited);
        rest.heard = rest.heard.saturating_add(more.heard);
    };
    together
        .into_iter()
        .for_each(|(_, more)| add(&mut rest, more));
    while (1..least).contains(&rest.invited) {
        let Some((_, smallest)) = apart.pop() else {
            break;
        };
        add(&mut rest, smallest);
    }
    if rest.invited > 0 {
        apart.push((String::new(), rest));
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(departments: &[(&str, u32)]) -> Vec<(String, u32)> {
        let departments = departments.iter().map(|(name, invited)| {
            let turnout = Turnout {
                invited: *invited,
                heard: 0,
            };
            ((*name).to_owned(), turnout)
        });
        let apart = apart(departments.collect(), 5).into_iter();
        apart
            .map(|(name, turnout)| (name, turnout.invited))
            .collect()
    }

    fn expected(told: &[(&str, u32)]) -> Vec<(String, u32)> {
        let told = told.iter();
        told.map(|(name, invited)| ((*name).to_owned(), *invited))
            .collect()
    }

    #[test]
    fn few_are_told_together_and_never_found_by_taking_others_away() {
        let all = told(&[("hr", 5), ("it", 9)]);
        assert_eq!(all, expected(&[("it", 9), ("hr", 5)]));
        // Two of no department: with them, and with the smallest of the others, nobody can be told.
        let some = told(&[("", 2), ("hr", 5), ("it", 9)]);
        assert_eq!(some, expected(&[("it", 9), ("", 7)]));
        let enough = told(&[("desk", 4), ("law", 1), ("hr", 5)]);
        assert_eq!(enough, expected(&[("hr", 5), ("", 5)]));
        assert_eq!(told(&[("law", 2)]), expected(&[("", 2)]));
        assert_eq!(told(&[]), vec![]);
    }
}
