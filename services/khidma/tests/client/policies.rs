//! Policies and their calendars on the command line, by the examples that are shipped.

use crate::server::Server;

const POLICY: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../deploy/examples/helpdesk-policy.toml"
);
const CALENDAR: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../deploy/examples/helpdesk-calendar.toml"
);

async fn desk() -> Server {
    let server = Server::start().await;
    let create = "directory department create support --name Support --as admin@company:admin";
    server.done(create).await;
    server
}

/// A file in the server's folder with `text`.
async fn file(server: &Server, name: &str, text: &str) -> String {
    let path = server.folder.path().join(name);
    tokio::fs::write(&path, text).await.unwrap();
    path.display().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shipped_policy_is_applied_and_shown() {
    let server = desk().await;
    let put = format!("directory calendar put {CALENDAR} --as admin@company:admin");
    server.done(&put).await;
    let apply = format!("sla policy apply {POLICY} --attach all --as mei@support:manager");
    let said = server.done(&apply).await;
    for part in ["drafted helpdesk version 1", "validated", "activated"] {
        assert!(said.stdout.contains(part), "{part}: {said:?}");
    }
    assert!(!said.stdout.contains("warning"), "{said:?}");
    let shown = server.done("sla policy show helpdesk --as amina@hr").await;
    for part in [
        "Help desk",
        "active",
        "acknowledge",
        "4 h",
        "40 h",
        "waiting",
        "rome-office",
    ] {
        assert!(shown.stdout.contains(part), "{part}: {}", shown.stdout);
    }
    let listed = server
        .done("sla policy list --as amina@hr --json")
        .await
        .json();
    assert_eq!(listed["policies"][0]["id"], "helpdesk");
    assert_eq!(listed["policies"][0]["active_version"], 1);
    server
        .done("sla policy retire helpdesk --as mei@support:manager")
        .await;
    let listed = server
        .done("sla policy list --as amina@hr --json")
        .await
        .json();
    assert_eq!(listed["policies"].as_array().map(Vec::len), Some(0));
    let shown = server
        .done("sla policy show helpdesk --as amina@hr --json")
        .await
        .json();
    assert_eq!(shown["policy"]["state"], "POLICY_STATE_RETIRED");
}

#[tokio::test(flavor = "multi_thread")]
async fn step_by_step_and_again_under_the_same_key() {
    let server = desk().await;
    let admin = "--as admin@company:admin";
    server
        .done(&format!("directory calendar put {CALENDAR} {admin}"))
        .await;
    let text = tokio::fs::read_to_string(POLICY).await.unwrap();
    let strange = file(
        &server,
        "strange.toml",
        &text.replace("\"4h\"", "\"1 day\""),
    )
    .await;
    let drafted = server
        .done(&format!("sla policy draft {strange} {admin}"))
        .await;
    let warning = "rules[0].targets.acknowledge.within: 24 h of business time is 2.7 working days of rome-office";
    assert!(drafted.stdout.contains(warning), "{}", drafted.stdout);
    assert!(
        drafted.stdout.contains("warning: line "),
        "{}",
        drafted.stdout
    );
    let early = server
        .khidma(&format!("sla policy activate helpdesk {admin}"))
        .await;
    assert_eq!(early.exit, 3, "{early:?}");
    assert!(
        early.stderr.contains("validate it first"),
        "{}",
        early.stderr
    );
    server
        .done(&format!("sla policy validate helpdesk --version 1 {admin}"))
        .await;
    server
        .done(&format!(
            "sla policy activate helpdesk --version 1 --attach new {admin}"
        ))
        .await;
    let key = "--request-id 0197a6a0-0000-7000-8000-000000000001";
    let apply = format!("sla policy apply {POLICY} {key} {admin} --json");
    let first = server.done(&apply).await.json();
    let again = server.done(&apply).await.json();
    assert_eq!(first["version"], 2);
    assert_eq!(first, again);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_policy_is_told_with_its_lines() {
    let server = desk().await;
    let text = tokio::fs::read_to_string(POLICY).await.unwrap();
    let wrong = text.replace("\"4h\"", "\"0h\"");
    let line = |part: &str| wrong.lines().position(|line| line.contains(part)).unwrap() + 1;
    let path = file(&server, "wrong.toml", &wrong).await;
    let said = server
        .khidma(&format!("sla policy draft {path} --as mei@support:manager"))
        .await;
    assert_eq!(said.exit, 3, "{said:?}");
    let zero = format!("line {}: a target must be more than 0", line("\"0h\""));
    let unknown = format!(
        "line {}: there is no calendar rome-office",
        line("calendar =")
    );
    for part in [zero, unknown] {
        assert!(said.stderr.contains(&part), "{part}: {}", said.stderr);
    }
    let path = file(
        &server,
        "unknown.toml",
        &text.replace("within = \"4h\"", "witin = \"4h\""),
    )
    .await;
    let said = server
        .khidma(&format!("sla policy draft {path} --as mei@support:manager"))
        .await;
    assert!(
        said.stderr.contains("nobody knows \"witin\" here"),
        "{}",
        said.stderr
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_calendar_is_told_with_its_lines() {
    let server = desk().await;
    let wrong = "\
id = \"broken\"
name = \"Broken\"
time_zone = \"Europe/Roma\"
[[weekly]]
days = [
    { weekday = \"mon\", intervals = [
        { start = \"09:00\", end = \"13:00\" },
        { start = \"12:00\", end = \"18:00\" },
    ] },
    { weekday = \"tue\", intervals = [{ start = \"9\", end = \"18:00\" }] },
]
";
    let path = file(&server, "broken.toml", wrong).await;
    let put = format!("directory calendar put {path} --as admin@company:admin");
    let said = server.khidma(&put).await;
    assert_eq!(said.exit, 3, "{said:?}");
    for part in [
        "calendar.time_zone: line 3: this is no IANA time zone",
        "calendar.weekly[0].days.mon[1]: line 8: this interval overlaps the one at weekly[0].days.mon[0]",
        "calendar.weekly[0].days.tue[0].start: line 10: a local time is written HH:MM",
    ] {
        assert!(said.stderr.contains(part), "{part}: {}", said.stderr);
    }
    let empty =
        "id = \"none\"\nname = \"None\"\ntime_zone = \"Europe/Rome\"\n[[weekly]]\ndays = []\n";
    let path = file(&server, "none.toml", empty).await;
    let put = format!("directory calendar put {path} --as admin@company:admin");
    let said = server.khidma(&put).await;
    let part = "calendar.weekly: line 4: the calendar has no business hours at all";
    assert!(said.stderr.contains(part), "{}", said.stderr);
    let misspelt = empty.replace("days =", "day =");
    let path = file(&server, "misspelt.toml", &misspelt).await;
    let put = format!("directory calendar put {path} --as admin@company:admin");
    let said = server.khidma(&put).await;
    assert_eq!(said.exit, 2, "{said:?}");
    for part in ["misspelt.toml", "line 5", "'day'"] {
        assert!(said.stderr.contains(part), "{part}: {}", said.stderr);
    }
}
