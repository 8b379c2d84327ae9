//! Answering by the link in a message, with a real HTTP/1.1 client.

use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use khidma_events::feedback::QuestionEvent;
use khidma_proto::feedback::QuestionState;

use crate::asking_stage::*;

/// What was answered: the status, and the page.
async fn visit(stage: &Stage, method: &str, link: &str, body: &str) -> (u16, String) {
    let client: Client<HttpConnector, Full<&[u8]>> =
        Client::builder(TokioExecutor::new()).build_http();
    let path = link.strip_prefix(PUBLIC).unwrap();
    let request = http::Request::builder()
        .method(method)
        .uri(format!("{}/{path}", stage.host.address()))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Full::new(body.to_owned().leak().as_bytes()))
        .unwrap();
    let answer = client.request(request).await.unwrap();
    assert_eq!(answer.headers()["referrer-policy"], "no-referrer");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let status = answer.status().as_u16();
    let page = answer.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(page.to_vec()).unwrap())
}

/// A question that waits, and its link as the one who was asked sees it.
async fn waiting(stage: &Stage) -> (Life, String) {
    let life = stage.done().await;
    let question = stage.question(&life, QuestionState::Open).await;
    let asked = stage.askings(&life).await;
    assert_eq!(question.link, link(&asked[0]));
    assert_eq!(asked[0].secret.len(), 32, "128 bits");
    (life, question.link)
}

#[tokio::test]
async fn whoever_has_the_link_answers_once_and_looking_answers_nothing() {
    let stage = Stage::set().await;
    let (life, link) = waiting(&stage).await;
    let before = stage.host.log.head().await.unwrap();
    for method in ["GET", "HEAD", "GET"] {
        let (status, page) = visit(&stage, method, &link, "score=1").await;
        assert_eq!(status, 200);
        // In her language, for what she asked, and without a script.
        if method == "GET" {
            assert!(page.contains("lang=\"fa\" dir=\"rtl\"") && page.contains("A laptop"));
            assert!(page.contains("<legend>") && !page.contains("<script"));
        }
    }
    assert_eq!(stage.host.log.head().await.unwrap(), before);

    let form = "score=5&comment=%D9%85%D9%85%D9%86%D9%88%D9%86";
    let (status, page) = visit(&stage, "POST", &link, form).await;
    assert!(status == 200 && !page.contains("<form"), "{status} {page}");
    let question = stage.question(&life, QuestionState::Answered).await;
    let answer = question.answer.unwrap();
    assert_eq!((answer.score, &*answer.comment), (5, "ممنون"));
    assert!(answer.by_link && question.link.is_empty());

    // The page loaded anew sends the same form again; another is a second answer.
    let once = stage.host.log.head().await.unwrap();
    assert_eq!(visit(&stage, "POST", &link, form).await.0, 200);
    let second = visit(&stage, "POST", &link, "score=1").await;
    let looked = visit(&stage, "GET", &link, "").await;
    for (status, page) in [second, looked] {
        assert!(status == 410 && !page.contains("<form"), "{status} {page}");
        assert!(page.contains("dir=\"rtl\"") && !page.contains("A laptop"));
    }
    assert_eq!(stage.host.log.head().await.unwrap(), once);
}

#[tokio::test]
async fn a_foreign_or_forged_link_leads_nowhere() {
    let stage = Stage::set().await;
    let ((_, first), (_, second)) = (waiting(&stage).await, waiting(&stage).await);
    let before = stage.host.log.head().await.unwrap();
    let (question, _) = first.rsplit_once('/').unwrap();
    let (_, secret) = second.rsplit_once('/').unwrap();
    let forged = [
        format!("{question}/{secret}"),
        format!("{question}/"),
        format!("{question}/{}", "0".repeat(32)),
        format!("{first}0"),
        first[..first.len() - 1].to_owned(),
        format!("{first}/"),
        question.to_owned(),
        format!("{PUBLIC}answer/x/y"),
        format!("{PUBLIC}answer/"),
        format!("{PUBLIC}answer/00000000-0000-8000-8000-000000000000/{secret}"),
    ];
    for link in &forged {
        for method in ["GET", "POST"] {
            let (status, page) = visit(&stage, method, link, "score=5").await;
            assert_eq!(status, 404, "{link}");
            assert!(page.contains("dir=\"rtl\"") && page.contains("lang=\"ja\""));
            assert!(!page.contains("A laptop"));
        }
    }
    for method in ["PUT", "DELETE"] {
        assert_eq!(visit(&stage, method, &first, "score=5").await.0, 405);
    }
    assert_eq!(stage.host.log.head().await.unwrap(), before);
}

#[tokio::test]
async fn a_form_that_is_not_filled_in_comes_back_with_what_was_written() {
    let stage = Stage::set().await;
    let (life, link) = waiting(&stage).await;
    let before = stage.host.log.head().await.unwrap();
    for form in [
        "comment=%3Cb%3Ehello",
        "score=0&comment=%3Cb%3Ehello",
        "score=9&comment=%3Cb%3Ehello",
    ] {
        let (status, page) = visit(&stage, "POST", &link, form).await;
        assert!(
            status == 422 && page.contains("role=\"alert\""),
            "{status} {page}"
        );
        assert!(page.contains("&lt;b&gt;hello</textarea>") && page.contains("<form"));
    }
    // Effort is not asked here.
    assert_eq!(
        visit(&stage, "POST", &link, "score=5&effort=3").await.0,
        422
    );
    let long = format!("score=5&comment={}", "x".repeat(4001));
    assert_eq!(visit(&stage, "POST", &link, &long).await.0, 422);
    let flood = format!("score=5&comment={}", "x".repeat(70_000));
    assert_eq!(visit(&stage, "POST", &link, &flood).await.0, 413);
    assert_eq!(stage.host.log.head().await.unwrap(), before);
    // The longest comment there may be, in letters that take most room.
    let longest = format!("score=5&comment={}", "%F0%9F%99%82".repeat(4000));
    assert_eq!(visit(&stage, "POST", &link, &longest).await.0, 200);
    let question = stage.question(&life, QuestionState::Answered).await;
    assert_eq!(question.answer.unwrap().comment.chars().count(), 4000);
}

#[tokio::test]
async fn a_link_that_is_late_or_taken_back_says_so() {
    let stage = Stage::set().await;
    let (mut life, first) = waiting(&stage).await;
    stage.happens(&mut life, vec![reopened()]).await;
    stage.question(&life, QuestionState::Withdrawn).await;
    assert_eq!(visit(&stage, "GET", &first, "").await.0, 410);
    assert_eq!(visit(&stage, "POST", &first, "score=5").await.0, 410);
    stage.host.hand.advance_seconds(60);
    stage.happens(&mut life, vec![confirmed()]).await;
    let second = stage.question(&life, QuestionState::Open).await.link;
    // The old link is nobody's now.
    assert_eq!(visit(&stage, "POST", &first, "score=5").await.0, 404);
    stage.host.hand.advance_seconds(15 * DAY);
    assert_eq!(visit(&stage, "GET", &second, "").await.0, 410);
    assert_eq!(visit(&stage, "POST", &second, "score=5").await.0, 410);
    let events = questions(&*stage.host.log, life.id).await;
    let answered = |event: &QuestionEvent| matches!(event, QuestionEvent::QuestionAnswered(_));
    assert!(!events.iter().any(answered));
}

#[tokio::test]
async fn who_is_asked_for_the_effort_may_say_it() {
    let stage = Stage::set().await;
    let eased = rule(|rule| rule.effort = true);
    stage.mei.clone().set_asking_rule(eased).await.unwrap();
    let (life, link) = waiting(&stage).await;
    let (_, page) = visit(&stage, "GET", &link, "").await;
    assert_eq!(page.matches("name=\"effort\"").count(), 7);
    assert_eq!(
        visit(&stage, "POST", &link, "score=4&effort=8").await.0,
        422
    );
    assert_eq!(
        visit(&stage, "POST", &link, "score=4&effort=6&comment=")
            .await
            .0,
        200
    );
    let question = stage.question(&life, QuestionState::Answered).await;
    assert_eq!(question.answer.unwrap().effort, 6);
}
