//! Skills, trainings, cover and reviews on the command line, as one story.

use std::time::Duration;

use khidma_testkit::eventually;

use crate::server::Server;

const EXAMPLE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../deploy/examples/new-employee.toml"
);

/// HR offers `new-employee`; Linh leads it, Amina and Bao are of it.
async fn office() -> Server {
    let server = Server::start().await;
    for line in [
        "department create hr --name 'Human Resources'",
        "department create it --name 'Information Technology'",
        "department create finance --name Finance",
        "person register linh --name Linh --department hr",
        "person register amina --name Amina --department hr",
        "person register bao --name Bao --department hr",
    ] {
        let line = format!("directory {line} --as admin@company:admin");
        server.done(&line).await;
    }
    let publish = format!("catalogue publish {EXAMPLE} --as linh@hr:manager");
    server.done(&publish).await;
    server
}

/// Each of these lines, which all have to succeed, by Linh, who leads HR.
async fn linh(server: &Server, lines: &[&str]) {
    for line in lines {
        server.done(&format!("{line} --as linh@hr:manager")).await;
    }
}

/// That the answer to `line`, as soon as the read model has seen all, says each of `parts`, and nothing of `absent`.
async fn says(server: &Server, line: &str, parts: &[&str], absent: &[&str]) {
    let said = eventually(Duration::from_secs(20), async || {
        let said = server.done(line).await.stdout;
        parts.iter().all(|part| said.contains(part))
            && !absent.iter().any(|part| said.contains(part))
    });
    if !said.await {
        let said = server.done(line).await.stdout;
        panic!("{line}: {parts:?} without {absent:?}: {said}");
    }
}

/// As [`office`]: Amina serves the offering with help, Bao could teach it; a training was planned for a day that is over.
async fn school() -> Server {
    let server = office().await;
    let own = "skill set amina --offering new-employee --level with-help --since 2025-01-01 --as amina@hr";
    server.done(own).await;
    linh(
        &server,
        &[
            "skill set bao --offering new-employee --level teaching --source assessment --since 2025-01-01",
            "training plan joiners-1 --department hr --title 'New colleagues' --on 2025-01-15 --places 8 \
             --cost 'EUR 120.00' --offering new-employee=alone/730 --topic 'first day=with-help'",
            "training plan colleagues --department hr --title 'Your colleague is your customer' \
             --on 2025-01-16 --places 20 --awareness",
            "training cancel colleagues --reason 'No room'",
        ],
    )
    .await;
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_is_seen_and_closed_by_a_training() {
    let server = school().await;
    let who = "skill who --offering new-employee --as daniel@it";
    says(
        &server,
        who,
        &["amina", "with help", "Bao", "teaching"],
        &[],
    )
    .await;
    // Until it was held, a training of the past helps nobody.
    let cover = "cover hr --as daniel@it";
    let none = "none: no training gives it";
    let gap = [
        "new-employee",
        "amina (with help)",
        none,
        "1 of 1 offerings",
    ];
    says(&server, cover, &gap, &[]).await;
    linh(&server, &["training hold joiners-1"]).await;
    let way = "amina to joiners-1 (given again): EUR 120.00";
    says(&server, cover, &[way], &[none]).await;
    let gap = server.done(&format!("{cover} --json")).await.json()["gaps"][0].clone();
    assert_eq!(gap["able_ids"][0], "bao");
    assert_eq!(gap["missing"], 1);
    assert_eq!(gap["closings"][0]["cost"][0]["minor"], 12_000);

    linh(&server, &["training hold joiners-1 amina"]).await;
    let in_june = "cover hr --on 2025-06-01 --as daniel@it";
    says(&server, in_june, &["0 of 1 offerings"], &["amina"]).await;
    let lapsed = "cover hr --on 2027-01-16 --as daniel@it";
    says(&server, lapsed, &["amina (with help)"], &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_attended_can_do_it_until_it_is_withdrawn() {
    let server = school().await;
    linh(&server, &["training hold joiners-1 amina"]).await;
    let skills = [
        "training joiners-1: alone from 2025-01-15 to 2027-01-15",
        "self: with help from",
        "\u{201c}first day\u{201d}",
    ];
    says(
        &server,
        "skill show amina --on 2025-06-01 --as amina@hr",
        &skills,
        &[],
    )
    .await;
    let training = [
        "New colleagues",
        "held",
        "EUR 120.00",
        "new-employee alone for 730 days",
        "amina",
    ];
    says(
        &server,
        "training show joiners-1 --as linh@hr:manager",
        &training,
        &[],
    )
    .await;
    let cancelled = "training list --state cancelled --as daniel@it";
    says(&server, cancelled, &["colleagues"], &["joiners-1"]).await;
    let withdraw = "skill withdraw amina --offering new-employee --source training";
    linh(&server, &[withdraw]).await;
    says(
        &server,
        "skill show amina --as daniel@it",
        &["with help"],
        &["alone"],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_reviews_there_are_figures() {
    let server = office().await;
    linh(&server, &["review record amina --on 2025-01-15"]).await;
    let share = "review share amina --on 2025-01-15 workload 'better tools' --as amina@hr";
    server.done(share).await;
    let own = "review show amina --as amina@hr";
    says(&server, own, &["better tools, workload"], &[]).await;
    let hers = "review show amina --as linh@hr:manager";
    says(&server, hers, &["2025-01-15"], &["workload"]).await;
    let report = "review report hr --year 2025 --quarter 1 --as linh@hr:manager";
    // One is too few.
    says(
        &server,
        report,
        &["1 of 3 people had a review"],
        &["workload"],
    )
    .await;
    let take_back = "review take-back amina --on 2025-01-15 --as amina@hr";
    server.done(take_back).await;
    says(&server, own, &["2025-01-15"], &["workload"]).await;
    let own = server.done(&format!("{own} --json")).await.json();
    assert_eq!(own["reviews"][0]["on"], "2025-01-15");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_says_why_and_what_makes_no_sense_is_not_sent() {
    let server = office().await;
    for (line, exit, part) in [
        (
            "skill set amina --offering new-employee --level alone --as amina@hr",
            3,
            "LEVEL_NEEDS_ANOTHER",
        ),
        (
            "skill set amina --offering no-such --level alone --as linh@hr:manager",
            3,
            "UNKNOWN_OFFERING",
        ),
        (
            "review report hr --year 2025 --as amina@hr",
            5,
            "NOT_ALLOWED",
        ),
        (
            "skill set amina --level alone --as amina@hr",
            2,
            "--offering",
        ),
        (
            "skill show amina --on 1.3.2026 --as amina@hr",
            2,
            "write YYYY-MM-DD",
        ),
        (
            "training plan x --department hr --title X --on 2025-01-15 --places 1 --cost 12 --awareness --as linh@hr:manager",
            2,
            "EUR 120.00",
        ),
        (
            "training plan x --department hr --title X --on 2025-01-15 --places 1 --as linh@hr:manager",
            2,
            "--offering",
        ),
    ] {
        let said = server.khidma(line).await;
        assert_eq!(said.exit, exit, "{line}: {said:?}");
        assert!(said.stderr.contains(part), "{line}: {}", said.stderr);
    }
}
