//! The organisation as a drawing, in the DOT language of Graphviz.

use khidma_proto::directory as pb;

/// The units and all under them.
pub(super) fn drawing(units: &[pb::OrgUnit]) -> String {
    let mut lines = vec![
        "digraph organisation {".to_owned(),
        "  node [shape=box];".to_owned(),
    ];
    for unit in units {
        draw(unit, &mut lines);
    }
    lines.push("}\n".to_owned());
    lines.join("\n")
}

fn draw(unit: &pb::OrgUnit, lines: &mut Vec<String>) {
    let Some(department) = &unit.department else {
        return;
    };
    let node = quoted(&format!("department-{}", department.id));
    lines.push(format!("  {node} [label={}];", quoted(&department.name)));
    for member in &unit.members {
        let person = quoted(&format!("person-{}", member.id));
        lines.push(format!(
            "  {person} [label={}, shape=ellipse];",
            quoted(&member.display_name)
        ));
        lines.push(format!("  {node} -> {person} [style=dotted];"));
    }
    for below in &unit.units {
        draw(below, lines);
        if let Some(child) = &below.department {
            lines.push(format!(
                "  {node} -> {};",
                quoted(&format!("department-{}", child.id))
            ));
        }
    }
}

/// A quoted string in which nothing has a meaning to Graphviz: backslashes begin its escapes, so they are doubled.
fn quoted(text: &str) -> String {
    let escaped = text.chars().fold(String::from("\""), |mut escaped, c| {
        match c {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
        escaped
    });
    escaped + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(id: &str, name: &str, units: Vec<pb::OrgUnit>) -> pb::OrgUnit {
        let department = pb::Department {
            id: id.into(),
            name: name.into(),
            ..Default::default()
        };
        pb::OrgUnit {
            department: Some(department),
            members: Vec::new(),
            units,
        }
    }

    #[test]
    fn a_tree_is_drawn_from_above() {
        let mut it = unit("it", "IT", Vec::new());
        it.members.push(pb::Person {
            id: "amina".into(),
            display_name: "Amina".into(),
            ..Default::default()
        });
        let expected = r#"digraph organisation {
  node [shape=box];
  "department-operations" [label="Operations"];
  "department-it" [label="IT"];
  "person-amina" [label="Amina", shape=ellipse];
  "department-it" -> "person-amina" [style=dotted];
  "department-operations" -> "department-it";
}
"#;
        assert_eq!(
            drawing(&[unit("operations", "Operations", vec![it])]),
            expected
        );
    }

    #[test]
    fn a_name_cannot_leave_its_label() {
        let name = "a\" -> evil; \"\\N\n\u{7}b\\";
        let dot = drawing(&[unit("it", name, Vec::new())]);
        assert!(
            dot.contains(r#"[label="a\" -> evil; \"\\N\n b\\"];"#),
            "{dot}"
        );
    }
}
