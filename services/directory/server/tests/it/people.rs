//! People: membership, reporting line, profile.

use khidma_proto::directory as pb;
use tonic::Code;

use crate::stage::{Stage, expect};

#[tokio::test]
async fn the_main_department_stands_first() {
    let mut stage = Stage::set().await;
    change!(
        stage.admin,
        join_department,
        JoinDepartmentRequest {
            id: "dao",
            department_id: "it",
            main: true
        }
    )
    .unwrap();
    assert_eq!(stage.person("dao").await.department_ids, ["it", "finance"]);
    change!(
        stage.admin,
        update_person,
        UpdatePersonRequest {
            id: "dao",
            display_name: "Dao",
            kind: pb::PersonKind::Partner
        }
    )
    .unwrap();
    let dao = stage.person("dao").await;
    assert_eq!(
        (dao.display_name.as_str(), dao.kind()),
        ("Dao", pb::PersonKind::Partner)
    );
    let leave = change!(
        stage.admin,
        leave_department,
        LeaveDepartmentRequest {
            id: "dao",
            department_id: "operations"
        }
    );
    expect(
        leave,
        Code::FailedPrecondition,
        "NOT_A_MEMBER",
        "department_id",
    );
}

async fn line(stage: &mut Stage, person: &str) -> Vec<String> {
    let line = query!(
        stage,
        dao,
        get_reporting_line,
        GetReportingLineRequest { id: person }
    )
    .unwrap();
    line.managers
        .into_iter()
        .map(|manager| manager.id)
        .collect()
}

#[tokio::test]
async fn the_reporting_line_goes_up_without_cycles_and_over_those_who_have_left() {
    let mut stage = Stage::set().await;
    for (person, manager) in [("amina", "bao"), ("bao", "mina"), ("mina", "dao")] {
        change!(
            stage.admin,
            set_manager,
            SetManagerRequest {
                id: person,
                manager_id: manager
            }
        )
        .unwrap();
    }
    assert_eq!(line(&mut stage, "amina").await, ["bao", "mina", "dao"]);
    for manager in ["dao", "amina"] {
        let cycle = change!(
            stage.admin,
            set_manager,
            SetManagerRequest {
                id: "dao",
                manager_id: manager
            }
        );
        expect(
            cycle,
            Code::FailedPrecondition,
            "REPORTING_CYCLE",
            "manager_id",
        );
    }
    change!(
        stage.admin,
        deactivate_person,
        DeactivatePersonRequest { id: "bao" }
    )
    .unwrap();
    assert_eq!(line(&mut stage, "amina").await, ["mina", "dao"]);
    let left = change!(
        stage.admin,
        set_manager,
        SetManagerRequest {
            id: "dao",
            manager_id: "bao"
        }
    );
    expect(
        left,
        Code::FailedPrecondition,
        "REPORTING_CYCLE",
        "manager_id",
    );
    change!(
        stage.admin,
        set_manager,
        SetManagerRequest {
            id: "mina",
            manager_id: ""
        }
    )
    .unwrap();
    assert_eq!(line(&mut stage, "amina").await, ["mina"]);
    let unknown = query!(
        stage,
        dao,
        get_reporting_line,
        GetReportingLineRequest { id: "nobody" }
    );
    expect(unknown, Code::NotFound, "NOT_FOUND", "");
}

fn profile(privacy: pb::Privacy) -> pb::Profile {
    let channel = |kind: pb::ChannelKind, address: &str| pb::ContactChannel {
        kind: kind.into(),
        address: address.into(),
    };
    pb::Profile {
        languages: vec!["fa".into(), "en-GB".into()],
        channels: vec![
            channel(pb::ChannelKind::Inbox, ""),
            channel(pb::ChannelKind::Email, "amina@example.org"),
        ],
        quiet_hours: Some(pb::QuietHours {
            time_zone: "Asia/Tehran".into(),
            start: "22:00".into(),
            end: "07:00".into(),
        }),
        privacy: privacy.into(),
    }
}

#[tokio::test]
async fn a_profile_is_shown_as_its_owner_wishes() {
    let mut stage = Stage::set().await;
    let cases = [
        (pb::Privacy::Everyone, [true, true, true, true]),
        (pb::Privacy::Department, [true, true, true, false]),
        (pb::Privacy::Nobody, [true, true, false, false]),
    ];
    for (privacy, expected) in cases {
        change!(
            stage.amina,
            update_profile,
            UpdateProfileRequest {
                id: "amina",
                profile: Some(profile(privacy))
            }
        )
        .unwrap();
        let min_position = stage.head().await;
        let callers = [&stage.admin, &stage.amina, &stage.bao, &stage.dao];
        let mut seen = Vec::new();
        for caller in callers {
            let mut caller = caller.clone();
            let person = caller
                .get_person(pb::GetPersonRequest {
                    id: "amina".into(),
                    min_position,
                })
                .await
                .unwrap();
            let shown = person.into_inner().person.unwrap().profile;
            let listed = caller
                .list_people(pb::ListPeopleRequest {
                    text: "amina".into(),
                    ..Default::default()
                })
                .await
                .unwrap();
            assert_eq!(
                listed.into_inner().people[0].profile,
                shown,
                "a list shows no more than a look"
            );
            assert!(shown.is_none() || shown == Some(profile(privacy)));
            seen.push(shown.is_some());
        }
        assert_eq!(
            seen, expected,
            "{privacy:?}: admin, oneself, colleague, other"
        );
    }
    let other = change!(
        stage.bao,
        update_profile,
        UpdateProfileRequest {
            id: "amina",
            profile: Some(pb::Profile::default())
        }
    );
    expect(other, Code::PermissionDenied, "NOT_ALLOWED", "");
}

#[tokio::test]
async fn a_profile_that_cannot_be_is_refused_by_field() {
    let mut stage = Stage::set().await;
    let head = stage.head().await;
    let good = || profile(pb::Privacy::Everyone);
    let hours = |zone: &str, start: &str| {
        Some(pb::QuietHours {
            time_zone: zone.into(),
            start: start.into(),
            end: "07:00".into(),
        })
    };
    let channel = |kind: i32, address: &str| {
        vec![pb::ContactChannel {
            kind,
            address: address.into(),
        }]
    };
    let cases = [
        (None, "MISSING_FIELD", "profile"),
        (
            Some(pb::Profile {
                languages: vec!["farsi!".into()],
                ..good()
            }),
            "INVALID_LANGUAGE",
            "profile.languages",
        ),
        (
            Some(pb::Profile {
                quiet_hours: hours("Tehran", "22:00"),
                ..good()
            }),
            "INVALID_TIME_ZONE",
            "profile.quiet_hours.time_zone",
        ),
        (
            Some(pb::Profile {
                quiet_hours: hours("UTC", "10pm"),
                ..good()
            }),
            "INVALID_TIME",
            "profile.quiet_hours.start",
        ),
        (
            Some(pb::Profile {
                channels: channel(2, "nobody"),
                ..good()
            }),
            "INVALID_ADDRESS",
            "profile.channels",
        ),
        (
            Some(pb::Profile {
                channels: channel(5, "http://example.org"),
                ..good()
            }),
            "INVALID_ADDRESS",
            "profile.channels",
        ),
        (
            Some(pb::Profile {
                channels: channel(0, ""),
                ..good()
            }),
            "MISSING_FIELD",
            "profile.channels",
        ),
        (
            Some(pb::Profile {
                channels: channel(99, ""),
                ..good()
            }),
            "UNKNOWN_VALUE",
            "profile.channels",
        ),
        (
            Some(pb::Profile {
                privacy: 99,
                ..good()
            }),
            "UNKNOWN_VALUE",
            "profile.privacy",
        ),
    ];
    for (profile, reason, field) in cases {
        let update = change!(
            stage.amina,
            update_profile,
            UpdateProfileRequest {
                id: "amina",
                profile
            }
        );
        expect(update, Code::InvalidArgument, reason, field);
    }
    assert_eq!(stage.head().await, head);
}
