//! The keys of deliveries and endpoints.

use khidma_events::notifications::{Channel, EndpointOwner, Receiver};
use khidma_kernel::{EndpointId, PersonId, Position};

/// All endpoints.
pub(crate) const ENDPOINTS: &[u8] = b"e/endpoint-";

/// All deliveries, by where they were asked for.
pub(crate) const DELIVERIES: &[u8] = b"l/";

/// A list of deliveries that stand in it only while they are so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shelf {
    /// To be sent, now or later.
    Pending,
    /// Given up.
    Dead,
}

/// See the table.
pub(crate) fn delivery_at(position: Position) -> Vec<u8> {
    [DELIVERIES, &position.0.to_be_bytes()].concat()
}

/// All that stands on a shelf.
pub(crate) fn shelf(shelf: Shelf) -> &'static [u8] {
    match shelf {
        Shelf::Pending => b"s/p/",
        Shelf::Dead => b"s/d/",
    }
}

/// See the table.
pub(crate) fn shelved(on: Shelf, position: Position) -> Vec<u8> {
    [shelf(on), &position.0.to_be_bytes()].concat()
}

/// All deliveries to `to`.
pub(crate) fn received_by(to: &Receiver) -> Vec<u8> {
    let (kind, name): (&[u8], &str) = match to {
        Receiver::Person(person) => (b"r/p/", person.as_str()),
        Receiver::Endpoint(endpoint) => (b"r/e/", endpoint.as_str()),
    };
    [kind, name.as_bytes(), &[0]].concat()
}

/// See the table.
pub(crate) fn received(to: &Receiver, position: Position) -> Vec<u8> {
    [received_by(to).as_slice(), &position.0.to_be_bytes()].concat()
}

/// All that is in the inbox of `person`.
pub(crate) fn inbox(person: &PersonId) -> Vec<u8> {
    [b"n/", person.as_str().as_bytes(), &[0]].concat()
}

/// See the table.
pub(crate) fn inbox_at(person: &PersonId, position: Position) -> Vec<u8> {
    [inbox(person).as_slice(), &position.0.to_be_bytes()].concat()
}

/// What watchers of an inbox hear of: no entity has this name.
pub(crate) fn inbox_topic(person: &PersonId) -> String {
    format!("inbox/{person}")
}

/// See the table.
pub(crate) fn unread(person: &PersonId) -> Vec<u8> {
    [b"u/", person.as_str().as_bytes()].concat()
}

/// See the table.
pub(crate) fn waiting(endpoint: &EndpointId) -> Vec<u8> {
    [b"w/", endpoint.as_str().as_bytes()].concat()
}

/// See the table.
pub(crate) fn tally(channel: Channel) -> Vec<u8> {
    [b"t/", channel.as_str().as_bytes()].concat()
}

/// All endpoints of `owner`; the rest of each key is the endpoint's id.
pub(crate) fn owned_by(owner: &EndpointOwner) -> Vec<u8> {
    let (kind, name): (&[u8], &str) = match owner {
        EndpointOwner::Department(department) => (b"o/d/", department.as_str()),
        EndpointOwner::Person(person) => (b"o/p/", person.as_str()),
    };
    [kind, name.as_bytes(), &[0]].concat()
}

/// See the table.
pub(crate) fn owned(owner: &EndpointOwner, endpoint: &EndpointId) -> Vec<u8> {
    [owned_by(owner).as_slice(), endpoint.as_str().as_bytes()].concat()
}
