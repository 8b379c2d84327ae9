//! Chats.

use khidma_events::notifications::{Arg, MessageKind};
use serde_json::{Value, json};

use crate::letters::Sent;
use crate::receiver::{Conduct, Receiver};
use crate::webhooks::poster;

#[tokio::test]
async fn a_chat_gets_words_and_no_commands() {
    let receiver = Receiver::new(Conduct::status(200, &[]));
    let mut sent = Sent::of(MessageKind::Receipt, "en");
    let title = "<!channel> @all look & <https://evil.example|see>";
    sent.letter.line = format!("New: {title}");
    sent.message
        .args
        .insert("title".into(), Arg::Text(title.into()));
    poster().chat(&receiver.url(), &sent.post()).await.unwrap();

    let request = receiver.requests().remove(0);
    assert_eq!(request.header("content-type"), "application/json");
    assert_eq!(
        request.header("webhook-signature"),
        "",
        "a chat checks none"
    );
    let body: Value = serde_json::from_str(&request.body).unwrap();
    let expected = "New: &lt;!channel&gt; @\u{2060}all look &amp; &lt;https://evil.example|see&gt;";
    assert_eq!(body, json!({ "text": expected }));
}

#[tokio::test]
async fn whatever_goes_wrong_the_address_of_a_chat_is_told_to_nobody() {
    let refusing = Receiver::new(Conduct::status(403, &[]));
    let gone = Receiver::new(Conduct::status(410, &[]));
    let redirecting = Receiver::new(Conduct::status(
        302,
        &["location: http://127.0.0.1/T0SECRET"],
    ));
    let sent = Sent::of(MessageKind::Receipt, "en");
    let addresses = [
        format!("http://{}:{}/T0SECRET", refusing.ip(), refusing.port()),
        format!("http://{}:{}/T0SECRET", gone.ip(), gone.port()),
        format!(
            "http://{}:{}/T0SECRET",
            redirecting.ip(),
            redirecting.port()
        ),
        "http://127.0.0.1:1/T0SECRET".into(),
        "http://no-such-host.invalid/T0SECRET".into(),
        "http://10.0.0.1/T0SECRET".into(),
        "ftp://T0SECRET/T0SECRET".into(),
        "https://T0SECRET@example.com/".into(),
        "no address but T0SECRET".into(),
    ];
    for address in addresses {
        let failed = poster().chat(&address, &sent.post()).await.unwrap_err();
        let told = format!("{failed:?}");
        assert!(!told.to_uppercase().contains("T0SECRET"), "{told}");
        assert!(!told.contains("127.0.0.1"), "{told}");
        assert!(!told.contains("no-such-host"), "{told}");
    }
}
