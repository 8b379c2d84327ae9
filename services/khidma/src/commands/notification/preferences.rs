//! `khidma notification preferences`.

use khidma_edge::instant::time_out;
use khidma_proto::notifications::{
    Channel, GetPreferencesRequest, GetPreferencesResponse, KindPreference, MessageKind,
    Preferences, SetPreferencesRequest,
};

use crate::ask;
use crate::cli::{PreferencesArgs, PreferencesCommand, SetPreferencesArgs};
use crate::client::Api;
use crate::commands::done::Done;
use crate::failure::Failure;
use crate::output::{Output, preference_facts, ways_table};

pub(super) async fn run(
    api: &Api,
    args: PreferencesArgs,
    output: &mut Output,
) -> Result<(), Failure> {
    match args.command {
        None => show(api, String::new(), output).await,
        Some(PreferencesCommand::Show { person }) => show(api, person, output).await,
        Some(PreferencesCommand::Set(args)) => set(api, *args).await?.print(output),
    }
}

async fn look(api: &Api, person_id: String) -> Result<GetPreferencesResponse, Failure> {
    let question = GetPreferencesRequest {
        person_id,
        min_position: 0,
    };
    ask!(api, preferences.get_preferences, question)
}

async fn show(api: &Api, person: String, output: &mut Output) -> Result<(), Failure> {
    let answer = look(api, person).await?;
    output.answer(&answer, |output| {
        output.table(ways_table(&answer.ways))?;
        let said = answer.preferences.clone().unwrap_or_default();
        let facts = preference_facts(output, &said);
        output.facts(&facts)
    })
}

/// What is there is read, changed, and set as a whole.
async fn set(api: &Api, args: SetPreferencesArgs) -> Result<Done, Failure> {
    let person_id = args.person.clone();
    let mut preferences = look(api, person_id.clone())
        .await?
        .preferences
        .unwrap_or_default();
    change(&mut preferences, args);
    let wish = SetPreferencesRequest {
        request_id: api.request_id(),
        person_id: person_id.clone(),
        preferences: Some(preferences),
    };
    let position = ask!(api, preferences.set_preferences, wish)?.position;
    Ok(Done {
        what: "preferences set",
        id: person_id,
        position,
    })
}

fn change(preferences: &mut Preferences, args: SetPreferencesArgs) {
    for kind in &args.kinds {
        if args.as_profile {
            let other = |one: &KindPreference| one.kind() != *kind;
            preferences.kinds.retain(other);
            continue;
        }
        let wanted = of_kind(preferences, *kind);
        if !args.channels.is_empty() {
            by(wanted, &args.channels);
        }
        wanted.digest = args.in_digest || wanted.digest && !args.at_once;
    }
    for kind in &args.mute {
        by(of_kind(preferences, *kind), &[]);
    }
    if let Some(at) = args.digest_at {
        preferences.digest_at = at;
    }
    if let Some(zone) = args.digest_zone {
        preferences.digest_time_zone = zone;
    }
    if !args.digest_days.is_empty() {
        preferences.digest_weekdays = args.digest_days;
    }
    if let Some(quiet) = args.quiet_even_if_urgent {
        preferences.quiet_even_if_urgent = quiet;
    }
    if args.stand_in.is_some() || args.no_stand_in {
        preferences.stand_in_id = args.stand_in.unwrap_or_default();
        preferences.stand_in_until = args.until.map(time_out);
    }
}

/// What is said of a kind; nothing yet, where nothing was.
fn of_kind(preferences: &mut Preferences, kind: MessageKind) -> &mut KindPreference {
    let kinds = &mut preferences.kinds;
    let index = match kinds.iter().position(|one| one.kind() == kind) {
        Some(index) => index,
        None => {
            kinds.push(KindPreference {
                kind: kind.into(),
                ..KindPreference::default()
            });
            kinds.len() - 1
        }
    };
    &mut kinds[index]
}

fn by(wanted: &mut KindPreference, channels: &[Channel]) {
    wanted.chosen = true;
    wanted.channels = channels.iter().map(|one| (*one).into()).collect();
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::{Cli, Command, NotificationCommand};

    /// What is there after a command line, begun with `before`.
    fn after(mut before: Preferences, line: &str) -> Preferences {
        let words = "khidma notification preferences set".split(' ');
        let cli = Cli::try_parse_from(words.chain(line.split(' '))).unwrap();
        let Command::Notification(NotificationCommand::Preferences(PreferencesArgs {
            command: Some(PreferencesCommand::Set(args)),
        })) = cli.command
        else {
            panic!("it is another command");
        };
        change(&mut before, *args);
        before
    }

    #[test]
    fn what_is_not_said_stays() {
        let first = after(
            Preferences::default(),
            "--kind progress --channels inbox,email --digest-at 07:30",
        );
        let second = after(first.clone(), "--kind progress --in-digest --mute reply");
        assert_eq!(second.digest_at, "07:30");
        let [progress, reply] = &second.kinds[..] else {
            panic!("{second:?}");
        };
        let both = [Channel::Inbox, Channel::Email].map(i32::from);
        assert_eq!(progress.channels, both);
        assert!(progress.digest && progress.chosen);
        assert_eq!(reply.kind(), MessageKind::Reply);
        assert!(reply.chosen && reply.channels.is_empty());
        let at_once = after(second.clone(), "--kind progress --at-once");
        assert!(!at_once.kinds[0].digest);
        assert_eq!(at_once.kinds[0].channels, both);
        let cleared = after(second, "--kind progress --kind reply --as-profile");
        assert_eq!(cleared, first_without_kinds(first));
    }

    fn first_without_kinds(preferences: Preferences) -> Preferences {
        Preferences {
            kinds: Vec::new(),
            ..preferences
        }
    }

    #[test]
    fn a_stand_in_comes_and_goes() {
        let away = after(
            Preferences::default(),
            "--stand-in sol --until 2027-01-04T00:00:00Z",
        );
        assert_eq!(away.stand_in_id, "sol");
        assert_eq!(away.stand_in_until.unwrap().seconds, 1_799_020_800);
        assert_eq!(after(away, "--no-stand-in"), Preferences::default());
    }
}
