//! Who may see what: everybody who may stand to a request or a department, by everything that may be seen.

use khidma_kernel::{Caller, DepartmentId, PersonId, Role};
use khidma_sla_domain::{Sides, Sight, Standing, may_see};

/// A column of the table.
const COLUMNS: [&str; 9] = [
    "requester",
    "colleague of the requester",
    "their manager",
    "provider",
    "its manager",
    "admin",
    "service",
    "anonymous",
    "stranger",
];

fn who(column: &str) -> Caller {
    let person = |name: &str, department: &str, roles: &[Role]| {
        let (name, department) = (name.parse().unwrap(), department.parse().unwrap());
        Caller::person(name, department, roles.iter().copied())
    };
    match column {
        "requester" => person("amina", "hr", &[]),
        "colleague of the requester" => person("jonas", "hr", &[]),
        "their manager" => person("linh", "hr", &[Role::Manager]),
        "provider" => person("daniel", "it", &[]),
        "its manager" => person("mei", "it", &[Role::Manager]),
        "admin" => person("root", "ops", &[Role::Admin]),
        "service" => Caller::service("requests"),
        "anonymous" => Caller::anonymous(),
        _ => person("vera", "sales", &[Role::Manager]),
    }
}

/// What is to be seen.
#[derive(Debug, Clone, Copy)]
enum What {
    /// ListClocks, GetClock, Explain, Recompute of a person's request.
    Request,
    /// The same of a task, for which a department asked.
    Task,
    /// The same of a concern that was raised anonymously.
    Concern,
    /// Board, WatchBoard, ListBreaches, Report, ExportClocks, RecomputePeriod of the provider.
    Department,
    /// The same of all departments.
    Everything,
}

fn sees(what: What, caller: &Caller) -> bool {
    let (it, hr): (DepartmentId, DepartmentId) = ("it".parse().unwrap(), "hr".parse().unwrap());
    let amina: PersonId = "amina".parse().unwrap();
    let request = |requester, requester_department| {
        let sides = Sides {
            requester,
            requester_department,
            provider: &it,
        };
        may_see(Sight::Request, Standing::to_request(caller, sides))
    };
    match what {
        What::Request => request(Some(&amina), Some(&hr)),
        What::Task => request(None, Some(&hr)),
        What::Concern => request(None, None),
        What::Department => may_see(Sight::Department, Standing::to_department(caller, &it)),
        What::Everything => may_see(Sight::Everything, Standing::to_all(caller)),
    }
}

#[test]
fn everybody_sees_what_the_table_says() {
    // In the order of the columns.
    let table = [
        (What::Request, "1 0 1 1 1 1 0 0 0"),
        (What::Task, "1 1 1 1 1 1 0 0 0"),
        (What::Concern, "0 0 0 1 1 1 0 0 0"),
        (What::Department, "0 0 0 1 1 1 0 0 0"),
        (What::Everything, "0 0 0 0 0 1 0 0 0"),
    ];
    for (what, row) in table {
        for (column, cell) in COLUMNS.iter().zip(row.split(' ')) {
            assert_eq!(
                sees(what, &who(column)),
                cell == "1",
                "{what:?} by {column}"
            );
        }
    }
}
