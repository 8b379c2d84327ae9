//! kill -9, again and again, while people answer a named round, an anonymous one and the question after a request, and thank
//! each other: what was acknowledged is counted, once, and the rows are what a rebuild makes.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::join_all;
use khidma::ask;
use khidma::ballot;
use khidma::client::{Api, Endpoints};
use khidma::failure::{Exit, Failure};
use khidma_edge::instant::time_out;
use khidma_eventlog::EventLog;
use khidma_events::directory::{
    DepartmentJoined, PersonEvent, PersonKind, PersonRegistered, person_entity,
};
use khidma_events::feedback::question_of;
use khidma_events::requests::{Confirmed, RequestEvent, Submitted};
use khidma_feedback::FeedbackViews;
use khidma_kernel::ServiceRequestId;
use khidma_proto::feedback::survey_item::Answer;
use khidma_proto::feedback::*;
use khidma_runtime::{Clock, Tasks};
use khidma_testkit::{append, eventually};
use tokio::sync::{Semaphore, watch};
use uuid::Uuid;

use crate::PATIENCE;
use crate::clients::key;
use crate::kills::equal_to_a_rebuild;
use crate::load::random;
use crate::site::{ADMIN, Site, Who};

const PEOPLE: usize = 30;
const KILLS: usize = 15;
/// One kill in so many comes while the process starts.
const AT_START: usize = 5;
/// The latest moment at which a starting process is killed, in milliseconds.
const START: u64 = 400;
/// The longest life of any other, counted from the first that is done in it, in milliseconds.
const LIFE: u64 = 300;
/// How long who was not answered waits before they try again.
const PAUSE: Duration = Duration::from_millis(5);

/// What everybody does, one after another.
#[derive(Debug, Clone, Copy)]
enum Deed {
    /// Answers the round whose answers have names.
    Named,
    /// Answers the one whose answers have none.
    Nameless,
    /// Answers the question after their request.
    Question,
    /// Thanks Daniel.
    Thanks,
}

const DEEDS: [Deed; 4] = [Deed::Named, Deed::Nameless, Deed::Question, Deed::Thanks];

/// What there is to answer.
struct Asked {
    named: String,
    nameless: String,
    /// A request of each.
    requests: Vec<ServiceRequestId>,
}

fn person(number: usize) -> String {
    format!("p{number:02}")
}

/// How satisfied they are, with whatever it is.
fn score(number: usize) -> u32 {
    u32::try_from(number % 5).unwrap() + 1
}

/// How often each score is given.
fn scores() -> BTreeMap<u32, usize> {
    let mut counts = BTreeMap::new();
    for number in 0..PEOPLE {
        *counts.entry(score(number)).or_default() += 1;
    }
    counts
}

fn mood(score: u32) -> BTreeMap<String, Value> {
    let scale = value::Value::Scale(i32::try_from(score).unwrap());
    let value = Value { value: Some(scale) };
    BTreeMap::from([("mood".to_owned(), value)])
}

/// Somebody who never gives up.
struct Caller {
    number: usize,
    token: String,
    server: watch::Receiver<Option<String>>,
    /// How much may be done so far: so that there is something left to do in every life.
    allowed: Arc<Semaphore>,
    done: watch::Sender<usize>,
    asked: Arc<Asked>,
    /// Where they keep their token of the anonymous round.
    folder: PathBuf,
}

impl Caller {
    async fn run(mut self) {
        for deed in DEEDS {
            self.allowed.acquire().await.unwrap().forget();
            let key = key();
            loop {
                let server = self.server.wait_for(Option::is_some).await;
                let server = server.unwrap().clone().unwrap();
                let (token, clock) = (Some(self.token.clone()), Clock::system());
                let patience = Duration::from_secs(2);
                let api = Api::new(Endpoints::all_at(&server), token, patience, clock);
                match self.try_it(&api, deed, key.clone()).await {
                    Ok(()) => break,
                    Err(failure) => self.may_fail(&failure, deed),
                }
                tokio::time::sleep(PAUSE).await;
            }
            self.done.send_modify(|count| *count += 1);
        }
    }

    /// Nobody is refused, but who is faster than the question that comes by itself; answers are lost.
    fn may_fail(&self, failure: &Failure, deed: Deed) {
        let reason = failure.report().and_then(|report| report.reason.as_deref());
        let early = matches!(deed, Deed::Question) && reason == Some("UNKNOWN_QUESTION");
        let exit = failure.exit();
        let lost = exit == Exit::Unavailable || exit == Exit::Internal && reason.is_none();
        assert!(early || lost, "{deed:?} of {}: {failure:?}", self.number);
    }

    async fn try_it(&self, api: &Api, deed: Deed, request_id: String) -> Result<(), Failure> {
        let (number, asked) = (self.number, &self.asked);
        match deed {
            Deed::Named => {
                let answer = AnswerRequest {
                    request_id,
                    round_id: asked.named.clone(),
                    language: String::new(),
                    values: mood(score(number)).into_iter().collect(),
                };
                ask!(*api, answers.answer, answer).map(|_| ())
            }
            Deed::Nameless => {
                let values = mood(score(number));
                ballot::answer(api, &self.folder, &asked.nameless, values, false).await
            }
            Deed::Question => {
                let answer = AnswerQuestionRequest {
                    request_id,
                    id: question_of(asked.requests[number]).to_string(),
                    score: score(number),
                    effort: 0,
                    comment: person(number),
                };
                ask!(*api, questions.answer_question, answer).map(|_| ())
            }
            Deed::Thanks => {
                let thanks = GiveThanksRequest {
                    request_id,
                    service_request_id: String::new(),
                    text: format!("Thank you, says {}", person(number)),
                    private: false,
                    to: Some(give_thanks_request::To::ToPersonId("daniel".into())),
                };
                ask!(*api, recognition.give_thanks, thanks).map(|_| ())
            }
        }
    }
}

fn of_hr(number: usize) -> Who {
    Who {
        person: Box::leak(person(number).into_boxed_str()),
        department: "hr",
        roles: &[],
    }
}

fn admin(site: &Site, address: &str) -> Api {
    let token = Some(site.token(ADMIN));
    Api::new(Endpoints::all_at(address), token, PATIENCE, Clock::system())
}

/// Those of HR who answer.
async fn people(log: &dyn EventLog) {
    for number in 0..PEOPLE {
        let id = person(number).parse().unwrap();
        let entity = person_entity(&id);
        let registered = PersonRegistered {
            person: id,
            display_name: person(number),
            kind: PersonKind::Employee,
        };
        let joined = DepartmentJoined {
            department: "hr".parse().unwrap(),
            main: true,
        };
        append::<PersonEvent>(log, entity, vec![registered.into(), joined.into()]).await;
    }
}

/// What IT did for each of them; they will be asked how it went.
async fn requests(log: &dyn EventLog) -> Vec<ServiceRequestId> {
    let mut ids = Vec::new();
    for number in 0..PEOPLE {
        let id = ServiceRequestId(Uuid::new_v4());
        let asked = Submitted::plain(
            "it".parse().unwrap(),
            person(number).parse().unwrap(),
            "hr".parse().unwrap(),
            "A laptop",
        );
        let confirmed = Confirmed { comment: None };
        let events = vec![asked.into(), confirmed.into()];
        append::<RequestEvent>(log, id.to_string(), events).await;
        ids.push(id);
    }
    ids
}

async fn define(api: &Api) {
    let text = |text: &str| [("en".to_owned(), text.to_owned())].into();
    let scale = ScaleAnswer {
        min: 1,
        max: 5,
        labels: vec![],
    };
    let item = SurveyItem {
        key: "mood".into(),
        text: text("How is it?"),
        answer: Some(Answer::Scale(scale)),
        required: true,
        ..SurveyItem::default()
    };
    let section = SurveySection {
        key: "all".into(),
        items: vec![item],
        ..SurveySection::default()
    };
    let definition = SurveyDefinition {
        title: text("Mood"),
        language: "en".into(),
        sections: vec![section],
        ..SurveyDefinition::default()
    };
    let define = DefineSurveyRequest {
        request_id: key(),
        survey_id: "mood".into(),
        owner_id: "hr".into(),
        definition: Some(definition),
    };
    ask!(*api, surveys.define_survey, define).unwrap();
}

/// An open round for all of HR.
async fn launch(api: &Api, anonymity: Anonymity) -> String {
    let audience = Audience {
        department_ids: vec!["hr".into()],
        ..Audience::default()
    };
    let launch = LaunchRoundRequest {
        request_id: key(),
        survey_id: "mood".into(),
        anonymity: anonymity.into(),
        audience: Some(audience),
        closes_at: Some(time_out(Clock::system().now().plus_seconds(3600))),
        ..LaunchRoundRequest::default()
    };
    let launched = ask!(*api, surveys.launch_round, launch).unwrap();
    let open = eventually(PATIENCE, || async {
        let question = GetRoundRequest {
            id: launched.id.clone(),
            min_position: launched.position,
        };
        let round = ask!(*api, surveys.get_round, question).unwrap().round;
        round.unwrap().state() == RoundState::Open
    });
    assert!(open.await, "the round never opened");
    launched.id
}

/// Everything is there to be answered, and nothing runs.
async fn set(site: &Site) -> Asked {
    site.seed_embedded().await;
    people(&site.embedded_log(&Tasks::new())).await;
    let mut process = site.up("embedded");
    let api = admin(site, &process.address().await);
    define(&api).await;
    let named = launch(&api, Anonymity::Named).await;
    let nameless = launch(&api, Anonymity::Anonymous).await;
    process.stop().await;
    let requests = requests(&site.embedded_log(&Tasks::new())).await;
    Asked {
        named,
        nameless,
        requests,
    }
}

/// How often each score was given to a round that is over.
async fn results(api: &Api, round: &str) -> BTreeMap<u32, usize> {
    let close = CloseRoundRequest {
        request_id: key(),
        id: round.to_owned(),
    };
    let position = ask!(*api, surveys.close_round, close).unwrap().position;
    let look = || async {
        let question = GetResultsRequest {
            round_id: round.to_owned(),
            min_position: position,
            ..GetResultsRequest::default()
        };
        ask!(*api, answers.get_results, question).unwrap()
    };
    // An anonymous one is emptied by itself first.
    let over = eventually(PATIENCE, || async { look().await.over });
    assert!(over.await, "the round is never over");
    let results = look().await;
    assert_eq!(results.answered as usize, PEOPLE);
    let bars = results.items[0].bars.iter();
    bars.map(|bar| (u32::try_from(bar.scale).unwrap(), bar.count as usize))
        .collect()
}

/// All answers to questions about requests to IT, by who gave them.
async fn answered(api: &Api) -> BTreeMap<String, u32> {
    let question = ListQuestionsRequest {
        department_id: "it".into(),
        page_size: 500,
        ..ListQuestionsRequest::default()
    };
    let questions = ask!(*api, questions.list_questions, question)
        .unwrap()
        .questions;
    let count = questions.len();
    let said = questions.into_iter().map(|one| {
        let answer = one.answer.unwrap();
        assert_eq!(answer.comment, one.person_id);
        (one.person_id, answer.score)
    });
    let said: BTreeMap<_, _> = said.collect();
    assert_eq!(said.len(), count, "somebody answered twice");
    said
}

/// Who thanked, in the order of their names, each as often as they did.
async fn wall(api: &Api) -> Vec<String> {
    let question = GetWallRequest {
        department_id: "it".into(),
        page_size: 500,
        ..GetWallRequest::default()
    };
    let wall = ask!(*api, recognition.get_wall, question).unwrap().thanks;
    let mut from: Vec<_> = wall.into_iter().map(|one| one.from_person_id).collect();
    from.sort_unstable();
    from
}

/// Lets the process live for a while, and kills it; how much was done until the last time.
async fn kill_again_and_again(
    site: &Site,
    server: &watch::Sender<Option<String>>,
    done: &watch::Sender<usize>,
    allowed: &Semaphore,
) -> usize {
    for kill in 1..=KILLS {
        allowed.add_permits(PEOPLE * DEEDS.len() / KILLS);
        let mut process = site.up("embedded");
        if kill % AT_START == 0 {
            process
                .lives_for(Duration::from_millis(random(START)))
                .await;
            process.kill().await;
            continue;
        }
        let before = *done.borrow();
        server.send_replace(Some(process.address().await));
        let mut goes_on = done.subscribe();
        let first = goes_on.wait_for(|count| *count > before);
        let first = tokio::time::timeout(PATIENCE, first).await;
        first.expect("somebody is answered").unwrap();
        process.lives_for(Duration::from_millis(random(LIFE))).await;
        process.kill().await;
        server.send_replace(None);
    }
    *done.borrow()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_is_lost_and_none_counts_twice_whenever_the_process_is_killed() {
    let (site, began) = (Site::new(), Instant::now());
    let asked = Arc::new(set(&site).await);
    let (server, _) = watch::channel(None);
    let (done, _) = watch::channel(0);
    let allowed = Arc::new(Semaphore::new(0));
    let callers = (0..PEOPLE).map(|number| Caller {
        number,
        token: site.token(of_hr(number)),
        server: server.subscribe(),
        allowed: allowed.clone(),
        done: done.clone(),
        asked: asked.clone(),
        folder: site.data(&person(number)),
    });
    let all = PEOPLE * DEEDS.len();
    // Side by side with the kills, in one task.
    let answering = join_all(callers.map(Caller::run));
    let killing = async {
        let by_kills = kill_again_and_again(&site, &server, &done, &allowed).await;
        allowed.add_permits(all);
        let mut process = site.up("embedded");
        let address = process.address().await;
        server.send_replace(Some(address.clone()));
        (by_kills, process, address)
    };
    let (_, (by_kills, process, address)) = tokio::join!(answering, killing);
    assert_eq!(*done.borrow(), all);

    let api = admin(&site, &address);
    assert_eq!(results(&api, &asked.named).await, scores());
    assert_eq!(results(&api, &asked.nameless).await, scores());
    let everybody: Vec<_> = (0..PEOPLE).map(person).collect();
    let expected = (0..PEOPLE).map(|number| (person(number), score(number)));
    assert_eq!(answered(&api).await, expected.collect());
    assert_eq!(wall(&api).await, everybody);
    process.stop().await;
    let rows = equal_to_a_rebuild(&site, Arc::new(FeedbackViews)).await;
    println!(
        "{KILLS} kills in {:.0?}: {all} answers, tokens and thanks, {by_kills} of them between kills; {rows} rows",
        began.elapsed()
    );
}
