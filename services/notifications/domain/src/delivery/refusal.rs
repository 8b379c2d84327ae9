//! Why a delivery refuses a command.

use khidma_kernel::Refusal;

/// Why not. Nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryRefusal {
    /// There is none with that id, or it is not the caller's affair.
    #[error("there is no delivery with this id")]
    Unknown,
    /// Only the service itself does this.
    #[error("deliveries are asked for and sent by the service itself")]
    NotAllowed,
    /// Messages go to a person by inbox and e-mail, to an endpoint by webhook and chat.
    #[error("this channel does not lead to this receiver")]
    WrongChannel,
    /// It is not in an inbox.
    #[error("only what came by the inbox is seen, read and archived")]
    NotInInbox,
    /// It goes on by itself, or has arrived.
    #[error("only a dead delivery is replayed")]
    NotDead,
    /// It would only die again.
    #[error("the endpoint that it goes to is disabled; enable it first")]
    EndpointDisabled,
    /// It would only die again.
    #[error("the endpoint that it went to was removed")]
    EndpointRemoved,
}

impl Refusal for DeliveryRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "UNKNOWN_DELIVERY",
            Self::NotAllowed => "NOT_ALLOWED",
            Self::WrongChannel => "WRONG_CHANNEL",
            Self::NotInInbox => "NOT_IN_INBOX",
            Self::NotDead => "NOT_DEAD",
            Self::EndpointDisabled => "ENDPOINT_DISABLED",
            Self::EndpointRemoved => "ENDPOINT_REMOVED",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Unknown
            | Self::NotInInbox
            | Self::NotDead
            | Self::EndpointDisabled
            | Self::EndpointRemoved => Some("id"),
            Self::NotAllowed | Self::WrongChannel => None,
        }
    }
}
