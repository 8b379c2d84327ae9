//! A policy is applied to the requests before it, and a revised calendar to the clocks that run by it; each once.

use khidma_events::requests::{Confirmed, Resolved};
use khidma_events::sla::{AdoptionEvent, ClockEvent, Metric, PolicyEvent, Verdict};
use khidma_projection::rows_equal;
use khidma_proto::sla::Attach;

use crate::policy_stage::{Stage, Teller, time};

/// Four hours, or forty, of the office's time.
fn promise(within: &str) -> String {
    format!(
        "id = \"it\"\nname = \"IT\"\nproviders = [\"it\"]\ncalendar = \"rome-office\"\n\
         [[rules]]\nname = \"All\"\n[rules.targets.resolve]\nwithin = \"{within}\"\n"
    )
}

fn resolved() -> Resolved {
    Resolved {
        outcome: "Done".into(),
        auto_close_at: None,
    }
}

async fn applied(teller: &Teller, times: usize) {
    teller
        .until("the policy is applied", async |teller: &Teller| {
            let said = teller.policy("it").await;
            let applied = |event: &&PolicyEvent| matches!(event, PolicyEvent::PolicyApplied(_));
            said.iter().filter(applied).count() == times
        })
        .await;
}

async fn adopted(teller: &Teller, times: usize) -> Vec<AdoptionEvent> {
    let said = async |teller: &Teller| -> Vec<AdoptionEvent> {
        teller
            .said(|stored| &*stored.context == "sla" && stored.entity == "calendar-rome-office")
            .await
    };
    teller
        .until("the calendar is adopted", async |teller: &Teller| {
            said(teller).await.len() == times
        })
        .await;
    said(teller).await
}

#[tokio::test]
async fn an_open_request_is_promised_from_its_beginning_and_one_that_is_over_nothing() {
    let mut stage = Stage::set().await;
    let teller = stage.teller.clone();
    let open = teller.submitted("2026-03-02T08:00:00Z").await;
    let over = teller.submitted("2026-03-02T08:00:00Z").await;
    teller
        .daniel(&over, "2026-03-02T08:30:00Z", resolved())
        .await;
    let confirmed = Confirmed { comment: None };
    let confirmed = vec![confirmed.into()];
    teller
        .tell::<khidma_events::requests::RequestEvent>(
            &over,
            "2026-03-02T08:40:00Z",
            "amina",
            confirmed,
        )
        .await;
    let activation = stage.activate(&promise("4h"), Attach::Open).await;
    applied(&teller, 1).await;
    let told = teller.clocks(&open).await;
    let [ClockEvent::ClockStarted(started)] = told.as_slice() else {
        unreachable!("one clock starts: {told:?}")
    };
    assert_eq!(started.clock.metric, Metric::Resolve);
    assert_eq!(started.from, time("2026-03-02T08:00:00Z"));
    assert_eq!(started.outlook.due, Some(time("2026-03-02T12:00:00Z")));
    assert_eq!(teller.clocks(&over).await, []);
    let said = teller.policy("it").await;
    let Some(PolicyEvent::PolicyApplied(note)) = said.last() else {
        unreachable!("it was applied: {said:?}")
    };
    assert_eq!(
        (note.version, note.activation, note.requests),
        (1, activation, 1)
    );
    let policy = stage.get("it", 0).await;
    assert_eq!((policy.applying, policy.applied_requests), (false, 1));
    // What comes later is matched as it comes.
    let later = teller.submitted("2026-03-02T09:00:00Z").await;
    teller
        .until("the later one is promised too", async |teller: &Teller| {
            teller.clocks(&later).await.len() == 1
        })
        .await;
}

#[tokio::test]
async fn all_means_those_too_that_are_over_and_they_get_their_verdict() {
    let mut stage = Stage::set().await;
    let teller = stage.teller.clone();
    let quick = teller.submitted("2026-02-26T08:00:00Z").await;
    teller
        .daniel(&quick, "2026-02-26T12:00:00Z", resolved())
        .await;
    let slow = teller.submitted("2026-02-26T08:00:00Z").await;
    teller
        .daniel(&slow, "2026-02-26T12:00:00.000001Z", resolved())
        .await;
    stage.activate(&promise("4h"), Attach::All).await;
    applied(&teller, 1).await;
    for (request, verdict) in [(&quick, Verdict::Met), (&slow, Verdict::Breached)] {
        let told = teller.clocks(request).await;
        let Some(ClockEvent::ClockStopped(stopped)) = told.last() else {
            unreachable!("it stops: {told:?}")
        };
        assert_eq!(stopped.verdict, verdict);
        let breaches: Vec<_> = told
            .iter()
            .filter_map(|event| match event {
                ClockEvent::ClockBreached(breached) => Some(breached.at),
                _ => None,
            })
            .collect();
        let breached = (verdict == Verdict::Breached).then(|| time("2026-02-26T12:00:00Z"));
        assert_eq!(breaches, Vec::from_iter(breached));
        assert!(
            !told
                .iter()
                .any(|event| matches!(event, ClockEvent::ClockWarned(_))),
            "nobody is warned of what is long past"
        );
    }
}

#[tokio::test]
async fn new_means_none_of_those_before() {
    let mut stage = Stage::set().await;
    let teller = stage.teller.clone();
    let before = teller.submitted("2026-03-02T08:00:00Z").await;
    stage.activate(&promise("4h"), Attach::New).await;
    let after = teller.submitted("2026-03-02T08:30:00Z").await;
    teller
        .until("the later one is promised", async |teller: &Teller| {
            teller.clocks(&after).await.len() == 1
        })
        .await;
    assert_eq!(teller.clocks(&before).await, []);
    assert!(!stage.get("it", 0).await.applying);
}

#[tokio::test]
async fn a_late_holiday_moves_what_runs_and_leaves_what_is_done() {
    let mut stage = Stage::set().await;
    let teller = stage.teller.clone();
    stage.activate(&promise("40h"), Attach::New).await;
    let open = teller.submitted("2026-03-02T08:00:00Z").await;
    let done = teller.submitted("2026-03-02T08:00:00Z").await;
    teller
        .daniel(&done, "2026-03-02T08:30:00Z", resolved())
        .await;
    teller
        .until("one runs, and one stopped", async |teller: &Teller| {
            teller.clocks(&open).await.len() == 1 && teller.clocks(&done).await.len() == 2
        })
        .await;
    teller.calendar(2, &["2026-03-04"]).await;
    let adoption = adopted(&teller, 1).await;
    let AdoptionEvent::CalendarAdopted(adoption) = &adoption[0];
    assert_eq!((adoption.revision, adoption.requests), (2, 1));
    let told = teller.clocks(&open).await;
    let Some(ClockEvent::ClockRescheduled(moved)) = told.last() else {
        unreachable!("it is moved: {told:?}")
    };
    assert_eq!(moved.due_before, Some(time("2026-03-06T12:00:00Z")));
    assert_eq!(moved.outlook.due, Some(time("2026-03-09T12:00:00Z")));
    let why = "calendar rome-office, revision 2: a holiday now: 2026-03-04 Decreed";
    assert_eq!((moved.calendar.revision, moved.reason.as_str()), (2, why));
    assert_eq!(teller.clocks(&done).await.len(), 2, "it keeps its verdict");
    // Nothing is moved that is not counted by it, and a third revision is another.
    teller.calendar(3, &[]).await;
    adopted(&teller, 2).await;
    let told = teller.clocks(&open).await;
    let Some(ClockEvent::ClockRescheduled(moved)) = told.last() else {
        unreachable!("it is moved back: {told:?}")
    };
    assert_eq!(moved.outlook.due, Some(time("2026-03-06T12:00:00Z")));
    assert!(
        moved.reason.contains("no holiday any more"),
        "{}",
        moved.reason
    );
}

#[tokio::test]
async fn a_clock_attached_late_counts_by_the_calendar_as_it_is_now() {
    let mut stage = Stage::set().await;
    let teller = stage.teller.clone();
    let open = teller.submitted("2026-03-02T08:00:00Z").await;
    teller.calendar(2, &["2026-03-04"]).await;
    stage.activate(&promise("40h"), Attach::Open).await;
    applied(&teller, 1).await;
    let told = teller.clocks(&open).await;
    let Some(ClockEvent::ClockStarted(started)) = told.last() else {
        unreachable!("it starts: {told:?}")
    };
    let calendar = started.promise.calendar.as_ref();
    assert_eq!(calendar.map(|calendar| calendar.revision), Some(2));
    assert_eq!(started.outlook.due, Some(time("2026-03-09T12:00:00Z")));
}

#[tokio::test]
async fn a_calendar_that_no_policy_used_is_nobodys_affair() {
    let mut stage = Stage::set().await;
    let teller = stage.teller.clone();
    teller.calendar(2, &["2026-03-04"]).await;
    stage.host.caught_up().await;
    let reader = stage.host.projections[0].reader();
    assert_eq!(reader.next_due().unwrap(), None, "nothing is to be done");
    stage.activate(&promise("4h"), Attach::Open).await;
    applied(&teller, 1).await;
    assert_eq!(adopted(&teller, 0).await, []);
}

#[tokio::test]
async fn what_a_process_left_half_done_another_finishes() {
    let mut one = Stage::set().await;
    let teller = one.teller.clone();
    let mut requests = Vec::new();
    for _ in 0..300 {
        requests.push(teller.submitted("2026-03-02T08:00:00Z").await);
    }
    one.activate(&promise("40h"), Attach::Open).await;
    let started = async |teller: &Teller| -> usize {
        let said: Vec<ClockEvent> = teller
            .said(|stored| &*stored.context == "sla" && stored.entity.len() == 36)
            .await;
        let starts = |event: &&ClockEvent| matches!(event, ClockEvent::ClockStarted(_));
        said.iter().filter(starts).count()
    };
    teller
        .until("the first process has begun", async |teller: &Teller| {
            started(teller).await > 0
        })
        .await;
    drop(one);
    let two = Stage::on(teller.clone()).await;
    applied(&teller, 1).await;
    two.host.caught_up().await;
    assert_eq!(started(&teller).await, requests.len());
    for request in &requests {
        assert_eq!(teller.clocks(request).await.len(), 1);
    }
}

#[tokio::test]
async fn two_processes_give_each_request_its_clock_once() {
    let mut one = Stage::set().await;
    let teller = one.teller.clone();
    let two = Stage::on(teller.clone()).await;
    let mut requests = Vec::new();
    for _ in 0..60 {
        requests.push(teller.submitted("2026-03-02T08:00:00Z").await);
    }
    one.activate(&promise("40h"), Attach::Open).await;
    applied(&teller, 1).await;
    teller.calendar(2, &["2026-03-04"]).await;
    adopted(&teller, 1).await;
    one.host.caught_up().await;
    two.host.caught_up().await;
    for request in &requests {
        let told = teller.clocks(request).await;
        assert!(
            matches!(
                told.as_slice(),
                [ClockEvent::ClockStarted(_), ClockEvent::ClockRescheduled(_)]
            ),
            "{told:?}"
        );
    }
    assert!(!two.get("it", 0).await.applying);
}

#[tokio::test]
async fn two_activations_are_applied_one_after_the_other() {
    let mut stage = Stage::set().await;
    let teller = stage.teller.clone();
    let open = teller.submitted("2026-03-02T08:00:00Z").await;
    stage.activate(&promise("4h"), Attach::Open).await;
    let second = promise("8h").replace(
        "[rules.targets.resolve]",
        "[rules.targets.acknowledge]\nwithin = \"1h\"\n[rules.targets.resolve]",
    );
    stage.activate(&second, Attach::Open).await;
    applied(&teller, 2).await;
    let told = teller.clocks(&open).await;
    let started: Vec<_> = told
        .iter()
        .filter_map(|event| match event {
            ClockEvent::ClockStarted(event) => Some((event.clock.metric, event.promise.version)),
            _ => None,
        })
        .collect();
    assert_eq!(started, [(Metric::Resolve, 1), (Metric::Acknowledge, 2)]);
}

#[tokio::test]
async fn rows_written_live_equal_those_of_a_rebuild() {
    let mut stage = Stage::set().await;
    let teller = stage.teller.clone();
    for _ in 0..5 {
        teller.submitted("2026-03-02T08:00:00Z").await;
    }
    stage.activate(&promise("40h"), Attach::Open).await;
    applied(&teller, 1).await;
    teller.calendar(2, &["2026-03-04"]).await;
    adopted(&teller, 1).await;
    stage.host.caught_up().await;
    let projection = &stage.host.projections[0];
    let before = projection.reader();
    projection.rebuild(|_| {}).await.unwrap();
    assert!(rows_equal(&before, &projection.reader()).unwrap());
    assert_eq!(
        before.next_due().unwrap(),
        projection.reader().next_due().unwrap()
    );
}

#[tokio::test]
async fn a_holiday_decreed_while_the_service_was_away_comes_before_its_timers() {
    let mut before = Stage::set().await;
    let teller = before.teller.clone();
    before.activate(&promise("12h"), Attach::New).await;
    let mut requests = Vec::new();
    for _ in 0..400 {
        requests.push(teller.submitted("2026-03-02T08:00:00Z").await);
    }
    let last = requests.last().cloned().unwrap();
    teller
        .until("all are promised", async |teller: &Teller| {
            teller.clocks(&last).await.len() == 1
        })
        .await;
    before.host.caught_up().await;
    drop(before);
    teller.calendar(2, &["2026-03-03"]).await;
    let after = Stage::on(teller.clone()).await;
    // By the calendar before they were due today at 11; by the decree it is tomorrow.
    after.host.hand.set(time("2026-03-03T20:00:00Z"));
    adopted(&teller, 1).await;
    after.host.caught_up().await;
    for request in &requests {
        let told = teller.clocks(request).await;
        let broken = |event: &ClockEvent| matches!(event, ClockEvent::ClockBreached(_));
        assert!(!told.iter().any(broken), "{told:?}");
        let moved = |event: &ClockEvent| matches!(event, ClockEvent::ClockRescheduled(_));
        assert!(told.iter().any(moved), "{told:?}");
    }
}
