//! Where posts do not go: to what is not public, however its name is made to lead there, and to who is not who they say.

use std::collections::VecDeque;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use khidma_events::notifications::MessageKind;
use khidma_notifications_channels::{Failed, Fate, PostConfig, Poster, Resolve};
use khidma_runtime::Clock;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::PrivateKeyDer;

use crate::letters::Sent;
use crate::receiver::{Conduct, Receiver};
use crate::webhooks::config;

/// Answers each question with the next of its answers, and counts them.
#[derive(Default)]
struct Names {
    answers: Mutex<VecDeque<Vec<IpAddr>>>,
    asked: Mutex<Vec<String>>,
}

impl Names {
    fn answering(answers: &[&[&str]]) -> Arc<Self> {
        let parse = |answer: &&[&str]| answer.iter().map(|text| text.parse().unwrap()).collect();
        Arc::new(Self {
            answers: Mutex::new(answers.iter().map(parse).collect()),
            asked: Mutex::default(),
        })
    }

    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

#[async_trait]
impl Resolve for Names {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        self.asked.lock().unwrap().push(host.to_owned());
        let next = self.answers.lock().unwrap().pop_front();
        next.ok_or_else(|| io::Error::other("nobody knows"))
    }
}

async fn post(config: &PostConfig, names: &Arc<Names>, url: &str) -> Result<(), Failed> {
    let poster = Poster::with_resolver(config, Clock::system(), names.clone()).unwrap();
    let sent = Sent::of(MessageKind::Receipt, "en");
    poster.chat(url, &sent.post()).await
}

#[tokio::test]
async fn a_name_that_leads_elsewhere_the_second_time_is_not_followed_there() {
    let close = ["connection: close"];
    let outside = Receiver::at("127.0.0.2:0", Conduct::status(200, &close), None);
    let address = format!("127.0.0.1:{}", outside.port());
    let inside = Receiver::at(&address, Conduct::status(200, &[]), None);
    // As if 127.0.0.2 were public.
    let config = PostConfig {
        allow_private: vec!["127.0.0.2".parse().unwrap()],
        ..config()
    };
    let names = Names::answering(&[&["127.0.0.2"], &["127.0.0.1"]]);
    let url = format!("http://rebinding.example:{}/", outside.port());

    // It is looked up once: between the check and the connection there is nothing to change.
    post(&config, &names, &url).await.unwrap();
    assert_eq!(names.asked(), 1);
    assert_eq!(outside.requests().len(), 1);

    let failed = post(&config, &names, &url).await.unwrap_err();
    assert_eq!(failed.failure.code, "address_forbidden");
    assert_eq!(failed.fate, Fate::Retry { after: None });
    assert_eq!(names.asked(), 2);
    assert_eq!(inside.connections(), 0);
}

#[tokio::test]
async fn a_name_with_one_forbidden_address_among_others_is_refused() {
    let inside = Receiver::new(Conduct::status(200, &[]));
    let url = format!("http://many.example:{}/", inside.port());
    let strict = PostConfig {
        allow_private: Vec::new(),
        ..config()
    };
    for answer in [
        &["127.0.0.1"][..],
        &["1.1.1.1", "127.0.0.1"],
        &["127.0.0.1", "1.1.1.1"],
        &["::ffff:127.0.0.1"],
        &["169.254.169.254"],
        &["fd00:ec2::254"],
        &["0.0.0.0"],
        &["64:ff9b::7f00:1"],
    ] {
        let names = Names::answering(&[answer]);
        let failed = post(&strict, &names, &url).await.unwrap_err();
        assert_eq!(failed.failure.code, "address_forbidden", "{answer:?}");
    }
    assert_eq!(inside.connections(), 0);
    let names = Names::answering(&[&[]]);
    let failed = post(&strict, &names, &url).await.unwrap_err();
    assert_eq!(
        failed.failure.code, "connection",
        "a name without addresses"
    );
}

#[tokio::test]
async fn a_host_that_is_allowed_by_name_may_be_inside_but_is_never_the_metadata_service() {
    let inside = Receiver::new(Conduct::status(200, &[]));
    let url = format!("http://hooks.internal:{}/", inside.port());
    let by_name = PostConfig {
        allow_private: vec!["hooks.internal".parse().unwrap()],
        ..config()
    };
    post(&by_name, &Names::answering(&[&["127.0.0.1"]]), &url)
        .await
        .unwrap();
    assert_eq!(inside.requests().len(), 1);

    let metadata = Names::answering(&[&["169.254.169.254"]]);
    let failed = post(&by_name, &metadata, &url).await.unwrap_err();
    assert_eq!(failed.failure.code, "address_forbidden");

    let names = Names::default().into();
    let failed = post(&config(), &names, &url).await.unwrap_err();
    assert_eq!(failed.fate, Fate::Never, "not allowed by name");
    assert_eq!(names.asked(), 0);
}

#[tokio::test]
async fn a_receiver_has_to_be_who_its_name_says() {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["hooks.example".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let ca_file = folder.path().join("ca.pem");
    std::fs::write(&ca_file, cert.pem()).unwrap();
    let key = || PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let identity = (cert.der().clone(), key());
    let receiver = Receiver::at("127.0.0.1:0", Conduct::status(200, &[]), Some(identity));
    let trusting = PostConfig {
        ca_file: Some(ca_file),
        allow_http: false,
        ..config()
    };
    let port = receiver.port();
    let names = || Names::answering(&[&["127.0.0.1"]]);

    let url = format!("https://hooks.example:{port}/");
    post(&trusting, &names(), &url).await.unwrap();
    assert_eq!(
        receiver.requests()[0].header("host"),
        format!("hooks.example:{port}")
    );

    let other = format!("https://other.example:{port}/");
    let failed = post(&trusting, &names(), &other).await.unwrap_err();
    assert_eq!(failed.failure.code, "tls");
    assert_eq!(failed.failure.reason, "the certificate is of another name");

    let failed = post(&config(), &names(), &url).await.unwrap_err();
    assert_eq!(failed.failure.code, "tls");
    assert_eq!(
        failed.failure.reason,
        "the certificate is of an unknown authority"
    );
    assert_eq!(receiver.requests().len(), 1);
}

#[test]
fn a_configuration_without_time_or_authorities_is_refused_with_its_key() {
    let refused = |config: PostConfig| {
        let refused = Poster::new(&config, Clock::system()).unwrap_err();
        refused.to_string()
    };
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "").unwrap();
    for ca_file in [empty, folder.path().join("none.pem")] {
        let ca_file = Some(ca_file);
        let told = refused(PostConfig {
            ca_file,
            ..config()
        });
        assert!(told.contains("posts.ca_file: "), "{told}");
    }
    let told = refused(PostConfig {
        timeout_seconds: 0,
        ..config()
    });
    assert!(told.contains("posts.timeout_seconds: "), "{told}");
}
