//! Instants as the protocol says them.

use khidma_kernel::Timestamp;
use tonic::Status;

use crate::status;

/// As the protocol says it, to the microsecond.
pub fn time_out(time: Timestamp) -> prost_types::Timestamp {
    let micros = time.as_micros();
    // Within a second, so it fits.
    let nanos = i32::try_from(micros.rem_euclid(1_000_000) * 1000).unwrap_or_default();
    prost_types::Timestamp {
        seconds: micros.div_euclid(1_000_000),
        nanos,
    }
}

/// The instant in `field`, if one is said; what is finer than a microsecond is dropped.
///
/// # Errors
/// INVALID_ARGUMENT, `INVALID_TIME`, if it lies outside the years there are.
pub fn time_in(
    field: &str,
    time: Option<prost_types::Timestamp>,
) -> Result<Option<Timestamp>, Status> {
    let Some(time) = time else { return Ok(None) };
    let micros = time.seconds.checked_mul(1_000_000);
    let micros = micros.and_then(|micros| micros.checked_add(i64::from(time.nanos) / 1000));
    match micros.map(|micros| (micros, Timestamp::from_micros(micros))) {
        Some((micros, at)) if at.as_micros() == micros && time.nanos >= 0 => Ok(Some(at)),
        _ => {
            let message = format!("{field} is no instant of the years -9999 to 9999");
            Err(status::invalid_field(field, "INVALID_TIME", message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_read_as_it_is_written() {
        for micros in [-1, 0, 1_700_000_000_250_001] {
            let at = Timestamp::from_micros(micros);
            assert_eq!(time_in("at", Some(time_out(at))).unwrap(), Some(at));
        }
        assert_eq!(time_in("at", None).unwrap(), None);
    }

    #[test]
    fn what_is_outside_the_years_there_are_is_refused() {
        for (seconds, nanos) in [(i64::MAX, 0), (300_000_000_000, 0), (0, -1)] {
            let time = Some(prost_types::Timestamp { seconds, nanos });
            assert!(time_in("at", time).is_err(), "{seconds} {nanos}");
        }
    }
}
