//! Two processes of the requests service on one nats-server, racing on the same requests: nothing that excludes the
//! other is accepted twice, and nothing is accepted that is not on the log once.

use std::collections::BTreeSet;

use futures::future::join_all;
use khidma_proto::requests as pb;
use khidma_testkit::NatsServer;
use tonic::Code;

use crate::clients::{Requests, get, key, refused, reply, wish};
use crate::ledger::Ledger;
use crate::process::Process;
use crate::site::{AMINA, DANIEL, SANA, Site, seed_jetstream};

/// Two processes with a data folder each, on one server.
struct Pair {
    site: Site,
    addresses: [String; 2],
    _processes: [Process; 2],
    _nats: NatsServer,
}

impl Pair {
    async fn start() -> Self {
        let (site, nats) = (Site::new(), NatsServer::start().await);
        seed_jetstream(&nats.url()).await;
        let mut processes = ["one", "two"].map(|name| site.serve(name, "requests", &nats.url()));
        let [one, two] = &mut processes;
        let addresses = [one.address().await, two.address().await];
        Self {
            site,
            addresses,
            _processes: processes,
            _nats: nats,
        }
    }

    async fn asked(&self, title: &str) -> String {
        let mut amina = self.site.requests(&self.addresses[0], AMINA).await;
        amina.submit(wish(title)).await.unwrap().into_inner().id
    }

    async fn ledger(&self) -> Ledger {
        Ledger::read(&self.site, &self.addresses[1]).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_claimed_by_one() {
    let pair = Pair::start().await;
    let daniel = pair.site.requests(&pair.addresses[0], DANIEL).await;
    let sana = pair.site.requests(&pair.addresses[1], SANA).await;
    let mut winners = BTreeSet::new();
    for round in 0..40 {
        let id = pair.asked(&format!("Race {round}")).await;
        let claim = async |mut client: Requests| {
            let claim = pb::ClaimRequest {
                request_id: key(),
                id: id.clone(),
            };
            client.claim(claim).await
        };
        let (daniels, sanas) = tokio::join!(claim(daniel.clone()), claim(sana.clone()));
        let (winner, loser, position) = match (daniels, sanas) {
            (Ok(won), lost @ Err(_)) => (DANIEL, lost, won.into_inner().position),
            (lost @ Err(_), Ok(won)) => (SANA, lost, won.into_inner().position),
            other => panic!("one of them wins: {other:?}"),
        };
        let refusal = (Code::FailedPrecondition, "ALREADY_ASSIGNED".to_owned());
        assert_eq!(refused(loser), refusal);
        for address in &pair.addresses {
            let mut amina = pair.site.requests(address, AMINA).await;
            let request = get(&mut amina, &id, position).await;
            assert_eq!(request.assignee_id, winner.person);
        }
        winners.insert(winner.person);
    }
    assert_eq!(winners.len(), 2, "it is no race where one always wins");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_on_few_requests_is_on_the_log_as_it_was_accepted() {
    let pair = Pair::start().await;
    let ids = [pair.asked("First").await, pair.asked("Second").await];
    let storm = (0..16).map(|caller| {
        let (pair, id) = (&pair, &ids[caller % 2]);
        async move {
            let address = &pair.addresses[caller / 2 % 2];
            let mut daniel = pair.site.requests(address, DANIEL).await;
            let (mut replied, mut refusals) = (Vec::new(), 0);
            for round in 0..15 {
                let priority = pb::SetPriorityRequest {
                    request_id: key(),
                    id: id.clone(),
                    priority: [1, 2, 3, 4][(caller + round) % 4],
                    reason: String::new(),
                };
                for answer in [
                    daniel.set_priority(priority).await.map(|_| None),
                    daniel.reply(reply(id, "Storm")).await.map(Some),
                ] {
                    match answer {
                        Ok(answer) => replied.extend(answer.map(|one| one.into_inner().position)),
                        refusal => {
                            let contended = (Code::Aborted, "CONTENDED".to_owned());
                            assert_eq!(refused(refusal), contended);
                            refusals += 1;
                        }
                    }
                }
            }
            (replied, refusals)
        }
    });
    let (replied, refusals): (Vec<_>, Vec<i32>) = join_all(storm).await.into_iter().unzip();
    let replied: Vec<u64> = replied.into_iter().flatten().collect();
    let ledger = pair.ledger().await;
    let positions: BTreeSet<u64> = replied.iter().copied().collect();
    assert_eq!(positions.len(), replied.len(), "two answers, one position");
    let told: usize = ids
        .iter()
        .map(|id| ledger.events(id, "replied").count())
        .sum();
    assert_eq!(told, replied.len());
    for id in &ids {
        each_follows_from_the_one_before(&ledger, id);
    }
    println!(
        "{told} replies accepted, {} calls contended",
        refusals.iter().sum::<i32>()
    );
}

/// Had a decision been made on a state that was no longer so, two changes would begin from the same priority.
fn each_follows_from_the_one_before(ledger: &Ledger, id: &str) {
    let mut priority = "normal".to_owned();
    let mut changes = 0;
    for change in ledger.events(id, "priority_changed") {
        assert_eq!(change["from"], priority.as_str(), "{id}");
        change["to"].as_str().unwrap().clone_into(&mut priority);
        changes += 1;
    }
    assert!(changes > 10, "only {changes} changes of {id}");
}

/// A caller who got no answer from one process asks the other, while the first may still be at it.
#[tokio::test(flavor = "multi_thread")]
async fn one_key_sent_to_both_is_carried_out_once() {
    let pair = Pair::start().await;
    let id = pair.asked("Once").await;
    let mut sent = Vec::new();
    for round in 0..40 {
        let reply = reply(&id, &format!("Round {round}"));
        let send = async |address: &str| {
            let mut amina = pair.site.requests(address, AMINA).await;
            amina.reply(reply.clone()).await.unwrap().into_inner()
        };
        let [one, two] = &pair.addresses;
        let (one, two) = tokio::join!(send(one), send(two));
        assert_eq!(one, two);
        sent.push((reply.request_id, one.position));
    }
    let ledger = pair.ledger().await;
    for (key, position) in sent {
        assert_eq!(ledger.positions(AMINA, &key), [position]);
    }
}
