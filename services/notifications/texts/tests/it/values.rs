//! Numbers, instants and durations, as readers write them.

use khidma_events::notifications::{Arg, MessageKind};
use khidma_kernel::Timestamp;
use khidma_notifications_texts::{CURRENT, LANGUAGES, Reader, brief};

use crate::{read, with, without_marks};

/// The breach of a promise at 2026-03-20T22:15:00Z, the eve of Nowruz, for somebody in that zone.
fn breach(language: &str, time_zone: Option<&str>) -> String {
    let at: Timestamp = "2026-03-20T22:15:00Z".parse().unwrap();
    let message = with(MessageKind::Breach, "at", Arg::At(at));
    let reader = Reader {
        language,
        time_zone,
    };
    without_marks(&brief(&message, &reader, CURRENT).unwrap().text)
}

#[test]
fn an_instant_is_told_in_the_readers_zone_and_which_that_is() {
    let text = breach("en", Some("America/New_York"));
    assert!(text.contains("Friday, 20 March 2026 at 18:15"), "{text}");
    assert!(text.contains("All times are those of America/New York."));

    let text = breach("ja", Some("Asia/Tokyo"));
    assert!(text.contains("2026年3月21日土曜日 7:15"), "{text}");
}

#[test]
fn persian_has_its_own_calendar_and_digits() {
    let text = breach("fa", Some("Asia/Tehran"));
    assert!(text.contains("شنبه ۱ فروردین ۱۴۰۵ ساعت ۱:۴۵"), "{text}");
    let text = breach("fa", None);
    assert!(text.contains("جمعه ۲۹ اسفند ۱۴۰۴ ساعت ۲۲:۱۵ به وقت جهانی (UTC)"));
}

#[test]
fn without_a_zone_or_with_an_unknown_one_times_are_utc_and_the_text_says_so() {
    for zone in [None, Some("Mars/Olympus"), Some("")] {
        for language in LANGUAGES {
            let text = breach(language, zone);
            assert!(text.contains("UTC"), "{text}");
        }
        assert!(breach("en", zone).contains("Friday, 20 March 2026 at 22:15 (UTC)"));
    }
}

#[test]
fn a_zone_is_spoken_of_only_where_a_time_is() {
    let text = read(
        &khidma_notifications_texts::sample(MessageKind::Reply),
        "en",
    )
    .text;
    assert!(!text.contains("Tehran"), "{text}");
}

#[test]
fn arabic_has_six_plurals() {
    let digest = |count| {
        let message = with(MessageKind::Digest, "count", Arg::Number(count));
        read(&message, "ar").subject
    };
    assert_eq!(digest(0), "ملخصكم: لا رسائل");
    assert_eq!(digest(1), "ملخصكم: رسالة واحدة");
    assert_eq!(digest(2), "ملخصكم: رسالتان");
    assert_eq!(digest(3), "ملخصكم: 3 رسائل");
    assert_eq!(digest(11), "ملخصكم: 11 رسالةً");
    assert_eq!(digest(100), "ملخصكم: 100 رسالة");
}

#[test]
fn numbers_are_grouped_and_written_in_the_digits_of_the_language() {
    let digest = |language| {
        let message = with(MessageKind::Digest, "count", Arg::Number(12_345));
        read(&message, language).subject
    };
    assert_eq!(digest("en"), "Your digest: 12,345 messages");
    assert_eq!(digest("fa"), "خلاصهٔ پیام‌های شما: ۱۲٬۳۴۵ پیام");
    assert_eq!(digest("vi"), "Bản tổng hợp của bạn: 12.345 tin");
    assert_eq!(digest("ja"), "お知らせのまとめ：12,345件");
}

#[test]
fn a_duration_is_told_in_hours_and_minutes() {
    let left = |language, seconds| {
        let message = with(MessageKind::Warning, "left", Arg::Seconds(seconds));
        let text = read(&message, language).text;
        let line = text
            .lines()
            .rev()
            .find(|line| !line.contains("Asia") && !line.is_empty());
        line.unwrap().to_owned()
    };
    assert_eq!(left("en", 0), "Time left: 1 minute.");
    assert_eq!(left("en", 7_200), "Time left: 2 hours.");
    assert_eq!(left("en", 93_784), "Time left: 26 hours 3 minutes.");
    assert_eq!(left("en", 3_660), "Time left: 1 hour 1 minute.");
    assert_eq!(
        left("ar", 2 * 3_600 + 180),
        "الوقت المتبقي: ساعتان و3 دقائق."
    );
    assert_eq!(left("fa", 5_400), "زمان باقی‌مانده: ۱ ساعت و ۳۰ دقیقه.");
    assert_eq!(left("ja", 5_400), "残り時間：1時間30分");
    assert!(left("en", u64::MAX).starts_with("Time left: 5,124,095,576,030,431 hours"));
}

#[test]
fn a_year_that_no_calendar_knows_is_still_told() {
    let message = with(
        MessageKind::Breach,
        "at",
        Arg::At(Timestamp::from_micros(i64::MIN)),
    );
    for language in LANGUAGES {
        assert!(!read(&message, language).text.is_empty());
    }
}
