//! A scorecard with something of everything.

use std::collections::BTreeMap;

use khidma_proto::feedback as pb;
use khidma_proto::sla::Metric;

fn share(hits: u64, of: u64) -> pb::Estimate {
    let value = hits as f64 / of as f64;
    // About as wide as it would be; how it is made is tested where it is made.
    let half = 1.96 * (value * (1.0 - value) / of as f64).sqrt() + 1.0 / of as f64;
    pb::Estimate {
        value,
        count: of,
        low: (value - half).max(0.0),
        high: (value + half).min(1.0),
        confidence: 0.95,
        method: "wilson".into(),
    }
}

fn difference(value: f64, half: f64) -> pb::Estimate {
    pb::Estimate {
        value,
        count: 100,
        low: value - half,
        high: value + half,
        confidence: 0.95,
        method: "newcombe".into(),
    }
}

fn attained(metric: Metric, met: u64, breached: u64) -> pb::Attainment {
    pb::Attainment {
        metric: metric.into(),
        met,
        breached,
        running: 7,
        excluded: 3,
        kept: Some(share(met, met + breached)),
        change: Some(difference(0.021, 0.03)),
    }
}

fn joined(metric: Metric, kept: (u64, u64), broken: (u64, u64)) -> pb::Joined {
    let (kept, broken) = (share(kept.0, kept.1), share(broken.0, broken.1));
    let apart = kept.value - broken.value;
    pb::Joined {
        metric: metric.into(),
        kept: Some(kept),
        broken: Some(broken),
        difference: Some(difference(apart, 0.12)),
    }
}

fn said(synthetic: bool, scores: [u64; 5]) -> pb::Satisfaction {
    let all: u64 = scores.iter().sum();
    pb::Satisfaction {
        synthetic,
        scores: scores.to_vec(),
        csat: Some(share(scores[3] + scores[4], all)),
        change: Some(difference(-0.034, 0.05)),
        efforts: vec![1, 2, 3, 4, 30, 40, 20],
        effort: Some(pb::Estimate {
            value: 5.6,
            count: 100,
            low: 5.3,
            high: 5.9,
            confidence: 0.95,
            method: "student_t".into(),
        }),
        joined: vec![
            joined(Metric::Unspecified, (150, 180), (22, 60)),
            joined(Metric::Resolve, (160, 190), (20, 50)),
        ],
    }
}

fn period(from: &str, to: &str, met: u64) -> pb::ScorecardPeriod {
    pb::ScorecardPeriod {
        from: from.into(),
        to: to.into(),
        submitted: 1234,
        completed: 1180,
        attainment: vec![
            attained(Metric::Acknowledge, 1100, 80),
            attained(Metric::FirstResponse, 900, 280),
            attained(Metric::Resolve, met, 1180 - met),
        ],
        responses: Some(pb::Responses {
            asked: 900,
            answered: 240,
            expired: 640,
            waiting: 20,
            rate: Some(share(240, 880)),
        }),
        satisfaction: vec![
            said(false, [12, 20, 36, 92, 80]),
            said(true, [1, 2, 3, 4, 5]),
        ],
        concerns: Some(pb::ConcernFigures {
            raised: 9,
            published: 6,
            open: 2,
        }),
        actions: Some(pb::ActionFigures {
            opened: 5,
            done_in_time: 3,
            done_late: 1,
            dropped: 1,
            open: 2,
            overdue: 1,
            punctual: Some(share(3, 4)),
        }),
        thanks: 17,
        people: Some(pb::PeopleFigures {
            months: 3,
            headcount: 40,
            joiners: 6,
            leavers: 4,
            turnover: Some(0.0976),
            retention: Some(0.9256),
        }),
    }
}

/// IT's scorecard of the first quarter of 2026, with two quarters before.
pub(crate) fn card() -> pb::GetScorecardResponse {
    let text = |name: &str, standard: &str| pb::StandardText {
        name: name.into(),
        standard: standard.into(),
    };
    let laptop = [
        (
            "en",
            text("A new laptop", "Ready within five working days."),
        ),
        ("ar", text("حاسوب محمول جديد", "جاهز خلال خمسة أيام عمل.")),
    ];
    let laptop = laptop.map(|(language, text)| (language.to_owned(), text));
    pb::GetScorecardResponse {
        department_id: "it".into(),
        department: "IT & <Services>".into(),
        department_ids: vec!["helpdesk".into(), "it".into()],
        standards: vec![pb::Standard {
            offering_id: "laptop".into(),
            texts: BTreeMap::from(laptop),
            language: "en".into(),
        }],
        periods: vec![
            period("2026-01-01", "2026-04-01", 1000),
            period("2025-10-03", "2026-01-01", 960),
            period("2025-07-05", "2025-10-03", 830),
        ],
        surveys: vec![survey()],
        ..Default::default()
    }
}

fn survey() -> pb::SurveyFigures {
    let measure = |kind: pb::FigureKind, quality: pb::Quality, value, hits| pb::MeasureResult {
        kind: kind.into(),
        quality: quality.into(),
        estimate: Some(pb::Estimate {
            value,
            count: 60,
            low: value - 0.4,
            high: value + 0.4,
            confidence: 0.95,
            method: "student_t".into(),
        }),
        favourable: Some(share(hits, 60)),
        ..Default::default()
    };
    pb::SurveyFigures {
        title: "Eight qualities".into(),
        anonymity: pb::Anonymity::Anonymous.into(),
        invited: 80,
        answered: 60,
        response_rate: Some(share(60, 80)),
        measures: vec![
            measure(pb::FigureKind::Quality, pb::Quality::Speed, 3.4, 31),
            measure(pb::FigureKind::Quality, pb::Quality::TangibleTrust, 4.1, 48),
            measure(pb::FigureKind::Gap, pb::Quality::Accuracy, -0.6, 20),
            measure(
                pb::FigureKind::Recommendation,
                pb::Quality::Unspecified,
                12.0,
                25,
            ),
        ],
        ..Default::default()
    }
}
