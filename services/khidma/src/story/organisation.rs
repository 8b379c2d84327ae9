//! First chapter: an organisation with its people, roles and topics.

use khidma_kernel::derived_id;
use khidma_proto::directory::{
    AssignRoleRequest, ChannelKind, ConfirmRoleRequest, ContactChannel, CreateDepartmentRequest,
    DefineRoleRequest, GetRoleRequest, PersonKind, Privacy, Profile, QuietHours,
    RegisterPersonRequest, ReviseRoleRequest, Role, SetDepartmentTopicsRequest, SetManagerRequest,
    SetOnDutyRequest, Topic, UpdateProfileRequest, WhoHandlesRequest,
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
const PEOPLE: [(&str, &str, &str, &str); 6] = [
    ("admin", "Administrator", "company", ""),
    ("linh", "Linh", "hr", ""),
    ("mei", "Mei", "it", ""),
    ("amina", "Amina", "hr", "linh"),
    ("daniel", "Daniel", "it", "mei"),
    ("farid", "Farid", "finance", ""),
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

/// What is there already is fine.
fn settled<T>(answer: Result<T, Failure>) -> Result<(), Failure> {
    match answer {
        Err(failure)
            if failure
                .report()
                .is_some_and(|report| report.code == Code::AlreadyExists) =>
        {
            Ok(())
        }
        answer => answer.map(|_| ()),
    }
}

pub(super) async fn found(cast: &Cast, narrator: &mut dyn Narrator) -> Result<(), Failure> {
    narrator.chapter("An organisation")?;
    if let Ok(role) = role(&cast.admin, &TECHNICIAN).await
        && role.revision > 1
        && role.holders.iter().all(|holder| holder.confirmed)
    {
        narrator.said("It is there already, from an earlier play of this story.")?;
    } else {
        departments_and_people(&cast.admin, narrator).await?;
        profile(&cast.amina).await?;
        narrator.said(
            "Amina prefers Arabic, then English, and does not want to be disturbed at night.",
        )?;
        roles(cast, narrator).await?;
    }
    who_handles(&cast.amina, narrator).await
}

async fn departments_and_people(admin: &Api, narrator: &mut dyn Narrator) -> Result<(), Failure> {
    for (id, name, parent) in DEPARTMENTS {
        let create = CreateDepartmentRequest {
            request_id: key(&["department", id]),
            id: id.to_owned(),
            name: name.to_owned(),
            parent_id: parent.to_owned(),
        };
        settled(ask!(*admin, directory.create_department, create))?;
    }
    narrator.said(&format!(
        "There are {} departments: {}.",
        DEPARTMENTS.len(),
        DEPARTMENTS.map(|one| one.1).join(", ")
    ))?;
    for (id, name, department, manager) in PEOPLE {
        let register = RegisterPersonRequest {
            request_id: key(&["person", id]),
            id: id.to_owned(),
            display_name: name.to_owned(),
            kind: PersonKind::Employee.into(),
            department_id: department.to_owned(),
        };
        settled(ask!(*admin, directory.register_person, register))?;
        if !manager.is_empty() {
            let request_id = key(&["manager", id]);
            let line = SetManagerRequest {
                request_id,
                id: id.to_owned(),
                manager_id: manager.to_owned(),
            };
            settled(ask!(*admin, directory.set_manager, line))?;
            narrator.said(&format!(
                "{name} works in {department} and reports to {manager}."
            ))?;
        } else {
            narrator.said(&format!("{name} works in {department}."))?;
        }
    }
    Ok(())
}

async fn profile(amina: &Api) -> Result<(), Failure> {
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
    let request_id = key(&["profile", "amina"]);
    let update = UpdateProfileRequest {
        request_id,
        id: "amina".to_owned(),
        profile: Some(profile),
    };
    settled(ask!(*amina, directory.update_profile, update))
}

async fn roles(cast: &Cast, narrator: &mut dyn Narrator) -> Result<(), Failure> {
    for (post, holder) in [(&TECHNICIAN, &cast.daniel), (&CLERK, &cast.farid)] {
        fill(&cast.admin, post).await?;
        confirm(holder, post).await?;
    }
    narrator.said("Each role has a description, and who holds it confirms having read it.")?;
    let request_id = key(&["revise", TECHNICIAN.role]);
    let (id, name, description) = (
        TECHNICIAN.role.to_owned(),
        TECHNICIAN.name.to_owned(),
        REVISED.to_owned(),
    );
    settled(ask!(
        cast.admin,
        directory.revise_role,
        ReviseRoleRequest {
            request_id,
            id,
            name,
            description
        }
    ))?;
    narrator.said("The technician's description is revised: Daniel is asked to confirm anew.")?;
    narrator.holders(&role(&cast.admin, &TECHNICIAN).await?)?;
    confirm(&cast.daniel, &TECHNICIAN).await?;
    narrator.said("Daniel has read it.")?;
    narrator.holders(&role(&cast.admin, &TECHNICIAN).await?)
}

/// Defines the role, gives it to its holder, puts them on duty, and says what the department handles by it.
async fn fill(admin: &Api, post: &Post) -> Result<(), Failure> {
    let id = post.role.to_owned();
    let (person_id, department_id) = (post.person.to_owned(), post.department.to_owned());
    let define = DefineRoleRequest {
        request_id: key(&["define", post.role]),
        id: id.clone(),
        name: post.name.to_owned(),
        description: post.description.to_owned(),
    };
    settled(ask!(*admin, directory.define_role, define))?;
    let assign = AssignRoleRequest {
        request_id: key(&["assign", post.role]),
        id: id.clone(),
        person_id: person_id.clone(),
        department_id: department_id.clone(),
    };
    settled(ask!(*admin, directory.assign_role, assign))?;
    let request_id = key(&["duty", post.role]);
    let duty = SetOnDutyRequest {
        request_id,
        id,
        department_id: department_id.clone(),
        person_id,
    };
    settled(ask!(*admin, directory.set_on_duty, duty))?;
    let topic = |name: &&str| Topic {
        name: (*name).to_owned(),
        role_id: post.role.to_owned(),
    };
    let topics = post.topics.iter().map(topic).collect();
    let topics = SetDepartmentTopicsRequest {
        request_id: key(&["topics", post.department]),
        id: department_id,
        topics,
    };
    settled(ask!(*admin, directory.set_department_topics, topics))
}

/// The holder confirms the description as it stands now.
async fn confirm(holder: &Api, post: &Post) -> Result<(), Failure> {
    let revision = role(holder, post).await?.revision;
    let request_id = key(&["confirm", post.role, &revision.to_string()]);
    let confirm = ConfirmRoleRequest {
        request_id,
        id: post.role.to_owned(),
        revision,
    };
    settled(ask!(*holder, directory.confirm_role, confirm))
}

async fn role(api: &Api, post: &Post) -> Result<Role, Failure> {
    let question = GetRoleRequest {
        id: post.role.to_owned(),
        min_position: 0,
    };
    Ok(ask!(*api, directory.get_role, question)?
        .role
        .unwrap_or_default())
}

async fn who_handles(amina: &Api, narrator: &mut dyn Narrator) -> Result<(), Failure> {
    narrator.said("Amina looks up who handles what she needs:")?;
    for topic in ["laptop", "payroll account"] {
        let question = WhoHandlesRequest {
            topic: topic.to_owned(),
            min_position: 0,
        };
        narrator.handlers(&ask!(*amina, directory.who_handles, question)?.handlers)?;
    }
    Ok(())
}
