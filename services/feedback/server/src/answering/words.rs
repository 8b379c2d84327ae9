//! What the page says, in five languages.

use khidma_kernel::language::choose;

/// The words of one language.
pub(super) struct Words {
    /// Its tag.
    pub(super) language: &'static str,
    /// What it is all about.
    pub(super) heading: &'static str,
    /// Before the title of the request.
    pub(super) about: &'static str,
    /// Before the name of the department that did it.
    pub(super) done_by: &'static str,
    /// The question.
    pub(super) score: &'static str,
    /// What the scores mean, the best first.
    pub(super) scores: [&'static str; 5],
    /// The question about the effort.
    pub(super) effort: &'static str,
    /// What the least effort means.
    pub(super) easy: &'static str,
    /// What the greatest means.
    pub(super) hard: &'static str,
    /// Before what they write.
    pub(super) comment: &'static str,
    /// Who sees it.
    pub(super) told: &'static str,
    /// The button.
    pub(super) send: &'static str,
    /// That it was taken.
    pub(super) thanks: &'static str,
    /// That it was answered before.
    pub(super) answered: &'static str,
    /// That it is too late.
    pub(super) expired: &'static str,
    /// That the request was reopened.
    pub(super) withdrawn: &'static str,
    /// That a score is missing.
    pub(super) choose: &'static str,
    /// That the comment is too long.
    pub(super) too_long: &'static str,
    /// That something else is wrong.
    pub(super) not_so: &'static str,
    /// That the link leads nowhere.
    pub(super) nowhere: &'static str,
}

/// The words that somebody reads best who prefers these languages.
pub(super) fn words_for(languages: &[String]) -> &'static Words {
    let chosen = choose(languages, LANGUAGES.iter(), LANGUAGES[0]);
    let words = ALL.iter().find(|words| words.language == chosen);
    words.unwrap_or(&ALL[0])
}

/// The tags of [`ALL`].
const LANGUAGES: [&str; 5] = ["en", "ar", "fa", "vi", "ja"];

/// All languages there are; English, which most can read, first.
pub(super) static ALL: [Words; 5] = [
    Words {
        language: "en",
        heading: "How did it go?",
        about: "You asked for:",
        done_by: "It was done by:",
        score: "How satisfied are you with it?",
        scores: [
            "– very satisfied",
            "– satisfied",
            "– neither",
            "– dissatisfied",
            "– very dissatisfied",
        ],
        effort: "How easy was it for you to get it? (You need not say.)",
        easy: "– very easy",
        hard: "– very hard",
        comment: "What went well, and what should be better? (You need not write anything.)",
        told: "Your answer is shown, with your request, to the department that did it.",
        send: "Send the answer",
        thanks: "Thank you. Your answer has been received.",
        answered: "This question has been answered already. Thank you.",
        expired: "The time to answer this question is over. Thank you for looking.",
        withdrawn: "Your request was reopened, so this question is no longer asked. You will be asked again when it is done.",
        choose: "Please choose how satisfied you are.",
        too_long: "Your comment is too long: it may have at most 4,000 characters.",
        not_so: "Your answer could not be read. Please look at it once more.",
        nowhere: "This link does not lead to a question, or not any more. Please look at the latest message you got.",
    },
    Words {
        language: "ar",
        heading: "كيف كانت الخدمة؟",
        about: "طلبت:",
        done_by: "أنجزه:",
        score: "ما مدى رضاك عنها؟",
        scores: [
            "– راضٍ جدًّا",
            "– راضٍ",
            "– بين بين",
            "– غير راضٍ",
            "– غير راضٍ إطلاقًا",
        ],
        effort: "ما مدى سهولة الحصول عليها؟ (الإجابة اختيارية.)",
        easy: "– سهل جدًّا",
        hard: "– صعب جدًّا",
        comment: "ما الذي سار على ما يرام، وما الذي ينبغي تحسينه؟ (الكتابة اختيارية.)",
        told: "تظهر إجابتك مع طلبك للقسم الذي أنجزه.",
        send: "إرسال الإجابة",
        thanks: "شكرًا لك. لقد وصلت إجابتك.",
        answered: "سبقت الإجابة عن هذا السؤال. شكرًا لك.",
        expired: "انتهت مدة الإجابة عن هذا السؤال. شكرًا لاهتمامك.",
        withdrawn: "أُعيد فتح طلبك، فلم يعد هذا السؤال مطروحًا. سنسألك مجددًا عند إنجازه.",
        choose: "يرجى اختيار مدى رضاك.",
        too_long: "تعليقك أطول من اللازم: الحد الأقصى 4000 حرف.",
        not_so: "تعذّرت قراءة إجابتك. يرجى مراجعتها مرة أخرى.",
        nowhere: "هذا الرابط لا يؤدي إلى سؤال، أو لم يعد يؤدي إليه. يرجى النظر في آخر رسالة وصلتك.",
    },
    Words {
        language: "fa",
        heading: "کار چطور انجام شد؟",
        about: "درخواست شما:",
        done_by: "انجام‌دهنده:",
        score: "چقدر از آن راضی هستید؟",
        scores: [
            "– بسیار راضی",
            "– راضی",
            "– نه راضی و نه ناراضی",
            "– ناراضی",
            "– بسیار ناراضی",
        ],
        effort: "رسیدن به آن چقدر برایتان آسان بود؟ (پاسخ اختیاری است.)",
        easy: "– بسیار آسان",
        hard: "– بسیار سخت",
        comment: "چه چیزی خوب بود و چه چیزی باید بهتر شود؟ (نوشتن اختیاری است.)",
        told: "پاسخ شما همراه با درخواستتان به بخشی که آن را انجام داده است نشان داده می‌شود.",
        send: "فرستادن پاسخ",
        thanks: "سپاسگزاریم. پاسخ شما دریافت شد.",
        answered: "به این پرسش پیش‌تر پاسخ داده شده است. سپاسگزاریم.",
        expired: "مهلت پاسخ به این پرسش به پایان رسیده است. از توجه شما سپاسگزاریم.",
        withdrawn: "درخواست شما دوباره باز شد، پس این پرسش دیگر مطرح نیست. پس از انجام آن دوباره از شما می‌پرسیم.",
        choose: "لطفاً بگویید چقدر راضی هستید.",
        too_long: "نظر شما بیش از اندازه بلند است: حداکثر ۴۰۰۰ نویسه.",
        not_so: "پاسخ شما خوانده نشد. لطفاً آن را دوباره بررسی کنید.",
        nowhere: "این پیوند به پرسشی نمی‌رسد، یا دیگر نمی‌رسد. لطفاً تازه‌ترین پیامی را که گرفته‌اید ببینید.",
    },
    Words {
        language: "vi",
        heading: "Mọi việc diễn ra thế nào?",
        about: "Bạn đã yêu cầu:",
        done_by: "Bộ phận thực hiện:",
        score: "Bạn hài lòng đến mức nào?",
        scores: [
            "– rất hài lòng",
            "– hài lòng",
            "– bình thường",
            "– không hài lòng",
            "– rất không hài lòng",
        ],
        effort: "Việc này có dễ dàng với bạn không? (Không bắt buộc.)",
        easy: "– rất dễ",
        hard: "– rất khó",
        comment: "Điều gì đã tốt và điều gì cần tốt hơn? (Không bắt buộc.)",
        told: "Câu trả lời của bạn, cùng với yêu cầu, được hiển thị cho bộ phận đã thực hiện.",
        send: "Gửi câu trả lời",
        thanks: "Cảm ơn bạn. Chúng tôi đã nhận được câu trả lời.",
        answered: "Câu hỏi này đã được trả lời. Cảm ơn bạn.",
        expired: "Thời hạn trả lời câu hỏi này đã hết. Cảm ơn bạn đã quan tâm.",
        withdrawn: "Yêu cầu của bạn đã được mở lại nên câu hỏi này không còn nữa. Chúng tôi sẽ hỏi lại khi việc hoàn thành.",
        choose: "Vui lòng chọn mức độ hài lòng của bạn.",
        too_long: "Nhận xét của bạn quá dài: tối đa 4.000 ký tự.",
        not_so: "Không đọc được câu trả lời của bạn. Vui lòng xem lại.",
        nowhere: "Liên kết này không dẫn đến câu hỏi nào, hoặc không còn nữa. Vui lòng xem tin nhắn mới nhất bạn nhận được.",
    },
    Words {
        language: "ja",
        heading: "対応はいかがでしたか。",
        about: "ご依頼の内容：",
        done_by: "対応した部署：",
        score: "どのくらい満足していますか。",
        scores: [
            "– とても満足",
            "– 満足",
            "– どちらともいえない",
            "– 不満",
            "– とても不満",
        ],
        effort: "手続きはどのくらい簡単でしたか。（任意）",
        easy: "– とても簡単",
        hard: "– とても大変",
        comment: "よかった点、改善してほしい点をお聞かせください。（任意）",
        told: "ご回答は、ご依頼とともに、対応した部署に表示されます。",
        send: "回答を送信する",
        thanks: "ありがとうございました。ご回答を受け付けました。",
        answered: "この質問にはすでに回答をいただいています。ありがとうございました。",
        expired: "この質問の回答期限は過ぎました。ご覧いただきありがとうございます。",
        withdrawn: "ご依頼が再開されたため、この質問は取り下げられました。完了後にあらためてお尋ねします。",
        choose: "満足度を選んでください。",
        too_long: "コメントが長すぎます。4,000文字以内でお書きください。",
        not_so: "ご回答を読み取れませんでした。もう一度ご確認ください。",
        nowhere: "このリンクは無効か、すでに使えなくなっています。最新のお知らせをご覧ください。",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_its_words_and_is_found() {
        assert_eq!(ALL.each_ref().map(|words| words.language), LANGUAGES);
        for language in LANGUAGES {
            assert_eq!(words_for(&[language.to_owned()]).language, language);
        }
        assert_eq!(words_for(&[]).language, "en");
        assert_eq!(words_for(&["xx".into(), "fa-IR".into()]).language, "fa");
    }
}
