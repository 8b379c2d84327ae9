//! What a change answers to whoever asked for it.

use serde_json::json;

use crate::failure::Failure;
use crate::output::{Output, Tone};

/// What was changed.
pub(super) struct Done {
    /// In a word or two, past tense.
    pub(super) what: &'static str,
    /// What it was done to.
    pub(super) id: String,
    /// Where it stands on the log.
    pub(super) position: u64,
}

impl Done {
    /// Tells it.
    pub(super) fn print(&self, output: &mut Output) -> Result<(), Failure> {
        if output.is_json() {
            return output.value(&json!({ "id": self.id, "position": self.position }));
        }
        let what = output.paint(Tone::Good, self.what);
        let position = output.paint(Tone::Faint, format!("position {}", self.position));
        output.line(format_args!("{what} {}  {position}", self.id))
    }
}

/// Sends one change under a new idempotency key:
/// `change!(api, requests.acknowledge(AcknowledgeRequest { id, note }) => "acknowledged")`.
macro_rules! change {
    ($api:ident, $service:ident.$rpc:ident(
        $message:ident { $id:ident $(, $field:ident $(: $value:expr)?)* }
    ) => $what:literal) => {{
        let message =
            $message { request_id: $api.request_id(), id: $id.clone() $(, $field $(: $value)?)* };
        let position = $crate::ask!($api, $service.$rpc, message)?.position;
        let done = $crate::commands::done::Done { what: $what, id: $id, position };
        Ok::<_, $crate::failure::Failure>(done)
    }};
}
pub(super) use change;
