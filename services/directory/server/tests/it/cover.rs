//! The cover report, from offerings as the requests service tells them to trainings that would help.

use khidma_events::requests::{OfferingReinstated, OfferingRetired};
use khidma_proto::directory as pb;
use khidma_proto::directory::{CoverUnclosed, SkillLevel};

use crate::study::{Study, offering, plan};

impl Study {
    async fn can(&mut self, person: &str, id: &str, level: SkillLevel, until: &str) {
        change!(
            self.admin.skills,
            set_skill,
            SetSkillRequest {
                id: person,
                subject: offering(id),
                level,
                since: "2026-01-01",
                until
            }
        )
        .unwrap();
    }

    async fn teaches(&mut self, id: &str, plan: Option<pb::TrainingPlan>) {
        change!(
            self.admin.trainings,
            plan_training,
            PlanTrainingRequest {
                id,
                department_id: "it",
                plan
            }
        )
        .unwrap();
    }
}

fn names(cover: &pb::GetCoverResponse) -> Vec<&str> {
    let gaps = cover.gaps.iter();
    gaps.map(|gap| gap.offering_id.as_str()).collect()
}

/// Who would attend what, and for how much.
fn closings(gap: &pb::CoverGap) -> Vec<String> {
    let place = |one: &pb::CoverPlace| {
        let again = if one.again { " again" } else { "" };
        format!("{} {}{again}", one.person_id, one.training_id)
    };
    let closings = gap.closings.iter().map(|closing| {
        let places: Vec<_> = closing.places.iter().map(place).collect();
        let cost: Vec<_> = closing.cost.iter().map(|one| one.minor).collect();
        format!("{} for {cost:?}", places.join(", "))
    });
    closings.collect()
}

#[tokio::test]
async fn a_gap_is_told_with_who_is_closest_and_what_would_close_it_cheapest() {
    let mut study = Study::set().await;
    study.offers("it", "laptop").await;
    study.can("mina", "laptop", SkillLevel::Teaching, "").await;
    study.can("bao", "laptop", SkillLevel::WithHelp, "").await;
    // He could teach it, but is of another department.
    study.can("dao", "laptop", SkillLevel::Teaching, "").await;
    let cover = study.cover("it").await;
    assert_eq!((cover.offerings, cover.on.as_str()), (1, "2026-03-02"));
    let gap = &cover.gaps[0];
    assert_eq!(
        (gap.name.as_str(), gap.provider_id.as_str()),
        ("LAPTOP", "it")
    );
    assert_eq!((&*gap.able_ids, gap.missing), (&["mina".to_owned()][..], 1));
    let closest: Vec<_> = gap
        .closest
        .iter()
        .map(|one| (&*one.person_id, one.level))
        .collect();
    assert_eq!(closest, [("bao", 2), ("amina", 0)]);
    assert_eq!(gap.unclosed(), CoverUnclosed::NoTraining);
    assert!(gap.closings.is_empty());

    let alone = [("laptop", SkillLevel::Alone)];
    study
        .teaches("dear", plan("2026-05-01", 9, 500, &alone))
        .await;
    study
        .teaches("over", plan("2026-03-01", 9, 1, &alone))
        .await;
    let too_little = [("laptop", SkillLevel::WithHelp)];
    study
        .teaches("short", plan("2026-05-01", 9, 2, &too_little))
        .await;
    study.teaches("off", plan("2026-05-01", 9, 3, &alone)).await;
    change!(
        study.admin.trainings,
        cancel_training,
        CancelTrainingRequest {
            id: "off",
            reason: "No room."
        }
    )
    .unwrap();
    let cover = study.cover("it").await;
    assert_eq!(closings(&cover.gaps[0]), ["bao dear for [500]"]);
    // What was given before can be given again.
    change!(
        study.admin.trainings,
        hold_training,
        HoldTrainingRequest { id: "over" }
    )
    .unwrap();
    let cover = study.cover("it").await;
    assert_eq!(closings(&cover.gaps[0]), ["bao over again for [1]"]);
    assert_eq!(cover.gaps[0].closings[0].places[0].title, "For 1");
    let person_ids = vec!["bao".to_owned()];
    change!(
        study.admin.trainings,
        hold_training,
        HoldTrainingRequest {
            id: "over",
            person_ids
        }
    )
    .unwrap();
    assert!(study.cover("it").await.gaps.is_empty(), "she attended");
}

#[tokio::test]
async fn whoever_leaves_leaves_a_gap_and_so_does_what_lapses() {
    let mut study = Study::set().await;
    study.offers("it", "laptop").await;
    study.can("amina", "laptop", SkillLevel::Alone, "").await;
    study
        .can("bao", "laptop", SkillLevel::Alone, "2026-06-30")
        .await;
    assert!(study.cover("").await.gaps.is_empty());
    assert!(study.cover_on("", "2026-06-30").await.gaps.is_empty());
    let july = study.cover_on("", "2026-07-01").await;
    let closest = &july.gaps[0].closest[0];
    assert_eq!(
        (&*closest.person_id, closest.level, closest.lapsed),
        ("bao", 0, 3)
    );
    change!(
        study.stage.admin,
        deactivate_person,
        DeactivatePersonRequest { id: "amina" }
    )
    .unwrap();
    let cover = study.cover("").await;
    assert_eq!(
        (&*cover.gaps[0].able_ids, cover.gaps[0].missing),
        (&["bao".to_owned()][..], 1)
    );
    // And who goes to another department serves there.
    let join = change!(
        study.stage.admin,
        join_department,
        JoinDepartmentRequest {
            id: "bao",
            department_id: "finance"
        }
    );
    join.unwrap();
    let leave = change!(
        study.stage.admin,
        leave_department,
        LeaveDepartmentRequest {
            id: "bao",
            department_id: "it"
        }
    );
    leave.unwrap();
    assert!(study.cover("").await.gaps[0].able_ids.is_empty());
}

#[tokio::test]
async fn a_department_answers_for_those_below_it_and_is_served_by_them() {
    let mut study = Study::set().await;
    study.offers("operations", "move").await;
    study.offers("it", "laptop").await;
    let payslip = study.offers("finance", "payslip").await;
    assert_eq!(names(&study.cover("").await), ["laptop", "move", "payslip"]);
    assert_eq!(
        names(&study.cover("operations").await),
        ["laptop", "move", "payslip"]
    );
    assert_eq!(names(&study.cover("it").await), ["laptop"]);
    // Amina of IT and Đạo of finance serve what operations offers.
    study.can("amina", "move", SkillLevel::Alone, "").await;
    study.can("dao", "move", SkillLevel::Alone, "").await;
    assert_eq!(
        names(&study.cover("operations").await),
        ["laptop", "payslip"]
    );
    // Finance has one person: no training makes two of them.
    let finance = study.cover("finance").await;
    assert_eq!(finance.gaps[0].unclosed(), CoverUnclosed::TooFewPeople);
    // What can no longer be asked for needs nobody.
    let retired = OfferingRetired {
        reason: "Nobody asks.".into(),
    };
    let retired = study.then("payslip", payslip, retired).await;
    let cover = study.cover("operations").await;
    assert_eq!((names(&cover), cover.offerings), (vec!["laptop"], 2));
    study.then("payslip", retired, OfferingReinstated {}).await;
    assert_eq!(names(&study.cover("finance").await), ["payslip"]);
}

#[tokio::test]
async fn what_is_planned_has_no_more_places_than_it_has() {
    let mut study = Study::set().await;
    study.offers("it", "laptop").await;
    let alone = [("laptop", SkillLevel::Alone)];
    study
        .teaches("small", plan("2026-04-01", 1, 100, &alone))
        .await;
    let cover = study.cover("it").await;
    assert_eq!(cover.gaps[0].unclosed(), CoverUnclosed::TooFewPlaces);
    study
        .teaches("other", plan("2026-04-02", 1, 300, &alone))
        .await;
    let cover = study.cover("it").await;
    assert_eq!(
        closings(&cover.gaps[0]),
        ["amina small, bao other for [400]"]
    );
}

#[tokio::test]
async fn rows_written_live_equal_those_of_a_rebuild() {
    let mut study = Study::set().await;
    let laptop = study.offers("it", "laptop").await;
    study.can("amina", "laptop", SkillLevel::Alone, "").await;
    let alone = [("laptop", SkillLevel::Alone)];
    study
        .teaches("laptops", plan("2026-03-01", 3, 100, &alone))
        .await;
    for people in [["amina", "bao"], ["amina", "dao"]] {
        let person_ids = people.map(str::to_owned).to_vec();
        let id = "laptops";
        change!(
            study.mina.trainings,
            hold_training,
            HoldTrainingRequest { id, person_ids }
        )
        .unwrap();
    }
    let retired = OfferingRetired {
        reason: "Nobody asks.".into(),
    };
    study.then("laptop", laptop, retired).await;
    change!(
        study.mina.reviews,
        record_review,
        RecordReviewRequest {
            id: "amina",
            on: "2026-03-01"
        }
    )
    .unwrap();
    study.stage.host.caught_up().await;
    let projection = &study.stage.host.projections[0];
    let before = projection.reader();
    projection.rebuild(|_| {}).await.unwrap();
    let after = projection.reader();
    assert!(khidma_projection::rows_equal(&before, &after).unwrap());
    // The offering, the training and what it is found by; Amina's skills and review; what it gave to two, who are found.
    let rows = [
        b"o/".as_slice(),
        b"e/training-",
        b"l/",
        b"e/skills-",
        b"e/reviews-",
        b"g/",
        b"k/",
    ];
    let counts = rows.map(|prefix| after.prefix(prefix).count());
    assert_eq!(counts, [1, 1, 1, 1, 1, 2, 2]);
}
