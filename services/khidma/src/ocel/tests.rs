//! Made-up logs, and what comes out of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use expect_test::expect;
use khidma_events::Event;
use khidma_events::directory::{
    DepartmentCreated, DepartmentEvent, DepartmentJoined, DepartmentRenamed, PersonEvent,
    PersonKind, PersonRegistered, department_entity, person_entity,
};
use khidma_events::requests::{
    Acknowledged, Assigned, LinkKind, Linked, Merged, OfferingEvent, OfferingPublished,
    OfferingReinstated, OfferingRetired, OfferingText, Priority, PriorityChanged, Reopened,
    RequestEvent, RequestKind, Resolved, Resumed, Started, Submitted, TagsChanged, TaskBegun,
    TaskProgressed, TaskState, TasksBegun, Transferred, Unlinked, WaitBegan, offering_entity,
};
use khidma_kernel::{Commit, Meta, Recorded, ServiceRequestId};
use process_mining::OCEL;
use process_mining::core::event_data::object_centric::{OCELAttributeValue, OCELObject};
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;

/// A log as the server tells it: positions and CloudEvents in JSON.
#[derive(Default)]
struct Log(Vec<(u64, String)>);

impl Log {
    /// A commit of one event, on the `day` of March, by `by`.
    fn says<E: Event>(
        &mut self,
        day: u8,
        by: &str,
        entity: &str,
        event: impl Into<E>,
    ) -> &mut Self {
        let number = self.0.len() as u64 + 1;
        let recorded = Recorded {
            id: Uuid::from_u64_pair(0x7000, number),
            at: march(day),
            by: by.parse().unwrap(),
            event: event.into(),
        };
        let meta = Meta {
            correlation: Uuid::nil(),
            causation: None,
            traceparent: None,
            audience: ["it".parse().unwrap()].into(),
            once: None,
        };
        let commit = Commit {
            entity: entity.to_owned(),
            meta,
            events: vec![recorded],
        };
        let payload = khidma_events::encode(&commit).unwrap();
        let events = khidma_events::raw_events(&payload).unwrap();
        self.0
            .push((number, serde_json::to_string(&events[0]).unwrap()));
        self
    }

    fn request(&mut self, day: u8, by: &str, id: u64, event: impl Into<RequestEvent>) -> &mut Self {
        self.says::<RequestEvent>(day, by, &request(id).to_string(), event)
    }

    /// An event as its type and data say it.
    fn raw(&mut self, day: u8, entity: &str, kind: &str, data: &Value) -> &mut Self {
        let number = self.0.len() as u64 + 1;
        let event = json!({
            "specversion": "1.0", "id": Uuid::from_u64_pair(0x7000, number), "source": "/khidma/requests",
            "type": kind, "subject": entity, "time": march(day), "datacontenttype": "application/json",
            "actor": "person:dao", "correlationid": Uuid::nil(), "data": data,
        });
        self.0.push((number, event.to_string()));
        self
    }

    fn exported(&self, scope: Scope) -> (String, Summary) {
        let mut export = Export::begin(scope, Vec::new()).unwrap();
        for (position, event) in &self.0 {
            export.take(*position, event).unwrap();
        }
        let (bytes, summary) = export.finish().unwrap();
        (String::from_utf8(bytes).unwrap(), summary)
    }

    /// The export as another's reader sees it, after it was found to be in order.
    fn read(&self, scope: Scope) -> OCEL {
        let (text, summary) = self.exported(scope);
        let ocel: OCEL = serde_json::from_str(&text).unwrap();
        in_order(&ocel);
        assert_eq!(summary.events, ocel.events.len() as u64);
        assert_eq!(
            summary.objects.values().sum::<u64>(),
            ocel.objects.len() as u64
        );
        ocel
    }
}

/// Ids are unique, what is named is there, and every attribute is declared with its type.
fn in_order(ocel: &OCEL) {
    let ids = |count: usize, ids: BTreeSet<String>| {
        assert_eq!(ids.len(), count, "an id is there twice");
        ids
    };
    let objects = ids(
        ocel.objects.len(),
        ocel.objects
            .iter()
            .map(|object| object.id.clone())
            .collect(),
    );
    ids(
        ocel.events.len(),
        ocel.events.iter().map(|event| event.id.clone()).collect(),
    );
    let declared = |types: &[process_mining::core::event_data::object_centric::OCELType],
                    kind: &str,
                    name: &str,
                    value: &OCELAttributeValue| {
        let found = types.iter().find(|one| one.name == kind).unwrap();
        let attribute = found.attributes.iter().find(|one| one.name == name);
        let attribute = attribute.unwrap_or_else(|| panic!("{kind} has no {name}"));
        assert_eq!(
            attribute.value_type,
            value.get_type().to_type_string(),
            "{kind} {name}"
        );
    };
    for event in &ocel.events {
        assert!(!event.relationships.is_empty(), "{event:?}");
        for one in &event.attributes {
            declared(&ocel.event_types, &event.event_type, &one.name, &one.value);
        }
    }
    for object in &ocel.objects {
        for one in &object.attributes {
            declared(
                &ocel.object_types,
                &object.object_type,
                &one.name,
                &one.value,
            );
        }
    }
    let of_events = ocel.events.iter().flat_map(|event| &event.relationships);
    let of_objects = ocel.objects.iter().flat_map(|object| &object.relationships);
    for relationship in of_events.chain(of_objects) {
        assert!(
            objects.contains(&relationship.object_id),
            "{relationship:?}"
        );
    }
}

fn march(day: u8) -> Timestamp {
    format!("2026-03-{day:02}T08:00:00Z").parse().unwrap()
}

fn request(number: u64) -> ServiceRequestId {
    ServiceRequestId(Uuid::from_u64_pair(0x8000, number))
}

fn laptop() -> Submitted {
    Submitted {
        tags: vec!["hardware".into(), "new".into()],
        ..Submitted::plain(
            "it".parse().unwrap(),
            "amina".parse().unwrap(),
            "hr".parse().unwrap(),
            "A laptop",
        )
    }
}

fn assigned(assignee: &str) -> Assigned {
    Assigned {
        assignee: assignee.parse().unwrap(),
        from: None,
    }
}

fn moved(from: &str, to: &str) -> Transferred {
    Transferred {
        from: from.parse().unwrap(),
        to: to.parse().unwrap(),
        reason: "A secret reason".into(),
    }
}

fn resolved() -> Resolved {
    Resolved {
        outcome: "A secret outcome".into(),
        auto_close_at: Some(march(20)),
    }
}

/// Two departments, two people.
fn organisation(log: &mut Log) {
    for id in ["hr", "it"] {
        let created = DepartmentCreated {
            department: id.parse().unwrap(),
            name: id.to_uppercase(),
            parent: (id == "it").then(|| "hr".parse().unwrap()),
        };
        let entity = department_entity(&id.parse().unwrap());
        log.says::<DepartmentEvent>(1, "person:admin", &entity, created);
    }
    for (id, department) in [("amina", "hr"), ("bao", "it"), ("chiara", "it")] {
        let entity = person_entity(&id.parse().unwrap());
        let registered = PersonRegistered {
            person: id.parse().unwrap(),
            display_name: format!("{id} the secret"),
            kind: PersonKind::Employee,
        };
        let joined = DepartmentJoined {
            department: department.parse().unwrap(),
            main: true,
        };
        log.says::<PersonEvent>(1, "person:admin", &entity, registered);
        log.says::<PersonEvent>(1, "person:admin", &entity, joined);
    }
}

fn offering() -> OfferingPublished {
    let text = OfferingText {
        name: "A laptop".into(),
        description: "A secret description".into(),
        standard: String::new(),
    };
    OfferingPublished {
        offering: "laptop".parse().unwrap(),
        version: 3,
        provider: "it".parse().unwrap(),
        texts: [("en".to_owned(), text)].into(),
        language: "en".into(),
        form: None,
        approvals: Vec::new(),
        plan: Vec::new(),
    }
}

fn object<'a>(ocel: &'a OCEL, id: &str) -> &'a OCELObject {
    let found = ocel.objects.iter().find(|object| object.id == id);
    found.unwrap_or_else(|| panic!("no {id}"))
}

/// The values of an object's attribute, in their order.
fn values(object: &OCELObject, attribute: &str) -> Vec<String> {
    let of_it = object.attributes.iter().filter(|one| one.name == attribute);
    of_it.map(|one| one.value.to_string()).collect()
}

fn ties(object: &OCELObject) -> Vec<(&str, &str)> {
    let ties = object.relationships.iter();
    ties.map(|tie| (tie.qualifier.as_str(), tie.object_id.as_str()))
        .collect()
}

fn event_types(ocel: &OCEL) -> Vec<&str> {
    let events = ocel.events.iter();
    events.map(|event| event.event_type.as_str()).collect()
}

#[test]
fn a_request_is_told_with_all_it_relates_to() {
    let mut log = Log::default();
    organisation(&mut log);
    let entity = offering_entity(&"laptop".parse().unwrap());
    log.says::<OfferingEvent>(2, "person:bao", &entity, offering());
    let submitted = Submitted {
        offering: Some("laptop".parse().unwrap()),
        offering_version: 3,
        priority: Priority::High,
        ..laptop()
    };
    log.request(3, "person:amina", 1, submitted)
        .request(4, "person:bao", 1, assigned("bao"))
        .request(4, "person:bao", 1, Started {})
        .request(5, "person:bao", 1, resolved());
    let (text, summary) = log.exported(Scope::default());
    expect![[r#"
        {
        "objectTypes":[
        {"name":"request","attributes":[{"name":"state","type":"string"},{"name":"kind","type":"string"},{"name":"priority","type":"string"},{"name":"channel","type":"string"},{"name":"provider","type":"string"},{"name":"assignee","type":"string"},{"name":"offering_version","type":"integer"},{"name":"title","type":"string"},{"name":"tags","type":"string"}]},
        {"name":"department","attributes":[{"name":"name","type":"string"}]},
        {"name":"person","attributes":[{"name":"kind","type":"string"},{"name":"name","type":"string"}]},
        {"name":"offering","attributes":[{"name":"name","type":"string"},{"name":"version","type":"integer"},{"name":"state","type":"string"}]}
        ],
        "events":[
        {"id":"00000000-0000-7000-0000-000000000009","type":"offering_published","time":"2026-03-02T08:00:00.000000Z","attributes":[{"name":"position","value":9},{"name":"by","value":"person"},{"name":"version","value":3}],"relationships":[{"objectId":"person:bao","qualifier":"actor"},{"objectId":"offering:laptop","qualifier":"about"},{"objectId":"department:it","qualifier":"provider"}]},
        {"id":"00000000-0000-7000-0000-00000000000a","type":"submitted","time":"2026-03-03T08:00:00.000000Z","attributes":[{"name":"position","value":10},{"name":"by","value":"person"},{"name":"kind","value":"service"},{"name":"priority","value":"high"},{"name":"channel","value":"api"}],"relationships":[{"objectId":"person:amina","qualifier":"actor"},{"objectId":"request:00000000-0000-8000-0000-000000000001","qualifier":"about"},{"objectId":"department:it","qualifier":"provider"},{"objectId":"person:amina","qualifier":"requester"},{"objectId":"department:hr","qualifier":"requester department"},{"objectId":"offering:laptop","qualifier":"asked for"}]},
        {"id":"00000000-0000-7000-0000-00000000000b","type":"assigned","time":"2026-03-04T08:00:00.000000Z","attributes":[{"name":"position","value":11},{"name":"by","value":"person"}],"relationships":[{"objectId":"person:bao","qualifier":"actor"},{"objectId":"request:00000000-0000-8000-0000-000000000001","qualifier":"about"},{"objectId":"department:it","qualifier":"provider"},{"objectId":"person:bao","qualifier":"assignee"}]},
        {"id":"00000000-0000-7000-0000-00000000000c","type":"started","time":"2026-03-04T08:00:00.000000Z","attributes":[{"name":"position","value":12},{"name":"by","value":"person"}],"relationships":[{"objectId":"person:bao","qualifier":"actor"},{"objectId":"request:00000000-0000-8000-0000-000000000001","qualifier":"about"},{"objectId":"department:it","qualifier":"provider"}]},
        {"id":"00000000-0000-7000-0000-00000000000d","type":"resolved","time":"2026-03-05T08:00:00.000000Z","attributes":[{"name":"position","value":13},{"name":"by","value":"person"},{"name":"auto_close_at","value":"2026-03-20T08:00:00.000000Z"}],"relationships":[{"objectId":"person:bao","qualifier":"actor"},{"objectId":"request:00000000-0000-8000-0000-000000000001","qualifier":"about"},{"objectId":"department:it","qualifier":"provider"}]}
        ],
        "objects":[
        {"id":"department:hr","type":"department","attributes":[{"name":"name","value":"HR","time":"2026-03-01T08:00:00.000000Z"}],"relationships":[]},
        {"id":"department:it","type":"department","attributes":[{"name":"name","value":"IT","time":"2026-03-01T08:00:00.000000Z"}],"relationships":[{"objectId":"department:hr","qualifier":"part of"}]},
        {"id":"person:amina","type":"person","attributes":[{"name":"kind","value":"employee","time":"2026-03-01T08:00:00.000000Z"}],"relationships":[{"objectId":"department:hr","qualifier":"member of"}]},
        {"id":"person:bao","type":"person","attributes":[{"name":"kind","value":"employee","time":"2026-03-01T08:00:00.000000Z"}],"relationships":[{"objectId":"department:it","qualifier":"member of"}]},
        {"id":"offering:laptop","type":"offering","attributes":[{"name":"version","value":3,"time":"2026-03-02T08:00:00.000000Z"},{"name":"state","value":"active","time":"2026-03-02T08:00:00.000000Z"},{"name":"name","value":"A laptop","time":"2026-03-02T08:00:00.000000Z"}],"relationships":[{"objectId":"department:it","qualifier":"provider"}]},
        {"id":"request:00000000-0000-8000-0000-000000000001","type":"request","attributes":[{"name":"provider","value":"it","time":"2026-03-03T08:00:00.000000Z"},{"name":"kind","value":"service","time":"2026-03-03T08:00:00.000000Z"},{"name":"priority","value":"high","time":"2026-03-03T08:00:00.000000Z"},{"name":"channel","value":"api","time":"2026-03-03T08:00:00.000000Z"},{"name":"offering_version","value":3,"time":"2026-03-03T08:00:00.000000Z"},{"name":"state","value":"submitted","time":"2026-03-03T08:00:00.000000Z"},{"name":"assignee","value":"bao","time":"2026-03-04T08:00:00.000000Z"},{"name":"state","value":"in_progress","time":"2026-03-04T08:00:00.000000Z"},{"name":"state","value":"resolved","time":"2026-03-05T08:00:00.000000Z"}],"relationships":[{"objectId":"department:it","qualifier":"provider"},{"objectId":"person:amina","qualifier":"requester"},{"objectId":"department:hr","qualifier":"requester department"},{"objectId":"offering:laptop","qualifier":"asked for"},{"objectId":"person:bao","qualifier":"assignee"}]}
        ],
        "eventTypes":[
        {"name":"assigned","attributes":[{"name":"by","type":"string"},{"name":"position","type":"integer"}]},
        {"name":"offering_published","attributes":[{"name":"by","type":"string"},{"name":"position","type":"integer"},{"name":"version","type":"integer"}]},
        {"name":"resolved","attributes":[{"name":"auto_close_at","type":"time"},{"name":"by","type":"string"},{"name":"position","type":"integer"}]},
        {"name":"started","attributes":[{"name":"by","type":"string"},{"name":"position","type":"integer"}]},
        {"name":"submitted","attributes":[{"name":"by","type":"string"},{"name":"channel","type":"string"},{"name":"kind","type":"string"},{"name":"position","type":"integer"},{"name":"priority","type":"string"}]}
        ]
        }
    "#]].assert_eq(&text);
    assert_eq!(summary.events, 5);
    let counts = [
        ("request", 1),
        ("department", 2),
        ("person", 2),
        ("offering", 1),
    ];
    assert_eq!(summary.objects, counts.into());
}

#[test]
fn states_follow_from_the_events_alone() {
    let mut log = Log::default();
    let wait = WaitBegan {
        question: "Which?".into(),
    };
    log.request(1, "person:amina", 1, laptop())
        .request(2, "person:bao", 1, Acknowledged { note: None })
        .request(3, "person:bao", 1, Started {})
        .request(4, "person:bao", 1, Acknowledged { note: None })
        .request(5, "person:bao", 1, wait.clone())
        .request(6, "person:amina", 1, Resumed { note: None })
        .request(7, "person:bao", 1, moved("it", "hr"))
        .request(8, "person:bao", 1, wait)
        .request(9, "person:amina", 1, Resumed { note: None })
        .request(10, "person:bao", 1, resolved());
    let ocel = log.read(Scope::default());
    let of_it = object(&ocel, &format!("request:{}", request(1)));
    let states = [
        "submitted",
        "acknowledged",
        "in_progress",
        "waiting",
        "in_progress",
        "acknowledged",
        "waiting",
        "acknowledged",
        "resolved",
    ];
    assert_eq!(values(of_it, "state"), states);
    let at: Vec<_> = of_it
        .attributes
        .iter()
        .filter(|one| one.name == "state")
        .collect();
    assert_eq!(at[3].time.to_rfc3339(), "2026-03-05T08:00:00+00:00");
    assert_eq!(values(of_it, "provider"), ["it", "hr"]);
}

#[test]
fn whoever_had_a_request_before_a_transfer_has_it_no_longer() {
    let mut log = Log::default();
    organisation(&mut log);
    log.request(2, "person:amina", 1, laptop())
        .request(3, "person:bao", 1, assigned("bao"))
        .request(4, "person:bao", 1, moved("it", "hr"));
    let ocel = log.read(Scope::default());
    let of_it = object(&ocel, &format!("request:{}", request(1)));
    assert_eq!(values(of_it, "assignee"), ["bao", ""]);
    let tied = [
        ("requester", "person:amina"),
        ("requester department", "department:hr"),
        ("provider", "department:hr"),
    ];
    assert_eq!(BTreeSet::from_iter(ties(of_it)), tied.into());
    let transferred = &ocel.events[2].relationships;
    assert!(
        transferred
            .iter()
            .any(|to| to.qualifier == "former provider" && to.object_id == "department:it")
    );
}

#[test]
fn a_period_holds_its_events_and_what_was_known_of_their_objects() {
    let mut log = Log::default();
    organisation(&mut log);
    let renamed = DepartmentRenamed {
        name: "IT later".into(),
    };
    let raised = |from, to| PriorityChanged {
        from,
        to,
        reason: None,
    };
    log.request(2, "person:amina", 1, laptop())
        .request(3, "person:bao", 1, raised(Priority::Normal, Priority::High))
        .request(4, "person:bao", 1, raised(Priority::High, Priority::Urgent))
        .request(5, "person:amina", 2, laptop())
        .request(6, "person:chiara", 1, Started {})
        .request(8, "person:chiara", 1, resolved())
        .request(8, "person:bao", 2, Started {})
        .says::<DepartmentEvent>(9, "person:admin", "department-it", renamed);
    let period = Scope {
        from: Some(march(6)),
        to: Some(march(8)),
        ..Scope::default()
    };
    let ocel = log.read(period.clone());
    assert_eq!(event_types(&ocel), ["started"], "from is in, to is out");
    let ids: Vec<_> = ocel
        .objects
        .iter()
        .map(|object| object.id.as_str())
        .collect();
    let one = format!("request:{}", request(1));
    assert_eq!(
        BTreeSet::from_iter(ids),
        ["department:it", "person:chiara", &one].into()
    );
    let of_it = object(&ocel, &one);
    assert_eq!(values(of_it, "priority"), ["urgent"]);
    let urgent = of_it
        .attributes
        .iter()
        .find(|one| one.name == "priority")
        .unwrap();
    assert_eq!(urgent.time.to_rfc3339(), "2026-03-04T08:00:00+00:00");
    assert_eq!(values(of_it, "state"), ["in_progress"]);
    assert_eq!(values(object(&ocel, "department:it"), "name"), ["IT"]);
    assert_eq!(
        ties(object(&ocel, "person:chiara")),
        [("member of", "department:it")]
    );

    let rest = Scope {
        from: period.to,
        to: None,
        ..Scope::default()
    };
    let before = Scope {
        from: None,
        to: period.from,
        ..Scope::default()
    };
    let parts = [before, period, rest].map(|scope| log.read(scope).events.len());
    assert_eq!(
        parts.iter().sum::<usize>(),
        log.read(Scope::default()).events.len()
    );
}

#[test]
fn a_department_gets_what_affects_it() {
    let mut log = Log::default();
    log.request(1, "person:amina", 1, laptop());
    let of = |department: &str| Scope {
        department: Some(department.parse().unwrap()),
        ..Scope::default()
    };
    assert_eq!(log.read(of("it")).events.len(), 1);
    assert_eq!(log.read(of("i")).events.len(), 0);
}

#[test]
fn names_titles_and_tags_are_told_only_on_demand() {
    let mut log = Log::default();
    organisation(&mut log);
    let retagged = TagsChanged {
        tags: vec!["cheap".into()],
    };
    log.request(2, "person:amina", 1, laptop())
        .request(3, "person:bao", 1, retagged);
    let (text, _) = log.exported(Scope::default());
    for word in ["the secret", "A laptop", "hardware", "cheap"] {
        assert!(!text.contains(word), "{word}");
    }
    let all = Scope {
        names: true,
        texts: true,
        ..Scope::default()
    };
    let ocel = log.read(all);
    let of_it = object(&ocel, &format!("request:{}", request(1)));
    assert_eq!(values(of_it, "title"), ["A laptop"]);
    assert_eq!(values(of_it, "tags"), ["hardware, new", "cheap"]);
    assert_eq!(
        values(object(&ocel, "person:bao"), "name"),
        ["bao the secret"]
    );
}

#[test]
fn an_anonymous_concern_leads_to_nobody_and_says_nothing() {
    let mut log = Log::default();
    let concern = Submitted {
        kind: RequestKind::Concern,
        requester: None,
        requester_department: None,
        follow_digest: Some("d1ge57".into()),
        ..laptop()
    };
    let tags = vec!["badge-reader".into()];
    log.request(1, "anonymous", 1, concern)
        .request(2, "service:requests", 1, TagsChanged { tags });
    let all = Scope {
        names: true,
        texts: true,
        ..Scope::default()
    };
    let ocel = log.read(all.clone());
    let kinds: Vec<_> = ocel
        .objects
        .iter()
        .map(|object| object.object_type.as_str())
        .collect();
    assert_eq!(kinds, ["request", "department"]);
    let (text, _) = log.exported(all);
    assert!(
        text.contains(r#"{"name":"by","value":"anonymous"}"#),
        "{text}"
    );
    for word in ["A laptop", "hardware", "badge-reader", "d1ge57"] {
        assert!(!text.contains(word), "{word}");
    }
}

#[test]
fn a_plan_ties_its_tasks_to_what_they_are_tasks_of() {
    let mut log = Log::default();
    let begun = TasksBegun {
        tasks: vec![TaskBegun {
            task: "desk".parse().unwrap(),
            request: request(2),
        }],
    };
    let task = Submitted {
        requester: None,
        task_of: Some(khidma_events::requests::TaskOf {
            request: request(1),
            task: "desk".parse().unwrap(),
            depth: 1,
        }),
        ..laptop()
    };
    let done = TaskProgressed {
        task: "desk".parse().unwrap(),
        state: TaskState::Done,
        reason: None,
    };
    log.request(1, "person:amina", 1, laptop())
        .request(2, "service:requests", 1, begun)
        .request(2, "service:requests", 2, task)
        .request(3, "service:requests", 1, done);
    let ocel = log.read(Scope::default());
    let [parent, child] = [1, 2].map(|number| format!("request:{}", request(number)));
    assert!(ties(object(&ocel, &child)).contains(&("task of", &parent)));
    for event in [&ocel.events[1], &ocel.events[3]] {
        let child = event
            .relationships
            .iter()
            .find(|one| one.object_id == child);
        assert_eq!(child.unwrap().qualifier, "task");
    }
}

#[test]
fn a_link_is_there_until_it_is_taken_away() {
    let (kind, other) = (LinkKind::CausedBy, request(2));
    let mut log = Log::default();
    log.request(1, "person:amina", 1, laptop())
        .request(1, "person:amina", 2, laptop())
        .request(
            2,
            "person:bao",
            1,
            Linked {
                kind,
                request: other,
            },
        );
    let id = format!("request:{}", request(1));
    let there = |log: &Log| {
        let ocel = log.read(Scope::default());
        ties(object(&ocel, &id))
            .iter()
            .any(|(tie, _)| *tie == "caused by")
    };
    assert!(there(&log));
    log.request(
        3,
        "person:bao",
        1,
        Unlinked {
            kind,
            request: other,
        },
    );
    assert!(!there(&log));
}

#[test]
fn a_merge_that_is_taken_back_leaves_the_request_where_it_was() {
    let merged = Merged {
        into: request(2),
        reason: None,
    };
    let reopened = Reopened {
        reason: "A secret reason".into(),
    };
    let mut log = Log::default();
    log.request(1, "person:amina", 1, laptop())
        .request(1, "person:amina", 2, laptop())
        .request(2, "person:bao", 1, Acknowledged { note: None })
        .request(3, "person:bao", 1, merged)
        .request(4, "service:requests", 1, reopened.clone());
    let ocel = log.read(Scope::default());
    let of_it = object(&ocel, &format!("request:{}", request(1)));
    assert_eq!(
        values(of_it, "state"),
        ["submitted", "acknowledged", "merged", "acknowledged"]
    );
    assert!(ties(of_it).iter().all(|(tie, _)| *tie != "merged into"));
    // What was done and is taken up again is in progress, as ever.
    log.request(5, "person:bao", 1, resolved())
        .request(6, "person:amina", 1, reopened);
    let ocel = log.read(Scope::default());
    let of_it = object(&ocel, &format!("request:{}", request(1)));
    assert_eq!(values(of_it, "state")[4..], ["resolved", "in_progress"]);
}

#[test]
fn a_new_version_of_a_retired_offering_does_not_reinstate_it() {
    let entity = offering_entity(&"laptop".parse().unwrap());
    let mut log = Log::default();
    let states = |log: &Log| {
        let ocel = log.read(Scope::default());
        values(object(&ocel, "offering:laptop"), "state")
    };
    log.says::<OfferingEvent>(1, "person:bao", &entity, offering());
    let retired = OfferingRetired {
        reason: "A secret reason".into(),
    };
    log.says::<OfferingEvent>(2, "person:bao", &entity, retired);
    log.says::<OfferingEvent>(3, "person:bao", &entity, offering());
    assert_eq!(states(&log), ["active", "retired"]);
    log.says::<OfferingEvent>(4, "person:bao", &entity, OfferingReinstated {});
    assert_eq!(states(&log), ["active", "retired", "active"]);
}

/// What people wrote stands under these names in the events' data.
const FREE_TEXT: [&str; 15] = [
    "answers",
    "comment",
    "description",
    "display_name",
    "external_id",
    "follow_digest",
    "media_type",
    "note",
    "outcome",
    "question",
    "reason",
    "sha256",
    "text",
    "title",
    "uri",
];

/// All texts below `value` that stand under a name of [`FREE_TEXT`].
fn free_texts<'a>(value: &'a Value, free: bool, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) if free => found.push(text),
        Value::Array(items) => items.iter().for_each(|item| free_texts(item, free, found)),
        Value::Object(fields) => {
            for (name, field) in fields {
                free_texts(field, free || FREE_TEXT.contains(&name.as_str()), found);
            }
        }
        _ => {}
    }
}

#[test]
fn every_event_there_is_comes_out_well_and_without_what_people_wrote() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../libs/events/samples/requests");
    let mut log = Log::default();
    let mut samples: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    samples.sort();
    let data: Vec<(String, Value)> = samples
        .iter()
        .map(|path| {
            let stem = path.file_stem().unwrap().to_str().unwrap();
            let (name, version) = stem.split_once('.').unwrap();
            let version = version.split('-').next().unwrap();
            let sample = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
            (format!("khidma.requests.{name}.{version}"), sample)
        })
        .collect();
    let id = request(1).to_string();
    for (kind, data) in &data {
        let entity = if OfferingEvent::KINDS.iter().any(|one| one.type_name == kind) {
            "offering-new-employee"
        } else if DelegationEvent::KINDS
            .iter()
            .any(|one| one.type_name == kind)
        {
            "delegation-amina"
        } else {
            &id
        };
        log.raw(1, entity, kind, data);
    }
    let ocel = log.read(Scope::default());
    let (text, summary) = log.exported(Scope::default());
    assert_eq!(ocel.events.len(), data.len());
    assert!(summary.unknown.is_empty(), "{summary:?}");
    let every = [
        RequestEvent::KINDS,
        OfferingEvent::KINDS,
        DelegationEvent::KINDS,
    ]
    .concat();
    for kind in &every {
        assert!(event_types(&ocel).contains(&kind.name), "{}", kind.name);
    }
    let mut written = Vec::new();
    for (_, data) in &data {
        free_texts(data, false, &mut written);
    }
    assert!(
        written.len() > 30,
        "only {} texts were found",
        written.len()
    );
    // Numbers and dates are also elsewhere.
    let words = written
        .into_iter()
        .filter(|text| text.contains(char::is_alphabetic));
    for text_of_somebody in words {
        assert!(!text.contains(text_of_somebody), "{text_of_somebody}");
    }
}

#[test]
fn what_this_program_does_not_know_is_exported_by_its_type() {
    let mut log = Log::default();
    let (escalated, data) = ("khidma.requests.escalated.v1", json!({ "note": "secret" }));
    log.request(1, "person:amina", 1, laptop())
        .raw(2, &request(1).to_string(), escalated, &data)
        .raw(3, "survey-1", "khidma.requests.surveyed.v1", &data);
    let ocel = log.read(Scope::default());
    assert_eq!(
        event_types(&ocel),
        ["submitted", escalated, "khidma.requests.surveyed.v1"]
    );
    let (text, summary) = log.exported(Scope::default());
    assert!(summary.unknown.contains(escalated) && !text.contains("secret"));
}

#[test]
fn an_empty_log_is_an_empty_document() {
    let ocel = Log::default().read(Scope::default());
    assert_eq!(
        (
            ocel.events.len(),
            ocel.objects.len(),
            ocel.object_types.len()
        ),
        (0, 0, 4)
    );
}

#[test]
fn an_event_that_is_not_what_it_says_is_named_by_its_position() {
    let mut log = Log::default();
    log.raw(
        1,
        &request(1).to_string(),
        "khidma.requests.assigned.v1",
        &json!({}),
    );
    let mut export = Export::begin(Scope::default(), Vec::new()).unwrap();
    let error = export.take(17, &log.0[0].1).unwrap_err().to_string();
    assert!(
        error.contains("position 17") && error.contains("assignee"),
        "{error}"
    );
}
