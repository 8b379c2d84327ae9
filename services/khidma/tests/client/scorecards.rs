//! Figures of people and scorecards on the command line.

use std::fs;

use crate::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_imported_and_stand_in_the_scorecard() {
    let server = Server::start().await;
    server
        .done("directory department create it --name IT")
        .await;
    let file = server.folder.path().join("people.csv");
    let lines = "month, department, headcount, joiners, leavers, leavers_among_joiners\n\
                 2025-01, it, 40, 4, 3, 1\n\
                 2025-02, it, 41, 0, 1, 0\n";
    fs::write(&file, lines).unwrap();
    server
        .done(&format!("figures import {}", file.display()))
        .await;
    let set = server
        .done("figures set it 2025-03 --headcount 40 --joiners 1 --json")
        .await;
    assert_eq!(set.json()["id"], "it");

    let shown = server
        .done("figures show it --from 2025-01 --to 2025-03")
        .await;
    for said in ["2025-02", "95.0 %", "turnover", "retention"] {
        assert!(shown.stdout.contains(said), "{said}\n{}", shown.stdout);
    }
    let wrong = server.khidma("figures set it 2025-04 --headcount 7").await;
    assert!(wrong.stderr.contains("INCONSISTENT_MONTHS"), "{wrong:?}");

    let period = "--from 2025-01-01 --to 2025-04-01";
    let card = server.done(&format!("scorecard it {period}")).await;
    for said in ["promises kept", "40 at first", "period by period"] {
        assert!(card.stdout.contains(said), "{said}\n{}", card.stdout);
    }
    let data = server.done(&format!("scorecard it {period} --json")).await;
    assert_eq!(data.json()["periods"][0]["people"]["leavers"], 4);

    let page = server.folder.path().join("it.html");
    let write = format!(
        "scorecard it {period} --locale ar --html {}",
        page.display()
    );
    server.done(&write).await;
    let html = fs::read_to_string(&page).unwrap();
    assert!(html.contains("<html lang=\"ar\" dir=\"rtl\">"));
    // What is there is not written over unless that is said.
    assert_ne!(server.khidma(&write).await.exit, 0);
    server.done(&format!("{write} --replace")).await;
}
