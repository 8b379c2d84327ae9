//! Lengths of time as people say them.

/// As short as is fit: from an hour on to the minute, below it to the second: `3 h 20 min`, `1 min 30 s`.
pub fn duration(micros: u64) -> String {
    const SECOND: u64 = 1_000_000;
    const MINUTE: u64 = 60 * SECOND;
    let step = if micros < 60 * MINUTE { SECOND } else { MINUTE };
    duration_exact(micros - micros % step)
}

/// To the microsecond: `3 h 20 min 7.5 s`.
pub fn duration_exact(micros: u64) -> String {
    let (seconds, part) = (micros / 1_000_000, micros % 1_000_000);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let mut words = Vec::new();
    if hours > 0 {
        words.push(format!("{hours} h"));
    }
    if minutes > 0 {
        words.push(format!("{minutes} min"));
    }
    if part > 0 {
        let exact = format!("{seconds}.{part:06}");
        words.push(format!("{} s", exact.trim_end_matches('0')));
    } else if seconds > 0 || words.is_empty() {
        words.push(format!("{seconds} s"));
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_told_in_hours_and_minutes() {
        assert_eq!(duration(12_000_000_000), "3 h 20 min");
        assert_eq!(duration(3_600_000_000 + 59_000_000), "1 h");
        assert_eq!(duration(59_900_000), "59 s");
        assert_eq!(duration(0), "0 s");
        assert_eq!(duration_exact(12_007_500_000), "3 h 20 min 7.5 s");
        assert_eq!(duration_exact(1), "0.000001 s");
        assert_eq!(duration_exact(3_600_000_000), "1 h");
    }

    #[test]
    fn durations_are_told_as_people_say_them() {
        let told = [12, 90, 600, 7200, 12_000].map(|seconds| duration(seconds * 1_000_000));
        assert_eq!(told, ["12 s", "1 min 30 s", "10 min", "2 h", "3 h 20 min"]);
    }

    #[test]
    fn durations_are_whole_and_short() {
        let shown =
            [0, 45, 5_400, 144_000, 86_461].map(|seconds| duration_exact(seconds * 1_000_000));
        assert_eq!(
            shown,
            ["0 s", "45 s", "1 h 30 min", "40 h", "24 h 1 min 1 s"]
        );
    }
}
