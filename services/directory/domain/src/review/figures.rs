//! What may be told of the reviews of many.
//!
//! A theme is told where at least [`LEAST`] people share it, and its number in steps of as many: whoever leads people
//! knows who was reviewed when, and by watching an exact number they would learn who of them shared what.

use std::collections::{BTreeMap, BTreeSet};

use khidma_kernel::Date;

use super::Reviews;

/// The fewest people who share a theme that is told, and the step in which they are counted.
pub const LEAST: u32 = 5;

/// The reviews of many people in a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// How many people there are.
    pub people: u32,
    /// How many of them had a review.
    pub reviewed: u32,
    /// Each theme that enough of them share, with the number of people, rounded down to a multiple of [`LEAST`].
    pub themes: Vec<(String, u32)>,
}

/// The figures of these people's reviews on the days for which `within` is true, the themes most people share first.
pub fn figures<'a>(
    people: impl IntoIterator<Item = &'a Reviews>,
    within: impl Fn(Date) -> bool,
) -> Figures {
    let mut figures = Figures::default();
    let mut shared: BTreeMap<&String, u32> = BTreeMap::new();
    for person in people {
        figures.people += 1;
        let days = person.held.iter().filter(|(day, _)| within(**day));
        let mut days = days.map(|(_, themes)| themes).peekable();
        figures.reviewed += u32::from(days.peek().is_some());
        // A person counts once, in however many reviews.
        let themes: BTreeSet<&String> = days.flatten().collect();
        for theme in themes {
            *shared.entry(theme).or_default() += 1;
        }
    }
    let told = shared
        .into_iter()
        .map(|(theme, people)| (theme.clone(), people - people % LEAST));
    figures.themes = told.filter(|(_, people)| *people > 0).collect();
    figures.themes.sort_by_key(|(_, people)| u32::MAX - people);
    figures
}
