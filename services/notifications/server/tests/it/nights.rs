//! What happens at night: the log goes away in the midst of it, and clocks are put right.

use std::collections::BTreeSet;
use std::sync::Arc;

use khidma_eventlog::{JetStreamConfig, JetStreamLog};
use khidma_events::notifications::{Channel, Receiver};
use khidma_proto::notifications::DeliveryState;
use khidma_runtime::Tasks;
use khidma_testkit::{NatsServer, eventually};
use serde_json::json;

use crate::ladder_stage::{self, levels};
use crate::sending_stage::{LONG, Stage};
use crate::sink::{Reply, Sink};

/// Deliveries of one night.
const MANY: u64 = 30;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_goes_away_while_messages_are_sent_and_nothing_is_lost_or_renamed() {
    let mut server = NatsServer::start().await;
    let connect = async || {
        let config = JetStreamConfig::new(server.url());
        Arc::new(JetStreamLog::connect(config, &Tasks::new()).await.unwrap())
    };
    let stage = Stage::set_on(connect().await).await;
    let sink = Sink::start(Reply::Status(200)).await;
    stage.hook("it-hook", &sink.url).await;
    let evening = stage.host.now().plus_seconds(3600);
    let mut ids = BTreeSet::new();
    for number in 0..MANY {
        let to = Receiver::Endpoint("it-hook".parse().unwrap());
        let id = stage.ask_for(to, Channel::Webhook, number, Some(evening));
        ids.insert(id.await.to_string());
    }
    stage.host.caught_up().await;
    server.kill();
    stage.host.hand.set(evening);
    // All go out, and of none it can be written down.
    let sent = eventually(LONG, || async { told(&sink).len() == ids.len() }).await;
    assert!(sent, "{} of {MANY} were sent", told(&sink).len());
    server.restart().await;
    let back = eventually(LONG, || async { stage.host.log.head().await.is_ok() });
    assert!(back.await);
    for id in &ids {
        let id = id.parse().unwrap();
        stage.until_state(id, DeliveryState::Delivered).await;
    }
    assert_eq!(told(&sink), ids);
}

/// Under which ids something came.
fn told(sink: &Sink) -> BTreeSet<String> {
    let told = sink.told();
    told.iter().map(|told| told.id().to_owned()).collect()
}

#[tokio::test]
async fn a_clock_that_is_put_back_and_on_again_lets_nothing_climb_twice() {
    let stage = ladder_stage::Stage::set().await;
    stage.department("it").await;
    for (person, manager) in [
        ("omar", None),
        ("mei", Some("omar")),
        ("daniel", Some("mei")),
    ] {
        stage.person(person, "en", manager).await;
    }
    let id = stage.asked().await;
    stage.reaches(&id, 0, json!(["assignee"])).await;
    stage.later(1800).await;
    let climbed = stage.escalations(&id).await;
    assert_eq!(levels(&climbed[0]), [["daniel"], ["mei"]]);
    let now = stage.host.now();
    for jump in [-3600, -1, 0] {
        stage.host.hand.set(now.plus_seconds(jump));
        stage.quiet().await;
        assert_eq!(stage.escalations(&id).await, climbed, "{jump}");
        assert_eq!(stage.told(&id).await, ["daniel", "mei"], "{jump}");
    }
    // An hour on at once: it goes up by one, from where it is.
    stage.host.hand.set(now.plus_seconds(3600));
    stage.quiet().await;
    let next = stage.escalations(&id).await;
    assert_eq!(levels(&next[0]), [["daniel"], ["mei"], ["omar"]]);
    assert_eq!(stage.told(&id).await, ["daniel", "mei", "omar"]);
}
