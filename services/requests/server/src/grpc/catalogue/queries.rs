//! Reading the catalogue.

use std::sync::Arc;

use khidma_edge::command::id;
use khidma_edge::instant::time_out;
use khidma_edge::page::{self, PageToken};
use khidma_edge::part::{Room, beginning, onwards};
use khidma_edge::query::{self, Stop};
use khidma_edge::server::deadline;
use khidma_edge::{identity, status};
use khidma_kernel::language::choose;
use khidma_kernel::{DepartmentId, OfferingId, digest};
use khidma_projection::Reader;
use khidma_proto::requests as pb;
use tonic::{Request, Status};

use super::CatalogueGrpc;
use super::convert::{terms_out, text_out};
use crate::facts::catalogue::{Catalogue, Terms, card};
use crate::grpc::json::object_in;
use crate::grpc::{ANSWER_BYTES, optional_id};
use crate::keys;
use crate::views::{OfferingCard, OfferingVersion};

/// Languages that a caller may prefer.
const LANGUAGES: usize = 50;

impl CatalogueGrpc {
    pub(super) async fn get(
        &self,
        request: Request<pb::GetOfferingRequest>,
    ) -> Result<pb::GetOfferingResponse, Status> {
        identity::caller(&request)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        let offering: OfferingId = id("id", &message.id)?;
        preferred(&message.languages)?;
        let reader = query::reader_at(&self.projection, message.min_position, patience).await?;
        let position = reader.position().0;
        let (card, terms) = found(&self.catalogue, &reader, &offering, message.version)?;
        let published = &terms.published;
        let key = keys::offering_version(&offering, published.version);
        let version: Option<OfferingVersion> = reader.get(&key).map_err(query::unreadable)?;
        let there = published.texts.keys();
        let chosen = choose(&message.languages, there, &published.language);
        let offering = pb::Offering {
            id: message.id,
            version: published.version,
            latest_version: card.version,
            terms: Some(terms_out(published)),
            retired: card.retired.is_some(),
            retire_reason: card.retired.unwrap_or_default(),
            publish_time: version.map(|version| time_out(version.at)),
            chosen_language: chosen.to_owned(),
            text: published.texts.get(chosen).map(text_out),
        };
        Ok(pb::GetOfferingResponse {
            offering: Some(offering),
            position,
        })
    }

    pub(super) async fn check(
        &self,
        request: Request<pb::CheckAnswersRequest>,
    ) -> Result<pb::CheckAnswersResponse, Status> {
        identity::caller(&request)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        let offering: OfferingId = id("id", &message.id)?;
        let answers = object_in("answers", message.answers)?;
        let reader = query::reader_at(&self.projection, message.min_position, patience).await?;
        let position = reader.position().0;
        let (catalogue, version) = (self.catalogue.clone(), message.version);
        // A form of many parts takes its time: that is not for the threads that all calls share.
        let check = move |_: &Stop| {
            let (_, terms) = found(&catalogue, &reader, &offering, version)?;
            Ok((terms.problems(&answers), terms))
        };
        let (problems, terms) = self.scans.run(patience, check).await?;
        let problems = problems.into_iter();
        Ok(pb::CheckAnswersResponse {
            problems: problems
                .map(|problem| pb::AnswerProblem {
                    field: problem.field,
                    message: problem.message,
                })
                .collect(),
            version: terms.published.version,
            position,
        })
    }

    pub(super) async fn list(
        &self,
        request: Request<pb::ListOfferingsRequest>,
    ) -> Result<pb::ListOfferingsResponse, Status> {
        identity::caller(&request)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        preferred(&message.languages)?;
        let size = page::size(message.page_size)?;
        let (position, filter) = (message.min_position, Filter::of(message)?);
        let digest = filter.digest();
        let after = PageToken::decode(&filter.page_token, digest)?;
        let weigh = |summary: &pb::OfferingSummary| 128 + summary.name.len();
        let room = Room::new(size, self.scan_limit).within(ANSWER_BYTES, weigh);
        let scan = move |reader: &Reader, stop: &Stop| {
            let rows = onwards(reader, beginning(keys::OFFERINGS), after);
            room.fill(rows, stop, |key, row| {
                let card: OfferingCard = row.decode().map_err(query::unreadable)?;
                let fits = filter.fits(&card);
                Ok(fits.then(|| filter.summary(keys::offering_of(key), card)))
            })
        };
        let scanned = self.scans.read(&self.projection, position, patience, scan);
        let ((offerings, next), position) = scanned.await?;
        Ok(pb::ListOfferingsResponse {
            offerings,
            next_page_token: PageToken::next(digest, next),
            position,
        })
    }
}

/// An offering and its terms in `version`; those at present for 0.
fn found(
    catalogue: &Catalogue,
    reader: &Reader,
    offering: &OfferingId,
    version: u32,
) -> Result<(OfferingCard, Arc<Terms>), Status> {
    let card = card(reader, offering).map_err(query::unreadable)?;
    let card = card.ok_or_else(|| status::not_found("offering", offering))?;
    let version = if version == 0 { card.version } else { version };
    let terms = catalogue.terms(reader, offering, version);
    let terms = terms.map_err(query::unreadable)?;
    let unknown = || status::not_found("version", format!("{offering} {version}"));
    Ok((card, terms.ok_or_else(unknown)?))
}

/// Which offerings somebody looks for, and in which language they read them.
struct Filter {
    provider: Option<DepartmentId>,
    include_retired: bool,
    text: String,
    languages: Vec<String>,
    page_token: String,
}

impl Filter {
    fn of(message: pb::ListOfferingsRequest) -> Result<Self, Status> {
        Ok(Self {
            provider: optional_id("provider_id", &message.provider_id)?,
            include_retired: message.include_retired,
            text: message.text.to_lowercase(),
            languages: message.languages,
            page_token: message.page_token,
        })
    }

    /// What a page token is bound to.
    fn digest(&self) -> u64 {
        let Self {
            provider,
            include_retired,
            text,
            languages,
            page_token: _,
        } = self;
        let said = format!("offerings{provider:?}{include_retired}{text:?}{languages:?}");
        digest(said.as_bytes())
    }

    fn fits(&self, card: &OfferingCard) -> bool {
        let contains = |name: &String| name.to_lowercase().contains(&self.text);
        (self.include_retired || card.retired.is_none())
            && self
                .provider
                .as_ref()
                .is_none_or(|provider| card.provider == *provider)
            && (self.text.is_empty() || card.names.values().any(contains))
    }

    fn summary(&self, id: &str, card: OfferingCard) -> pb::OfferingSummary {
        let chosen = choose(&self.languages, card.names.keys(), &card.language);
        pb::OfferingSummary {
            id: id.to_owned(),
            latest_version: card.version,
            name: card.names.get(chosen).cloned().unwrap_or_default(),
            chosen_language: chosen.to_owned(),
            provider_id: card.provider.into(),
            retired: card.retired.is_some(),
        }
    }
}

/// Preferred languages are looked for one by one: not too many of them.
fn preferred(languages: &[String]) -> Result<(), Status> {
    if languages.len() > LANGUAGES {
        let message = format!("languages may have at most {LANGUAGES} items");
        return Err(status::invalid_field("languages", "TOO_MANY", message));
    }
    Ok(())
}
