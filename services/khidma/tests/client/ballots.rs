//! An anonymous round on the command line.

use std::time::Duration;

use khidma_testkit::eventually;

use crate::server::Server;

const PEOPLE: [&str; 5] = ["mei", "amina", "binh", "chiyo", "davud"];

#[tokio::test(flavor = "multi_thread")]
async fn an_anonymous_round_is_answered_by_tokens_that_are_forgotten() {
    let server = Server::start().await;
    let admin = async |line: &str| {
        let line = format!("directory {line} --as admin@company:admin");
        server.done(&line).await;
    };
    admin("department create it --name 'Information Technology'").await;
    for person in PEOPLE {
        admin(&format!(
            "person register {person} --name {person} --department it"
        ))
        .await;
    }
    let file = server.folder.path().join("move.toml");
    let text = "language = \"en\"\ntitle = { en = \"The move\" }\n[[sections]]\nkey = \"all\"\n\
                [[sections.items]]\nkey = \"smooth\"\ntext = { en = \"How?\" }\nscale = { min = 1, max = 5 }\n";
    std::fs::write(&file, text).unwrap();
    let define = format!(
        "survey define {} --owner it --as mei@it:manager",
        file.display()
    );
    server.done(&define).await;
    let launch = "survey launch move --anonymity anonymous --days 7 --department it --by department \
                  --least 3 --least-comments 3 --as mei@it:manager --json";
    let launched = server.done(launch).await.json();
    let round = launched["id"].as_str().unwrap().to_owned();
    let opened = eventually(Duration::from_secs(30), || async {
        let show = format!("survey show {round} --as amina@it --json");
        server.done(&show).await.json()["round"]["state"] == "ROUND_STATE_OPEN"
    });
    assert!(opened.await);

    // Amina takes her token first, twice, and answers later; the others at once. One says not of which department.
    for _ in 0..2 {
        server
            .done(&format!("survey token {round} --as amina@it"))
            .await;
    }
    for (number, person) in PEOPLE.iter().enumerate() {
        let wrong = format!("survey answer {round} -q smooth=9 --as {person}@it");
        assert_eq!(server.khidma(&wrong).await.exit, 3);
        let less = if number == 4 { "--no-segment" } else { "" };
        let answer = format!("survey answer {round} -q smooth={number} {less} --as {person}@it");
        let answer = answer.replace("smooth=0", "smooth=5");
        let said = server.done(&answer).await.stdout;
        assert!(said.contains("in nobody's name"), "{said}");
        let again = server.khidma(&answer).await;
        assert_eq!(again.exit, 2);
        assert!(again.stderr.contains("was taken before"), "{again:?}");
    }
    server
        .done(&format!("survey close {round} --as mei@it:manager"))
        .await;
    let results = format!("survey results {round} --as mei@it:manager --json");
    let shown = eventually(Duration::from_secs(30), || async {
        let results = server.khidma(&results).await;
        results.exit == 0 && results.stdout.contains("\"mean\"")
    });
    assert!(shown.await, "{:?}", server.khidma(&results).await);
}
