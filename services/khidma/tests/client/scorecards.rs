//! Figures of people and scorecards on the command line.

use std::fs;

use crate::server::{Said, Server};

/// What an admin is told.
async fn done(server: &Server, line: &str) -> Said {
    server.done(&format!("{line} --as root@it:admin")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_imported_and_stand_in_the_scorecard() {
    let server = Server::start().await;
    done(&server, "directory department create it --name IT").await;
    let file = server.folder.path().join("people.csv");
    let lines = "month, department, headcount, joiners, leavers, leavers_among_joiners\n\
                 2025-01, it, 40, 4, 3, 1\n\
                 2025-02, it, 41, 0, 1, 0\n";
    fs::write(&file, lines).unwrap();
    done(&server, &format!("figures import {}", file.display())).await;
    let set = done(
        &server,
        "figures set it 2025-03 --headcount 40 --joiners 1 --json",
    )
    .await;
    assert_eq!(set.json()["id"], "it");

    let shown = done(&server, "figures show it --from 2025-01 --to 2025-03").await;
    for said in ["2025-02", "95.0 %", "turnover", "retention"] {
        assert!(shown.stdout.contains(said), "{said}\n{}", shown.stdout);
    }
    let wrong = server
        .khidma("figures set it 2025-04 --headcount 7 --as root@it:admin")
        .await;
    assert!(wrong.stderr.contains("INCONSISTENT_MONTHS"), "{wrong:?}");

    let period = "--from 2025-01-01 --to 2025-04-01";
    let card = done(&server, &format!("scorecard it {period}")).await;
    for said in ["promises kept", "40 at first", "period by period"] {
        assert!(card.stdout.contains(said), "{said}\n{}", card.stdout);
    }
    let data = done(&server, &format!("scorecard it {period} --json")).await;
    assert_eq!(data.json()["periods"][0]["people"]["leavers"], 4);

    let page = server.folder.path().join("it.html");
    let write = format!(
        "scorecard it {period} --locale ar --html {}",
        page.display()
    );
    done(&server, &write).await;
    let html = fs::read_to_string(&page).unwrap();
    assert!(html.contains("<html lang=\"ar\" dir=\"rtl\">"));
    // What is there is not written over unless that is said.
    assert_ne!(
        server
            .khidma(&format!("{write} --as root@it:admin"))
            .await
            .exit,
        0
    );
    done(&server, &format!("{write} --replace")).await;
}
