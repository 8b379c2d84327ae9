//! What people say at the story's end, in their own words and languages.

/// What somebody asks for, who does it, and what they say when it is done.
pub(super) struct Wish {
    /// Who asks.
    pub(super) person: &'static str,
    /// The department, and who of it does it.
    pub(super) provider: (&'static str, &'static str),
    /// What for.
    pub(super) title: &'static str,
    /// What they say in the end.
    pub(super) said: Opinion,
}

/// How satisfied, how easy (0: not asked), and in their own words.
pub(super) type Opinion = (u32, u32, &'static str);

/// Who asks for what.
pub(super) const WISHES: [Wish; 5] = [
    Wish {
        person: "amina",
        provider: ("it", "daniel"),
        title: "A second screen",
        said: (5, 7, "وصلت الشاشة في اليوم نفسه. شكرًا لكم."),
    },
    Wish {
        person: "farid",
        provider: ("it", "daniel"),
        title: "A new password",
        said: (4, 5, "زود انجام شد، فقط باید دو بار می‌پرسیدم."),
    },
    Wish {
        person: "linh",
        provider: ("it", "daniel"),
        title: "Access to the shared folder",
        said: (5, 7, "Rất nhanh và tử tế, cảm ơn các bạn."),
    },
    Wish {
        person: "nour",
        provider: ("it", "daniel"),
        title: "A phone for the car",
        said: (2, 3, "It works, but nobody told me when it would come."),
    },
    Wish {
        person: "mei",
        provider: ("hr", "amina"),
        title: "A desk for Sara",
        said: (
            4,
            0,
            "机は届きました。日程の連絡がもう少し早いと助かります。",
        ),
    },
];

/// Daniel, whose new colleague has all she needs.
pub(super) const OF_THE_WHOLE: Opinion = (5, 0, "Sara had everything on her first day.");
/// Amina, to whom a promise was broken.
pub(super) const OF_THE_PROMISE: Opinion = (2, 0, "تأخّر الكابل يومًا كاملًا، لكنه وصل في النهاية.");
/// Farid, whose concern was heard.
pub(super) const OF_THE_CONCERN: Opinion = (5, 6, "شنیده شد، و چیزی تغییر کرد.");

/// What he says is wrong.
pub(super) const CONCERN: &str = "Nobody says when something will be done";
/// What came of it.
pub(super) const OUTCOME: &str =
    "Every request now shows a date, and who asked hears when it moves.";

/// What was heard and what was done, by language.
pub(super) const TOLD: [(&str, &str, &str); 5] = [
    ("en", CONCERN, OUTCOME),
    (
        "ar",
        "لا أحد يخبرنا متى يُنجز الطلب",
        "أصبح لكل طلب موعد ظاهر، ونُعلم صاحبه إذا تغيّر.",
    ),
    (
        "fa",
        "کسی نمی‌گوید کار کی انجام می‌شود",
        "اکنون هر درخواست تاریخی دارد و اگر تغییر کند خبر می‌دهیم.",
    ),
    (
        "vi",
        "Không ai cho biết khi nào xong việc",
        "Mỗi yêu cầu nay đều có ngày hẹn, và bạn được báo khi ngày đó thay đổi.",
    ),
    (
        "ja",
        "いつ終わるのか誰も教えてくれない",
        "すべての依頼に予定日を表示し、変わるときはお知らせします。",
    ),
];
