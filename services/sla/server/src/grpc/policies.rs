//! Policies: written, found to make sense, let hold, retired; and read by everybody.

pub(super) mod convert;
mod queries;

use std::sync::Arc;

use khidma_edge::command::{Call, Message, failed, id};
use khidma_edge::query::{self, Scans};
use khidma_edge::server::deadline;
use khidma_edge::status;
use khidma_engine::{CommandError, Engine};
use khidma_eventlog::EventLog;
use khidma_events::sla::{PolicySpec, policy_entity};
use khidma_kernel::{PolicyId, Refusal};
use khidma_projection::{Projection, Reader, RowError};
use khidma_proto::sla as pb;
use khidma_proto::sla::draft_policy_request::Policy as Drafted;
use khidma_proto::sla::policies_service_server::PoliciesService;
use khidma_runtime::Clock;
use khidma_sla_domain::policy::{
    PolicyCommand, PolicyDecider, PolicyProblem, PolicyRefusal, check,
};
use tonic::{Request, Response, Status};

use crate::facts;
use crate::policy_file::{self, Places};
use crate::shelf::Shelf;
use crate::status::policy_code;
use khidma_edge::query::see_all;

/// What the calls stand on.
pub(crate) struct PoliciesGrpc {
    pub(crate) engine: Arc<Engine<PolicyDecider>>,
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) projection: Projection,
    pub(crate) shelf: Shelf,
    pub(crate) clock: Clock,
    pub(crate) scans: Scans,
    pub(crate) scan_limit: usize,
}

/// A policy that somebody drafts.
pub(super) struct Draft<'a> {
    pub(super) id: PolicyId,
    pub(super) spec: PolicySpec,
    /// As it was written, if it was TOML.
    pub(super) text: Option<&'a str>,
}

impl<'a> Draft<'a> {
    pub(super) fn of(message: &'a pb::DraftPolicyRequest) -> Result<Self, Status> {
        match &message.policy {
            None => Err(status::invalid_field(
                "policy",
                "MISSING_FIELD",
                "either toml or structured says what the policy is",
            )),
            Some(Drafted::Structured(structured)) => Ok(Self {
                id: id("structured.id", &structured.id)?,
                spec: convert::spec_in(structured.spec.clone().unwrap_or_default())?,
                text: None,
            }),
            Some(Drafted::Toml(text)) => {
                let read = policy_file::read(text);
                let (id, spec) = read.map_err(|problems| {
                    let message = problems.to_string();
                    let violations = problems.0.into_iter().map(Into::into);
                    status::invalid_fields("INVALID_POLICY_FILE", message, violations)
                })?;
                let text = Some(text.as_str());
                Ok(Self { id, spec, text })
            }
        }
    }
}

impl PoliciesGrpc {
    /// Carries out what `rpc` wants of a policy, under the idempotency key `request_id`; a reader that shows it.
    async fn change<M, F>(
        &self,
        request: &Request<M>,
        rpc: &'static str,
        (request_id, policy, text): (&str, &PolicyId, Option<&str>),
        body: F,
    ) -> Result<(Reader, u64), Status>
    where
        M: Message,
        F: Fn(&Reader) -> Result<PolicyCommand, RowError> + Send + Sync,
    {
        let call = Call::of(request, rpc, request_id)?;
        let patience = deadline(request);
        see_all(&*self.log, &self.projection, patience).await?;
        let ask = call.about(policy_entity(policy));
        let done = self.engine.execute(ask, body).await;
        let position = done.map_err(|error| refused(error, text))?.position.0;
        let reader = query::reader_at(&self.projection, position, patience).await?;
        Ok((reader, position))
    }

    async fn draft(
        &self,
        request: Request<pb::DraftPolicyRequest>,
    ) -> Result<pb::DraftPolicyResponse, Status> {
        let message = request.get_ref();
        let Draft { id, spec, text } = Draft::of(message)?;
        let body = |reader: &Reader| {
            let facts = facts::policy_facts(reader, &self.shelf.terms(reader)?, &id, &spec)?;
            let spec = spec.clone();
            Ok(PolicyCommand::Draft { spec, facts })
        };
        let about = (message.request_id.as_str(), &id, text);
        let (reader, position) = self.change(&request, "DraftPolicy", about, body).await?;
        let version = queries::version_saying(&reader, &id, &spec).map_err(query::unreadable)?;
        let terms = self.shelf.terms(&reader).map_err(query::unreadable)?;
        let facts = facts::policy_facts(&reader, &terms, &id, &spec).map_err(query::unreadable)?;
        let warnings = check(&spec, &facts, self.clock.now()).warnings;
        let places = Places::of(text);
        Ok(pb::DraftPolicyResponse {
            id: id.into(),
            version,
            warnings: warnings
                .into_iter()
                .map(|warning| convert::warning_out(warning, &places))
                .collect(),
            position,
        })
    }

    async fn validate(
        &self,
        request: Request<pb::ValidatePolicyRequest>,
    ) -> Result<pb::ValidatePolicyResponse, Status> {
        let message = request.get_ref();
        let id: PolicyId = id("id", &message.id)?;
        let asked = message.version;
        let body = |reader: &Reader| {
            let (version, spec, facts) = self.found(reader, &id, asked)?;
            Ok(PolicyCommand::Validate {
                version,
                spec,
                facts,
            })
        };
        let about = (message.request_id.as_str(), &id, None);
        let (reader, position) = self.change(&request, "ValidatePolicy", about, body).await?;
        let (_, version, row) = queries::found(&reader, &id, asked)?;
        let places = Places::of(None);
        let warnings = row.warnings.into_iter();
        Ok(pb::ValidatePolicyResponse {
            version,
            warnings: warnings
                .map(|warning| convert::warning_out(warning, &places))
                .collect(),
            position,
        })
    }

    async fn activate(
        &self,
        request: Request<pb::ActivatePolicyRequest>,
    ) -> Result<pb::ActivatePolicyResponse, Status> {
        let message = request.get_ref();
        let id: PolicyId = id("id", &message.id)?;
        let (asked, attach) = (message.version, convert::attach_in(message.attach)?);
        let body = |reader: &Reader| {
            let (version, spec, facts) = self.found(reader, &id, asked)?;
            Ok(PolicyCommand::Activate {
                version,
                spec,
                attach,
                facts,
            })
        };
        let about = (message.request_id.as_str(), &id, None);
        let (reader, position) = self.change(&request, "ActivatePolicy", about, body).await?;
        let (_, version, _) = queries::found(&reader, &id, asked)?;
        Ok(pb::ActivatePolicyResponse { version, position })
    }

    async fn retire(
        &self,
        request: Request<pb::RetirePolicyRequest>,
    ) -> Result<pb::RetirePolicyResponse, Status> {
        let message = request.get_ref();
        let id: PolicyId = id("id", &message.id)?;
        let about = (message.request_id.as_str(), &id, None);
        let retire = |_: &Reader| Ok(PolicyCommand::Retire);
        let (_, position) = self.change(&request, "RetirePolicy", about, retire).await?;
        Ok(pb::RetirePolicyResponse { position })
    }

    /// A version that was drafted, with what there is of that which it names.
    fn found(
        &self,
        reader: &Reader,
        id: &PolicyId,
        asked: u32,
    ) -> Result<
        (
            u32,
            Option<PolicySpec>,
            khidma_sla_domain::policy::PolicyFacts,
        ),
        RowError,
    > {
        let Some((_, version, row)) = facts::version(reader, id, asked)? else {
            return Ok((asked, None, Default::default()));
        };
        let spec = row.spec()?;
        let facts = facts::policy_facts(reader, &self.shelf.terms(reader)?, id, &spec)?;
        Ok((version, Some(spec), facts))
    }
}

/// The status of a draft that makes no sense.
pub(super) fn invalid(problems: Vec<PolicyProblem>, text: Option<&str>) -> Status {
    refused(
        CommandError::Refused(PolicyRefusal::Invalid { problems }),
        text,
    )
}

/// The status of a command that was not carried out; what is wrong with a text is told with its line.
fn refused(error: CommandError<PolicyRefusal>, text: Option<&str>) -> Status {
    if let (CommandError::Refused(refusal), Some(_)) = (&error, text)
        && !refusal.problems().is_empty()
    {
        let places = Places::of(text);
        let problems = refusal.violations().into_iter();
        let violations = problems.map(|(field, told)| places.violation(field, told));
        let (code, message) = (policy_code(refusal), refusal.to_string());
        return status::refused(code, refusal.code(), message, violations);
    }
    failed(error, policy_code)
}

#[tonic::async_trait]
impl PoliciesService for PoliciesGrpc {
    async fn draft_policy(
        &self,
        request: Request<pb::DraftPolicyRequest>,
    ) -> Result<Response<pb::DraftPolicyResponse>, Status> {
        self.draft(request).await.map(Response::new)
    }

    async fn validate_policy(
        &self,
        request: Request<pb::ValidatePolicyRequest>,
    ) -> Result<Response<pb::ValidatePolicyResponse>, Status> {
        self.validate(request).await.map(Response::new)
    }

    async fn activate_policy(
        &self,
        request: Request<pb::ActivatePolicyRequest>,
    ) -> Result<Response<pb::ActivatePolicyResponse>, Status> {
        self.activate(request).await.map(Response::new)
    }

    async fn retire_policy(
        &self,
        request: Request<pb::RetirePolicyRequest>,
    ) -> Result<Response<pb::RetirePolicyResponse>, Status> {
        self.retire(request).await.map(Response::new)
    }

    async fn get_policy(
        &self,
        request: Request<pb::GetPolicyRequest>,
    ) -> Result<Response<pb::GetPolicyResponse>, Status> {
        self.get(request).await.map(Response::new)
    }

    async fn list_policies(
        &self,
        request: Request<pb::ListPoliciesRequest>,
    ) -> Result<Response<pb::ListPoliciesResponse>, Status> {
        self.list(request).await.map(Response::new)
    }
}
