//! One contract, three adapters. What each adapter has to bring is a [`Rig`]: a log that can be closed and opened again.

#[cfg(test)]
mod embedded;
#[cfg(test)]
mod feeds;
#[cfg(test)]
mod interleavings;
#[cfg(test)]
mod jetstream;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod suite;

/// The contract, one test a clause, for the adapter whose rig `$rig` makes.
#[cfg(test)]
macro_rules! contract {
    ($rig:expr; $($clause:ident),+ $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $clause() {
                let mut rig = $rig;
                crate::suite::$clause(&mut rig).await;
            }
        )+
    };
    ($rig:expr) => {
        contract! {
            $rig;
            an_appended_commit_is_read_back_byte_for_byte,
            an_empty_log_has_no_head_and_the_head_is_the_last_position,
            only_the_expected_position_is_accepted,
            of_racing_writers_exactly_one_wins,
            an_id_is_stored_once_whatever_is_expected,
            racing_duplicates_are_stored_once,
            the_largest_payload_is_taken_and_a_larger_one_refused,
            a_follower_sees_every_commit_once_in_order_from_any_position_while_writers_write,
        }
    };
}
#[cfg(test)]
use contract;

/// A log under test.
#[cfg(test)]
trait Rig {
    /// The log, as the suite uses it.
    fn log(&self) -> std::sync::Arc<dyn khidma_eventlog::EventLog>;
}
