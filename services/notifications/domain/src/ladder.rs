//! Who a step of a ladder means, and who stands above them: the reporting line.
//!
//! Whoever is not here any more is told nothing, and passed over on the way up. A line that goes in a circle is followed
//! once around: nobody is told twice, and what follows it always ends.

use std::collections::BTreeSet;

use khidma_events::notifications::Exhausted;
use khidma_events::sla::Recipient;
use khidma_kernel::{DepartmentId, PersonId, RoleId};

/// The role of the directory whose holders lead the department in which they hold it.
pub const MANAGER: &str = "manager";

/// Who is who, as far as ladders ask.
pub trait Who {
    /// Why that cannot be said.
    type Error;

    /// Whether a person is here.
    ///
    /// # Errors
    /// It cannot be said.
    fn is_here(&self, person: &PersonId) -> Result<bool, Self::Error>;

    /// Whom a person reports to.
    ///
    /// # Errors
    /// It cannot be said.
    fn reports_to(&self, person: &PersonId) -> Result<Option<PersonId>, Self::Error>;

    /// Who belongs to a department.
    ///
    /// # Errors
    /// It cannot be said.
    fn members_of(&self, department: &DepartmentId) -> Result<BTreeSet<PersonId>, Self::Error>;

    /// Who holds a role: in a department, or anywhere.
    ///
    /// # Errors
    /// It cannot be said.
    fn holders_of(
        &self,
        role: &RoleId,
        department: Option<&DepartmentId>,
    ) -> Result<BTreeSet<PersonId>, Self::Error>;
}

/// Whose a request is.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// Who does it, if anybody does.
    pub assignee: Option<&'a PersonId>,
    /// Who asked, if a person did.
    pub requester: Option<&'a PersonId>,
    /// The department whose promise it is.
    pub provider: &'a DepartmentId,
}

/// Who hears of a step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// Those who are to take care of it, and from whom it goes up.
    pub to: BTreeSet<PersonId>,
    /// Who asked, where the step names them and they are none of the others: they only hear of it.
    pub requester: Option<PersonId>,
}

/// Who stands above all who were told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Above {
    /// These, none of whom was told; never empty.
    These(BTreeSet<PersonId>),
    /// Nobody who was not told.
    Nobody(Exhausted),
}

/// Who hears of a step that names `recipients`. Where nobody does the request, it is those who lead the department who
/// hear what its assignee, or their manager, would.
///
/// # Errors
/// What `who` cannot say.
pub fn named<W: Who>(who: &W, case: Case<'_>, recipients: &[Recipient]) -> Result<Named, W::Error> {
    let mut to = BTreeSet::new();
    let mut requester = None;
    for recipient in recipients {
        match recipient {
            Recipient::Assignee => match case.assignee {
                Some(assignee) => to.extend([assignee.clone()]),
                None => to.extend(leaders(who, case.provider)?),
            },
            Recipient::ManagerOfAssignee => match case.assignee {
                Some(assignee) => to.extend(superior(who, assignee)?),
                None => to.extend(leaders(who, case.provider)?),
            },
            Recipient::ManagersOfProvider => to.extend(leaders(who, case.provider)?),
            Recipient::Provider => to.extend(who.members_of(case.provider)?),
            Recipient::Requester => requester = case.requester.cloned(),
            Recipient::Role { role, department } => {
                to.extend(who.holders_of(role, department.as_ref())?);
            }
            Recipient::Person(person) => to.extend([person.clone()]),
        }
    }
    let to = here(who, to)?;
    let requester = requester.filter(|requester| !to.contains(requester));
    let requester = here(who, requester.into_iter().collect())?.pop_first();
    Ok(Named { to, requester })
}

/// Who lead a department: who hold the role [`MANAGER`] in it; where nobody does, those of its members to whom other
/// members report, and who themselves report to none of them.
///
/// # Errors
/// What `who` cannot say.
pub fn leaders<W: Who>(who: &W, department: &DepartmentId) -> Result<BTreeSet<PersonId>, W::Error> {
    if let Ok(manager) = MANAGER.parse() {
        let appointed = here(who, who.holders_of(&manager, Some(department))?)?;
        if !appointed.is_empty() {
            return Ok(appointed);
        }
    }
    let members = who.members_of(department)?;
    let (mut led, mut tops) = (BTreeSet::new(), BTreeSet::new());
    for member in &members {
        match who.reports_to(member)? {
            Some(manager) if members.contains(&manager) => {
                led.insert(manager);
            }
            _ => {
                tops.insert(member.clone());
            }
        }
    }
    here(who, tops.intersection(&led).cloned().collect())
}

/// Who stands directly above all of `told`, apart from themselves.
///
/// # Errors
/// What `who` cannot say.
pub fn above<W: Who>(who: &W, told: &BTreeSet<PersonId>) -> Result<Above, W::Error> {
    let mut next = BTreeSet::new();
    for person in told {
        next.extend(superior(who, person)?);
    }
    next.retain(|person| !told.contains(person));
    if !next.is_empty() {
        return Ok(Above::These(next));
    }
    for person in told {
        if goes_in_a_circle(who, person)? {
            return Ok(Above::Nobody(Exhausted::Circle));
        }
    }
    Ok(Above::Nobody(Exhausted::Top))
}

/// The whole way up from `first`, level by level, beginning with them, and why it ends. There is none from nobody.
///
/// # Errors
/// What `who` cannot say.
pub fn way_up<W: Who>(
    who: &W,
    first: BTreeSet<PersonId>,
) -> Result<(Vec<BTreeSet<PersonId>>, Exhausted), W::Error> {
    let mut told = first.clone();
    let mut levels = vec![first];
    loop {
        match above(who, &told)? {
            Above::Nobody(why) => return Ok((levels, why)),
            Above::These(next) => {
                told.extend(next.iter().cloned());
                levels.push(next);
            }
        }
    }
}

/// The nearest above a person who is here.
fn superior<W: Who>(who: &W, person: &PersonId) -> Result<Option<PersonId>, W::Error> {
    let mut passed = BTreeSet::from([person.clone()]);
    let mut next = who.reports_to(person)?;
    while let Some(manager) = next {
        if !passed.insert(manager.clone()) {
            return Ok(None);
        }
        if who.is_here(&manager)? {
            return Ok(Some(manager));
        }
        next = who.reports_to(&manager)?;
    }
    Ok(None)
}

fn goes_in_a_circle<W: Who>(who: &W, person: &PersonId) -> Result<bool, W::Error> {
    let mut passed = BTreeSet::new();
    let mut next = Some(person.clone());
    while let Some(person) = next {
        next = who.reports_to(&person)?;
        if !passed.insert(person) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn here<W: Who>(who: &W, people: BTreeSet<PersonId>) -> Result<BTreeSet<PersonId>, W::Error> {
    let mut here = BTreeSet::new();
    for person in people {
        if who.is_here(&person)? {
            here.insert(person);
        }
    }
    Ok(here)
}
