//! One request.

use khidma_edge::server::deadline;
use khidma_edge::{identity, query};
use khidma_proto::requests as pb;
use tonic::{Request, Status};

use super::{RequestsGrpc, approvals, links, readable};

impl RequestsGrpc {
    pub(super) async fn get(
        &self,
        request: Request<pb::GetRequest>,
    ) -> Result<pb::GetResponse, Status> {
        let caller = identity::caller(&request)?;
        let reader = self
            .reader(request.get_ref().min_position, deadline(&request))
            .await?;
        let position = reader.position().0;
        let found = readable(&reader, &request.get_ref().id, &caller, self.clock.now())?;
        let mut request = links::whole(&reader, found)?;
        if let Some(request) = &mut request {
            approvals::name(&reader, request).map_err(query::unreadable)?;
        }
        Ok(pb::GetResponse { request, position })
    }
}
