# كلمات صفحة بطاقة الأداء. جمل كاملة، لا تُركَّب من أجزاء.

title = بطاقة أداء: { $department }
period = { $from } – { $to }
with-below = محسوبة معًا: { $departments }
as-of = كما هي في { $day }.
# Marks keep the sign with its number, within a range too.
percent = ‎{ $number }‎٪‎
points = { $number } نقطة
range = { $low } – { $high }
unknown = –

at-a-glance = لمحة سريعة
resolved-as-promised = أُنجز كما وُعد
satisfied = الراضون
answered = أجابوا حين سُئلوا
open-concerns = ملاحظات ما زالت مفتوحة
done-in-time = إجراءات أُنجزت في وقتها
thanks = عبارات الشكر
retention = بقوا في العمل
requests = الطلبات
completed-of = المكتمل منها: { $completed }
of-count = من { $count }

standards = ما نعد به
no-standards = لا وعود مكتوبة.
offering = الخدمة
standard = المعيار

promises = الوعود التي أُوفي بها
promises-note = بحسب ما وُعد به. الوعد الذي ما زال جاريًا لا يُحسب بعد، وما انتهى لسبب آخر يُستثنى.
no-promises = لم ينتهِ أي وعد في هذه الفترة.
metric = الوعد
acknowledge = اطّلع عليه شخص
first_response = الرد الأول
next_response = الرد التالي
update = إفادة عن التقدم
resolve = الإنجاز
confirm = تأكيد مقدّم الطلب
ownership = التحويل في الوقت المحدد
kept = أُوفي به
met = وعود أُوفي بها
broken-promises = وعود لم يُوفَ بها
running = ما زالت جارية
excluded = مستثناة
change = مقارنة بالفترة السابقة

satisfaction = الرضا بعد الطلبات
satisfaction-note = مدى رضا الناس من 1 (غير راضٍ إطلاقًا) إلى 5 (راضٍ جدًا). الراضي من أجاب بـ 4 أو 5. من أدّى العمل يرى كل إجابة مع طلبها، وقد قيل ذلك لمن سُئل.
no-satisfaction = لم يُجب أحد في هذه الفترة.
synthetic = إجابات اصطناعية
synthetic-note = هذه الإجابات اصطناعية: لم يُدلِ بها أحد قط. وُضعت للتجربة، وتُحسب منفصلة.
score = الإجابة
count = العدد
share = النسبة
csat = راضون (4 أو 5)
effort = مدى السهولة (من 1 إلى 7)
response-rate = أجابوا
asked = سُئلوا
waiting = ما زال بإمكانهم الإجابة
expired = لم يُجيبوا

joined = الرضا بحسب الوفاء بالوعد
joined-note = الطلبات التي كان لها وعد وإجابة فقط. يُعدّ الطلب مُخلَفًا إذا لم يُوفَ بأي وعد من وعوده.
no-joined = لم يكن لأي طلب أُجيب عنه وعد.
all-promises = جميع وعود الطلب
where-kept = الراضون حيث أُوفي بالوعد
where-broken = الراضون حيث لم يُوفَ به
difference = الفرق

trend = فترة بعد فترة
trend-note = الأرقام نفسها لفترات سابقة بالطول نفسه.
from-day = الفترة

deeds = الملاحظات والإجراءات والشكر
what = البند
raised = ملاحظات رُفعت
published = منها ما نُشرت نتيجته
opened = إجراءات فُتحت
late = إجراءات أُنجزت متأخرة
dropped = إجراءات أُلغيت
open-actions = إجراءات مفتوحة في النهاية
overdue = منها متأخرة
on-the-wall = عبارات شكر على اللوحة

people = العاملون
no-people = لا تتوفر أرقام عن العاملين للأشهر الكاملة من هذه الفترة.
headcount = عدد العاملين عند بداية أول شهر
joiners = انضموا
leavers = غادروا
turnover = معدل الدوران
people-note = معدل الدوران: عدد المغادرين مقسومًا على متوسط عدد العاملين. بقوا: نسبة من كانوا في البداية وظلوا حتى النهاية.

method = كيف تُقرأ هذه الصفحة
method-note = المجال هو حيث تقع القيمة الحقيقية بدرجة ثقة { $confidence }: كلما قلّت الإجابات اتسع. الفرق الذي يشمل مجاله الصفر قد يكون مصادفة. للنسب مجال ويلسون، وللفروق مجال نيوكومب، وللمتوسطات مجال ستيودنت. الأيام بالتوقيت العالمي المنسق.

surveys = الاستبيانات
no-surveys = لم ينتهِ حتى ذلك الحين استبيان لهذه الإدارة يحق لك الاطلاع عليه.
surveys-note = من كل استبيان أحدث جولة انتهت. المجموعات الصغيرة جدًا لا تُعرض أبدًا.
measure = ما يُقاس
figure = القيمة
favourable = في الجزء الأعلى
closed = أُغلق في { $day }
of-invited = أجاب { $answered } من { $invited }
quality = الجودة
expectation = المتوقع
perception = المُختبَر
gap = المُختبَر ناقص المتوقع
recommendation = يوصون بها (eNPS، من ‎−100 إلى 100)
satisfaction-measure = الرضا العام
effort-measure = مدى السهولة
availability = التوفر
legitimacy = المشروعية
accuracy = الدقة
honesty = الصدق
speed = السرعة
cost = التكلفة
participation = المشاركة
tangible-trust = الثقة الملموسة
of-quality = { $kind }: { $quality }
