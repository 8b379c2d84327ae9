//! Policies: who may say what, version by version; what is refused, and what is only strange.

use std::collections::BTreeSet;
use std::sync::Arc;

use khidma_calendar::{Calendar, CalendarSpec, DatedHours, LocalInterval};
use khidma_events::requests::Priority;
use khidma_events::sla::*;
use khidma_kernel::{Caller, Refusal, Role, Timestamp};
use khidma_sla_domain::policy::{
    Checked, PolicyCommand, PolicyDecider, PolicyDefect as Defect, PolicyFacts, check, limits,
};
use khidma_testkit::Story;

use crate::support::{hours, office, rule, wall};

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// Monday, 2 March 2026, ten o'clock in Rome.
fn now() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

/// Open once, long ago.
fn shut() -> Calendar {
    let intervals = vec![LocalInterval {
        start: "09:00".into(),
        end: "17:00".into(),
    }];
    Calendar::compile(&CalendarSpec {
        name: "Shut".into(),
        time_zone: "Europe/Rome".into(),
        shifts: vec![DatedHours {
            date: "2020-01-02".into(),
            intervals,
        }],
        ..CalendarSpec::default()
    })
    .unwrap()
}

fn facts() -> PolicyFacts {
    PolicyFacts {
        departments: [("it", true), ("hr", true), ("old", false)]
            .map(|(name, open)| (id(name), open))
            .into(),
        calendars: [("office", office(&[])), ("shut", shut())]
            .map(|(name, calendar)| (id(name), Arc::new(calendar)))
            .into(),
        offerings: [id("laptop")].into(),
        roles: [id("desk")].into(),
        people: [id("mei")].into(),
        others: Default::default(),
    }
}

/// IT acknowledges within four hours, and resolves within forty.
fn spec() -> PolicySpec {
    PolicySpec {
        name: "IT".into(),
        providers: [id("it")].into(),
        calendar: Some(id("office")),
        rules: vec![rule([
            (Metric::Acknowledge, hours(4)),
            (Metric::Resolve, hours(40)),
        ])],
    }
}

/// The same, with its resolve target changed.
fn resolving(change: impl FnOnce(&mut Target)) -> PolicySpec {
    let mut spec = spec();
    change(spec.rules[0].targets.get_mut(&Metric::Resolve).unwrap());
    spec
}

fn changed(change: impl FnOnce(&mut PolicySpec)) -> PolicySpec {
    let mut spec = spec();
    change(&mut spec);
    spec
}

fn when(change: impl FnOnce(&mut Match)) -> PolicySpec {
    changed(|spec| change(&mut spec.rules[0].when))
}

fn checked(spec: &PolicySpec) -> Checked {
    check(spec, &facts(), now())
}

/// What is wrong, and where.
fn wrong(spec: &PolicySpec) -> Vec<(String, Defect)> {
    let problems = checked(spec).problems.into_iter();
    problems
        .map(|problem| (problem.field, problem.defect))
        .collect()
}

fn only_wrong(spec: &PolicySpec, field: &str, defect: Defect) {
    assert_eq!(wrong(spec), [(field.to_owned(), defect)]);
}

/// What is strange, and where.
fn strange(spec: &PolicySpec) -> Vec<(String, String)> {
    let checked = checked(spec);
    assert_eq!(checked.problems, []);
    let warnings = checked.warnings.into_iter();
    warnings
        .map(|warning| (warning.field, warning.text))
        .collect()
}

fn admin() -> Caller {
    Caller::person(id("root"), id("company"), [Role::Admin])
}

fn manager(department: &str) -> Caller {
    Caller::person(id("mei"), id(department), [Role::Manager])
}

fn draft(spec: PolicySpec) -> PolicyCommand {
    let facts = facts();
    PolicyCommand::Draft { spec, facts }
}

fn validate(version: u32, spec: PolicySpec) -> PolicyCommand {
    PolicyCommand::Validate {
        version,
        spec: Some(spec),
        facts: facts(),
    }
}

fn activate(version: u32, spec: PolicySpec) -> PolicyCommand {
    PolicyCommand::Activate {
        version,
        spec: Some(spec),
        attach: Attach::Open,
        facts: facts(),
    }
}

fn drafted(version: u32, spec: PolicySpec) -> PolicyEvent {
    PolicyDrafted { version, spec }.into()
}

fn validated(version: u32) -> PolicyEvent {
    let warnings = vec![];
    PolicyValidated { version, warnings }.into()
}

fn activated(version: u32, spec: PolicySpec) -> PolicyEvent {
    let attach = Attach::Open;
    PolicyActivated {
        version,
        spec,
        attach,
    }
    .into()
}

#[test]
fn a_policy_goes_from_draft_to_retirement_version_by_version() {
    let second = resolving(|target| target.within_seconds = 3600 * 20);
    let applied = |activation, requests| PolicyCommand::NoteApplied {
        version: 1,
        activation,
        requests,
    };
    Story::<PolicyDecider>::new()
        .by(manager("it"))
        .when(draft(spec()))
        .then([drafted(1, spec())])
        .when(draft(spec()))
        .then_nothing()
        .when(activate(0, spec()))
        .then_refused_at("NOT_VALIDATED", "version")
        .when(validate(0, spec()))
        .then([validated(1)])
        .when(validate(1, spec()))
        .then_nothing()
        .when(activate(1, spec()))
        .then([activated(1, spec())])
        .when(activate(1, spec()))
        .then_nothing()
        .when(applied(7, 3))
        .then_refused("NOT_ALLOWED")
        .by(Caller::service("sla"))
        .when(applied(7, 3))
        .then([PolicyApplied {
            version: 1,
            activation: 7,
            requests: 3,
        }
        .into()])
        .when(applied(7, 0))
        .then_nothing()
        .by(manager("it"))
        .when(draft(second.clone()))
        .then([drafted(2, second.clone())])
        .when(activate(2, second.clone()))
        .then_refused("NOT_VALIDATED")
        .when(validate(2, second.clone()))
        .then([validated(2)])
        .when(activate(2, second.clone()))
        .then([activated(2, second)])
        // Back to the one before.
        .when(activate(1, spec()))
        .then([activated(1, spec())])
        .when(PolicyCommand::Retire)
        .then([PolicyRetired {}.into()])
        .when(PolicyCommand::Retire)
        .then_nothing()
        .when(activate(1, spec()))
        .then([activated(1, spec())]);
}

#[test]
fn what_is_not_there_cannot_be_validated_activated_or_retired() {
    let no_version = || PolicyCommand::Validate {
        version: 2,
        spec: None,
        facts: facts(),
    };
    Story::<PolicyDecider>::new()
        .by(admin())
        .when(validate(0, spec()))
        .then_refused_at("UNKNOWN_POLICY", "id")
        .when(PolicyCommand::Retire)
        .then_refused("UNKNOWN_POLICY")
        .when(draft(spec()))
        .then([drafted(1, spec())])
        .when(no_version())
        .then_refused_at("UNKNOWN_VERSION", "version")
        .when(activate(7, spec()))
        .then_refused_at("UNKNOWN_VERSION", "version");
}

#[test]
fn a_department_speaks_for_itself_alone() {
    let general = changed(|spec| spec.providers.clear());
    let both = changed(|spec| spec.providers = [id("it"), id("hr")].into());
    let member = Caller::person(id("daniel"), id("it"), []);
    for by in [manager("hr"), member] {
        Story::<PolicyDecider>::new()
            .by(by)
            .when(draft(spec()))
            .then_refused("NOT_ALLOWED");
    }
    for wide in [general, both] {
        Story::<PolicyDecider>::new()
            .by(manager("it"))
            .when(draft(wide.clone()))
            .then_refused("NOT_ALLOWED")
            .by(admin())
            .when(draft(wide.clone()))
            .then([drafted(1, wide.clone())])
            .by(manager("it"))
            .when(validate(1, wide))
            .then_refused("NOT_ALLOWED")
            // Nor by making it their own.
            .when(draft(spec()))
            .then_refused("NOT_ALLOWED")
            .when(PolicyCommand::Retire)
            .then_refused("NOT_ALLOWED");
    }
    let of_hr = changed(|spec| spec.providers = [id("hr")].into());
    Story::<PolicyDecider>::given([
        drafted(1, of_hr.clone()),
        validated(1),
        activated(1, of_hr),
        drafted(2, spec()),
        validated(2),
    ])
    .by(manager("it"))
    .when(activate(2, spec()))
    .then_refused("NOT_ALLOWED")
    .by(admin())
    .when(activate(2, spec()))
    .then([activated(2, spec())]);
}

#[test]
fn two_policies_that_hold_share_no_department() {
    let mut facts = facts();
    facts.others = [(id("helpdesk"), [id("it"), id("hr")].into())].into();
    let problems = check(&spec(), &facts, now()).problems;
    let overlap = Defect::Overlap {
        other: id("helpdesk"),
        department: id("it"),
    };
    assert_eq!(problems[0].defect, overlap);
    assert_eq!(
        (problems.len(), problems[0].field.as_str()),
        (1, "providers")
    );
    let told = problems[0].defect.to_string();
    assert!(
        told.starts_with("policy helpdesk holds for it already; retire it"),
        "{told}"
    );
    let general = changed(|spec| spec.providers.clear());
    assert_eq!(check(&general, &facts, now()).problems, []);
    facts.others.insert(id("rest"), BTreeSet::new());
    let problems = check(&general, &facts, now()).problems;
    assert_eq!(
        problems[0].defect,
        Defect::OverlapGeneral { other: id("rest") }
    );
    let activate = PolicyCommand::Activate {
        version: 1,
        spec: Some(general.clone()),
        attach: Attach::All,
        facts,
    };
    Story::<PolicyDecider>::given([drafted(1, general), validated(1)])
        .by(admin())
        .when(activate)
        .then_refused_at("POLICY_OVERLAPS", "providers");
}

#[test]
fn names_and_lists_have_bounds() {
    let long = "x".repeat(limits::NAME + 1);
    only_wrong(
        &changed(|spec| spec.name = " ".into()),
        "name",
        Defect::NameEmpty,
    );
    let limit = limits::NAME;
    only_wrong(
        &changed(|spec| spec.name = long),
        "name",
        Defect::TooLong { limit },
    );
    only_wrong(
        &changed(|spec| spec.rules[0].name.clear()),
        "rules[0].name",
        Defect::NameEmpty,
    );
    only_wrong(
        &changed(|spec| spec.rules.clear()),
        "rules",
        Defect::NoRules,
    );
    only_wrong(
        &changed(|spec| spec.rules[0].targets.clear()),
        "rules[0].targets",
        Defect::NoTargets,
    );
    let many = changed(|spec| {
        let number = |number| {
            let mut rule = rule([(Metric::Resolve, hours(1))]);
            rule.when.tags = [format!("tag-{number}")].into();
            rule
        };
        spec.rules = (0..=limits::RULES).map(number).collect();
    });
    let limit = limits::RULES;
    only_wrong(&many, "rules", Defect::TooMany { limit });
    let tags = when(|when| when.tags = (0..=limits::ITEMS).map(|n| n.to_string()).collect());
    let limit = limits::ITEMS;
    only_wrong(&tags, "rules[0].when.tags", Defect::TooMany { limit });
    let tag = when(|when| when.tags = ["x".repeat(limits::TAG + 1)].into());
    let limit = limits::TAG;
    only_wrong(&tag, "rules[0].when.tags", Defect::TooLong { limit });
}

#[test]
fn what_is_named_has_to_be_there() {
    let none: khidma_kernel::DepartmentId = id("none");
    let department = || Defect::UnknownDepartment { id: none.clone() };
    let general = changed(|spec| spec.providers = [none.clone()].into());
    only_wrong(&general, "providers", department());
    let asked = when(|when| when.requesters = [none.clone()].into());
    only_wrong(&asked, "rules[0].when.requesters", department());
    let offered = when(|when| when.offerings = [id("laptop"), id("fax")].into());
    let defect = Defect::UnknownOffering { id: id("fax") };
    only_wrong(&offered, "rules[0].when.offerings", defect);
    let calendar = changed(|spec| spec.calendar = Some(id("milan")));
    let defect = || Defect::UnknownCalendar { id: id("milan") };
    only_wrong(&calendar, "calendar", defect());
    let calendar = resolving(|target| target.calendar = Some(id("milan")));
    only_wrong(&calendar, "rules[0].targets.resolve.calendar", defect());
    let role = |role: &str, department: Option<&str>| Recipient::Role {
        role: id(role),
        department: department.map(id),
    };
    let recipients = [
        (role("boss", None), Defect::UnknownRole { id: id("boss") }),
        (role("desk", Some("none")), department()),
        (
            Recipient::Person(id("nobody")),
            Defect::UnknownPerson { id: id("nobody") },
        ),
    ];
    for (recipient, defect) in recipients {
        let spec = resolving(|target| {
            target.ladder = vec![step(LadderAt::Percent(50), vec![recipient])];
        });
        only_wrong(&spec, "rules[0].targets.resolve.ladder[0].to[0]", defect);
    }
}

fn step(at: LadderAt, to: Vec<Recipient>) -> LadderStep {
    LadderStep { at, to }
}

#[test]
fn a_target_has_a_time_that_makes_sense() {
    let within = "rules[0].targets.resolve.within";
    let zero = resolving(|target| target.within_seconds = 0);
    only_wrong(&zero, within, Defect::ZeroTarget);
    for seconds in [limits::TARGET_SECONDS + 1, u64::MAX] {
        let far = resolving(|target| target.within_seconds = seconds);
        only_wrong(&far, within, Defect::TooFar);
    }
    let longest = resolving(|target| target.within_seconds = limits::TARGET_SECONDS);
    assert_eq!(wrong(&longest), []);
    let nowhere = changed(|spec| spec.calendar = None);
    let at = |metric: &str| {
        (
            format!("rules[0].targets.{metric}.calendar"),
            Defect::NoCalendar,
        )
    };
    assert_eq!(wrong(&nowhere), [at("acknowledge"), at("resolve")]);
    let all_time = changed(|spec| {
        spec.calendar = None;
        spec.rules = vec![rule([(Metric::Resolve, wall(4))])];
    });
    assert_eq!(wrong(&all_time), []);
}

#[test]
fn warnings_come_before_it_is_too_late() {
    let field = "rules[0].targets.resolve.warnings";
    for percent in [0, 101, u16::MAX] {
        let outside = resolving(|target| target.warnings = Some([50, percent].into()));
        only_wrong(&outside, field, Defect::WarningOutside { percent });
    }
    let edges = resolving(|target| target.warnings = Some([1, 99].into()));
    assert_eq!(wrong(&edges), []);
    let limit = limits::WARNINGS;
    let many = resolving(|target| target.warnings = Some((1..=21).collect()));
    only_wrong(&many, field, Defect::TooMany { limit });
}

#[test]
fn a_ladder_is_climbed_in_the_order_of_time_and_somebody_hears() {
    use LadderAt::{Percent, SecondsAfterBreach};
    let climbing = |steps: &[LadderAt]| {
        let each = steps.iter().map(|at| step(*at, vec![Recipient::Assignee]));
        resolving(|target| target.ladder = each.collect())
    };
    let field = |place: &str| format!("rules[0].targets.resolve.ladder{place}");
    let good = climbing(&[
        Percent(1),
        Percent(100),
        SecondsAfterBreach(1),
        Percent(101),
    ]);
    assert_eq!(wrong(&good), []);
    for wrong_order in [
        [Percent(75), Percent(75)],
        [Percent(75), Percent(50)],
        [Percent(110), SecondsAfterBreach(60)],
    ] {
        let place = match wrong_order[1] {
            Percent(_) => "[1].at",
            SecondsAfterBreach(_) => "[1].after_breach",
        };
        only_wrong(&climbing(&wrong_order), &field(place), Defect::StepOrder);
    }
    // 40 hours: 200 % of them is 40 hours after the breach.
    let same = climbing(&[SecondsAfterBreach(40 * 3600), Percent(200)]);
    only_wrong(&same, &field("[1].at"), Defect::StepOrder);
    for percent in [0, 1_001] {
        let outside = climbing(&[Percent(percent)]);
        only_wrong(&outside, &field("[0].at"), Defect::StepOutside { percent });
    }
    let far = climbing(&[SecondsAfterBreach(u64::MAX)]);
    only_wrong(&far, &field("[0].after_breach"), Defect::TooFar);
    let nobody = resolving(|target| target.ladder = vec![step(Percent(50), vec![])]);
    only_wrong(&nobody, &field("[0].to"), Defect::NobodyHears);
    let twice = vec![Recipient::Assignee, Recipient::Assignee];
    let twice = resolving(|target| target.ladder = vec![step(Percent(50), twice)]);
    only_wrong(&twice, &field("[0].to[1]"), Defect::HearsTwice);
    let steps: Vec<_> = (1..=21).map(Percent).collect();
    let limit = limits::STEPS;
    only_wrong(&climbing(&steps), &field(""), Defect::TooMany { limit });
}

#[test]
fn a_clock_may_not_pause_for_ever() {
    for metric in Metric::ALL {
        let paused = |pauses: BTreeSet<LifeState>| {
            let target = Target {
                pauses: Some(pauses),
                ..hours(4)
            };
            changed(|spec| spec.rules = vec![rule([(metric, target)])])
        };
        let told = wrong(&paused(LifeState::ALL.into()));
        assert!(
            matches!(told.as_slice(), [(field, Defect::PausesForEver { .. })]
                if *field == format!("rules[0].targets.{}.pauses", metric.as_str())),
            "{metric:?}: {told:?}"
        );
        assert_eq!(
            wrong(&paused([LifeState::Waiting].into())),
            [],
            "{metric:?}"
        );
        assert_eq!(wrong(&paused(BTreeSet::new())), [], "{metric:?}");
    }
    let but_one = LifeState::ALL
        .into_iter()
        .filter(|state| *state != LifeState::InProgress);
    let but_one = resolving(|target| target.pauses = Some(but_one.collect()));
    assert_eq!(wrong(&but_one), []);
}

#[test]
fn a_rule_that_never_matches_is_refused() {
    let narrow = |change: fn(&mut Match)| {
        let mut narrow = rule([(Metric::Resolve, hours(8))]);
        change(&mut narrow.when);
        changed(|spec| spec.rules.push(narrow))
    };
    let covered = || Defect::Covered {
        earlier: "rules[0]".into(),
        name: "Rule".into(),
    };
    let urgent = narrow(|when| when.priorities = [Priority::Urgent].into());
    only_wrong(&urgent, "rules[1]", covered());
    only_wrong(&narrow(|_| {}), "rules[1]", covered());
    let foreign = when(|when| when.providers = [id("hr")].into());
    only_wrong(
        &foreign,
        "rules[0].when.providers",
        Defect::ForeignProviders,
    );
    let own = when(|when| when.providers = [id("hr"), id("it")].into());
    assert_eq!(wrong(&own), []);
    let mut ordered = urgent.clone();
    ordered.rules.reverse();
    assert_eq!(wrong(&ordered), [], "the narrow one first");
    // Naming the policy's only department, or each priority, narrows nothing.
    let mut named = narrow(|_| {});
    named.rules[0].when.providers = [id("it")].into();
    named.rules[0].when.priorities = [
        Priority::Low,
        Priority::Normal,
        Priority::High,
        Priority::Urgent,
    ]
    .into();
    only_wrong(&named, "rules[1]", covered());
}

#[test]
fn everything_wrong_is_told_at_once_but_not_without_end() {
    let spec = changed(|spec| {
        let mut bad = rule([(Metric::Resolve, hours(0))]);
        bad.when.offerings = (0..100).map(|n| id(&format!("fax-{n}"))).collect();
        spec.rules = vec![bad; 100];
    });
    assert_eq!(wrong(&spec).len(), limits::PROBLEMS);
    let command = khidma_kernel::Command {
        at: now(),
        by: admin(),
        body: draft(spec),
    };
    use khidma_kernel::Decider;
    let refusal = PolicyDecider::decide(&Default::default(), &command).unwrap_err();
    assert_eq!(
        (refusal.code(), refusal.violations().len()),
        ("INVALID_POLICY", limits::PROBLEMS)
    );
    assert!(refusal.to_string().contains("(and 99 more)"), "{refusal}");
}

#[test]
fn what_is_fine_is_not_wondered_about() {
    assert_eq!(strange(&spec()), []);
}

#[test]
fn whole_days_of_business_time_are_put_into_working_days() {
    let field = || "rules[0].targets.resolve.within".to_owned();
    let told = |hours: u64| strange(&resolving(|target| target.within_seconds = hours * 3600));
    let day = "24 h of business time is 3.0 working days of office, whose day has 8 h; write 8h for one working day";
    assert_eq!(told(24), [(field(), day.to_owned())]);
    let days = "48 h of business time is 6.0 working days of office, whose day has 8 h; write 16h for 2 working days";
    assert_eq!(told(48), [(field(), days.to_owned())]);
    assert_eq!(told(40), [], "nobody writes 40 h for days");
    let all_time = changed(|spec| spec.rules = vec![rule([(Metric::Resolve, wall(24))])]);
    assert_eq!(strange(&all_time), []);
}

#[test]
fn what_is_probably_wrong_is_told_with_its_place() {
    let at = |spec: &PolicySpec| -> Vec<String> {
        strange(spec).into_iter().map(|(field, _)| field).collect()
    };
    let long = resolving(|target| target.within_seconds = 90 * 86_400 + 1);
    assert_eq!(at(&long), ["rules[0].targets.resolve.within"]);
    let late = resolving(|target| target.warnings = Some([50, 100].into()));
    assert_eq!(at(&late), ["rules[0].targets.resolve.warnings"]);
    let quick = resolving(|target| target.within_seconds = 3600);
    let told = strange(&quick);
    let text = "it has to be resolved within 1 h, but seen only within 4 h";
    assert_eq!(
        told,
        [(
            "rules[0].targets.resolve.within".to_owned(),
            text.to_owned()
        )]
    );
    let other_time = resolving(|target| *target = wall(1));
    assert_eq!(at(&other_time), [""; 0], "other time cannot be compared");
    let closed = changed(|spec| spec.providers = [id("old")].into());
    assert_eq!(at(&closed), ["providers"]);
    let closed = changed(|spec| {
        spec.providers.clear();
        spec.rules[0].when.providers = [id("old")].into();
    });
    assert_eq!(at(&closed), ["rules[0].when.providers"]);
    let shut = changed(|spec| spec.calendar = Some(id("shut")));
    assert_eq!(at(&shut), ["calendar"]);
    let shut = resolving(|target| target.calendar = Some(id("shut")));
    assert_eq!(at(&shut), ["rules[0].targets.resolve.calendar"]);
    let unused = resolving(|target| {
        target.time = TimeKind::WallClock;
        target.calendar = Some(id("office"));
    });
    assert_eq!(at(&unused), ["rules[0].targets.resolve.calendar"]);
}

#[test]
fn what_is_strange_is_kept_when_it_is_validated() {
    let strange = resolving(|target| target.warnings = Some([100].into()));
    Story::<PolicyDecider>::given([drafted(1, strange.clone())])
        .by(admin())
        .when(validate(1, strange))
        .then_events(|events| {
            let [PolicyEvent::PolicyValidated(validated)] = events else {
                unreachable!("it is validated: {events:?}")
            };
            assert_eq!(
                validated.warnings[0].field,
                "rules[0].targets.resolve.warnings"
            );
        });
}
