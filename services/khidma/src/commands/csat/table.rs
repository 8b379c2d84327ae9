//! A table of answers, as it is read and written.

use std::path::Path;

use khidma_edge::instant::time_out;
use khidma_kernel::Timestamp;
use khidma_proto::feedback::ImportAnswersRequest;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// A line of the table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    /// The request, by its id here.
    #[serde(default)]
    pub(super) request: String,
    /// The request, as the other system calls it.
    #[serde(default)]
    pub(super) external_id: String,
    /// 1 to 5.
    pub(super) score: u32,
    /// 1 to 7; empty if it is not known.
    #[serde(default)]
    pub(super) effort: Option<u32>,
    /// In their words.
    #[serde(default)]
    pub(super) comment: String,
    /// When, in RFC 3339.
    pub(super) answered_at: String,
    /// `true` where nobody ever gave it; empty is `false`.
    #[serde(default)]
    pub(super) synthetic: Option<bool>,
}

/// Reads and checks all of a table, so that nothing is sent of one that makes no sense.
pub(super) fn read(file: &Path, source: &str) -> Result<Vec<ImportAnswersRequest>, Failure> {
    let shown = file.display();
    let wrong = |error: ::csv::Error| Failure::Usage(format!("{shown}: {error}"));
    let mut reader = ::csv::Reader::from_path(file).map_err(wrong)?;
    let mut answers = Vec::new();
    for (number, line) in (2..).zip(reader.deserialize::<Line>()) {
        let answer = message(line.map_err(wrong)?, source);
        let answer = answer.map_err(|why| Failure::Usage(format!("{shown}, line {number}: {why}")));
        answers.push(answer?);
    }
    Ok(answers)
}

fn message(line: Line, source: &str) -> Result<ImportAnswersRequest, String> {
    let named = match (line.request.is_empty(), line.external_id.is_empty()) {
        (false, true) => None,
        (true, false) if source.is_empty() => {
            return Err("--source says which system calls it so".to_owned());
        }
        (true, false) => Some(source.to_owned()),
        (true, true) => return Err("it names no request".to_owned()),
        (false, false) => return Err("it names a request in two ways".to_owned()),
    };
    let at: Result<Timestamp, _> = line.answered_at.parse();
    Ok(ImportAnswersRequest {
        service_request_id: line.request,
        source: named.unwrap_or_default(),
        external_id: line.external_id,
        score: line.score,
        effort: line.effort.unwrap_or_default(),
        comment: line.comment,
        answered_at: Some(time_out(at.map_err(|error| error.to_string())?)),
        synthetic: line.synthetic.unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str, source: &str) -> Result<Vec<ImportAnswersRequest>, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("answers.csv");
        std::fs::write(&file, text).unwrap();
        read(&file, source).map_err(|error| error.to_string())
    }

    #[test]
    fn columns_stand_in_any_order_and_some_may_be_missing() {
        let text =
            "score,answered_at,external_id,comment\n4,2026-03-01T09:00:00Z,17,\"خوب, ممنون\"\n";
        let read = read_text(text, "helpdesk").unwrap();
        assert_eq!((&*read[0].external_id, read[0].score), ("17", 4));
        assert_eq!(read[0].comment, "خوب, ممنون");
        assert!(!read[0].synthetic && read[0].effort == 0);
    }

    #[test]
    fn what_makes_no_sense_is_told_with_its_line() {
        let head = "request,external_id,score,answered_at";
        for (line, why) in [
            ("a,,5,yesterday", "yesterday"),
            (",,5,2026-03-01T09:00:00Z", "names no request"),
            ("a,b,5,2026-03-01T09:00:00Z", "two ways"),
            (",b,5,2026-03-01T09:00:00Z", "--source"),
            ("a,,good,2026-03-01T09:00:00Z", "line: 2"),
            ("a,5", "line: 2"),
        ] {
            let refused = read_text(&format!("{head}\n{line}\n"), "").unwrap_err();
            assert!(
                refused.contains(why) && refused.contains("line"),
                "{refused}"
            );
        }
        assert!(
            read_text("request,score\na,5\n", "")
                .unwrap_err()
                .contains("answered_at")
        );
        assert!(
            read_text("request,score,answered_at,mood\n", "")
                .unwrap()
                .is_empty()
        );
        let more = "request,score,answered_at,mood\na,5,2026-03-01T09:00:00Z,good\n";
        assert!(read_text(more, "").unwrap_err().contains("mood"));
    }
}
