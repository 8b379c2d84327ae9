//! First chapter: an organisation with its people, roles and topics.

use khidma_kernel::derived_id;
use khidma_proto::directory::{
    AssignRoleRequest, ChannelKind, ConfirmRoleRequest, ContactChannel, CreateDepartmentRequest,
    DefineRoleRequest, GetPersonRequest, GetRoleRequest, ListDepartmentsRequest, ListPeopleRequest,
    PersonKind, Privacy, Profile, QuietHours, RegisterPersonRequest, ReviseRoleRequest, Role,
    SetDepartmentTopicsRequest, SetManagerRequest, SetOnDutyRequest, Topic, UpdateProfileRequest,
    WhoHandlesRequest,
};
use tonic::Code;

use super::Narrator;
use super::stage::Cast;
use crate::ask;
use crate::client::Api;
use crate::failure::Failure;

/// Id, name, the department above.
const DEPARTMENTS: [(&str, &str, &str); 4] = [
    ("company", "The Company", ""),
    ("hr", "Human Resources", "company"),
    ("it", "Information Technology", "company"),
    ("finance", "Finance", "company"),
];

/// Id, name, department, manager.
const PEOPLE: [(&str, &str, &str, &str); 7] = [
    ("admin", "Administrator", "company", ""),
    ("nour", "Nour", "company", ""),
    ("linh", "Linh", "hr", "nour"),
    ("mei", "Mei", "it", "nour"),
    ("amina", "Amina", "hr", "linh"),
    ("daniel", "Daniel", "it", "mei"),
    ("farid", "Farid", "finance", "nour"),
];

/// Who speaks what, the preferred language first. Where there are no texts in Nour's first, it is the next.
const LANGUAGES: [(&str, &[&str]); 5] = [
    ("linh", &["vi", "en"]),
    ("daniel", &["en"]),
    ("mei", &["ja"]),
    ("farid", &["fa", "en"]),
    ("nour", &["fr", "en"]),
];

/// A role, who holds it, and what it handles.
struct Post {
    role: &'static str,
    name: &'static str,
    description: &'static str,
    department: &'static str,
    person: &'static str,
    topics: &'static [&'static str],
}

const TECHNICIAN: Post = Post {
    role: "workplace-technician",
    name: "Workplace technician",
    description: "Prepares laptops and accounts, and hands them over.",
    department: "it",
    person: "daniel",
    topics: &["laptop", "keyboard"],
};

const CLERK: Post = Post {
    role: "payroll-clerk",
    name: "Payroll clerk",
    description: "Opens and closes payroll accounts, and answers questions about pay.",
    department: "finance",
    person: "farid",
    topics: &["payroll account", "pay slip"],
};

/// What the technician's description becomes: as every change of it, it asks its holders to confirm anew.
const REVISED: &str =
    "Prepares laptops and accounts, checks that the bag is complete, and hands them over.";

/// A key that is the same in every play, so that playing again changes nothing.
fn key(parts: &[&str]) -> String {
    let parts: Vec<_> = std::iter::once("khidma story")
        .chain(parts.iter().copied())
        .map(str::as_bytes)
        .collect();
    derived_id(&parts).to_string()
}

/// Changes the directory, and says up to where it now has to be read. What is there already is fine.
macro_rules! set {
    ($api:expr, $rpc:ident, $message:expr) => {
        match ask!(*$api, directory.$rpc, $message) {
            Err(failure) if exists(&failure) => Ok(0),
            answer => answer.map(|done| done.position),
        }
    };
}

fn exists(failure: &Failure) -> bool {
    failure
        .report()
        .is_some_and(|report| report.code == Code::AlreadyExists)
}

pub(super) async fn found(cast: &Cast, narrator: &mut dyn Narrator) -> Result<(), Failure> {
    narrator.chapter("An organisation")?;
    let mut seen = 0;
    if let Ok(role) = role(&cast.admin, &TECHNICIAN, 0).await
        && role.revision > 1
        && role.holders.iter().all(|holder| holder.confirmed)
    {
        narrator.said("It is there already, from an earlier play of this story.")?;
    } else {
        seen = departments_and_people(&cast.admin).await?;
        introduce(&cast.admin, seen, narrator).await?;
        profile(&cast.amina, narrator).await?;
        languages(cast).await?;
        narrator.said(
            "The others say it, too: in vi, en, ja and fa. Khidma writes to each in theirs.",
        )?;
        seen = roles(cast, narrator).await?;
    }
    who_handles(&cast.amina, seen, narrator).await
}

async fn departments_and_people(admin: &Api) -> Result<u64, Failure> {
    let mut seen = 0;
    for (id, name, parent) in DEPARTMENTS {
        let create = CreateDepartmentRequest {
            request_id: key(&["department", id]),
            id: id.to_owned(),
            name: name.to_owned(),
            parent_id: parent.to_owned(),
        };
        seen = set!(admin, create_department, create)?;
    }
    for (id, name, department, manager) in PEOPLE {
        let register = RegisterPersonRequest {
            request_id: key(&["person", id]),
            id: id.to_owned(),
            display_name: name.to_owned(),
            kind: PersonKind::Employee.into(),
            department_id: department.to_owned(),
        };
        seen = set!(admin, register_person, register)?.max(seen);
        if !manager.is_empty() {
            let (request_id, manager_id) = (key(&["manager", id]), manager.to_owned());
            let line = SetManagerRequest {
                request_id,
                id: id.to_owned(),
                manager_id,
            };
            seen = set!(admin, set_manager, line)?.max(seen);
        }
    }
    Ok(seen)
}

/// Tells who is there, as the directory knows it.
async fn introduce(admin: &Api, seen: u64, narrator: &mut dyn Narrator) -> Result<(), Failure> {
    let question = ListDepartmentsRequest {
        min_position: seen,
        ..ListDepartmentsRequest::default()
    };
    let departments = ask!(*admin, directory.list_departments, question)?.departments;
    let names: Vec<_> = departments.iter().map(|one| one.name.as_str()).collect();
    narrator.said(&format!(
        "Its departments: {}. Its people:",
        names.join(", ")
    ))?;
    let question = ListPeopleRequest {
        min_position: seen,
        ..ListPeopleRequest::default()
    };
    narrator.people(&ask!(*admin, directory.list_people, question)?.people)
}

async fn profile(amina: &Api, narrator: &mut dyn Narrator) -> Result<(), Failure> {
    let profile = Profile {
        languages: vec!["ar".to_owned(), "en".to_owned()],
        channels: vec![ContactChannel {
            kind: ChannelKind::Inbox.into(),
            address: String::new(),
        }],
        quiet_hours: Some(QuietHours {
            time_zone: "Asia/Amman".to_owned(),
            start: "21:00".to_owned(),
            end: "07:00".to_owned(),
        }),
        privacy: Privacy::Department.into(),
    };
    let (request_id, id) = (key(&["profile", "amina"]), "amina".to_owned());
    let seen = set!(
        amina,
        update_profile,
        UpdateProfileRequest {
            request_id,
            id,
            profile: Some(profile)
        }
    )?;
    let question = GetPersonRequest {
        id: "amina".to_owned(),
        min_position: seen,
    };
    let person = ask!(*amina, directory.get_person, question)?
        .person
        .unwrap_or_default();
    let profile = person.profile.unwrap_or_default();
    let quiet = profile.quiet_hours.unwrap_or_default();
    let (name, languages) = (person.display_name, profile.languages.join(", then "));
    narrator.said(&format!(
        "{name} says how she wants to be reached: in {languages}, and not from {} to {} ({}).",
        quiet.start, quiet.end, quiet.time_zone
    ))
}

/// The others say in which languages they want to be written to.
async fn languages(cast: &Cast) -> Result<(), Failure> {
    for (person, languages) in LANGUAGES {
        let inbox = ContactChannel {
            kind: ChannelKind::Inbox.into(),
            address: String::new(),
        };
        let profile = Profile {
            languages: languages.iter().map(ToString::to_string).collect(),
            channels: vec![inbox],
            quiet_hours: None,
            privacy: Privacy::Department.into(),
        };
        let update = UpdateProfileRequest {
            request_id: key(&["profile", person]),
            id: person.to_owned(),
            profile: Some(profile),
        };
        set!(cast.by_name(person)?, update_profile, update)?;
    }
    Ok(())
}

async fn roles(cast: &Cast, narrator: &mut dyn Narrator) -> Result<u64, Failure> {
    for (post, holder) in [(&TECHNICIAN, &cast.daniel), (&CLERK, &cast.farid)] {
        let seen = fill(&cast.admin, post).await?;
        confirm(holder, post, seen).await?;
    }
    narrator.said("Each role has a description, and who holds it confirms having read it.")?;
    let request_id = key(&["revise", TECHNICIAN.role]);
    let (id, name) = (TECHNICIAN.role.to_owned(), TECHNICIAN.name.to_owned());
    let revise = ReviseRoleRequest {
        request_id,
        id,
        name,
        description: REVISED.to_owned(),
    };
    let seen = set!(&cast.admin, revise_role, revise)?;
    narrator.said("The technician's description is revised: Daniel is asked to confirm anew.")?;
    narrator.holders(&role(&cast.admin, &TECHNICIAN, seen).await?)?;
    let seen = confirm(&cast.daniel, &TECHNICIAN, seen).await?;
    narrator.said("Daniel has read it.")?;
    narrator.holders(&role(&cast.admin, &TECHNICIAN, seen).await?)?;
    Ok(seen)
}

/// Defines the role, gives it to its holder, puts them on duty, and says what the department handles by it.
async fn fill(admin: &Api, post: &Post) -> Result<u64, Failure> {
    let id = post.role.to_owned();
    let (person_id, department_id) = (post.person.to_owned(), post.department.to_owned());
    let define = DefineRoleRequest {
        request_id: key(&["define", post.role]),
        id: id.clone(),
        name: post.name.to_owned(),
        description: post.description.to_owned(),
    };
    set!(admin, define_role, define)?;
    let assign = AssignRoleRequest {
        request_id: key(&["assign", post.role]),
        id: id.clone(),
        person_id: person_id.clone(),
        department_id: department_id.clone(),
    };
    set!(admin, assign_role, assign)?;
    let request_id = key(&["duty", post.role]);
    let duty = SetOnDutyRequest {
        request_id,
        id,
        department_id: department_id.clone(),
        person_id,
    };
    set!(admin, set_on_duty, duty)?;
    let topic = |name: &&str| Topic {
        name: (*name).to_owned(),
        role_id: post.role.to_owned(),
    };
    let topics = SetDepartmentTopicsRequest {
        request_id: key(&["topics", post.department]),
        id: department_id,
        topics: post.topics.iter().map(topic).collect(),
    };
    set!(admin, set_department_topics, topics)
}

/// The holder confirms the description as it stands at `seen`.
async fn confirm(holder: &Api, post: &Post, seen: u64) -> Result<u64, Failure> {
    let revision = role(holder, post, seen).await?.revision;
    let request_id = key(&["confirm", post.role, &revision.to_string()]);
    set!(
        holder,
        confirm_role,
        ConfirmRoleRequest {
            request_id,
            id: post.role.to_owned(),
            revision
        }
    )
}

async fn role(api: &Api, post: &Post, min_position: u64) -> Result<Role, Failure> {
    let question = GetRoleRequest {
        id: post.role.to_owned(),
        min_position,
    };
    Ok(ask!(*api, directory.get_role, question)?
        .role
        .unwrap_or_default())
}

async fn who_handles(
    amina: &Api,
    min_position: u64,
    narrator: &mut dyn Narrator,
) -> Result<(), Failure> {
    narrator.said("Amina looks up who handles what she needs:")?;
    for topic in ["laptop", "payroll account"] {
        let question = WhoHandlesRequest {
            topic: topic.to_owned(),
            min_position,
        };
        narrator.handlers(&ask!(*amina, directory.who_handles, question)?.handlers)?;
    }
    Ok(())
}
