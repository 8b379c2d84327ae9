//! The catalogue: published in versions, asked for under one of them, read by everybody.

use khidma_edge::client::Connection;
use khidma_edge::status::ErrorReport;
use khidma_events::directory::{
    ManagerSet, PersonEvent, PersonKind, PersonRegistered, person_entity,
};
use khidma_projection::rows_equal;
use khidma_proto::requests as pb;
use khidma_proto::requests::catalogue_service_client::CatalogueServiceClient;
use khidma_proto::requests::offering_approver::{Kind, ManagerOfRequester};
use khidma_testkit::append;
use prost_types::value::Kind as Value;
use prost_types::{ListValue, Struct};
use tonic::Code;

use crate::stage::{Stage, key, refused};

type Catalogue = CatalogueServiceClient<Connection>;

/// A stage with a catalogue: who leads IT, who leads HR, and who only works there.
struct Shop {
    stage: Stage,
    mei: Catalogue,
    amina: Catalogue,
}

impl Shop {
    async fn open() -> Self {
        let stage = Stage::set().await;
        let manager = [khidma_kernel::Role::Manager];
        Self {
            mei: Catalogue::new(stage.host.connect("mei", "it", &manager).await),
            amina: Catalogue::new(stage.host.connect("amina", "hr", &[]).await),
            stage,
        }
    }

    async fn publish(&mut self, terms: pb::OfferingTerms) -> Result<u64, tonic::Status> {
        let answer = self
            .mei
            .publish_offering(publication("laptop", terms))
            .await?;
        Ok(answer.into_inner().position)
    }

    async fn get(&mut self, version: u32, languages: &[&str]) -> pb::Offering {
        let min_position = self.stage.head().await;
        let request = pb::GetOfferingRequest {
            id: "laptop".into(),
            version,
            languages: languages.iter().map(|tag| (*tag).to_owned()).collect(),
            min_position,
        };
        let answer = self.amina.get_offering(request).await.unwrap();
        answer.into_inner().offering.unwrap()
    }

    async fn ask(
        &mut self,
        submit: pb::SubmitRequest,
    ) -> Result<pb::ServiceRequest, tonic::Status> {
        let id = self.stage.amina.submit(submit).await?.into_inner().id;
        Ok(self.stage.get(&id).await)
    }

    async fn listed(&mut self, request: pb::ListOfferingsRequest) -> Vec<String> {
        let min_position = self.stage.head().await;
        let request = pb::ListOfferingsRequest {
            min_position,
            ..request
        };
        let answer = self.amina.list_offerings(request).await.unwrap();
        let offerings = answer.into_inner().offerings.into_iter();
        offerings.map(|offering| offering.name).collect()
    }
}

fn publication(id: &str, terms: pb::OfferingTerms) -> pb::PublishOfferingRequest {
    pb::PublishOfferingRequest {
        request_id: key(),
        id: id.into(),
        terms: Some(terms),
        expected_version: None,
    }
}

fn value(kind: Value) -> prost_types::Value {
    prost_types::Value { kind: Some(kind) }
}

fn text(text: &str) -> prost_types::Value {
    value(Value::StringValue(text.into()))
}

fn number(number: f64) -> prost_types::Value {
    value(Value::NumberValue(number))
}

fn object<const N: usize>(fields: [(&str, prost_types::Value); N]) -> Struct {
    Struct {
        fields: fields.map(|(name, value)| (name.to_owned(), value)).into(),
    }
}

fn inner<const N: usize>(fields: [(&str, prost_types::Value); N]) -> prost_types::Value {
    value(Value::StructValue(object(fields)))
}

/// Asks for the day and, if one likes, for the size as a whole number.
fn form() -> Struct {
    let required = ListValue {
        values: vec![text("first_day")],
    };
    object([
        ("type", text("object")),
        ("required", value(Value::ListValue(required))),
        (
            "properties",
            inner([
                (
                    "first_day",
                    inner([("type", text("string")), ("format", text("date"))]),
                ),
                (
                    "inches",
                    inner([("type", text("integer")), ("minimum", number(10.0))]),
                ),
            ]),
        ),
    ])
}

fn laptop() -> pb::OfferingTerms {
    let name = |name: &str| pb::OfferingText {
        name: name.into(),
        description: String::new(),
        standard: "Within two working days.".into(),
    };
    pb::OfferingTerms {
        provider_id: "it".into(),
        texts: [
            ("en", "A laptop"),
            ("fa", "لپ‌تاپ"),
            ("ja", "ノートパソコン"),
        ]
        .map(|(language, text)| (language.to_owned(), name(text)))
        .into(),
        language: "en".into(),
        form: Some(form()),
        ..Default::default()
    }
}

fn task(key: &str, provider: &str, needs: &[&str]) -> pb::OfferingTask {
    pb::OfferingTask {
        key: key.into(),
        title: format!("The {key}"),
        provider_id: provider.into(),
        priority: pb::Priority::Normal.into(),
        needs: needs.iter().map(|need| (*need).to_owned()).collect(),
        ..Default::default()
    }
}

fn asking(answers: Option<Struct>) -> pb::SubmitRequest {
    pb::SubmitRequest {
        request_id: key(),
        offering: "laptop".into(),
        answers,
        ..Default::default()
    }
}

fn answers() -> Option<Struct> {
    Some(object([
        ("first_day", text("2026-04-01")),
        ("inches", number(14.0)),
    ]))
}

fn fields(status: &tonic::Status) -> Vec<String> {
    let report = ErrorReport::from_status(status);
    let violations = report.violations.into_iter();
    let mut fields: Vec<_> = violations.map(|violation| violation.field).collect();
    fields.sort();
    fields
}

#[tokio::test]
async fn a_request_keeps_to_the_version_it_was_made_under() {
    let mut shop = Shop::open().await;
    shop.publish(laptop()).await.unwrap();
    let first = shop.ask(asking(answers())).await.unwrap();
    assert_eq!(
        (first.provider_id.as_str(), first.title.as_str()),
        ("it", "A laptop")
    );
    assert_eq!(
        (first.offering_version, first.answers.clone()),
        (1, answers())
    );
    let mut second = laptop();
    second.form = None;
    shop.publish(second).await.unwrap();
    let report = refused(shop.ask(asking(answers())).await);
    let expected = (Code::InvalidArgument, "INVALID_FORM", "answers");
    assert_eq!(report, (expected.0, expected.1.into(), expected.2.into()));
    let later = shop.ask(asking(None)).await.unwrap();
    assert_eq!((later.offering_version, later.answers), (2, None));
    let still = shop.stage.get(&first.id).await;
    assert_eq!((still.offering_version, still.answers), (1, answers()));
    let (old, new) = (shop.get(1, &[]).await, shop.get(0, &[]).await);
    assert_eq!((old.version, old.latest_version, new.version), (1, 2, 2));
    assert_eq!(
        old.terms,
        Some(laptop()),
        "what was published then is there unchanged"
    );
    assert!(new.terms.unwrap().form.is_none());
    let filter = pb::ListRequest {
        requester_id: "me".into(),
        offering: "laptop".into(),
        ..Default::default()
    };
    let listed = shop.stage.amina.list(filter).await.unwrap().into_inner();
    assert_eq!(listed.requests.len(), 2);
}

#[tokio::test]
async fn the_same_again_is_no_version_and_who_saw_another_is_told() {
    let mut shop = Shop::open().await;
    let position = shop.publish(laptop()).await.unwrap();
    assert_eq!(shop.publish(laptop()).await.unwrap(), position);
    let mut second = laptop();
    second.language = "ja".into();
    let mut request = publication("laptop", second);
    request.expected_version = Some(7);
    let refusal = refused(shop.mei.publish_offering(request.clone()).await);
    let reason = "VERSION_NOT_CURRENT".to_owned();
    assert_eq!(refusal, (Code::Aborted, reason, "expected_version".into()));
    request.expected_version = Some(1);
    request.request_id = key();
    shop.mei.publish_offering(request).await.unwrap();
    assert_eq!(shop.get(0, &[]).await.version, 2);
}

#[tokio::test]
async fn everybody_reads_it_in_their_language_and_only_managers_write() {
    let mut shop = Shop::open().await;
    let refusal = refused(
        shop.amina
            .publish_offering(publication("laptop", laptop()))
            .await,
    );
    assert_eq!(
        (refusal.0, refusal.1.as_str()),
        (Code::PermissionDenied, "NOT_ALLOWED")
    );
    shop.publish(laptop()).await.unwrap();
    for (preferred, chosen, name) in [
        (&["fa-IR", "en"][..], "fa", "لپ‌تاپ"),
        (&["vi", "JA"], "ja", "ノートパソコン"),
        (&["vi"], "en", "A laptop"),
        (&[], "en", "A laptop"),
    ] {
        let offering = shop.get(0, preferred).await;
        assert_eq!(offering.chosen_language, chosen);
        assert_eq!(offering.text.unwrap().name, name);
        let listed = pb::ListOfferingsRequest {
            languages: preferred.iter().map(|tag| (*tag).to_owned()).collect(),
            ..Default::default()
        };
        assert_eq!(shop.listed(listed).await, [name]);
    }
    let unknown = |id: &str, version| pb::GetOfferingRequest {
        id: id.into(),
        version,
        ..Default::default()
    };
    for (id, version) in [("desk", 0), ("laptop", 2)] {
        let refusal = refused(shop.amina.get_offering(unknown(id, version)).await);
        assert_eq!(refusal.0, Code::NotFound);
    }
}

#[tokio::test]
async fn lists_are_filtered_and_paged() {
    let mut shop = Shop::open().await;
    for n in 0..5 {
        let mut terms = laptop();
        for text in terms.texts.values_mut() {
            text.name = format!("{} {n}", text.name);
        }
        let request = publication(&format!("laptop-{n}"), terms);
        shop.mei.publish_offering(request).await.unwrap();
    }
    let retire = pb::RetireOfferingRequest {
        request_id: key(),
        id: "laptop-3".into(),
        reason: "Sold out".into(),
    };
    shop.mei.retire_offering(retire).await.unwrap();
    let all = pb::ListOfferingsRequest::default();
    assert_eq!(shop.listed(all.clone()).await.len(), 4);
    let with_retired = pb::ListOfferingsRequest {
        include_retired: true,
        ..all.clone()
    };
    assert_eq!(shop.listed(with_retired).await.len(), 5);
    let of_hr = pb::ListOfferingsRequest {
        provider_id: "hr".into(),
        ..all.clone()
    };
    assert!(shop.listed(of_hr).await.is_empty());
    let in_japanese = pb::ListOfferingsRequest {
        text: "パソコン 2".into(),
        ..all.clone()
    };
    assert_eq!(shop.listed(in_japanese).await, ["A laptop 2"]);
    let (mut seen, mut page) = (vec![], all);
    page.page_size = 3;
    loop {
        let answer = shop
            .amina
            .list_offerings(page.clone())
            .await
            .unwrap()
            .into_inner();
        seen.extend(answer.offerings.into_iter().map(|offering| offering.id));
        page.page_token = answer.next_page_token;
        if page.page_token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, ["laptop-0", "laptop-1", "laptop-2", "laptop-4"]);
}

#[tokio::test]
async fn a_retired_offering_is_not_asked_for_until_it_is_reinstated() {
    let mut shop = Shop::open().await;
    shop.publish(laptop()).await.unwrap();
    let retire = pb::RetireOfferingRequest {
        request_id: key(),
        id: "laptop".into(),
        reason: "Sold out".into(),
    };
    shop.mei.retire_offering(retire).await.unwrap();
    let refusal = refused(shop.ask(asking(answers())).await);
    let reason = "OFFERING_RETIRED".to_owned();
    assert_eq!(
        refusal,
        (Code::FailedPrecondition, reason, "offering".into())
    );
    let offering = shop.get(0, &[]).await;
    assert_eq!(
        (offering.retired, offering.retire_reason.as_str()),
        (true, "Sold out")
    );
    let reinstate = pb::ReinstateOfferingRequest {
        request_id: key(),
        id: "laptop".into(),
    };
    shop.mei.reinstate_offering(reinstate).await.unwrap();
    shop.ask(asking(answers())).await.unwrap();
}

#[tokio::test]
async fn answers_that_do_not_fit_are_refused_field_by_field_and_can_be_checked_before() {
    let mut shop = Shop::open().await;
    shop.publish(laptop()).await.unwrap();
    let head = shop.stage.head().await;
    let bad = Some(object([
        ("first_day", text("soon")),
        ("inches", number(13.5)),
    ]));
    let cases = [
        (bad, &["answers.first_day", "answers.inches"][..]),
        (None, &["answers.first_day"]),
        (
            Some(object([
                ("first_day", text("2026-04-01")),
                ("inches", number(9.0)),
            ])),
            &["answers.inches"],
        ),
    ];
    for (answers, wrong) in cases {
        let status = shop.ask(asking(answers.clone())).await.unwrap_err();
        let report = ErrorReport::from_status(&status);
        assert_eq!(report.reason.as_deref(), Some("INVALID_FORM"));
        assert_eq!(fields(&status), wrong);
        let check = pb::CheckAnswersRequest {
            id: "laptop".into(),
            answers,
            ..Default::default()
        };
        let checked = shop.amina.check_answers(check).await.unwrap().into_inner();
        let mut problems: Vec<_> = checked.problems.into_iter().map(|one| one.field).collect();
        problems.sort();
        assert_eq!(problems, wrong);
        assert_eq!(checked.version, 1);
    }
    assert_eq!(shop.stage.head().await, head, "nothing was written");
}

#[tokio::test]
async fn a_submission_that_does_not_fit_the_catalogue() {
    let mut shop = Shop::open().await;
    shop.publish(laptop()).await.unwrap();
    let cases = [
        (
            pb::SubmitRequest {
                offering: "desk".into(),
                ..asking(answers())
            },
            ("UNKNOWN_OFFERING", "offering"),
        ),
        (
            pb::SubmitRequest {
                provider_id: "finance".into(),
                ..asking(answers())
            },
            ("OFFERING_OF_ANOTHER", "provider_id"),
        ),
        (
            pb::SubmitRequest {
                offering: String::new(),
                provider_id: "it".into(),
                title: "Something".into(),
                ..asking(answers())
            },
            ("ANSWERS_WITHOUT_OFFERING", "answers"),
        ),
        (
            asking(Some(object([("inches", number(f64::NAN))]))),
            ("INVALID_NUMBER", "answers"),
        ),
    ];
    for (submit, (reason, field)) in cases {
        let refusal = refused(shop.ask(submit).await);
        assert_eq!(
            refusal,
            (Code::InvalidArgument, reason.into(), field.into())
        );
    }
}

#[tokio::test]
async fn terms_that_cannot_be_published() {
    type Change = fn(&mut pb::OfferingTerms);
    let mut shop = Shop::open().await;
    let remote = || inner([("day", inner([("$ref", text("https://example.com/x.json"))]))]);
    let head = shop.stage.head().await;
    let cases: Vec<(Change, &str, &str)> = vec![
        (|t| t.provider_id.clear(), "MISSING_FIELD", "provider_id"),
        (|t| t.texts = [].into(), "MISSING_FIELD", "texts"),
        (
            |t| t.language = "vi".into(),
            "LANGUAGE_WITHOUT_TEXT",
            "language",
        ),
        (
            |t| t.form = Some(object([("type", text("objects"))])),
            "INVALID_SCHEMA",
            "form.type",
        ),
        (
            |t| {
                t.form = Some(object([
                    ("type", text("object")),
                    ("required", number(3.0)),
                ]))
            },
            "INVALID_SCHEMA",
            "form.required",
        ),
        (
            |t| t.approvals = vec![pb::OfferingApproval::default()],
            "MISSING_FIELD",
            "approvals[0].name",
        ),
        (
            |t| {
                t.approvals = vec![pb::OfferingApproval {
                    name: "Manager".into(),
                    approvers: vec![pb::OfferingApprover::default()],
                    ..Default::default()
                }];
            },
            "MISSING_FIELD",
            "approvals[0].approvers[0].kind",
        ),
        (
            |t| t.plan = vec![task("order", "moon", &[])],
            "UNKNOWN_DEPARTMENT",
            "plan[0].provider_id",
        ),
        (
            |t| t.plan = vec![task("a.b", "it", &[])],
            "INVALID_ID",
            "plan[0].key",
        ),
        (
            |t| t.plan = vec![task("a", "it", &["b"]), task("b", "hr", &["a"])],
            "PLAN_CYCLE",
            "plan",
        ),
    ];
    for (change, reason, field) in cases {
        let mut terms = laptop();
        change(&mut terms);
        let refusal = refused(shop.publish(terms).await);
        assert_eq!(
            refusal,
            (Code::InvalidArgument, reason.into(), field.into())
        );
    }
    let mut terms = laptop();
    terms.form = Some(object([("type", text("object")), ("properties", remote())]));
    let refusal = refused(shop.publish(terms).await);
    assert_eq!(refusal.2, "form.properties.day.$ref");
    let mut terms = laptop();
    terms.plan = vec![task("a", "it", &["b"]), task("b", "hr", &["a"])];
    let status = shop.publish(terms).await.unwrap_err();
    assert!(
        status.message().contains("a → b → a"),
        "{}",
        status.message()
    );
    assert_eq!(shop.stage.head().await, head, "nothing was written");
}

#[tokio::test]
async fn what_the_manager_approves_needs_a_manager_and_then_waits() {
    let mut shop = Shop::open().await;
    let approver = pb::OfferingApprover {
        kind: Some(Kind::ManagerOfRequester(ManagerOfRequester {})),
    };
    let terms = pb::OfferingTerms {
        form: None,
        approvals: vec![pb::OfferingApproval {
            name: "Manager".into(),
            approvers: vec![approver],
            ..Default::default()
        }],
        plan: vec![
            task("order", "it", &[]),
            task("ship", "facilities", &["order"]),
        ],
        ..laptop()
    };
    shop.publish(terms.clone()).await.unwrap();
    assert_eq!(shop.get(0, &[]).await.terms, Some(terms));
    let refusal = refused(shop.ask(asking(None)).await);
    assert_eq!(
        (refusal.0, refusal.1.as_str()),
        (Code::FailedPrecondition, "NO_MANAGER")
    );
    let noor: khidma_kernel::PersonId = "noor".parse().unwrap();
    let events: Vec<PersonEvent> = vec![
        PersonRegistered {
            person: noor.clone(),
            display_name: "Noor".into(),
            kind: PersonKind::Employee,
        }
        .into(),
        ManagerSet {
            manager: "linh".parse().ok(),
        }
        .into(),
    ];
    append(&*shop.stage.host.log, person_entity(&noor), events).await;
    let noor = shop.stage.host.connect("noor", "hr", &[]).await;
    shop.stage.amina = crate::stage::Client::new(noor);
    let waits = shop.ask(asking(None)).await.unwrap();
    assert_eq!(waits.state(), pb::State::AwaitingApproval);
}

#[tokio::test]
async fn rows_of_the_catalogue_equal_those_of_a_rebuild() {
    let mut shop = Shop::open().await;
    for n in 0..3 {
        let mut terms = laptop();
        let standard = |text: &mut pb::OfferingText| text.standard = format!("Within {n} days.");
        terms.texts.values_mut().for_each(standard);
        shop.publish(terms).await.unwrap();
        shop.ask(asking(answers())).await.unwrap();
    }
    shop.stage.host.caught_up().await;
    let projection = &shop.stage.host.projections[0];
    let before = projection.reader();
    projection.rebuild(|_| {}).await.unwrap();
    assert!(rows_equal(&before, &projection.reader()).unwrap());
    assert_eq!(shop.get(0, &[]).await.version, 3);
}

/// Offerings stand among the entities, whose keys an admin's list walks.
#[tokio::test]
async fn an_admins_list_holds_requests_only() {
    let mut shop = Shop::open().await;
    shop.publish(laptop()).await.unwrap();
    // As long as the id of a request.
    let long = publication(&"x".repeat(27), laptop());
    shop.mei.publish_offering(long).await.unwrap();
    shop.ask(asking(answers())).await.unwrap();
    let admin = [khidma_kernel::Role::Admin];
    let root = shop.stage.host.connect("root", "hr", &admin).await;
    let mut root = crate::stage::Client::new(root);
    let listed = root.list(pb::ListRequest::default()).await.unwrap();
    assert_eq!(listed.into_inner().requests.len(), 1);
}
