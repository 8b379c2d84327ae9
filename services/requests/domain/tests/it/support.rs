//! The people of these stories: Amina of HR asks, IT is asked.

use khidma_events::requests::*;
use khidma_kernel::{Caller, Role, ServiceRequestId, Timestamp};
use khidma_requests_domain::{
    Body, Found, MergedAway, Other, Raise, RequestDecider, State, Subject, Submit,
};
use khidma_testkit::Story;

pub(crate) fn caller(person: &str, department: &str, roles: &[Role]) -> Caller {
    Caller::person(
        person.parse().unwrap(),
        department.parse().unwrap(),
        roles.iter().copied(),
    )
}

/// Who asks.
pub(crate) fn amina() -> Caller {
    caller("amina", "hr", &[])
}

/// Leads HR.
pub(crate) fn linh() -> Caller {
    caller("linh", "hr", &[Role::Manager])
}

/// Works in IT.
pub(crate) fn daniel() -> Caller {
    caller("daniel", "it", &[])
}

/// Works in IT too.
pub(crate) fn sana() -> Caller {
    caller("sana", "it", &[])
}

/// Leads IT.
pub(crate) fn mei() -> Caller {
    caller("mei", "it", &[Role::Manager])
}

pub(crate) fn subject(person: &str, department: &str) -> Subject {
    Subject {
        person: person.parse().unwrap(),
        known: true,
        departments: vec![department.parse().unwrap()],
    }
}

pub(crate) fn asked() -> Submit {
    Submit {
        id: ServiceRequestId(uuid::Uuid::from_u128(7)),
        provider: "it".parse().ok(),
        provider_known: true,
        on_behalf_of: None,
        requester_has_manager: true,
        task: None,
        title: "A laptop for Noor".into(),
        description: String::new(),
        offering: None,
        answers: serde_json::Map::new(),
        form_problems: vec![],
        priority: Priority::Normal,
        tags: vec![],
        channel: Channel::Web,
    }
}

pub(crate) fn submitted() -> RequestEvent {
    Submitted {
        channel: Channel::Web,
        ..Submitted::plain(
            "it".parse().unwrap(),
            "amina".parse().unwrap(),
            "hr".parse().unwrap(),
            "A laptop for Noor",
        )
    }
    .into()
}

pub(crate) fn assigned(to: &str) -> RequestEvent {
    Assigned {
        assignee: to.parse().unwrap(),
        from: None,
    }
    .into()
}

pub(crate) fn acknowledged() -> RequestEvent {
    Acknowledged { note: None }.into()
}

pub(crate) fn started() -> RequestEvent {
    Started {}.into()
}

pub(crate) fn waiting() -> RequestEvent {
    WaitBegan {
        question: "Which keyboard?".into(),
    }
    .into()
}

pub(crate) fn resolved() -> RequestEvent {
    Resolved {
        outcome: "It is on the desk".into(),
        auto_close_at: Some(due()),
    }
    .into()
}

/// An hour after stories begin.
pub(crate) fn due() -> Timestamp {
    "2026-03-02T10:00:00Z".parse().unwrap()
}

pub(crate) fn resolve() -> Body {
    Body::Resolve {
        outcome: "It is on the desk".into(),
        auto_close_after_seconds: 3600,
    }
}

/// A request that IT has been asked for.
pub(crate) fn story() -> Story<RequestDecider> {
    Story::given([submitted(), ReceiptIssued {}.into()])
}

/// Another request to IT, which daniel is working on.
pub(crate) fn other() -> Other {
    Other {
        request: "018f0000-0000-7000-8000-000000000001".parse().unwrap(),
        itself: false,
        found: Some(Found {
            kind: RequestKind::Service,
            state: State::InProgress,
            provider: "it".parse().unwrap(),
        }),
    }
}

/// Another concern about IT.
pub(crate) fn other_concern() -> Other {
    let found = Found {
        kind: RequestKind::Concern,
        state: State::Submitted,
        provider: "it".parse().unwrap(),
    };
    Other {
        found: Some(found),
        ..other()
    }
}

/// A request of omar's that linh and amina followed.
pub(crate) fn merged_away() -> MergedAway {
    MergedAway {
        from: other().request,
        people: ["omar", "linh", "amina"].map(|p| p.parse().unwrap()).into(),
    }
}

pub(crate) fn picture() -> Attachment {
    Attachment {
        uri: "https://files.example.org/screen.png?v=1#top".into(),
        name: "Bildschirm 1.png".into(),
        size: 48_213,
        media_type: "image/png".into(),
        sha256: "ab".repeat(32),
    }
}

pub(crate) fn concern() -> Raise {
    Raise {
        provider: "it".parse().unwrap(),
        provider_known: true,
        offering: Some("vpn".parse().unwrap()),
        offered_by: Some("it".parse().unwrap()),
        title: "The VPN drops".into(),
        description: "Every hour".into(),
        follow_digest: None,
        similar: vec![],
    }
}

/// A concern about IT that amina has raised.
pub(crate) fn raised() -> Story<RequestDecider> {
    Story::new()
        .by(amina())
        .when(Body::Raise(concern()))
        .then_events(|_| {})
}

/// One that nobody in particular has raised.
pub(crate) fn raised_anonymously() -> Story<RequestDecider> {
    let raise = Raise {
        follow_digest: Some("cd".repeat(32)),
        ..concern()
    };
    Story::new()
        .by(Caller::anonymous())
        .when(Body::Raise(raise))
        .then_events(|_| {})
}
