//! Generated protobuf and gRPC code, nothing else. It stops at the gRPC edge of a server.
#![expect(
    missing_docs,
    clippy::too_many_lines,
    clippy::large_enum_variant,
    reason = "generated; the comments are in proto/"
)]

/// Everything under `proto/khidma`, by package.
pub mod khidma {
    /// Words all services share.
    pub mod common {
        pub mod v1 {
            tonic::include_proto!("khidma.common.v1");
        }
    }
    /// Who is who and who does what.
    pub mod directory {
        pub mod v1 {
            tonic::include_proto!("khidma.directory.v1");
        }
    }
    /// The right word, to the right one, in time.
    pub mod notifications {
        pub mod v1 {
            tonic::include_proto!("khidma.notifications.v1");
        }
    }
    /// Heard, kept safe, acted on in sight.
    pub mod feedback {
        pub mod v1 {
            tonic::include_proto!("khidma.feedback.v1");
        }
    }
    /// What affects a department, for those who subscribe.
    pub mod feeds {
        pub mod v1 {
            tonic::include_proto!("khidma.feeds.v1");
        }
    }
    /// For the people who operate a server.
    pub mod operations {
        pub mod v1 {
            tonic::include_proto!("khidma.operations.v1");
        }
    }
    /// Asking a department for something.
    pub mod requests {
        pub mod v1 {
            tonic::include_proto!("khidma.requests.v1");
        }
    }
    /// Promises, and whether they were kept.
    pub mod sla {
        pub mod v1 {
            tonic::include_proto!("khidma.sla.v1");
        }
    }
}

pub use khidma::common::v1 as common;
pub use khidma::directory::v1 as directory;
pub use khidma::feedback::v1 as feedback;
pub use khidma::feeds::v1 as feeds;
pub use khidma::notifications::v1 as notifications;
pub use khidma::operations::v1 as operations;
pub use khidma::requests::v1 as requests;
pub use khidma::sla::v1 as sla;

/// The compiled descriptors of all packages, for reflection.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/khidma.bin"));
