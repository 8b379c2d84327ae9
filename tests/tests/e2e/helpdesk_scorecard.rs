//! The scorecard of a real help desk's history, with answers that were made up: its figures are those of a count made here, from
//! the file itself and from what was made up.

use std::collections::BTreeMap;
use std::sync::Arc;

use khidma_eventlog::{EventLog, MemoryLog};
use khidma_events::feedback::{AnswerImported, QuestionEvent, question_entity};
use khidma_kernel::{Actor, Position, QuestionId, Timestamp, derived_id, digest};
use khidma_testkit::{Host, Said, append_said};
use serde_json::Value;

use crate::helpdesk_sla::{HOUR, Rows, expected, khidma, promise, quiet};
use crate::import::{helpdesk, mapping, traces};
use crate::site::Site;

/// Where chance begins.
const SEED: &str = "helpdesk-synthetic-1";

/// Of a hundred requests so many are satisfied, where the promise was kept and where it was broken.
const SATISFIED: (u64, u64) = (85, 55);

async fn host() -> Host {
    Host::on(Arc::new(MemoryLog::new()), |deps| async move {
        Ok(vec![
            khidma_directory::start(&deps).await?,
            khidma_requests::start(&deps).await?,
            khidma_sla::start(&deps).await?,
            khidma_feedback::start(&deps).await?,
        ])
    })
    .await
}

/// Whether the promises to a case were kept: the one named, or all of them; `None` if that is not known.
fn kept(rows: &Rows, case: &str, metric: Option<&str>) -> Option<bool> {
    let metrics = ["acknowledge", "resolve"].into_iter();
    let outcomes = metrics
        .filter(|one| metric.is_none_or(|metric| metric == *one))
        .filter_map(|one| rows.get(&(case.to_owned(), one.to_owned())))
        .map(|row| row.outcome.as_str());
    let outcomes: Vec<_> = outcomes
        .filter(|outcome| ["met", "breached"].contains(outcome))
        .collect();
    (!outcomes.is_empty()).then(|| !outcomes.contains(&"breached"))
}

/// What nobody ever answered of a case: every third gave no answer at all.
fn made_up(case: &str, kept: bool) -> Option<u8> {
    let chance = digest(format!("{SEED} {case}").as_bytes());
    let likely = if kept { SATISFIED.0 } else { SATISFIED.1 };
    let is_satisfied = chance / 7 % 100 < likely;
    (!chance.is_multiple_of(3)).then(|| match is_satisfied {
        true => 4 + (chance / 701 % 2) as u8,
        false => 1 + (chance / 701 % 3) as u8,
    })
}

/// The cases and their requests, as the report of clocks names them.
fn requests(csv: &str) -> BTreeMap<String, String> {
    let lines = csv.lines().skip(1);
    let pairs = lines.map(|line| {
        let mut cells = line.split(',');
        let request = cells.next().unwrap().to_owned();
        (cells.next().unwrap().to_owned(), request)
    });
    pairs.collect()
}

async fn answer(log: &dyn EventLog, request: &str, score: u8) {
    let question = QuestionId(derived_id(&[SEED.as_bytes(), request.as_bytes()]));
    let imported = AnswerImported {
        request: request.parse().unwrap(),
        provider: "support".parse().unwrap(),
        offering: None,
        person: None,
        score,
        effort: None,
        comment: String::new(),
        synthetic: true,
    };
    let at: Timestamp = "2014-01-31T12:00:00Z".parse().unwrap();
    let said = Said {
        at,
        by: Actor::Service("test".into()),
        traceparent: None,
    };
    let events = vec![QuestionEvent::from(imported)];
    append_said(
        log,
        question_entity(question),
        Position::START,
        said,
        events,
    )
    .await;
}

/// A share as the scorecard shows it: of how many, and how many of them.
fn share(estimate: &Value) -> (u64, u64) {
    let count = estimate["count"].as_str().map_or_else(
        || estimate["count"].as_u64().unwrap_or_default(),
        |count| count.parse().unwrap(),
    );
    let value = estimate["value"].as_f64().unwrap_or_default();
    ((value * count as f64).round() as u64, count)
}

fn number(value: &Value) -> u64 {
    let text = value.as_str().and_then(|text| text.parse().ok());
    text.or_else(|| value.as_u64()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scorecard_of_a_help_desk_is_as_counted_by_hand() {
    let Some(file) = helpdesk() else { return };
    let expected = expected(&traces(&file), (4 * HOUR, 40 * HOUR));
    let (site, host) = (Site::new(), host().await);
    promise(&*host.log).await;
    let (file, mapping) = (file.display().to_string(), mapping());
    let import = ["import", "xes", &file, "--mapping", &mapping, "--json"];
    khidma(&site, &host, &import).await;
    quiet(&host).await;

    let csv = khidma(&site, &host, &["sla", "report", "--csv", "--timeout", "2m"]).await;
    let requests = requests(&csv.stdout);
    let mut answers = BTreeMap::new();
    for (case, request) in &requests {
        let score = kept(&expected, case, None).and_then(|kept| made_up(case, kept));
        if let Some(score) = score {
            answer(&*host.log, request, score).await;
            answers.insert(case.clone(), score);
        }
    }
    host.caught_up().await;

    let period = ["--from", "2010-01-01", "--to", "2026-03-03"];
    let asked = ["scorecard", "support", "--json", "--timeout", "2m"];
    let asked = [&asked[..], &period[..]].concat();
    let card = khidma(&site, &host, &asked).await;
    let card: Value = serde_json::from_str(&card.stdout).unwrap();
    let now = &card["periods"][0];
    attained(now, &expected);
    answered(now, &expected, &answers);

    let page = site.data("scorecard.html").display().to_string();
    let asked = ["scorecard", "support", "--html", &page, "--locale", "ar"];
    khidma(&site, &host, &[&asked[..], &period[..]].concat()).await;
    let html = std::fs::read_to_string(&page).unwrap();
    assert!(html.contains("dir=\"rtl\"") && html.contains("<svg "));
    assert!(html.contains("class=\"made-up\""), "synthetic is said so");
    let told = khidma(
        &site,
        &host,
        &[&["scorecard", "support"], &period[..]].concat(),
    )
    .await;
    assert!(told.stdout.contains("synthetic: nobody ever gave"));
    println!("{}", told.stdout);
}

/// Promises, by metric.
fn attained(now: &Value, expected: &Rows) {
    let attainment = now["attainment"].as_array().unwrap();
    assert_eq!(attainment.len(), 2);
    for one in attainment {
        let metric = one["metric"].as_str().unwrap();
        let metric = metric.trim_start_matches("METRIC_").to_lowercase();
        let of = |outcome: &str| {
            let mine = expected.iter().filter(|((_, of), _)| *of == metric);
            mine.filter(|(_, row)| row.outcome == outcome).count() as u64
        };
        let counted = [of("met"), of("breached")];
        assert!(counted.iter().all(|count| *count > 0), "{metric}");
        assert_eq!(
            [&one["met"], &one["breached"]].map(number),
            counted,
            "{metric}"
        );
    }
}

/// Answers, and whether they go with promises that were kept.
fn answered(now: &Value, expected: &Rows, answers: &BTreeMap<String, u8>) {
    let satisfaction = now["satisfaction"].as_array().unwrap();
    assert_eq!(satisfaction.len(), 1, "nobody answered anything");
    let said = &satisfaction[0];
    assert_eq!(said["synthetic"], true);
    let satisfied = answers.values().filter(|score| **score > 3).count() as u64;
    assert_eq!(share(&said["csat"]), (satisfied, answers.len() as u64));
    let joined = said["joined"].as_array().unwrap();
    assert_eq!(joined.len(), 3);
    for (one, metric) in joined
        .iter()
        .zip([None, Some("acknowledge"), Some("resolve")])
    {
        for (name, wanted) in [("kept", true), ("broken", false)] {
            let of = answers
                .iter()
                .filter(|(case, _)| kept(expected, case, metric) == Some(wanted));
            let scores: Vec<_> = of.map(|(_, score)| *score).collect();
            let satisfied = scores.iter().filter(|score| **score > 3).count() as u64;
            let counted = (satisfied, scores.len() as u64);
            assert_eq!(share(&one[name]), counted, "{metric:?} {name}");
        }
    }
    // What was put in is found again: kept promises please more, by more than chance.
    assert!(joined[0]["difference"]["low"].as_f64().unwrap() > 0.0);
}
