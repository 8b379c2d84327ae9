//! Finding requests by their words.

use std::sync::Arc;

use khidma_edge::client::Connection;
use khidma_eventlog::{EventLog, MemoryLog};
use khidma_kernel::Role;
use khidma_proto::requests as pb;
use khidma_proto::requests::search_service_client::SearchServiceClient;
use khidma_testkit::Host;
use tempfile::TempDir;
use tonic::Code;

use crate::stage::{Client, Stage, directory, key, laptop, refused};

type Finder = SearchServiceClient<Connection>;

/// A running service, those who call it, and those who search.
struct Searching {
    stage: Stage,
    /// Of HR: asks.
    amina: Finder,
    /// Leads HR.
    linh: Finder,
    /// Of IT: is asked.
    daniel: Finder,
    /// Of finance: has nothing to do with it.
    farid: Finder,
    /// Keeps the directory.
    admin: Finder,
}

impl Searching {
    async fn set() -> Self {
        Self::at(Stage::set().await).await
    }

    async fn at(stage: Stage) -> Self {
        let finder = async |person, department, roles: &[Role]| {
            Finder::new(stage.host.connect(person, department, roles).await)
        };
        Self {
            amina: finder("amina", "hr", &[]).await,
            linh: finder("linh", "hr", &[Role::Manager]).await,
            daniel: finder("daniel", "it", &[]).await,
            farid: finder("farid", "finance", &[]).await,
            admin: finder("root", "company", &[Role::Admin]).await,
            stage,
        }
    }

    /// In the folder `folder`, which may have been used before.
    async fn in_folder(folder: &Arc<TempDir>, log: &Arc<dyn EventLog>) -> Self {
        let start = |deps| async move { Ok(vec![khidma_requests::start(&deps).await?]) };
        let host = Host::in_folder(folder.clone(), log.clone(), start).await;
        Self::at(Stage::of(host).await).await
    }

    /// The titles of what `finder` finds by `query` now, the best first.
    async fn titles(&self, finder: &Finder, query: &str) -> Vec<String> {
        let hits = self.hits(finder, asked(query)).await.hits;
        hits.into_iter()
            .map(|hit| hit.request.unwrap().title)
            .collect()
    }

    async fn hits(
        &self,
        finder: &Finder,
        request: pb::SearchRequestsRequest,
    ) -> pb::SearchRequestsResponse {
        let min_position = self.stage.head().await;
        let request = pb::SearchRequestsRequest {
            min_position,
            ..request
        };
        let found = finder.clone().search_requests(request).await;
        let found = found.unwrap().into_inner();
        assert!(found.position >= min_position);
        // The best one is the measure: how rare a word is among all requests is told to nobody.
        let best = found.hits.iter().map(|hit| hit.score).reduce(f32::max);
        assert!(best.is_none_or(|best| best == 1.0), "{best:?}");
        found
    }
}

fn asked(query: &str) -> pb::SearchRequestsRequest {
    pb::SearchRequestsRequest {
        query: query.into(),
        ..Default::default()
    }
}

async fn noted(by: &mut Client, id: &str, text: &str) {
    let note = pb::AddNoteRequest {
        request_id: key(),
        id: id.into(),
        text: text.into(),
    };
    by.add_note(note).await.unwrap();
}

async fn replied(by: &mut Client, id: &str, text: &str) {
    let reply = pb::ReplyRequest {
        request_id: key(),
        id: id.into(),
        text: text.into(),
    };
    by.reply(reply).await.unwrap();
}

async fn transferred(by: &mut Client, id: &str, to: &str) {
    let transfer = pb::TransferRequest {
        request_id: key(),
        id: id.into(),
        provider_id: to.into(),
        reason: "Not ours".into(),
    };
    by.transfer(transfer).await.unwrap();
}

#[tokio::test]
async fn a_request_is_found_by_every_word_that_was_said_in_public() {
    let mut all = Searching::set().await;
    let mut ask = laptop("A new Café machine");
    ask.description = "The old one burnt the beans\nand smells of rubber".into();
    ask.tags = vec!["kitchen".into()];
    let id = all.stage.amina.submit(ask).await.unwrap().into_inner().id;
    replied(
        &mut all.stage.daniel,
        &id,
        "Which colour, turquoise or black?",
    )
    .await;
    for query in [
        "cafe",
        "CAFÉ",
        "beans",
        "kitchen",
        "turquoise",
        "turq",
        "\"smells of rubber\"",
        "black mach",
        "\"new cafe\" rubber",
    ] {
        assert_eq!(all.titles(&all.amina, query).await.len(), 1, "{query}");
        assert_eq!(all.titles(&all.daniel, query).await.len(), 1, "{query}");
    }
    for query in [
        "tea",
        "cafe tea",
        "urquoise",
        "\"rubber smells\"",
        "caf machine",
    ] {
        assert_eq!(all.titles(&all.amina, query).await, [""; 0], "{query}");
    }
    let hit = all.hits(&all.amina, asked("turq")).await.hits.remove(0);
    assert_eq!(hit.found_in(), pb::FoundIn::Timeline);
    let excerpt = hit.excerpt.unwrap();
    assert_eq!(excerpt.text, "Which colour, turquoise or black?");
    let marked = [pb::Highlight { begin: 14, end: 23 }];
    assert_eq!(excerpt.highlights, marked);
    assert_eq!(hit.request.unwrap().id, id);
}

#[tokio::test]
async fn words_of_any_language_are_found() {
    let mut all = Searching::set().await;
    for title in [
        "新しい会議室の予約",
        "Cần máy tính xách tay",
        "طلب خِدْمَة",
        "کلید اتاق ۴۲",
    ] {
        all.stage.asked(title).await;
    }
    for (query, title) in [
        ("会議室", "新しい会議室の予約"),
        ("約", "新しい会議室の予約"),
        ("may tinh", "Cần máy tính xách tay"),
        ("خدمة", "طلب خِدْمَة"),
        ("كليد 42", "کلید اتاق ۴۲"),
    ] {
        assert_eq!(all.titles(&all.amina, query).await, [title], "{query}");
    }
}

#[tokio::test]
async fn internal_notes_are_found_by_the_provider_only() {
    let mut all = Searching::set().await;
    let id = all.stage.asked("A laptop").await;
    noted(&mut all.stage.daniel, &id, "Give her the scratched one").await;
    let hits = all.hits(&all.daniel, asked("scratched")).await.hits;
    assert_eq!(hits[0].found_in(), pb::FoundIn::Notes);
    assert_eq!(
        hits[0].excerpt.as_ref().unwrap().text,
        "Give her the scratched one"
    );
    assert_eq!(all.titles(&all.admin, "scratched").await, ["A laptop"]);
    assert_eq!(
        all.titles(&all.daniel, "laptop scratched").await,
        ["A laptop"]
    );
    for finder in [&all.amina, &all.linh, &all.farid] {
        for query in [
            "scratched",
            "laptop scratched",
            "scrat",
            "\"the scratched one\"",
        ] {
            assert_eq!(all.titles(finder, query).await, [""; 0], "{query}");
        }
    }
}

#[tokio::test]
async fn who_asks_their_own_department_does_not_find_its_notes_about_it() {
    let mut all = Searching::set().await;
    let mut sana = Client::new(all.stage.host.connect("sana", "it", &[]).await);
    let id = sana
        .submit(laptop("A mouse"))
        .await
        .unwrap()
        .into_inner()
        .id;
    noted(&mut all.stage.daniel, &id, "She breaks everything").await;
    let finder = Finder::new(all.stage.host.connect("sana", "it", &[]).await);
    assert_eq!(all.titles(&finder, "breaks").await, [""; 0]);
    assert_eq!(all.titles(&finder, "mouse breaks").await, [""; 0]);
    assert_eq!(all.titles(&finder, "mouse").await, ["A mouse"]);
    assert_eq!(all.titles(&all.daniel, "breaks").await, ["A mouse"]);
}

#[tokio::test]
async fn only_who_may_read_a_request_finds_it() {
    let mut all = Searching::set().await;
    let id = all.stage.asked("A laptop").await;
    for finder in [&all.amina, &all.linh, &all.daniel, &all.admin] {
        assert_eq!(all.titles(finder, "laptop").await, ["A laptop"]);
    }
    assert_eq!(all.titles(&all.farid, "laptop").await, [""; 0]);
    let watcher = pb::AddWatcherRequest {
        request_id: key(),
        id: id.clone(),
        person_id: "farid".into(),
    };
    all.stage.amina.add_watcher(watcher).await.unwrap();
    assert_eq!(all.titles(&all.farid, "laptop").await, ["A laptop"]);
    let watcher = pb::RemoveWatcherRequest {
        request_id: key(),
        id,
        person_id: "farid".into(),
    };
    all.stage.amina.remove_watcher(watcher).await.unwrap();
    assert_eq!(all.titles(&all.farid, "laptop").await, [""; 0]);
}

#[tokio::test]
async fn a_transfer_takes_a_request_from_one_department_to_the_other() {
    let mut all = Searching::set().await;
    let id = all.stage.asked("A desk").await;
    noted(
        &mut all.stage.daniel,
        &id,
        "Somebody mixed up the departments",
    )
    .await;
    transferred(&mut all.stage.daniel, &id, "finance").await;
    assert_eq!(all.titles(&all.farid, "desk").await, ["A desk"]);
    assert_eq!(all.titles(&all.farid, "mixed").await, ["A desk"]);
    for query in ["desk", "mixed"] {
        assert_eq!(all.titles(&all.daniel, query).await, [""; 0], "{query}");
    }
    // Who keeps an eye on it still finds it, but no longer by what is the provider's own.
    let watcher = pb::AddWatcherRequest {
        request_id: key(),
        id,
        person_id: "daniel".into(),
    };
    all.stage.amina.add_watcher(watcher).await.unwrap();
    assert_eq!(all.titles(&all.daniel, "desk").await, ["A desk"]);
    assert_eq!(all.titles(&all.daniel, "mixed").await, [""; 0]);
}

#[tokio::test]
async fn filters_are_joined_with_the_words() {
    let mut all = Searching::set().await;
    let began = all.stage.host.hand.clone();
    for (title, tag) in [
        ("Laptop one", "old"),
        ("Laptop two", "new"),
        ("Laptop three", "new"),
    ] {
        began.advance_seconds(3600);
        let mut ask = laptop(title);
        ask.tags = vec![tag.into()];
        let id = all.stage.amina.submit(ask).await.unwrap().into_inner().id;
        if title == "Laptop three" {
            let claim = pb::ClaimRequest {
                request_id: key(),
                id,
            };
            all.stage.daniel.claim(claim).await.unwrap();
        }
    }
    let found = async |change: fn(&mut pb::SearchRequestsRequest)| {
        let mut request = asked("laptop");
        change(&mut request);
        let hits = all.hits(&all.daniel, request).await.hits;
        let titles = hits.into_iter().map(|hit| hit.request.unwrap().title);
        titles.collect::<Vec<_>>()
    };
    let newest_first = ["Laptop three", "Laptop two", "Laptop one"];
    assert_eq!(
        found(|_| {}).await,
        newest_first,
        "of equals, the newest first"
    );
    assert_eq!(found(|one| one.tag = "new".into()).await, newest_first[..2]);
    assert_eq!(
        found(|one| one.assignee_id = "me".into()).await,
        newest_first[..1]
    );
    assert_eq!(
        found(|one| one.provider_id = "it".into()).await,
        newest_first
    );
    assert_eq!(found(|one| one.provider_id = "hr".into()).await, [""; 0]);
    assert_eq!(
        found(|one| one.requester_id = "amina".into()).await,
        newest_first
    );
    assert_eq!(found(|one| one.requester_id = "me".into()).await, [""; 0]);
    assert_eq!(found(|one| one.offering = "laptop".into()).await, [""; 0]);
    let submitted = |one: &mut pb::SearchRequestsRequest| {
        one.states = vec![pb::State::Submitted.into()];
    };
    assert_eq!(found(submitted).await, newest_first[1..]);
    // The clock began at 09:00.
    let at = |hour: i64| {
        Some(prost_types::Timestamp {
            seconds: 1_772_442_000 + hour * 3600,
            nanos: 0,
        })
    };
    let of_two = pb::SearchRequestsRequest {
        submitted_from: at(2),
        submitted_to: at(3),
        ..asked("laptop")
    };
    let hits = all.hits(&all.daniel, of_two.clone()).await.hits;
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0].request.as_ref().unwrap().title, "Laptop two");
    let never = pb::SearchRequestsRequest {
        submitted_to: at(2),
        ..of_two
    };
    let told = (
        Code::InvalidArgument,
        "EMPTY_PERIOD".into(),
        "submitted_to".into(),
    );
    assert_eq!(refused(all.daniel.search_requests(never).await), told);
}

#[tokio::test]
async fn pages_have_every_hit_once() {
    let mut all = Searching::set().await;
    for number in 0..25 {
        all.stage.host.hand.advance_seconds(60);
        let id = all.stage.asked(&format!("Laptop {number}")).await;
        if number % 2 == 0 {
            let claim = pb::ClaimRequest {
                request_id: key(),
                id,
            };
            all.stage.daniel.claim(claim).await.unwrap();
        }
    }
    for states in [vec![], vec![pb::State::Submitted.into()]] {
        let (mut request, mut titles) = (asked("laptop"), Vec::new());
        (request.page_size, request.states) = (4, states.clone());
        loop {
            let page = all.hits(&all.amina, request.clone()).await;
            assert!(page.hits.len() <= 4);
            titles.extend(page.hits.into_iter().map(|hit| hit.request.unwrap().title));
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        let wanted = (0..25)
            .rev()
            .filter(|number| states.is_empty() || number % 2 == 1);
        let wanted: Vec<_> = wanted.map(|number| format!("Laptop {number}")).collect();
        assert_eq!(titles, wanted);
    }
    let mut request = asked("laptop");
    request.page_size = 4;
    let token = all.hits(&all.amina, request).await.next_page_token;
    let other = pb::SearchRequestsRequest {
        page_token: token,
        ..asked("lap")
    };
    let told = (
        Code::InvalidArgument,
        "PAGE_TOKEN_MISMATCH".into(),
        "page_token".into(),
    );
    assert_eq!(refused(all.amina.search_requests(other).await), told);
}

#[tokio::test]
async fn what_cannot_be_searched_for_is_refused_with_the_reason() {
    let mut all = Searching::set().await;
    all.stage.asked("A laptop").await;
    for (query, reason) in [
        ("", "EMPTY_QUERY"),
        ("  \"\" ", "EMPTY_QUERY"),
        ("*?:()[]{}^~+-&|!\\", "EMPTY_QUERY"),
        (&"word ".repeat(65), "TOO_MANY_WORDS"),
        (&"x".repeat(10_000), "QUERY_TOO_LONG"),
    ] {
        let told = (Code::InvalidArgument, reason.to_owned(), "query".to_owned());
        assert_eq!(refused(all.amina.search_requests(asked(query)).await), told);
    }
    // The language of others' queries is none of ours: these are words.
    for query in [
        "title:laptop AND",
        "(laptop OR",
        "laptop^9 ~2",
        "[a TO z]",
        "\"\"\"laptop",
        "la*",
    ] {
        all.titles(&all.amina, query).await;
    }
    let bad = pb::SearchRequestsRequest {
        provider_id: "I T".into(),
        ..asked("laptop")
    };
    let (code, _, field) = refused(all.amina.search_requests(bad).await);
    assert_eq!(
        (code, field.as_str()),
        (Code::InvalidArgument, "provider_id")
    );
    let mut late = tonic::Request::new(pb::SearchRequestsRequest {
        min_position: u64::MAX,
        ..asked("laptop")
    });
    late.set_timeout(std::time::Duration::from_secs(1));
    let (code, reason, _) = refused(all.amina.search_requests(late).await);
    assert_eq!(
        (code, reason.as_str()),
        (Code::DeadlineExceeded, "MIN_POSITION_NOT_REACHED")
    );
}

#[tokio::test]
async fn an_index_is_gone_on_with_after_a_restart() {
    let (folder, log) = (Arc::new(tempfile::tempdir().unwrap()), log().await);
    let mut all = Searching::in_folder(&folder, &log).await;
    all.stage.asked("Laptop one").await;
    assert_eq!(all.titles(&all.amina, "laptop").await.len(), 1);
    let id = all.stage.asked("Laptop two").await;
    replied(&mut all.stage.daniel, &id, "Soon").await;
    let before = words(&folder.path().join("views/requests-search"));
    // What was said last need not be in the index yet.
    drop(all);
    let mut all = Searching::in_folder(&folder, &log).await;
    assert_eq!(all.titles(&all.amina, "laptop").await.len(), 2);
    assert_eq!(all.titles(&all.amina, "soon").await, ["Laptop two"]);
    assert!(before.iter().all(|file| file.exists()), "it was built anew");
    all.stage.asked("Laptop three").await;
    assert_eq!(all.titles(&all.amina, "laptop").await.len(), 3);
}

#[tokio::test]
async fn a_damaged_index_is_built_anew() {
    let (folder, log) = (Arc::new(tempfile::tempdir().unwrap()), log().await);
    let mut all = Searching::in_folder(&folder, &log).await;
    all.stage.asked("Laptop one").await;
    all.stage.asked("Laptop two").await;
    assert_eq!(all.titles(&all.amina, "laptop").await.len(), 2);
    drop(all);
    let index = folder.path().join("views/requests-search");
    for damage in [truncate, flip, forget, foreign] {
        damage(&index);
        let all = Searching::in_folder(&folder, &log).await;
        assert_eq!(all.titles(&all.amina, "laptop").await.len(), 2);
        drop(all);
    }
}

#[tokio::test]
async fn an_index_of_another_log_is_thrown_away() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let mut all = Searching::in_folder(&folder, &log().await).await;
    for number in 0..5 {
        all.stage.asked(&format!("Laptop {number}")).await;
    }
    assert_eq!(all.titles(&all.amina, "laptop").await.len(), 5);
    drop(all);
    let mut all = Searching::in_folder(&folder, &log().await).await;
    assert_eq!(all.titles(&all.amina, "laptop").await, [""; 0]);
    all.stage.asked("A screen").await;
    assert_eq!(all.titles(&all.amina, "screen").await, ["A screen"]);
}

async fn log() -> Arc<dyn EventLog> {
    let log: Arc<dyn EventLog> = Arc::new(MemoryLog::new());
    directory(&*log).await;
    log
}

/// The files of an index that hold words.
fn words(index: &std::path::Path) -> Vec<std::path::PathBuf> {
    let files = std::fs::read_dir(index)
        .unwrap()
        .map(|file| file.unwrap().path());
    let words: Vec<_> = files
        .filter(|file| {
            file.extension()
                .is_some_and(|kind| kind == "term" || kind == "idx")
        })
        .collect();
    assert!(!words.is_empty());
    words
}

fn truncate(index: &std::path::Path) {
    words(index)
        .iter()
        .for_each(|file| std::fs::write(file, b"").unwrap());
}

fn flip(index: &std::path::Path) {
    for file in words(index) {
        let mut bytes = std::fs::read(&file).unwrap();
        bytes[0] ^= 0x55;
        std::fs::write(&file, bytes).unwrap();
    }
}

fn forget(index: &std::path::Path) {
    words(index)
        .iter()
        .for_each(|file| std::fs::remove_file(file).unwrap());
}

fn foreign(index: &std::path::Path) {
    std::fs::write(index.join("meta.json"), b"{\"segments\":[]}").unwrap();
}
