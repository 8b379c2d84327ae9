//! The results of a round that is over: what is shown of them never changes any more.

use std::collections::BTreeMap;

use khidma_events::feedback::Thresholds;

use super::atoms::{atoms, coarser};
use super::{Cell, Filter, Tally, Unit};

/// The results of a round that is over, in atoms.
#[derive(Debug, Clone)]
pub struct Frozen {
    cells: Vec<Cell>,
    parts: Vec<Part>,
}

/// What is kept of a unit.
#[derive(Debug, Clone)]
struct Part {
    unit: Unit,
    /// None if all together are too few.
    atoms: Vec<Atom>,
}

/// What is only shown together.
#[derive(Debug, Clone)]
struct Atom {
    /// Its cells, by their places.
    cells: Vec<usize>,
    tally: Tally,
}

/// What is shown of a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown<'a> {
    /// What it is of.
    pub unit: &'a Unit,
    /// What was counted in what is shown; nothing if too few answered.
    pub tally: Tally,
    /// Whether what is shown is not of everybody: because of what was asked for, or as others would stand for too few. Which of
    /// both it is would tell of the few.
    pub left_out: bool,
}

impl Frozen {
    /// Puts together what was counted in each cell, for each of the units in their order.
    ///
    /// By how many answered at all, cells are put together to the finest groups; coarser and coarser groups are made of
    /// those. A unit is shown by the finest of these partitions in which every group has enough answers to it. So the groups of
    /// any two units lie in each other, and figures of different units cannot be set against each other either.
    pub fn new(
        units: Vec<Unit>,
        counted: BTreeMap<Cell, Vec<Tally>>,
        thresholds: Thresholds,
    ) -> Self {
        let (cells, tallies): (Vec<Cell>, Vec<Vec<Tally>>) = counted.into_iter().unzip();
        let tally_of = |place: usize, number: usize| tallies.get(place)?.get(number);
        let count = |place, number| tally_of(place, number).map_or(0, |tally| tally.count);
        let answered = units.iter().position(|unit| *unit == Unit::Answered);
        let counts = cells.iter().enumerate();
        let counts: Vec<(&Cell, u32)> = counts
            .map(|(place, cell)| (cell, answered.map_or(0, |number| count(place, number))))
            .collect();
        let partitions = coarser(&cells, atoms(&counts, thresholds.ratings));
        let freeze = |(number, unit): (usize, Unit)| {
            let threshold = match unit.is_text() {
                true => thresholds.comments,
                false => thresholds.ratings,
            };
            let is_enough = |group: &Vec<usize>| {
                let counts = group.iter().map(|place| u64::from(count(*place, number)));
                counts.sum::<u64>() >= u64::from(threshold.max(1))
            };
            let finest = partitions
                .iter()
                .find(|groups| groups.iter().all(is_enough));
            let atoms = finest.into_iter().flatten();
            let atoms = atoms.map(|group| Atom::of(group.clone(), |place| tally_of(place, number)));
            Part {
                atoms: atoms.collect(),
                unit,
            }
        };
        let parts = units.into_iter().enumerate().map(freeze).collect();
        Self { cells, parts }
    }

    /// What is shown to who asks for that: of each unit the atoms that lie in it wholly.
    pub fn show(&self, filter: &Filter) -> Vec<Shown<'_>> {
        let wanted = self.wanted(filter);
        self.parts.iter().map(|part| part.show(&wanted)).collect()
    }

    /// The cells whose answers to that unit are shown to who asks for that.
    pub fn shown_cells(&self, filter: &Filter, unit: &Unit) -> Vec<&Cell> {
        let wanted = self.wanted(filter);
        let parts = self.parts.iter().filter(|part| part.unit == *unit);
        let atoms = parts.flat_map(|part| &part.atoms);
        let cells = atoms
            .filter(|atom| atom.lies_in(&wanted))
            .flat_map(|atom| &atom.cells);
        cells.filter_map(|place| self.cells.get(*place)).collect()
    }

    /// About how much it takes in memory, in numbers that are kept.
    pub fn weight(&self) -> usize {
        let atoms = self.parts.iter().flat_map(|part| &part.atoms);
        self.cells.len() + atoms.map(|atom| atom.cells.len() + 8).sum::<usize>()
    }

    fn wanted(&self, filter: &Filter) -> Vec<bool> {
        self.cells.iter().map(|cell| filter.takes(cell)).collect()
    }
}

impl Part {
    fn show(&self, wanted: &[bool]) -> Shown<'_> {
        let mut shown = Shown {
            unit: &self.unit,
            tally: Tally::default(),
            left_out: self.atoms.is_empty(),
        };
        for atom in &self.atoms {
            match atom.lies_in(wanted) {
                true => shown.tally.add(&atom.tally),
                false => shown.left_out = true,
            }
        }
        shown
    }
}

impl Atom {
    fn of<'a>(cells: Vec<usize>, tally_of: impl Fn(usize) -> Option<&'a Tally>) -> Self {
        let mut tally = Tally::default();
        let tallies = cells.iter().filter_map(|place| tally_of(*place));
        tallies.for_each(|other| tally.add(other));
        Self { cells, tally }
    }

    fn lies_in(&self, wanted: &[bool]) -> bool {
        self.cells.iter().all(|place| is(wanted, *place))
    }
}

fn is(wanted: &[bool], place: usize) -> bool {
    wanted.get(place).copied().unwrap_or(false)
}
