//! What makes an enum the vocabulary of a context.

use serde::Serialize;
use serde_json::value::RawValue;

/// The name and version of an event, and the schema of its data.
#[derive(Clone, Copy)]
pub struct Kind {
    /// The CloudEvents type: `khidma.requests.submitted.v1`.
    pub type_name: &'static str,
    /// The name alone: `submitted`.
    pub name: &'static str,
    /// The JSON Schema of the data.
    pub schema: fn() -> schemars::Schema,
}

/// The events of one kind of entity.
pub trait Event: Serialize + Sized + khidma_kernel::EntityEvent {
    /// The bounded context, `requests`.
    const CONTEXT: &'static str;
    /// The CloudEvents source, `/khidma/requests`.
    const SOURCE: &'static str;
    /// Every event there is.
    const KINDS: &'static [Kind];

    /// Which of them this is.
    fn kind(&self) -> &'static Kind;

    /// Reads an event's data. `None` if no event of this vocabulary has that type.
    ///
    /// # Errors
    /// The data does not fit the type.
    fn decode(type_name: &str, data: &RawValue) -> Option<Result<Self, serde_json::Error>>;
}

/// The kind of one event.
macro_rules! kind {
    ($variant:ident, $context:literal, $event:literal, $version:literal) => {
        $crate::Kind {
            type_name: concat!("khidma.", $context, ".", $event, ".v", $version),
            name: $event,
            schema: || schemars::schema_for!($variant),
        }
    };
}

/// Declares the enum of a context from structs of the same names: the enum itself, its types' names and its codec.
macro_rules! vocabulary {
    (
        $(#[$doc:meta])*
        pub enum $name:ident in $context:literal {
            $( $variant:ident = $event:literal v $version:literal ),* $(,)?
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        #[serde(untagged)]
        pub enum $name {
            $(
                #[doc = concat!("`khidma.", $context, ".", $event, ".v", $version, "`: see [`", stringify!($variant), "`].")]
                $variant($variant),
            )*
        }

        impl $crate::Event for $name {
            const CONTEXT: &'static str = $context;
            const SOURCE: &'static str = concat!("/khidma/", $context);
            const KINDS: &'static [$crate::Kind] = &[$(kind!($variant, $context, $event, $version)),*];

            fn kind(&self) -> &'static $crate::Kind {
                match self {
                    $(Self::$variant(_) => {
                        const KIND: &$crate::Kind = &kind!($variant, $context, $event, $version);
                        KIND
                    })*
                }
            }

            fn decode(
                type_name: &str,
                data: &serde_json::value::RawValue,
            ) -> Option<Result<Self, serde_json::Error>> {
                match type_name {
                    $(
                        concat!("khidma.", $context, ".", $event, ".v", $version) =>
                            Some(serde_json::from_str(data.get()).map(Self::$variant)),
                    )*
                    _ => None,
                }
            }
        }

        $(
            impl From<$variant> for $name {
                fn from(event: $variant) -> Self {
                    Self::$variant(event)
                }
            }
        )*
    };
}
