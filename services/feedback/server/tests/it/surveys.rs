//! Surveys: defined in versions, seen by everybody, retired.

use khidma_proto::feedback as pb;
use pb::item_condition::Is;
use tonic::Code;

use crate::survey_stage::*;

async fn survey(stage: &Stage, version: u32, min_position: u64) -> pb::GetSurveyResponse {
    let request = pb::GetSurveyRequest {
        survey_id: "service".into(),
        version,
        min_position,
    };
    stage
        .sana
        .clone()
        .get_survey(request)
        .await
        .unwrap()
        .into_inner()
}

async fn listed(stage: &Stage, include_retired: bool) -> Vec<pb::Survey> {
    let request = pb::ListSurveysRequest {
        include_retired,
        min_position: stage.host.log.head().await.unwrap().0,
        ..Default::default()
    };
    let listed = stage.daniel.clone().list_surveys(request).await.unwrap();
    listed.into_inner().surveys
}

#[tokio::test]
async fn what_is_defined_is_seen_as_it_was_said_and_never_changes() {
    let stage = Stage::set().await;
    let position = stage.defined().await;
    let first = survey(&stage, 0, position).await;
    assert_eq!(first.definition, Some(definition()));
    assert_eq!(first.survey.as_ref().unwrap().title, "خدمت ما");

    // What says the same is no new version, what says something else is.
    let again = stage.mei.clone().define_survey(define(definition())).await;
    assert_eq!(again.unwrap().into_inner().version, 1);
    let mut other = definition();
    other.sections[0].items.pop();
    let second = stage.mei.clone().define_survey(define(other.clone())).await;
    let second = second.unwrap().into_inner();
    assert_eq!(second.version, 2);
    let newest = survey(&stage, 0, second.position).await;
    assert_eq!((newest.version, newest.definition), (2, Some(other)));
    assert_eq!(survey(&stage, 1, 0).await.definition, Some(definition()));
    let third = pb::GetSurveyRequest {
        survey_id: "service".into(),
        version: 3,
        min_position: 0,
    };
    let none = no(Code::InvalidArgument, "UNKNOWN_VERSION", "version");
    assert_eq!(refused(stage.mei.clone().get_survey(third).await), none);
}

#[tokio::test]
async fn who_is_retired_is_listed_on_demand_only_and_asked_no_more() {
    let stage = Stage::set().await;
    stage.defined().await;
    let titles = |surveys: Vec<pb::Survey>| {
        let each = surveys.into_iter();
        each.map(|one| (one.id, one.title)).collect::<Vec<_>>()
    };
    let service = vec![("service".to_owned(), "Our service".to_owned())];
    assert_eq!(titles(listed(&stage, false).await), service);
    let retire = || pb::RetireSurveyRequest {
        request_id: key(),
        survey_id: "service".into(),
    };
    let denied = no(Code::PermissionDenied, "NOT_ALLOWED", "");
    assert_eq!(
        refused(stage.linh.clone().retire_survey(retire()).await),
        denied
    );
    stage.mei.clone().retire_survey(retire()).await.unwrap();
    assert_eq!(titles(listed(&stage, false).await), vec![]);
    assert_eq!(titles(listed(&stage, true).await), service);
    let mut other = definition();
    other.sections[0].items.pop();
    let defined = stage.mei.clone().define_survey(define(other)).await;
    let retired = no(Code::FailedPrecondition, "SURVEY_RETIRED", "");
    assert_eq!(refused(defined), retired);
    let launched = stage.mei.clone().launch_round(stage.launch()).await;
    let retired = no(Code::FailedPrecondition, "SURVEY_RETIRED", "survey_id");
    assert_eq!(refused(launched), retired);
}

/// What is refused of the definition so changed.
async fn wrong(stage: &Stage, change: impl FnOnce(&mut pb::SurveyDefinition)) -> (String, String) {
    let mut definition = definition();
    change(&mut definition);
    let defined = stage.mei.clone().define_survey(define(definition)).await;
    let (code, reason, field) = refused(defined);
    assert_eq!(code, Code::InvalidArgument);
    (reason, field)
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_its_place_and_nothing_is_stored() {
    let stage = Stage::set().await;
    let at = |reason: &str, field: &str| (reason.to_owned(), field.to_owned());
    let dangling = wrong(&stage, |it| {
        it.sections[0].items[1].when.as_mut().unwrap().item = "nothing".into();
    });
    let expected = at("DANGLING_CONDITION", "sections[0].items[1].when.item");
    assert_eq!(dangling.await, expected);
    let twice = wrong(&stage, |it| it.sections[0].items[4].key = "speed".into());
    let expected = at("DUPLICATE_KEY", "sections[0].items[4].key");
    assert_eq!(twice.await, expected);
    let kindless = wrong(&stage, |it| it.sections[0].items[3].answer = None);
    let expected = at("MISSING_FIELD", "sections[0].items[3].answer");
    assert_eq!(kindless.await, expected);
    let never = wrong(&stage, |it| {
        it.sections[0].items[1].when.as_mut().unwrap().is = Some(Is::AtMost(0));
    });
    let expected = at("IMPOSSIBLE_ANSWER", "sections[0].items[1].when.is");
    assert_eq!(never.await, expected);
    let measure = wrong(&stage, |it| {
        it.sections[0].items[0].measure.as_mut().unwrap().quality = 99;
    });
    let expected = at("UNKNOWN_VALUE", "sections[0].items[0].measure.quality");
    assert_eq!(measure.await, expected);
    let huge = wrong(&stage, |it| {
        let text = "x".repeat(200 * 1024);
        it.intro.insert("en".into(), text);
    });
    assert_eq!(huge.await, at("DEFINITION_TOO_LARGE", "definition"));
    // Ten megabytes do not get that far.
    let mut flood = definition();
    flood.intro.insert("en".into(), "x".repeat(10 << 20));
    let flooded = stage.mei.clone().define_survey(define(flood)).await;
    assert!(flooded.is_err());

    let denied = no(Code::PermissionDenied, "NOT_ALLOWED", "");
    for who in [&stage.daniel, &stage.linh] {
        let defined = who.clone().define_survey(define(definition())).await;
        assert_eq!(refused(defined), denied);
    }
    let nowhere = pb::DefineSurveyRequest {
        owner_id: "nowhere".into(),
        ..define(definition())
    };
    let unknown = no(Code::InvalidArgument, "UNKNOWN_DEPARTMENT", "owner_id");
    assert_eq!(
        refused(stage.root.clone().define_survey(nowhere).await),
        unknown
    );
    assert_eq!(listed(&stage, true).await, vec![]);
}
