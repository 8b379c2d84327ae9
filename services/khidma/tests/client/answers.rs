//! What people and scripts get when it works.

use crate::server::Server;

/// A small organisation, made by its administrator on the command line.
async fn organisation(server: &Server) {
    let admin = "admin@company:admin";
    let steps: [&[&str]; 7] = [
        &["department", "create", "hr", "--name", "Human Resources"],
        &[
            "department",
            "create",
            "it",
            "--name",
            "Information Technology",
        ],
        &[
            "person",
            "register",
            "amina",
            "--name",
            "Amina",
            "--department",
            "hr",
        ],
        &[
            "person",
            "register",
            "daniel",
            "--name",
            "Daniel",
            "--department",
            "it",
        ],
        &[
            "role",
            "define",
            "technician",
            "--name",
            "Technician",
            "--description",
            "Laptops",
        ],
        &[
            "role",
            "assign",
            "technician",
            "--person",
            "daniel",
            "--department",
            "it",
        ],
        &["department", "topics", "it", "laptop=technician", "printer"],
    ];
    for step in steps {
        server
            .done(&[&["directory"], step, &["--as", admin]].concat())
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_lives_on_the_command_line() {
    let server = Server::start().await;
    organisation(&server).await;
    let (amina, daniel) = ("amina@hr", "daniel@it");
    let submit = [
        "request",
        "submit",
        "--to",
        "it",
        "--title",
        "A laptop",
        "--priority",
        "high",
        "--tag",
        "first-day",
    ];
    let id = server
        .done(&[&submit, ["--as", amina, "--json"].as_slice()].concat())
        .await
        .json()["id"]
        .clone();
    let id = id.as_str().unwrap();
    let acts: [&[&str]; 9] = [
        &["ack", id, "--note", "seen", "--as", daniel],
        &["claim", id, "--as", daniel],
        &["start", id, "--as", daniel],
        &["ask", id, "Which keyboard?", "--as", daniel],
        &["reply", id, "Arabic", "--as", amina],
        &["note", id, "the last one", "--as", daniel],
        &["priority", id, "urgent", "--as", daniel],
        &["resolve", id, "on your desk", "--as", daniel],
        &["confirm", id, "--as", amina],
    ];
    for act in acts {
        let said = server.done(&[&["request"], act].concat()).await;
        assert!(said.stdout.contains(id), "{said:?}");
    }
    let shown = server
        .done(&["request", "show", id, "--as", amina, "--json"])
        .await
        .json();
    assert_eq!(shown["request"]["state"], "STATE_CONFIRMED");
    assert_eq!(shown["request"]["priority"], "PRIORITY_URGENT");
    let watched = server
        .done(&["request", "watch", id, "--as", amina, "--json"])
        .await;
    let kinds: Vec<_> = watched
        .stdout
        .lines()
        .flat_map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["entries"]
                .as_array()
                .unwrap()
                .clone()
        })
        .map(|entry| entry["kind"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds.first().map(String::as_str), Some("submitted"));
    assert_eq!(kinds.last().map(String::as_str), Some("confirmed"));
    assert!(
        !kinds.contains(&"note_added".to_owned()),
        "an internal note was shown to the requester: {kinds:?}"
    );
    let timeline = server
        .done(&["request", "timeline", id, "--as", daniel])
        .await
        .stdout;
    assert!(
        timeline.contains("the last one") && timeline.contains("(internal)"),
        "{timeline}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_id_gives_the_first_answer_again() {
    let server = Server::start().await;
    organisation(&server).await;
    let key = "018f0000-0000-7000-8000-000000000001";
    let submit = [
        "request",
        "submit",
        "--to",
        "it",
        "--title",
        "A laptop",
        "--request-id",
        key,
        "--as",
        "amina@hr",
        "--json",
    ];
    let first = server.done(&submit).await;
    assert_eq!(first.stdout, server.done(&submit).await.stdout);
    let mut other = submit;
    other[5] = "Another laptop";
    assert_eq!(
        server.khidma(&other).await.exit,
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
            .done(&[
                "request", "submit", "--to", "it", "--title", title, "--as", "amina@hr",
            ])
            .await;
    }
    let table = server
        .done(&["request", "list", "--as", "amina@hr"])
        .await
        .stdout;
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
        .done(&[
            "request",
            "queue",
            "it",
            "--page-size",
            "2",
            "--as",
            "daniel@it",
        ])
        .await
        .stdout;
    assert!(
        page.contains("3 submitted") && page.contains("--page-token"),
        "{page}"
    );
    let all = server
        .done(&[
            "request",
            "list",
            "--page-size",
            "1",
            "--all",
            "--as",
            "amina@hr",
            "--json",
        ])
        .await
        .json();
    assert_eq!(all["requests"].as_array().map(Vec::len), Some(3));
    assert_eq!(all["next_page_token"], "");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_directory_answers_who_and_where() {
    let server = Server::start().await;
    organisation(&server).await;
    let admin = ["--as", "admin@company:admin"];
    server
        .done(
            &[
                &[
                    "directory",
                    "role",
                    "on-duty",
                    "technician",
                    "--department",
                    "it",
                    "--person",
                    "daniel",
                ],
                admin.as_slice(),
            ]
            .concat(),
        )
        .await;
    let handlers = server
        .done(&["directory", "who-handles", "laptop", "--as", "amina@hr"])
        .await
        .stdout;
    assert!(
        handlers.contains("Information Technology (it)") && handlers.contains("Daniel (daniel)"),
        "{handlers}"
    );
    let chart = server
        .done(&["directory", "chart", "--people", "--as", "amina@hr"])
        .await
        .stdout;
    assert!(chart.contains("└─ Daniel"), "{chart}");
    let dot = server
        .done(&["directory", "chart", "--dot", "--as", "amina@hr"])
        .await
        .stdout;
    assert!(dot.starts_with("digraph"), "{dot}");
    server
        .done(&[
            "directory",
            "role",
            "confirm",
            "technician",
            "--as",
            "daniel@it",
        ])
        .await;
    let role = server
        .done(&[
            "directory",
            "role",
            "show",
            "technician",
            "--as",
            "daniel@it",
            "--json",
        ])
        .await
        .json();
    assert_eq!(role["role"]["holders"][0]["confirmed"], true, "{role}");
    let calendar = server.folder.path().join("office.toml");
    let text = "id = \"office\"\nname = \"Office\"\ntime_zone = \"Europe/Rome\"\n[[weekly]]\n\
                days = [{ weekday = \"mon\", intervals = [{ start = \"09:00\", end = \"17:30\" }] }]\n";
    std::fs::write(&calendar, text).unwrap();
    server
        .done(
            &[
                &["directory", "calendar", "put", calendar.to_str().unwrap()],
                admin.as_slice(),
            ]
            .concat(),
        )
        .await;
    let shown = server
        .done(&[
            "directory",
            "calendar",
            "show",
            "office",
            "--as",
            "amina@hr",
        ])
        .await
        .stdout;
    assert!(shown.contains("09:00–17:30"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_sees_the_log_and_rebuilds_read_models() {
    let server = Server::start().await;
    organisation(&server).await;
    let admin = ["--as", "admin@company:admin"];
    let events = server
        .done(
            &[
                &["events", "tail", "--no-follow", "--json"],
                admin.as_slice(),
            ]
            .concat(),
        )
        .await
        .stdout;
    let first: serde_json::Value = serde_json::from_str(events.lines().next().unwrap()).unwrap();
    assert_eq!(first["specversion"], "1.0");
    let after = server
        .done(
            &[
                &["events", "tail", "--no-follow", "--after", "1"],
                admin.as_slice(),
            ]
            .concat(),
        )
        .await
        .stdout;
    assert!(after.lines().count() > 0 && after.lines().count() < events.lines().count());
    let list = server
        .done(&[&["rebuild"], admin.as_slice()].concat())
        .await
        .stdout;
    assert!(list.contains("requests") && list.contains("live"), "{list}");
    let rebuilt = server
        .done(&[&["rebuild", "requests"], admin.as_slice()].concat())
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
