//! Reading policies.

use khidma_events::requests::Priority;
use khidma_events::sla::{LadderAt, LifeState, Metric, Recipient, TimeKind};

use super::*;

const WHOLE: &str = r#"
id = "helpdesk"
name = "Help desk"
providers = ["support"]
calendar = "rome-office"

[[rules]]
name = "Urgent"
[rules.when]
priorities = ["high", "urgent"]
tags = ["vip"]
tasks = false
[rules.targets.acknowledge]
within = "1h 30m"
time = "wall_clock"
[rules.targets.resolve]
within = "2 days"
calendar = "other"
pauses = ["waiting"]
warnings = [50, 75]
[[rules.targets.resolve.ladder]]
at = "75%"
to = ["assignee", "role:service-desk@it"]
[[rules.targets.resolve.ladder]]
after_breach = "2h"
to = ["person:mei"]

[[rules]]
name = "Else"
targets = { resolve = { within = "45s" } }
"#;

#[test]
fn a_policy_is_read_whole() {
    let (id, spec) = read(WHOLE).unwrap();
    assert_eq!(id.as_str(), "helpdesk");
    assert_eq!((spec.name.as_str(), spec.rules.len()), ("Help desk", 2));
    let [urgent, rest] = spec.rules.as_slice() else {
        unreachable!("two rules")
    };
    assert_eq!(
        urgent.when.priorities,
        [Priority::High, Priority::Urgent].into()
    );
    assert_eq!(urgent.when.tasks, Some(false));
    let acknowledge = &urgent.targets[&Metric::Acknowledge];
    assert_eq!(
        (acknowledge.within_seconds, acknowledge.time),
        (5400, TimeKind::WallClock)
    );
    assert_eq!((&acknowledge.pauses, &acknowledge.warnings), (&None, &None));
    let resolve = &urgent.targets[&Metric::Resolve];
    assert_eq!(resolve.within_seconds, 48 * 3600);
    assert_eq!(resolve.pauses, Some([LifeState::Waiting].into()));
    assert_eq!(resolve.warnings, Some([50, 75].into()));
    assert_eq!(resolve.ladder[0].at, LadderAt::Percent(75));
    assert_eq!(resolve.ladder[1].at, LadderAt::SecondsAfterBreach(7200));
    let desk = Recipient::Role {
        role: "service-desk".parse().unwrap(),
        department: Some("it".parse().unwrap()),
    };
    assert_eq!(resolve.ladder[0].to, [Recipient::Assignee, desk]);
    assert_eq!(rest.targets[&Metric::Resolve].within_seconds, 45);
}

#[test]
fn the_policies_that_are_shipped_are_read() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../deploy/examples/helpdesk-policy.toml"
    );
    let (id, spec) = read(&std::fs::read_to_string(file).unwrap()).unwrap();
    assert_eq!((id.as_str(), spec.rules.len()), ("helpdesk", 1));
    let seconds = |metric| spec.rules[0].targets[&metric].within_seconds;
    assert_eq!(seconds(Metric::Acknowledge), 4 * 3600);
    assert_eq!(seconds(Metric::Resolve), 40 * 3600);
}

fn problems(text: &str) -> Vec<String> {
    let Problems(problems) = read(text).unwrap_err();
    problems.iter().map(ToString::to_string).collect()
}

#[test]
fn all_that_is_written_wrongly_is_told_at_once_with_its_line() {
    let text = r#"
id = "Help Desk"
nmae = "Help desk"
providers = "support"

[[rules]]
name = 7
whem = {}
[rules.when]
priorities = ["high", "soon"]
tags = ["a", "a"]
tasks = "no"
[rules.targets.reslove]
within = "1h"
[rules.targets.resolve]
within = "4 hrs"
time = "office"
pauses = ["asleep"]
warnings = ["most"]
[[rules.targets.resolve.ladder]]
at = "75%"
after_breach = "1h"
to = ["boss"]
"#;
    let told = problems(text);
    let expected = [
        "line 3: nmae: nobody knows",
        "line 2: id: ",
        "line 4: providers: this has to be a list",
        "line 8: rules[0].whem: nobody knows",
        "line 7: rules[0].name: this has to be a text",
        "line 10: rules[0].when.priorities[1]: a priority is",
        "line 11: rules[0].when.tags[1]: this stands here twice",
        "line 12: rules[0].when.tasks: ",
        "line 13: rules[0].targets.reslove: nobody knows",
        "line 16: rules[0].targets.resolve.within: \"4 hrs\" is no duration",
        "line 17: rules[0].targets.resolve.time: ",
        "line 18: rules[0].targets.resolve.pauses[0]: a state is",
        "line 19: rules[0].targets.resolve.warnings[0]: ",
        "line 20: rules[0].targets.resolve.ladder[0]: a step says when",
        "line 23: rules[0].targets.resolve.ladder[0].to[0]: \"boss\" is nobody",
    ];
    for one in expected {
        assert!(
            told.iter().any(|problem| problem.starts_with(one)),
            "{one}: {told:#?}"
        );
    }
    assert_eq!(told.len(), expected.len(), "{told:#?}");
}

#[test]
fn a_text_that_is_no_toml_and_one_without_an_id_are_told_with_a_line() {
    assert!(problems("id = \"a\"\nname = \n")[0].starts_with("line 2: "));
    assert_eq!(
        problems("name = \"x\""),
        ["line 1: id: a policy needs an id"]
    );
    assert!(
        problems("id = \"a\"\n[[rules]]\n[rules.targets.resolve]\n")[0].starts_with("line 3: ")
    );
}

#[test]
fn durations_are_read_as_people_write_them() {
    let good = [
        ("4h", 14_400),
        ("90m", 5_400),
        ("1h 30m", 5_400),
        ("1h30m", 5_400),
        (" 2 days ", 172_800),
        ("1 week", 604_800),
        ("45s", 45),
        ("0s", 0),
    ];
    for (text, seconds) in good {
        assert_eq!(words::duration(text), Ok(seconds), "{text}");
    }
    let bad = [
        "",
        "4",
        "h",
        "-4h",
        "4.5h",
        "4h 30",
        "4 fortnights",
        "four hours",
        "４h",
        "99999999999999999999h",
        "18446744073709551615s 1s",
        "18446744073709551615 weeks",
    ];
    for text in bad {
        assert!(words::duration(text).is_err(), "{text}");
    }
}

#[test]
fn a_recipient_is_read_as_it_is_written() {
    let texts = [
        "assignee",
        "manager_of_assignee",
        "managers_of_provider",
        "provider",
        "requester",
        "role:service-desk",
        "role:service-desk@it",
        "person:mei",
    ];
    for text in texts {
        assert_eq!(words::shown(&words::recipient(text).unwrap()), text);
    }
    for text in ["", "role:", "role:a@", "person:", "Person:mei", "group:x"] {
        assert!(words::recipient(text).is_err(), "{text}");
    }
}
