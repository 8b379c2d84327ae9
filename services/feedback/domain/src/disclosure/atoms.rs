//! From cells to atoms: the smallest groups that are ever shown.

use super::cell::{Cell, LEVELS};

/// Cells that are only shown together, by their places.
type Atom = Vec<usize>;

/// What becomes of some cells.
#[derive(Default)]
struct Gathered {
    /// Those of smaller parts that stand by themselves.
    whole: Vec<Atom>,
    /// Those put together of parts that do not.
    pooled: Vec<Atom>,
    /// What is not enough yet.
    rest: Atom,
}

/// Puts cells together so that each atom has at least `threshold` answers, if there are so many at all. Cells with no answer
/// are in none. It looks at how many answered and never at what: an atom says nothing of that.
///
/// `cells` are in their order, each once, with how many answered in each. Cells are put together with those that they share
/// most with: a language is given up before a department. A department that has enough answers is always a union of
/// atoms of its own, unless what is left over of the others has nowhere else to go.
pub(super) fn atoms(cells: &[(&Cell, u32)], threshold: u32) -> Vec<Atom> {
    let places: Vec<usize> = (0..cells.len())
        .filter(|place| counts(cells, &[*place]) > 0)
        .collect();
    let gathered = gather(cells, &places, 0, u64::from(threshold.max(1)));
    // A rest that found no place is all there is, and too little.
    [gathered.whole, gathered.pooled].concat()
}

/// Puts together `places`, whose cells have the first `level` fields in common.
fn gather(cells: &[(&Cell, u32)], places: &[usize], level: usize, threshold: u64) -> Gathered {
    let mut gathered = Gathered::default();
    if level == LEVELS {
        gathered.take_in(cells, places, threshold);
        return gathered;
    }
    let alike = |a: &usize, b: &usize| match (cells.get(*a), cells.get(*b)) {
        (Some((a, _)), Some((b, _))) => a.alike(b, level + 1),
        _ => false,
    };
    for part in places.chunk_by(alike) {
        let part = gather(cells, part, level + 1, threshold);
        gathered.whole.extend(part.whole);
        gathered.whole.extend(part.pooled);
        gathered.take_in(cells, &part.rest, threshold);
    }
    gathered.place_rest(cells);
    gathered
}

impl Gathered {
    /// Adds to what is not enough yet; it may be now.
    fn take_in(&mut self, cells: &[(&Cell, u32)], places: &[usize], threshold: u64) {
        self.rest.extend(places);
        if counts(cells, &self.rest) >= threshold {
            self.pooled.push(std::mem::take(&mut self.rest));
        }
    }

    /// A rest joins what was put together before it; else the smallest that stood by itself, where the least is lost; else
    /// it is for the level above.
    fn place_rest(&mut self, cells: &[(&Cell, u32)]) {
        let smallest = self.whole.iter_mut();
        let smallest = smallest.min_by_key(|atom| counts(cells, atom));
        if let Some(atom) = self.pooled.last_mut().or(smallest) {
            atom.append(&mut self.rest);
        }
    }
}

/// Partitions of all that is in `finest`, each coarser than the one before it: as they are; those of each department together;
/// then always two neighbours together, until all are.
pub(super) fn coarser(cells: &[Cell], mut finest: Vec<Atom>) -> Vec<Vec<Atom>> {
    finest.sort_by_key(|atom| atom.iter().min().copied());
    let department = |atom: &Atom| {
        let mut of = atom
            .iter()
            .map(|place| cells.get(*place).map(|cell| &cell.department));
        let first = of.next()?;
        of.all(|other| other == first).then_some(first)
    };
    let alike = |a: &Atom, b: &Atom| department(a).is_some() && department(a) == department(b);
    let joined = |atoms: &[Atom]| atoms.concat();
    let mut last: Vec<Atom> = finest.chunk_by(alike).map(joined).collect();
    let mut partitions = vec![finest, last.clone()];
    while last.len() > 1 {
        last = last.chunks(2).map(joined).collect();
        partitions.push(last.clone());
    }
    partitions
}

fn counts(cells: &[(&Cell, u32)], places: &[usize]) -> u64 {
    let counts = places.iter().filter_map(|place| cells.get(*place));
    counts.map(|(_, count)| u64::from(*count)).sum()
}
