# The words of messages, in English. What a text may speak of stands in `src/args.rs`.
# A paragraph that is nothing but a variable is shown as a quotation. An attribute of a body is added to it, as a paragraph of
# its own, where the message has what the attribute is named for.

## What messages share

kind =
    { $kind ->
        [receipt] Receipts
        [request] New requests
        [assignment] Assignments
        [question] Questions
        [reply] Replies
        [progress] Progress
        [resolved] To be confirmed
        [ended] Ended requests
        [reopened] Reopened requests
        [approval] Approvals
        [warning] Warnings
        [breach] Broken promises
        [retraction] Corrections
        [escalation] Escalations
        [concern] Concerns
        [role] Roles
        [standards] Standards
        [announcement] Announcements
        [survey] Surveys
        [thanks] Thanks
        [improvement] You said, we did
        [action] Improvements to make
       *[digest] Digests
    }
group-subject = { kind } ({ $count })
group-about-subject = { kind } ({ $count }): { $title }
group-body =
    { $count ->
        [one] One message came for you:
       *[other] { $count } messages came for you shortly after each other:
    }
more =
    { $count ->
        [one] And one more.
       *[other] And { $count } more.
    }
open = Open in Khidma
answer = Answer here, without signing in
why = You get this message because you have a part in what it is about, or because you follow it.
unsubscribe = Stop messages of this kind
zone = All times are those of { $zone }.
utc = { $moment } (UTC)
hours =
    { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
minutes =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
duration = { $large } { $small }

# What a clock measures: “the time for …”.
metric =
    { $metric ->
        [acknowledge] the acknowledgement
        [first_response] the first response
        [next_response] the next response
        [update] the next update
        [resolve] the resolution
        [confirm] the confirmed resolution
       *[ownership] the department’s own part
    }

## To who asked

receipt-subject = Received: { $title }
receipt-line = { $provider } has received your request “{ $title }”.
receipt-body =
    { $provider } has received your request “{ $title }”. You will be told as soon as somebody takes it up.
    .standard =
        What you can expect:

        { $standard }

question-subject = A question for you: { $title }
question-line = { $provider } asks about “{ $title }”: { $question }
question-body =
    To go on with “{ $title }”, { $provider } needs something from you:

    { $question }

    The work waits for your answer.

progress-title =
    { $step ->
        [acknowledged] Acknowledged
        [started] Work has begun
        [resumed] Work goes on
        [transferred] Passed on
        [prioritised] New priority
        [approved] Approved
       *[task_done] One step further
    }
progress-subject = { progress-title }: { $title }
progress-line =
    { $step ->
        [acknowledged] { $by } has seen “{ $title }” and will take care of it.
        [started] { $by } has begun to work on “{ $title }”.
        [resumed] { $by } is working on “{ $title }” again.
        [transferred] { $by } has passed “{ $title }” on.
        [prioritised] { $by } has given “{ $title }” another priority.
        [approved] { $by } has approved “{ $title }”.
       *[task_done] { $by } has completed a task of “{ $title }”.
    }
progress-body =
    { progress-line }

    You need not do anything.
    .detail = More about it: { $detail }

resolved-subject = Please confirm: { $title }
resolved-line = { $provider } has resolved “{ $title }”. Please confirm it, or reopen it.
resolved-body =
    { $provider } has resolved “{ $title }”:

    { $outcome }

    Is everything as you need it? Then please confirm it. If something is missing, reopen the request and say what.
    .closes = If we hear nothing from you, it closes by itself on { $closes }.

concern-subject = What became of a concern: { $title }
concern-line =
    { $acted ->
        [yes] Something was done about the concern “{ $title }”.
       *[no] The concern “{ $title }” was looked into; nothing was changed.
    }
concern-found =
    { $acted ->
        [yes] You raised the concern “{ $title }”, too. Something was done about it:
       *[no] You raised the concern “{ $title }”, too. It was looked into, and nothing was changed, for this reason:
    }
concern-body =
    { concern-found }

    { $outcome }

    Thank you for speaking up.

## To both sides

reply-subject = New reply: { $title }
reply-line = { $by } about “{ $title }”: { $text }
reply-body =
    { $by } has written about “{ $title }”:

    { $text }

ended-title =
    { $how ->
        [confirmed] Confirmed
        [auto_closed] Closed
        [declined] Declined
        [cancelled] Cancelled
        [merged] Merged
       *[rejected] Not approved
    }
ended-subject = { ended-title }: { $title }
ended-line =
    { $how ->
        [confirmed] “{ $title }” was confirmed and is closed.
        [auto_closed] “{ $title }” was closed automatically, as nobody objected in time.
        [declined] “{ $title }” was declined.
        [cancelled] “{ $title }” was cancelled.
        [merged] “{ $title }” was merged into another request, where it goes on.
       *[rejected] “{ $title }” was not approved and is closed.
    }
ended-with =
    { $how ->
        [confirmed] With this comment:
        [auto_closed] The reason given:
        [declined] The reason given:
        [cancelled] The reason given:
        [merged] The reason given:
       *[rejected] The reason given:
    }
ended-body =
    { ended-line }
    .reason =
        { ended-with }

        { $reason }

## To who does it

request-subject = New request: { $title }
request-line = { $requester } asks { $provider } for “{ $title }”.
request-body =
    { $requester } has asked { $provider } for “{ $title }”.

    Please acknowledge it, so that { $requester } knows that it has been seen.

assignment-subject = Assigned to you: { $title }
assignment-line = { $by } has assigned “{ $title }” to you.
assignment-body =
    { $by } has assigned “{ $title }” to you. The request comes from { $requester }.

    Please acknowledge it, so that { $requester } knows that somebody takes care of it.

reopened-subject = Reopened: { $title }
reopened-line = { $by } has reopened “{ $title }”: { $reason }
reopened-body =
    { $by } has reopened “{ $title }”, because something is still missing:

    { $reason }

    Please take it up again.

approval-subject = Your approval is needed: { $title }
approval-line = “{ $title }” by { $requester } waits for your approval ({ $step }).
approval-body =
    { $requester } asks for “{ $title }”. The request waits for your approval, in the step “{ $step }”.

    Please approve it, or reject it and say why.

## What clocks say

warning-subject = Time is running out: { $title }
warning-line = “{ $title }”: { $percent }% of the time for { metric } has passed.
warning-body =
    { $provider } has promised a time for “{ $title }”. Of the time for { metric }, { $percent }% has passed.

    Please see to it now, so that the promise is kept.
    .due = It is due by { $due }.
    .left = Time left: { $left }.

breach-subject = Promise broken: { $title }
breach-line = “{ $title }”: the time for { metric } has run out.
breach-body =
    The time that { $provider } had promised for “{ $title }” has run out: the time for { metric } ended on { $at }.

retraction-subject = In time after all: { $title }
retraction-line = “{ $title }”: { metric } was in time after all.
retraction-body =
    You were told that { $provider } had broken a promise for “{ $title }”. That was not so: { metric } was in time.

    Please disregard the earlier message.

escalation-why =
    { $level ->
        [0] You get this because the service level’s rules name you.
        [one] You get this because nobody acknowledged it so far. It has climbed one level up the reporting line.
       *[other] You get this because nobody acknowledged it so far. It has climbed { $level } levels up the reporting line.
    }
escalation-subject = Escalation: { $title }
escalation-line = “{ $title }” at { $provider } needs you: the time for { metric } (step { $step }).
escalation-body =
    “{ $title }” at { $provider } needs your attention. It is about the time for { metric }, and this is step { $step } of the escalation.

    { escalation-why }

    Please acknowledge it, or it will be passed on. The escalation’s number: { $escalation }
    .due = Due: { $due }.

## What the house says

role-subject = Please confirm your role: { $role }
role-line = Please read and confirm the description of your role “{ $role }”.
role-body =
    This is what your role “{ $role }” means (revision { $revision } of its description):

    { $description }

    Please read it and confirm it. If it is not what you do, please tell whoever leads you.

standards-subject = The standards of { $department }
standards-line = A reminder of the standards of { $department }.
standards-body =
    This is what { $department } promises to everybody who asks it for something:

    { $standards }

    Thank you for keeping these promises.

announcement-subject = { $department }: { $title }
announcement-line = { $department }: { $title }
announcement-body =
    { $department } announces: { $title }

    { $text }

## What is heard, and what comes of it

survey-subject =
    { $asked ->
        [question] How did it go? { $title }
        [question_again] A reminder – how did it go? { $title }
        [survey] Your opinion, please: { $title }
       *[survey_again] A reminder – your opinion, please: { $title }
    }
survey-line =
    { $asked ->
        [question] { $provider } asks how satisfied you are with “{ $title }”.
        [question_again] { $provider } still hopes to hear how satisfied you are with “{ $title }”.
        [survey] { $provider } asks for your opinion in the survey “{ $title }”.
       *[survey_again] { $provider } still hopes for your opinion in the survey “{ $title }”.
    }
survey-how =
    { $asked ->
        [question] It takes less than a minute. { $provider } sees what you answer, together with your request.
        [question_again] It takes less than a minute. { $provider } sees what you answer, together with your request. You will not be reminded again.
        [survey] You answer in Khidma. There it says, before you begin, who will see what you answer.
       *[survey_again] You answer in Khidma. There it says, before you begin, who will see what you answer.
    }
survey-body =
    { survey-line }

    { survey-how }
    .until = You can answer until { $until }.
    .round = The survey’s number: { $round }

thanks-subject = Thanks from { $by }
thanks-line = { $by } thanks you: { $text }
thanks-body =
    { $by } thanks you:

    { $text }
    .title = It is about “{ $title }”.

improvement-subject = You said, we did: { $department }
improvement-line = { $department } has changed something after it was said: { $you_said }
improvement-body =
    You said:

    { $you_said }

    This is what { $department } has done:

    { $we_did }

    Thank you to everybody who spoke. This message goes to all whom it concerns.

action-subject =
    { $state ->
        [assigned] Yours to improve: { $title }
       *[overdue] Overdue: { $title }
    }
action-line =
    { $state ->
        [assigned] You answer for the improvement “{ $title }” at { $department }, due on { $due }.
       *[overdue] The improvement “{ $title }” at { $department } was due on { $due } and is not done.
    }
action-ask =
    { $state ->
        [assigned] Please begin in time, and say when it is done, so that those who spoke can be told.
       *[overdue] Please say when it is done, give it another date and say why, or drop it and say why.
    }
action-body =
    { action-line }

    { action-ask }

digest-subject =
    { $count ->
        [one] Your digest: one message
       *[other] Your digest: { $count } messages
    }
digest-line = { digest-subject }
digest-body =
    { $count ->
        [one] One message has come for you since your last digest:
       *[other] { $count } messages have come for you since your last digest:
    }
