//! Answers are taken once, and what may be shown of them is.

use std::collections::{BTreeMap, BTreeSet};

use khidma_events::directory::PersonKind;
use khidma_events::feedback::*;
use khidma_kernel::{Position, Role};
use khidma_proto::feedback as pb;
use khidma_testkit::append_said;
use tonic::Code;

use crate::results_stage::*;

fn content(value: i32) -> BTreeMap<String, pb::Value> {
    values(&[("content", number_of(value))])
}

fn people(departments: &[(&str, usize)]) -> Vec<Invited> {
    let each = departments.iter().flat_map(|(department, count)| {
        (0..*count).map(move |number| format!("{department}-{number}@{department}"))
    });
    each.map(|who| invited(&who)).collect()
}

fn no(code: Code, reason: &str) -> (Code, String, String) {
    (code, reason.to_owned(), String::new())
}

#[tokio::test]
async fn who_is_invited_answers_once_and_sees_what_they_answered() {
    let stage = Stage::set().await;
    let named = Terms {
        anonymity: Anonymity::Named,
        ..Terms::new()
    };
    let round = stage
        .open(named, vec![invited("amina@it"), invited("farid")])
        .await;
    let amina = stage.by("amina", "it", &[]).await;
    let mut complete = content(4);
    complete.extend(values(&[
        ("recommend", number_of(9)),
        ("hours", pb::value::Value::Number(1.5)),
        ("words", words("Soon, and kindly.")),
    ]));
    let request = pb::AnswerRequest {
        request_id: key(),
        round_id: round.id.to_string(),
        language: "fa-IR".into(),
        values: complete.clone(),
    };
    let mut client = amina.0.clone();
    let first = client.answer(request.clone()).await.unwrap().into_inner();
    // The same call again is the same answer.
    assert_eq!(client.answer(request).await.unwrap().into_inner(), first);
    let again = amina.answer(&round, content(1)).await;
    assert_eq!(refused(again), no(Code::AlreadyExists, "ALREADY_ANSWERED"));
    let stranger = stage.by("linh", "it", &[Role::Admin]).await;
    let refused_to = refused(stranger.answer(&round, content(1)).await);
    assert_eq!(refused_to, no(Code::PermissionDenied, "NOT_INVITED"));

    let mine = pb::GetMyAnswerRequest {
        round_id: round.id.to_string(),
        min_position: first.position,
    };
    let given = client
        .get_my_answer(mine.clone())
        .await
        .unwrap()
        .into_inner()
        .answer
        .unwrap();
    assert_eq!(
        (given.person_id.as_str(), given.language.as_str()),
        ("amina", "fa")
    );
    assert_eq!((given.values, given.counted), (complete, true));
    let mut farid = stage.by("farid", "it", &[]).await.0;
    let nothing = refused(farid.get_my_answer(mine).await);
    assert_eq!(
        (nothing.0, nothing.1.as_str()),
        (Code::NotFound, "NOT_ANSWERED")
    );

    let list = pb::ListAnswersRequest {
        round_id: round.id.to_string(),
        min_position: first.position,
        ..Default::default()
    };
    let listed = stage
        .mei()
        .await
        .0
        .list_answers(list.clone())
        .await
        .unwrap()
        .into_inner();
    let who: Vec<&str> = listed
        .answers
        .iter()
        .map(|one| one.person_id.as_str())
        .collect();
    assert_eq!(who, ["amina"]);
    let denied = refused(client.list_answers(list).await);
    assert_eq!(denied, no(Code::PermissionDenied, "NOT_ALLOWED"));
}

#[tokio::test]
async fn of_a_round_that_is_open_only_how_many_answered_is_seen() {
    let stage = Stage::set().await;
    let all = people(&[("it", 8)]);
    let round = stage.open(Terms::new(), all.clone()).await;
    stage.answer_all(&round, &all[..6], |_| content(4)).await;
    let mei = stage.mei().await;
    let open = mei.results(&round, None).await.unwrap();
    assert_eq!((open.invited, open.answered, open.over), (8, 6, false));
    assert!((open.response_rate.unwrap().value - 0.75).abs() < 1e-12);
    assert!(open.items.is_empty() && open.measures.is_empty() && open.shown == 0);
    let early = refused(mei.comments(&round, None).await);
    assert_eq!(early, no(Code::FailedPrecondition, "ROUND_NOT_OVER"));
    let confidential = pb::ListAnswersRequest {
        round_id: round.id.to_string(),
        ..Default::default()
    };
    let denied = refused(mei.0.clone().list_answers(confidential).await);
    assert_eq!(denied, no(Code::FailedPrecondition, "NOT_NAMED"));

    stage.close(&round).await;
    let late = stage
        .by("it-7", "it", &[])
        .await
        .answer(&round, content(1))
        .await;
    assert_eq!(refused(late), no(Code::FailedPrecondition, "ROUND_CLOSED"));
    let over = mei.results(&round, None).await.unwrap();
    assert_eq!((over.answered, over.shown, over.over), (6, 6, true));
    assert_eq!(item_of(&over, "content").count, 6);
}

/// An answer that was decided while the round was open, and came to the log when it was not.
#[tokio::test]
async fn what_comes_to_the_log_after_the_round_is_kept_and_not_counted() {
    let stage = Stage::set().await;
    let all = people(&[("it", 6)]);
    let round = stage.open(Terms::new(), all.clone()).await;
    stage.answer_all(&round, &all[..5], |_| content(4)).await;
    stage.close(&round).await;
    let mei = stage.mei().await;
    let before = mei.results(&round, None).await.unwrap();
    let given = AnswerGiven {
        round: round.id,
        person: all[5].person.clone(),
        department: all[5].department.clone(),
        kind: PersonKind::Employee,
        language: "en".into(),
        values: Values::from([("content".into(), Value::Scale(1))]),
    };
    let entity = answer_entity(round.id, &all[5].person);
    let (log, now) = (&*stage.host.log, stage.host.now());
    let events: Vec<AnswerEvent> = vec![given.into()];
    append_said(log, entity, Position::START, by_service(now), events).await;
    stage.host.caught_up().await;
    let mine = pb::GetMyAnswerRequest {
        round_id: round.id.to_string(),
        min_position: 0,
    };
    let mut late = stage.by("it-5", "it", &[]).await.0;
    let given = late.get_my_answer(mine).await.unwrap().into_inner();
    assert!(!given.answer.unwrap().counted);
    // Neither what was put together before nor what is put together anew has it.
    let anew = Stage::on(stage.host.log.clone()).await;
    anew.host.caught_up().await;
    for mei in [mei, anew.mei().await] {
        let position = before.position;
        let after = mei.results(&round, None).await.unwrap();
        assert_eq!(pb::GetResultsResponse { position, ..after }, before);
    }
}

/// Seven of IT, two of HR and two of Finance, who would be known by subtraction.
#[tokio::test]
async fn results_are_right_and_the_few_are_shown_together_only() {
    let stage = Stage::set().await;
    let all = people(&[("it", 7), ("hr", 2), ("finance", 2)]);
    let round = stage.open(Terms::new(), all.clone()).await;
    let answer = |number: usize| {
        let number = i32::try_from(number).unwrap();
        let mut said = content(number % 5 + 1);
        said.extend(values(&[
            ("expected", number_of(6)),
            ("recommend", number_of(number)),
            ("hours", pb::value::Value::Number(f64::from(number))),
        ]));
        if number != 3 {
            said.extend(values(&[("experienced", number_of(number % 2 + 5))]));
        }
        if !(2..=8).contains(&number) {
            said.extend(values(&[(
                "words",
                words(&format!("I am number {number}.")),
            )]));
        }
        said
    };
    stage.answer_all(&round, &all, answer).await;
    stage.close(&round).await;
    let mei = stage.mei().await;
    let results = mei.results(&round, None).await.unwrap();
    assert_eq!((results.shown, results.left_out), (11, false));
    assert_eq!(
        (results.ratings_threshold, results.comments_threshold),
        (4, 3)
    );
    let content = item_of(&results, "content");
    let counts: Vec<u32> = content.bars.iter().map(|bar| bar.count).collect();
    assert_eq!(counts, [3, 2, 2, 2, 2]);
    assert_eq!(
        (
            content.bars[0].label.as_str(),
            content.bars[2].label.as_str()
        ),
        ("bad", "")
    );
    assert_eq!(content.median, Some(3.0));
    let mean = content.mean.clone().unwrap();
    assert!((mean.value - 31.0 / 11.0).abs() < 1e-12 && mean.method == "student_t");
    let hours = item_of(&results, "hours");
    assert!((hours.mean.clone().unwrap().value - 5.0).abs() < 1e-12);
    assert!((hours.deviation.unwrap() - 11f64.sqrt()).abs() < 1e-12);
    // Who did not say what they experience is not in what they expect either.
    assert_eq!(item_of(&results, "expected").count, 10);
    let measures: Vec<_> = results
        .measures
        .iter()
        .map(|one| {
            let value = one.estimate.as_ref().unwrap().value;
            let favourable = one.favourable.as_ref().unwrap().value;
            (one.kind(), (value * 1e9).round() / 1e9, favourable)
        })
        .collect();
    let expected = [
        (pb::FigureKind::Satisfaction, 2.818_181_818, 4.0 / 11.0),
        (pb::FigureKind::Gap, -0.6, 0.4),
        (pb::FigureKind::Recommendation, -45.454_545_455, 2.0 / 11.0),
    ];
    assert_eq!(measures, expected);

    let shown = async |departments: &[&str]| {
        let results = mei.results(&round, of(departments)).await.unwrap();
        (results.shown, results.left_out)
    };
    assert_eq!(shown(&["it"]).await, (7, true));
    assert_eq!(shown(&["hr"]).await, (0, true));
    assert_eq!(shown(&["hr", "finance"]).await, (4, true));
    assert_eq!(shown(&["hr", "it"]).await, (7, true));
    assert_eq!(shown(&["nowhere"]).await, (0, true));
    let hidden = mei.results(&round, of(&["hr"])).await.unwrap();
    let content = item_of(&hidden, "content");
    assert!(content.bars.is_empty() && content.mean.is_none() && content.left_out);
    assert!(hidden.measures.iter().all(|one| one.estimate.is_none()));
}

#[tokio::test]
async fn comments_are_shown_in_no_order_and_by_their_own_threshold() {
    let stage = Stage::set().await;
    let all = people(&[("it", 8), ("hr", 2), ("finance", 4)]);
    let round = stage.open(Terms::new(), all.clone()).await;
    let text = |number: usize| match number {
        0 | 1 => "The same.".to_owned(),
        number => format!("I am number {number}."),
    };
    let said = |number: usize| {
        let mut said = content(3);
        said.extend(values(&[("words", words(&text(number)))]));
        said
    };
    stage.answer_all(&round, &all, said).await;
    stage.close(&round).await;
    let mei = stage.mei().await;
    let shown = async |departments: &[&str]| {
        let comments = mei.comments(&round, of(departments)).await.unwrap();
        comments.into_iter().collect::<Vec<_>>()
    };
    let sorted = |mut comments: Vec<String>| {
        comments.sort();
        comments
    };
    let of_numbers = |numbers: std::ops::Range<usize>| sorted(numbers.map(text).collect());
    let everybody = shown(&[]).await;
    assert_eq!(sorted(everybody.clone()), of_numbers(0..14));
    // Their order follows from the words alone.
    let mut order: Vec<String> = (0..14).map(text).collect();
    order.sort_by_key(|text| khidma_kernel::sha256_hex(&[text.as_bytes()]));
    assert_eq!(everybody, order);
    assert_eq!(sorted(shown(&["it"]).await), of_numbers(0..8));
    // Two of HR are too few, and joined the smaller of the others.
    assert_eq!(shown(&["hr"]).await, Vec::<String>::new());
    assert_eq!(shown(&["finance"]).await, Vec::<String>::new());
    assert_eq!(sorted(shown(&["finance", "hr"]).await), of_numbers(8..14));
}

#[tokio::test]
async fn who_sees_results_and_how_much_of_them() {
    let stage = Stage::set().await;
    let all = people(&[("it", 5)]);
    let round = stage.open(Terms::new(), all.clone()).await;
    stage.answer_all(&round, &all, |_| content(4)).await;
    stage.close(&round).await;
    let everything = [
        stage.mei().await,
        stage.by("root", "it", &[Role::Admin]).await,
    ];
    for person in everything {
        assert_eq!(person.results(&round, of(&["it"])).await.unwrap().shown, 5);
        assert!(person.comments(&round, None).await.unwrap().is_empty());
    }
    let denied = || no(Code::PermissionDenied, "NOT_ALLOWED");
    let invited = stage.by("it-0", "it", &[Role::Manager]).await;
    assert_eq!(invited.results(&round, None).await.unwrap().shown, 5);
    assert_eq!(
        refused(invited.results(&round, of(&["it"])).await),
        denied()
    );
    assert_eq!(refused(invited.comments(&round, None).await), denied());
    for stranger in [
        stage.by("linh", "hr", &[]).await,
        stage.by("daniel", "it", &[Role::Manager]).await,
    ] {
        assert_eq!(refused(stranger.results(&round, None).await), denied());
    }
    let mei = stage.mei().await;
    let english = Some(pb::ResultsFilter {
        languages: vec!["en".into()],
        ..Default::default()
    });
    let unfit = refused(mei.results(&round, english).await);
    let expected = (
        Code::InvalidArgument,
        "NOT_BROKEN_DOWN".to_owned(),
        "filter.languages".to_owned(),
    );
    assert_eq!(unfit, expected);
    let yesterday = Some(pb::ResultsFilter {
        from_day: "yesterday".into(),
        ..Default::default()
    });
    let wrong = refused(mei.results(&round, yesterday).await);
    assert_eq!(
        (wrong.1.as_str(), wrong.2.as_str()),
        ("INVALID_DAY", "filter.from_day")
    );
}

/// Before the box is emptied more of them may come.
#[tokio::test]
async fn anonymous_answers_are_shown_when_all_of_them_are_there() {
    let stage = Stage::set().await;
    let anonymous = Terms {
        anonymity: Anonymity::Anonymous,
        ..Terms::new()
    };
    let round = stage.open(anonymous, people(&[("it", 6), ("hr", 6)])).await;
    let amina = stage.by("it-0", "it", &[]).await;
    let by_name = refused(amina.answer(&round, content(4)).await);
    assert_eq!(by_name, no(Code::FailedPrecondition, "ANONYMOUS_ROUND"));
    let (log, entity) = (&*stage.host.log, box_entity(round.id));
    let batch = |segment: Option<&str>, value: i32| {
        let answer = |number: usize| LooseAnswer {
            token: format!("{value}-{number}"),
            signature: String::new(),
            values: Values::from([("content".into(), Value::Scale(value))]),
        };
        let segment = segment.map(|department| Segment::Department(id(department)));
        let answers = (0..4).map(answer).collect();
        BoxEvent::AnswersReleased(AnswersReleased {
            round: round.id,
            segment,
            answers,
        })
    };
    let said = || by_service(stage.host.now());
    let events = vec![batch(Some("it"), 5), batch(None, 1)];
    let position = append_said(log, entity.clone(), Position::START, said(), events).await;
    stage.close(&round).await;
    let mei = stage.mei().await;
    assert!(!mei.results(&round, None).await.unwrap().over);
    let events: Vec<BoxEvent> = vec![BoxEmptied { too_few: false }.into()];
    append_said(log, entity, position, said(), events).await;
    stage.host.caught_up().await;
    let all = mei.results(&round, None).await.unwrap();
    assert_eq!((all.over, all.shown), (true, 8));
    let mean =
        |results: &pb::GetResultsResponse| item_of(results, "content").mean.clone().unwrap().value;
    assert!((mean(&all) - 3.0).abs() < 1e-12);
    let it = mei.results(&round, of(&["it"])).await.unwrap();
    assert!((mean(&it) - 5.0).abs() < 1e-12 && it.shown == 4);
}

#[tokio::test]
async fn what_is_no_answer_is_refused_over_the_wire_and_nothing_is_stored() {
    let stage = Stage::set().await;
    let round = stage.open(Terms::new(), vec![invited("amina@it")]).await;
    let amina = stage.by("amina", "it", &[]).await;
    let head = stage.host.log.head().await.unwrap();
    let with = |key: &str, value: pb::value::Value| {
        let mut said = content(3);
        said.extend(values(&[(key, value)]));
        said
    };
    let long = "ب".repeat(201);
    let pages = "x".repeat(20_000);
    let table = [
        (values(&[]), "NOTHING_ANSWERED", "values"),
        (content(9), "OUT_OF_SCALE", "values.content"),
        (
            values(&[("hours", pb::value::Value::Number(1.0))]),
            "REQUIRED",
            "values.content",
        ),
        (
            with("colour", words("red")),
            "UNKNOWN_ITEM",
            "values.colour",
        ),
        (with("words", number_of(3)), "WRONG_KIND", "values.words"),
        (with("words", words(&long)), "TOO_LONG", "values.words"),
        (with("words", words(&pages)), "TOO_LARGE", "values"),
        (
            with("hours", pb::value::Value::Number(f64::NAN)),
            "OUT_OF_RANGE",
            "values.hours",
        ),
    ];
    for (values, reason, field) in table {
        let expected = (Code::InvalidArgument, reason.to_owned(), field.to_owned());
        assert_eq!(refused(amina.answer(&round, values).await), expected);
    }
    // Ten megabytes do not even get that far.
    let megabytes = with("words", words(&"x".repeat(10 << 20)));
    assert!(amina.answer(&round, megabytes).await.is_err());
    let mut unsaid = content(3);
    unsaid.insert("hours".into(), pb::Value { value: None });
    let said = refused(amina.answer(&round, unsaid).await);
    assert_eq!(
        (said.1.as_str(), said.2.as_str()),
        ("MISSING_FIELD", "values.hours")
    );
    assert_eq!(stage.host.log.head().await.unwrap(), head);
}

/// The attack of the domain's tests again, over the wire: what every person says is unlike what any other does, so the
/// bars and comments shown say whose they are.
#[tokio::test]
async fn no_sequence_of_calls_reveals_a_group_under_the_threshold() {
    let stage = Stage::set().await;
    let mut asked = definition();
    asked.sections[0].items[0].answer = AnswerKind::Scale {
        min: 0,
        max: 99,
        labels: BTreeMap::new(),
    };
    let terms = Terms {
        by: BTreeSet::from([Dimension::Department, Dimension::Kind]),
        definition: asked,
        thresholds: Thresholds {
            ratings: 5,
            comments: 3,
        },
        ..Terms::new()
    };
    let mut all = people(&[
        ("it", 13),
        ("hr", 6),
        ("finance", 4),
        ("office", 2),
        ("sales", 9),
    ]);
    for (number, one) in all.iter_mut().enumerate() {
        if number % 3 == 0 {
            one.kind = PersonKind::Partner;
        }
    }
    let round = stage.open(terms, all.clone()).await;
    let said = |number: usize| {
        let mut said = content(i32::try_from(number).unwrap());
        if number % 5 < 3 {
            said.extend(values(&[("words", words(&number.to_string()))]));
        }
        said
    };
    stage.answer_all(&round, &all, said).await;
    stage.close(&round).await;
    let mei = stage.mei().await;
    let departments = ["it", "hr", "finance", "office", "sales"];
    let kinds = [
        vec![],
        vec![khidma_proto::directory::PersonKind::Employee.into()],
        vec![khidma_proto::directory::PersonKind::Partner.into()],
    ];
    let (mut rated, mut written) = (Vec::new(), Vec::new());
    for choice in 0..1 << departments.len() {
        for kinds in &kinds {
            let chosen = departments.iter().enumerate();
            let chosen = chosen.filter(|(place, _)| choice >> place & 1 == 1);
            let filter = Some(pb::ResultsFilter {
                department_ids: chosen.map(|(_, id)| (*id).to_owned()).collect(),
                kinds: kinds.clone(),
                ..Default::default()
            });
            let results = mei.results(&round, filter.clone()).await.unwrap();
            let bars = item_of(&results, "content").bars.iter();
            let group: BTreeSet<i32> = bars
                .filter(|bar| bar.count > 0)
                .map(|bar| bar.scale)
                .collect();
            assert_eq!(item_of(&results, "content").count as usize, group.len());
            rated.push(group);
            let comments = mei.comments(&round, filter).await.unwrap();
            written.push(comments.iter().map(|one| one.parse().unwrap()).collect());
        }
    }
    assert_eq!(rated[0].len(), all.len());
    assert!(smallest_visible(&rated) >= 5);
    assert!(smallest_visible(&written) >= 3);
}

/// See the domain's tests: the smallest group that sums and differences of what was shown can be about.
fn smallest_visible(groups: &[BTreeSet<i32>]) -> usize {
    let mut classes: BTreeMap<Vec<bool>, usize> = BTreeMap::new();
    let seen: BTreeSet<i32> = groups.iter().flatten().copied().collect();
    for person in seen {
        let within = groups.iter().map(|group| group.contains(&person)).collect();
        *classes.entry(within).or_default() += 1;
    }
    classes.into_values().min().unwrap()
}
