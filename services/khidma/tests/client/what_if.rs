//! What-if on the command line: as a table, as data, as a file, explained, and refused.

use std::fs;

use crate::server::Server;

pub(crate) const POLICY: &str = r#"
id = "desk"
name = "The desk"
providers = ["it"]
[[rules]]
name = "Everything"
[rules.targets.acknowledge]
within = "WITHIN"
time = "wall_clock"
[rules.targets.resolve]
within = "2h"
time = "wall_clock"
"#;

pub(crate) const MAPPING: &str = r#"
source = "desk"
[request]
provider = "it"
title = "{case}"
requester = "amina"
requester_department = "hr"
[people]
id = "daniel"
[directory]
register = true
[activities.Seen]
do = [{ do = "acknowledge" }]
[activities.Done]
do = [{ do = "resolve" }, { do = "confirm" }]
[csv]
case = "case"
activity = "activity"
time = "time"
"#;

/// Three cases: seen after a minute, after half an hour and after an hour, and done within two.
const CASES: &str = "case,activity,time\n\
    quick,Asked,2012-03-05T09:00:00Z\nquick,Seen,2012-03-05T09:01:00Z\nquick,Done,2012-03-05T10:00:00Z\n\
    middling,Asked,2012-03-06T09:00:00Z\nmiddling,Seen,2012-03-06T09:30:00Z\nmiddling,Done,2012-03-06T10:00:00Z\n\
    =slow,Asked,2012-03-07T09:00:00Z\n=slow,Seen,2012-03-07T10:00:00Z\n=slow,Done,2012-03-07T10:30:00Z\n";

pub(crate) const ADMIN: &str = "--as admin@company:admin,import";

struct Desk {
    server: Server,
}

impl Desk {
    /// A desk that took over three cases and promised to see them within two hours.
    async fn set() -> Self {
        let desk = Self {
            server: Server::start().await,
        };
        desk.file("cases.csv", CASES);
        desk.file("mapping.toml", MAPPING);
        let import = format!(
            "import csv {} --mapping {}",
            desk.path("cases.csv"),
            desk.path("mapping.toml")
        );
        desk.server.done(&format!("{import} {ADMIN}")).await;
        let apply = desk.policy("held.toml", "2h");
        let apply = format!("sla policy apply {apply} --attach all {ADMIN}");
        let said = desk.server.done(&apply).await.stdout;
        assert!(said.contains("khidma sla policy show desk"), "{said}");
        let attached = khidma_testkit::eventually(std::time::Duration::from_secs(20), async || {
            let said = desk
                .server
                .done(&format!("sla report {ADMIN} --json"))
                .await;
            said.json()["total"]["met"] == 6
        });
        assert!(attached.await, "every case has its two clocks");
        desk
    }

    fn path(&self, name: &str) -> String {
        self.server.folder.path().join(name).display().to_string()
    }

    fn file(&self, name: &str, text: &str) -> String {
        fs::write(self.path(name), text).unwrap();
        self.path(name)
    }

    fn policy(&self, name: &str, within: &str) -> String {
        self.file(name, &POLICY.replace("WITHIN", within))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_change_is_told_as_a_table_and_no_progress_in_a_pipe() {
    let desk = Desk::set().await;
    let draft = desk.policy("draft.toml", "20m");
    let what_if = format!("sla what-if --policy {draft} {ADMIN}");

    let told = desk.server.done(&what_if).await;
    for part in [
        "2 verdicts of 3 requests would be others",
        "middling",
        "met",
        "breached",
        "to see what adds up to a verdict",
    ] {
        assert!(told.stdout.contains(part), "{part}: {}", told.stdout);
    }
    assert!(!told.stdout.contains("quick"), "{}", told.stdout);
    assert_eq!(told.stderr, "", "no progress where nobody looks on");
    let sums: Vec<_> = told
        .stdout
        .lines()
        .filter(|line| line.starts_with("it "))
        .collect();
    let cells = |line: &str| {
        line.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        sums.into_iter().map(cells).collect::<Vec<_>>(),
        [
            ["it", "acknowledge", "2", "3", "1", "0", "2", "0", "0"],
            ["it", "resolve", "0", "3", "3", "0", "0", "0", "0"],
        ]
    );
    let one = desk.server.done(&format!("{what_if} --limit 1")).await;
    assert!(one.stdout.contains("1 of 2 are shown"), "{}", one.stdout);
    let march_6 = desk
        .server
        .done(&format!("{what_if} --from 2012-03-06 --to 2012-03-07"))
        .await;
    let of_one = "1 verdicts of 1 requests";
    assert!(march_6.stdout.contains(of_one), "{}", march_6.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_change_is_told_as_data_as_a_file_and_explained() {
    let desk = Desk::set().await;
    let draft = desk.policy("draft.toml", "20m");
    let what_if = format!("sla what-if --policy {draft} {ADMIN}");
    let data = desk.server.done(&format!("{what_if} --json")).await;
    let lines: Vec<serde_json::Value> = data
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3, "two clocks and the totals");
    let middling = lines.iter().find(|line| line["external_id"] == "middling");
    let middling = middling.unwrap();
    assert_eq!(middling["before"]["outcome"], "OUTCOME_MET");
    assert_eq!(middling["after"]["outcome"], "OUTCOME_BREACHED");
    assert_eq!(middling["after"]["breached"], "2012-03-06T09:20:00Z");
    assert_eq!(
        (&lines[2]["changed"], &lines[2]["requests"]),
        (&2.into(), &3.into())
    );

    let (csv, id) = (desk.path("changed.csv"), &middling["service_request_id"]);
    let id = id.as_str().unwrap();
    let written = desk.server.done(&format!("{what_if} --csv {csv}")).await;
    assert!(written.stdout.contains("2 lines in"), "{}", written.stdout);
    let text = fs::read_to_string(&csv).unwrap();
    let line = format!(
        "{id},middling,acknowledge,1,it,met,7200,1800,breached,1200,1800,2012-03-06T09:20:00Z,2012-03-06T09:20:00Z"
    );
    assert!(text.lines().any(|one| one == line), "{line}\n{text}");
    assert!(
        text.contains(",'=slow,"),
        "no calculator computes it: {text}"
    );
    assert_eq!(text.lines().count(), 3);
    let again = desk.server.khidma(&format!("{what_if} --csv {csv}")).await;
    assert_eq!(again.exit, 2, "{again:?}");
    assert!(again.stderr.contains("--force replaces it"), "{again:?}");

    let why = desk.server.done(&format!("{what_if} --explain {id}")).await;
    for part in [
        "acknowledge 1 of it",
        "met: 30 min of 2 h, desk (version 1), rule \"Everything\"",
        "breached: 30 min of 20 min, desk (draft), rule \"Everything\"",
        "warning at 50 %",
        "resolve 1 of it",
    ] {
        assert!(why.stdout.contains(part), "{part}: {}", why.stdout);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_tried_out_is_refused_with_line_and_reason() {
    let desk = Desk::set().await;
    let zero = desk.policy("zero.toml", "0m");
    let broken = desk.file("broken.toml", "id = ");
    let good = desk.policy("good.toml", "20m");
    let zone = desk.file(
        "zone.toml",
        "id = \"x\"\nname = \"X\"\ntime_zone = \"Europe/Roma\"\n[[weekly]]\n\
         days = [{ weekday = \"mon\", intervals = [{ start = \"09:00\", end = \"18:00\" }] }]\n",
    );
    let nobody = uuid::Uuid::new_v4();
    for (what, exit, parts) in [
        (
            format!("--policy {zero}"),
            3,
            &["line 8: a target must be more than 0", "INVALID_POLICY"][..],
        ),
        (
            format!("--policy {broken}"),
            3,
            &["line 1:", "INVALID_POLICY_FILE"],
        ),
        (
            format!("--calendar {zone}"),
            3,
            &["zone.toml, line 3: this is no IANA time zone"],
        ),
        (
            format!("--policy {}", desk.path("none.toml")),
            2,
            &["none.toml"],
        ),
        (String::new(), 2, &["--policy"]),
        (
            format!("--policy {good} --from 2013-01-01 --to 2012-01-01"),
            3,
            &["the period is empty"],
        ),
        (
            format!("--policy {good} --department nowhere"),
            4,
            &["there is no such department"],
        ),
        (
            format!("--policy {good} --explain {nobody}"),
            4,
            &["there is no such request"],
        ),
    ] {
        let said = desk
            .server
            .khidma(&format!("sla what-if {what} {ADMIN}"))
            .await;
        assert_eq!((said.exit, &*said.stdout), (exit, ""), "{what}: {said:?}");
        for part in parts {
            assert!(said.stderr.contains(part), "{part}: {}", said.stderr);
        }
    }
    let csv = desk.path("changed.csv");
    let bad = format!("sla what-if --policy {zero} --csv {csv} {ADMIN}");
    assert_eq!(desk.server.khidma(&bad).await.exit, 3);
    assert!(!fs::exists(&csv).unwrap(), "no file is left of it");
    let amina = format!("sla what-if --policy {good} --as amina@hr");
    assert_eq!(desk.server.khidma(&amina).await.exit, 5);
}
