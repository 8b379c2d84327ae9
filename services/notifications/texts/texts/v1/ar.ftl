# The words of messages, in Arabic. See en.ftl for what stands where.
# Names have no known gender: sentences are built without a verb or pronoun that would have to agree with one.

## What messages share

kind =
    { $kind ->
        [receipt] إشعارات الاستلام
        [request] طلبات جديدة
        [assignment] طلبات مُسندة إليكم
        [question] أسئلة
        [reply] ردود
        [progress] سير العمل
        [resolved] بانتظار التأكيد
        [ended] طلبات منتهية
        [reopened] طلبات أُعيد فتحها
        [approval] موافقات
        [warning] تنبيهات
        [breach] مُهل لم تُحترم
        [retraction] تصحيحات
        [escalation] تصعيدات
        [concern] بلاغات
        [role] أدوار
        [standards] معايير الخدمة
        [announcement] إعلانات
        [survey] استطلاعات الرأي
        [thanks] رسائل شكر
        [improvement] قلتم فعملنا
        [action] إجراءات تحسين
       *[digest] ملخصات
    }
group-subject = { kind } ({ $count })
group-about-subject = { kind } ({ $count }): { $title }
group-body =
    { $count ->
        [zero] لم تصلكم أي رسالة.
        [one] وصلتكم رسالة واحدة:
        [two] وصلتكم رسالتان في وقت قصير:
        [few] وصلتكم { $count } رسائل في وقت قصير:
        [many] وصلتكم { $count } رسالةً في وقت قصير:
       *[other] وصلتكم { $count } رسالة في وقت قصير:
    }
more =
    { $count ->
        [zero] ولا رسائل أخرى.
        [one] بالإضافة إلى رسالة أخرى.
        [two] بالإضافة إلى رسالتين أخريين.
        [few] بالإضافة إلى { $count } رسائل أخرى.
        [many] بالإضافة إلى { $count } رسالةً أخرى.
       *[other] بالإضافة إلى { $count } رسالة أخرى.
    }
open = فتح في Khidma
answer = الإجابة هنا، دون تسجيل الدخول
why = تصلكم هذه الرسالة لأن لكم صلة بموضوعها أو لأنكم تتابعونه.
unsubscribe = إيقاف الرسائل من هذا النوع
zone = جميع الأوقات بتوقيت { $zone }.
utc = { $moment } بالتوقيت العالمي (UTC)
hours =
    { $count ->
        [zero] أقل من ساعة
        [one] ساعة واحدة
        [two] ساعتان
        [few] { $count } ساعات
        [many] { $count } ساعةً
       *[other] { $count } ساعة
    }
minutes =
    { $count ->
        [zero] أقل من دقيقة
        [one] دقيقة واحدة
        [two] دقيقتان
        [few] { $count } دقائق
        [many] { $count } دقيقةً
       *[other] { $count } دقيقة
    }
duration = { $large } و{ $small }

# What a clock measures: «مهلة …».
metric =
    { $metric ->
        [acknowledge] تأكيد الاطلاع
        [first_response] الرد الأول
        [next_response] الرد التالي
        [update] التحديث التالي
        [resolve] إنجاز الطلب
        [confirm] الإنجاز المؤكَّد
       *[ownership] القسم نفسه
    }

## To who asked

receipt-subject = تم استلام طلبكم: { $title }
receipt-line = تم استلام طلبكم «{ $title }» لدى { $provider }.
receipt-body =
    تم استلام طلبكم «{ $title }» لدى { $provider }. وسنُعلمكم فور أن يتولّى أحدٌ أمره.
    .standard =
        ما يمكنكم توقّعه:

        { $standard }

question-subject = سؤال إليكم: { $title }
question-line = سؤال من { $provider } بشأن «{ $title }»: { $question }
question-body =
    يتطلب استكمال العمل على «{ $title }» إجابتكم عن سؤال من { $provider }:

    { $question }

    العمل متوقف بانتظار ردّكم.

progress-title =
    { $step ->
        [acknowledged] تم الاطلاع
        [started] بدأ العمل
        [resumed] استؤنف العمل
        [transferred] أُحيل الطلب
        [prioritised] أولوية جديدة
        [approved] تمت الموافقة
       *[task_done] أُنجزت إحدى المهام
    }
progress-subject = { progress-title }: { $title }
progress-line =
    { $step ->
        [acknowledged] تم الاطلاع على «{ $title }» من قِبل { $by }، وستتم متابعته.
        [started] بدأ العمل على «{ $title }» من قِبل { $by }.
        [resumed] استؤنف العمل على «{ $title }» من قِبل { $by }.
        [transferred] أُحيل الطلب «{ $title }» إلى جهة أخرى من قِبل { $by }.
        [prioritised] تغيّرت أولوية «{ $title }» بقرار من { $by }.
        [approved] تمت الموافقة على «{ $title }» من قِبل { $by }.
       *[task_done] أُنجزت إحدى مهام «{ $title }» من قِبل { $by }.
    }
progress-body =
    { progress-line }

    لا يلزمكم القيام بأي شيء.
    .detail = التفاصيل: { $detail }

resolved-subject = يُرجى التأكيد: { $title }
resolved-line = تم إنجاز «{ $title }» لدى { $provider }. يُرجى تأكيد ذلك أو إعادة فتح الطلب.
resolved-body =
    تم إنجاز طلبكم «{ $title }» لدى { $provider }:

    { $outcome }

    هل تم كل شيء كما أردتم؟ إن كان كذلك، فيُرجى تأكيده. وإن كان هناك ما ينقص، فيُرجى إعادة فتح الطلب مع بيان ما ينقص.
    .closes = إذا لم يصلنا منكم شيء، فسيُغلق الطلب تلقائيًا يوم { $closes }.

concern-subject = نتيجة البلاغ: { $title }
concern-line =
    { $acted ->
        [yes] اتُّخذ إجراء بشأن البلاغ «{ $title }».
       *[no] نُظر في البلاغ «{ $title }»، ولم يتقرر أي تغيير.
    }
concern-found =
    { $acted ->
        [yes] سبق أن أبلغتم أنتم أيضًا عن «{ $title }». وقد اتُّخذ إجراء بشأنه:
       *[no] سبق أن أبلغتم أنتم أيضًا عن «{ $title }». وقد نُظر في الأمر ولم يتقرر أي تغيير، للسبب التالي:
    }
concern-body =
    { concern-found }

    { $outcome }

    شكرًا لكم على مبادرتكم بالإبلاغ.

## To both sides

reply-subject = رد جديد: { $title }
reply-line = { $by } بشأن «{ $title }»: { $text }
reply-body =
    رسالة جديدة من { $by } بشأن «{ $title }»:

    { $text }

ended-title =
    { $how ->
        [confirmed] تم التأكيد
        [auto_closed] أُغلق الطلب
        [declined] تم الاعتذار عن الطلب
        [cancelled] أُلغي الطلب
        [merged] دُمج الطلب
       *[rejected] لم تتم الموافقة
    }
ended-subject = { ended-title }: { $title }
ended-line =
    { $how ->
        [confirmed] تم تأكيد إنجاز «{ $title }» وأُغلق الطلب.
        [auto_closed] أُغلق الطلب «{ $title }» تلقائيًا، لعدم ورود اعتراض في الوقت المحدد.
        [declined] تم الاعتذار عن تنفيذ الطلب «{ $title }».
        [cancelled] أُلغي الطلب «{ $title }».
        [merged] دُمج الطلب «{ $title }» في طلب آخر تستمر متابعته فيه.
       *[rejected] لم تتم الموافقة على الطلب «{ $title }»، وقد أُغلق.
    }
ended-with =
    { $how ->
        [confirmed] مع التعليق التالي:
        [auto_closed] السبب:
        [declined] السبب:
        [cancelled] السبب:
        [merged] السبب:
       *[rejected] السبب:
    }
ended-body =
    { ended-line }
    .reason =
        { ended-with }

        { $reason }

## To who does it

request-subject = طلب جديد: { $title }
request-line = طلب جديد من { $requester } إلى { $provider }: «{ $title }».
request-body =
    ورد طلب جديد من { $requester } إلى { $provider }: «{ $title }».

    يُرجى تأكيد الاطلاع عليه، حتى يعلم مقدّم الطلب أن طلبه قد وصل.

assignment-subject = أُسند إليكم: { $title }
assignment-line = أُسند إليكم الطلب «{ $title }» من قِبل { $by }.
assignment-body =
    أُسند إليكم الطلب «{ $title }» من قِبل { $by }. مقدّم الطلب: { $requester }.

    يُرجى تأكيد الاطلاع عليه، حتى يعلم مقدّم الطلب أن هناك من يتولّى أمره.

reopened-subject = أُعيد فتح الطلب: { $title }
reopened-line = أُعيد فتح «{ $title }» من قِبل { $by }: { $reason }
reopened-body =
    أُعيد فتح الطلب «{ $title }» من قِبل { $by }، لأن هناك ما لم يكتمل بعد:

    { $reason }

    يُرجى متابعة العمل عليه.

approval-subject = موافقتكم مطلوبة: { $title }
approval-line = الطلب «{ $title }» من { $requester } بانتظار موافقتكم ({ $step }).
approval-body =
    الطلب «{ $title }» المقدَّم من { $requester } بانتظار موافقتكم في مرحلة «{ $step }».

    يُرجى الموافقة عليه، أو رفضه مع بيان السبب.

## What clocks say

warning-subject = الوقت يوشك على النفاد: { $title }
warning-line = «{ $title }»: انقضى { $percent } في المئة من مهلة { metric }.
warning-body =
    للطلب «{ $title }» مهلة محددة لدى { $provider }. وقد انقضى { $percent } في المئة من مهلة { metric }.

    يُرجى الاهتمام به الآن، حتى يتم في موعده.
    .due = الموعد النهائي: { $due }.
    .left = الوقت المتبقي: { $left }.

breach-subject = انقضت المهلة: { $title }
breach-line = «{ $title }»: انقضت مهلة { metric }.
breach-body =
    لم تُحترم المهلة المحددة للطلب «{ $title }» لدى { $provider }: فقد انتهت مهلة { metric } يوم { $at }.

retraction-subject = تم في موعده: { $title }
retraction-line = «{ $title }»: تصحيح، لقد احتُرمت مهلة { metric }.
retraction-body =
    أبلغناكم سابقًا بأن المهلة المحددة للطلب «{ $title }» لدى { $provider } لم تُحترم. ولم يكن ذلك صحيحًا: فقد احتُرمت مهلة { metric }.

    يُرجى تجاهل الرسالة السابقة.

escalation-why =
    { $level ->
        [zero] تصلكم هذه الرسالة لأن قواعد مستوى الخدمة تنص على إبلاغكم.
        [one] تصلكم هذه الرسالة لأن أحدًا لم يؤكد الاطلاع على التصعيد حتى الآن، فارتفع مستوى واحدًا في التسلسل الإداري.
        [two] تصلكم هذه الرسالة لأن أحدًا لم يؤكد الاطلاع على التصعيد حتى الآن، فارتفع مستويين في التسلسل الإداري.
        [few] تصلكم هذه الرسالة لأن أحدًا لم يؤكد الاطلاع على التصعيد حتى الآن، فارتفع { $level } مستويات في التسلسل الإداري.
        [many] تصلكم هذه الرسالة لأن أحدًا لم يؤكد الاطلاع على التصعيد حتى الآن، فارتفع { $level } مستوىً في التسلسل الإداري.
       *[other] تصلكم هذه الرسالة لأن أحدًا لم يؤكد الاطلاع على التصعيد حتى الآن، فارتفع { $level } مستوى في التسلسل الإداري.
    }
escalation-subject = تصعيد: { $title }
escalation-line = «{ $title }» لدى { $provider } بحاجة إلى تدخّلكم: مهلة { metric } (الخطوة { $step }).
escalation-body =
    الطلب «{ $title }» لدى { $provider } بحاجة إلى اهتمامكم. يتعلق الأمر بمهلة { metric }، وهذه هي الخطوة { $step } من التصعيد.

    { escalation-why }

    يُرجى تأكيد الاطلاع، وإلا فسيُرفع التصعيد إلى مستوى أعلى. رقم التصعيد: { $escalation }
    .due = الموعد النهائي: { $due }.

## What the house says

role-subject = يُرجى تأكيد دوركم: { $role }
role-line = يُرجى قراءة وصف دوركم «{ $role }» وتأكيده.
role-body =
    هذا ما يعنيه دوركم «{ $role }» (النسخة { $revision } من الوصف):

    { $description }

    يُرجى قراءته وتأكيده. وإن لم يكن مطابقًا لما تقومون به، فيُرجى إبلاغ مديركم.

standards-subject = معايير الخدمة لدى { $department }
standards-line = تذكير بمعايير الخدمة لدى { $department }.
standards-body =
    هذه هي التزامات { $department } تجاه كل من يطلب خدمة:

    { $standards }

    شكرًا لكم على الوفاء بهذه الالتزامات.

announcement-subject = { $department }: { $title }
announcement-line = { $department }: { $title }
announcement-body =
    إعلان من { $department }: { $title }

    { $text }

## What is heard, and what comes of it

survey-subject =
    { $asked ->
        [question] ما رأيكم في الخدمة؟ { $title }
        [question_again] تذكير – ما رأيكم في الخدمة؟ { $title }
        [survey] رأيكم يهمّنا: { $title }
       *[survey_again] تذكير – رأيكم يهمّنا: { $title }
    }
survey-line =
    { $asked ->
        [question] سؤال من { $provider } عن مدى رضاكم عن «{ $title }».
        [question_again] ما زال السؤال من { $provider } عن مدى رضاكم عن «{ $title }» بانتظار إجابتكم.
        [survey] دعوة من { $provider } إلى إبداء رأيكم في الاستبيان «{ $title }».
       *[survey_again] ما زال الاستبيان «{ $title }» من { $provider } بانتظار رأيكم.
    }
survey-how =
    { $asked ->
        [question] لن يستغرق ذلك أكثر من دقيقة. وستظهر إجابتكم لدى { $provider } مع طلبكم.
        [question_again] لن يستغرق ذلك أكثر من دقيقة. وستظهر إجابتكم لدى { $provider } مع طلبكم. ولن نذكّركم مرة أخرى.
        [survey] تكون الإجابة في Khidma، ويُبيَّن لكم هناك قبل البدء من سيطّلع على إجاباتكم.
       *[survey_again] تكون الإجابة في Khidma، ويُبيَّن لكم هناك قبل البدء من سيطّلع على إجاباتكم.
    }
survey-body =
    { survey-line }

    { survey-how }
    .until = يمكنكم الإجابة حتى { $until }.
    .round = رقم الاستبيان: { $round }

thanks-subject = رسالة شكر من { $by }
thanks-line = رسالة شكر إليكم من { $by }: { $text }
thanks-body =
    وصلتكم رسالة شكر من { $by }:

    { $text }
    .title = بشأن «{ $title }».

improvement-subject = قلتم فعملنا: { $department }
improvement-line = تحسين لدى { $department } استجابةً لما قيل: { $you_said }
improvement-body =
    هذا ما قلتموه:

    { $you_said }

    وهذا ما تم لدى { $department }:

    { $we_did }

    شكرًا لكل من أبدى رأيه. تُرسل هذه الرسالة إلى جميع المعنيين.

action-subject =
    { $state ->
        [assigned] إجراء تحسين أُسند إليكم: { $title }
       *[overdue] تجاوز موعده: { $title }
    }
action-line =
    { $state ->
        [assigned] أُسند إليكم إجراء التحسين «{ $title }» لدى { $department }. موعد إنجازه: { $due }.
       *[overdue] لم يُنجز إجراء التحسين «{ $title }» لدى { $department } في موعده: { $due }.
    }
action-ask =
    { $state ->
        [assigned] يُرجى البدء به في الوقت المناسب، والإفادة عند إنجازه حتى يُبلَّغ من أبدوا رأيهم.
       *[overdue] يُرجى الإفادة عند إنجازه، أو تحديد موعد آخر أو صرف النظر عنه مع بيان السبب.
    }
action-body =
    { action-line }

    { action-ask }

digest-subject =
    { $count ->
        [zero] ملخصكم: لا رسائل
        [one] ملخصكم: رسالة واحدة
        [two] ملخصكم: رسالتان
        [few] ملخصكم: { $count } رسائل
        [many] ملخصكم: { $count } رسالةً
       *[other] ملخصكم: { $count } رسالة
    }
digest-line = { digest-subject }
digest-body =
    { $count ->
        [zero] لم تصلكم أي رسالة منذ آخر ملخص.
        [one] وصلتكم رسالة واحدة منذ آخر ملخص:
        [two] وصلتكم رسالتان منذ آخر ملخص:
        [few] وصلتكم { $count } رسائل منذ آخر ملخص:
        [many] وصلتكم { $count } رسالةً منذ آخر ملخص:
       *[other] وصلتكم { $count } رسالة منذ آخر ملخص:
    }
