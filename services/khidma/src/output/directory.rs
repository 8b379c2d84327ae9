//! How the directory looks to people.

use comfy_table::Cell;
use khidma_proto::directory::{Person, PersonKind, Role, RoleHolding};

use super::{Table, Tone};
use crate::words::Word;

/// Who holds a role, and whether they confirmed having read what it says now.
pub fn holders_table(role: &Role) -> Table {
    let mut table = Table::new(["held by", "in", "confirmed reading", "on duty"]);
    for holding in &role.holders {
        table.add(vec![
            Tone::Strong.cell(&holding.person_id),
            Cell::new(&holding.department_id),
            confirmed(holding, role.revision),
            Cell::new(if holding.on_duty { "on duty" } else { "" }),
        ]);
    }
    table
}

fn confirmed(holding: &RoleHolding, present: u32) -> Cell {
    match (holding.confirmed, holding.confirmed_revision) {
        (true, revision) => Tone::Good.cell(format!("revision {revision}")),
        (false, 0) => Tone::Care.cell("not yet"),
        (false, revision) => Tone::Care.cell(format!("only revision {revision} of {present}")),
    }
}

/// A line a person.
pub fn people_table(people: &[Person]) -> Table {
    let mut table = Table::new([
        "person",
        "name",
        "kind",
        "departments",
        "reports to",
        "roles",
    ]);
    for one in people {
        let roles: Vec<_> = one.roles.iter().map(|role| role.role_id.as_str()).collect();
        let name = if one.deactivated {
            format!("{} (left)", one.display_name)
        } else {
            one.display_name.clone()
        };
        table.add(vec![
            Tone::Strong.cell(&one.id),
            Cell::new(name),
            Cell::new(PersonKind::word(one.kind)),
            Cell::new(one.department_ids.join(", ")),
            Cell::new(&one.manager_id),
            Cell::new(roles.join(", ")),
        ]);
    }
    table
}
