//! Policies are written, found to make sense, let hold, retired and read.

use khidma_proto::sla as pb;
use khidma_proto::sla::draft_policy_request::{Policy, Structured};
use tonic::Code;

use crate::policy_stage::{Stage, draft, key, refused};

const IT: &str = r#"
id = "it-promises"
name = "What IT promises"
providers = ["it"]
calendar = "rome-office"

[[rules]]
name = "Urgent"
when = { priorities = ["urgent"], tags = ["vip"], tasks = false }
[rules.targets.resolve]
within = "24h"
pauses = ["waiting"]
warnings = [50, 100]
[[rules.targets.resolve.ladder]]
at = "75%"
to = ["assignee", "person:mei"]
[[rules.targets.resolve.ladder]]
after_breach = "2h"
to = ["managers_of_provider"]

[[rules]]
name = "Else"
[rules.targets.acknowledge]
within = "4h"
time = "wall_clock"
"#;

fn validate(id: &str, version: u32) -> pb::ValidatePolicyRequest {
    pb::ValidatePolicyRequest {
        request_id: key(),
        id: id.into(),
        version,
    }
}

fn activate(id: &str, version: u32) -> pb::ActivatePolicyRequest {
    pb::ActivatePolicyRequest {
        request_id: key(),
        id: id.into(),
        version,
        attach: pb::Attach::New.into(),
    }
}

#[tokio::test]
async fn a_policy_is_drafted_validated_activated_and_retired_by_version() {
    let mut stage = Stage::set().await;
    let drafted = stage
        .mei
        .draft_policy(draft(IT))
        .await
        .unwrap()
        .into_inner();
    assert_eq!((drafted.id.as_str(), drafted.version), ("it-promises", 1));
    let strange: Vec<_> = drafted
        .warnings
        .iter()
        .map(|one| (one.line, &*one.field))
        .collect();
    let fields = [
        (13, "rules[0].targets.resolve.warnings"),
        (11, "rules[0].targets.resolve.within"),
    ];
    assert_eq!(strange, fields);
    let days = "24 h of business time is 2.7 working days of rome-office, whose day has 9 h; \
                write 9h for one working day";
    assert_eq!(drafted.warnings[1].text, days);
    assert_eq!(
        stage.get("it-promises", 0).await.state(),
        pb::PolicyState::Draft
    );

    let early = stage.mei.activate_policy(activate("it-promises", 0)).await;
    assert_eq!(refused(early).reason.as_deref(), Some("NOT_VALIDATED"));
    let validated = stage.mei.validate_policy(validate("it-promises", 0)).await;
    assert_eq!(validated.unwrap().into_inner().warnings.len(), 2);
    assert_eq!(
        stage.get("it-promises", 1).await.state(),
        pb::PolicyState::Validated
    );
    let activated = stage.mei.activate_policy(activate("it-promises", 1)).await;
    assert_eq!(activated.unwrap().into_inner().version, 1);

    let second = IT.replace("within = \"4h\"", "within = \"2h\"");
    let drafted = stage
        .mei
        .draft_policy(draft(&second))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(drafted.version, 2);
    let again = stage
        .mei
        .draft_policy(draft(&second))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (again.version, again.position),
        (2, drafted.position),
        "the same is no version"
    );
    stage
        .mei
        .validate_policy(validate("it-promises", 2))
        .await
        .unwrap();
    stage
        .mei
        .activate_policy(activate("it-promises", 2))
        .await
        .unwrap();
    let first = stage.get("it-promises", 1).await;
    assert_eq!(first.state(), pb::PolicyState::Retired);
    let now = stage.get("it-promises", 0).await;
    assert_eq!((now.state(), now.version), (pb::PolicyState::Active, 2));
    assert_eq!((now.latest_version, now.active_version), (2, 2));
    assert_eq!(now.warnings.len(), 2);

    let retire = pb::RetirePolicyRequest {
        request_id: key(),
        id: "it-promises".into(),
    };
    stage.mei.retire_policy(retire).await.unwrap();
    assert_eq!(
        stage.get("it-promises", 0).await.state(),
        pb::PolicyState::Retired
    );
}

#[tokio::test]
async fn what_was_drafted_comes_back_and_can_be_drafted_again_as_data() {
    let mut stage = Stage::set().await;
    stage.mei.draft_policy(draft(IT)).await.unwrap();
    let spec = stage.get("it-promises", 1).await.spec.unwrap();
    let [urgent, rest] = spec.rules.as_slice() else {
        unreachable!("two rules")
    };
    let resolve = &urgent.targets[0];
    assert_eq!(
        (resolve.metric(), resolve.within_seconds),
        (pb::Metric::Resolve, 86_400)
    );
    assert_eq!(resolve.ladder[0].to, ["assignee", "person:mei"]);
    assert_eq!(urgent.when.as_ref().unwrap().tasks, Some(false));
    assert_eq!(rest.targets[0].time(), pb::TimeKind::WallClock);
    assert_eq!(
        (&rest.targets[0].pauses, &rest.targets[0].warnings),
        (&None, &None)
    );
    let structured = Structured {
        id: "it-promises".into(),
        spec: Some(spec),
    };
    let same = pb::DraftPolicyRequest {
        request_id: key(),
        policy: Some(Policy::Structured(structured)),
    };
    let drafted = stage.mei.draft_policy(same).await.unwrap().into_inner();
    assert_eq!(drafted.version, 1, "it says the same");
    assert_eq!(drafted.warnings[0].line, 0, "data has no lines");
}

#[tokio::test]
async fn what_is_wrong_is_told_at_once_and_each_with_its_line() {
    let mut stage = Stage::set().await;
    let wrong = IT
        .replace("\"person:mei\"", "\"person:nobody\"")
        .replace("within = \"24h\"", "within = \"0h\"")
        .replace("calendar = \"rome-office\"", "calendar = \"milan\"")
        .replace("at = \"75%\"", "at = \"1001%\"");
    let report = refused(stage.mei.draft_policy(draft(&wrong)).await);
    assert_eq!(report.code, Code::InvalidArgument);
    assert_eq!(report.reason.as_deref(), Some("INVALID_POLICY"));
    let told: Vec<_> = report
        .violations
        .iter()
        .map(|one| {
            (
                one.field.as_str(),
                one.description.split(": ").next().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("calendar", "line 5"),
        ("rules[0].targets.resolve.within", "line 11"),
        ("rules[0].targets.resolve.ladder[0].at", "line 15"),
        ("rules[0].targets.resolve.ladder[0].to[1]", "line 16"),
    ];
    assert_eq!(told, expected);

    let unread = IT.replace("pauses =", "pause =").replace("\"24h\"", "24");
    let report = refused(stage.mei.draft_policy(draft(&unread)).await);
    assert_eq!(report.reason.as_deref(), Some("INVALID_POLICY_FILE"));
    let told: Vec<_> = report
        .violations
        .iter()
        .map(|one| one.description.as_str())
        .collect();
    assert!(
        told[0].starts_with("line 12: nobody knows \"pause\" here"),
        "{told:?}"
    );
    assert!(
        told[1].starts_with("line 11: this has to be a text"),
        "{told:?}"
    );

    let torn = refused(stage.mei.draft_policy(draft("id = \"a\"\nname = \n")).await);
    assert!(torn.message.starts_with("line 2: "), "{}", torn.message);
    let nothing = pb::DraftPolicyRequest {
        request_id: key(),
        policy: None,
    };
    assert_eq!(
        refused(stage.mei.draft_policy(nothing).await).violations[0].field,
        "policy"
    );
}

#[tokio::test]
async fn two_policies_do_not_share_a_department() {
    let mut stage = Stage::set().await;
    stage.activate(IT, pb::Attach::New).await;
    let other = IT
        .replace("it-promises", "everything")
        .replace("providers = [\"it\"]", "providers = [\"hr\", \"it\"]");
    let report = refused(stage.admin.draft_policy(draft(&other)).await);
    let told = &report.violations[0];
    assert_eq!(told.field, "providers");
    assert!(
        told.description
            .starts_with("line 4: policy it-promises holds for it"),
        "{told:?}"
    );
    let general = IT
        .replace("it-promises", "general")
        .replace("providers = [\"it\"]\n", "");
    stage.activate(&general, pb::Attach::New).await;
    let second = general.replace("\"general\"", "\"general-2\"");
    let report = refused(stage.admin.draft_policy(draft(&second)).await);
    assert!(
        report.violations[0]
            .description
            .contains("policy general holds already")
    );
}

#[tokio::test]
async fn overlaps_are_looked_for_again_at_activation() {
    let mut stage = Stage::set().await;
    let other = IT.replace("it-promises", "rival");
    for text in [IT, &other] {
        let id = stage
            .admin
            .draft_policy(draft(text))
            .await
            .unwrap()
            .into_inner()
            .id;
        stage.admin.validate_policy(validate(&id, 0)).await.unwrap();
    }
    stage
        .admin
        .activate_policy(activate("rival", 0))
        .await
        .unwrap();
    let report = refused(
        stage
            .admin
            .activate_policy(activate("it-promises", 0))
            .await,
    );
    assert_eq!(report.code, Code::FailedPrecondition);
    assert_eq!(report.reason.as_deref(), Some("POLICY_OVERLAPS"));
    assert_eq!(report.violations[0].field, "providers");
}

#[tokio::test]
async fn a_department_speaks_for_itself_and_everybody_may_read() {
    let mut stage = Stage::set().await;
    let report = refused(stage.amina.draft_policy(draft(IT)).await);
    assert_eq!(
        (report.code, report.reason.as_deref()),
        (Code::PermissionDenied, Some("NOT_ALLOWED"))
    );
    let general = IT.replace("providers = [\"it\"]\n", "");
    let report = refused(stage.mei.draft_policy(draft(&general)).await);
    assert_eq!(report.code, Code::PermissionDenied);
    stage.admin.draft_policy(draft(&general)).await.unwrap();
    let taken_over = refused(stage.mei.draft_policy(draft(IT)).await);
    assert_eq!(
        taken_over.code,
        Code::PermissionDenied,
        "it was an admin's policy for all"
    );
    assert_eq!(stage.get("it-promises", 0).await.version, 1);
    let unknown = refused(stage.mei.validate_policy(validate("nothing", 0)).await);
    assert_eq!(
        (unknown.code, unknown.reason.as_deref()),
        (Code::NotFound, Some("UNKNOWN_POLICY"))
    );
    let unknown = refused(
        stage
            .admin
            .activate_policy(activate("it-promises", 7))
            .await,
    );
    assert_eq!(unknown.reason.as_deref(), Some("UNKNOWN_VERSION"));
}

#[tokio::test]
async fn policies_are_listed_page_by_page() {
    let mut stage = Stage::set().await;
    for (id, department) in [("a", "it"), ("b", "hr"), ("c", "finance")] {
        let text = IT
            .replace("it-promises", id)
            .replace("[\"it\"]", &format!("[\"{department}\"]"));
        if id == "c" {
            stage.admin.draft_policy(draft(&text)).await.unwrap();
        } else {
            stage.activate(&text, pb::Attach::New).await;
        }
    }
    let list = |include_inactive, provider_id: &str, page_token: String| pb::ListPoliciesRequest {
        include_inactive,
        provider_id: provider_id.into(),
        page_size: 1,
        page_token,
        min_position: 0,
    };
    let mut found = Vec::new();
    let mut token = String::new();
    loop {
        let page = stage
            .amina
            .list_policies(list(true, "", token))
            .await
            .unwrap()
            .into_inner();
        found.extend(
            page.policies
                .into_iter()
                .map(|one| (one.id, one.active_version)),
        );
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    let all = [
        ("a".to_owned(), 1),
        ("b".to_owned(), 1),
        ("c".to_owned(), 0),
    ];
    assert_eq!(found, all);
    let of_hr = stage
        .amina
        .list_policies(list(false, "hr", String::new()))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(of_hr.policies.len(), 1);
    assert_eq!(of_hr.policies[0].provider_ids, ["hr"]);
    let other = refused(
        stage
            .amina
            .list_policies(list(true, "", of_hr.next_page_token))
            .await,
    );
    assert_eq!(other.reason.as_deref(), Some("PAGE_TOKEN_MISMATCH"));
}

#[tokio::test]
async fn the_same_call_again_is_the_same_draft() {
    let mut stage = Stage::set().await;
    let call = draft(IT);
    let first = stage
        .mei
        .draft_policy(call.clone())
        .await
        .unwrap()
        .into_inner();
    let again = stage
        .mei
        .draft_policy(call.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (first.version, first.position),
        (again.version, again.position)
    );
    let mut other = draft(&IT.replace("Urgent", "Very urgent"));
    other.request_id = call.request_id;
    let reused = refused(stage.mei.draft_policy(other).await);
    assert_eq!(reused.reason.as_deref(), Some("REQUEST_ID_REUSED"));
}
