//! What is done to a round: called off, and closed.

use khidma_edge::command::{Call, id};
use khidma_edge::server::deadline;
use khidma_events::feedback::round_entity;
use khidma_feedback_domain::round::RoundCommand;
use khidma_kernel::RoundId;
use khidma_projection::Reader;
use khidma_proto::feedback as pb;
use tonic::{Request, Status};

use super::SurveysGrpc;
use crate::status::round_code;

khidma_edge::changes! {
    /// A call that changes a round.
    trait Change for pb: CancelRoundRequest, CloseRoundRequest
}

impl SurveysGrpc {
    pub(super) async fn cancel(
        &self,
        request: Request<pb::CancelRoundRequest>,
    ) -> Result<u64, Status> {
        let reason = request.get_ref().reason.trim().to_owned();
        let cancel = RoundCommand::Cancel { reason };
        self.change(request, "CancelRound", cancel).await
    }

    pub(super) async fn close(
        &self,
        request: Request<pb::CloseRoundRequest>,
    ) -> Result<u64, Status> {
        self.change(request, "CloseRound", RoundCommand::Close)
            .await
    }

    async fn change<T: Change>(
        &self,
        request: Request<T>,
        rpc: &'static str,
        command: RoundCommand,
    ) -> Result<u64, Status> {
        let message = request.get_ref();
        let call = Call::of(&request, rpc, message.request_id())?;
        let patience = deadline(&request);
        let round: RoundId = id("id", message.id())?;
        let ask = call.about(round_entity(round));
        let body = |_: &Reader| Ok(command.clone());
        self.carry_out(&self.rounds, ask, patience, (body, round_code))
            .await
    }
}
