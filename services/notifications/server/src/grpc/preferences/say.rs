//! What departments say to many, once or again and again.

use std::collections::{BTreeMap, BTreeSet};

use khidma_edge::command::{Call, id};
use khidma_edge::instant::time_in;
use khidma_edge::server::deadline;
use khidma_edge::status;
use khidma_engine::Ask;
use khidma_events::notifications::{
    Announced, AnnouncementText, announcement_entity, rhythm_entity,
};
use khidma_kernel::{AnnouncementId, DepartmentId, InvalidId, time_ordered_id};
use khidma_notifications_domain::announcement::Announce;
use khidma_notifications_domain::rhythm::RhythmCommand;
use khidma_projection::Reader;
use khidma_proto::notifications as pb;
use tonic::{Request, Status};

use super::PreferencesGrpc;
use crate::facts;
use crate::status::{announcement_code, rhythm_code};

impl PreferencesGrpc {
    pub(super) async fn say(
        &self,
        request: Request<pb::AnnounceRequest>,
    ) -> Result<pb::AnnounceResponse, Status> {
        let message = request.get_ref();
        let call = Call::of(&request, "Announce", &message.request_id)?;
        let patience = deadline(&request);
        let content = announced(message)?;
        let actor = call.caller.actor.to_string();
        let id = AnnouncementId(time_ordered_id(
            call.request_id,
            &[b"announcements", actor.as_bytes()],
        ));
        let body = |reader: &Reader| {
            Ok(Announce {
                facts: facts::announcement(reader, &content)?,
                content: content.clone(),
            })
        };
        let ask = Ask {
            begins: true,
            ..call.about(announcement_entity(id))
        };
        let done = self.carry_out(
            &self.announcements,
            ask,
            patience,
            (body, announcement_code),
        );
        Ok(pb::AnnounceResponse {
            position: done.await?,
            id: id.to_string(),
        })
    }

    pub(super) async fn remind(
        &self,
        request: Request<pb::SetStandardsReminderRequest>,
    ) -> Result<u64, Status> {
        let message = request.get_ref();
        let call = Call::of(&request, "SetStandardsReminder", &message.request_id)?;
        let patience = deadline(&request);
        let department: DepartmentId = id("department_id", &message.department_id)?;
        let (every_days, first) = (message.every_days, time_in("first", message.first)?);
        let body = |reader: &Reader| {
            Ok(RhythmCommand::Set {
                open: facts::is_open(reader, &department)?,
                department: department.clone(),
                every_days,
                first,
            })
        };
        let ask = call.about(rhythm_entity(&department));
        self.carry_out(&self.rhythms, ask, patience, (body, rhythm_code))
            .await
    }
}

fn announced(message: &pb::AnnounceRequest) -> Result<Announced, Status> {
    let to = message.to_department_ids.iter().enumerate();
    let to = to.map(|(place, text)| {
        text.parse().map_err(|error: InvalidId| {
            let field = format!("to_department_ids[{place}]");
            status::invalid_field(&field, "INVALID_ID", error.to_string())
        })
    });
    let mut texts = BTreeMap::new();
    for (place, text) in message.texts.iter().enumerate() {
        let said = AnnouncementText {
            title: text.title.clone(),
            text: text.text.clone(),
        };
        if texts.insert(text.language.clone(), said).is_some() {
            let field = format!("texts[{place}].language");
            let message = "a language has one text";
            return Err(status::invalid_field(&field, "LANGUAGE_TWICE", message));
        }
    }
    let first = message.texts.first();
    Ok(Announced {
        department: id("department_id", &message.department_id)?,
        to: to.collect::<Result<BTreeSet<_>, _>>()?,
        texts,
        language: first.map(|text| text.language.clone()).unwrap_or_default(),
        urgent: message.urgent,
    })
}
