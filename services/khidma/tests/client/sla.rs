//! What clocks show, on the command line, where nothing is promised yet.

use crate::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_promised_nothing_is_shown_and_that_is_no_error() {
    let server = Server::start().await;
    server
        .done("directory department create it --name IT --as admin@company:admin")
        .await;
    let line = "request submit --to it --title 'A laptop' --as amina@hr --json";
    let said = server.done(line).await.json();
    let id = said["id"].as_str().unwrap().to_owned();
    let seen = khidma_testkit::eventually(std::time::Duration::from_secs(20), || async {
        let line = format!("sla clocks {id} --as amina@hr");
        server.khidma(&line).await.exit == 0
    });
    assert!(seen.await, "the service levels never heard of the request");
    for (line, words) in [
        (format!("sla clocks {id} --as amina@hr"), "none"),
        (
            format!("sla explain {id} --as amina@hr"),
            "nothing is promised",
        ),
        (format!("sla recompute {id} --as daniel@it"), "none"),
        ("sla board --as daniel@it".to_owned(), "none"),
        ("sla breaches --as daniel@it".to_owned(), "none"),
        ("sla report --by metric --as daniel@it".to_owned(), "all"),
        (
            "sla recompute --as daniel@it".to_owned(),
            "0 of 0 clocks of 0 requests differ",
        ),
    ] {
        let said = server.done(&line).await;
        assert!(said.stdout.contains(words), "{line}: {said:?}");
    }
    let csv = server.done("sla report --csv --as daniel@it").await;
    assert_eq!(
        csv.stdout,
        "request,external_id,metric,target_s,elapsed_s,outcome,due,breached_at\n"
    );
    let totals = server
        .done("sla report --totals-csv --by metric --as daniel@it")
        .await;
    assert!(
        totals.stdout.starts_with("metric,met,breached,running,"),
        "{totals:?}"
    );
    let json = server.done("sla report --as daniel@it --json").await.json();
    assert_eq!(json["total"]["met"], 0);

    let stranger = server
        .khidma(&format!("sla clocks {id} --as farid@finance"))
        .await;
    assert_eq!(stranger.exit, 4, "{stranger:?}");
    let other = server
        .khidma("sla board --department it --as farid@finance")
        .await;
    assert_eq!(other.exit, 5, "{other:?}");
    let unknown = server
        .khidma(&format!("sla explain {id} resolve --as amina@hr"))
        .await;
    assert_eq!(unknown.exit, 4, "{unknown:?}");
    assert!(
        unknown.stderr.contains("no clock for resolve"),
        "{unknown:?}"
    );
}
