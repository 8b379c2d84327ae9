//! Surveys on the command line: those that are shipped, and a round of one.

use crate::server::Server;

/// IT of six, whom Mei leads.
async fn company() -> Server {
    let server = Server::start().await;
    let admin = async |line: &str| {
        let line = format!("directory {line} --as admin@company:admin");
        server.done(&line).await;
    };
    admin("department create it --name 'Information Technology'").await;
    for person in ["mei", "amina", "binh", "chiyo", "davud", "elham"] {
        admin(&format!(
            "person register {person} --name {person} --department it"
        ))
        .await;
    }
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_shipped_is_taken_as_it_is() {
    let server = company().await;
    let ready = server.done("survey ready --json").await.json()["surveys"].clone();
    let names: Vec<_> = ready
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].clone())
        .collect();
    assert_eq!(names, ["eight-qualities", "enps", "pulse", "servqual"]);
    for name in names {
        let name = name.as_str().unwrap();
        let define = format!("survey define --ready {name} --owner it --as mei@it:manager");
        server.done(&define).await;
        let show = server
            .done(&format!("survey show {name} --as amina@it"))
            .await;
        assert!(
            show.stdout.contains("ar, en, fa, ja, vi"),
            "{}",
            show.stdout
        );
    }
    let table = server.done("survey ready").await.stdout;
    assert!(table.contains("A short pulse"), "{table}");
    let listed = server
        .done("survey list --owner it --as amina@it")
        .await
        .stdout;
    assert!(listed.contains("Would you recommend us?"), "{listed}");
    server.done("survey retire enps --as mei@it:manager").await;
    let listed = server.done("survey list --as amina@it").await.stdout;
    assert!(!listed.contains("enps"), "{listed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_is_launched_seen_and_closed() {
    let server = company().await;
    server
        .done("survey define --ready pulse --owner it --as mei@it:manager")
        .await;
    let launch = "survey launch pulse --anonymity confidential --days 7 --department it --by department \
                  --every 30 --times 2 --as mei@it:manager --json";
    let id = server.done(launch).await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let show = format!("survey show {id} --as mei@it:manager");
    let opened = khidma_testkit::eventually(std::time::Duration::from_secs(30), || async {
        let shown = server.done(&format!("{show} --json")).await.json();
        shown["round"]["state"] == "ROUND_STATE_OPEN"
    });
    assert!(opened.await);
    let shown = server.done(&show).await.stdout;
    for part in [
        "confidential",
        "0 of 6 (0 %)",
        "every 30 days, 2 times more",
        "5 ratings",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let mine = server.done("survey mine --open --as amina@it").await.stdout;
    assert!(
        mine.contains(&id) && mine.contains("A short pulse"),
        "{mine}"
    );
    let form = format!("survey form {id} --language ja --as amina@it");
    let form = server.done(&form).await.stdout;
    assert!(
        form.contains("ショートサーベイ") && form.contains("if ease is 4 or less"),
        "{form}"
    );
    let rounds = server
        .done("survey rounds --state open --as amina@it")
        .await
        .stdout;
    assert!(rounds.contains(&id), "{rounds}");
    let late = format!("survey cancel {id} --as mei@it:manager");
    assert_eq!(server.khidma(&late).await.exit, 3);
    server
        .done(&format!("survey close {id} --as mei@it:manager"))
        .await;
    let rounds = server
        .done("survey rounds --state open --as amina@it")
        .await
        .stdout;
    assert!(!rounds.contains(&id), "{rounds}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_file_is_told_with_its_place() {
    let server = company().await;
    let file = server.folder.path().join("move.toml");
    let define = format!(
        "survey define {} --owner it --as mei@it:manager",
        file.display()
    );
    let text = |item: &str| {
        format!(
            "language = \"en\"\ntitle = {{ en = \"The move\" }}\n[[sections]]\nkey = \"all\"\n\
             [[sections.items]]\nkey = \"smooth\"\ntext = {{ en = \"How?\" }}\n{item}\n"
        )
    };
    std::fs::write(&file, text("scale = { min = 1, max = 5 }\nrequird = true")).unwrap();
    let said = server.khidma(&define).await;
    assert!(
        said.stderr.contains("requird") && said.stderr.contains("line"),
        "{said:?}"
    );
    std::fs::write(&file, text("scale = { min = 5, max = 1 }")).unwrap();
    let said = server.khidma(&define).await;
    assert_eq!(said.exit, 3);
    assert!(
        said.stderr.contains("sections[0].items[0].answer.scale"),
        "{said:?}"
    );
    std::fs::write(&file, text("scale = { min = 1, max = 5 }")).unwrap();
    server.done(&define).await;
    let few = "survey launch move --anonymity named --days 7 --sample 3 --as mei@it:manager";
    let said = server.khidma(few).await;
    assert!(said.stderr.contains("at least 5"), "{said:?}");
}
