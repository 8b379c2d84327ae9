//! Who may depend on whom: architecture.md of the house, as code. ARCHITECTURE.md says the same in words.

use super::Graph;
use super::graph::Member;

/// What does I/O, schedules or talks to the outside. A pure crate reaches none of it, however indirectly.
const IMPURE: [&str; 9] = [
    "tokio",
    "tonic",
    "prost",
    "sled",
    "fjall",
    "async-nats",
    "opentelemetry",
    "tracing",
    "futures-executor",
];

/// All that a domain may name: the shared words, and what is as pure as they are (`oxilangtag` reads language tags,
/// `mime` media types, `url` addresses, `iso_currency` currencies, `jiff` counts civil time, `subtle` compares secrets,
/// `sha2` is a function).
const DOMAIN_MAY_NAME: [&str; 13] = [
    "khidma-kernel",
    "khidma-events",
    "khidma-calendar",
    "oxilangtag",
    "serde",
    "serde_json",
    "thiserror",
    "mime",
    "url",
    "iso_currency",
    "jiff",
    "sha2",
    "subtle",
];

/// Libraries that are pure as domains are.
const PURE_LIBS: [&str; 3] = ["khidma-kernel", "khidma-events", "khidma-calendar"];

/// Crates that only the crates beside them may name, tests included.
const CONFINED: [(&str, &[&str]); 5] = [
    // The benchmark's bare publishing is what the feeds' publisher is measured against.
    ("async-nats", &["khidma-eventlog", "khidma-bench"]),
    ("fjall", &["khidma-eventlog"]),
    // The benchmark's bare loop writes straight into sled: that is what a rebuild is measured against.
    ("sled", &["khidma-projection", "khidma-bench"]),
    ("opentelemetry-proto", &["khidma-edge", "khidma-testkit"]),
    ("opentelemetry", &["khidma-edge"]),
];

/// Crates of which two versions at once do not fit each other.
const ONE_VERSION: [&str; 5] = ["tonic", "prost", "opentelemetry", "async-nats", "rustls"];

/// Crates that never come in: TLS is rustls with ring.
const BANNED: [&str; 5] = [
    "openssl",
    "openssl-sys",
    "native-tls",
    "aws-lc-sys",
    "aws-lc-rs",
];

/// Every breach of a rule, each in one line; none if the house stands as it should.
pub fn violations(graph: &Graph) -> Vec<String> {
    let of_member = graph.members.iter().flat_map(|member| {
        [
            domain_is_pure(member),
            services_stand_apart(member, graph),
            libs_know_no_service(member, graph),
        ]
        .into_iter()
        .chain([
            confined_stay_confined(member),
            protobuf_stops_at_the_edge(member),
        ])
        .flatten()
        .collect::<Vec<_>>()
    });
    of_member.chain(versions_fit(graph)).collect()
}

fn is_domain(member: &Member) -> bool {
    member.folder.starts_with("services/") && member.folder.ends_with("/domain")
}

/// `requests` for everything below `services/requests`; none for the libraries.
fn service(member: &Member) -> Option<&str> {
    member.folder.strip_prefix("services/")?.split('/').next()
}

fn find<'a>(graph: &'a Graph, name: &str) -> Option<&'a Member> {
    graph.members.iter().find(|member| member.name == name)
}

/// A domain names the shared words only, and nothing it is built from does I/O. The same for the words themselves.
fn domain_is_pure(member: &Member) -> Vec<String> {
    let domain = is_domain(member);
    if !domain && !PURE_LIBS.contains(&member.name.as_str()) {
        return Vec::new();
    }
    let named = member
        .needs
        .iter()
        .filter(|name| domain && !DOMAIN_MAY_NAME.contains(&name.as_str()));
    let reached = member
        .reaches
        .iter()
        .filter(|name| IMPURE.contains(&name.as_str()));
    named
        .map(|name| format!("{} is a domain and may not name {name}", member.name))
        .chain(reached.map(|name| format!("{} is pure and may not reach {name}", member.name)))
        .collect()
}

/// Services meet on the event log, not in Cargo.toml; only the one binary knows them all.
fn services_stand_apart(member: &Member, graph: &Graph) -> Vec<String> {
    let Some(own) = service(member).filter(|_| member.folder != "services/khidma") else {
        return Vec::new();
    };
    let foreign = member.names().filter(|name| {
        let other = find(graph, name).and_then(service);
        other.is_some_and(|other| other != own)
    });
    foreign
        .map(|name| {
            format!(
                "{} is of the service {own} and may not name {name}",
                member.name
            )
        })
        .collect()
}

fn libs_know_no_service(member: &Member, graph: &Graph) -> Vec<String> {
    if !member.folder.starts_with("libs/") {
        return Vec::new();
    }
    let services = member
        .names()
        .filter(|name| find(graph, name).and_then(service).is_some());
    services
        .map(|name| {
            format!(
                "{} is a library and may not name the service {name}",
                member.name
            )
        })
        .collect()
}

/// The most telling entry of [`CONFINED`]: `opentelemetry` stands for all crates whose name has it.
fn home_of(name: &str) -> Option<&'static [&'static str]> {
    let exact = CONFINED.iter().find(|(confined, _)| *confined == name);
    let family = || {
        CONFINED
            .iter()
            .find(|(confined, _)| *confined == "opentelemetry" && name.contains(confined))
    };
    exact.or_else(family).map(|(_, homes)| *homes)
}

fn confined_stay_confined(member: &Member) -> Vec<String> {
    let strays = member
        .names()
        .filter(|name| home_of(name).is_some_and(|homes| !homes.contains(&member.name.as_str())));
    strays
        .map(|name| format!("{} may not name {name}", member.name))
        .collect()
}

/// Generated types are for the edge, the servers, the binary and the tests; what is within never sees them.
fn protobuf_stops_at_the_edge(member: &Member) -> Vec<String> {
    let outer = ["khidma-edge", "khidma-testkit", "khidma-proto"].contains(&member.name.as_str())
        || !member.folder.starts_with("libs/") && !is_domain(member);
    let generated = member
        .names()
        .filter(|name| !outer && ["khidma-proto", "prost", "prost-types"].contains(name));
    generated
        .map(|name| format!("{} is within the edge and may not name {name}", member.name))
        .collect()
}

fn versions_fit(graph: &Graph) -> Vec<String> {
    let many = ONE_VERSION.iter().filter_map(|name| {
        let versions = graph
            .versions
            .get(*name)
            .filter(|versions| versions.len() > 1)?;
        let versions: Vec<&str> = versions.iter().map(String::as_str).collect();
        Some(format!(
            "{name} is there in {} versions: {}",
            versions.len(),
            versions.join(", ")
        ))
    });
    let banned = BANNED
        .iter()
        .filter(|name| graph.versions.contains_key(**name));
    many.chain(banned.map(|name| format!("{name} may not come in")))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn member(folder: &str, name: &str, needs: &[&str]) -> Member {
        let needs: BTreeSet<String> = needs.iter().map(|name| (*name).to_owned()).collect();
        Member {
            name: name.into(),
            folder: folder.into(),
            reaches: needs.clone(),
            needs,
            tests_need: BTreeSet::new(),
        }
    }

    /// A house as it should be, small.
    fn house() -> Graph {
        let members = vec![
            member("libs/kernel", "khidma-kernel", &["serde"]),
            member(
                "libs/eventlog",
                "khidma-eventlog",
                &["khidma-kernel", "async-nats", "fjall", "tokio"],
            ),
            member(
                "libs/projection",
                "khidma-projection",
                &["khidma-eventlog", "sled"],
            ),
            member("libs/proto", "khidma-proto", &["prost", "tonic"]),
            member(
                "libs/edge",
                "khidma-edge",
                &["opentelemetry", "tracing-opentelemetry", "khidma-proto"],
            ),
            member("libs/testkit", "khidma-testkit", &["opentelemetry-proto"]),
            member(
                "services/requests/domain",
                "khidma-requests-domain",
                &["khidma-kernel", "thiserror"],
            ),
            member(
                "services/requests/server",
                "khidma-requests",
                &["khidma-requests-domain", "khidma-proto"],
            ),
            member(
                "services/directory/server",
                "khidma-directory",
                &["khidma-edge"],
            ),
            member(
                "services/khidma",
                "khidma",
                &["khidma-requests", "khidma-directory"],
            ),
        ];
        let versions =
            ["tonic", "prost"].map(|name| (name.to_owned(), BTreeSet::from(["0.14.0".to_owned()])));
        Graph {
            members,
            versions: versions.into(),
        }
    }

    /// What the rules say once the member `name` also depends on `dependency`.
    fn with(name: &str, dependency: &str) -> Vec<String> {
        let mut graph = house();
        let member = graph
            .members
            .iter_mut()
            .find(|member| member.name == name)
            .unwrap();
        member.needs.insert(dependency.to_owned());
        member.reaches.insert(dependency.to_owned());
        violations(&graph)
    }

    #[test]
    fn the_house_as_it_should_be_has_no_violation() {
        assert_eq!(violations(&house()), Vec::<String>::new());
    }

    #[test]
    fn a_domain_that_names_more_than_the_words_is_found() {
        let found = with("khidma-requests-domain", "regex");
        assert_eq!(
            found,
            ["khidma-requests-domain is a domain and may not name regex"]
        );
    }

    #[test]
    fn io_that_a_pure_crate_reaches_indirectly_is_found() {
        for (name, folder) in [
            ("khidma-requests-domain", "domain"),
            ("khidma-kernel", "kernel"),
        ] {
            let mut graph = house();
            let member = graph
                .members
                .iter_mut()
                .find(|member| member.folder.ends_with(folder))
                .unwrap();
            member.reaches.insert("tokio".into());
            assert_eq!(
                violations(&graph),
                [format!("{name} is pure and may not reach tokio")]
            );
        }
    }

    #[test]
    fn a_service_that_knows_another_is_found() {
        let found = with("khidma-directory", "khidma-requests");
        assert_eq!(
            found,
            ["khidma-directory is of the service directory and may not name khidma-requests"]
        );
    }

    #[test]
    fn tests_may_not_break_the_rules_either() {
        let mut graph = house();
        let member = graph
            .members
            .iter_mut()
            .find(|member| member.name == "khidma-directory")
            .unwrap();
        member.tests_need.insert("async-nats".into());
        member.tests_need.insert("khidma-requests-domain".into());
        assert_eq!(violations(&graph).len(), 2);
    }

    #[test]
    fn a_library_that_knows_a_service_is_found() {
        let found = with("khidma-edge", "khidma-requests");
        assert_eq!(
            found,
            ["khidma-edge is a library and may not name the service khidma-requests"]
        );
    }

    #[test]
    fn each_confined_crate_is_found_elsewhere() {
        let strays = [
            "async-nats",
            "fjall",
            "sled",
            "opentelemetry",
            "opentelemetry_sdk",
            "tracing-opentelemetry",
        ];
        for stray in strays.into_iter().chain(["opentelemetry-proto"]) {
            assert_eq!(
                with("khidma-requests", stray),
                [format!("khidma-requests may not name {stray}")]
            );
        }
        assert_eq!(
            with("khidma-testkit", "opentelemetry"),
            ["khidma-testkit may not name opentelemetry"]
        );
    }

    #[test]
    fn generated_types_within_the_edge_are_found() {
        let found = with("khidma-projection", "khidma-proto");
        assert_eq!(
            found,
            ["khidma-projection is within the edge and may not name khidma-proto"]
        );
    }

    #[test]
    fn two_versions_and_banned_crates_are_found() {
        let mut graph = house();
        graph
            .versions
            .get_mut("tonic")
            .unwrap()
            .insert("0.12.0".into());
        graph
            .versions
            .insert("openssl".into(), BTreeSet::from(["0.10.0".into()]));
        assert_eq!(
            violations(&graph),
            [
                "tonic is there in 2 versions: 0.12.0, 0.14.0",
                "openssl may not come in"
            ]
        );
    }
}
