//! What a compose file has to be like: nothing open, nothing loose, nothing that is not there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Map, Value};

/// A compose file, its anchors and merges resolved.
#[derive(Debug, Clone)]
pub struct Compose(Value);

impl Compose {
    /// Reads YAML.
    ///
    /// # Errors
    /// It is no YAML; the text says where.
    pub fn parse(yaml: &str) -> Result<Self, String> {
        serde_saphyr::from_str(yaml)
            .map(Self)
            .map_err(|error| error.to_string())
    }

    /// The value at a JSON pointer, such as `/services/nats/image`.
    pub fn at(&self, pointer: &str) -> &Value {
        self.0.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// The names of the services.
    pub fn services(&self) -> BTreeSet<&str> {
        entries(&self.0["services"]).map(|(name, _)| name).collect()
    }

    /// What a service mounts from elsewhere, with where: volumes by name, files and folders of the host by path.
    pub fn mounted<'a>(&'a self, service: &str) -> BTreeMap<&'a str, &'a str> {
        let mounts = list(&self.0["services"][service]["volumes"]).iter();
        mounts.filter_map(mount).collect()
    }

    /// Every breach of a rule, each in one line. Paths are taken from `root`; a secret counts as there if `secret` says
    /// so (it is made on the spot, not committed).
    pub fn violations(&self, root: &Path, secret: impl Fn(&Path) -> bool) -> Vec<String> {
        let services = entries(&self.0["services"]).flat_map(|(name, service)| {
            let found = [
                self.life(name, service),
                rights(service),
                ports(service),
                image(service, root),
                self.mounts(service, root),
            ];
            found
                .into_iter()
                .flatten()
                .map(move |text| format!("{name}: {text}"))
                .collect::<Vec<_>>()
        });
        let secrets = entries(&self.0["secrets"]).filter_map(|(name, entry)| {
            let file = entry["file"].as_str().unwrap_or_default();
            (file.is_empty() || !secret(&root.join(file)))
                .then(|| format!("secret {name}: there is no {file:?}"))
        });
        services.chain(secrets).collect()
    }

    /// Whether a service ends by itself: others wait for its end.
    fn is_one_shot(&self, name: &str) -> bool {
        entries(&self.0["services"]).any(|(_, other)| {
            other["depends_on"][name]["condition"] == "service_completed_successfully"
        })
    }

    /// It is watched, comes back when it dies, and waits for others only where they can be waited for.
    fn life(&self, name: &str, service: &Value) -> Vec<String> {
        let one_shot = self.is_one_shot(name);
        let restart = if one_shot {
            "on-failure"
        } else {
            "unless-stopped"
        };
        let mut found = Vec::new();
        if service["restart"] != restart {
            found.push(format!("restart is not {restart}"));
        }
        let test = service["healthcheck"]["test"].as_array();
        if !one_shot && test.is_none_or(|test| test.len() < 2 || test[0] != "CMD") {
            found.push("no health check".to_owned());
        }
        let unknown = entries(&service["depends_on"])
            .filter(|(other, _)| self.0["services"].get(other).is_none());
        found.extend(unknown.map(|(other, _)| format!("waits for {other}, which is not there")));
        found
    }

    /// What it mounts exists, and what it need not write it cannot.
    fn mounts(&self, service: &Value, root: &Path) -> Vec<String> {
        let mut found = Vec::new();
        for mount in strings(&service["volumes"]) {
            let source = mount.split(':').next().unwrap_or_default();
            let of_the_host = source.starts_with(['.', '/', '~']);
            if of_the_host && !root.join(source).exists() {
                found.push(format!("mounts {source}, which is not there"));
            }
            if of_the_host && !mount.ends_with(":ro") {
                found.push(format!("could write to {source} of the host"));
            }
            if !of_the_host && self.0["volumes"].get(source).is_none() {
                found.push(format!("mounts the volume {source}, which is not declared"));
            }
        }
        for secret in list(&service["secrets"]) {
            let name = secret
                .as_str()
                .or_else(|| secret["source"].as_str())
                .unwrap_or_default();
            if self.0["secrets"].get(name).is_none() {
                found.push(format!("uses the secret {name}, which is not declared"));
            }
        }
        found
    }
}

fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value
        .as_object()
        .into_iter()
        .flat_map(Map::iter)
        .map(|(name, value)| (name.as_str(), value))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Source and target of a mount, in its short form or its long one.
fn mount(mount: &Value) -> Option<(&str, &str)> {
    let short = || {
        let (source, rest) = mount.as_str()?.split_once(':')?;
        Some((source, rest.split(':').next()?))
    };
    short().or_else(|| Some((mount["source"].as_str()?, mount["target"].as_str()?)))
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    list(value).iter().filter_map(Value::as_str)
}

/// It has as few rights as a container can have.
fn rights(service: &Value) -> Vec<String> {
    let missing = [
        (service["read_only"] == true, "its root can be written"),
        (
            strings(&service["cap_drop"]).any(|cap| cap == "ALL"),
            "it keeps capabilities",
        ),
        (
            strings(&service["security_opt"]).any(|option| option == "no-new-privileges:true"),
            "it could gain privileges",
        ),
    ];
    let missing = missing
        .into_iter()
        .filter(|(held, _)| !held)
        .map(|(_, text)| text.to_owned());
    let given = [
        "privileged",
        "cap_add",
        "network_mode",
        "pid",
        "ipc",
        "userns_mode",
        "devices",
    ];
    let given = given.into_iter().filter(|key| service.get(key).is_some());
    missing
        .chain(given.map(|key| format!("it has {key}")))
        .collect()
}

/// Nothing is reachable from another machine.
fn ports(service: &Value) -> Vec<String> {
    let open = list(&service["ports"]).iter().filter(|port| {
        // The long form is not used here; were it, this would say so rather than let it pass.
        !port
            .as_str()
            .is_some_and(|port| port.starts_with("127.0.0.1:") && port.matches(':').count() == 2)
    });
    open.map(|port| format!("the port {port} is not bound to 127.0.0.1"))
        .collect()
}

/// It says which version it runs, and what it is built from is there.
fn image(service: &Value, root: &Path) -> Vec<String> {
    let image = service["image"].as_str().unwrap_or_default();
    let tag = image
        .rsplit_once(':')
        .map(|(_, tag)| tag)
        .filter(|tag| !tag.contains('/'));
    let mut found = Vec::new();
    if tag.is_none_or(|tag| tag == "latest" || !tag.contains(|c: char| c.is_ascii_digit())) {
        found.push(format!("the image {image:?} is not pinned"));
    }
    if let Some(build) = service.get("build") {
        let context = root.join(build["context"].as_str().unwrap_or_default());
        let dockerfile = build["dockerfile"].as_str().unwrap_or("Dockerfile");
        if !context.join(dockerfile).is_file() {
            found.push(format!("is built from {dockerfile}, which is not there"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A compose file as it should be; `src` stands for a file that is there.
    const GOOD: &str = r#"
x-hardened: &hardened
  read_only: true
  cap_drop: [ALL]
  security_opt: ["no-new-privileges:true"]
  restart: unless-stopped
services:
  init: { <<: *hardened, image: "init:1", restart: on-failure }
  app:
    <<: *hardened
    image: app:1.2
    depends_on: { init: { condition: service_completed_successfully } }
    ports: ["127.0.0.1:80:80"]
    volumes: ["./src:/src:ro", "data:/data"]
    secrets: [key]
    healthcheck: { test: [CMD, app, health] }
secrets: { key: { file: key.txt } }
volumes: { data: }
"#;

    /// What is changed in [`GOOD`], into what, and what is then found.
    const FLAWS: &[(&str, &str, &str)] = &[
        (
            "app:1.2",
            "app:latest",
            "app: the image \"app:latest\" is not pinned",
        ),
        ("app:1.2", "app", "app: the image \"app\" is not pinned"),
        (
            "127.0.0.1:80:80",
            "80:80",
            "app: the port \"80:80\" is not bound to 127.0.0.1",
        ),
        (
            "127.0.0.1:80:80",
            "0.0.0.0:80:80",
            "app: the port \"0.0.0.0:80:80\" is not bound to 127.0.0.1",
        ),
        (
            "./src:/src:ro",
            "./nothing:/src:ro",
            "app: mounts ./nothing, which is not there",
        ),
        (
            "./src:/src:ro",
            "./src:/src",
            "app: could write to ./src of the host",
        ),
        (
            "data:/data",
            "date:/data",
            "app: mounts the volume date, which is not declared",
        ),
        (
            "[key]",
            "[kay]",
            "app: uses the secret kay, which is not declared",
        ),
        (
            "healthcheck: { test: [CMD, app, health] }",
            "tty: true",
            "app: no health check",
        ),
        (
            "restart: on-failure",
            "restart: always",
            "init: restart is not on-failure",
        ),
        (
            "{ init:",
            "{ int:",
            "app: waits for int, which is not there",
        ),
        (
            "image: app:1.2",
            "image: app:1.2\n    privileged: true",
            "app: it has privileged",
        ),
        (
            "image: app:1.2",
            "image: app:1.2\n    cap_drop: []",
            "app: it keeps capabilities",
        ),
        (
            "image: app:1.2",
            "image: app:1.2\n    read_only: false",
            "app: its root can be written",
        ),
        (
            "image: app:1.2",
            "image: app:1.2\n    security_opt: []",
            "app: it could gain privileges",
        ),
        (
            "image: app:1.2",
            "image: app:1.2\n    build: { context: . }",
            "app: is built from Dockerfile, which is not there",
        ),
    ];

    fn violations(yaml: &str) -> Vec<String> {
        Compose::parse(yaml)
            .unwrap()
            .violations(Path::new(env!("CARGO_MANIFEST_DIR")), |_| true)
    }

    #[test]
    fn a_file_as_it_should_be_has_no_violation() {
        assert_eq!(violations(GOOD), Vec::<String>::new());
    }

    #[test]
    fn mounts_are_seen_in_either_form() {
        let long = GOOD.replace(
            "\"data:/data\"",
            "{ type: volume, source: data, target: /data }",
        );
        for yaml in [GOOD, &long] {
            let compose = Compose::parse(yaml).unwrap();
            let expected = BTreeMap::from([("./src", "/src"), ("data", "/data")]);
            assert_eq!(compose.mounted("app"), expected);
            assert_eq!(compose.mounted("init"), BTreeMap::new());
        }
    }

    #[test]
    fn each_flaw_is_found() {
        for (good, bad, expected) in FLAWS {
            assert!(GOOD.contains(good), "{good}");
            let found = violations(&GOOD.replace(good, bad));
            assert!(
                found.iter().any(|violation| violation == expected),
                "{expected}: {found:?}"
            );
        }
    }

    #[test]
    fn a_secret_that_nothing_makes_is_found() {
        let found = Compose::parse(GOOD)
            .unwrap()
            .violations(Path::new(env!("CARGO_MANIFEST_DIR")), |_| false);
        assert_eq!(found, ["secret key: there is no \"key.txt\""]);
    }
}
