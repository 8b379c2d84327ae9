//! Approvals on the command line.

use crate::server::Server;

async fn organisation(server: &Server) {
    for line in [
        "department create hr --name 'Human Resources'",
        "person register linh --name Linh --department hr",
        "person register amina --name Amina --department hr",
    ] {
        server
            .done(&format!("directory {line} --as admin@company:admin"))
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn approvals_are_delegated_shown_and_taken_back() {
    let server = Server::start().await;
    organisation(&server).await;
    let until = "2200-01-04T08:00Z";
    let delegate = format!("approval delegate amina --from 2200-01-01T00:00Z --until {until}");
    let said = server.done(&format!("{delegate} --as linh@hr")).await;
    assert!(said.stdout.starts_with("delegated to amina"), "{said:?}");
    let shown = server
        .done("approval delegations --as amina@hr --json")
        .await
        .json();
    assert_eq!(shown["received"][0]["person_id"], "linh", "{shown}");
    assert_eq!(shown["received"][0]["until_time"], "2200-01-04T08:00:00Z");
    let table = server
        .done("approval delegations --as linh@hr")
        .await
        .stdout;
    assert!(
        table.contains("given by") && table.contains("2200"),
        "{table}"
    );
    let of_linh = server
        .khidma("approval delegations --of linh --as amina@hr")
        .await;
    assert_eq!(of_linh.exit, 5, "{of_linh:?}");
    server
        .done("approval end amina --of linh --as admin@company:admin")
        .await;
    let none = server
        .done("approvals delegations --as linh@hr")
        .await
        .stdout;
    assert_eq!(none.trim(), "none");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_nobody_is_not_approved() {
    let server = Server::start().await;
    organisation(&server).await;
    let none = server.done("approval list --as linh@hr").await.stdout;
    assert_eq!(none.trim(), "none");
    let id = server
        .done("request submit --to hr --title 'A letter' --as amina@hr --json")
        .await
        .json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let refused = server
        .khidma(&format!("approval approve {id} --as linh@hr --json"))
        .await;
    assert_eq!(
        refused.error()["reason"],
        "INVALID_TRANSITION",
        "{refused:?}"
    );
    let other = server
        .khidma(&format!(
            "approval reject {id} --reason no --as vera@sales --json"
        ))
        .await;
    assert_eq!(other.error()["reason"], "UNKNOWN_REQUEST", "{other:?}");
    let long = server
        .khidma("approval delegate amina --until 2999-01-01 --as linh@hr --json")
        .await;
    assert_eq!(long.error()["reason"], "PERIOD_TOO_LONG", "{long:?}");
    assert_eq!(
        server
            .khidma("approval delegate amina --until soon --as linh@hr")
            .await
            .exit,
        2
    );
}
