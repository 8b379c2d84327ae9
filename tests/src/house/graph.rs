//! The crates of the workspace and all that they depend on, as `cargo metadata` tells it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

/// The part of `cargo metadata --format-version 1` that the rules look at.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Metadata {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
    workspace_root: String,
    resolve: Resolve,
}

#[derive(Debug, Clone, Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    manifest_path: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Clone, Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Debug, Clone, Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<EdgeKind>,
}

#[derive(Debug, Clone, Deserialize)]
struct EdgeKind {
    /// `None` for a normal dependency, else `dev` or `build`.
    kind: Option<String>,
}

/// A crate of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) name: String,
    /// Its folder below the root, `services/requests/domain`.
    pub(super) folder: String,
    /// What it depends on to be built, by name.
    pub(super) needs: BTreeSet<String>,
    /// What only its tests depend on besides.
    pub(super) tests_need: BTreeSet<String>,
    /// What it takes to build it, through all that it depends on.
    pub(super) reaches: BTreeSet<String>,
}

impl Member {
    /// What it and its tests depend on.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.needs.union(&self.tests_need).map(String::as_str)
    }
}

/// Our crates, and the versions of everything.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    pub(super) members: Vec<Member>,
    pub(super) versions: BTreeMap<String, BTreeSet<String>>,
}

impl From<Metadata> for Graph {
    fn from(metadata: Metadata) -> Self {
        let by_id: BTreeMap<&str, &Package> = metadata
            .packages
            .iter()
            .map(|p| (p.id.as_str(), p))
            .collect();
        let nodes: BTreeMap<&str, &Node> = metadata
            .resolve
            .nodes
            .iter()
            .map(|n| (n.id.as_str(), n))
            .collect();
        let names = |ids: BTreeSet<&str>| -> BTreeSet<String> {
            ids.iter()
                .filter_map(|id| by_id.get(id))
                .map(|package| package.name.clone())
                .collect()
        };
        let members = metadata.workspace_members.iter().filter_map(|id| {
            let (package, node) = (by_id.get(id.as_str())?, nodes.get(id.as_str())?);
            let folder = package
                .manifest_path
                .strip_prefix(&metadata.workspace_root)?;
            Some(Member {
                name: package.name.clone(),
                folder: folder
                    .trim_start_matches('/')
                    .trim_end_matches("/Cargo.toml")
                    .to_owned(),
                needs: names(edges(node, false)),
                tests_need: names(edges(node, true)),
                reaches: names(reachable(id, &nodes)),
            })
        });
        let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        // Packages that are in the lock file but in no build of ours are of no interest.
        for package in metadata
            .resolve
            .nodes
            .iter()
            .filter_map(|node| by_id.get(node.id.as_str()))
        {
            versions
                .entry(package.name.clone())
                .or_default()
                .insert(package.version.clone());
        }
        Self {
            members: members.collect(),
            versions,
        }
    }
}

fn edges(node: &Node, dev: bool) -> BTreeSet<&str> {
    let wanted = |edge: &&Edge| {
        edge.dep_kinds
            .iter()
            .any(|kind| (kind.kind.as_deref() == Some("dev")) == dev)
    };
    node.deps
        .iter()
        .filter(wanted)
        .map(|edge| edge.pkg.as_str())
        .collect()
}

/// All that it takes to build `start`, tests left out.
fn reachable<'a>(start: &'a str, nodes: &BTreeMap<&'a str, &'a Node>) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![start];
    while let Some(id) = waiting.pop() {
        let next = nodes
            .get(id)
            .map(|node| edges(node, false))
            .unwrap_or_default();
        waiting.extend(next.into_iter().filter(|id| found.insert(*id)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two members, `a` and `b`: `a` needs `x`, which needs `y`; the tests of `a` need `b`.
    const MADE_UP: &str = r#"{
        "workspace_root": "/w",
        "workspace_members": ["a", "b"],
        "packages": [
            {"id": "a", "name": "a", "version": "1.0.0", "manifest_path": "/w/libs/a/Cargo.toml"},
            {"id": "b", "name": "b", "version": "1.0.0", "manifest_path": "/w/libs/b/Cargo.toml"},
            {"id": "x1", "name": "x", "version": "1.0.0", "manifest_path": "/r/x/Cargo.toml"},
            {"id": "x2", "name": "x", "version": "2.0.0", "manifest_path": "/r/x2/Cargo.toml"},
            {"id": "y", "name": "y", "version": "1.0.0", "manifest_path": "/r/y/Cargo.toml"}
        ],
        "resolve": {"nodes": [
            {"id": "a", "deps": [
                {"pkg": "x1", "dep_kinds": [{"kind": null}]},
                {"pkg": "b", "dep_kinds": [{"kind": "dev"}]}
            ]},
            {"id": "b", "deps": [{"pkg": "x2", "dep_kinds": [{"kind": "build"}]}]},
            {"id": "x1", "deps": [{"pkg": "y", "dep_kinds": [{"kind": null}, {"kind": "dev"}]}]},
            {"id": "x2", "deps": []},
            {"id": "y", "deps": []}
        ]}
    }"#;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn metadata_is_read_with_kinds_and_what_is_reached() {
        let metadata: Metadata = serde_json::from_str(MADE_UP).unwrap();
        let graph = Graph::from(metadata);
        assert_eq!(
            graph.members[0],
            Member {
                name: "a".into(),
                folder: "libs/a".into(),
                needs: set(&["x"]),
                tests_need: set(&["b"]),
                reaches: set(&["x", "y"]),
            }
        );
        assert_eq!(
            graph.members[1].needs,
            set(&["x"]),
            "a build dependency is needed to build"
        );
        assert_eq!(graph.versions["x"], set(&["1.0.0", "2.0.0"]));
    }
}
