//! Concerns, links and attachments on the command line.

use crate::server::Server;

async fn organisation() -> Server {
    let server = Server::start().await;
    for line in [
        "department create hr --name 'Human Resources'",
        "department create it --name 'Information Technology'",
        "person register amina --name Amina --department hr",
        "person register daniel --name Daniel --department it",
    ] {
        let line = format!("directory {line} --as admin@company:admin");
        server.done(&line).await;
    }
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn a_concern_in_nobodys_name_is_followed_by_its_word() {
    let server = organisation().await;
    let raise = "concern raise --about it --title 'The VPN drops' --as amina@hr";
    let raised = server
        .done(&format!("{raise} --anonymous --json"))
        .await
        .json();
    let word = raised["follow_word"].as_str().unwrap();
    server
        .done(&format!(
            "concern reply {word} 'Mostly at noon' --as amina@hr"
        ))
        .await;
    let list = "request list --provider it --kind concern --as daniel@it --json";
    let list = server.done(list).await.json();
    let id = list["requests"][0]["id"].as_str().unwrap();
    assert_eq!(list["requests"][0]["requester_id"], "");
    server
        .done(&format!(
            "request resolve {id} 'A new router' --as daniel@it"
        ))
        .await;
    let followed = server
        .done(&format!("concern follow {word} --as amina@hr"))
        .await
        .stdout;
    for told in [
        "The VPN drops",
        "Mostly at noon",
        "A new router",
        "anonymous",
    ] {
        assert!(followed.contains(told), "{told} is not in {followed}");
    }
    assert!(!followed.contains("amina"), "{followed}");
    let outcomes = server
        .done("concern outcomes it --as amina@hr")
        .await
        .stdout;
    assert!(outcomes.contains("A new router"), "{outcomes}");
    let word = "concern follow 00000000000000000000000000000000 --as amina@hr";
    assert_eq!(server.khidma(word).await.exit, 4);
    let said = server.done(&format!("{raise} --anonymous")).await.stdout;
    assert!(said.contains("khidma concern follow"), "{said}");
    let named = server.done(&raise.replace("VPN", "door")).await.stdout;
    assert!(named.contains("khidma request watch"), "{named}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_shows_what_hangs_on_it() {
    let server = organisation().await;
    let mut ids = Vec::new();
    for title in ["One", "Two", "Three"] {
        let submit = format!("request submit --to it --title {title} --as amina@hr --json");
        let answer = server.done(&submit).await.json();
        ids.push(answer["id"].as_str().unwrap().to_owned());
    }
    let [one, two, three] = [&ids[0], &ids[1], &ids[2]];
    let digest = "ab".repeat(32);
    let file =
        "https://files.example.org/screen.png --name screen.png --size 17 --media-type image/png";
    for line in [
        format!("attach {one} {file} --sha256 {digest}"),
        format!("link {one} caused-by {two}"),
        format!("link {three} duplicate-of {one}"),
        format!("unlink {three} duplicate-of {one}"),
        format!("link {two} duplicate-of {one}"),
        format!("merge {three} --into {one} --reason 'The same'"),
    ] {
        server.done(&format!("request {line} --as daniel@it")).await;
    }
    let shown = server
        .done(&format!("request show {one} --as amina@hr"))
        .await
        .stdout;
    for told in [
        format!("caused by {two}"),
        format!("{two} is duplicate of this"),
        "screen.png (17 bytes) https://files.example.org/screen.png".to_owned(),
    ] {
        assert!(shown.contains(&told), "{told} is not in {shown}");
    }
    assert!(!shown.contains(three.as_str()), "{shown}");
    let merged = server
        .done(&format!("request show {three} --as amina@hr"))
        .await
        .stdout;
    assert!(
        merged.contains("merged") && merged.contains(one.as_str()),
        "{merged}"
    );
    server
        .done(&format!("request detach {one} {digest} --as daniel@it"))
        .await;
    let shown = server
        .done(&format!("request show {one} --as amina@hr"))
        .await
        .stdout;
    assert!(!shown.contains("screen.png"), "{shown}");
}
