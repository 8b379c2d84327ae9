//! Searching on the command line.

use crate::server::Server;

/// What is found of `line`, once it is: the command line does not wait for the index, which is a moment behind.
async fn found(server: &Server, line: &str) -> String {
    let seen = khidma_testkit::eventually(std::time::Duration::from_secs(20), || async {
        !server.done(line).await.stdout.contains("nothing found")
    });
    assert!(seen.await, "{line}: nothing was found");
    server.done(line).await.stdout
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_found_by_their_words() {
    let server = Server::start().await;
    for line in [
        "directory department create it --name IT --as admin@company:admin",
        "request submit --to it --title 'A laptop' --description 'With a Persian keyboard' --tag desk --as amina@hr",
        "request submit --to it --title 'A screen' --as amina@hr",
    ] {
        server.done(line).await;
    }
    let said = found(&server, "request search persian keyb --as amina@hr").await;
    assert!(
        said.contains("A laptop") && !said.contains("A screen"),
        "{said}"
    );
    assert!(
        said.contains("description: With a Persian keyboard"),
        "{said}"
    );
    let json = server
        .done("request search '\"persian keyboard\"' --department it --tag desk --state submitted --from 2026-01-01 --as amina@hr --json")
        .await
        .json();
    assert_eq!(json["hits"][0]["found_in"], "FOUND_IN_DESCRIPTION");
    assert_eq!(json["hits"][0]["excerpt"]["highlights"][0]["begin"], 7);
    let none = server
        .done("request search keyboard --as farid@finance")
        .await;
    assert_eq!(none.stdout.trim(), "nothing found");
    let refused = server.khidma("request search '?!' --as amina@hr").await;
    assert_eq!(refused.exit, 3, "{refused:?}");
    assert!(refused.stderr.contains("EMPTY_QUERY"), "{refused:?}");
}
