# The words of messages, in Persian. See en.ftl for what stands where.

## What messages share

kind =
    { $kind ->
        [receipt] رسیدها
        [request] درخواست‌های تازه
        [assignment] سپرده‌شده به شما
        [question] پرسش‌ها
        [reply] پاسخ‌ها
        [progress] روند کار
        [resolved] در انتظار تأیید شما
        [ended] درخواست‌های پایان‌یافته
        [reopened] درخواست‌های دوباره بازشده
        [approval] موافقت‌ها
        [warning] هشدارها
        [breach] مهلت‌های رعایت‌نشده
        [retraction] تصحیح‌ها
        [escalation] ارجاع‌ها به سطح بالاتر
        [concern] نگرانی‌ها
        [role] نقش‌ها
        [standards] استانداردهای خدمت
        [announcement] اطلاعیه‌ها
        [survey] نظرخواهی‌ها
        [thanks] سپاس‌ها
        [improvement] شما گفتید، ما انجام دادیم
        [action] اقدام‌های بهبود
       *[digest] خلاصه‌ها
    }
group-subject = { kind } ({ $count })
group-about-subject = { kind } ({ $count }): { $title }
group-body = { $count } پیام در زمانی کوتاه برای شما رسیده است:
more = و { $count } پیام دیگر.
open = باز کردن در Khidma
answer = پاسخ در اینجا، بدون ورود به سامانه
why = این پیام به شما فرستاده شده است، چون در موضوع آن نقشی دارید یا آن را دنبال می‌کنید.
unsubscribe = لغو دریافت این نوع پیام‌ها
zone = همهٔ ساعت‌ها به وقت { $zone } است.
utc = { $moment } به وقت جهانی (UTC)
hours = { $count } ساعت
minutes = { $count } دقیقه
duration = { $large } و { $small }

# What a clock measures: «مهلت …».
metric =
    { $metric ->
        [acknowledge] تأیید دریافت
        [first_response] نخستین پاسخ
        [next_response] پاسخ بعدی
        [update] خبر بعدی
        [resolve] انجام درخواست
        [confirm] انجام و تأیید درخواست
       *[ownership] کار خود واحد
    }

## To who asked

receipt-subject = دریافت شد: { $title }
receipt-line = درخواست شما «{ $title }» به { $provider } رسید.
receipt-body =
    درخواست شما «{ $title }» به { $provider } رسید. به محض آنکه کسی رسیدگی به آن را بپذیرد، به شما خبر می‌دهیم.
    .standard =
        آنچه می‌توانید انتظار داشته باشید:

        { $standard }

question-subject = پرسشی از شما: { $title }
question-line = پرسش { $provider } دربارهٔ «{ $title }»: { $question }
question-body =
    { $provider } برای ادامهٔ کار روی «{ $title }» به پاسخ شما نیاز دارد:

    { $question }

    ادامهٔ کار در انتظار پاسخ شماست.

progress-title =
    { $step ->
        [acknowledged] دیده شد
        [started] کار آغاز شد
        [resumed] کار از سر گرفته شد
        [transferred] ارجاع شد
        [prioritised] اولویت تازه
        [approved] موافقت شد
       *[task_done] یک کار انجام شد
    }
progress-subject = { progress-title }: { $title }
progress-line =
    { $step ->
        [acknowledged] { $by } درخواست «{ $title }» را دید و به آن رسیدگی می‌کند.
        [started] { $by } کار روی «{ $title }» را آغاز کرد.
        [resumed] { $by } کار روی «{ $title }» را از سر گرفت.
        [transferred] { $by } درخواست «{ $title }» را به جای دیگری ارجاع داد.
        [prioritised] { $by } اولویت «{ $title }» را تغییر داد.
        [approved] { $by } با «{ $title }» موافقت کرد.
       *[task_done] { $by } یکی از کارهای «{ $title }» را به پایان رساند.
    }
progress-body =
    { progress-line }

    لازم نیست کاری انجام دهید.
    .detail = توضیح بیشتر: { $detail }

resolved-subject = لطفاً تأیید کنید: { $title }
resolved-line = { $provider } درخواست «{ $title }» را انجام داد. لطفاً آن را تأیید کنید یا دوباره باز کنید.
resolved-body =
    { $provider } درخواست «{ $title }» را انجام داده است:

    { $outcome }

    آیا همه‌چیز همان‌طور است که می‌خواستید؟ در این صورت لطفاً آن را تأیید کنید. اگر چیزی کم است، لطفاً درخواست را دوباره باز کنید و بگویید چه چیزی.
    .closes = اگر خبری از شما نرسد، درخواست روز { $closes } خودبه‌خود بسته می‌شود.

concern-subject = نتیجهٔ پیگیری یک نگرانی: { $title }
concern-line =
    { $acted ->
        [yes] برای نگرانی «{ $title }» اقدامی انجام شد.
       *[no] نگرانی «{ $title }» بررسی شد، ولی تغییری داده نشد.
    }
concern-found =
    { $acted ->
        [yes] شما هم نگرانی «{ $title }» را مطرح کرده بودید. برای آن اقدامی انجام شد:
       *[no] شما هم نگرانی «{ $title }» را مطرح کرده بودید. این موضوع بررسی شد، ولی به دلیل زیر تغییری داده نشد:
    }
concern-body =
    { concern-found }

    { $outcome }

    از اینکه موضوع را مطرح کردید سپاسگزاریم.

## To both sides

reply-subject = پاسخ تازه: { $title }
reply-line = { $by } دربارهٔ «{ $title }»: { $text }
reply-body =
    { $by } دربارهٔ «{ $title }» نوشته است:

    { $text }

ended-title =
    { $how ->
        [confirmed] تأیید شد
        [auto_closed] بسته شد
        [declined] پذیرفته نشد
        [cancelled] لغو شد
        [merged] ادغام شد
       *[rejected] موافقت نشد
    }
ended-subject = { ended-title }: { $title }
ended-line =
    { $how ->
        [confirmed] درخواست «{ $title }» تأیید و بسته شد.
        [auto_closed] درخواست «{ $title }» خودبه‌خود بسته شد، چون در مهلت مقرر کسی اعتراضی نکرد.
        [declined] درخواست «{ $title }» پذیرفته نشد.
        [cancelled] درخواست «{ $title }» لغو شد.
        [merged] درخواست «{ $title }» در درخواست دیگری ادغام شد و همان‌جا پیگیری می‌شود.
       *[rejected] با درخواست «{ $title }» موافقت نشد و درخواست بسته شد.
    }
ended-with =
    { $how ->
        [confirmed] با این توضیح:
        [auto_closed] دلیل:
        [declined] دلیل:
        [cancelled] دلیل:
        [merged] دلیل:
       *[rejected] دلیل:
    }
ended-body =
    { ended-line }
    .reason =
        { ended-with }

        { $reason }

## To who does it

request-subject = درخواست تازه: { $title }
request-line = { $requester } از { $provider } درخواستی دارد: «{ $title }».
request-body =
    { $requester } از { $provider } درخواست تازه‌ای دارد: «{ $title }».

    لطفاً دریافت آن را تأیید کنید تا { $requester } بداند که درخواست دیده شده است.

assignment-subject = به شما سپرده شد: { $title }
assignment-line = { $by } درخواست «{ $title }» را به شما سپرد.
assignment-body =
    { $by } درخواست «{ $title }» را به شما سپرده است. درخواست‌کننده: { $requester }.

    لطفاً دریافت آن را تأیید کنید تا { $requester } بداند که کسی به آن رسیدگی می‌کند.

reopened-subject = دوباره باز شد: { $title }
reopened-line = { $by } درخواست «{ $title }» را دوباره باز کرد: { $reason }
reopened-body =
    { $by } درخواست «{ $title }» را دوباره باز کرده است، چون هنوز چیزی کم است:

    { $reason }

    لطفاً کار روی آن را از سر بگیرید.

approval-subject = موافقت شما لازم است: { $title }
approval-line = درخواست «{ $title }» از { $requester } در انتظار موافقت شماست ({ $step }).
approval-body =
    درخواست «{ $title }» از { $requester } در مرحلهٔ «{ $step }» در انتظار موافقت شماست.

    لطفاً با آن موافقت کنید، یا آن را رد کنید و دلیلش را بگویید.

## What clocks say

warning-subject = وقت رو به پایان است: { $title }
warning-line = «{ $title }»: { $percent } درصد از مهلت { metric } گذشته است.
warning-body =
    { $provider } برای درخواست «{ $title }» مهلتی را پذیرفته است. { $percent } درصد از مهلت { metric } گذشته است.

    لطفاً همین حالا به آن رسیدگی کنید تا سر وقت انجام شود.
    .due = سررسید: { $due }.
    .left = زمان باقی‌مانده: { $left }.

breach-subject = مهلت به پایان رسید: { $title }
breach-line = «{ $title }»: مهلت { metric } به پایان رسید.
breach-body =
    مهلتی که { $provider } برای درخواست «{ $title }» پذیرفته بود رعایت نشد: مهلت { metric } روز { $at } به پایان رسید.

retraction-subject = به‌موقع بوده است: { $title }
retraction-line = «{ $title }»: تصحیح می‌کنیم که مهلت { metric } رعایت شده بود.
retraction-body =
    پیش‌تر به شما گفته بودیم که { $provider } مهلت درخواست «{ $title }» را رعایت نکرده است. چنین نبود: مهلت { metric } رعایت شده بود.

    لطفاً پیام پیشین را نادیده بگیرید.

escalation-why =
    { $level ->
        [0] این پیام به شما رسیده است، چون در قواعد سطح خدمت از شما نام برده شده است.
        [one] این پیام به شما رسیده است، چون تاکنون کسی دریافت آن را تأیید نکرده و { $level } رده در سلسله‌مراتب بالا آمده است.
       *[other] این پیام به شما رسیده است، چون تاکنون کسی دریافت آن را تأیید نکرده و { $level } رده در سلسله‌مراتب بالا آمده است.
    }
escalation-subject = ارجاع به سطح بالاتر: { $title }
escalation-line = «{ $title }» نزد { $provider } به توجه شما نیاز دارد: مهلت { metric } (گام { $step }).
escalation-body =
    درخواست «{ $title }» نزد { $provider } به توجه شما نیاز دارد. موضوع، مهلت { metric } است. این، گام { $step } از روند ارجاع به سطح بالاتر است.

    { escalation-why }

    لطفاً دریافت آن را تأیید کنید، وگرنه به رده‌ای بالاتر ارجاع می‌شود. شمارهٔ این ارجاع: { $escalation }
    .due = سررسید: { $due }.

## What the house says

role-subject = لطفاً نقش خود را تأیید کنید: { $role }
role-line = لطفاً شرح نقش خود «{ $role }» را بخوانید و تأیید کنید.
role-body =
    نقش شما «{ $role }» به این معناست (ویرایش { $revision } شرح نقش):

    { $description }

    لطفاً آن را بخوانید و تأیید کنید. اگر با کاری که می‌کنید یکی نیست، لطفاً به مدیر خود بگویید.

standards-subject = استانداردهای خدمت { $department }
standards-line = یادآوری استانداردهای خدمت { $department }.
standards-body =
    { $department } به هر کسی که درخواستی دارد این قول را می‌دهد:

    { $standards }

    سپاسگزاریم که به این قول‌ها پایبندید.

announcement-subject = { $department }: { $title }
announcement-line = { $department }: { $title }
announcement-body =
    اطلاعیهٔ { $department }: { $title }

    { $text }

## What is heard, and what comes of it

survey-subject =
    { $asked ->
        [question] چطور بود؟ { $title }
        [question_again] یادآوری – چطور بود؟ { $title }
        [survey] نظر شما را می‌خواهیم: { $title }
       *[survey_again] یادآوری – نظر شما را می‌خواهیم: { $title }
    }
survey-line =
    { $asked ->
        [question] { $provider } می‌خواهد بداند از انجام «{ $title }» چقدر راضی هستید.
        [question_again] { $provider } هنوز منتظر است که بداند از انجام «{ $title }» چقدر راضی هستید.
        [survey] { $provider } در نظرسنجی «{ $title }» نظر شما را می‌خواهد.
       *[survey_again] { $provider } هنوز منتظر نظر شما در نظرسنجی «{ $title }» است.
    }
survey-how =
    { $asked ->
        [question] کمتر از یک دقیقه وقت می‌گیرد. { $provider } پاسخ شما را همراه با درخواستتان می‌بیند.
        [question_again] کمتر از یک دقیقه وقت می‌گیرد. { $provider } پاسخ شما را همراه با درخواستتان می‌بیند. دیگر یادآوری نمی‌کنیم.
        [survey] در Khidma پاسخ می‌دهید. آنجا پیش از آغاز گفته می‌شود چه کسی پاسخ شما را می‌بیند.
       *[survey_again] در Khidma پاسخ می‌دهید. آنجا پیش از آغاز گفته می‌شود چه کسی پاسخ شما را می‌بیند.
    }
survey-body =
    { survey-line }

    { survey-how }
    .until = تا { $until } می‌توانید پاسخ دهید.
    .round = شمارهٔ نظرسنجی: { $round }

thanks-subject = سپاس از سوی { $by }
thanks-line = { $by } از شما سپاسگزاری کرده است: { $text }
thanks-body =
    { $by } از شما سپاسگزاری کرده است:

    { $text }
    .title = دربارهٔ «{ $title }».

improvement-subject = شما گفتید، ما انجام دادیم: { $department }
improvement-line = { $department } پس از شنیدن این سخن چیزی را تغییر داده است: { $you_said }
improvement-body =
    شما گفتید:

    { $you_said }

    { $department } این کار را کرده است:

    { $we_did }

    از همهٔ کسانی که نظر دادند سپاسگزاریم. این پیام برای همهٔ کسانی است که موضوع به آنان مربوط می‌شود.

action-subject =
    { $state ->
        [assigned] اقدام بهبود به عهدهٔ شما: { $title }
       *[overdue] از موعد گذشته: { $title }
    }
action-line =
    { $state ->
        [assigned] اقدام بهبود «{ $title }» در { $department } به عهدهٔ شماست. سررسید: { $due }.
       *[overdue] سررسید اقدام بهبود «{ $title }» در { $department } گذشته و انجام نشده است: { $due }.
    }
action-ask =
    { $state ->
        [assigned] لطفاً به‌موقع آغاز کنید و پس از انجام خبر دهید تا به کسانی که نظر داده‌اند گفته شود.
       *[overdue] لطفاً اگر انجام شده است خبر دهید، یا با ذکر دلیل موعد دیگری بگذارید یا از آن چشم بپوشید.
    }
action-body =
    { action-line }

    { action-ask }

digest-subject = خلاصهٔ پیام‌های شما: { $count } پیام
digest-line = { digest-subject }
digest-body = از خلاصهٔ پیشین تاکنون { $count } پیام برای شما رسیده است:
