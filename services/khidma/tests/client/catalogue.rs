//! The catalogue on the command line, by the example that is shipped.

use crate::server::Server;

const EXAMPLE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../deploy/examples/new-employee.toml"
);

/// HR, IT and finance; Amina of HR reports to Linh.
async fn shop() -> Server {
    let server = Server::start().await;
    for line in [
        "department create hr --name 'Human Resources'",
        "department create it --name 'Information Technology'",
        "department create finance --name Finance",
        "person register linh --name Linh --department hr",
        "person register amina --name Amina --department hr",
        "person manager amina linh",
    ] {
        let line = format!("directory {line} --as admin@company:admin");
        server.done(&line).await;
    }
    let publish = format!("catalogue publish {EXAMPLE} --as linh@hr:manager");
    server.done(&publish).await;
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shipped_offering_is_published_shown_and_asked_for() {
    let server = shop().await;
    let listed = server
        .done("catalogue list --language ja --as amina@hr")
        .await;
    assert!(listed.stdout.contains("新入社員"), "{listed:?}");
    let shown = server
        .done("catalogue show new-employee --language fa-IR --as amina@hr")
        .await;
    for part in [
        "کارمند جدید",
        "the requester's manager",
        "first-day-check",
        "employee_name",
    ] {
        assert!(shown.stdout.contains(part), "{part}: {}", shown.stdout);
    }
    let submit = "request submit --offering new-employee --answer employee_name=Sara \
                  --answer first_day=2026-12-01 --answer screen_inches=14 --as amina@hr --json";
    let id = server.done(submit).await.json()["id"].clone();
    let show = format!("request show {} --as amina@hr --json", id.as_str().unwrap());
    let request = server.done(&show).await.json()["request"].clone();
    assert_eq!(request["state"], "STATE_AWAITING_APPROVAL");
    assert_eq!(request["provider_id"], "hr");
    assert_eq!(request["title"], "New employee");
    assert_eq!(request["offering_version"], 1);
    assert_eq!(request["answers"]["employee_name"], "Sara");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_answers_are_told_field_by_field() {
    let server = shop().await;
    let submit = "request submit --offering new-employee --answer first_day=soon --answer colour=red --as amina@hr";
    let said = server.khidma(submit).await;
    assert_eq!(said.exit, 3);
    for part in [
        "answers.employee_name: is needed",
        "answers.colour: is not asked for",
        "answers.first_day: ",
    ] {
        assert!(said.stderr.contains(part), "{part}: {}", said.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offering_is_retired_and_reinstated() {
    let server = shop().await;
    let retire = "catalogue retire new-employee --reason 'Nobody is hired' --as linh@hr:manager";
    server.done(retire).await;
    let listed = server
        .done("catalogue list --as amina@hr --json")
        .await
        .json();
    assert_eq!(listed["offerings"].as_array().map(Vec::len), Some(0));
    let listed = server
        .done("catalogue list --retired --as amina@hr --json")
        .await
        .json();
    assert_eq!(listed["offerings"][0]["retired"], true);
    let reinstate = "catalogue reinstate new-employee --as linh@hr:manager";
    server.done(reinstate).await;
    let again = format!("catalogue publish {EXAMPLE} --expect 4 --as linh@hr:manager");
    assert_eq!(server.khidma(&again).await.exit, 7);
}
