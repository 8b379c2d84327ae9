//! Surveys: defined, seen and retired.

use khidma_edge::command::{Call, id};
use khidma_edge::identity;
use khidma_edge::page::{self, PageToken};
use khidma_edge::part::{Room, beginning, onwards};
use khidma_edge::query::{Stop, reader_at, unreadable};
use khidma_edge::server::deadline;
use khidma_events::feedback::{Definition, survey_entity};
use khidma_feedback_domain::survey::{Survey, SurveyCommand};
use khidma_kernel::language::choose;
use khidma_kernel::{DepartmentId, SurveyId, digest};
use khidma_projection::{Reader, RowError};
use khidma_proto::feedback as pb;
use tonic::{Request, Status};

use super::definition::{definition_in, definition_out};
use super::{MOST, SurveysGrpc, languages, missing, no_survey, said};
use crate::status::survey_code;
use crate::{facts, keys};

impl SurveysGrpc {
    pub(super) async fn define(
        &self,
        request: Request<pb::DefineSurveyRequest>,
    ) -> Result<pb::DefineSurveyResponse, Status> {
        let message = request.get_ref();
        let call = Call::of(&request, "DefineSurvey", &message.request_id)?;
        let patience = deadline(&request);
        let survey: SurveyId = id("survey_id", &message.survey_id)?;
        let owner: DepartmentId = id("owner_id", &message.owner_id)?;
        let definition = message.definition.clone();
        let definition = definition_in(definition.ok_or_else(|| missing("definition"))?)?;
        let body = |reader: &Reader| {
            Ok(SurveyCommand::Define {
                survey: survey.clone(),
                open: facts::is_open(reader, &owner)?,
                owner: owner.clone(),
                definition: Box::new(definition.clone()),
            })
        };
        let ask = call.about(survey_entity(&survey));
        let done = self.carry_out(&self.surveys, ask, patience, (body, survey_code));
        let position = done.await?;
        let known = facts::survey(&self.projection.reader(), &survey);
        let version = known.map_err(unreadable)?.map(|known| known.version);
        Ok(pb::DefineSurveyResponse {
            position,
            version: version.unwrap_or_default(),
        })
    }

    pub(super) async fn retire(
        &self,
        request: Request<pb::RetireSurveyRequest>,
    ) -> Result<u64, Status> {
        let message = request.get_ref();
        let call = Call::of(&request, "RetireSurvey", &message.request_id)?;
        let patience = deadline(&request);
        let survey: SurveyId = id("survey_id", &message.survey_id)?;
        let ask = call.about(survey_entity(&survey));
        let body = |_: &Reader| Ok(SurveyCommand::Retire);
        self.carry_out(&self.surveys, ask, patience, (body, survey_code))
            .await
    }

    pub(super) async fn survey(
        &self,
        request: Request<pb::GetSurveyRequest>,
    ) -> Result<pb::GetSurveyResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let id: SurveyId = id("survey_id", &message.survey_id)?;
        let reader = reader_at(&self.projection, message.min_position, patience).await?;
        let position = reader.position().0;
        let survey = facts::survey(&reader, &id).map_err(unreadable)?;
        let survey = survey.ok_or_else(no_survey)?;
        let version = survey.meant(message.version).ok_or_else(|| {
            let message = format!("the survey has no version {}", message.version);
            khidma_edge::status::invalid_field("version", "UNKNOWN_VERSION", message)
        })?;
        let definition = facts::definition(&reader, &id, version).map_err(unreadable)?;
        let definition = definition.ok_or_else(no_survey)?;
        let languages = languages(&reader, &caller).map_err(unreadable)?;
        Ok(pb::GetSurveyResponse {
            survey: Some(survey_out(&id, &survey, title(&definition, &languages))),
            version,
            definition: Some(definition_out(definition)),
            position,
        })
    }

    pub(super) async fn surveys_part(
        &self,
        request: Request<pb::ListSurveysRequest>,
    ) -> Result<pb::ListSurveysResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let size = page::size(message.page_size)?.min(MOST);
        let owner: Option<DepartmentId> = said("owner_id", &message.owner_id)?;
        let retired = message.include_retired;
        let query = digest(format!("surveys {owner:?} {retired}").as_bytes());
        let after = PageToken::decode(&message.page_token, query)?;
        let room = Room::new(size, self.scan_limit);
        let scan = move |reader: &Reader, stop: &Stop| {
            let languages = languages(reader, &caller).map_err(unreadable)?;
            let rows = onwards(reader, beginning(keys::SURVEYS), after);
            room.fill(rows, stop, |_, row| {
                let id: SurveyId = row.decode().map_err(unreadable)?;
                let survey = facts::survey(reader, &id).map_err(unreadable)?;
                let fits = |survey: &Survey| {
                    (retired || !survey.retired)
                        && owner.as_ref().is_none_or(|owner| survey.owner == *owner)
                };
                let Some(survey) = survey.filter(fits) else {
                    return Ok(None);
                };
                let title = title_of(reader, &id, survey.version, &languages);
                Ok(Some(survey_out(&id, &survey, title.map_err(unreadable)?)))
            })
        };
        let read = self
            .scans
            .read(&self.projection, message.min_position, patience, scan);
        let ((surveys, next), position) = read.await?;
        Ok(pb::ListSurveysResponse {
            surveys,
            next_page_token: PageToken::next(query, next),
            position,
        })
    }
}

/// What a version is called, in the best of those languages.
pub(super) fn title_of(
    reader: &Reader,
    survey: &SurveyId,
    version: u32,
    languages: &[String],
) -> Result<String, RowError> {
    let definition = facts::definition(reader, survey, version)?;
    Ok(definition.map_or_else(String::new, |one| title(&one, languages)))
}

fn title(definition: &Definition, languages: &[String]) -> String {
    let title = &definition.title;
    let language = choose(languages, title.keys(), &definition.language);
    title.get(language).cloned().unwrap_or_default()
}

fn survey_out(id: &SurveyId, survey: &Survey, title: String) -> pb::Survey {
    pb::Survey {
        id: id.to_string(),
        owner_id: survey.owner.to_string(),
        version: survey.version,
        retired: survey.retired,
        title,
    }
}
