//! In which direction a browser lays a letter out: Debian's Chromium says it itself.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use khidma_notifications_texts::CURRENT;

use crate::golden::folder;

/// Asks every element of every letter in which direction it runs, and where the first letter of the first paragraph stands.
const SCRIPT: &str = r"
addEventListener('load', () => {
  const said = [];
  for (const frame of document.querySelectorAll('iframe')) {
    const page = frame.contentDocument;
    const of = element => frame.contentWindow.getComputedStyle(element);
    const directions = [...new Set([...page.querySelectorAll('body *')]
      .filter(element => !element.closest('blockquote, bdi'))
      .map(element => of(element).direction))];
    const quotes = [...page.querySelectorAll('blockquote')].map(quote => of(quote).direction);
    const isolated = [...page.querySelectorAll('bdi')].every(name => of(name).unicodeBidi === 'isolate');
    const paragraph = page.querySelector('p');
    const range = page.createRange();
    const first = page.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT).nextNode();
    range.setStart(first, 0);
    range.setEnd(first, first.length);
    const words = range.getBoundingClientRect();
    const box = paragraph.getBoundingClientRect();
    const side = Math.abs(words.left - box.left) < Math.abs(words.right - box.right) ? 'left' : 'right';
    said.push([frame.id, 'runs ' + directions, 'quotes ' + quotes, 'isolated ' + isolated, 'begins ' + side].join(' | '));
  }
  document.body.textContent = said.join('\n');
});
";

#[test]
fn arabic_and_persian_run_from_right_to_left_and_what_is_quoted_as_its_own_words_do() {
    let Some(chromium) = chromium() else { return };
    let letters = [
        (
            "question.en",
            "runs ltr | quotes ltr | isolated true | begins left",
        ),
        (
            "question.ar",
            "runs rtl | quotes ltr | isolated true | begins right",
        ),
        (
            "question.fa",
            "runs rtl | quotes ltr | isolated true | begins right",
        ),
        (
            "question.vi",
            "runs ltr | quotes ltr | isolated true | begins left",
        ),
        (
            "question.ja",
            "runs ltr | quotes ltr | isolated true | begins left",
        ),
        (
            "digest.ar",
            "runs rtl | quotes  | isolated true | begins right",
        ),
        (
            "digest.fa",
            "runs rtl | quotes  | isolated true | begins right",
        ),
    ];
    let mut page = String::from("<!doctype html><meta charset=\"utf-8\"><body>");
    for (letter, _) in letters {
        let html = fs::read_to_string(folder(CURRENT).join(format!("{letter}.html"))).unwrap();
        page += &frame(letter, &html);
    }
    // Somebody wrote Persian, and the reader reads English.
    let html = fs::read_to_string(folder(CURRENT).join("question.en.html")).unwrap();
    let persian = html.replace("Does the lamp blink?", "چراغ چشمک می‌زند؟");
    page += &frame("persian", &persian);
    page += &format!("<script>{SCRIPT}</script>");

    let said = laid_out(&chromium, &page);
    for (letter, expected) in letters {
        let expected = format!("{letter} | {expected}");
        assert!(said.contains(&expected), "{expected}\nis not in\n{said}");
    }
    assert!(said.contains("persian | runs ltr | quotes rtl |"), "{said}");
}

fn frame(id: &str, html: &str) -> String {
    let html = html.replace('&', "&amp;").replace('"', "&quot;");
    format!("<iframe id=\"{id}\" width=\"600\" srcdoc=\"{html}\"></iframe>\n")
}

/// What the page has become after its script ran.
fn laid_out(chromium: &Path, page: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("letters.html");
    fs::write(&file, page).unwrap();
    let said = Command::new(chromium)
        // Without a sandbox, as CI runs as root; what is laid out is ours.
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
        ])
        .arg(format!(
            "--user-data-dir={}",
            folder.path().join("profile").display()
        ))
        .args(["--virtual-time-budget=10000", "--dump-dom"])
        .arg(format!("file://{}", file.display()))
        .output()
        .unwrap();
    String::from_utf8(said.stdout).unwrap()
}

/// Chromium, where there is one. In CI there has to be.
fn chromium() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path)
        .map(|folder| folder.join("chromium"))
        .find(|binary| binary.is_file());
    if found.is_none() {
        let missing = "no chromium: on Debian `apt-get install chromium` brings it";
        let ci = env::var_os("CI").is_some_and(|ci| !ci.is_empty() && ci != "false");
        assert!(!ci, "{missing}");
        println!("skipped: {missing}");
    }
    found
}
