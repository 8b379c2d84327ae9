# The words of messages, in Vietnamese. See en.ftl for what stands where.

## What messages share

kind =
    { $kind ->
        [receipt] Xác nhận đã nhận
        [request] Yêu cầu mới
        [assignment] Được giao cho bạn
        [question] Câu hỏi
        [reply] Phản hồi
        [progress] Tiến độ
        [resolved] Chờ bạn xác nhận
        [ended] Yêu cầu đã kết thúc
        [reopened] Yêu cầu được mở lại
        [approval] Phê duyệt
        [warning] Cảnh báo
        [breach] Trễ hạn
        [retraction] Đính chính
        [escalation] Chuyển lên cấp trên
        [concern] Mối lo ngại
        [role] Vai trò
        [standards] Tiêu chuẩn phục vụ
        [announcement] Thông báo
        [survey] Xin ý kiến
        [thanks] Lời cảm ơn
        [improvement] Bạn góp ý, chúng tôi thực hiện
        [action] Việc cải tiến
       *[digest] Bản tổng hợp
    }
group-subject = { kind } ({ $count })
group-about-subject = { kind } ({ $count }): { $title }
group-body = Bạn vừa nhận được { $count } tin trong thời gian ngắn:
more = Và { $count } tin khác.
open = Mở trong Khidma
answer = Trả lời tại đây, không cần đăng nhập
why = Bạn nhận được tin này vì bạn có liên quan đến nội dung hoặc đang theo dõi nội dung đó.
unsubscribe = Ngừng nhận loại tin này
zone = Mọi mốc thời gian đều theo múi giờ { $zone }.
utc = { $moment } (giờ UTC)
hours = { $count } giờ
minutes = { $count } phút
duration = { $large } { $small }

# What a clock measures: “thời hạn …”.
metric =
    { $metric ->
        [acknowledge] xác nhận đã xem
        [first_response] phản hồi đầu tiên
        [next_response] phản hồi tiếp theo
        [update] cập nhật tiếp theo
        [resolve] giải quyết
        [confirm] giải quyết và được xác nhận
       *[ownership] xử lý tại bộ phận
    }

## To who asked

receipt-subject = Đã nhận: { $title }
receipt-line = { $provider } đã nhận được yêu cầu “{ $title }” của bạn.
receipt-body =
    { $provider } đã nhận được yêu cầu “{ $title }” của bạn. Bạn sẽ được báo ngay khi có người tiếp nhận xử lý.
    .standard =
        Bạn có thể trông đợi:

        { $standard }

question-subject = Câu hỏi dành cho bạn: { $title }
question-line = { $provider } hỏi về “{ $title }”: { $question }
question-body =
    Để tiếp tục xử lý “{ $title }”, { $provider } cần bạn trả lời:

    { $question }

    Công việc đang chờ câu trả lời của bạn.

progress-title =
    { $step ->
        [acknowledged] Đã xem
        [started] Bắt đầu xử lý
        [resumed] Tiếp tục xử lý
        [transferred] Đã chuyển tiếp
        [prioritised] Thay đổi mức ưu tiên
        [approved] Đã được phê duyệt
       *[task_done] Xong thêm một bước
    }
progress-subject = { progress-title }: { $title }
progress-line =
    { $step ->
        [acknowledged] { $by } đã xem “{ $title }” và sẽ lo việc này.
        [started] { $by } đã bắt đầu xử lý “{ $title }”.
        [resumed] { $by } đã tiếp tục xử lý “{ $title }”.
        [transferred] { $by } đã chuyển “{ $title }” sang nơi khác.
        [prioritised] { $by } đã thay đổi mức ưu tiên của “{ $title }”.
        [approved] { $by } đã phê duyệt “{ $title }”.
       *[task_done] { $by } đã hoàn thành một công việc thuộc “{ $title }”.
    }
progress-body =
    { progress-line }

    Bạn không cần làm gì thêm.
    .detail = Chi tiết: { $detail }

resolved-subject = Vui lòng xác nhận: { $title }
resolved-line = { $provider } đã giải quyết “{ $title }”. Vui lòng xác nhận hoặc mở lại yêu cầu.
resolved-body =
    { $provider } đã giải quyết “{ $title }”:

    { $outcome }

    Mọi việc đã đúng như bạn cần chưa? Nếu rồi, vui lòng xác nhận. Nếu còn thiếu điều gì, vui lòng mở lại yêu cầu và cho biết điều còn thiếu.
    .closes = Nếu chúng tôi không nhận được tin từ bạn, yêu cầu sẽ tự động đóng vào { $closes }.

concern-subject = Kết quả xem xét mối lo ngại: { $title }
concern-line =
    { $acted ->
        [yes] Mối lo ngại “{ $title }” đã được xử lý.
       *[no] Mối lo ngại “{ $title }” đã được xem xét; không có thay đổi nào.
    }
concern-found =
    { $acted ->
        [yes] Bạn cũng đã nêu mối lo ngại “{ $title }”. Việc này đã được xử lý như sau:
       *[no] Bạn cũng đã nêu mối lo ngại “{ $title }”. Việc này đã được xem xét nhưng không có thay đổi nào, vì lý do sau:
    }
concern-body =
    { concern-found }

    { $outcome }

    Cảm ơn bạn đã lên tiếng.

## To both sides

reply-subject = Phản hồi mới: { $title }
reply-line = { $by } viết về “{ $title }”: { $text }
reply-body =
    { $by } đã viết về “{ $title }”:

    { $text }

ended-title =
    { $how ->
        [confirmed] Đã xác nhận
        [auto_closed] Đã đóng
        [declined] Bị từ chối
        [cancelled] Đã hủy
        [merged] Đã gộp
       *[rejected] Không được phê duyệt
    }
ended-subject = { ended-title }: { $title }
ended-line =
    { $how ->
        [confirmed] “{ $title }” đã được xác nhận và đã đóng.
        [auto_closed] “{ $title }” đã tự động đóng vì không có ai phản đối trong thời hạn.
        [declined] “{ $title }” đã bị từ chối.
        [cancelled] “{ $title }” đã bị hủy.
        [merged] “{ $title }” đã được gộp vào một yêu cầu khác và được tiếp tục tại đó.
       *[rejected] “{ $title }” không được phê duyệt và đã đóng.
    }
ended-with =
    { $how ->
        [confirmed] Kèm nhận xét:
        [auto_closed] Lý do:
        [declined] Lý do:
        [cancelled] Lý do:
        [merged] Lý do:
       *[rejected] Lý do:
    }
ended-body =
    { ended-line }
    .reason =
        { ended-with }

        { $reason }

## To who does it

request-subject = Yêu cầu mới: { $title }
request-line = { $requester } gửi yêu cầu “{ $title }” đến { $provider }.
request-body =
    { $requester } đã gửi yêu cầu “{ $title }” đến { $provider }.

    Vui lòng xác nhận đã xem để { $requester } biết yêu cầu đã được ghi nhận.

assignment-subject = Giao cho bạn: { $title }
assignment-line = { $by } đã giao “{ $title }” cho bạn.
assignment-body =
    { $by } đã giao “{ $title }” cho bạn. Người yêu cầu: { $requester }.

    Vui lòng xác nhận đã xem để { $requester } biết đã có người lo việc này.

reopened-subject = Đã mở lại: { $title }
reopened-line = { $by } đã mở lại “{ $title }”: { $reason }
reopened-body =
    { $by } đã mở lại “{ $title }” vì vẫn còn thiếu sót:

    { $reason }

    Vui lòng tiếp tục xử lý.

approval-subject = Cần bạn phê duyệt: { $title }
approval-line = “{ $title }” của { $requester } đang chờ bạn phê duyệt ({ $step }).
approval-body =
    { $requester } đã gửi yêu cầu “{ $title }”. Yêu cầu đang chờ bạn phê duyệt ở bước “{ $step }”.

    Vui lòng phê duyệt, hoặc từ chối và nêu lý do.

## What clocks say

warning-subject = Sắp hết hạn: { $title }
warning-line = “{ $title }”: đã qua { $percent }% thời hạn { metric }.
warning-body =
    { $provider } đã cam kết thời hạn cho “{ $title }”. Đã qua { $percent }% thời hạn { metric }.

    Vui lòng xử lý ngay để kịp thời hạn đã cam kết.
    .due = Hạn chót: { $due }.
    .left = Thời gian còn lại: { $left }.

breach-subject = Trễ hạn: { $title }
breach-line = “{ $title }”: đã hết thời hạn { metric }.
breach-body =
    { $provider } đã không giữ được cam kết về “{ $title }”: thời hạn { metric } đã kết thúc vào { $at }.

retraction-subject = Thực ra đã kịp thời hạn: { $title }
retraction-line = “{ $title }”: thực ra vẫn kịp thời hạn { metric }.
retraction-body =
    Bạn đã được báo rằng { $provider } trễ hạn đối với “{ $title }”. Điều đó không đúng: thời hạn { metric } đã được bảo đảm.

    Vui lòng bỏ qua tin trước đó.

escalation-why =
    { $level ->
        [0] Bạn nhận được tin này vì quy định về mức độ dịch vụ nêu tên bạn.
       *[other] Bạn nhận được tin này vì đến nay chưa có ai xác nhận đã xem. Việc này đã được chuyển lên { $level } cấp.
    }
escalation-subject = Chuyển lên cấp trên: { $title }
escalation-line = “{ $title }” tại { $provider } cần bạn can thiệp: thời hạn { metric } (bước { $step }).
escalation-body =
    “{ $title }” tại { $provider } cần bạn can thiệp. Vấn đề là thời hạn { metric }, và đây là bước { $step } trong quy trình chuyển cấp.

    { escalation-why }

    Vui lòng xác nhận đã xem, nếu không việc này sẽ được chuyển lên cấp cao hơn. Mã chuyển cấp: { $escalation }
    .due = Hạn chót: { $due }.

## What the house says

role-subject = Vui lòng xác nhận vai trò của bạn: { $role }
role-line = Vui lòng đọc và xác nhận bản mô tả vai trò “{ $role }” của bạn.
role-body =
    Vai trò “{ $role }” của bạn có nội dung như sau (phiên bản { $revision } của bản mô tả):

    { $description }

    Vui lòng đọc và xác nhận. Nếu nội dung không đúng với việc bạn làm, vui lòng báo cho người quản lý của bạn.

standards-subject = Tiêu chuẩn phục vụ của { $department }
standards-line = Nhắc lại tiêu chuẩn phục vụ của { $department }.
standards-body =
    Đây là điều { $department } cam kết với mọi người có yêu cầu:

    { $standards }

    Cảm ơn bạn đã giữ đúng những cam kết này.

announcement-subject = { $department }: { $title }
announcement-line = { $department }: { $title }
announcement-body =
    Thông báo của { $department }: { $title }

    { $text }

## What is heard, and what comes of it

survey-subject =
    { $asked ->
        [question] Bạn có hài lòng không? { $title }
        [question_again] Nhắc lại – bạn có hài lòng không? { $title }
        [survey] Xin ý kiến của bạn: { $title }
       *[survey_again] Nhắc lại – xin ý kiến của bạn: { $title }
    }
survey-line =
    { $asked ->
        [question] { $provider } muốn biết bạn hài lòng đến mức nào với “{ $title }”.
        [question_again] { $provider } vẫn mong được biết bạn hài lòng đến mức nào với “{ $title }”.
        [survey] { $provider } xin ý kiến của bạn trong khảo sát “{ $title }”.
       *[survey_again] { $provider } vẫn mong nhận được ý kiến của bạn trong khảo sát “{ $title }”.
    }
survey-how =
    { $asked ->
        [question] Chỉ mất chưa đến một phút. { $provider } sẽ thấy câu trả lời của bạn cùng với yêu cầu.
        [question_again] Chỉ mất chưa đến một phút. { $provider } sẽ thấy câu trả lời của bạn cùng với yêu cầu. Chúng tôi sẽ không nhắc lại nữa.
        [survey] Bạn trả lời trong Khidma. Trước khi bắt đầu, bạn sẽ được biết ai xem được câu trả lời của mình.
       *[survey_again] Bạn trả lời trong Khidma. Trước khi bắt đầu, bạn sẽ được biết ai xem được câu trả lời của mình.
    }
survey-body =
    { survey-line }

    { survey-how }
    .until = Bạn có thể trả lời đến { $until }.
    .round = Mã khảo sát: { $round }

thanks-subject = Lời cảm ơn từ { $by }
thanks-line = { $by } cảm ơn bạn: { $text }
thanks-body =
    { $by } gửi lời cảm ơn đến bạn:

    { $text }
    .title = Về “{ $title }”.

improvement-subject = Bạn góp ý, chúng tôi thực hiện: { $department }
improvement-line = { $department } đã thay đổi sau khi nhận được góp ý: { $you_said }
improvement-body =
    Bạn đã góp ý:

    { $you_said }

    { $department } đã thực hiện:

    { $we_did }

    Cảm ơn tất cả những ai đã lên tiếng. Tin này được gửi đến mọi người có liên quan.

action-subject =
    { $state ->
        [assigned] Việc cải tiến giao cho bạn: { $title }
       *[overdue] Quá hạn: { $title }
    }
action-line =
    { $state ->
        [assigned] Bạn chịu trách nhiệm về việc cải tiến “{ $title }” tại { $department }, hạn chót { $due }.
       *[overdue] Việc cải tiến “{ $title }” tại { $department } đã quá hạn { $due } mà chưa xong.
    }
action-ask =
    { $state ->
        [assigned] Vui lòng bắt đầu kịp thời và báo khi hoàn thành để những người đã góp ý được biết.
       *[overdue] Vui lòng báo khi hoàn thành, hoặc dời hạn hay dừng việc này và nêu lý do.
    }
action-body =
    { action-line }

    { action-ask }

digest-subject = Bản tổng hợp của bạn: { $count } tin
digest-line = { digest-subject }
digest-body = Bạn có { $count } tin kể từ bản tổng hợp trước:
