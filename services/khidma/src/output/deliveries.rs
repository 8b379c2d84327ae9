//! How deliveries and endpoints look to people.

use comfy_table::Cell;
use khidma_proto::notifications::{
    Channel, Delivery, DeliveryState, Endpoint, EndpointKind, Failure, MessageKind, delivery,
    endpoint,
};

use super::{Output, Table, Tone};
use crate::words::Word;

fn receiver(delivery: &Delivery) -> &str {
    match &delivery.receiver {
        Some(delivery::Receiver::PersonId(id) | delivery::Receiver::EndpointId(id)) => id,
        None => "",
    }
}

fn state_tone(state: DeliveryState) -> Tone {
    match state {
        DeliveryState::Delivered => Tone::Good,
        DeliveryState::Retrying => Tone::Care,
        DeliveryState::Dead => Tone::Bad,
        DeliveryState::Pending | DeliveryState::Unspecified => Tone::Plain,
    }
}

/// `status 503: the receiver is overloaded`.
fn why(failure: &Failure) -> String {
    let mut words = failure.code.clone();
    if failure.status != 0 {
        words = format!("{words} {}", failure.status);
    }
    if failure.reason.is_empty() || failure.reason == failure.code {
        return words;
    }
    format!("{words}: {}", failure.reason)
}

/// How it stands, in words: since when, until when, why.
fn standing(output: &Output, one: &Delivery) -> String {
    let failed = one.last_failure.as_ref().map(why).unwrap_or_default();
    match one.state() {
        DeliveryState::Delivered => output.ago(one.delivered),
        DeliveryState::Retrying => format!("again {}, {failed}", output.ago(one.next_attempt)),
        DeliveryState::Pending if one.not_before.is_some() => {
            format!("quiet until {}", output.when(one.not_before))
        }
        DeliveryState::Pending | DeliveryState::Dead | DeliveryState::Unspecified => failed,
    }
}

/// A line for each delivery.
pub fn deliveries_table(output: &Output, deliveries: &[Delivery]) -> Table {
    let mut table = Table::new([
        "id",
        "asked",
        "to",
        "by",
        "about",
        "state",
        "tries",
        "how it stands",
    ])
    .without_if_narrow(&[6, 1]);
    for one in deliveries {
        let state = DeliveryState::word(one.state);
        table.add(vec![
            Tone::Faint.cell(&one.id),
            Cell::new(output.ago(one.requested)),
            Tone::Strong.cell(receiver(one)),
            Cell::new(Channel::word(one.channel)),
            Cell::new(MessageKind::word(one.kind)),
            state_tone(one.state()).cell(state),
            Cell::new(one.attempts),
            Cell::new(standing(output, one)),
        ]);
    }
    table
}

/// What is known of a delivery: a name and a value for each line; empty values where there is none.
pub fn delivery_facts(output: &Output, one: &Delivery) -> [(&'static str, String); 13] {
    let failed = one.last_failure.as_ref().map(why).unwrap_or_default();
    let urgent = if one.urgent { "yes" } else { "" };
    let state = DeliveryState::word(one.state);
    [
        ("id", one.id.clone()),
        ("to", receiver(one).to_owned()),
        ("by", Channel::word(one.channel)),
        ("about", MessageKind::word(one.kind)),
        ("request", one.service_request_id.clone()),
        ("state", output.paint(state_tone(one.state()), state)),
        ("asked for", output.when_exactly(one.requested)),
        ("quiet until", output.when(one.not_before)),
        ("tries", one.attempts.to_string()),
        ("last failure", failed),
        ("tried next", output.when_exactly(one.next_attempt)),
        ("delivered", output.when_exactly(one.delivered)),
        ("urgent", urgent.to_owned()),
    ]
}

/// A line for each endpoint.
pub fn endpoints_table(endpoints: &[Endpoint]) -> Table {
    let mut table = Table::new(["id", "of", "kind", "", "waiting", "in", "gets", "where"])
        .without_if_narrow(&[5, 4]);
    for one in endpoints {
        let owner = match &one.owner {
            Some(endpoint::Owner::DepartmentId(id) | endpoint::Owner::PersonId(id)) => id.as_str(),
            None => "",
        };
        let on = match &one.disabled_because {
            _ if one.enabled => Tone::Good.cell("on"),
            Some(failure) => Tone::Bad.cell(format!("off: {}", why(failure))),
            None => Tone::Care.cell("off"),
        };
        table.add(vec![
            Tone::Strong.cell(&one.id),
            Cell::new(owner),
            Cell::new(EndpointKind::word(one.kind)),
            on,
            Cell::new(one.waiting),
            Cell::new(&one.language),
            Cell::new(kinds(&one.kinds)),
            Cell::new(&one.url),
        ]);
    }
    table
}

/// `breach, warning`; "all" for none.
pub(super) fn kinds(numbers: &[i32]) -> String {
    if numbers.is_empty() {
        return "all".to_owned();
    }
    let words: Vec<_> = numbers.iter().copied().map(MessageKind::word).collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use khidma_runtime::Clock;

    use super::*;

    #[test]
    fn a_dead_delivery_says_why() {
        let output = Output::plain(std::io::sink(), false, Clock::system());
        let failure = Failure {
            code: "status".into(),
            status: 503,
            reason: "the receiver answered so".into(),
        };
        let dead = Delivery {
            state: DeliveryState::Dead.into(),
            channel: Channel::Webhook.into(),
            kind: MessageKind::Breach.into(),
            receiver: Some(delivery::Receiver::EndpointId("it-desk".into())),
            attempts: 8,
            last_failure: Some(failure),
            ..Delivery::default()
        };
        let table = deliveries_table(&output, &[dead]).draw(false, false);
        for word in [
            "it-desk",
            "webhook",
            "breach",
            "dead",
            "8",
            "status 503: the receiver answered so",
        ] {
            assert!(table.contains(word), "{word}: {table}");
        }
    }

    #[test]
    fn an_endpoint_that_is_off_says_why() {
        let gone = Failure {
            code: "gone".into(),
            status: 410,
            reason: String::new(),
        };
        let one = Endpoint {
            id: "it-desk".into(),
            kinds: vec![MessageKind::Breach.into(), MessageKind::Warning.into()],
            disabled_because: Some(gone),
            ..Endpoint::default()
        };
        let table = endpoints_table(&[one]).draw(false, false);
        assert!(table.contains("off: gone 410"), "{table}");
        assert!(table.contains("breach, warning"), "{table}");
    }
}
