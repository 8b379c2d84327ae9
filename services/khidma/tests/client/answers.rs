//! What people and scripts get when it works.

use serde_json::Value;

use crate::server::Server;

/// A small organisation, made by its administrator on the command line.
async fn organisation(server: &Server) {
    for line in [
        "department create hr --name 'Human Resources'",
        "department create it --name 'Information Technology'",
        "person register amina --name Amina --department hr",
        "person register daniel --name Daniel --department it",
        "role define technician --name Technician --description Laptops",
        "role assign technician --person daniel --department it",
        "department topics it laptop=technician printer",
    ] {
        server
            .done(&format!("directory {line} --as admin@company:admin"))
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_lives_on_the_command_line() {
    let server = Server::start().await;
    organisation(&server).await;
    let submit = "request submit --to it --title 'A laptop' --priority high --tag first-day --as amina@hr --json";
    let id = server.done(submit).await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for line in [
        "ack ID --note seen --as daniel@it",
        "claim ID --as daniel@it",
        "start ID --as daniel@it",
        "ask ID 'Which keyboard?' --as daniel@it",
        "reply ID Arabic --as amina@hr",
        "note ID 'the last one' --as daniel@it",
        "priority ID urgent --as daniel@it",
        "resolve ID 'on your desk' --as daniel@it",
        "confirm ID --as amina@hr",
    ] {
        let said = server
            .done(&format!("request {}", line.replace("ID", &id)))
            .await;
        assert!(said.stdout.contains(&id), "{said:?}");
    }
    let shown = server
        .done(&format!("request show {id} --as amina@hr --json"))
        .await
        .json();
    assert_eq!(shown["request"]["state"], "STATE_CONFIRMED");
    assert_eq!(shown["request"]["priority"], "PRIORITY_URGENT");
    let timeline = server
        .done(&format!("request timeline {id} --as daniel@it"))
        .await
        .stdout;
    assert!(
        timeline.contains("the last one") && timeline.contains("(internal)"),
        "{timeline}"
    );
    let watched = server
        .done(&format!("request watch {id} --as amina@hr --json"))
        .await
        .stdout;
    let kinds = kinds(&watched);
    assert_eq!(kinds.first().map(String::as_str), Some("submitted"));
    assert_eq!(kinds.last().map(String::as_str), Some("confirmed"));
    assert!(
        !kinds.contains(&"note_added".to_owned()),
        "an internal note was shown: {kinds:?}"
    );
}

/// The kinds of what was watched, one JSON document a line.
fn kinds(watched: &str) -> Vec<String> {
    let messages = watched
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let entries = messages.flat_map(|message| message["entries"].as_array().unwrap().clone());
    entries
        .map(|entry| entry["kind"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_id_gives_the_first_answer_again() {
    let server = Server::start().await;
    organisation(&server).await;
    let key = "018f0000-0000-7000-8000-000000000001";
    let submit = |title: &str| {
        format!("request submit --to it --title {title} --request-id {key} --as amina@hr --json")
    };
    let first = server.done(&submit("laptop")).await;
    assert_eq!(first.stdout, server.done(&submit("laptop")).await.stdout);
    assert_eq!(
        server.khidma(&submit("screen")).await.exit,
        7,
        "the key was used for something else"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_have_no_colour_where_no_terminal_is() {
    let server = Server::start().await;
    organisation(&server).await;
    for title in ["One", "Two", "Three"] {
        server
            .done(&format!(
                "request submit --to it --title {title} --as amina@hr"
            ))
            .await;
    }
    let table = server.done("request list --as amina@hr").await.stdout;
    assert!(!table.contains('\u{1b}'), "{table}");
    assert_eq!(
        table.lines().count(),
        5,
        "a header, a rule and three rows: {table}"
    );
    assert!(
        table.lines().nth(2).unwrap().contains("Three"),
        "the newest first: {table}"
    );
    let page = server
        .done("request queue it --page-size 2 --as daniel@it")
        .await
        .stdout;
    assert!(
        page.contains("3 submitted") && page.contains("--page-token"),
        "{page}"
    );
    let all = server
        .done("request list --page-size 1 --all --as amina@hr --json")
        .await
        .json();
    assert_eq!(all["requests"].as_array().map(Vec::len), Some(3));
    assert_eq!(all["next_page_token"], "");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_directory_answers_who_and_where() {
    let server = Server::start().await;
    organisation(&server).await;
    server.done("directory role on-duty technician --department it --person daniel --as admin@company:admin").await;
    let handlers = server
        .done("directory who-handles laptop --as amina@hr")
        .await
        .stdout;
    assert!(
        handlers.contains("Information Technology (it)") && handlers.contains("Daniel (daniel)"),
        "{handlers}"
    );
    let chart = server
        .done("directory chart --people --as amina@hr")
        .await
        .stdout;
    assert!(chart.contains("└─ Daniel"), "{chart}");
    let dot = server
        .done("directory chart --dot --as amina@hr")
        .await
        .stdout;
    assert!(dot.starts_with("digraph"), "{dot}");
    server
        .done("directory role confirm technician --as daniel@it")
        .await;
    let role = server
        .done("directory role show technician --as daniel@it --json")
        .await
        .json();
    assert_eq!(role["role"]["holders"][0]["confirmed"], true, "{role}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_comes_from_a_file() {
    let server = Server::start().await;
    let file = server.folder.path().join("office.toml");
    let put = format!(
        "directory calendar put {} --as admin@company:admin",
        file.display()
    );
    let monday = "[[weekly]]\ndays = [{ weekday = \"mon\", intervals = [{ start = \"09:00\", end = \"17:30\" }] }]\n";
    let head = "id = \"office\"\nname = \"Office\"\ntime_zone = \"Europe/Rome\"\n";
    std::fs::write(&file, format!("{head}{monday}")).unwrap();
    server.done(&put).await;
    let shown = server
        .done("directory calendar show office --as amina@hr")
        .await
        .stdout;
    assert!(shown.contains("09:00–17:30"), "{shown}");
    std::fs::write(&file, format!("{head}colour = \"red\"\n")).unwrap();
    let said = server.khidma(&put).await;
    assert_eq!(said.exit, 2, "{said:?}");
    assert!(said.stderr.contains("colour"), "{said:?}");
    std::fs::write(
        &file,
        format!("{}{monday}", head.replace("Europe/Rome", "Europe/Atlantis")),
    )
    .unwrap();
    assert_eq!(server.khidma(&put).await.exit, 3, "there is no such zone");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_sees_the_log_and_rebuilds_read_models() {
    let server = Server::start().await;
    organisation(&server).await;
    let admin = "--as admin@company:admin";
    let events = server
        .done(&format!("events tail --no-follow --json {admin}"))
        .await
        .stdout;
    let events = events.lines().map(serde_json::from_str::<Value>);
    let events: Vec<Value> = events.collect::<Result<_, _>>().unwrap();
    let first = &events[0];
    assert_eq!(first["specversion"], "1.0");
    let after = server
        .done(&format!("events tail --no-follow --after 1 {admin}"))
        .await
        .stdout;
    let others = events
        .iter()
        .filter(|event| event["position"] != first["position"]);
    let others = others.count();
    assert!(others > 0, "{events:?}");
    assert_eq!(after.lines().count(), others, "all but the first commit's");
    let list = server.done(&format!("rebuild {admin}")).await.stdout;
    assert!(list.contains("requests") && list.contains("live"), "{list}");
    let rebuilt = server
        .done(&format!("rebuild requests {admin}"))
        .await
        .stdout;
    assert!(
        rebuilt
            .lines()
            .last()
            .unwrap()
            .starts_with("rebuilt requests"),
        "{rebuilt}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_issued_and_believed() {
    let server = Server::start().await;
    organisation(&server).await;
    let issued = server
        .done("token --person amina --department hr --ttl 5m")
        .await
        .stdout;
    let file = server.folder.path().join("amina.token");
    std::fs::write(&file, issued).unwrap();
    let list = format!("request list --json --token-file {}", file.display());
    assert_eq!(
        server.done(&list).await.json()["requests"]
            .as_array()
            .map(Vec::len),
        Some(0)
    );
    let admin = server
        .done("token --person admin --department company --role admin")
        .await
        .stdout;
    std::fs::write(server.folder.path().join("identity/token"), admin).unwrap();
    // The administrator's token is taken where nothing else is said, and finds out where a person belongs.
    server.done("rebuild").await;
    let submitted = server
        .done("request submit --to it --title x --as amina --json")
        .await
        .json();
    let shown = server
        .done(&format!(
            "request show {} --json",
            submitted["id"].as_str().unwrap()
        ))
        .await
        .json();
    assert_eq!(shown["request"]["requester_department_id"], "hr");
}
