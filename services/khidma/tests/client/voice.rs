//! What is done about what was heard, thanks and interviews, on the command line.

use crate::server::Server;

async fn organisation() -> Server {
    let server = Server::start().await;
    for line in [
        "department create hr --name 'Human Resources'",
        "department create it --name 'Information Technology'",
        "person register amina --name Amina --department hr",
        "person register daniel --name Daniel --department it",
        "person register mei --name Mei --department it",
    ] {
        let line = format!("directory {line} --as admin@company:admin");
        server.done(&line).await;
    }
    server
}

/// What the line answers in JSON.
async fn json(server: &Server, line: &str) -> serde_json::Value {
    server.done(&format!("{line} --json")).await.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_heard_is_acted_on_and_told() {
    let server = organisation().await;
    let mei = "--as mei@it:manager";
    let raise = "concern raise --about it --title 'The VPN drops' --as amina@hr";
    let concern = json(&server, raise).await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let open = "action open --department it --title 'A second line' --owner daniel --due";
    let (due, later) = (in_days(14), in_days(30));
    let open = format!("{open} {due} --from-concern {concern} {mei}");
    let opened = json(&server, &open).await;
    let id = opened["id"].as_str().unwrap();
    let text = "'The VPN drops' --we-did 'It has a second line'";
    for (line, who) in [
        (format!("start {id}"), "daniel@it"),
        (
            format!("move {id} --due {later} --reason 'The parts are late'"),
            "daniel@it",
        ),
        (
            format!("complete {id} 'The line stands' --evidence https://files.example.org/1"),
            "daniel@it",
        ),
        (
            format!("publish {id} --you-said {text} --also fa 'قطع می‌شود' 'خط دوم' --to hr"),
            "mei@it:manager",
        ),
    ] {
        server.done(&format!("action {line} --as {who}")).await;
    }
    let shown = server.done(&format!("action show {id} {mei}")).await.stdout;
    for told in [
        "A second line",
        "published",
        &format!("concern {concern}"),
        "The parts are late",
        "The line stands",
        "https://files.example.org/1",
        "The VPN drops → It has a second line",
        "قطع می‌شود → خط دوم",
    ] {
        assert!(shown.contains(told), "{told} is not in {shown}");
    }
    let list = server
        .done("action list --owner daniel --state published --as daniel@it")
        .await
        .stdout;
    assert!(
        list.contains(id) && list.contains("A second line"),
        "{list}"
    );
    let overdue = server.done(&format!("action list --overdue {mei}")).await;
    assert!(overdue.stdout.contains("none"), "{overdue:?}");
    // What everybody reads leads neither to the concern nor to who answers for it.
    let told = server
        .done("action published hr --as amina@hr")
        .await
        .stdout;
    assert!(told.contains("It has a second line"), "{told}");
    let told = json(&server, "action published hr --as amina@hr")
        .await
        .to_string();
    assert!(
        !told.contains(&concern) && !told.contains("daniel"),
        "{told}"
    );
    let denied = format!("action drop {id} 'No' --as amina@hr");
    assert_eq!(server.khidma(&denied).await.exit, 5);
    let nobodys = "action show 00000000-0000-7000-8000-000000000000 --as amina@hr";
    assert_eq!(server.khidma(nobodys).await.exit, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn thanks_stand_on_the_wall_until_they_are_taken_back() {
    let server = organisation().await;
    let (amina, daniel) = ("--as amina@hr", "--as daniel@it");
    let give = format!("thanks give 'It was there before I was' --to daniel {amina}");
    let given = json(&server, &give).await;
    let team = format!("thanks give 'You are always there' --team it --private {amina}");
    server.done(&team).await;
    let wall = server.done("thanks wall it --as mei@it").await.stdout;
    assert!(wall.contains("It was there before I was"), "{wall}");
    assert!(!wall.contains("always there"), "{wall}");
    for own in [format!("list {daniel}"), format!("list --given {amina}")] {
        let list = server.done(&format!("thanks {own}")).await.stdout;
        assert!(
            list.contains("always there") && list.contains("all of it"),
            "{list}"
        );
    }
    let id = given["id"].as_str().unwrap();
    server.done(&format!("thanks withdraw {id} {amina}")).await;
    let wall = server.done("thanks wall it --as mei@it").await.stdout;
    assert!(wall.contains("none"), "{wall}");
    let ranking = server.khidma("thanks ranking it --as mei@it --json").await;
    assert_eq!(ranking.error()["reason"], "RANKING_OFF", "{ranking:?}");
    let oneself = "thanks give 'Well done' --to amina --as amina@hr";
    assert_eq!(server.khidma(oneself).await.exit, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_in_person_is_kept_with_consent() {
    let server = organisation().await;
    let (mei, amina) = ("--as mei@it:manager", "--as amina@hr");
    let plan =
        "interview plan --department it --interviewer mei --topic 'The first day' --with amina";
    let planned = json(&server, &format!("{plan} --at {} {mei}", in_days(1))).await;
    let id = planned["id"].as_str().unwrap();
    let note = format!("interview note {id} --theme Waiting 'Nobody says why' {mei}");
    for line in [
        format!("hold {id} --attended amina {mei}"),
        format!("consent {id} {amina}"),
    ] {
        server.done(&format!("interview {line}")).await;
    }
    server.done(&note).await;
    let shown = server
        .done(&format!("interview show {id} {amina}"))
        .await
        .stdout;
    for told in [
        "The first day",
        "interview",
        "held",
        "amina",
        "Nobody says why",
    ] {
        assert!(shown.contains(told), "{told} is not in {shown}");
    }
    let themes = server
        .done(&format!("interview themes it {mei}"))
        .await
        .stdout;
    assert!(themes.contains("waiting") && themes.contains("Nobody says why"));
    assert!(!themes.contains("amina"), "{themes}");
    let mine = server
        .done(&format!("interview list --mine {amina}"))
        .await
        .stdout;
    assert!(mine.contains("The first day"), "{mine}");
    server
        .done(&format!("interview withdraw {id} {amina}"))
        .await;
    let themes = server
        .done(&format!("interview themes it {mei}"))
        .await
        .stdout;
    assert!(themes.contains("none"), "{themes}");
    let late = server.khidma(&format!("{note} --json")).await;
    assert_eq!(late.error()["reason"], "NO_CONSENT", "{late:?}");
}

/// So many days from now, as one writes it.
fn in_days(days: i64) -> String {
    let now = khidma_runtime::Clock::system().now();
    now.plus_seconds(days * 24 * 3600).to_string()
}
