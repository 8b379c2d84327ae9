//! Scans read no further when nobody waits for what they find.

use std::time::{Duration, Instant};

use khidma_edge::query::{Scans, Stop};
use khidma_kernel::Role;
use khidma_projection::Reader;
use khidma_proto::directory as pb;
use khidma_proto::directory::directory_service_client::DirectoryServiceClient;
use khidma_testkit::Host;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::page::Page;
use super::{chart, handlers};
use crate::keys;

const LONG: Duration = Duration::from_secs(10);

/// A directory with three departments under one another, that all handle laptops, and where it scans.
async fn directory() -> (Host, Scans) {
    let (tell, told) = oneshot::channel();
    let host = Host::start(|deps| async move {
        tell.send(deps.scans.clone()).ok();
        Ok(vec![crate::start(&deps).await?])
    })
    .await;
    let admin = host.connect("root", "hr", &[Role::Admin]).await;
    let mut admin = DirectoryServiceClient::new(admin);
    for (id, parent) in [("one", ""), ("two", "one"), ("three", "two")] {
        let create = pb::CreateDepartmentRequest {
            request_id: Uuid::new_v4().to_string(),
            id: id.into(),
            name: id.into(),
            parent_id: parent.into(),
        };
        admin.create_department(create).await.unwrap();
        let topic = pb::Topic {
            name: format!("Laptops of {id}"),
            ..Default::default()
        };
        let topics = pb::SetDepartmentTopicsRequest {
            request_id: Uuid::new_v4().to_string(),
            id: id.into(),
            topics: vec![topic],
        };
        admin.set_department_topics(topics).await.unwrap();
    }
    host.caught_up().await;
    (host, told.await.unwrap())
}

/// What `scan` finds while its caller waits, and what it finds if it begins as its caller goes.
async fn waited_for_and_not<T: Send + 'static>(
    (host, scans): &(Host, Scans),
    scan: fn(&Reader, &Stop) -> T,
) -> (T, T) {
    let reader = host.projections[0].reader();
    let waited_for = {
        let reader = reader.clone();
        scans.run(LONG, move |stop| Ok(scan(&reader, stop))).await
    };
    let (began, has_begun) = oneshot::channel();
    let (found, was_found) = oneshot::channel();
    let abandoned = scans.run(LONG, move |stop| {
        began.send(()).unwrap();
        let begin = Instant::now();
        while !stop.is_set() && begin.elapsed() < LONG {
            std::thread::yield_now();
        }
        found.send(scan(&reader, stop)).ok();
        Ok(())
    });
    tokio::select! {
        told = abandoned => panic!("its caller did not go: {told:?}"),
        begun = has_begun => begun.unwrap(),
    }
    (waited_for.unwrap(), was_found.await.unwrap())
}

#[tokio::test]
async fn a_page_ends_when_its_caller_is_gone() {
    let directory = directory().await;
    let rows = waited_for_and_not(&directory, |reader, stop| {
        let page = Page::of("test", &pb::Department::default(), 10, "").unwrap();
        let mut seen = 0;
        let page = page.read(reader, stop, keys::DEPARTMENTS, 100, |_, _| {
            seen += 1;
            Ok(None::<pb::Department>)
        });
        page.map(|_| seen).unwrap()
    });
    assert_eq!(rows.await, (3, 0));
}

#[tokio::test]
async fn a_chart_ends_when_its_caller_is_gone() {
    let directory = directory().await;
    let units = waited_for_and_not(&directory, |reader, stop| {
        let units = chart::units(reader, stop, None, true, 100).unwrap();
        units.len()
    });
    assert_eq!(units.await, (1, 0));
}

#[tokio::test]
async fn a_search_for_who_handles_a_topic_ends_when_its_caller_is_gone() {
    let directory = directory().await;
    let handlers = waited_for_and_not(&directory, |reader, stop| {
        handlers::handlers(reader, stop, "laptops", 100)
            .unwrap()
            .len()
    });
    assert_eq!(handlers.await, (3, 0));
}
