//! The cover of an offering, by example and against everything that could be done.

use proptest::prelude::*;

use super::*;
use crate::fixtures::id;

fn person(name: &str, level: Option<SkillLevel>) -> Candidate {
    Candidate {
        person: id(name),
        level,
        lapsed: None,
    }
}

fn paid(currency: &str, minor: u64) -> Option<Money> {
    Some(Money {
        currency: currency.to_owned(),
        minor,
    })
}

fn course(name: &str, places: Option<u32>, cost: Option<Money>) -> Course {
    Course {
        training: id(name),
        on: id("2026-04-01"),
        places,
        cost,
    }
}

/// Who would attend what, and for how much, by proposal.
fn told(gap: &Gap) -> Vec<String> {
    let place = |(person, course): &(PersonId, Course)| format!("{person} {}", course.training);
    let money = |money: &Money| format!("{} {}", money.minor, money.currency);
    let closings = gap.closing.as_ref().unwrap().iter().map(|closing| {
        let places: Vec<_> = closing.places.iter().map(place).collect();
        let cost: Vec<_> = closing.cost.iter().map(money).collect();
        format!("{} for {}", places.join(", "), cost.join(" and "))
    });
    closings.collect()
}

#[test]
fn two_who_can_do_it_alone_are_enough_and_less_is_a_gap() {
    use SkillLevel::{Alone, Teaching, WithHelp};
    let amina = || person("amina", Some(Alone));
    assert_eq!(gap(vec![amina(), person("bao", Some(Teaching))], &[]), None);
    let open = gap(vec![amina(), person("bao", Some(WithHelp))], &[]).unwrap();
    assert_eq!(
        (open.able.as_slice(), open.missing),
        (&[id("amina")][..], 1)
    );
    assert_eq!(open.closing, Err(Unclosed::NoTraining));
    let nobody = gap(vec![], &[course("laptops", None, None)]).unwrap();
    assert_eq!(nobody.missing, 2);
    assert_eq!(nobody.closing, Err(Unclosed::TooFewPeople));
    let one = gap(vec![amina()], &[course("laptops", None, None)]).unwrap();
    assert_eq!(one.closing, Err(Unclosed::TooFewPeople));
}

#[test]
fn who_can_do_more_comes_closer_then_who_could_once() {
    use SkillLevel::{Alone, Learning, WithHelp};
    let once = |name: &str, lapsed| Candidate {
        lapsed: Some(lapsed),
        ..person(name, None)
    };
    let candidates = vec![
        person("amina", None),
        once("bao", WithHelp),
        once("chen", Alone),
        person("dao", Some(Learning)),
        person("elif", Some(WithHelp)),
        person("aldo", None),
    ];
    let gap = gap(candidates, &[]).unwrap();
    let order: Vec<_> = gap.closest.iter().map(|one| one.person.as_str()).collect();
    assert_eq!(order, ["elif", "dao", "chen", "bao", "aldo", "amina"]);
}

#[test]
fn the_cheapest_places_are_taken_as_far_as_there_are_any() {
    let nobody = || vec![person("amina", None), person("bao", None)];
    let courses = [
        course("cheap", Some(1), paid("EUR", 100)),
        course("dear", Some(9), paid("EUR", 300)),
        course("again", None, paid("EUR", 200)),
        course("dollars", None, paid("USD", 10)),
    ];
    let both = gap(nobody(), &courses).unwrap();
    assert_eq!(
        told(&both),
        [
            "amina cheap, bao again for 300 EUR",
            "amina dollars, bao dollars for 20 USD"
        ]
    );
    let few = gap(nobody(), &courses[..1]).unwrap();
    assert_eq!(few.closing, Err(Unclosed::TooFewPlaces));
    let mixed = [courses[0].clone(), course("one", Some(1), paid("USD", 7))];
    let mixed = gap(nobody(), &mixed).unwrap();
    assert_eq!(told(&mixed), ["amina cheap, bao one for 100 EUR and 7 USD"]);
}

#[test]
fn what_is_free_is_free_in_every_currency_and_what_is_planned_goes_before_what_would_be_repeated() {
    let nobody = || vec![person("amina", None), person("bao", None)];
    let dear = course("dear", None, paid("EUR", 300));
    let one = gap(nobody(), &[dear.clone(), course("free", Some(1), None)]).unwrap();
    assert_eq!(told(&one), ["amina free, bao dear for 300 EUR"]);
    let courses = [
        dear,
        course("again", None, None),
        course("planned", Some(2), None),
    ];
    let both = gap(nobody(), &courses).unwrap();
    assert_eq!(told(&both), ["amina planned, bao planned for "]);
}

fn courses() -> impl Strategy<Value = Vec<Course>> {
    let places = prop_oneof![Just(None), (0_u32..4).prop_map(Some)];
    let cost = prop_oneof![
        Just(None),
        (prop_oneof!["EUR", "USD", "JPY"], 1_u64..6)
            .prop_map(|(currency, minor)| Some(Money { currency, minor })),
    ];
    let one = (places, cost, 1_i32..60);
    prop::collection::vec(one, 0..6).prop_map(|courses| {
        let numbered = courses.into_iter().enumerate();
        let made = numbered.map(|(number, (places, cost, day))| Course {
            on: id::<Date>("2026-01-01").plus_days(day),
            ..course(&format!("course-{number}"), places, cost)
        });
        made.collect()
    })
}

fn candidates() -> impl Strategy<Value = Vec<Candidate>> {
    let level = || {
        prop::option::of(prop_oneof![
            Just(SkillLevel::Learning),
            Just(SkillLevel::WithHelp),
            Just(SkillLevel::Alone),
            Just(SkillLevel::Teaching),
        ])
    };
    let one = (level(), level());
    prop::collection::vec(one, 0..5).prop_map(|levels| {
        let numbered = levels.into_iter().enumerate();
        let made = numbered.map(|(number, (level, lapsed))| Candidate {
            lapsed,
            ..person(&format!("person-{number}"), level)
        });
        made.collect()
    })
}

/// The least that seats for `missing` people cost in each currency, by trying every way to seat them. What is free
/// alone is under the empty currency.
fn oracle(missing: usize, courses: &[Course]) -> BTreeMap<String, u64> {
    let mut least: BTreeMap<String, u64> = BTreeMap::new();
    let ways = courses.len().pow(u32::try_from(missing).unwrap());
    for way in 0..ways {
        let mut rest = way;
        let mut chosen = Vec::new();
        for _ in 0..missing {
            chosen.push(&courses[rest % courses.len()]);
            rest /= courses.len();
        }
        let fits = courses.iter().all(|course| {
            let taken = chosen.iter().filter(|one| one.training == course.training);
            let taken = u32::try_from(taken.count()).unwrap();
            course.places.is_none_or(|places| taken <= places)
        });
        let money: Vec<_> = chosen.iter().filter_map(|one| one.cost.clone()).collect();
        let currencies: BTreeSet<_> = money.iter().map(|one| one.currency.clone()).collect();
        if !fits || currencies.len() > 1 {
            continue;
        }
        let currency = currencies.into_iter().next().unwrap_or_default();
        let sum = money.iter().map(|one| one.minor).sum();
        let before = least.entry(currency).or_insert(sum);
        *before = sum.min(*before);
    }
    if least.contains_key("") {
        least.retain(|currency, _| currency.is_empty());
    }
    least
}

proptest! {
    #[test]
    fn no_way_is_cheaper_and_none_is_missed(candidates in candidates(), courses in courses()) {
        let able = candidates.iter().filter(|one| one.level >= Some(SkillLevel::Alone)).count();
        let found = gap(candidates.clone(), &courses);
        let Some(found) = found else {
            prop_assert!(able >= 2);
            return Ok(());
        };
        prop_assert_eq!(found.missing, 2 - able);
        prop_assert_eq!(found.able.len() + found.closest.len(), candidates.len());
        let seats: u32 = courses.iter().map(|one| one.places.unwrap_or(2).min(2)).sum();
        let enough = usize::try_from(seats).unwrap() >= found.missing;
        let expected = if found.closest.len() < found.missing {
            Err(Unclosed::TooFewPeople)
        } else if seats == 0 {
            Err(Unclosed::NoTraining)
        } else if enough {
            Ok(oracle(found.missing, &courses))
        } else {
            Err(Unclosed::TooFewPlaces)
        };
        let trainees: Vec<_> = found.closest.iter().take(found.missing).collect();
        let closings = match (found.closing, expected) {
            (Err(why), expected) => {
                prop_assert_eq!(Err(why), expected);
                return Ok(());
            }
            (Ok(closings), expected) => {
                let expected = expected.unwrap();
                let single: BTreeMap<_, _> = closings.iter().filter(|one| one.cost.len() < 2)
                    .map(|one| one.cost.first().map_or((String::new(), 0), |cost| (cost.currency.clone(), cost.minor)))
                    .collect();
                prop_assert_eq!(single, expected);
                closings
            }
        };
        prop_assert!(!closings.is_empty());
        for closing in closings {
            let people: Vec<_> = closing.places.iter().map(|(person, _)| person).collect();
            let wanted: Vec<_> = trainees.iter().map(|one| &one.person).collect();
            prop_assert_eq!(people, wanted, "who comes closest is trained");
            for course in &courses {
                let taken = closing.places.iter().filter(|(_, one)| one == course).count();
                let places = course.places.unwrap_or(2);
                prop_assert!(u32::try_from(taken).unwrap() <= places);
            }
        }
    }
}
