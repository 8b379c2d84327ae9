//! Charts as SVG within the page. What they show stands in a table too; their text alternative says it in a sentence.

use std::fmt::Write;

use crate::html::text;
use crate::words::Words;

/// How wide a chart is, in units of its own; it grows and shrinks with the page.
const WIDTH: f64 = 720.0;
/// How much of it the labels of bars have.
const LABELS: f64 = 230.0;
/// How much the numbers behind bars have.
const NUMBERS: f64 = 90.0;
/// How high a bar with its gap is.
const ROW: f64 = 36.0;

/// One bar: a share of all, and how sure it is.
#[derive(Debug, Clone)]
pub(crate) struct Bar {
    /// What it is of.
    pub label: String,
    /// How much, from 0 to 1.
    pub value: f64,
    /// Its range, if it has one.
    pub range: Option<(f64, f64)>,
    /// What is written behind it.
    pub shown: String,
    /// Its class: which colour it has.
    pub class: &'static str,
}

/// Where something stands whose place is counted from where reading begins.
struct Place {
    right_to_left: bool,
}

impl Place {
    /// The place `x` units from where reading begins.
    fn at(&self, x: f64) -> f64 {
        match self.right_to_left {
            true => WIDTH - x,
            false => x,
        }
    }

    /// Where a box begins that reaches from `x` on, `width` wide.
    fn left(&self, x: f64, width: f64) -> f64 {
        match self.right_to_left {
            true => WIDTH - x - width,
            false => x,
        }
    }
}

fn open(title: &str, said: &str, height: f64) -> String {
    let (title, said) = (text(title), text(said));
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{title}. {said}\">\n<title>{title}</title>\n"
    )
}

/// Bars under one another, each on a track that is the whole.
pub(crate) fn bars(words: &Words, title: &str, bars: &[Bar]) -> String {
    let place = Place {
        right_to_left: words.is_right_to_left(),
    };
    let said: Vec<_> = bars
        .iter()
        .map(|bar| format!("{}: {}", bar.label, bar.shown))
        .collect();
    let mut svg = open(title, &said.join("; "), ROW * bars.len() as f64);
    for (number, bar) in bars.iter().enumerate() {
        one_bar(&place, bar, ROW * number as f64, &mut svg);
    }
    svg + "</svg>\n"
}

fn one_bar(place: &Place, bar: &Bar, top: f64, svg: &mut String) {
    let track = WIDTH - LABELS - NUMBERS;
    let (middle, high) = (top + ROW / 2.0, ROW - 16.0);
    let width = track * bar.value.clamp(0.0, 1.0);
    // Writing to a string does not fail, here and below.
    let _ = writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" class=\"label\">{}</text>",
        place.at(0.0),
        middle + 5.0,
        text(&bar.label)
    );
    for (class, width) in [("track", track), (bar.class, width)] {
        let _ = writeln!(
            svg,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{high:.1}\" class=\"{class}\"/>",
            place.left(LABELS, width),
            top + 8.0
        );
    }
    if let Some((low, up)) = bar.range {
        let ends = [low, up].map(|end| place.at(LABELS + track * end.clamp(0.0, 1.0)));
        whisker(ends, middle, svg);
    }
    let _ = writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" class=\"number\">{}</text>",
        place.at(WIDTH - NUMBERS + 10.0),
        middle + 5.0,
        text(&bar.shown)
    );
}

fn whisker([from, to]: [f64; 2], middle: f64, svg: &mut String) {
    let (above, below) = (middle - 6.0, middle + 6.0);
    let _ = writeln!(
        svg,
        "<path class=\"whisker\" d=\"M{from:.1} {above:.1}V{below:.1}M{from:.1} {middle:.1}H{to:.1}M{to:.1} {above:.1}V{below:.1}\"/>"
    );
}

/// Some shares over time.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// What they are of.
    pub label: String,
    /// The earliest first; `None` where nothing is known. Each with its range.
    pub points: Vec<Option<(f64, f64, f64)>>,
    /// Its class: which colour and which mark it has.
    pub class: &'static str,
}

/// How high the plot of lines is, and what is above and below it.
const PLOT: f64 = 200.0;
const ABOVE: f64 = 44.0;
const BELOW: f64 = 34.0;
/// How much the numbers of the scale have.
const SCALE: f64 = 70.0;

/// Lines over the same periods, from 0 to all; `periods` are their labels, the earliest first.
pub(crate) fn lines(words: &Words, title: &str, periods: &[String], lines: &[Line]) -> String {
    let place = Place {
        right_to_left: words.is_right_to_left(),
    };
    let said = lines.iter().map(|line| {
        let points = line.points.iter().zip(periods);
        let points: Vec<_> = points
            .filter_map(|(point, period)| Some((period, (*point)?.0)))
            .map(|(period, value)| format!("{period} {}", words.percent(value)))
            .collect();
        format!("{}: {}", line.label, points.join(", "))
    });
    let said: Vec<_> = said.collect();
    let mut svg = open(title, &said.join("; "), ABOVE + PLOT + BELOW);
    scale(words, &place, &mut svg);
    let step = (WIDTH - SCALE) / periods.len().max(1) as f64;
    let x_of = |number: usize| SCALE + step * (number as f64 + 0.5);
    for (number, period) in periods.iter().enumerate() {
        let (x, y) = (place.at(x_of(number)), ABOVE + PLOT + 22.0);
        let period = text(period);
        let _ = writeln!(
            svg,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" class=\"middle\">{period}</text>"
        );
    }
    for (number, line) in lines.iter().enumerate() {
        // A little apart, so that ranges do not hide one another.
        let apart = (number as f64 - (lines.len() as f64 - 1.0) / 2.0) * 10.0;
        let points = line.points.iter().enumerate();
        let points =
            points.map(|(at, point)| point.map(|point| (place.at(x_of(at) + apart), point)));
        draw(line.class, points, &mut svg);
        legend(&place, line, 20.0 + 330.0 * number as f64, &mut svg);
    }
    svg + "</svg>\n"
}

fn y_of(value: f64) -> f64 {
    ABOVE + PLOT * (1.0 - value.clamp(0.0, 1.0))
}

fn scale(words: &Words, place: &Place, svg: &mut String) {
    for part in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let (y, from, to) = (y_of(part), place.at(SCALE), place.at(WIDTH));
        let _ = writeln!(
            svg,
            "<path class=\"grid\" d=\"M{from:.1} {y:.1}H{to:.1}\"/>"
        );
        let shown = words.with(
            "percent",
            &[("number", &words.count((part * 100.0) as u64))],
        );
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" class=\"label\">{}</text>",
            place.at(0.0),
            y + 5.0,
            text(&shown)
        );
    }
}

fn draw(
    class: &str,
    points: impl Iterator<Item = Option<(f64, (f64, f64, f64))>>,
    svg: &mut String,
) {
    let (mut path, mut marks, mut joins) = (String::new(), String::new(), false);
    for point in points {
        // Where nothing is known the line is broken.
        let Some((x, (value, low, high))) = point else {
            joins = false;
            continue;
        };
        let y = y_of(value);
        let _ = write!(path, "{}{x:.1} {y:.1}", if joins { "L" } else { "M" });
        joins = true;
        let (low, high) = (y_of(low), y_of(high));
        let _ = writeln!(
            marks,
            "<path class=\"whisker\" d=\"M{x:.1} {low:.1}V{high:.1}\"/>{}",
            mark(class, x, y)
        );
    }
    let _ = writeln!(svg, "<path class=\"line {class}\" d=\"{path}\"/>\n{marks}");
}

/// Marks differ by form too, for those who do not tell the colours apart.
fn mark(class: &str, x: f64, y: f64) -> String {
    match class {
        "first" => format!("<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"6\"/>"),
        _ => format!(
            "<rect class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"11\" height=\"11\"/>",
            x - 5.5,
            y - 5.5
        ),
    }
}

fn legend(place: &Place, line: &Line, x: f64, svg: &mut String) {
    let _ = writeln!(
        svg,
        "{}<text x=\"{:.1}\" y=\"19\" class=\"label\">{}</text>",
        mark(line.class, place.at(x), 14.0),
        place.at(x + 14.0),
        text(&line.label)
    );
}
