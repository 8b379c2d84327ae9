//! Who sees the results of a round, and how much of them.

use khidma_kernel::{Caller, DepartmentId, Role};

/// How much of the results somebody sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// Nothing.
    Nothing,
    /// What all together answered, but in words.
    Totals,
    /// What is shown by any filter, and in words.
    Everything,
}

/// How much of the results of a round of `owner` somebody sees, who was invited to it or was not.
///
/// Who was asked is told what came of it. Filters and comments are for who has to do something about it; being of that
/// department is not enough.
pub fn sight(caller: &Caller, owner: &DepartmentId, invited: bool) -> Sight {
    if caller.is(Role::Admin) || caller.leads(owner) {
        Sight::Everything
    } else if invited {
        Sight::Totals
    } else {
        Sight::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_sees_how_much() {
        let owner: DepartmentId = "hr".parse().unwrap();
        let person = |department: &str, roles: &[Role]| {
            let (person, department) = ("amina".parse().unwrap(), department.parse().unwrap());
            Caller::person(person, department, roles.iter().copied())
        };
        let table = [
            (
                person("hr", &[Role::Manager]),
                Sight::Everything,
                Sight::Everything,
            ),
            (
                person("it", &[Role::Admin]),
                Sight::Everything,
                Sight::Everything,
            ),
            (person("hr", &[]), Sight::Nothing, Sight::Totals),
            (
                person("it", &[Role::Manager]),
                Sight::Nothing,
                Sight::Totals,
            ),
            (
                person("it", &[Role::Feed, Role::Import]),
                Sight::Nothing,
                Sight::Totals,
            ),
            (Caller::service("sla"), Sight::Nothing, Sight::Totals),
        ];
        for (caller, stranger, invited) in table {
            let seen = (sight(&caller, &owner, false), sight(&caller, &owner, true));
            assert_eq!(seen, (stranger, invited), "{caller:?}");
        }
    }
}
