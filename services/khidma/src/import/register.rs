//! Making departments and people known to the directory, or saying who is not.

use std::collections::BTreeSet;

use futures::{StreamExt, TryStreamExt, stream};
use khidma_kernel::derived_id;
use khidma_proto::directory::{
    CreateDepartmentRequest, ListDepartmentsRequest, ListPeopleRequest, RegisterPersonRequest,
};
use tonic::Code;

use super::{Mapping, Survey};
use crate::ask;
use crate::client::Api;
use crate::commands::paged;
use crate::failure::Failure;

/// People who are registered at a time.
const AT_ONCE: usize = 16;
/// Rows of a page.
const PAGE: i32 = 1000;
/// How many who are not known are named.
const NAMED: usize = 10;

/// Sees to it that the directory knows everybody whom a file names; how many departments and people it did not know
/// before.
///
/// # Errors
/// Some are not known, and the mapping does not say that they are to be registered; or the directory refuses.
pub async fn make_known(
    api: &Api,
    mapping: &Mapping,
    survey: &Survey,
) -> Result<(usize, usize), Failure> {
    let (departments, people) = unknown(api, survey).await?;
    let all = departments.is_empty() && people.is_empty();
    if !(all || mapping.directory.register) {
        let missing = [named("departments", &departments), named("people", &people)];
        let missing: Vec<_> = missing.into_iter().flatten().collect();
        return Err(Failure::Usage(format!(
            "the directory does not know {}; register them, or write register = true under [directory] in the mapping",
            missing.join("; ")
        )));
    }
    for id in &departments {
        let name = survey.departments.get(id).unwrap_or(id).clone();
        let create = CreateDepartmentRequest {
            request_id: key("department", id),
            id: id.clone(),
            name,
            parent_id: String::new(),
        };
        there(ask!(*api, directory.create_department, create).map(drop))?;
    }
    let wanted = people.iter().filter_map(|id| survey.people.get(id));
    stream::iter(wanted)
        .map(|person| async move {
            let register = RegisterPersonRequest {
                request_id: key("person", &person.id),
                ..person.clone()
            };
            there(ask!(*api, directory.register_person, register).map(drop))
        })
        .buffer_unordered(AT_ONCE)
        .try_collect::<Vec<()>>()
        .await?;
    Ok((departments.len(), people.len()))
}

/// The departments and people whom the directory does not know, not even as closed or gone.
async fn unknown(
    api: &Api,
    survey: &Survey,
) -> Result<(BTreeSet<String>, BTreeSet<String>), Failure> {
    let question = ListDepartmentsRequest {
        include_closed: true,
        page_size: PAGE,
        ..Default::default()
    };
    let known = paged!(
        *api,
        directory.list_departments,
        question,
        true,
        departments
    )
    .await?;
    let mut departments: BTreeSet<_> = survey.departments.keys().cloned().collect();
    known.departments.iter().for_each(|one| {
        departments.remove(&one.id);
    });
    let question = ListPeopleRequest {
        include_deactivated: true,
        page_size: PAGE,
        ..Default::default()
    };
    let known = paged!(*api, directory.list_people, question, true, people).await?;
    let mut people: BTreeSet<_> = survey.people.keys().cloned().collect();
    known.people.iter().for_each(|one| {
        people.remove(&one.id);
    });
    Ok((departments, people))
}

/// The same thing registered again is the same command.
fn key(kind: &str, id: &str) -> String {
    derived_id(&[b"khidma import", kind.as_bytes(), id.as_bytes()]).to_string()
}

/// Somebody else was faster: it is there.
fn there(done: Result<(), Failure>) -> Result<(), Failure> {
    match done {
        Err(failure)
            if failure
                .report()
                .is_some_and(|report| report.code == Code::AlreadyExists) =>
        {
            Ok(())
        }
        done => done,
    }
}

fn named(what: &str, ids: &BTreeSet<String>) -> Option<String> {
    let first: Vec<_> = ids.iter().take(NAMED).map(String::as_str).collect();
    let more = match ids.len().checked_sub(NAMED) {
        None | Some(0) => String::new(),
        Some(more) => format!(" and {more} more"),
    };
    (!first.is_empty()).then(|| format!("the {what} {}{more}", first.join(", ")))
}
