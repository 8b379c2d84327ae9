//! How requests went, on the command line.

use std::time::Duration;

use khidma_testkit::eventually;

use crate::server::Server;

const LONG: Duration = Duration::from_secs(20);

async fn organisation() -> Server {
    let server = Server::start().await;
    for line in [
        "department create hr --name 'Human Resources'",
        "department create it --name 'Information Technology'",
        "person register amina --name Amina --department hr",
        "person register daniel --name Daniel --department it",
    ] {
        let line = format!("directory {line} --as admin@company:admin");
        server.done(&line).await;
    }
    server
}

/// Amina asks IT for something, and it is done.
async fn done(server: &Server, title: &str) -> String {
    let submit = format!("request submit --to it --title '{title}' --as amina@hr --json");
    let said = server.done(&submit).await.json();
    let id = said["id"].as_str().unwrap().to_owned();
    server
        .done(&format!("request resolve {id} 'Here it is' --as daniel@it"))
        .await;
    server
        .done(&format!("request confirm {id} --as amina@hr"))
        .await;
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_seen_answered_and_told_to_who_did_it() {
    let server = organisation().await;
    let shown = server.done("csat rule show it --as daniel@it").await.stdout;
    for told in ["the usual one", "after each request", "14 days"] {
        assert!(shown.contains(told), "{told} is not in {shown}");
    }
    let set = "csat rule set it --ask always --effort --expires-after 7";
    assert_eq!(
        server.khidma(&format!("{set} --as daniel@it")).await.exit,
        5
    );
    server.done(&format!("{set} --as mei@it:manager")).await;
    let shown = server
        .done("csat rule show it --as amina@hr --json")
        .await
        .json();
    assert_eq!(shown["rule"]["expires_after_days"], 7, "{shown}");

    let request = done(&server, "A laptop").await;
    let waiting = async || server.done("csat list --as amina@hr --json").await.json();
    let came = eventually(LONG, || async {
        waiting().await["questions"]
            .as_array()
            .is_some_and(|all| all.len() == 1)
    });
    assert!(came.await, "{}", waiting().await);
    let question = waiting().await["questions"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let list = server.done("csat list --as amina@hr").await.stdout;
    assert!(
        list.contains("A laptop") && list.contains(&question),
        "{list}"
    );
    let shown = format!("csat show {request} --as amina@hr");
    assert!(server.done(&shown).await.stdout.contains("open"));

    let answer = format!("csat answer {question} --score 5 --effort 6 --comment 'So quick'");
    server.done(&format!("{answer} --as amina@hr")).await;
    let twice = server
        .khidma(&format!("{answer} --as amina@hr --json"))
        .await;
    assert_eq!(twice.exit, 7, "{twice:?}");
    assert_eq!(twice.error()["reason"], "ALREADY_ANSWERED");
    let list = server
        .done("csat list --department it --as daniel@it")
        .await
        .stdout;
    assert!(
        list.contains("So quick") && list.contains("amina"),
        "{list}"
    );
    let shown = server.done(&shown).await.stdout;
    assert!(
        shown.contains("answered") && shown.contains("So quick"),
        "{shown}"
    );
    let foreign = server
        .khidma("csat list --department it --as amina@hr")
        .await;
    assert_eq!(foreign.exit, 5, "{foreign:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn made_up_answers_are_taken_over_once_and_named_so() {
    let server = organisation().await;
    server
        .done("csat rule set it --ask never --as mei@it:manager")
        .await;
    for number in 0..4 {
        done(&server, &format!("Laptop {number}")).await;
    }
    let table = server.folder.path().join("made-up.csv");
    let file = table.display();
    let make = format!(
        "csat synthesize --provider it --seed 7 --answering 100 --out {file} --as daniel@it"
    );
    let made = eventually(LONG, || async {
        let said = server.done(&format!("{make} --force --json")).await.json();
        said["answers"] == 4
    });
    assert!(made.await, "not all requests were seen");
    let again = server.khidma(&make).await;
    assert_eq!(again.exit, 2, "a file is not replaced unasked: {again:?}");
    let text = std::fs::read_to_string(&table).unwrap();
    assert_eq!(text.matches(",true\n").count(), 4, "{text}");

    let import = format!("csat import {file} --as mover@it:import --json");
    for _ in 0..2 {
        let said = server.done(&import).await.json();
        assert_eq!(said["answers"], 4, "{said}");
    }
    let list = server
        .done("csat list --department it --as daniel@it --json")
        .await
        .json();
    let all = list["questions"].as_array().unwrap();
    assert_eq!(all.len(), 4, "{list}");
    assert!(
        all.iter().all(|one| one["answer"]["synthetic"] == true),
        "{list}"
    );
    let seen = server
        .done("csat list --department it --as daniel@it")
        .await
        .stdout;
    assert_eq!(seen.matches("nobody (synthetic)").count(), 4, "{seen}");

    // Another score about the same request is another answer, and the file is not what it was.
    let scores = ["1", "2", "3", "4", "5"].map(|score| format!(",,{score},"));
    let other = scores
        .iter()
        .fold(text, |text, score| text.replace(score, ",,0,"));
    std::fs::write(&table, other).unwrap();
    let refused = server.khidma(&import).await;
    assert_eq!(refused.exit, 3, "{refused:?}");
    assert!(refused.stdout.contains("SCORE_OUT_OF_RANGE"), "{refused:?}");
    let denied = server
        .khidma(&format!("csat import {file} --as daniel@it"))
        .await;
    assert_eq!(denied.exit, 5, "{denied:?}");
}
