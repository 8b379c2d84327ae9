//! `khidma directory chart`: the organisation as a tree of lines, or as a drawing for Graphviz.

use khidma_proto::directory::{GetOrgChartRequest, OrgUnit, Person};

use super::named;
use crate::ask;
use crate::cli::ChartArgs;
use crate::client::Api;
use crate::failure::Failure;
use crate::output::{Output, Tone};

pub(super) async fn run(api: &Api, args: ChartArgs, output: &mut Output) -> Result<(), Failure> {
    let question = GetOrgChartRequest {
        root_id: args.root,
        people: args.people,
        min_position: 0,
    };
    let answer = ask!(api, directory.get_org_chart, question)?;
    if args.dot && !output.is_json() {
        return output.text(&answer.dot);
    }
    output.answer(&answer, |output| draw(&answer.units, output))
}

/// Draws departments, their members and what is under them, with box characters.
pub(crate) fn draw(units: &[OrgUnit], output: &mut Output) -> Result<(), Failure> {
    units.iter().try_for_each(|unit| {
        let title = title(unit, output);
        output.line(title)?;
        branches(unit, "", output)
    })
}

fn branches(unit: &OrgUnit, indent: &str, output: &mut Output) -> Result<(), Failure> {
    let count = unit.members.len() + unit.units.len();
    let limbs = |index: usize| {
        if index + 1 == count {
            ("└─ ", "   ")
        } else {
            ("├─ ", "│  ")
        }
    };
    for (index, member) in unit.members.iter().enumerate() {
        let (branch, _) = limbs(index);
        output.line(format_args!(
            "{indent}{branch}{}",
            described(member, output)
        ))?;
    }
    for (index, below) in unit.units.iter().enumerate() {
        let (branch, stem) = limbs(unit.members.len() + index);
        output.line(format_args!("{indent}{branch}{}", title(below, output)))?;
        branches(below, &format!("{indent}{stem}"), output)?;
    }
    Ok(())
}

fn title(unit: &OrgUnit, output: &Output) -> String {
    let (name, id) = unit
        .department
        .as_ref()
        .map_or(("?", "?"), |one| (one.name.as_str(), one.id.as_str()));
    output.paint(Tone::Strong, named(name, id))
}

fn described(member: &Person, output: &Output) -> String {
    let roles: Vec<_> = member
        .roles
        .iter()
        .map(|role| role.role_id.as_str())
        .collect();
    let roles = if roles.is_empty() {
        String::new()
    } else {
        format!("  {}", roles.join(", "))
    };
    format!(
        "{}{}",
        member.display_name,
        output.paint(Tone::Faint, roles)
    )
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use khidma_proto::directory::Department;
    use khidma_runtime::Clock;

    use super::*;

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn unit(id: &str, people: &[&str], units: Vec<OrgUnit>) -> OrgUnit {
        let department = Some(Department {
            id: id.into(),
            name: id.to_uppercase(),
            ..Department::default()
        });
        let person = |name: &&str| Person {
            display_name: (*name).into(),
            ..Person::default()
        };
        OrgUnit {
            department,
            members: people.iter().map(person).collect(),
            units,
        }
    }

    #[test]
    fn a_tree_has_its_branches() {
        let desk = unit("desk", &["Mei"], vec![]);
        let top = unit(
            "company",
            &["Sara"],
            vec![unit("it", &["Daniel"], vec![desk]), unit("hr", &[], vec![])],
        );
        let page = Page::default();
        draw(
            &[top],
            &mut Output::plain(page.clone(), false, Clock::system()),
        )
        .unwrap();
        let expected = "\
COMPANY (company)
├─ Sara
├─ IT (it)
│  ├─ Daniel
│  └─ DESK (desk)
│     └─ Mei
└─ HR (hr)
";
        assert_eq!(
            String::from_utf8(page.0.lock().unwrap().clone()).unwrap(),
            expected
        );
    }
}
