//! No sequence of questions to the results tells what fewer did than the threshold says; and what they tell is right.
//!
//! The attacker asks whatever can be asked and computes whatever can be computed. What every person answers is made unlike
//! what any other does, so each figure shown says by itself whose answers are in it: the attack needs no look inside.

use std::collections::{BTreeMap, BTreeSet};

use khidma_events::directory::PersonKind;
use khidma_events::feedback::{
    AnswerKind, Choice, Definition, Item, Measure, Quality, Section, Texts, Thresholds, Value,
    Values,
};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::subsequence;

use super::{Cell, Figures, Filter, Frozen, Shown, Tally, Unit, units};

const DEPARTMENTS: [&str; 4] = ["finance", "hr", "it", "office"];
const KINDS: [PersonKind; 2] = [PersonKind::Employee, PersonKind::Supplier];
const LANGUAGES: [&str; 2] = ["en", "fa"];
/// What two people answer is never the same, and what one expects never what another experiences.
const APART: i32 = 1000;

/// Who answered what, by their number.
#[derive(Debug, Clone)]
struct Person {
    cell: Cell,
    values: Values,
}

fn scale(key: &str, measure: Option<Measure>) -> Item {
    let (min, max, labels) = (0, 2 * APART, BTreeMap::new());
    item(key, AnswerKind::Scale { min, max, labels }, measure)
}

fn item(key: &str, answer: AnswerKind, measure: Option<Measure>) -> Item {
    Item {
        key: key.into(),
        text: Texts::new(),
        answer,
        required: false,
        when: None,
        measure,
    }
}

/// One item of each kind, and two that are compared.
fn definition() -> Definition {
    let option = |number: i32| Choice {
        key: number.to_string(),
        text: Texts::new(),
    };
    let options = || (0..200).map(option).collect();
    let (min, max) = (None, None);
    let speed = Quality::Speed;
    let items = vec![
        scale("content", None),
        scale("expected", Some(Measure::Expectation(speed))),
        item("best", AnswerKind::Choice { options: options() }, None),
        scale("experienced", Some(Measure::Perception(speed))),
        item("hours", AnswerKind::Number { min, max }, None),
        item("words", AnswerKind::Text { at_most: 100 }, None),
    ];
    Definition {
        title: Texts::new(),
        intro: Texts::new(),
        language: "en".into(),
        sections: vec![Section {
            key: "all".into(),
            title: Texts::new(),
            items,
        }],
    }
}

/// Somebody, and which items they answer: content (with the hours), both of what is compared, the best, their words.
type Draw = ((usize, usize, usize, i32), [bool; 5]);

fn person(
    number: usize,
    by: [bool; 4],
    ((department, kind, language, day), does): &Draw,
) -> Person {
    let own = i32::try_from(number).unwrap();
    let said = [
        ("content", does[0], Value::Scale(own)),
        ("hours", does[0], Value::Number(f64::from(own) * 0.37 + 1e6)),
        ("expected", does[1], Value::Scale(own)),
        ("experienced", does[2], Value::Scale(APART + own)),
        ("best", does[3], Value::Choice(own.to_string())),
        ("words", does[4], Value::Text(own.to_string())),
    ];
    let said = said.into_iter().filter(|(_, does, _)| *does);
    Person {
        cell: Cell {
            department: by[0].then(|| DEPARTMENTS[*department].parse().unwrap()),
            kind: by[1].then(|| KINDS[*kind]),
            language: by[2].then(|| LANGUAGES[*language].to_owned()),
            day: by[3].then_some(*day),
        },
        values: said
            .map(|(key, _, value)| (key.to_owned(), value))
            .collect(),
    }
}

fn people() -> impl Strategy<Value = Vec<Person>> {
    let does = [0.9, 0.8, 0.8, 0.5, 0.4].map(prop::bool::weighted);
    // Small departments are as likely as large ones.
    let department = prop_oneof![8 => Just(2), 3 => Just(1), 2 => Just(0), 1 => Just(3)];
    let draw = ((department, 0..2usize, 0..2usize, 0..3i32), does);
    let by = prop::array::uniform4(any::<bool>());
    (by, vec(draw, 0..100)).prop_map(|(by, draws)| {
        let draws = draws.iter().enumerate();
        draws
            .map(|(number, draw)| person(number, by, draw))
            .collect()
    })
}

fn filter() -> impl Strategy<Value = Filter> {
    let some = |all: usize| subsequence((0..all).collect::<Vec<_>>(), 0..all);
    let day = || weighted(0.3, 0..3i32);
    (some(4), some(2), some(2), day(), day()).prop_map(
        |(departments, kinds, languages, from, until)| Filter {
            departments: departments
                .iter()
                .map(|n| DEPARTMENTS[*n].parse().unwrap())
                .collect(),
            kinds: kinds.iter().map(|n| KINDS[*n]).collect(),
            languages: languages.iter().map(|n| LANGUAGES[*n].to_owned()).collect(),
            from,
            until,
        },
    )
}

fn thresholds() -> impl Strategy<Value = Thresholds> {
    (3..8u32, 3..12u32).prop_map(|(ratings, comments)| Thresholds { ratings, comments })
}

fn freeze(people: &[Person], thresholds: Thresholds) -> Frozen {
    let units = units(&definition());
    let mut counted: BTreeMap<Cell, Vec<Tally>> = BTreeMap::new();
    for person in people {
        let tallies = counted.entry(person.cell.clone()).or_default();
        tallies.resize_with(units.len(), Tally::default);
        for (unit, tally) in units.iter().zip(tallies) {
            if let Some(one) = unit.count(&person.values) {
                tally.add(&one);
            }
        }
    }
    Frozen::new(units, counted, thresholds)
}

type Group = BTreeSet<usize>;

fn numbers<'a>(values: impl IntoIterator<Item = &'a i32>, less: i32) -> Group {
    let values = values.into_iter();
    values
        .map(|value| usize::try_from(value - less).unwrap())
        .collect()
}

/// Whose answers are in what is shown, as it gives away itself; `None` where it cannot.
fn whose(shown: &Shown<'_>) -> Option<Group> {
    match &shown.tally.figures {
        Figures::None if shown.tally.count == 0 => Some(Group::new()),
        Figures::Counts(counts) => Some(numbers(counts.keys(), 0)),
        Figures::Gap {
            expected,
            experienced,
            gaps,
        } => {
            // All three are about the same people: no difference of their sums is about a part of them.
            let group = numbers(expected.keys(), 0);
            assert_eq!(group, numbers(experienced.keys(), APART));
            assert_eq!(gaps.values().sum::<u32>() as usize, group.len());
            Some(group)
        }
        Figures::None | Figures::Moments { .. } => None,
    }
}

/// The smallest group that anything can be computed about from figures of these groups.
///
/// What can be computed are sums of figures, each taken any number of times: a person's answer is in the outcome as often
/// as these say, and that is the same for all who are in exactly the same groups. So whatever comes out is about some of the
/// classes of people who are alike in that, each class wholly or not at all.
fn smallest_visible(groups: &[Group]) -> Option<usize> {
    let seen: BTreeSet<usize> = groups.iter().flatten().copied().collect();
    let mut classes: BTreeMap<Vec<bool>, usize> = BTreeMap::new();
    for person in seen {
        let within = groups.iter().map(|group| group.contains(&person)).collect();
        *classes.entry(within).or_default() += 1;
    }
    classes.into_values().min()
}

/// Who answered a unit and is asked for, as anybody would count them who may see everything.
fn asked_for(people: &[Person], filter: &Filter, unit: &Unit) -> Group {
    let has = |person: &Person, key: &str| person.values.contains_key(key);
    let answered = |person: &Person| match unit {
        Unit::Answered => true,
        Unit::One { item, .. } => has(person, item),
        Unit::Gap { .. } => has(person, "expected") && has(person, "experienced"),
    };
    let people = people.iter().enumerate();
    let fits = people.filter(|(_, person)| filter.takes(&person.cell) && answered(person));
    fits.map(|(number, _)| number).collect()
}

#[test]
fn the_attack_finds_whom_simple_suppression_gives_away() {
    let everybody: Group = (0..10).collect();
    let all_but_one: Group = (0..9).collect();
    // Each is large enough; the difference is one person.
    assert_eq!(smallest_visible(&[everybody.clone(), all_but_one]), Some(1));
    let halves = [(0..5).collect(), everybody.clone()];
    assert_eq!(smallest_visible(&halves), Some(5));
    // No two of these differ by fewer than three, but the first two and the last do.
    let three = [(0..6).collect(), (5..10).collect(), everybody];
    assert_eq!(smallest_visible(&three), Some(1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_sequence_of_questions_reveals_a_group_under_the_threshold(
        people in people(),
        thresholds in thresholds(),
        filters in vec(filter(), 1..40),
    ) {
        let frozen = freeze(&people, thresholds);
        for unit in units(&definition()) {
            let threshold = if unit.is_text() { thresholds.comments } else { thresholds.ratings };
            let mut groups = Vec::new();
            for filter in &filters {
                let shown = frozen.show(filter);
                let shown = shown.iter().find(|shown| *shown.unit == unit).unwrap();
                // Of texts what is shown are those of some cells.
                let cells = frozen.shown_cells(filter, &unit);
                let fitting = asked_for(&people, &Filter::default(), &unit);
                let of_cells: Group = fitting
                    .into_iter()
                    .filter(|number| cells.contains(&&people[*number].cell))
                    .collect();
                prop_assert_eq!(shown.tally.count as usize, of_cells.len());
                if let Some(group) = whose(shown) {
                    prop_assert_eq!(&group, &of_cells);
                }
                let asked = asked_for(&people, filter, &unit);
                prop_assert!(of_cells.is_subset(&asked));
                // It is said that somebody is not in what is shown, and never why: that would tell of the few.
                let everybody = asked_for(&people, &Filter::default(), &unit);
                prop_assert!(shown.left_out || of_cells == everybody);
                groups.push(of_cells);
            }
            if let Some(smallest) = smallest_visible(&groups) {
                prop_assert!(smallest >= threshold as usize, "{unit:?}: {smallest}");
            }
        }
    }

    /// The groups of two units lie in each other or apart, taken by their cells: so nothing comes of setting figures of one against
    /// those of the other, however the one follows from the other.
    #[test]
    fn figures_of_different_units_cannot_be_set_against_each_other(
        people in people(),
        thresholds in thresholds(),
        filters in vec(filter(), 1..40),
    ) {
        let frozen = freeze(&people, thresholds);
        let threshold = thresholds.ratings.min(thresholds.comments) as usize;
        // Whoever is in the cells, also if they did not answer that unit: as if who answers it followed from another.
        let in_cells = |unit: &Unit, filter: &Filter| -> Group {
            let cells = frozen.shown_cells(filter, unit);
            let people = people.iter().enumerate();
            people.filter(|(_, person)| cells.contains(&&person.cell)).map(|(number, _)| number).collect()
        };
        let all: Vec<Group> = units(&definition())
            .iter()
            .flat_map(|unit| filters.iter().map(|filter| in_cells(unit, filter)))
            .collect();
        if let Some(smallest) = smallest_visible(&all) {
            prop_assert!(smallest >= threshold, "{smallest}");
        }
    }

    #[test]
    fn what_is_shown_is_what_anybody_would_count(
        people in people(),
        thresholds in thresholds(),
        filter in filter(),
    ) {
        let frozen = freeze(&people, thresholds);
        let shown = frozen.show(&filter);
        // Who says how content they are says the hours too: by the first one sees whose hours are shown.
        let group = shown.iter().find_map(|shown| match shown.unit {
            Unit::One { item, .. } if item == "content" => whose(shown),
            _ => None,
        });
        let hours: Vec<f64> = group
            .unwrap()
            .iter()
            .map(|number| match people[*number].values["hours"] {
                Value::Number(hours) => hours,
                _ => unreachable!(),
            })
            .collect();
        let mean = hours.iter().sum::<f64>() / hours.len() as f64;
        let squares: f64 = hours.iter().map(|hours| (hours - mean).powi(2)).sum();
        let counted = shown.iter().find(|shown| matches!(shown.tally.figures, Figures::Moments { .. }));
        match counted.map(|shown| (shown.tally.count as usize, &shown.tally.figures)) {
            Some((count, Figures::Moments { mean: ours, squares: our_squares })) => {
                prop_assert_eq!(count, hours.len());
                prop_assert!((mean - ours).abs() < 1e-9 * mean, "{mean} {ours}");
                prop_assert!((squares - our_squares).abs() < 1e-9 * squares.max(1.0));
            }
            _ => prop_assert!(hours.is_empty()),
        }
    }

    /// Nothing is held back that need not be.
    #[test]
    fn all_together_are_shown_and_so_is_a_department_that_is_large_enough(
        people in people(),
        thresholds in thresholds(),
    ) {
        let frozen = freeze(&people, thresholds);
        let threshold = thresholds.ratings as usize;
        for unit in units(&definition()).iter().filter(|unit| !unit.is_text()) {
            let count = |filter: &Filter| {
                let shown = frozen.show(filter);
                shown.into_iter().find(|shown| shown.unit == unit).unwrap().tally.count as usize
            };
            let all = asked_for(&people, &Filter::default(), unit).len();
            let expected = if all < threshold { 0 } else { all };
            prop_assert_eq!(count(&Filter::default()), expected);
            let departments = DEPARTMENTS.map(|department| Filter {
                departments: BTreeSet::from([department.parse().unwrap()]),
                ..Filter::default()
            });
            let sizes = departments.clone().map(|one| asked_for(&people, &one, unit).len());
            let small: usize = sizes.iter().filter(|size| **size < threshold).sum();
            let known = people.iter().all(|person| person.cell.department.is_some());
            let at_all = *unit == Unit::Answered;
            if at_all && known && (small == 0 || small >= threshold) {
                for (filter, size) in departments.iter().zip(sizes) {
                    prop_assert_eq!(count(filter), if size < threshold { 0 } else { size });
                }
            }
        }
    }
}

/// Of two compared items both are asked on one scale; else each stands for itself.
#[test]
fn only_what_can_be_compared_is_one_unit() {
    let keys = |definition: &Definition| -> Vec<String> {
        let name = |unit: &Unit| match unit {
            Unit::Answered => "answered".to_owned(),
            Unit::One { item, .. } => item.clone(),
            Unit::Gap {
                expectation,
                perception,
                ..
            } => format!("{perception}-{expectation}"),
        };
        units(definition).iter().map(name).collect()
    };
    let mut asked = definition();
    let expected = [
        "answered",
        "content",
        "experienced-expected",
        "best",
        "hours",
        "words",
    ];
    assert_eq!(keys(&asked), expected);
    let items = &mut asked.sections[0].items;
    items[3].answer = AnswerKind::Scale {
        min: 0,
        max: 3,
        labels: BTreeMap::new(),
    };
    let apart = [
        "answered",
        "content",
        "expected",
        "best",
        "experienced",
        "hours",
        "words",
    ];
    assert_eq!(keys(&asked), apart);
    asked.sections[0].items[3] = scale("experienced", Some(Measure::Perception(Quality::Cost)));
    assert_eq!(keys(&asked), apart);
}

/// IT has seven, Finance two and HR two: IT stands by itself, the others only together with somebody.
#[test]
fn what_is_left_over_joins_a_neighbour() {
    let crowd = |sizes: [usize; 3]| -> Vec<Person> {
        let each = sizes.iter().enumerate();
        let each = each.flat_map(|(department, size)| vec![department; *size]);
        let draw = |department| ((department, 0, 0, 0), [true; 5]);
        let by = [true, false, false, false];
        each.enumerate()
            .map(|(number, department)| person(number, by, &draw(department)))
            .collect()
    };
    let thresholds = Thresholds {
        ratings: 4,
        comments: 4,
    };
    let shown = |sizes, departments: &[&str]| {
        let frozen = freeze(&crowd(sizes), thresholds);
        let filter = Filter {
            departments: departments.iter().map(|id| id.parse().unwrap()).collect(),
            ..Filter::default()
        };
        frozen.show(&filter)[0].tally.count
    };
    assert_eq!(shown([2, 2, 7], &["it"]), 7);
    assert_eq!(shown([2, 2, 7], &["finance"]), 0);
    assert_eq!(shown([2, 2, 7], &["finance", "hr"]), 4);
    assert_eq!(shown([2, 2, 7], &["finance", "it"]), 7);
    // Three of HR alone are too few, and would be known from all but IT: they are shown with the smaller one only.
    assert_eq!(shown([9, 3, 7], &["it"]), 0);
    assert_eq!(shown([9, 3, 7], &["hr", "it"]), 10);
    assert_eq!(shown([9, 3, 7], &["finance"]), 9);
    assert_eq!(shown([9, 3, 7], &[]), 19);
    assert_eq!(shown([1, 1, 1], &[]), 0);
}
