//! The deployment as far as it can be tried without a container engine: the compose file is read and held against its
//! rules, the files it mounts are read by those who will read them, and the NATS configuration is started for real.
#![cfg(test)]

mod consumers;
mod dashboard;
mod feeds;
mod nats;
mod pages;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use khidma_edge::config::Config;
use khidma_notifications_channels::{MailConfig, Mailer};
use khidma_tests::compose::Compose;
use serde_json::Value;
use tempfile::TempDir;

use nats::{Client, Server};

/// Those of Khidma's own.
const SERVICES: [&str; 6] = [
    "directory",
    "requests",
    "sla",
    "notifications",
    "feeds",
    "feedback",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

fn compose() -> Compose {
    Compose::parse(&read("docker-compose.yml")).unwrap()
}

/// What `deploy/secrets/make.sh` makes, in a folder of its own.
fn secrets() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    make_secrets(folder.path());
    folder
}

fn make_secrets(folder: &Path) {
    let made = Command::new("bash")
        .arg(root().join("deploy/secrets/make.sh"))
        .arg(folder)
        .status()
        .unwrap();
    assert!(made.success());
}

fn password(secrets: &TempDir, user: &str) -> String {
    fs::read_to_string(secrets.path().join(format!("nats-{user}.password"))).unwrap()
}

#[test]
fn the_compose_file_keeps_its_rules() {
    let secrets = secrets();
    let made_and_shown = |file: &Path| {
        let name = file.file_name().unwrap();
        let example = PathBuf::from(format!("{}.example", file.display()));
        secrets.path().join(name).is_file() && example.is_file()
    };
    let found = compose().violations(root(), made_and_shown);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_compose_file_runs_each_service_on_the_nats_that_is_tested() {
    let compose = compose();
    for service in SERVICES {
        assert_eq!(
            compose.at(&format!("/services/{service}/command")),
            &serde_json::json!(["serve", service])
        );
    }
    let image = compose.at("/services/nats/image").as_str().unwrap();
    let version = Command::new(nats::binary())
        .arg("--version")
        .output()
        .unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let version = version.trim().trim_start_matches("nats-server: v");
    assert_eq!(image, format!("nats:{version}-alpine"));
    let everybody = [
        "collector",
        "directory",
        "feedback",
        "feeds",
        "grafana",
        "identity",
        "jaeger",
        "mail",
        "nats",
        "notifications",
        "prometheus",
        "requests",
        "sla",
    ];
    assert_eq!(
        compose.services().into_iter().collect::<Vec<_>>(),
        everybody
    );
}

#[test]
fn the_services_understand_their_configuration() {
    let config = Config::load(Some(&root().join("deploy/khidma.toml")), &SERVICES).unwrap();
    let compose = compose();
    let host = config
        .log
        .url
        .strip_prefix("nats://")
        .unwrap()
        .strip_suffix(":4222")
        .unwrap();
    assert!(compose.services().contains(host), "{host} is no container");
    assert_eq!(config.log.user.as_deref(), Some("khidma"));
    let secret = config.log.password_file.unwrap();
    let secret = secret
        .strip_prefix("/run/secrets")
        .unwrap()
        .to_str()
        .unwrap();
    assert!(
        compose.at("/secrets").get(secret).is_some(),
        "{secret} is no secret of the compose file"
    );
    let collector = config.telemetry.otlp_endpoint.unwrap();
    assert_eq!(collector, "http://collector:4317");
    let volume = compose.at("/services/requests/volumes").as_array().unwrap();
    // As the file says it: for tests, KHIDMA_DATA names the folder of the shared data.
    let file = std::fs::read_to_string(root().join("deploy/khidma.toml")).unwrap();
    let data = file.lines().find_map(|line| line.strip_prefix("data = "));
    let data = format!("requests:{}", data.unwrap().trim_matches('"'));
    assert!(
        volume.iter().any(|mount| *mount == *data),
        "{data} is not mounted"
    );
}

/// As the service reads it: what it does not know it refuses.
#[test]
fn e_mail_goes_to_the_container_that_catches_it() {
    let config = Config::load(Some(&root().join("deploy/khidma.toml")), &SERVICES).unwrap();
    let section: Value = config.service("notifications").unwrap();
    let mail: MailConfig = serde_json::from_value(section["mail"].clone()).unwrap();
    assert!(Mailer::new(&mail).unwrap().is_configured());
    let compose = compose();
    let server = mail.server.as_deref().unwrap();
    let image = compose.at(&format!("/services/{server}/image"));
    assert!(
        image.as_str().unwrap().starts_with("axllent/mailpit:"),
        "{image}"
    );
    // Where that listens unless it is told otherwise.
    assert_eq!(mail.effective_port(), 1025);
    let listens = compose.at(&format!("/services/{server}/environment/MP_SMTP_BIND_ADDR"));
    assert!(listens.is_null(), "{listens}");
}

/// The keyring is made in the data folder: it has to outlive its container, and to be nobody else's.
#[test]
fn the_keyring_outlives_its_container() {
    let compose = compose();
    let volume = |service: &str| {
        let mounts = compose.mounted(service);
        let found = mounts.iter().find(|(_, at)| **at == "/var/lib/khidma");
        found.map(|(volume, _)| (*volume).to_owned())
    };
    let keyring = volume("notifications").unwrap();
    assert!(compose.at("/volumes").get(&keyring).is_some(), "{keyring}");
    for service in SERVICES.iter().filter(|name| **name != "notifications") {
        assert_ne!(
            volume(service).as_deref(),
            Some(keyring.as_str()),
            "{service}"
        );
    }
}

#[test]
fn only_the_container_identity_sees_the_signing_key() {
    let compose = compose();
    let said = |variable: &str| {
        let value = compose.at(&format!("/services/identity/environment/{variable}"));
        PathBuf::from(value.as_str().unwrap())
    };
    let mounts = compose.mounted("identity");
    let volume_of = |path: &Path| {
        let found = mounts.iter().find(|(_, target)| path.starts_with(target));
        *found.unwrap().0
    };
    let published = said("KHIDMA_IDENTITY__PUBLISH_FILE");
    let (keys, jwks) = (volume_of(&said("KHIDMA_DATA")), volume_of(&published));
    assert_ne!(keys, jwks);
    for service in compose.services() {
        let seen = compose.mounted(service).contains_key(keys);
        assert_eq!(seen, service == "identity", "{service}");
    }
    let config = Config::load(Some(&root().join("deploy/khidma.toml")), &SERVICES).unwrap();
    assert_eq!(config.jwks_file(), published, "another file is believed");
    for service in SERVICES {
        let target = mounts[jwks];
        assert_eq!(compose.mounted(service).get(jwks), Some(&target));
        let volumes = compose.at(&format!("/services/{service}/volumes"));
        let read_only = format!("{jwks}:{target}:ro");
        let mounted = volumes.as_array().unwrap();
        assert!(mounted.contains(&read_only.into()), "{service}: {volumes}");
    }
}

#[test]
fn the_collectors_pipelines_have_all_their_parts() {
    let collector: Value =
        serde_saphyr::from_str(&read("deploy/collector/otel-collector.yaml")).unwrap();
    let pipelines = collector["service"]["pipelines"].as_object().unwrap();
    assert_eq!(
        pipelines.keys().collect::<Vec<_>>(),
        ["logs", "metrics", "traces"]
    );
    for (name, pipeline) in pipelines {
        for part in ["receivers", "processors", "exporters"] {
            for used in pipeline[part].as_array().unwrap() {
                assert!(
                    collector[part].get(used.as_str().unwrap()).is_some(),
                    "{name}: no {part} {used}"
                );
            }
        }
    }
    let jaeger = collector["exporters"]["otlp/jaeger"]["endpoint"]
        .as_str()
        .unwrap();
    assert!(
        compose()
            .services()
            .contains(jaeger.split(':').next().unwrap()),
        "{jaeger} is no container"
    );
}

#[test]
fn passwords_are_made_once_and_differ() {
    let secrets = secrets();
    let first = password(&secrets, "khidma");
    assert_eq!(first.len(), 64);
    assert_ne!(first, password(&secrets, "operator"));
    make_secrets(secrets.path());
    assert_eq!(
        password(&secrets, "khidma"),
        first,
        "a second run may not lock out who knows the first password"
    );
}

#[test]
fn nats_refuses_who_it_does_not_know() {
    let server = Server::start(&secrets());
    for credentials in [
        None,
        Some(("khidma", "guessed")),
        Some(("somebody", "guessed")),
    ] {
        let refusal = Client::connect(&server, credentials).unwrap_err();
        assert!(
            refusal.contains("Authorization Violation"),
            "{credentials:?}: {refusal}"
        );
    }
}

#[test]
fn the_services_user_has_jetstream_and_no_more_than_it_needs() {
    let secrets = secrets();
    let server = Server::start(&secrets);
    let mut client =
        Client::connect(&server, Some(("khidma", &password(&secrets, "khidma")))).unwrap();
    let stream = r#"{"name":"KHIDMA_LOG","subjects":["khidma.log.>"],"storage":"file"}"#;
    let created = client.request("$JS.API.STREAM.CREATE.KHIDMA_LOG", stream);
    assert_eq!(created["error"], Value::Null, "{created}");
    let stored = client.request("khidma.log.requests.1", "a commit");
    assert_eq!(stored["seq"], 1, "{stored}");
    let refusal = client.publish("elsewhere", "x").unwrap_err();
    assert!(refusal.contains("Permissions Violation"), "{refusal}");
}

#[test]
fn the_operators_user_does_not_reach_the_log() {
    let secrets = secrets();
    let server = Server::start(&secrets);
    let mut operator =
        Client::connect(&server, Some(("operator", &password(&secrets, "operator")))).unwrap();
    let about = operator.request("$SYS.REQ.SERVER.PING.VARZ", "");
    assert_eq!(about["server"]["name"], "khidma-1", "{about}");
    let account = operator.request("$JS.API.INFO", "");
    assert_ne!(account["error"], Value::Null, "{account}");
}

#[test]
fn nats_acknowledges_only_what_survives_a_power_cut() {
    let server = Server::start(&secrets());
    let jetstream = server.monitor("/varz")["jetstream"]["config"].clone();
    assert_eq!(
        jetstream["sync_always"], true,
        "sync_interval: always is not in force: {jetstream}"
    );
    let store = jetstream["store_dir"].as_str().unwrap();
    assert!(
        Path::new(store).starts_with(server.store()),
        "the log is kept in {store}"
    );
    assert_eq!(server.monitor("/healthz")["status"], "ok");
}

#[test]
fn nats_does_not_start_without_its_passwords_or_its_folder() {
    let secrets = secrets();
    let refused = |prepare: &dyn Fn(&Path, &mut Command)| {
        let folder = nats::folder(&secrets);
        let mut command = nats::command(folder.path());
        prepare(folder.path(), &mut command);
        // Only checks the configuration: it ends at once in any case.
        let output = command.arg("-t").output().unwrap();
        (!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(refused(&|_, _| ()), None, "complete, it would start");
    let text = refused(&|_, command| {
        command.env_remove("STORE_DIR");
    })
    .unwrap();
    assert!(text.contains("STORE_DIR"), "{text}");
    let text = refused(&|folder, _| fs::remove_file(folder.join("users.conf")).unwrap()).unwrap();
    assert!(text.contains("users.conf"), "{text}");
}
