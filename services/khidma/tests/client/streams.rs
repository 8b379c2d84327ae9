//! Streams that break off, and answers in several pages.

use khidma_proto::operations::TailEventsRequest;

use crate::scripted::Scripted;
use crate::server::{Said, program, run};

/// What the program says to a command line against `server`; it has to succeed.
async fn done(server: &Scripted, line: &str) -> Said {
    let address = server.serve().await;
    let said = run(program(&format!("{line} --token x --server {address}"))).await;
    assert_eq!(said.exit, 0, "{line}: {said:?}");
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_goes_on_though_nothing_had_come_yet() {
    let server = Scripted::default();
    let said = done(&server, "request watch some-request --after 5").await;
    assert_eq!(said.stdout.matches("confirmed").count(), 1, "{said:?}");
    let asked = server.asked();
    let after: Vec<_> = asked
        .watches
        .iter()
        .map(|watch| watch.after_position)
        .collect();
    assert_eq!(after, [5, 5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tail_from_now_on_goes_on_from_then() {
    let server = Scripted::default();
    let said = done(&server, "events tail --from-now --json").await;
    assert_eq!(said.stdout, "{}\n");
    let asked = server.asked();
    let from_then = TailEventsRequest {
        after_position: 7,
        from_now: false,
        stop_at_head: false,
    };
    assert_eq!(asked.tails, [from_then; 2]);
    assert_eq!(asked.heads, 1, "what came meanwhile would be skipped");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_goes_on_too_and_leaves_out_what_has_come_since_it_began() {
    let server = Scripted::default();
    let said = done(&server, "export ocel --out -").await;
    assert!(said.stdout.contains("\"events\":[\n],"), "{said:?}");
    let asked = server.asked();
    let all = TailEventsRequest {
        after_position: 0,
        from_now: false,
        stop_at_head: true,
    };
    assert_eq!(asked.tails, [all; 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timeline_comes_in_pages_of_the_servers_size() {
    let server = Scripted::default();
    let said = done(&server, "request timeline some-request").await;
    assert!(
        said.stdout.contains("submitted") && said.stdout.contains("confirmed"),
        "{said:?}"
    );
    let asked = server.asked();
    let pages: Vec<_> = asked
        .timelines
        .iter()
        .map(|page| (page.page_size, page.page_token.as_str()))
        .collect();
    assert_eq!(pages, [(0, ""), (0, "second")]);
}
