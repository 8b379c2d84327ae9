//! Who takes a token, what is an answer, and that no batch is ever too small.

use std::collections::{BTreeMap, BTreeSet};

use khidma_events::directory::PersonKind;
use khidma_events::feedback::*;
use khidma_kernel::{Caller, Timestamp};
use khidma_testkit::Story;
use proptest::prelude::*;

use super::*;
use crate::round::Standing;

type Taking = Story<BallotDecider>;

const ROUND: &str = "0190b5a1-0000-7000-8000-000000000001";

fn now() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

fn launched() -> RoundLaunched {
    RoundLaunched {
        round: ROUND.parse().unwrap(),
        survey: "pulse".parse().unwrap(),
        version: 1,
        owner: "hr".parse().unwrap(),
        anonymity: Anonymity::Anonymous,
        audience: Audience::default(),
        thresholds: Thresholds {
            ratings: 5,
            comments: 10,
        },
        break_down_by: BTreeSet::from([Dimension::Department]),
        opens_at: now().plus_seconds(-3600),
        closes_at: now().plus_seconds(3600),
        remind_at: vec![],
        recurrence: None,
        previous: None,
        public_key: Some("key".into()),
    }
}

fn round(standing: Standing) -> Round {
    Round {
        launched: launched(),
        launched_at: now().plus_seconds(-7200),
        standing,
        invited: 12,
        last_invited: None,
        reminded: 0,
        opened_at: None,
        ended_at: None,
        reason: String::new(),
    }
}

fn take(round: Option<Round>, invited: bool, blinded: &str) -> TakeToken {
    TakeToken {
        round,
        invited,
        blinded: blinded.into(),
    }
}

fn amina() -> Taking {
    let caller = Caller::person("amina".parse().unwrap(), "it".parse().unwrap(), []);
    Taking::new().at(now()).by(caller)
}

fn issued(blinded: &str) -> TokenIssued {
    TokenIssued {
        round: ROUND.parse().unwrap(),
        blinded: blinded.into(),
    }
}

#[test]
fn who_is_asked_takes_one_token_and_the_same_again() {
    let open = || Some(round(Standing::Open));
    amina()
        .when(take(open(), true, "ab"))
        .then([issued("ab").into()]);
    amina()
        .and([issued("ab").into()])
        .when(take(open(), true, "ab"))
        .then_nothing();
    amina()
        .and([issued("ab").into()])
        .when(take(open(), true, "cd"))
        .then_refused_at("TOKEN_TAKEN", "blinded");
}

#[test]
fn nobody_else_and_at_no_other_time() {
    let mut named = round(Standing::Open);
    named.launched.anonymity = Anonymity::Confidential;
    let mut over = round(Standing::Open);
    over.launched.closes_at = now();
    for (round, invited, refusal) in [
        (None, true, "UNKNOWN_ROUND"),
        (Some(named), true, "NOT_ANONYMOUS"),
        (Some(round(Standing::Open)), false, "NOT_INVITED"),
        (Some(round(Standing::Planned)), true, "ROUND_NOT_OPEN"),
        (Some(round(Standing::Closed)), true, "ROUND_CLOSED"),
        (Some(round(Standing::Cancelled)), true, "ROUND_CLOSED"),
        (Some(over), true, "ROUND_CLOSED"),
    ] {
        amina()
            .when(take(round, invited, "ab"))
            .then_refused(refusal);
    }
    let service = Taking::new().at(now()).by(Caller::service("feedback"));
    let open = Some(round(Standing::Open));
    service
        .when(take(open, true, "ab"))
        .then_refused("NOT_INVITED");
}

#[test]
fn a_segment_is_one_of_the_rounds_with_enough_people() {
    let text = |text: &str| BTreeMap::from([("en".to_owned(), text.to_owned())]);
    let item = Item {
        key: "mood".into(),
        text: text("How are you?"),
        answer: AnswerKind::Scale {
            min: 1,
            max: 5,
            labels: BTreeMap::new(),
        },
        required: true,
        when: None,
        measure: None,
    };
    let section = Section {
        key: "one".into(),
        title: BTreeMap::new(),
        items: vec![item],
    };
    let definition = Definition {
        title: text("Pulse"),
        intro: BTreeMap::new(),
        language: "en".into(),
        sections: vec![section],
    };
    let values = BTreeMap::from([("mood".to_owned(), Value::Scale(4))]);
    let check =
        |segment: Option<(&Segment, u32)>| check_answer(&launched(), &definition, &values, segment);
    let it = Segment::Department("it".parse().unwrap());
    let guests = Segment::Kind(PersonKind::Employee);
    assert_eq!(check(None), Ok(()));
    assert_eq!(check(Some((&it, 5))), Ok(()));
    assert_eq!(check(Some((&it, 4))), Err(BallotRefusal::UnknownSegment));
    assert_eq!(
        check(Some((&guests, 50))),
        Err(BallotRefusal::UnknownSegment)
    );
    let wrong = BTreeMap::from([("mood".to_owned(), Value::Scale(6))]);
    let refused = check_answer(&launched(), &definition, &wrong, None).unwrap_err();
    assert_eq!(khidma_kernel::Refusal::code(&refused), "OUT_OF_SCALE");

    let invited = Invited {
        person: "amina".parse().unwrap(),
        department: Some("it".parse().unwrap()),
        kind: PersonKind::Employee,
    };
    assert_eq!(segment_of(&launched(), &invited), Some(it));
    let mut by_kind = launched();
    by_kind.break_down_by = BTreeSet::from([Dimension::Kind]);
    assert_eq!(segment_of(&by_kind, &invited), Some(guests));
    by_kind.break_down_by.clear();
    assert_eq!(segment_of(&by_kind, &invited), None);
}

/// Numbers that look like chance and are the same in each run.
fn dice(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed;
    move |below| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as usize) % below.max(1)
    }
}

fn segment(number: u8) -> Option<Segment> {
    (number > 0).then(|| Segment::Department(format!("d{number}").parse().unwrap()))
}

/// So many answers in each segment.
fn held(sizes: &[usize]) -> BTreeMap<Option<Segment>, Vec<usize>> {
    let mut next = 0..;
    let sizes = sizes.iter().enumerate().filter(|(_, size)| **size > 0);
    sizes
        .map(|(place, size)| {
            let number = u8::try_from(place).unwrap();
            (segment(number), next.by_ref().take(*size).collect())
        })
        .collect()
}

proptest! {
    /// Whatever comes in and whenever it is looked at: no batch is smaller than the threshold, nothing is let go twice, and
    /// in the end everything was, unless there was too little in all.
    #[test]
    fn no_batch_is_too_small_and_nothing_is_lost(
        arrivals in prop::collection::vec((0_u8..4, prop::bool::weighted(0.1)), 0..120),
        threshold in 3_usize..8,
        seed in any::<u64>(),
    ) {
        let mut chance = dice(seed);
        let mut pool: BTreeMap<Option<Segment>, Vec<usize>> = BTreeMap::new();
        let mut out: Vec<usize> = Vec::new();
        for (number, (of, looked_at)) in arrivals.iter().enumerate() {
            pool.entry(segment(*of)).or_default().push(number);
            if *looked_at {
                for batch in let_go(pool.clone(), threshold, &mut chance) {
                    prop_assert!(batch.answers.len() >= threshold);
                    let rest = pool.get_mut(&batch.segment).unwrap();
                    rest.retain(|answer| !batch.answers.contains(answer));
                    prop_assert_eq!(rest.len(), threshold);
                    out.extend(batch.answers);
                }
            }
        }
        let too_few = pool.values().map(Vec::len).sum::<usize>() < threshold;
        let Some(batches) = empty(pool, threshold) else {
            prop_assert!(too_few && out.is_empty());
            return Ok(());
        };
        for batch in batches {
            prop_assert!(batch.answers.len() >= threshold);
            out.extend(batch.answers);
        }
        out.sort_unstable();
        prop_assert_eq!(out, (0..arrivals.len()).collect::<Vec<_>>());
    }

    /// However large answers are, a batch is stored in parts that fit and are large enough.
    #[test]
    fn parts_fit_and_are_large_enough(
        sizes in prop::collection::vec(1_usize..=100, 5..80),
    ) {
        let answers: Vec<usize> = (0..sizes.len()).collect();
        let batch = Batch { segment: None, answers: answers.clone() };
        let parts = parts(batch, 5, 1_000, |place| sizes[*place]);
        for part in &parts {
            prop_assert!(part.answers.len() >= 5);
            prop_assert!(part.answers.iter().map(|place| sizes[*place]).sum::<usize>() <= 1_000);
        }
        let joined: Vec<usize> = parts.into_iter().flat_map(|part| part.answers).collect();
        prop_assert_eq!(joined, answers);
    }
}

#[test]
fn small_segments_go_together_and_too_few_do_not_go() {
    let sizes = |batches: Option<Vec<Batch<usize>>>| {
        let batches = batches.unwrap();
        let sizes = batches.into_iter();
        sizes
            .map(|batch| (batch.segment, batch.answers.len()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        sizes(empty(held(&[0, 7, 3, 4]), 5)),
        [(segment(1), 7), (None, 7)]
    );
    // Two would be too few by themselves: the smallest segment goes with them, and loses its name.
    assert_eq!(
        sizes(empty(held(&[0, 7, 6, 2]), 5)),
        [(segment(1), 7), (None, 8)]
    );
    assert_eq!(sizes(empty(held(&[]), 5)), []);
    assert_eq!(empty(held(&[1, 2, 1]), 5), None);
}

#[test]
fn each_answer_is_as_likely_to_stay_as_another() {
    let mut chance = dice(11);
    let mut stayed = [0_u32; 10];
    for _ in 0..2_000 {
        let batches = let_go(held(&[10]), 5, &mut chance);
        let went: BTreeSet<usize> = batches[0].answers.iter().copied().collect();
        (0..10)
            .filter(|answer| !went.contains(answer))
            .for_each(|answer| stayed[answer] += 1);
    }
    // 1000 expected of each, with a deviation of 22.
    assert!(
        stayed.iter().all(|times| (890..=1110).contains(times)),
        "{stayed:?}"
    );
}
