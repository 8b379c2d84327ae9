//! Whose turn it is, whatever happens.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::*;

const LIMITS: Limits = Limits {
    per_receiver: 2,
    per_host: 3,
    mails: 1,
    at_once: 5,
    waiting_per_receiver: 4,
    waiting: 12,
};

fn id(number: u128) -> DeliveryId {
    DeliveryId(Uuid::from_u128(number))
}

fn job(number: u128, to: &str, host: &str) -> Job {
    Job {
        id: id(number),
        to: Receiver::Endpoint(to.parse().unwrap()),
        host: Host::Web(host.into()),
    }
}

fn mail(number: u128, to: &str) -> Job {
    Job {
        id: id(number),
        to: Receiver::Person(to.parse().unwrap()),
        host: Host::Mail,
    }
}

/// All whose turn it is now.
fn all(queues: &mut Queues) -> Vec<Job> {
    std::iter::from_fn(|| queues.next()).collect()
}

fn numbers(jobs: &[Job]) -> Vec<u128> {
    jobs.iter().map(|job| job.id.0.as_u128()).collect()
}

#[test]
fn a_receiver_that_hangs_keeps_its_own_line_waiting_and_no_other() {
    let mut queues = Queues::new(LIMITS);
    for number in 1..=4 {
        assert!(queues.offer(job(number, "hanging", "a"), false));
    }
    assert_eq!(numbers(&all(&mut queues)), [1, 2], "two at once");
    for number in 5..=8 {
        queues.offer(job(number, "quick", "b"), false);
        for job in all(&mut queues) {
            queues.answered(&job, Answer::Took);
            queues.ended(job.id);
        }
    }
    assert_eq!(queues.waiting, 2, "only what waits for who hangs");
}

#[test]
fn many_receivers_on_one_host_share_its_room_by_turns() {
    let mut queues = Queues::new(LIMITS);
    for (number, to) in (1..).zip(["x", "x", "y", "y", "z", "z"]) {
        queues.offer(job(number, to, "a"), false);
    }
    let begun = all(&mut queues);
    assert_eq!(numbers(&begun), [1, 3, 5], "three to one host, one to each");
    queues.answered(&begun[0], Answer::Took);
    assert_eq!(numbers(&all(&mut queues)), [2]);
}

#[test]
fn one_mail_server_takes_one_at_a_time_whoever_it_is_for() {
    let mut queues = Queues::new(LIMITS);
    queues.offer(mail(1, "amina"), false);
    queues.offer(mail(2, "bao"), false);
    let begun = all(&mut queues);
    assert_eq!(numbers(&begun), [1]);
    queues.answered(&begun[0], Answer::Struggled);
    assert_eq!(numbers(&all(&mut queues)), [2]);
}

#[test]
fn who_struggles_is_tried_by_one_until_it_takes_something() {
    let mut queues = Queues::new(LIMITS);
    for number in 1..=4 {
        queues.offer(job(number, "weak", "a"), false);
    }
    let begun = all(&mut queues);
    queues.answered(&begun[0], Answer::Struggled);
    assert_eq!(numbers(&all(&mut queues)), [], "one is under way still");
    queues.answered(&begun[1], Answer::Struggled);
    let third = all(&mut queues);
    assert_eq!(numbers(&third), [3]);
    queues.offer(job(5, "weak", "a"), false);
    queues.answered(&third[0], Answer::Took);
    assert_eq!(numbers(&all(&mut queues)), [4, 5], "its room is back");
}

#[test]
fn what_is_urgent_goes_before_others_of_its_receiver() {
    let mut queues = Queues::new(Limits {
        per_receiver: 1,
        ..LIMITS
    });
    queues.offer(job(1, "x", "a"), false);
    let first = all(&mut queues);
    queues.offer(job(2, "x", "a"), false);
    queues.offer(job(3, "x", "a"), true);
    queues.offer(job(4, "x", "a"), true);
    queues.answered(&first[0], Answer::Took);
    assert_eq!(numbers(&all(&mut queues)), [3]);
}

#[test]
fn what_is_known_or_does_not_fit_is_turned_away() {
    let mut queues = Queues::new(LIMITS);
    assert!(queues.offer(job(1, "x", "a"), false));
    assert!(!queues.offer(job(1, "x", "a"), false), "it waits already");
    for number in 2..=4 {
        assert!(queues.offer(job(number, "x", "a"), false));
    }
    assert!(!queues.offer(job(5, "x", "a"), false), "its line is full");
    for number in 6..=9 {
        assert!(queues.offer(job(number, "y", "b"), false));
    }
    for number in 10..=13 {
        assert!(queues.offer(job(number, "z", "c"), false));
    }
    assert!(!queues.offer(job(14, "w", "d"), false), "all is full");
    let job = queues.next().unwrap();
    queues.answered(&job, Answer::Took);
    assert!(!queues.offer(job.clone(), false), "not written down yet");
    queues.ended(job.id);
    assert!(queues.offer(job, false));
}

#[test]
fn what_is_not_written_down_yet_counts_as_under_way() {
    let mut queues = Queues::new(LIMITS);
    for number in 1..=3 {
        queues.offer(job(number, "x", "a"), false);
        queues.offer(job(number + 10, "y", "b"), false);
        queues.offer(job(number + 20, "z", "c"), false);
    }
    let begun = all(&mut queues);
    assert_eq!(begun.len(), LIMITS.at_once);
    for job in &begun {
        queues.answered(job, Answer::Took);
    }
    assert_eq!(queues.next(), None);
    queues.ended(begun[0].id);
    assert_eq!(all(&mut queues).len(), 1);
}

#[test]
fn everything_offered_comes_up_once_and_nothing_is_left_behind() {
    let mut queues = Queues::new(LIMITS);
    let mut came: BTreeMap<u128, usize> = BTreeMap::new();
    let mut under_way: Vec<Job> = Vec::new();
    let mut offered = 0;
    // A fixed shuffle: every answer comes at another place than its turn.
    for step in 0u128..5000 {
        let to = ["p", "q", "r", "s"][(step * 7 % 11 % 4) as usize];
        let host = if to < "r" { "a" } else { "b" };
        offered += usize::from(queues.offer(job(step, to, host), step % 5 == 0));
        under_way.extend(all(&mut queues));
        if !under_way.is_empty() && step % 3 != 0 {
            let job = under_way.swap_remove((step * 13) as usize % under_way.len());
            let answer = [Answer::Took, Answer::Struggled, Answer::Nothing][step as usize % 3];
            queues.answered(&job, answer);
            queues.ended(job.id);
            *came.entry(job.id.0.as_u128()).or_default() += 1;
        }
    }
    loop {
        under_way.extend(all(&mut queues));
        let Some(job) = under_way.pop() else { break };
        queues.answered(&job, Answer::Took);
        queues.ended(job.id);
        *came.entry(job.id.0.as_u128()).or_default() += 1;
    }
    assert!(offered > 1000, "{offered}");
    assert_eq!(came.len(), offered);
    assert!(came.values().all(|times| *times == 1));
    let Queues {
        lines,
        hosts,
        ready,
        known,
        waiting,
        under_way,
        ..
    } = queues;
    assert!(lines.is_empty() && hosts.is_empty() && ready.is_empty() && known.is_empty());
    assert_eq!((waiting, under_way), (0, 0));
}
