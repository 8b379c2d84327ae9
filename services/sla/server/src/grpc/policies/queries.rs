//! Reading policies.

use std::ops::Bound;

use khidma_edge::command::id;
use khidma_edge::page::{self, PageToken};
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
        let after = PageToken::decode(&message.page_token, filter.digest())?;
        let limit = self.scan_limit;
        let scan = move |reader: &Reader, stop: &Stop| {
            let found = filter.scan(reader, after, (limit, size), stop);
            found.map_err(query::unreadable)
        };
        let scanned = self
            .scans
            .read(&self.projection, message.min_position, patience, scan);
        let ((policies, next_page_token), position) = scanned.await?;
        Ok(pb::ListPoliciesResponse {
            policies,
            next_page_token,
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

    /// What fits, from the key `after` on, until a page is full or `limit` rows were looked at; with the token of the
    /// next page.
    fn scan(
        &self,
        reader: &Reader,
        after: Option<Vec<u8>>,
        (limit, size): (usize, usize),
        stop: &Stop,
    ) -> Result<(Vec<pb::PolicySummary>, String), RowError> {
        // A token is no proof: what it says counts within this list only.
        let after = after.filter(|key| key.starts_with(keys::POLICIES));
        let start = after.map_or(Bound::Included(keys::POLICIES.to_vec()), Bound::Excluded);
        let end = Bound::Excluded([keys::POLICIES, &[u8::MAX]].concat());
        let mut found = Vec::new();
        for (seen, row) in stop.until_set(reader.scan((start, end))).enumerate() {
            let (key, row) = row?;
            let row: PolicyRow = row.decode()?;
            if self.fits(&row) {
                found.push(convert::summary_out(keys::policy_of(&key), row));
            }
            if found.len() == size || seen + 1 == limit {
                return Ok((found, PageToken::encode(self.digest(), &key)));
            }
        }
        Ok((found, String::new()))
    }
}
