//! The results of a round that is over: what is shown of them never changes any more.

use std::collections::BTreeMap;

use khidma_events::feedback::Thresholds;

use super::atoms::atoms;
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
    atoms: Vec<Atom>,
    /// Cells with answers that are in no atom: all of them together are too few.
    hidden: Vec<usize>,
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
    /// Whether answers that were asked for are left out, as they would stand for too few.
    pub left_out: bool,
}

impl Frozen {
    /// Puts together what was counted in each cell, for each of the units in their order.
    pub fn new(
        units: Vec<Unit>,
        counted: BTreeMap<Cell, Vec<Tally>>,
        thresholds: Thresholds,
    ) -> Self {
        let (cells, tallies): (Vec<Cell>, Vec<Vec<Tally>>) = counted.into_iter().unzip();
        let freeze = |(number, unit): (usize, Unit)| {
            let tally_of = |place: usize| tallies.get(place)?.get(number);
            let count = |place| tally_of(place).map_or(0, |tally| tally.count);
            let counts = cells.iter().enumerate();
            let counts: Vec<(&Cell, u32)> =
                counts.map(|(place, cell)| (cell, count(place))).collect();
            let threshold = match unit.is_text() {
                true => thresholds.comments,
                false => thresholds.ratings,
            };
            let atoms: Vec<Atom> = atoms(&counts, threshold)
                .into_iter()
                .map(|cells| Atom::of(cells, tally_of))
                .collect();
            let hidden = match atoms.is_empty() {
                true => (0..cells.len()).filter(|place| count(*place) > 0).collect(),
                false => Vec::new(),
            };
            Part {
                unit,
                atoms,
                hidden,
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
            left_out: touches(&self.hidden, wanted),
        };
        for atom in &self.atoms {
            match atom.lies_in(wanted) {
                true => shown.tally.add(&atom.tally),
                false => shown.left_out |= touches(&atom.cells, wanted),
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

fn touches(cells: &[usize], wanted: &[bool]) -> bool {
    cells.iter().any(|place| is(wanted, *place))
}

fn is(wanted: &[bool], place: usize) -> bool {
    wanted.get(place).copied().unwrap_or(false)
}
