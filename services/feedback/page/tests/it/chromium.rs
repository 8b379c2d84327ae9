//! A browser opens the page: Debian's Chromium says itself how it lies, what it would have loaded, and what went wrong.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use khidma_feedback_page::page;

use crate::card::card;

/// Looks at the page in a frame, from the outside: it runs nothing by itself.
const SCRIPT: &str = r"
addEventListener('load', () => {
  const said = [];
  for (const frame of document.querySelectorAll('iframe')) {
    const page = frame.contentDocument;
    const of = element => frame.contentWindow.getComputedStyle(element);
    const directions = [...new Set([...page.querySelectorAll('body, body *')]
      .filter(element => !element.closest('bdi'))
      .map(element => of(element).direction))];
    const title = page.querySelector('h1');
    const range = page.createRange();
    range.selectNodeContents(title);
    const words = range.getBoundingClientRect();
    const box = title.getBoundingClientRect();
    const side = Math.abs(words.left - box.left) < Math.abs(words.right - box.right) ? 'left' : 'right';
    const loaded = frame.contentWindow.performance.getEntriesByType('resource').length;
    const outside = [...page.querySelectorAll('svg')].filter(chart => {
      const box = chart.getBoundingClientRect();
      return [...chart.querySelectorAll('text, rect, circle')].some(part => {
        const at = part.getBoundingClientRect();
        return at.left < box.left - 1 || at.right > box.right + 1;
      });
    }).length;
    const collide = [...page.querySelectorAll('svg')].filter(chart => {
      const texts = [...chart.querySelectorAll('text')].map(part => part.getBoundingClientRect());
      return texts.some((one, at) => texts.slice(at + 1).some(other =>
        one.left < other.right - 1 && other.left < one.right - 1
          && one.top < other.bottom - 4 && other.top < one.bottom - 4));
    }).length;
    const wide = page.documentElement.scrollWidth > frame.clientWidth;
    said.push([frame.id, 'runs ' + directions, 'begins ' + side, 'loaded ' + loaded, 'outside ' + outside,
      'collide ' + collide, 'too wide ' + wide].join(' | '));
  }
  document.body.textContent = said.join('\n');
});
";

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

/// Opens a file without a sandbox, as CI runs as root; what is opened is ours.
fn open(chromium: &Path, folder: &Path, file: &Path, args: &[&str]) -> Output {
    Command::new(chromium)
        .args(["--headless", "--no-sandbox", "--disable-gpu"])
        .args(["--disable-dev-shm-usage", "--virtual-time-budget=10000"])
        .args(["--enable-logging=stderr", "--hide-scrollbars"])
        .arg(format!(
            "--user-data-dir={}",
            folder.join("profile").display()
        ))
        .args(args)
        .arg(format!("file://{}", file.display()))
        .output()
        .unwrap()
}

#[test]
fn a_browser_lays_it_out_and_has_nothing_to_complain_of() {
    let Some(chromium) = chromium() else { return };
    let folder = tempfile::tempdir().unwrap();
    let pages = [
        ("en", "runs ltr | begins left"),
        ("ar", "runs rtl | begins right"),
        ("fa", "runs rtl | begins right"),
        ("vi", "runs ltr | begins left"),
        ("ja", "runs ltr | begins left"),
    ];
    let mut frames = String::from("<!doctype html><meta charset=\"utf-8\"><body>");
    for (language, _) in pages {
        let page = page(&card(), language).unwrap();
        fs::write(folder.path().join(format!("{language}.html")), &page).unwrap();
        let page = page.replace('&', "&amp;").replace('"', "&quot;");
        frames += &format!(
            "<iframe id=\"{language}\" width=\"960\" height=\"600\" srcdoc=\"{page}\"></iframe>\n"
        );
    }
    frames += &format!("<script>{SCRIPT}</script>");
    let file = folder.path().join("frames.html");
    fs::write(&file, frames).unwrap();
    let shown = open(&chromium, folder.path(), &file, &["--dump-dom"]);
    let said = String::from_utf8(shown.stdout).unwrap();
    for (language, expected) in pages {
        let expected =
            format!("{language} | {expected} | loaded 0 | outside 0 | collide 0 | too wide false");
        assert!(said.contains(&expected), "{expected}\nis not in\n{said}");
    }
    for (language, _) in pages {
        alone(&chromium, folder.path(), language);
    }
}

/// The page by itself: the console stays silent. Where `KHIDMA_SCREENSHOTS` is set, a picture of it is put into target/.
fn alone(chromium: &Path, folder: &Path, language: &str) {
    let picture = match env::var_os("KHIDMA_SCREENSHOTS") {
        Some(_) => {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../target/screenshots");
            fs::create_dir_all(&root).unwrap();
            root.join(format!("scorecard-{language}.png"))
        }
        None => folder.join("picture.png"),
    };
    let argument = format!("--screenshot={}", picture.display());
    let file = folder.join(format!("{language}.html"));
    let shown = open(
        chromium,
        folder,
        &file,
        &[&argument, "--window-size=960,5000"],
    );
    let log = String::from_utf8_lossy(&shown.stderr).into_owned();
    assert!(!log.contains("CONSOLE"), "{language}: {log}");
    assert!(picture.metadata().unwrap().len() > 10_000, "{language}");
}
