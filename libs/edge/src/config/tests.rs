//! Values, their order, and every kind of mistake, each named with its place.

use figment::Jail;
use serde::{Deserialize, Serialize};

use super::*;

const SERVICES: [&str; 2] = ["directory", "requests"];

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Requests {
    auto_close_after_seconds: u64,
    queue: usize,
}

impl Default for Requests {
    fn default() -> Self {
        Self {
            auto_close_after_seconds: 7 * 86_400,
            queue: 64,
        }
    }
}

/// Loads `file` under the variables `environment`, both made up, in an environment of its own.
#[expect(
    clippy::result_large_err,
    reason = "the error of the closure is figment's own"
)]
fn load(file: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let mut loaded = None;
    Jail::expect_with(|jail| {
        jail.clear_env();
        jail.create_file("khidma.toml", file)?;
        for (name, value) in environment {
            jail.set_env(name, value);
        }
        loaded = Some(Config::load(Some(Path::new("khidma.toml")), &SERVICES));
        Ok(())
    });
    loaded.unwrap()
}

fn refusal(file: &str, environment: &[(&str, &str)]) -> String {
    load(file, environment).unwrap_err().to_string()
}

#[test]
fn variables_win_over_the_file_and_the_file_over_the_defaults() {
    let file = "[log]\nurl = \"nats://file:4222\"\nreplicas = 3\n";
    let config = load(file, &[("KHIDMA_LOG__URL", "nats://env:4222")]).unwrap();
    assert_eq!(
        (config.log.url.as_str(), config.log.replicas),
        ("nats://env:4222", 3)
    );
    assert_eq!(config.listen.to_string(), "127.0.0.1:7400");
    assert_eq!(config.jwks_file(), Path::new("./data/identity/jwks.json"));
}

#[test]
fn an_unknown_key_is_named_with_its_file() {
    let text = refusal("[log]\nreplica = 3\n", &[]);
    assert!(
        text.contains("replica") && text.contains("khidma.toml"),
        "{text}"
    );
}

#[test]
fn an_unknown_variable_is_named() {
    let text = refusal("", &[("KHIDMA_LOG__ULR", "embedded")]);
    assert!(
        text.to_lowercase().contains("ulr") && text.contains("environment"),
        "{text}"
    );
}

#[test]
fn the_command_lines_own_variables_are_no_keys() {
    load(
        "",
        &[
            ("KHIDMA_TOKEN_FILE", "token"),
            ("KHIDMA_CONFIG", "khidma.toml"),
        ],
    )
    .unwrap();
}

#[test]
fn a_file_that_was_asked_for_has_to_be_there() {
    let missing = Config::load(Some(Path::new("no/such.toml")), &SERVICES).unwrap_err();
    assert_eq!(
        missing.to_string(),
        "there is no configuration file no/such.toml"
    );
}

#[test]
fn other_machines_are_let_in_only_where_it_is_said() {
    let open = "listen = \"0.0.0.0:7400\"\n";
    assert!(refusal(open, &[]).contains("allow_remote"));
    load(&format!("{open}allow_remote = true\n"), &[]).unwrap();
    load("listen = \"[::1]:0\"\n", &[]).unwrap();
}

#[test]
fn values_that_cannot_be_are_refused_by_key() {
    for (file, key) in [
        ("[log]\nreplicas = 2\n", "log.replicas"),
        ("[log]\nurl = \"http://x\"\n", "log.url"),
        ("[log]\nuser = \"a\"\n", "log.password_file"),
        (
            "[limits]\nrequest_timeout_seconds = 0\n",
            "limits.request_timeout_seconds",
        ),
        (
            "[limits]\nmax_request_bytes = 1\n",
            "limits.max_request_bytes",
        ),
        ("[telemetry]\ntrace_ratio = 1.5\n", "telemetry.trace_ratio"),
    ] {
        let text = refusal(file, &[]);
        assert!(text.contains(key), "{file}: {text}");
    }
}

#[test]
fn a_password_in_the_url_is_refused_and_not_repeated() {
    let text = refusal("[log]\nurl = \"nats://me:s3cret@host:4222\"\n", &[]);
    assert!(
        text.contains("password_file") && !text.contains("s3cret"),
        "{text}"
    );
}

#[test]
fn a_service_reads_its_own_section_over_its_own_defaults() {
    let file = "[services.requests]\nqueue = 7\n";
    let variables = [("KHIDMA_SERVICES__REQUESTS__AUTO_CLOSE_AFTER_SECONDS", "60")];
    let config = load(file, &variables).unwrap();
    let expected = Requests {
        auto_close_after_seconds: 60,
        queue: 7,
    };
    assert_eq!(config.service::<Requests>("requests").unwrap(), expected);
    let defaults = load("", &[])
        .unwrap()
        .service::<Requests>("requests")
        .unwrap();
    assert_eq!(defaults, Requests::default());
}

#[test]
fn a_services_unknown_key_is_named_with_its_file() {
    let config = load("[services.requests]\nqueu = 7\n", &[]).unwrap();
    let text = config
        .service::<Requests>("requests")
        .unwrap_err()
        .to_string();
    assert!(
        text.contains("queu") && text.contains("khidma.toml"),
        "{text}"
    );
}

#[test]
fn a_section_of_no_service_is_refused() {
    let text = refusal("[services.reqests]\nqueue = 7\n", &[]);
    assert_eq!(
        text,
        "unknown section [services.reqests]: the services are directory, requests"
    );
}

#[test]
fn what_is_printed_can_be_read_back() {
    let file = "[telemetry]\notlp_endpoint = \"http://127.0.0.1:4317\"\n[log]\nurl = \"nats://a:4222\"\n\
                user = \"u\"\npassword_file = \"/run/secrets/p\"\n";
    let mut config = load(file, &[]).unwrap();
    config
        .set_service("requests", &Requests::default())
        .unwrap();
    let printed = config.to_toml().unwrap();
    assert!(
        printed.contains("auto_close_after_seconds = 604800"),
        "{printed}"
    );
    assert_eq!(load(&printed, &[]).unwrap(), config);
}

#[test]
fn what_the_command_line_sets_is_checked_like_the_rest() {
    let mut config = load("", &[]).unwrap();
    config.log.url = "nats://127.0.0.1:4222".into();
    config.check(&SERVICES).unwrap();
    config.listen = "0.0.0.0:7400".parse().unwrap();
    assert!(matches!(
        config.check(&SERVICES),
        Err(ConfigError::Remote(_))
    ));
    config
        .set_service(
            "requests",
            &Requests {
                queue: 9,
                ..Requests::default()
            },
        )
        .unwrap();
    assert_eq!(config.service::<Requests>("requests").unwrap().queue, 9);
}
