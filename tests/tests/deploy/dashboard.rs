//! The dashboard and the operator's page ask for what the services tell, and the containers around them are wired up.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use khidma_sla::signals::names::{Kind, Metric, sla};
use serde_json::Value;

use super::{compose, read};

const DASHBOARD: &str = "deploy/grafana/khidma-service-levels.json";
const PAGE: &str = "docs/operations.md";
/// What a histogram has one of for each bucket.
const BUCKET: &str = "le";

const fn other(name: &'static str, kind: Kind, labels: &'static [&'static str]) -> Metric {
    Metric {
        name,
        kind,
        unit: "{one}",
        description: "",
        labels,
    }
}

/// What other services tell, and where.
const OTHERS: [(Metric, &str); 5] = [
    (
        other(
            "khidma.notifications.attempts",
            Kind::Counter,
            &["channel", "outcome"],
        ),
        "services/notifications/server/src/react/send/meters.rs",
    ),
    (
        other(
            "khidma.notifications.deliveries.open",
            Kind::Gauge,
            &["channel", "state"],
        ),
        "services/notifications/server/src/react/send/meters.rs",
    ),
    (
        other("khidma.feeds.published", Kind::Counter, &[]),
        "services/feeds/server/src/publish.rs",
    ),
    (
        other("khidma.feeds.lag", Kind::Gauge, &[]),
        "services/feeds/server/src/publish.rs",
    ),
    (
        other("khidma.feeds.subscribers", Kind::Gauge, &[]),
        "services/feeds/server/src/grpc/mod.rs",
    ),
];

/// The series of a metric in Prometheus, as the collector's exporter names them: dots become underscores, a unit in
/// braces vanishes, seconds are written out, and counters end in `_total`.
fn in_prometheus(metric: &Metric) -> Vec<String> {
    let mut name = metric.name.replace('.', "_");
    match metric.unit {
        "s" => name += "_seconds",
        unit => assert!(unit.starts_with('{'), "{name}: how is {unit} written out?"),
    }
    match metric.kind {
        Kind::Gauge => vec![name],
        Kind::Counter => vec![name + "_total"],
        Kind::Histogram => ["_bucket", "_count", "_sum"]
            .map(|part| format!("{name}{part}"))
            .into(),
    }
}

/// Each series that is told, with its labels.
fn told() -> BTreeMap<String, BTreeSet<&'static str>> {
    let others = OTHERS.iter().map(|(metric, _)| metric);
    let metrics = sla::METRICS.iter().chain(others);
    let series = metrics.flat_map(|metric| {
        let mut labels: BTreeSet<_> = metric.labels.iter().copied().collect();
        if metric.kind == Kind::Histogram {
            labels.insert(BUCKET);
        }
        in_prometheus(metric)
            .into_iter()
            .map(move |name| (name, labels.clone()))
    });
    series.collect()
}

fn dashboard() -> Value {
    serde_json::from_str(&read(DASHBOARD)).unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The words of a text that begin as `beginning` does and go on in letters, digits and `others`.
fn words<'a>(text: &'a str, beginning: &str, others: &[char]) -> BTreeSet<&'a str> {
    let part = |c: char| c.is_ascii_alphanumeric() || others.contains(&c);
    let words = text.split(|c: char| !part(c));
    words
        .filter(|word| word.starts_with(beginning))
        .map(|word| word.trim_end_matches(others))
        .collect()
}

/// What PromQL groups by, and which labels it compares.
fn labels_in(query: &str) -> BTreeSet<&str> {
    let grouped = query
        .split("by (")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    let grouped = grouped.flat_map(|list| list.split(','));
    let braces = query
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next());
    let compared = braces
        .flat_map(|list| list.split(','))
        .filter_map(|one| one.split(['=', '!']).next());
    grouped
        .chain(compared)
        .map(str::trim)
        .filter(|label| !label.is_empty())
        .collect()
}

/// What is asked in `query` that nobody tells.
fn unknown(query: &str) -> Vec<String> {
    let told = told();
    let asked = words(query, "khidma_", &['_']);
    let (known, unknown): (Vec<_>, Vec<_>) =
        asked.into_iter().partition(|name| told.contains_key(*name));
    let labels: BTreeSet<_> = known
        .iter()
        .flat_map(|name| &told[*name])
        .copied()
        .collect();
    let strange = labels_in(query)
        .into_iter()
        .filter(|label| !labels.contains(label));
    unknown
        .into_iter()
        .chain(strange)
        .map(str::to_owned)
        .collect()
}

fn queries(dashboard: &Value) -> Vec<&str> {
    let panels = list(&dashboard["panels"]).iter();
    let targets = panels.flat_map(|panel| list(&panel["targets"]));
    targets.map(|target| text(&target["expr"])).collect()
}

/// What the page shows in fences of this language.
fn fenced<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let fence = format!("```{language}\n");
    let blocks = page.split(&*fence).skip(1);
    blocks
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

#[test]
fn the_dashboard_asks_for_what_is_told_and_shows_all_of_it() {
    let dashboard = dashboard();
    let queries = queries(&dashboard);
    for query in &queries {
        assert_eq!(unknown(query), Vec::<String>::new(), "{query}");
        assert!(
            !words(query, "khidma_", &['_']).is_empty(),
            "{query} asks for nothing"
        );
    }
    for variable in list(&dashboard["templating"]["list"]) {
        let query = text(&variable["query"]["query"]);
        assert_eq!(unknown(query), Vec::<String>::new(), "{query}");
    }
    let all = queries.join(" ");
    for metric in &sla::METRICS {
        let shown = in_prometheus(metric)
            .iter()
            .any(|name| words(&all, name, &['_']).contains(&**name));
        assert!(shown, "{} is not shown", metric.name);
    }
}

#[test]
fn a_query_for_what_nobody_tells_is_found() {
    for (query, found) in [
        ("sum(khidma_sla_breaches)", vec!["khidma_sla_breaches"]),
        (
            "khidma_sla_timer_lateness_bucket",
            vec!["khidma_sla_timer_lateness_bucket"],
        ),
        (
            "sum by (departement) (khidma_sla_breaches_total)",
            vec!["departement"],
        ),
        (
            "khidma_sla_breaches_total{state=\"running\"}",
            vec!["state"],
        ),
        (
            "sum by (le) (khidma_sla_timer_lateness_seconds_bucket)",
            vec![],
        ),
    ] {
        assert_eq!(unknown(query), found, "{query}");
    }
}

#[test]
fn the_dashboard_is_one_that_grafana_takes() {
    let dashboard = dashboard();
    assert!(
        dashboard["schemaVersion"].as_u64().unwrap() >= 36,
        "datasources are not objects before 36"
    );
    assert_eq!(dashboard["uid"], "khidma-service-levels");
    let panels = list(&dashboard["panels"]);
    let ids: BTreeSet<_> = panels
        .iter()
        .map(|panel| panel["id"].as_u64().unwrap())
        .collect();
    assert_eq!(ids.len(), panels.len(), "two panels have one id");
    let variables = list(&dashboard["templating"]["list"]);
    let named = |name: &str| variables.iter().find(|variable| variable["name"] == *name);
    let source = named("datasource").unwrap();
    assert_eq!(
        (text(&source["type"]), text(&source["query"])),
        ("datasource", "prometheus")
    );
    let targets = panels.iter().flat_map(|panel| list(&panel["targets"]));
    for asking in panels.iter().chain(targets).chain(variables.iter().skip(1)) {
        assert_eq!(asking["datasource"]["uid"], "${datasource}", "{asking}");
    }
    let defined: BTreeSet<_> = variables
        .iter()
        .map(|variable| text(&variable["name"]))
        .collect();
    for query in queries(&dashboard) {
        let used = words(query, "$", &['$', '_'])
            .into_iter()
            .map(|word| word.trim_start_matches('$'));
        let undefined = used.filter(|name| !name.starts_with("__") && !defined.contains(name));
        assert_eq!(undefined.collect::<Vec<_>>(), Vec::<&str>::new(), "{query}");
    }
    for (index, panel) in panels.iter().enumerate() {
        for other in &panels[..index] {
            assert!(
                !overlap(panel, other),
                "{} lies on {}",
                panel["title"],
                other["title"]
            );
        }
    }
}

fn overlap(one: &Value, other: &Value) -> bool {
    let side = |panel: &Value, from: &str, length: &str| {
        let at = |key: &str| panel["gridPos"][key].as_u64().unwrap();
        (at(from), at(from) + at(length))
    };
    [("x", "w"), ("y", "h")].into_iter().all(|(from, length)| {
        let ((begin, end), (others, others_end)) =
            (side(one, from, length), side(other, from, length));
        begin < others_end && others < end
    })
}

#[test]
fn the_operators_page_asks_for_what_is_told() {
    let page = read(PAGE);
    let promql = fenced(&page, "promql");
    assert!(promql.len() >= 4, "{promql:?}");
    for block in promql {
        for query in block.split("\n\n") {
            assert_eq!(unknown(query), Vec::<String>::new(), "{query}");
        }
    }
    let names: BTreeSet<_> = sla::METRICS
        .iter()
        .map(|metric| metric.name)
        .chain(sla::ATTRIBUTES)
        .chain(OTHERS.iter().map(|(metric, _)| metric.name))
        .collect();
    let meant = words(&page, "khidma.", &['.', '_']).into_iter();
    let ours = ["sla", "request", "notifications", "feeds"].map(|part| format!("khidma.{part}."));
    let meant = meant.filter(|word| ours.iter().any(|part| word.starts_with(part)));
    let meant: BTreeSet<_> = meant.collect();
    let made_up: Vec<_> = meant.difference(&names).collect();
    assert!(made_up.is_empty(), "nobody tells {made_up:?}");
    let silent: Vec<_> = names.difference(&meant).collect();
    assert!(
        silent.is_empty(),
        "the page does not say what {silent:?} is"
    );
}

#[test]
fn what_other_services_tell_they_tell_by_that_name() {
    for (metric, file) in &OTHERS {
        let source = read(file);
        let named = |name: &str| source.contains(&format!("\"{name}\""));
        assert!(named(metric.name), "{file} does not tell {}", metric.name);
        for label in metric.labels {
            assert!(named(label), "{file} does not tell {label}");
        }
    }
}

#[test]
fn numbers_find_their_way_from_the_collector_to_the_dashboard() {
    let yaml = |file: &str| serde_saphyr::from_str::<Value>(&read(file)).unwrap();
    let compose = compose();
    let port = |service: &str| {
        let port = text(&compose.at(&format!("/services/{service}/ports"))[0]);
        format!("{service}:{}", port.rsplit_once(':').unwrap().1)
    };

    let exporter = &yaml("deploy/collector/otel-collector.yaml")["exporters"]["prometheus"];
    assert_eq!(
        exporter["translation_strategy"],
        "UnderscoreEscapingWithSuffixes"
    );
    let scrape = &yaml("deploy/prometheus/prometheus.yml")["scrape_configs"][0];
    assert_eq!(scrape["honor_labels"], true);
    let target = text(&scrape["static_configs"][0]["targets"][0]);
    assert_eq!(target, port("collector"));
    assert_eq!(
        target.rsplit_once(':').unwrap().1,
        text(&exporter["endpoint"]).rsplit_once(':').unwrap().1
    );

    let sources = yaml("deploy/grafana/provisioning/datasources/khidma.yaml");
    let source = &sources["datasources"][0];
    assert_eq!(
        text(&source["url"]),
        format!("http://{}", port("prometheus"))
    );
    let chosen = &dashboard()["templating"]["list"][0]["current"]["value"];
    assert_eq!(
        &source["uid"], chosen,
        "the dashboard would begin without a source"
    );

    let folder = &yaml("deploy/grafana/provisioning/dashboards/khidma.yaml")["providers"][0];
    let folder = Path::new(text(&folder["options"]["path"]));
    let mounts = compose.mounted("grafana");
    let file = Path::new(mounts["./deploy/grafana/khidma-service-levels.json"]);
    assert_eq!(file.parent(), Some(folder));
    assert_eq!(
        mounts["./deploy/grafana/provisioning"],
        "/etc/grafana/provisioning"
    );
    let config = compose.mounted("prometheus")["./deploy/prometheus/prometheus.yml"];
    let option = format!("--config.file={config}");
    let command = compose.at("/services/prometheus/command");
    assert!(list(command).contains(&option.into()), "{command}");
}
