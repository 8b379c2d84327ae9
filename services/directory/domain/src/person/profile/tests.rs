//! What a profile can be.

use khidma_events::directory::*;

use super::*;

/// The refusal of a profile, by code and field.
fn refused(profile: Profile) -> Option<(&'static str, &'static str)> {
    use khidma_kernel::Refusal;
    let refusal = check(&profile).err()?;
    Some((refusal.code(), refusal.field().unwrap()))
}

fn channel(kind: ChannelKind, address: &str) -> Profile {
    Profile {
        channels: vec![ContactChannel {
            kind,
            address: address.into(),
        }],
        ..Profile::default()
    }
}

#[test]
fn languages_are_bcp_47_tags() {
    let languages = |tags: &[&str]| {
        refused(Profile {
            languages: tags.iter().map(|tag| (*tag).into()).collect(),
            ..Profile::default()
        })
    };
    assert_eq!(
        languages(&["fa", "en-GB", "zh-Hant-TW", "vi-VN", "de-CH-1996"]),
        None
    );
    for wrong in [
        "",
        "e",
        "en_GB",
        "en-",
        "farsi persian",
        "english-language-of-the-north",
        "日本語",
    ] {
        assert_eq!(
            languages(&[wrong]),
            Some(("INVALID_LANGUAGE", "profile.languages")),
            "{wrong}"
        );
    }
    assert_eq!(
        languages(&["en", "EN"]),
        Some(("DUPLICATE", "profile.languages"))
    );
    assert_eq!(
        languages(&["en"; limits::LANGUAGES + 1]),
        Some(("TOO_MANY", "profile.languages"))
    );
}

#[test]
fn quiet_hours_are_two_times_in_a_zone() {
    let hours = |time_zone: &str, start: &str, end: &str| {
        let quiet_hours = QuietHours {
            time_zone: time_zone.into(),
            start: start.into(),
            end: end.into(),
        };
        refused(Profile {
            quiet_hours: Some(quiet_hours),
            ..Profile::default()
        })
    };
    assert_eq!(hours("Asia/Tehran", "22:00", "07:00"), None);
    assert_eq!(
        hours("Tehran", "22:00", "07:00"),
        Some(("INVALID_TIME_ZONE", "profile.quiet_hours.time_zone"))
    );
    assert_eq!(
        hours("UTC", "22:00:00", "07:00"),
        Some(("INVALID_TIME", "profile.quiet_hours.start"))
    );
    assert_eq!(
        hours("UTC", "22:00", "7:00"),
        Some(("INVALID_TIME", "profile.quiet_hours.end"))
    );
    assert_eq!(
        hours("UTC", "22:00", "22:00"),
        Some(("INVALID_TIME", "profile.quiet_hours.end"))
    );
}

#[test]
fn an_address_fits_its_channel() {
    use ChannelKind::{Chat, Email, Inbox, Phone, Webhook};
    let good = [
        (Inbox, ""),
        (Email, "amina@example.org"),
        (Phone, "+98 (21) 555-0100"),
        (Chat, "@amina:example.org"),
        (Webhook, "https://hooks.example.org:8443/a?b=c@d"),
    ];
    for (kind, address) in good {
        assert_eq!(refused(channel(kind, address)), None, "{kind:?} {address}");
    }
    let bad = [
        (Inbox, "x"),
        (Email, "amina"),
        (Email, "@example.org"),
        (Email, "amina@"),
        (Email, "a@b@c"),
        (Email, "a b@c"),
        (Phone, "12"),
        (Phone, "call me"),
        (Chat, ""),
        (Chat, "two words"),
        (Webhook, "http://hooks.example.org"),
        (Webhook, "https://"),
        (Webhook, "https://:80/"),
        (Webhook, "https://user:secret@example.org/"),
        (Webhook, "https://example.org/a b"),
    ];
    for (kind, address) in bad {
        assert_eq!(
            refused(channel(kind, address)),
            Some(("INVALID_ADDRESS", "profile.channels")),
            "{kind:?} {address}"
        );
    }
    let long = format!("{}@example.org", "a".repeat(limits::ADDRESS));
    assert_eq!(
        refused(channel(Email, &long)),
        Some(("INVALID_ADDRESS", "profile.channels"))
    );
    let twice = vec![
        ContactChannel {
            kind: Inbox,
            address: String::new()
        };
        2
    ];
    assert_eq!(
        refused(Profile {
            channels: twice,
            ..Profile::default()
        }),
        Some(("DUPLICATE", "profile.channels"))
    );
}

#[test]
fn no_message_repeats_an_address() {
    let refusal = check(&channel(ChannelKind::Email, "secret-address")).unwrap_err();
    assert!(!format!("{refusal} {refusal:?}").contains("secret-address"));
}
