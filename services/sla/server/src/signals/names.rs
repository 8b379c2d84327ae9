//! What metrics and spans are called that a dashboard or an operator asks for, in one place: the service that tells
//! them, the dashboard's test and the operator's page all mean these.

/// A metric: what it is called and what is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    /// Its name, `khidma.…`.
    pub name: &'static str,
    /// Its kind.
    pub kind: Kind,
    /// Its unit, in UCUM.
    pub unit: &'static str,
    /// What it says.
    pub description: &'static str,
    /// The names of its labels.
    pub labels: &'static [&'static str],
}

/// What can be done with a metric's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// How much there is now.
    Gauge,
    /// How often it happened since the process began.
    Counter,
    /// How the values are distributed since the process began.
    Histogram,
}

/// Service levels.
pub mod sla {
    use super::{Kind, Metric};

    /// Clocks that run or are paused. `state` is `running` or `paused`. Every process that serves service levels tells
    /// all of them: ask for the largest, not the sum.
    pub const CLOCKS_OPEN: Metric = Metric {
        name: "khidma.sla.clocks.open",
        kind: Kind::Gauge,
        unit: "{clock}",
        description: "Clocks that have started and not finished",
        labels: &["department", "metric", "state"],
    };
    /// Breaches, counted by the process that recorded them. Add 0 when a clock starts, or the first breach of a
    /// department is not seen as growth.
    pub const BREACHES: Metric = Metric {
        name: "khidma.sla.breaches",
        kind: Kind::Counter,
        unit: "{breach}",
        description: "Clocks that were found to be over their target",
        labels: &["department", "metric"],
    };
    /// Warnings, counted as [`BREACHES`] are. `percent` is the threshold.
    pub const WARNINGS: Metric = Metric {
        name: "khidma.sla.warnings",
        kind: Kind::Counter,
        unit: "{warning}",
        description: "Thresholds that clocks have passed",
        labels: &["department", "metric", "percent"],
    };
    /// Promises that were kept, and promises that were broken, of all history. `outcome` is `met` or `breached`;
    /// attainment is the share of `met`. A promise is broken as soon as it is, also while its clock goes on. Told by
    /// every process, as [`CLOCKS_OPEN`].
    pub const FINISHED: Metric = Metric {
        name: "khidma.sla.finished",
        kind: Kind::Gauge,
        unit: "{clock}",
        description: "Promises kept and broken, in all history",
        labels: &["department", "metric", "outcome"],
    };
    /// How late a warning or breach was recorded after the instant at which it became true.
    pub const TIMER_LATENESS: Metric = Metric {
        name: "khidma.sla.timer.lateness",
        kind: Kind::Histogram,
        unit: "s",
        description: "How late warnings and breaches are recorded",
        labels: &[],
    };
    /// Bounds of [`TIMER_LATENESS`], in seconds: fine up to the second, coarse where a process was down.
    pub const TIMER_LATENESS_BOUNDS: [f64; 14] = [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0, 600.0, 3600.0, 86_400.0,
    ];
    /// All metrics of service levels.
    pub const METRICS: [Metric; 5] = [CLOCKS_OPEN, BREACHES, WARNINGS, FINISHED, TIMER_LATENESS];

    /// The request that a clock is about.
    pub const REQUEST_ID: &str = "khidma.request.id";
    /// Which promise the clock measures, `resolve`.
    pub const METRIC: &str = "khidma.sla.metric";
    /// How it ended: `met`, `breached` or `cancelled`.
    pub const OUTCOME: &str = "khidma.sla.outcome";
    /// The policy that set its target.
    pub const POLICY: &str = "khidma.sla.policy";
    /// Who owed it.
    pub const DEPARTMENT: &str = "khidma.sla.department";
    /// How long it may take, in seconds of the time that counts.
    pub const TARGET_SECONDS: &str = "khidma.sla.target_seconds";
    /// How long it took, in seconds of the time that counts.
    pub const ELAPSED_SECONDS: &str = "khidma.sla.elapsed_seconds";
    /// At how much of its target it warned, in percent.
    pub const PERCENT: &str = "khidma.sla.percent";
    /// All attributes of a clock's spans.
    pub const ATTRIBUTES: [&str; 8] = [
        REQUEST_ID,
        METRIC,
        OUTCOME,
        POLICY,
        DEPARTMENT,
        TARGET_SECONDS,
        ELAPSED_SECONDS,
        PERCENT,
    ];
}
