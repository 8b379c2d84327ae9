//! Who is told what of what was heard, and of what came of it: a table, rule by rule.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use khidma_events::directory::PersonKind;
use khidma_events::feedback::*;
use khidma_events::requests::{RequestKind, Submitted};
use khidma_kernel::{
    ActionId, InterviewId, PersonId, QuestionId, RoundId, ServiceRequestId, ThanksId, Timestamp,
};
use khidma_notifications_domain::ladder::Who;
use khidma_notifications_domain::rules::Facts;
use khidma_notifications_domain::rules::feedback::rounds::Round;
use khidma_notifications_domain::rules::feedback::{Voices, actions, questions, rounds, thanks};
use khidma_notifications_domain::rules::matter::{Matter, evolve};
use khidma_notifications_domain::tell::Tell;
use uuid::Uuid;

use crate::people::{People, department, people, person};
use crate::rules::{line, recorded};

/// Whose requests there are, and who spoke. Omar reads Persian, everybody else English.
#[derive(Default)]
struct House {
    people: People,
    requests: BTreeMap<ServiceRequestId, Matter>,
    same: BTreeSet<ServiceRequestId>,
}

const LAPTOP: ServiceRequestId = ServiceRequestId(Uuid::from_u128(1));
const CONCERN: ServiceRequestId = ServiceRequestId(Uuid::from_u128(2));
const LIKE_IT: ServiceRequestId = ServiceRequestId(Uuid::from_u128(3));
const NOBODYS: ServiceRequestId = ServiceRequestId(Uuid::from_u128(4));
const ROUND: RoundId = RoundId(Uuid::from_u128(5));
const INTERVIEW: InterviewId = InterviewId(Uuid::from_u128(6));

impl House {
    /// Amina asked for a laptop and raised a concern, Omar raised the same, and somebody another.
    fn new() -> Self {
        let matter = |by: Option<&str>, kind| {
            let mut asked = Submitted::plain(
                department("it"),
                person(by.unwrap_or("nobody")),
                department("hr"),
                "A laptop",
            );
            asked.kind = kind;
            asked.requester = by.map(person);
            let mut matter = None;
            evolve(&mut matter, &recorded("amina", asked.into()));
            matter.unwrap()
        };
        let requests = [
            (LAPTOP, matter(Some("amina"), RequestKind::Service)),
            (CONCERN, matter(Some("amina"), RequestKind::Concern)),
            (LIKE_IT, matter(Some("omar"), RequestKind::Concern)),
            (NOBODYS, matter(None, RequestKind::Concern)),
        ];
        Self {
            people: People::default()
                .department("hr", &["amina", "linh"])
                .department("it", &["daniel", "mei"]),
            requests: requests.into(),
            same: [LIKE_IT].into(),
        }
    }
}

impl Who for House {
    type Error = Infallible;

    fn is_here(&self, person: &PersonId) -> Result<bool, Infallible> {
        self.people.is_here(person)
    }

    fn reports_to(&self, person: &PersonId) -> Result<Option<PersonId>, Infallible> {
        self.people.reports_to(person)
    }

    fn members_of(
        &self,
        department: &khidma_kernel::DepartmentId,
    ) -> Result<BTreeSet<PersonId>, Infallible> {
        self.people.members_of(department)
    }

    fn holders_of(
        &self,
        role: &khidma_kernel::RoleId,
        department: Option<&khidma_kernel::DepartmentId>,
    ) -> Result<BTreeSet<PersonId>, Infallible> {
        self.people.holders_of(role, department)
    }
}

impl Facts for House {
    fn person_name(&self, person: &PersonId) -> Result<Option<String>, Infallible> {
        self.people.person_name(person)
    }

    fn department_name(
        &self,
        department: &khidma_kernel::DepartmentId,
    ) -> Result<Option<String>, Infallible> {
        self.people.department_name(department)
    }

    fn standard(
        &self,
        _: &khidma_kernel::OfferingId,
        _: &PersonId,
    ) -> Result<Option<String>, Infallible> {
        Ok(None)
    }

    fn delegates(&self, _: &PersonId, _: Timestamp) -> Result<BTreeSet<PersonId>, Infallible> {
        Ok(BTreeSet::new())
    }
}

impl Voices for House {
    fn matter(&self, request: ServiceRequestId) -> Result<Option<Matter>, Infallible> {
        Ok(self.requests.get(&request).cloned())
    }

    fn same(&self, request: ServiceRequestId) -> Result<BTreeSet<ServiceRequestId>, Infallible> {
        let has = request == CONCERN;
        Ok(if has {
            self.same.clone()
        } else {
            BTreeSet::new()
        })
    }

    fn invited(&self, _: RoundId) -> Result<BTreeSet<PersonId>, Infallible> {
        Ok(people(["daniel", "linh", "omar"]))
    }

    fn silent(&self, _: RoundId) -> Result<BTreeSet<PersonId>, Infallible> {
        Ok(people(["linh", "omar"]))
    }

    fn participants(&self, _: InterviewId) -> Result<BTreeSet<PersonId>, Infallible> {
        Ok(people(["sana"]))
    }

    fn languages(&self, reader: &PersonId) -> Result<Vec<String>, Infallible> {
        let language = if reader.as_str() == "omar" {
            "fa-IR"
        } else {
            "en"
        };
        Ok(vec![language.into()])
    }
}

fn lines(tells: &[Tell]) -> Vec<String> {
    tells.iter().map(line).collect()
}

fn asked() -> QuestionEvent {
    QuestionAsked {
        question: QuestionId(Uuid::nil()),
        request: LAPTOP,
        provider: department("it"),
        offering: None,
        person: person("amina"),
        ended_at: Timestamp::EPOCH,
        effort: false,
        secret: "s3cret".into(),
        remind_at: None,
        expires_at: Timestamp::from_micros(9_000_000),
    }
    .into()
}

#[test]
fn who_asked_is_asked_and_reminded_until_they_answered_and_no_message_has_the_secret() {
    let mut open = None;
    let mut tell = |event: QuestionEvent| {
        let events = [recorded("itself", event)];
        let tells = questions::tells(&House::new(), &mut open, &events).unwrap();
        for tell in &tells {
            assert_eq!(tell.message.request, Some(LAPTOP));
            let said = serde_json::to_string(&tell.message).unwrap();
            assert!(!said.contains("s3cret"), "{said}");
        }
        lines(&tells)
    };
    assert_eq!(
        tell(asked()),
        ["survey [asked=question, provider=IT, until=9] to amina"]
    );
    assert_eq!(
        tell(QuestionReminded {}.into()),
        ["survey [asked=question_again, provider=IT, until=9] to amina"]
    );
    let answered = QuestionAnswered {
        score: 1,
        effort: None,
        comment: "Never again".into(),
        by_link: true,
    };
    assert!(tell(answered.into()).is_empty());
    // Nothing is asked that was answered.
    assert!(tell(QuestionReminded {}.into()).is_empty());
}

#[test]
fn of_an_answer_of_old_nobody_hears() {
    let imported = AnswerImported {
        request: LAPTOP,
        provider: department("it"),
        offering: None,
        person: Some(person("amina")),
        score: 5,
        effort: None,
        comment: String::new(),
        synthetic: true,
    };
    let events = [recorded("amina", imported.into())];
    let mut open = None;
    let tells = questions::tells(&House::new(), &mut open, &events).unwrap();
    assert!(tells.is_empty() && open.is_none());
}

#[test]
fn a_survey_is_asked_when_it_opens_in_the_language_each_reads_and_reminded_of_where_nobody_answered()
 {
    let title = BTreeMap::from([
        ("en".to_owned(), "Pulse".to_owned()),
        ("fa".to_owned(), "نبض".to_owned()),
    ]);
    let it = department("it");
    let round = Round {
        id: ROUND,
        owner: &it,
        title: &title,
        language: "en",
        until: Timestamp::EPOCH,
    };
    let tell = |event: RoundEvent| {
        let tells = rounds::tells(&House::new(), &round, &recorded("daniel", event)).unwrap();
        let said = |tell: &Tell| {
            let title = format!("{:?}", tell.message.args["title"]);
            format!(
                "{title} {}",
                line(tell).replace(&ROUND.to_string(), "ROUND")
            )
        };
        tells.iter().map(said).collect::<Vec<_>>()
    };
    assert_eq!(
        tell(RoundOpened { invited: 3 }.into()),
        [
            r#"Text("Pulse") survey [asked=survey, provider=IT, round=ROUND, until=0] to daniel linh"#,
            r#"Text("نبض") survey [asked=survey, provider=IT, round=ROUND, until=0] to omar"#,
        ]
    );
    assert_eq!(
        tell(RoundReminded { reminder: 1 }.into()),
        [
            r#"Text("Pulse") survey [asked=survey_again, provider=IT, round=ROUND, until=0] to linh"#,
            r#"Text("نبض") survey [asked=survey_again, provider=IT, round=ROUND, until=0] to omar"#,
        ]
    );
    let invited = Invited {
        person: person("omar"),
        department: None,
        kind: PersonKind::Employee,
    };
    let people = vec![invited];
    let reason = String::new();
    for event in [
        PeopleInvited { people }.into(),
        RoundClosed {}.into(),
        RoundCancelled { reason }.into(),
    ] {
        assert!(tell(event).is_empty());
    }
}

#[test]
fn thanks_are_heard_by_who_is_thanked_and_name_the_request_only_to_who_did_it() {
    let given = |by: &str, to, request| {
        let given = ThanksGiven {
            thanks: ThanksId(Uuid::nil()),
            to,
            wall: None,
            request,
            text: "Thank you".into(),
        };
        let tell = thanks::tell(&House::new(), &recorded(by, given.into())).unwrap();
        tell.map(|tell| {
            let knows = tell.message.request.is_some();
            assert_eq!(tell.message.args.contains_key("title"), knows);
            format!(
                "{}{}",
                line(&tell),
                if knows { " of the request" } else { "" }
            )
        })
    };
    let to = |name: &str| Thanked::Person(person(name));
    let team = |name: &str| Thanked::Team(department(name));
    let rows = [
        (
            "amina",
            to("daniel"),
            Some(LAPTOP),
            "[by=AMINA, text=Thank you] to daniel of the request",
        ),
        (
            "amina",
            to("daniel"),
            None,
            "[by=AMINA, text=Thank you] to daniel",
        ),
        (
            "amina",
            to("linh"),
            Some(LAPTOP),
            "[by=AMINA, text=Thank you] to linh",
        ),
        (
            "daniel",
            team("it"),
            Some(LAPTOP),
            "[by=DANIEL, text=Thank you] to mei of the request",
        ),
        (
            "daniel",
            team("hr"),
            Some(LAPTOP),
            "[by=DANIEL, text=Thank you] to amina linh",
        ),
        (
            "daniel",
            to("mei"),
            Some(NOBODYS),
            "[by=DANIEL, text=Thank you] to mei",
        ),
    ];
    for (by, to, request, expected) in rows {
        assert_eq!(given(by, to, request), Some(format!("thanks {expected}")));
    }
    // Nobody thanks themselves, and what is taken back is told to nobody.
    assert_eq!(given("mei", to("mei"), None), None);
    let back = ThanksWithdrawn {
        thanks: ThanksId(Uuid::nil()),
    };
    let back = thanks::tell(&House::new(), &recorded("amina", back.into())).unwrap();
    assert!(back.is_none());
}

/// An action of IT from there, owned by Daniel; then what follows.
fn action(origin: Origin, by: &str, event: ActionEvent) -> Vec<Tell> {
    let opened = ActionOpened {
        action: ActionId(Uuid::nil()),
        department: department("it"),
        title: "A second line".into(),
        origin,
        owner: person("daniel"),
        due: Timestamp::EPOCH,
    };
    let mut action = None;
    let begun = [recorded("daniel", opened.into())];
    let begun = actions::tells(&House::new(), &mut action, &begun).unwrap();
    assert!(begun.is_empty(), "who opens it for themselves knows it");
    actions::tells(&House::new(), &mut action, &[recorded(by, event)]).unwrap()
}

#[test]
fn who_answers_for_an_action_hears_when_it_becomes_theirs_and_when_it_is_late() {
    let to = |owner: &str| {
        ActionAssigned {
            owner: person(owner),
        }
        .into()
    };
    let late = || {
        ActionOverdue {
            due: Timestamp::EPOCH,
        }
        .into()
    };
    let moved = ActionDueMoved {
        due: Timestamp::EPOCH,
        reason: String::new(),
    };
    let assigned = "action [department=IT, due=0, state=assigned] to mei";
    let overdue = "action [department=IT, due=0, state=overdue] to daniel";
    let rows: Vec<(Origin, &str, ActionEvent, Vec<&str>)> = vec![
        (Origin::Round(ROUND), "daniel", to("mei"), vec![assigned]),
        (Origin::Round(ROUND), "mei", to("mei"), vec![]),
        (Origin::Round(ROUND), "itself", late(), vec![overdue]),
        (Origin::Concern(CONCERN), "itself", late(), vec![overdue]),
        (
            Origin::Concern(NOBODYS),
            "itself",
            late(),
            vec!["action [department=IT, due=0, state=overdue] to daniel (inbox only)"],
        ),
        (
            Origin::Round(ROUND),
            "daniel",
            ActionStarted {}.into(),
            vec![],
        ),
        (Origin::Round(ROUND), "daniel", moved.into(), vec![]),
    ];
    for (origin, by, event, expected) in rows {
        let said = format!("{origin:?} {event:?}");
        assert_eq!(lines(&action(origin, by, event)), expected, "{said}");
    }
}

#[test]
fn what_was_done_is_told_to_the_departments_concerned_and_to_who_spoke_each_once() {
    let published = |origin: Origin, departments: &[&str]| {
        let texts = |en: &str, fa: &str| {
            BTreeMap::from([
                ("en".to_owned(), en.to_owned()),
                ("fa".to_owned(), fa.to_owned()),
            ])
        };
        let event = ActionPublished {
            you_said: texts("It drops", "قطع می‌شود"),
            we_did: texts("It holds", "دیگر نه"),
            language: "en".into(),
            departments: departments.iter().map(|id| department(id)).collect(),
            origin: origin.clone(),
        };
        let tells = action(origin, "mei", event.into());
        let mut told: Vec<_> = tells.iter().flat_map(|tell| tell.to.clone()).collect();
        for tell in &tells {
            // It says to nobody of which request it comes, and it is meant for all.
            assert_eq!((tell.message.request, tell.confined), (None, false));
        }
        let all = told.len();
        told.sort();
        told.dedup();
        assert_eq!(told.len(), all, "somebody is told twice");
        let said = tells.iter().map(|tell| {
            let line = line(tell).replace("improvement [department=IT, ", "");
            line.replace("we_did=It holds, you_said=It drops]", "en")
                .replace("we_did=دیگر نه, you_said=قطع می‌شود]", "fa")
        });
        said.collect::<Vec<_>>()
    };
    let rows: Vec<(Origin, &[&str], Vec<&str>)> = vec![
        // All who were invited, whoever answered; who publishes it knows it.
        (
            Origin::Round(ROUND),
            &[],
            vec!["en to daniel linh", "fa to omar"],
        ),
        (
            Origin::Round(ROUND),
            &["hr", "it"],
            vec!["en to amina daniel linh", "fa to omar"],
        ),
        (
            Origin::Concern(CONCERN),
            &[],
            vec!["en to amina", "fa to omar"],
        ),
        (Origin::Concern(NOBODYS), &["hr"], vec!["en to amina linh"]),
        (Origin::Concern(NOBODYS), &[], vec![]),
        (Origin::Answer(LAPTOP), &[], vec!["en to amina"]),
        (Origin::Breach(LAPTOP), &[], vec!["en to amina"]),
        (Origin::Interview(INTERVIEW), &[], vec!["en to sana"]),
        (
            Origin::Other("A visit".into()),
            &["it"],
            vec!["en to daniel"],
        ),
    ];
    for (origin, departments, expected) in rows {
        let said = format!("{origin:?} {departments:?}");
        assert_eq!(published(origin, departments), expected, "{said}");
    }
}
