//! Third chapter: the tasks of a plan, each a request of its own, from asking to confirmed; and then the whole.

use khidma_proto::requests::{
    AcknowledgeRequest, AddNoteRequest, ClaimRequest, ConfirmRequest, GetQueueRequest,
    GetWorkloadRequest, ReopenRequest, ReplyRequest, ResolveRequest, SearchRequestsRequest,
    StartRequest, WaitOnRequesterRequest,
};

use super::Narrator;
use super::case::{Case, follow, told};
use super::outcome::{StoryOutcome, Voiced};
use super::plan::{self, Plan};
use super::stage::Cast;
use crate::ask;
use crate::client::Api;
use crate::failure::Failure;

/// Something that happens to a request: who does it, by which rpc, with which words; then the follower sees it.
macro_rules! act {
    ($case:expr, $narrator:expr, $who:expr, $rpc:ident, $message:ident { $($field:ident: $text:expr)? }) => {{
        let (api, case): (&Api, &mut Case) = (&$who, &mut $case);
        let message = $message { request_id: api.request_id(), id: case.id.clone() $(, $field: $text.to_owned())? };
        case.position = ask!(*api, requests.$rpc, message)?.position;
        case.follower.see(case.position, $narrator).await?;
    }};
}

pub(super) async fn live(
    cast: &Cast,
    narrator: &mut dyn Narrator,
) -> Result<StoryOutcome, Failure> {
    narrator.chapter("An offering, and who has to agree")?;
    plan::publish(cast, narrator).await?;
    let (id, position) = plan::ask_for_it(cast, narrator).await?;
    let mut whole = follow(cast, (id, position), narrator).await?;
    let position = plan::approve(cast, (&whole.id, position), narrator).await?;
    whole.see(position, narrator).await?;

    narrator.chapter("A new employee")?;
    narrator.said(
        "HR coordinates. What each task needs is done first; the next ones begin by themselves.",
    )?;
    let mut plan = Plan::of(&whole.id, &cast.amina);
    let record = follow(cast, plan.begun("hr-record", narrator).await?, narrator).await?;
    let done = plain(
        record,
        (&cast.amina, &cast.linh),
        "The record is written.",
        narrator,
    );
    done.await?;
    whole.see_until("tasks_begun", narrator).await?;
    let laptop = the_laptop(cast, &mut plan, narrator).await?;
    let payroll = the_payroll_account(cast, &mut plan, narrator).await?;
    let accounts = follow(cast, plan.begun("accounts", narrator).await?, narrator).await?;
    plain(
        accounts,
        (&cast.mei, &cast.linh),
        "Sara can log in.",
        narrator,
    )
    .await?;
    plan.done("accounts", narrator).await?;
    let check = plan.begun("first-day-check", narrator).await?;
    let check = follow(cast, check, narrator).await?;
    plain(check, (&cast.amina, &cast.linh), "All is there.", narrator).await?;
    let position = plan.done("first-day-check", narrator).await?;
    the_whole(&mut whole, position, cast, narrator).await?;

    look_for("charger", cast, whole.position, narrator).await?;

    narrator.chapter("What happened to them")?;
    let employee = told(
        &whole,
        "The new employee, as HR sees it",
        (&cast.amina, &cast.daniel),
        narrator,
    );
    let employee = employee.await?;
    let laptop = told(
        &laptop,
        "The laptop, as IT sees it",
        (&cast.daniel, &cast.amina),
        narrator,
    );
    let laptop = laptop.await?;
    let title = "The payroll account, as Finance sees it";
    let payroll = told(&payroll, title, (&cast.farid, &cast.amina), narrator).await?;
    Ok(StoryOutcome {
        employee,
        laptop,
        payroll,
        heard: Vec::new(),
        promise: None,
        voiced: Voiced::default(),
    })
}

/// A task without any trouble: somebody does it, and HR confirms.
async fn plain(
    mut case: Case,
    (who, confirms): (&Api, &Api),
    words: &str,
    narrator: &mut dyn Narrator,
) -> Result<(), Failure> {
    act!(case, narrator, *who, start, StartRequest {});
    act!(
        case,
        narrator,
        *who,
        resolve,
        ResolveRequest { outcome: words }
    );
    act!(
        case,
        narrator,
        *confirms,
        confirm,
        ConfirmRequest { comment: "" }
    );
    Ok(())
}

async fn the_laptop(
    cast: &Cast,
    plan: &mut Plan<'_>,
    narrator: &mut dyn Narrator,
) -> Result<Case, Failure> {
    let laptop = plan.begun("laptop", narrator).await?;
    let mut laptop = follow(cast, laptop, narrator).await?;
    let seen = "Daniel has seen the wish for a laptop";
    take_on(&mut laptop, &cast.daniel, seen, narrator).await?;
    question_about_the_keyboard(&mut laptop, cast, narrator).await?;
    hand_over(&mut laptop, cast, narrator).await?;
    plan.done("laptop", narrator).await?;
    Ok(laptop)
}

async fn the_payroll_account(
    cast: &Cast,
    plan: &mut Plan<'_>,
    narrator: &mut dyn Narrator,
) -> Result<Case, Failure> {
    let payroll = plan.begun("payroll", narrator).await?;
    let mut payroll = follow(cast, payroll, narrator).await?;
    let seen = "Farid has seen the wish for an account";
    take_on(&mut payroll, &cast.farid, seen, narrator).await?;
    question_about_the_contract(&mut payroll, cast, narrator).await?;
    finish(&mut payroll, cast, narrator).await?;
    plan.done("payroll", narrator).await?;
    Ok(payroll)
}

/// All tasks are done: HR says so, and Daniel, who asked, confirms.
async fn the_whole(
    whole: &mut Case,
    position: u64,
    cast: &Cast,
    narrator: &mut dyn Narrator,
) -> Result<(), Failure> {
    narrator.said("All tasks are done, so HR can say of the whole that it is. Daniel confirms.")?;
    whole.see_until("task_progressed", narrator).await?;
    whole.position = whole.position.max(position);
    act!(*whole, narrator, cast.amina, claim, ClaimRequest {});
    act!(
        *whole,
        narrator,
        cast.amina,
        resolve,
        ResolveRequest {
            outcome: "Sara has all she needs."
        }
    );
    act!(
        *whole,
        narrator,
        cast.daniel,
        confirm,
        ConfirmRequest {
            comment: "She is at work. Thank you all."
        }
    );
    Ok(())
}

async fn look_for(
    words: &str,
    cast: &Cast,
    min_position: u64,
    narrator: &mut dyn Narrator,
) -> Result<(), Failure> {
    let question = SearchRequestsRequest {
        query: words.to_owned(),
        min_position,
        ..SearchRequestsRequest::default()
    };
    let hits = ask!(cast.linh, search.search_requests, question)?.hits;
    narrator.said(&format!("Linh looks for \"{words}\":\n"))?;
    narrator.found(&hits)
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
