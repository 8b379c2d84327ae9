# واژه‌های صفحهٔ کارنامه. جمله‌های کامل، نه سرِ هم از تکه‌ها.

title = کارنامه: { $department }
period = { $from } – { $to }
with-below = با هم شمرده شده‌اند: { $departments }
as-of = تا { $day }.
# Marks keep the sign with its number, within a range too.
percent = ‎{ $number }‎٪‎
points = { $number } واحد درصد
range = { $low } – { $high }
unknown = –

at-a-glance = در یک نگاه
resolved-as-promised = انجام‌شده طبق وعده
satisfied = راضی
answered = پاسخ‌داده پس از پرسش
open-concerns = دغدغه‌های هنوز باز
done-in-time = اقدام‌های به‌موقع
thanks = سپاس‌ها
retention = ماندگاری
requests = درخواست‌ها
completed-of = تکمیل‌شده: { $completed }
of-count = از { $count }

standards = آنچه وعده داده شده
no-standards = چیزی به نوشته وعده داده نشده است.
offering = خدمت
standard = استاندارد

promises = وعده‌های وفاشده
promises-note = بر پایهٔ آنچه وعده داده شده. وعده‌ای که هنوز در جریان است شمرده نمی‌شود و آنچه به دلیل دیگری پایان یافته کنار گذاشته می‌شود.
no-promises = در این دوره هیچ وعده‌ای پایان نیافت.
metric = وعده
acknowledge = دیده‌شدن توسط یک نفر
first_response = نخستین پاسخ
next_response = پاسخ بعدی
update = خبر از پیشرفت
resolve = انجام
confirm = تأیید درخواست‌کننده
ownership = واگذاری به‌موقع
kept = وفا شده
met = وعده‌های وفاشده
broken-promises = وعده‌های شکسته
running = هنوز در جریان
excluded = کنار گذاشته
change = نسبت به دورهٔ پیش

satisfaction = رضایت پس از درخواست‌ها
satisfaction-note = میزان رضایت از ۱ (اصلاً) تا ۵ (بسیار). راضی یعنی ۴ یا ۵. کسی که کار را انجام داده هر پاسخ را با درخواستش می‌بیند و این به پرسش‌شونده گفته شده است.
no-satisfaction = در این دوره کسی پاسخ نداد.
synthetic = پاسخ‌های ساختگی
synthetic-note = این پاسخ‌ها ساختگی‌اند: هیچ‌کس هرگز آن‌ها را نداده است. برای آزمایش ساخته شده‌اند و جدا شمرده می‌شوند.
score = پاسخ
count = تعداد
share = سهم
csat = راضی (۴ یا ۵)
effort = آسانی کار (۱ تا ۷)
response-rate = پاسخ دادند
asked = پرسیده‌شده
waiting = هنوز می‌توانند پاسخ دهند
expired = پاسخ ندادند

joined = رضایت، بر پایهٔ وفای به وعده
joined-note = تنها درخواست‌هایی که وعده و پاسخ داشته‌اند. اگر یکی از وعده‌های درخواستی شکسته باشد، آن درخواست شکسته شمرده می‌شود.
no-joined = هیچ درخواستِ پاسخ‌داده‌شده‌ای وعده نداشت.
all-promises = همهٔ وعده‌های درخواست
where-kept = راضی، جایی که وفا شد
where-broken = راضی، جایی که شکسته شد
difference = تفاوت

trend = دوره به دوره
trend-note = همین ارقام برای دوره‌های هم‌اندازهٔ پیشین.
from-day = دوره

deeds = دغدغه‌ها، اقدام‌ها و سپاس‌ها
what = موضوع
raised = دغدغه‌های مطرح‌شده
published = با نتیجهٔ منتشرشده
opened = اقدام‌های آغازشده
late = اقدام‌های دیرانجام
dropped = اقدام‌های رهاشده
open-actions = اقدام‌های باز در پایان
overdue = دیرکرده از میان آن‌ها
on-the-wall = سپاس‌ها روی تابلو

people = کارکنان
no-people = برای ماه‌های کامل این دوره آماری از کارکنان در دست نیست.
headcount = شمار کارکنان در آغاز نخستین ماه
joiners = پیوستند
leavers = رفتند
turnover = نرخ جابه‌جایی
people-note = نرخ جابه‌جایی: شمار رفتگان بخش بر میانگین شمار کارکنان. ماندگاری: سهم کسانی که از آغاز بودند و تا پایان ماندند.

method = چگونه باید خواند
method-note = بازه جایی است که رقم راستین با اطمینان { $confidence } در آن است: هرچه پاسخ‌ها کمتر، بازه پهن‌تر. تفاوتی که بازه‌اش صفر را در بر دارد می‌تواند تصادفی باشد. سهم‌ها بازهٔ ویلسون، تفاوت‌ها بازهٔ نیوکامب و میانگین‌ها بازهٔ استیودنت دارند. روزها به وقت UTC هستند.

surveys = نظرسنجی‌ها
no-surveys = تا آن زمان هیچ نظرسنجیِ این واحد که اجازهٔ دیدنش را داشته باشید پایان نیافته بود.
surveys-note = از هر نظرسنجی تازه‌ترین دورِ پایان‌یافته. گروه‌های خیلی کوچک هرگز نشان داده نمی‌شوند.
measure = آنچه سنجیده می‌شود
figure = رقم
favourable = در بخش بالایی
closed = بسته‌شده در { $day }
of-invited = { $answered } نفر از { $invited } نفر پاسخ دادند
quality = کیفیت
expectation = انتظار
perception = تجربه
gap = تجربه منهای انتظار
recommendation = توصیه می‌کنند (eNPS، از ‎−۱۰۰ تا ۱۰۰)
satisfaction-measure = رضایت کلی
effort-measure = آسانی کار
availability = دسترس‌پذیری
legitimacy = مشروعیت
accuracy = دقت
honesty = صداقت
speed = سرعت
cost = هزینه
participation = مشارکت
tangible-trust = اعتماد ملموس
of-quality = { $kind }: { $quality }
