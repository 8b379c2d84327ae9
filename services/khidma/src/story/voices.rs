//! Last chapter: people say how it went, each in their own language; a concern is acted on, and they hear of it; somebody is
//! thanked; and the scorecard of IT shows what came of it all.

use std::time::{Duration, Instant};

use khidma_edge::instant::time_out;
use khidma_kernel::derived_id;
use khidma_proto::feedback::{
    ActionOrigin, AnswerQuestionRequest, Asking, AskingRule, CompleteActionRequest,
    GetScorecardRequest, GiveThanksRequest, ListQuestionsRequest, OpenActionRequest,
    PublishActionRequest, Question, ScorecardPeriod, SetAskingRuleRequest, StartActionRequest,
    YouSaidWeDid, action_origin, give_thanks_request,
};
use khidma_proto::notifications::{InboxMessage, MessageKind};
use khidma_proto::requests::{
    ConfirmRequest, RaiseConcernRequest, ResolveRequest, StartRequest, SubmitRequest,
};
use khidma_proto::sla::ListClocksRequest;
use tonic::Status;

use super::Narrator;
use super::inboxes::look_until;
use super::opinions::{
    CONCERN, OF_THE_CONCERN, OF_THE_PROMISE, OF_THE_WHOLE, OUTCOME, Opinion, TOLD, WISHES,
};
use super::outcome::{Heard, Said, StoryOutcome, Voiced};
use super::stage::{Cast, Stage};
use crate::ask;
use crate::client::Api;
use crate::failure::{Exit, Failure};

/// How long to wait for what follows by itself, and how often to look.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(20);
/// How long there is to improve something.
const A_MONTH: i64 = 30 * 24 * 3600;

/// How the chapter is told.
struct Chapter<'a> {
    cast: &'a Cast,
    stage: &'a Stage,
    narrator: &'a mut dyn Narrator,
    /// Whether promises are measured here.
    measured: bool,
    position: u64,
    voiced: Voiced,
}

pub(super) async fn heard(
    cast: &Cast,
    stage: &Stage,
    before: &StoryOutcome,
    narrator: &mut dyn Narrator,
) -> Result<Voiced, Failure> {
    narrator.chapter("What people say, and what is done about it")?;
    let mut chapter = Chapter {
        cast,
        stage,
        narrator,
        measured: before.promise.is_some(),
        position: before.position(),
        voiced: Voiced::default(),
    };
    chapter.rule().await?;
    chapter
        .answer("daniel", &before.employee.id, OF_THE_WHOLE)
        .await?;
    if let Some(promise) = &before.promise {
        chapter.answer("amina", &promise.id, OF_THE_PROMISE).await?;
    }
    let screen = chapter.wishes().await?;
    chapter.concern().await?;
    chapter.thank(screen).await?;
    chapter.told().await?;
    chapter.card().await?;
    Ok(chapter.voiced)
}

/// A key that is the same in every play, so that playing again changes nothing.
fn key(part: &str) -> String {
    derived_id(&[b"khidma story voices", part.as_bytes()]).to_string()
}

impl Chapter<'_> {
    async fn rule(&mut self) -> Result<(), Failure> {
        self.narrator.said("Mei lets everybody who asked IT for something be asked how it went, and how easy it was.")?;
        let rule = AskingRule {
            asking: Asking::Always.into(),
            effort: true,
            remind_after_days: 3,
            expires_after_days: 14,
            ..AskingRule::default()
        };
        let set = SetAskingRuleRequest {
            request_id: key("rule"),
            department_id: "it".to_owned(),
            rule: Some(rule),
        };
        let mei = &self.cast.mei;
        self.position = ask!(*mei, questions.set_asking_rule, set)?.position;
        Ok(())
    }

    /// Everybody asks for something, has it, and says how it went. The first of the requests.
    async fn wishes(&mut self) -> Result<String, Failure> {
        let mut ids = Vec::new();
        for wish in &WISHES {
            let asker = self.cast.by_name(wish.person)?;
            let submit = SubmitRequest {
                request_id: asker.request_id(),
                provider_id: wish.provider.0.to_owned(),
                title: wish.title.to_owned(),
                ..SubmitRequest::default()
            };
            let id = ask!(*asker, requests.submit, submit)?.id;
            let (provider, doer) = wish.provider;
            self.done(&id, (doer, wish.person), "It is done.").await?;
            if provider == "it" {
                self.measured(&id).await?;
            }
            self.answer(wish.person, &id, wish.said).await?;
            ids.push(id);
        }
        Ok(ids.swap_remove(0))
    }

    /// Somebody does it, and who asked confirms.
    async fn done(
        &mut self,
        id: &str,
        (doer, asker): (&str, &str),
        outcome: &str,
    ) -> Result<(), Failure> {
        let (doer, asker) = (self.cast.by_name(doer)?, self.cast.by_name(asker)?);
        let start = StartRequest {
            request_id: doer.request_id(),
            id: id.to_owned(),
        };
        ask!(*doer, requests.start, start)?;
        let resolve = ResolveRequest {
            request_id: doer.request_id(),
            id: id.to_owned(),
            outcome: outcome.to_owned(),
        };
        ask!(*doer, requests.resolve, resolve)?;
        let confirm = ConfirmRequest {
            request_id: asker.request_id(),
            id: id.to_owned(),
            comment: String::new(),
        };
        self.position = ask!(*asker, requests.confirm, confirm)?.position;
        Ok(())
    }

    /// Waits until the clocks of a request to IT have seen that it is done, where they run.
    async fn measured(&mut self, id: &str) -> Result<(), Failure> {
        let until = Instant::now() + PATIENCE;
        while self.measured {
            let question = ListClocksRequest {
                service_request_id: id.to_owned(),
                min_position: self.position,
                ..ListClocksRequest::default()
            };
            let answer = ask!(self.cast.mei, clocks.list_clocks, question)?;
            let clocks = answer.clocks;
            if !clocks.is_empty() && clocks.iter().all(|clock| clock.ended.is_some()) {
                self.position = self.position.max(answer.position);
                break;
            }
            patience(until, "the clocks of a request do not go on").await?;
        }
        Ok(())
    }

    async fn answer(
        &mut self,
        person: &str,
        request: &str,
        (score, effort, comment): Opinion,
    ) -> Result<(), Failure> {
        let api = self.cast.by_name(person)?;
        let question = self.asked(api, request).await?;
        let answer = AnswerQuestionRequest {
            request_id: api.request_id(),
            id: question.id,
            score,
            effort,
            comment: comment.to_owned(),
        };
        self.position = ask!(*api, questions.answer_question, answer)?.position;
        let said = format!("    {score} of 5  {}: {comment}", question.title);
        self.narrator.said(&said)?;
        self.voiced.said.push(Said {
            person: person.to_owned(),
            title: question.title,
            score,
            comment: comment.to_owned(),
        });
        Ok(())
    }

    /// What follows by itself follows soon, but not at once: looks until somebody is asked about a request.
    async fn asked(&self, api: &Api, request: &str) -> Result<Question, Failure> {
        let until = Instant::now() + PATIENCE;
        loop {
            let question = ListQuestionsRequest {
                page_size: 500,
                min_position: self.position,
                ..ListQuestionsRequest::default()
            };
            let waiting = ask!(*api, questions.list_questions, question)?.questions;
            let mut waiting = waiting.into_iter();
            if let Some(found) = waiting.find(|one| one.service_request_id == request) {
                return Ok(found);
            }
            patience(until, "somebody was not asked how their request went").await?;
        }
    }

    /// Farid raises a concern; Mei makes something of it, Daniel does it, and all whom it concerns are told.
    async fn concern(&mut self) -> Result<(), Failure> {
        self.narrator.said(&format!("Farid raises a concern: \"{CONCERN}\". Mei opens an action, Daniel does it, and she publishes what was heard and done:"))?;
        let (farid, mei, daniel) = (&self.cast.farid, &self.cast.mei, &self.cast.daniel);
        let raise = RaiseConcernRequest {
            request_id: farid.request_id(),
            provider_id: "it".to_owned(),
            title: CONCERN.to_owned(),
            ..RaiseConcernRequest::default()
        };
        let concern = ask!(*farid, concerns.raise_concern, raise)?.id;
        let open = OpenActionRequest {
            request_id: mei.request_id(),
            department_id: "it".to_owned(),
            title: "A date for every request".to_owned(),
            origin: Some(ActionOrigin {
                origin: Some(action_origin::Origin::ConcernId(concern.clone())),
            }),
            owner_id: "daniel".to_owned(),
            due: Some(time_out(self.stage.clock.now().plus_seconds(A_MONTH))),
        };
        let action = ask!(*mei, actions.open_action, open)?.id;
        let complete = CompleteActionRequest {
            request_id: daniel.request_id(),
            id: action.clone(),
            outcome: OUTCOME.to_owned(),
            evidence: Vec::new(),
        };
        let start = StartActionRequest {
            request_id: daniel.request_id(),
            id: action.clone(),
        };
        ask!(*daniel, actions.start_action, start)?;
        ask!(*daniel, actions.complete_action, complete)?;
        let texts = TOLD.map(|(language, you_said, we_did)| YouSaidWeDid {
            language: language.to_owned(),
            you_said: you_said.to_owned(),
            we_did: we_did.to_owned(),
        });
        let publish = PublishActionRequest {
            request_id: mei.request_id(),
            id: action,
            texts: texts.into(),
            department_ids: vec!["hr".to_owned()],
        };
        ask!(*mei, actions.publish_action, publish)?;
        self.done(&concern, ("mei", "farid"), OUTCOME).await?;
        self.measured(&concern).await?;
        self.answer("farid", &concern, OF_THE_CONCERN).await
    }

    async fn thank(&mut self, request: String) -> Result<(), Failure> {
        self.narrator
            .said("Amina thanks Daniel, where everybody can read it.")?;
        let amina = &self.cast.amina;
        let thanks = GiveThanksRequest {
            request_id: amina.request_id(),
            service_request_id: request,
            text: "شكرًا يا دانيال، كانت الشاشة جاهزة قبل أن أجلس إلى مكتبي.".to_owned(),
            private: false,
            to: Some(give_thanks_request::To::ToPersonId("daniel".to_owned())),
        };
        match ask!(*amina, recognition.give_thanks, thanks) {
            Ok(given) => self.position = given.position,
            // Who plays the story several times a day has thanked enough.
            Err(failure) if failure.exit() == Exit::Refused => self.narrator.refused(&failure)?,
            Err(failure) => return Err(failure),
        }
        Ok(())
    }

    /// Who spoke, who is concerned and who is thanked hear of it, each in their own language.
    async fn told(&mut self) -> Result<(), Failure> {
        let mut shown = Vec::new();
        for (person, kind) in [
            ("farid", MessageKind::Improvement),
            ("linh", MessageKind::Improvement),
            ("daniel", MessageKind::Thanks),
        ] {
            let is_it = |one: &InboxMessage| one.kind() == kind;
            let player = self.cast.by_name(person)?;
            let inbox = look_until(player, |inbox| inbox.iter().any(is_it)).await?;
            let message = inbox.into_iter().find(is_it).unwrap_or_default();
            self.voiced.heard.push(Heard::of(person, &message));
            shown.push((person.to_owned(), message));
        }
        self.narrator.told(&shown)
    }

    async fn card(&mut self) -> Result<(), Failure> {
        self.narrator.chapter("The scorecard of IT")?;
        let question = GetScorecardRequest {
            department_id: "it".to_owned(),
            min_position: self.position,
            ..GetScorecardRequest::default()
        };
        let card = ask!(self.cast.mei, scorecard.get_scorecard, question)?;
        self.narrator.scorecard(&card)?;
        self.narrator.said(
            "As a page for a browser: khidma scorecard it --html scorecard.html --locale fa",
        )?;
        let period = card.periods.into_iter().next();
        // Two plays may be on two days.
        self.voiced.card = period.map(|period| ScorecardPeriod {
            from: String::new(),
            to: String::new(),
            ..period
        });
        Ok(())
    }
}

/// A pause, if there is time for one.
async fn patience(until: Instant, message: &'static str) -> Result<(), Failure> {
    if Instant::now() > until {
        return Err(Status::deadline_exceeded(message).into());
    }
    tokio::time::sleep(PAUSE).await;
    Ok(())
}
