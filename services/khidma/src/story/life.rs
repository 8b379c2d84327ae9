//! Second chapter: two requests, from asking to confirmed.

use khidma_proto::requests::{
    AcknowledgeRequest, AddNoteRequest, AddWatcherRequest, ClaimRequest, ConfirmRequest,
    GetQueueRequest, GetWorkloadRequest, Priority, ReopenRequest, ReplyRequest, ResolveRequest,
    StartRequest, SubmitRequest, TimelineEntry, TimelineRequest, WaitOnRequesterRequest,
};

use super::Narrator;
use super::follower::Follower;
use super::outcome::{Line, StoryOutcome, Told};
use super::stage::Cast;
use crate::ask;
use crate::client::Api;
use crate::failure::Failure;

const LAPTOP: &str = "A laptop for Sara, who begins on Monday";
const PAYROLL: &str = "A payroll account for Sara";

/// Something that happens to a request: who does it, by which rpc, with which words; then the follower sees it.
macro_rules! act {
    ($case:expr, $narrator:expr, $who:expr, $rpc:ident, $message:ident { $($field:ident: $text:expr)? }) => {{
        let (api, case): (&Api, &mut Case) = (&$who, &mut $case);
        let message = $message { request_id: api.request_id(), id: case.id.clone() $(, $field: $text.to_owned())? };
        case.position = ask!(*api, requests.$rpc, message)?.position;
        case.follower.see(case.position, $narrator).await?;
    }};
}

/// A request under way, with its watcher.
struct Case {
    id: String,
    position: u64,
    follower: Follower,
}

pub(super) async fn live(
    cast: &Cast,
    narrator: &mut dyn Narrator,
) -> Result<StoryOutcome, Failure> {
    narrator.chapter("A new employee")?;
    narrator.said("Amina asks IT for a laptop. Linh follows; what she sees is indented.")?;
    let mut laptop = submit(cast, "it", LAPTOP, Priority::High, narrator).await?;
    narrator.said("Amina asks Finance for a payroll account.")?;
    let mut payroll = submit(cast, "finance", PAYROLL, Priority::Normal, narrator).await?;

    take_on(
        &mut laptop,
        &cast.daniel,
        "Daniel has seen the wish for a laptop",
        narrator,
    )
    .await?;
    question_about_the_keyboard(&mut laptop, cast, narrator).await?;
    take_on(
        &mut payroll,
        &cast.farid,
        "Farid has seen the wish for an account",
        narrator,
    )
    .await?;
    question_about_the_contract(&mut payroll, cast, narrator).await?;
    hand_over(&mut laptop, cast, narrator).await?;
    finish(&mut payroll, cast, narrator).await?;

    narrator.chapter("What happened to them")?;
    let laptop = told(
        &laptop,
        "The laptop, as IT sees it",
        &cast.daniel,
        &cast.amina,
        narrator,
    )
    .await?;
    let payroll = told(
        &payroll,
        "The payroll account, as Finance sees it",
        &cast.farid,
        &cast.amina,
        narrator,
    )
    .await?;
    Ok(StoryOutcome { laptop, payroll })
}

async fn submit(
    cast: &Cast,
    provider: &str,
    title: &str,
    priority: Priority,
    narrator: &mut dyn Narrator,
) -> Result<Case, Failure> {
    let wish = SubmitRequest {
        request_id: cast.amina.request_id(),
        provider_id: provider.to_owned(),
        title: title.to_owned(),
        priority: priority.into(),
        tags: vec!["first-day".to_owned()],
        ..SubmitRequest::default()
    };
    let id = ask!(cast.amina, requests.submit, wish)?.id;
    let request_id = cast.amina.request_id();
    let watcher = AddWatcherRequest {
        request_id,
        id: id.clone(),
        person_id: "linh".to_owned(),
    };
    let position = ask!(cast.amina, requests.add_watcher, watcher)?.position;
    let mut follower = Follower::of(&cast.linh, &id, position).await?;
    follower.see(position, narrator).await?;
    Ok(Case {
        id,
        position,
        follower,
    })
}

async fn take_on(
    case: &mut Case,
    who: &Api,
    seen: &str,
    narrator: &mut dyn Narrator,
) -> Result<(), Failure> {
    narrator.said(&format!("{seen}, takes it on and begins."))?;
    act!(
        *case,
        narrator,
        *who,
        acknowledge,
        AcknowledgeRequest {
            note: "Seen, we will see to it today."
        }
    );
    act!(*case, narrator, *who, claim, ClaimRequest {});
    act!(*case, narrator, *who, start, StartRequest {});
    Ok(())
}

async fn question_about_the_keyboard(
    laptop: &mut Case,
    cast: &Cast,
    narrator: &mut dyn Narrator,
) -> Result<(), Failure> {
    narrator.said(
        "Daniel has to ask back. He also writes a note for IT alone, which Linh does not see.",
    )?;
    let question = WaitOnRequesterRequest {
        request_id: cast.daniel.request_id(),
        id: laptop.id.clone(),
        question: "Which keyboard layout?".to_owned(),
    };
    laptop.position = ask!(cast.daniel, requests.wait_on_requester, question)?.position;
    laptop.follower.see(laptop.position, narrator).await?;
    let (request_id, id) = (cast.daniel.request_id(), laptop.id.clone());
    let note = AddNoteRequest {
        request_id,
        id,
        text: "The last one in stock: order more.".to_owned(),
    };
    laptop.position = ask!(cast.daniel, requests.add_note, note)?.position;

    narrator.said("Mei looks at what IT has to do:")?;
    look_at_the_queue(&cast.mei, "it", laptop.position, narrator).await?;

    narrator.said("Amina answers, and by that it goes on.")?;
    act!(
        *laptop,
        narrator,
        cast.amina,
        reply,
        ReplyRequest {
            text: "Arabic and English, please."
        }
    );
    Ok(())
}

async fn look_at_the_queue(
    manager: &Api,
    department: &str,
    min_position: u64,
    narrator: &mut dyn Narrator,
) -> Result<(), Failure> {
    let department_id = department.to_owned();
    let question = GetQueueRequest {
        department_id: department_id.clone(),
        min_position,
        ..GetQueueRequest::default()
    };
    let queue = ask!(*manager, requests.get_queue, question)?;
    let workload = ask!(
        *manager,
        requests.get_workload,
        GetWorkloadRequest {
            department_id,
            min_position
        }
    )?;
    narrator.queue(&queue.requests, &workload.workloads)
}

async fn question_about_the_contract(
    payroll: &mut Case,
    cast: &Cast,
    narrator: &mut dyn Narrator,
) -> Result<(), Failure> {
    narrator.said("Farid needs the contract's number; Amina has it at hand.")?;
    act!(
        *payroll,
        narrator,
        cast.farid,
        wait_on_requester,
        WaitOnRequesterRequest {
            question: "What is the number of the contract?"
        }
    );
    act!(
        *payroll,
        narrator,
        cast.amina,
        reply,
        ReplyRequest {
            text: "2026-117, signed on both sides."
        }
    );
    Ok(())
}

async fn hand_over(
    laptop: &mut Case,
    cast: &Cast,
    narrator: &mut dyn Narrator,
) -> Result<(), Failure> {
    narrator.said(
        "Daniel hands the laptop over. Something is missing, so it was not done after all.",
    )?;
    act!(
        *laptop,
        narrator,
        cast.daniel,
        resolve,
        ResolveRequest {
            outcome: "The laptop lies on Amina's desk."
        }
    );
    act!(
        *laptop,
        narrator,
        cast.amina,
        reopen,
        ReopenRequest {
            reason: "There is no charger in the bag."
        }
    );
    narrator.said("Now it is complete, and Amina confirms: only then it is done.")?;
    act!(
        *laptop,
        narrator,
        cast.daniel,
        resolve,
        ResolveRequest {
            outcome: "The charger is in the bag."
        }
    );
    act!(
        *laptop,
        narrator,
        cast.amina,
        confirm,
        ConfirmRequest {
            comment: "All there, thank you."
        }
    );
    Ok(())
}

async fn finish(
    payroll: &mut Case,
    cast: &Cast,
    narrator: &mut dyn Narrator,
) -> Result<(), Failure> {
    narrator.said("Farid opens the account, and Amina confirms.")?;
    act!(
        *payroll,
        narrator,
        cast.farid,
        resolve,
        ResolveRequest {
            outcome: "The account is open from Monday on."
        }
    );
    act!(
        *payroll,
        narrator,
        cast.amina,
        confirm,
        ConfirmRequest {
            comment: "Thank you."
        }
    );
    Ok(())
}

/// Both sides' timelines of a request; what the watcher saw live has to be what the requester reads now.
async fn told(
    case: &Case,
    title: &str,
    provider: &Api,
    requester: &Api,
    narrator: &mut dyn Narrator,
) -> Result<Told, Failure> {
    let inside = timeline(case, provider).await?;
    narrator.timeline(title, &inside)?;
    let outside = lines(&timeline(case, requester).await?);
    let watched = lines(case.follower.seen());
    if outside != watched {
        let message = format!(
            "what was watched of {} is not what its timeline says",
            case.id
        );
        return Err(Failure::Local(message));
    }
    Ok(Told {
        id: case.id.clone(),
        position: case.position,
        timeline: lines(&inside),
        watched,
    })
}

async fn timeline(case: &Case, api: &Api) -> Result<Vec<TimelineEntry>, Failure> {
    let (id, min_position) = (case.id.clone(), case.position);
    let question = TimelineRequest {
        id,
        page_size: 1000,
        page_token: String::new(),
        min_position,
    };
    Ok(ask!(*api, requests.timeline, question)?.entries)
}

fn lines(entries: &[TimelineEntry]) -> Vec<Line> {
    entries.iter().map(Line::from).collect()
}
