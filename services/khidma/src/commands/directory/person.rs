//! `khidma directory person`.

use khidma_proto::directory::{
    ChannelKind, ContactChannel, DeactivatePersonRequest, GetPersonRequest,
    GetReportingLineRequest, JoinDepartmentRequest, LeaveDepartmentRequest, ListPeopleRequest,
    Person, PersonKind, Privacy, Profile, QuietHours, RegisterPersonRequest, SetManagerRequest,
    UpdatePersonRequest, UpdateProfileRequest,
};

use crate::ask;
use crate::cli::{PeopleArgs, PersonChange, PersonCommand, ProfileArgs};
use crate::client::Api;
use crate::commands::done::{Done, change};
use crate::commands::pages::{self, paged};
use crate::failure::Failure;
use crate::output::{Output, Tone, people_table};
use crate::words::Word;

pub(super) async fn run(
    api: &Api,
    command: PersonCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    match command {
        PersonCommand::Change(command) => change(api, command).await?.print(output),
        PersonCommand::Show { id } => show(api, id, output).await,
        PersonCommand::Line { id } => line(api, id, output).await,
        PersonCommand::List(args) => list(api, args, output).await,
    }
}

async fn change(api: &Api, command: PersonChange) -> Result<Done, Failure> {
    match command {
        PersonChange::Register {
            id,
            name,
            kind,
            department: department_id,
        } => {
            let (display_name, kind) = (name, kind.into());
            change!(api, directory.register_person(
                RegisterPersonRequest { id, display_name, kind, department_id }) => "registered")
        }
        PersonChange::Update {
            id,
            name: display_name,
            kind,
        } => {
            let kind = kind.into();
            change!(api, directory.update_person(UpdatePersonRequest { id, display_name, kind }) => "updated")
        }
        PersonChange::Join {
            id,
            department: department_id,
            main,
        } => {
            change!(api, directory.join_department(JoinDepartmentRequest { id, department_id, main }) => "joined:")
        }
        PersonChange::Leave {
            id,
            department: department_id,
        } => {
            change!(api, directory.leave_department(LeaveDepartmentRequest { id, department_id }) => "left:")
        }
        PersonChange::Manager {
            id,
            manager: manager_id,
        } => {
            change!(api, directory.set_manager(SetManagerRequest { id, manager_id }) => "manager set for")
        }
        PersonChange::Profile(args) => {
            let (profile, id) = (Some(read_profile(&args)?), args.id);
            change!(api, directory.update_profile(UpdateProfileRequest { id, profile }) => "profile replaced for")
        }
        PersonChange::Deactivate { id } => {
            change!(api, directory.deactivate_person(DeactivatePersonRequest { id }) => "deactivated")
        }
    }
}

fn read_profile(args: &ProfileArgs) -> Result<Profile, Failure> {
    Ok(Profile {
        languages: args.languages.clone(),
        channels: args
            .channels
            .iter()
            .map(|text| read_channel(text))
            .collect::<Result<_, _>>()?,
        quiet_hours: args.quiet.as_deref().map(read_quiet_hours).transpose()?,
        privacy: args.privacy.into(),
    })
}

/// `inbox`, or `email=amina@example.org`.
fn read_channel(text: &str) -> Result<ContactChannel, Failure> {
    let (kind, address) = text.split_once('=').unwrap_or((text, ""));
    let unknown = || {
        Failure::Usage(format!(
            "{kind:?} is no channel: there are {}",
            ChannelKind::WORDS.join(", ")
        ))
    };
    let kind = ChannelKind::from_word(kind).ok_or_else(unknown)?;
    Ok(ContactChannel {
        kind: kind.into(),
        address: address.to_owned(),
    })
}

/// `Asia/Tehran 20:00-07:00`.
fn read_quiet_hours(text: &str) -> Result<QuietHours, Failure> {
    let parts = || {
        let (zone, hours) = text.split_once(' ')?;
        let (start, end) = hours.trim().split_once('-')?;
        Some(QuietHours {
            time_zone: zone.to_owned(),
            start: start.to_owned(),
            end: end.to_owned(),
        })
    };
    parts()
        .ok_or_else(|| Failure::Usage(format!("{text:?}: write quiet hours as 'ZONE HH:MM-HH:MM'")))
}

async fn show(api: &Api, id: String, output: &mut Output) -> Result<(), Failure> {
    let answer = ask!(
        api,
        directory.get_person,
        GetPersonRequest {
            id,
            min_position: 0
        }
    )?;
    output.answer(&answer, |output| match &answer.person {
        Some(person) => facts(person, output),
        None => Ok(()),
    })
}

fn facts(person: &Person, output: &mut Output) -> Result<(), Failure> {
    let name = output.paint(Tone::Strong, &person.display_name);
    output.line(name)?;
    let roles: Vec<_> = person
        .roles
        .iter()
        .map(|role| format!("{} in {}", role.role_id, role.department_id))
        .collect();
    output.facts(&[
        ("person", person.id.clone()),
        ("kind", PersonKind::word(person.kind)),
        ("departments", person.department_ids.join(", ")),
        ("reports to", person.manager_id.clone()),
        ("roles", roles.join(", ")),
        (
            "left",
            if person.deactivated {
                "yes".to_owned()
            } else {
                String::new()
            },
        ),
    ])?;
    person
        .profile
        .as_ref()
        .map_or(Ok(()), |profile| profile_facts(profile, output))
}

fn profile_facts(profile: &Profile, output: &mut Output) -> Result<(), Failure> {
    let channels: Vec<_> = profile
        .channels
        .iter()
        .map(|channel| {
            format!("{} {}", ChannelKind::word(channel.kind), channel.address)
                .trim_end()
                .to_owned()
        })
        .collect();
    let quiet = profile.quiet_hours.as_ref();
    let quiet =
        quiet.map(|quiet| format!("{} to {} ({})", quiet.start, quiet.end, quiet.time_zone));
    output.facts(&[
        ("languages", profile.languages.join(", ")),
        ("channels", channels.join(", ")),
        ("quiet hours", quiet.unwrap_or_default()),
        ("seen by", Privacy::word(profile.privacy)),
    ])
}

async fn line(api: &Api, id: String, output: &mut Output) -> Result<(), Failure> {
    let answer = ask!(
        api,
        directory.get_reporting_line,
        GetReportingLineRequest {
            id,
            min_position: 0
        }
    )?;
    output.answer(&answer, |output| {
        output.table(people_table(&answer.managers))
    })
}

async fn list(api: &Api, args: PeopleArgs, output: &mut Output) -> Result<(), Failure> {
    let question = ListPeopleRequest {
        department_id: args.department,
        kind: args.kind.unwrap_or_default().into(),
        text: args.text,
        include_deactivated: args.left,
        page_size: args.page.page_size,
        page_token: args.page.page_token,
        min_position: 0,
    };
    let answer = paged!(api, directory.list_people, question, args.page.all, people).await?;
    output.answer(&answer, |output| {
        output.table(people_table(&answer.people))?;
        pages::more(&answer.next_page_token, output)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_and_quiet_hours_are_read_as_the_help_says() {
        let email = read_channel("email=amina@example.org").unwrap();
        assert_eq!(
            (email.kind(), email.address.as_str()),
            (ChannelKind::Email, "amina@example.org")
        );
        assert_eq!(read_channel("inbox").unwrap().address, "");
        assert!(
            read_channel("pigeon=home")
                .unwrap_err()
                .to_string()
                .contains("inbox, email")
        );
        let quiet = read_quiet_hours("Asia/Tehran 20:00-07:00").unwrap();
        assert_eq!(
            (quiet.time_zone.as_str(), quiet.end.as_str()),
            ("Asia/Tehran", "07:00")
        );
        assert!(read_quiet_hours("at night").is_err());
    }
}
