# The words of a scorecard's page. Whole sentences, never put together from parts.

title = Scorecard: { $department }
period = { $from } – { $to }
with-below = Counted together: { $departments }
as-of = As of { $day }.
percent = { $number } %
points = { $number } points
range = { $low } – { $high }
unknown = –

at-a-glance = At a glance
resolved-as-promised = Resolved as promised
satisfied = Satisfied
answered = Answered when asked
open-concerns = Concerns still open
done-in-time = Actions done in time
thanks = Thanks
retention = Stayed
requests = Requests
completed-of = { $completed } completed
of-count = of { $count }

standards = What is promised
no-standards = Nothing is promised in words.
offering = Service
standard = Standard

promises = Promises kept
promises-note = By what was promised. A promise that is still running is not counted yet; one that ended for another reason is left out.
no-promises = No promise ended in this period.
metric = Promise
acknowledge = Seen by a person
first_response = First reply
next_response = Next reply
update = Word of progress
resolve = Resolved
confirm = Confirmed by who asked
ownership = Passed on in time
kept = Kept
met = Kept promises
broken-promises = Broken promises
running = Still running
excluded = Left out
change = Against the period before

satisfaction = Satisfaction after requests
satisfaction-note = How satisfied people were, from 1 (not at all) to 5 (very). Satisfied means 4 or 5. Who did the work sees each answer with its request, and whoever was asked was told so.
no-satisfaction = Nobody answered in this period.
synthetic = Synthetic answers
synthetic-note = These answers are synthetic: nobody ever gave them. They were made up to try things out, and are counted apart.
score = Answer
count = How many
share = Share
csat = Satisfied (4 or 5)
effort = How easy it was (1 to 7)
response-rate = Answered
asked = Asked
waiting = Can still answer
expired = Did not answer

joined = Satisfaction, by whether the promise was kept
joined-note = Only requests that had a promise and an answer. A request counts as broken if any of its promises was.
no-joined = No answered request had a promise.
all-promises = All promises of the request
where-kept = Satisfied where kept
where-broken = Satisfied where broken
difference = Difference

trend = Period by period
trend-note = The same figures for periods of the same length before this one.
from-day = Period

deeds = Concerns, actions and thanks
what = What
raised = Concerns raised
published = with their outcome published
opened = Actions opened
late = Actions done late
dropped = Actions dropped
open-actions = Actions open at the end
overdue = of them overdue
on-the-wall = Thanks on the wall

people = People
no-people = No figures of people are known for the whole months of this period.
headcount = Headcount when the first month began
joiners = Joined
leavers = Left
turnover = Turnover
people-note = Turnover: who left, divided by the mean headcount. Stayed: the part of those there at the beginning who were there at the end.

method = How to read this
method-note = A range is where the true figure lies with a confidence of { $confidence }: the fewer answers, the wider it is. A difference whose range holds 0 may be chance. Shares have Wilson's interval, differences Newcombe's, means Student's. Days are those of UTC.

surveys = Surveys
no-surveys = No survey of this department that you may see was over by then.
surveys-note = Of each survey its newest round that was over. Groups that are too small are never shown.
measure = What is measured
figure = Figure
favourable = In the upper part
closed = Closed on { $day }
of-invited = { $answered } of { $invited } answered
quality = Quality
expectation = Expected
perception = Experienced
gap = Experienced less expected
recommendation = Would recommend it (eNPS, −100 to 100)
satisfaction-measure = Satisfied in all
effort-measure = How easy it was
availability = availability
legitimacy = legitimacy
accuracy = accuracy
honesty = honesty
speed = speed
cost = cost
participation = participation
tangible-trust = tangible trust
of-quality = { $kind }: { $quality }
