//! What stands on the page.

use khidma_feedback_page::{LANGUAGES, page};
use khidma_proto::feedback as pb;

use crate::card::card;

/// Without the marks that set what is inserted apart.
fn plain(page: &str) -> String {
    page.replace(['\u{2068}', '\u{2069}', '\u{200e}'], "")
}

#[test]
fn the_figures_stand_on_it_with_how_sure_they_are() {
    let english = plain(&page(&card(), "en-US").unwrap());
    for said in [
        "<html lang=\"en\" dir=\"ltr\">",
        "1 Jan 2026 – 31 Mar 2026",
        "helpdesk, it",
        // 1000 of 1180 promises.
        "84.7 %",
        "+2.1 points",
        "Synthetic answers",
        "60 of 80 answered",
        "Quality: speed",
        "Ready within five working days.",
        "92.6 %",
    ] {
        assert!(english.contains(said), "{said}");
    }
    let arabic = plain(&page(&card(), "ar-EG").unwrap());
    for said in [
        "<html lang=\"ar\" dir=\"rtl\">",
        "إجابات اصطناعية",
        "جاهز خلال",
    ] {
        assert!(arabic.contains(said), "{said}");
    }
    let persian = plain(&page(&card(), "fa").unwrap());
    assert!(persian.contains("dir=\"rtl\"") && persian.contains("۸۴٫۷٪"));
    assert!(page(&card(), "de").unwrap().contains("lang=\"en\""));
}

#[test]
fn it_needs_nothing_but_itself() {
    for language in LANGUAGES {
        let page = page(&card(), language).unwrap();
        for loads in [
            "http:", "https:", "//", "src=", "href=", "url(", "@import", "<script", "<link",
        ] {
            assert!(!page.contains(loads), "{language}: {loads}");
        }
        assert!(page.contains("default-src 'none'"));
    }
}

#[test]
fn every_chart_is_told_and_stands_as_a_table() {
    for language in LANGUAGES {
        let page = page(&card(), language).unwrap();
        let charts = page.split("<svg ").skip(1);
        for chart in charts {
            let attributes = chart.split('>').next().unwrap();
            assert!(
                attributes.contains("role=\"img\" aria-label=\""),
                "{language}"
            );
            let after = chart.split_once("</svg>").unwrap().1;
            let next = after.find("<svg ").unwrap_or(after.len());
            assert!(after[..next].contains("<table>"), "{language}");
        }
        assert_eq!(page.matches("<svg ").count(), 7, "{language}");
    }
}

#[test]
fn what_others_wrote_is_text() {
    let mut card = card();
    let evil = "</title><script>alert(1)</script>\" onload='x'";
    card.department = evil.into();
    card.department_ids = vec![evil.into(), evil.into()];
    for standard in &mut card.standards {
        for text in standard.texts.values_mut() {
            text.name = evil.into();
            text.standard = evil.into();
        }
    }
    for period in &mut card.periods {
        period.from = evil.into();
        period.to = evil.into();
    }
    let page = page(&card, "en").unwrap();
    assert!(!page.contains("<script") && !page.contains("onload='"));
    assert_eq!(page.matches("</title>").count(), 8);
}

#[test]
fn where_nothing_is_known_that_is_said() {
    let mut empty = card();
    empty.standards.clear();
    empty.surveys.clear();
    empty.periods = vec![pb::ScorecardPeriod {
        from: "2026-01-01".into(),
        to: "2026-04-01".into(),
        ..Default::default()
    }];
    let page = page(&empty, "en").unwrap();
    for said in [
        "No promise ended",
        "Nobody answered",
        "No answered request",
        "Nothing is promised in words",
        "No figures of people",
        "No survey of this department",
    ] {
        assert!(page.contains(said), "{said}");
    }
    assert!(!page.contains("<svg ") && !page.contains("NaN"));
}
