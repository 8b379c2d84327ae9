//! Reading policies.

use khidma_edge::command::id;
use khidma_edge::page::{self, PageToken};
use khidma_edge::part::{Room, beginning, onwards};
use khidma_edge::query::{self, Stop};
use khidma_edge::server::deadline;
use khidma_edge::{identity, status};
use khidma_events::sla::PolicySpec;
use khidma_kernel::{DepartmentId, PolicyId, digest};
use khidma_projection::{Reader, RowError};
use khidma_proto::sla as pb;
use tonic::{Request, Status};

use super::{PoliciesGrpc, convert};
use crate::views::{PolicyRow, PolicyVersionRow};
use crate::{facts, keys};

impl PoliciesGrpc {
    pub(super) async fn get(
        &self,
        request: Request<pb::GetPolicyRequest>,
    ) -> Result<pb::GetPolicyResponse, Status> {
        identity::caller(&request)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        let id: PolicyId = id("id", &message.id)?;
        let reader = query::reader_at(&self.projection, message.min_position, patience).await?;
        let position = reader.position().0;
        let found = found(&reader, &id, message.version)?;
        let policy = convert::policy_out(id, found).map_err(query::unreadable)?;
        Ok(pb::GetPolicyResponse {
            policy: Some(policy),
            position,
        })
    }

    pub(super) async fn list(
        &self,
        request: Request<pb::ListPoliciesRequest>,
    ) -> Result<pb::ListPoliciesResponse, Status> {
        identity::caller(&request)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        let size = page::size(message.page_size)?;
        let filter = Filter::of(&message)?;
        let digest = filter.digest();
        let after = PageToken::decode(&message.page_token, digest)?;
        let room = Room::new(size, self.scan_limit);
        let scan = move |reader: &Reader, stop: &Stop| {
            let rows = onwards(reader, beginning(keys::POLICIES), after);
            room.fill(rows, stop, |key, row| {
                let row: PolicyRow = row.decode().map_err(query::unreadable)?;
                let fits = filter.fits(&row);
                Ok(fits.then(|| convert::summary_out(keys::policy_of(key), row)))
            })
        };
        let scanned = self
            .scans
            .read(&self.projection, message.min_position, patience, scan);
        let ((policies, next), position) = scanned.await?;
        Ok(pb::ListPoliciesResponse {
            policies,
            next_page_token: PageToken::next(digest, next),
            position,
        })
    }
}

/// A version of a policy, 0 being the latest.
pub(super) fn found(
    reader: &Reader,
    id: &PolicyId,
    version: u32,
) -> Result<(PolicyRow, u32, PolicyVersionRow), Status> {
    let found = facts::version(reader, id, version).map_err(query::unreadable)?;
    found.ok_or_else(|| match version {
        0 => status::not_found("policy", id),
        version => status::not_found("policy version", format!("{id} {version}")),
    })
}

/// The last version of a policy that says just that; 0 if none does.
pub(super) fn version_saying(
    reader: &Reader,
    id: &PolicyId,
    spec: &PolicySpec,
) -> Result<u32, RowError> {
    let policy: PolicyRow = reader.get(&keys::policy(id))?.unwrap_or_default();
    for version in (1..=policy.latest).rev() {
        let row: Option<PolicyVersionRow> = reader.get(&keys::policy_version(id, version))?;
        if row.is_some_and(|row| row.spec().is_ok_and(|said| said == *spec)) {
            return Ok(version);
        }
    }
    Ok(0)
}

/// Which policies somebody looks for.
struct Filter {
    include_inactive: bool,
    provider: Option<DepartmentId>,
}

impl Filter {
    fn of(message: &pb::ListPoliciesRequest) -> Result<Self, Status> {
        let provider = match message.provider_id.as_str() {
            "" => None,
            provider => Some(id("provider_id", provider)?),
        };
        Ok(Self {
            include_inactive: message.include_inactive,
            provider,
        })
    }

    /// What a page token is bound to.
    fn digest(&self) -> u64 {
        let Self {
            include_inactive,
            provider,
        } = self;
        digest(format!("policies{include_inactive}{provider:?}").as_bytes())
    }

    fn fits(&self, row: &PolicyRow) -> bool {
        let provider = self.provider.as_ref();
        (self.include_inactive || row.active.is_some())
            && provider.is_none_or(|provider| row.providers.contains(provider))
    }
}
