//! TLS on the listener.

use khidma_edge::client::{Target, connect};
use khidma_edge::config::Tls;
use tonic::Request;

use crate::echo::echo;
use crate::harness::{House, Options};

#[tokio::test]
async fn calls_go_over_tls_and_only_over_tls() {
    let folder = tempfile::tempdir().unwrap();
    let (cert_file, key_file) = (
        folder.path().join("cert.pem"),
        folder.path().join("key.pem"),
    );
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(&cert_file, made.cert.pem()).unwrap();
    std::fs::write(&key_file, made.signing_key.serialize_pem()).unwrap();
    let tls = Some(Tls {
        cert_file: cert_file.clone(),
        key_file,
    });
    let house = House::open_with(Options {
        tls,
        ..Options::default()
    })
    .await;

    let address = format!("https://localhost:{}", house.running.address().port());
    let target = Target {
        ca_file: Some(cert_file),
        ..Target::new(address.clone())
    };
    let connection = connect(&target, Some(&house.token())).await.unwrap();
    assert_eq!(
        echo(&connection, Request::new("x".into())).await.unwrap(),
        "x"
    );

    assert!(
        connect(&Target::new(address), None).await.is_err(),
        "an unknown certificate is believed"
    );
    let plain = match connect(&house.target(), Some(&house.token())).await {
        Ok(connection) => echo(&connection, Request::new("x".into())).await.is_ok(),
        Err(_) => false,
    };
    assert!(!plain, "plain text is answered");
}
