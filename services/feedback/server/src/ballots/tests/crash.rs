//! A box that is opened anew after every step, as by a process that ends there.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use khidma_kernel::RoundId;
use khidma_runtime::Tasks;
use uuid::Uuid;

use super::{Dice, held};
use crate::ballots::boxes::{Boxes, Spent};
use crate::ballots::folder::Folder;
use crate::ballots::held::{Put, digest_of};

const ROUND: RoundId = RoundId(Uuid::from_u128(7));

/// What the rows say of tokens that were let go.
type Rows = Arc<Mutex<HashMap<String, String>>>;

fn open(path: &Path, rows: &Rows) -> Boxes {
    let rows = rows.clone();
    let spent: Spent = Arc::new(move |_, token| Ok(rows.lock().unwrap().get(token).cloned()));
    Boxes::new(Arc::new(Folder::open(path).unwrap()), spent, Tasks::new())
}

#[tokio::test]
async fn whatever_was_taken_is_there_after_every_end() {
    let home = tempfile::tempdir().unwrap();
    let (path, rows, mut dice) = (home.path().join("b"), Rows::default(), Dice::new(3));
    let mut tokens: Vec<String> = (0..25).map(|_| dice.token()).collect();
    for (number, token) in tokens.iter().enumerate() {
        let boxes = open(&path, &rows);
        assert_eq!(
            boxes.put(ROUND, held(token, 1, None)).await.unwrap(),
            Put::New
        );
        drop(boxes);
        // A process that ended while it wrote.
        std::fs::write(path.join(format!("{ROUND}.box.draft")), b"[{").unwrap();
        let boxes = open(&path, &rows);
        assert_eq!(boxes.look(ROUND).await.unwrap().len(), number + 1);
        assert_eq!(
            boxes.put(ROUND, held(token, 1, None)).await.unwrap(),
            Put::Same
        );
        assert_eq!(
            boxes.put(ROUND, held(token, 2, None)).await.unwrap(),
            Put::Spent
        );
    }
    // What it holds is in the order of the tokens, on disk too: not in that in which it came.
    let boxes = open(&path, &rows);
    let there = boxes.look(ROUND).await.unwrap();
    let there: Vec<String> = there.into_iter().map(|one| one.answer.token).collect();
    assert_ne!(there, tokens);
    tokens.sort_unstable();
    assert_eq!(there, tokens);
    let file = std::fs::read_to_string(path.join(format!("{ROUND}.box"))).unwrap();
    let places: Vec<_> = tokens.iter().map(|token| file.find(token)).collect();
    assert!(places.is_sorted() && places.iter().all(Option::is_some));

    // Some are let go: at each moment one of box and rows knows them.
    for token in &tokens[..10] {
        let one = held(token, 1, None);
        rows.lock()
            .unwrap()
            .insert(token.clone(), digest_of(&one.answer.values));
        assert_eq!(boxes.put(ROUND, one.clone()).await.unwrap(), Put::Same);
        boxes.remove(ROUND, vec![token.clone()]).await.unwrap();
        assert_eq!(boxes.put(ROUND, one).await.unwrap(), Put::Same);
        assert_eq!(
            boxes.put(ROUND, held(token, 3, None)).await.unwrap(),
            Put::Spent
        );
    }
    drop(boxes);
    let boxes = open(&path, &rows);
    assert_eq!(boxes.look(ROUND).await.unwrap().len(), 15);
    // Sealed, it takes nothing new, and still says of the old that it is there.
    boxes.seal(ROUND).await.unwrap();
    let late = dice.token();
    assert_eq!(
        boxes.put(ROUND, held(&late, 1, None)).await.unwrap(),
        Put::Sealed
    );
    assert_eq!(
        boxes.put(ROUND, held(&tokens[12], 1, None)).await.unwrap(),
        Put::Same
    );
    boxes.remove(ROUND, tokens).await.unwrap();
    assert!(!path.join(format!("{ROUND}.box")).exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_come_at_once_are_all_taken_and_each_once() {
    let home = tempfile::tempdir().unwrap();
    let (path, rows, mut dice) = (home.path().join("b"), Rows::default(), Dice::new(4));
    let boxes = open(&path, &rows);
    let tokens: Vec<String> = (0..40).map(|_| dice.token()).collect();
    // Each comes twice with one answer and once with another.
    let all = tokens
        .iter()
        .flat_map(|token| [(token, 1), (token, 1), (token, 2)]);
    let puts = all.map(|(token, mood)| boxes.put(ROUND, held(token, mood, None)));
    let puts = futures::future::join_all(puts).await;
    let count = |what| {
        puts.iter()
            .filter(|put| *put.as_ref().unwrap() == what)
            .count()
    };
    assert_eq!(
        (count(Put::New), count(Put::Same), count(Put::Spent)),
        (40, 40, 40)
    );
    drop(boxes);
    assert_eq!(open(&path, &rows).look(ROUND).await.unwrap().len(), 40);
}

#[tokio::test]
async fn what_cannot_be_written_is_not_taken() {
    let home = tempfile::tempdir().unwrap();
    let (path, rows, mut dice) = (home.path().join("b"), Rows::default(), Dice::new(5));
    let boxes = open(&path, &rows);
    let token = dice.token();
    // Something stands in the way of its file.
    let obstacle = path.join(format!("{ROUND}.box.draft"));
    std::fs::create_dir(&obstacle).unwrap();
    boxes.put(ROUND, held(&token, 1, None)).await.unwrap_err();
    assert_eq!(boxes.look(ROUND).await.unwrap(), []);
    std::fs::remove_dir(&obstacle).unwrap();
    assert_eq!(
        boxes.put(ROUND, held(&token, 1, None)).await.unwrap(),
        Put::New
    );
}
