//! Profiles between protobuf and our own types.

use khidma_events::directory::{ChannelKind, ContactChannel, Privacy, Profile, QuietHours};
use khidma_proto::directory as pb;
use tonic::Status;

use super::convert::{missing, unknown_value};

pub(super) fn profile_in(profile: pb::Profile) -> Result<Profile, Status> {
    Ok(Profile {
        languages: profile.languages,
        channels: profile
            .channels
            .into_iter()
            .map(channel_in)
            .collect::<Result<_, _>>()?,
        quiet_hours: profile.quiet_hours.map(|hours| QuietHours {
            time_zone: hours.time_zone,
            start: hours.start,
            end: hours.end,
        }),
        privacy: privacy_in(profile.privacy)?,
    })
}

pub(super) fn profile_out(profile: Profile) -> pb::Profile {
    pb::Profile {
        languages: profile.languages,
        channels: profile.channels.into_iter().map(channel_out).collect(),
        quiet_hours: profile.quiet_hours.map(|hours| pb::QuietHours {
            time_zone: hours.time_zone,
            start: hours.start,
            end: hours.end,
        }),
        privacy: privacy_out(profile.privacy).into(),
    }
}

fn channel_in(channel: pb::ContactChannel) -> Result<ContactChannel, Status> {
    let field = "profile.channels";
    let kind = match pb::ChannelKind::try_from(channel.kind).map_err(|_| unknown_value(field))? {
        pb::ChannelKind::Unspecified => return Err(missing(field)),
        pb::ChannelKind::Inbox => ChannelKind::Inbox,
        pb::ChannelKind::Email => ChannelKind::Email,
        pb::ChannelKind::Phone => ChannelKind::Phone,
        pb::ChannelKind::Chat => ChannelKind::Chat,
        pb::ChannelKind::Webhook => ChannelKind::Webhook,
    };
    Ok(ContactChannel {
        kind,
        address: channel.address,
    })
}

fn channel_out(channel: ContactChannel) -> pb::ContactChannel {
    let kind = match channel.kind {
        ChannelKind::Inbox => pb::ChannelKind::Inbox,
        ChannelKind::Email => pb::ChannelKind::Email,
        ChannelKind::Phone => pb::ChannelKind::Phone,
        ChannelKind::Chat => pb::ChannelKind::Chat,
        ChannelKind::Webhook => pb::ChannelKind::Webhook,
    };
    pb::ContactChannel {
        kind: kind.into(),
        address: channel.address,
    }
}

fn privacy_in(privacy: i32) -> Result<Privacy, Status> {
    match pb::Privacy::try_from(privacy).map_err(|_| unknown_value("profile.privacy"))? {
        pb::Privacy::Everyone => Ok(Privacy::Everyone),
        pb::Privacy::Unspecified | pb::Privacy::Department => Ok(Privacy::Department),
        pb::Privacy::Nobody => Ok(Privacy::Nobody),
    }
}

fn privacy_out(privacy: Privacy) -> pb::Privacy {
    match privacy {
        Privacy::Everyone => pb::Privacy::Everyone,
        Privacy::Department => pb::Privacy::Department,
        Privacy::Nobody => pb::Privacy::Nobody,
    }
}
