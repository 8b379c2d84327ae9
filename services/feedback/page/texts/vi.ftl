# Lời của trang bảng điểm. Câu trọn vẹn, không ghép từ các mảnh.

title = Bảng điểm: { $department }
period = { $from } – { $to }
with-below = Tính chung: { $departments }
as-of = Tính đến { $day }.
percent = { $number } %
points = { $number } điểm phần trăm
range = { $low } – { $high }
unknown = –

at-a-glance = Nhìn nhanh
resolved-as-promised = Giải quyết đúng cam kết
satisfied = Hài lòng
answered = Trả lời khi được hỏi
open-concerns = Mối lo ngại còn mở
done-in-time = Hành động xong đúng hạn
thanks = Lời cảm ơn
retention = Ở lại
requests = Yêu cầu
completed-of = { $completed } đã hoàn tất
of-count = trong { $count }

standards = Điều được cam kết
no-standards = Không có cam kết bằng lời.
offering = Dịch vụ
standard = Tiêu chuẩn

promises = Cam kết được giữ
promises-note = Theo điều đã cam kết. Cam kết đang chạy chưa được tính; cam kết kết thúc vì lý do khác được bỏ ra ngoài.
no-promises = Không có cam kết nào kết thúc trong kỳ này.
metric = Cam kết
acknowledge = Đã có người xem
first_response = Trả lời đầu tiên
next_response = Trả lời tiếp theo
update = Báo tiến độ
resolve = Giải quyết
confirm = Người yêu cầu xác nhận
ownership = Chuyển giao đúng hạn
kept = Giữ được
met = Cam kết giữ được
broken-promises = Cam kết không giữ được
running = Đang chạy
excluded = Bỏ ra ngoài
change = So với kỳ trước

satisfaction = Sự hài lòng sau yêu cầu
satisfaction-note = Mức hài lòng từ 1 (hoàn toàn không) đến 5 (rất hài lòng). Hài lòng nghĩa là 4 hoặc 5. Người làm việc thấy từng câu trả lời cùng yêu cầu của nó, và người được hỏi đã được cho biết điều đó.
no-satisfaction = Không ai trả lời trong kỳ này.
synthetic = Câu trả lời giả lập
synthetic-note = Những câu trả lời này là giả lập: chưa ai từng đưa ra. Chúng được tạo ra để thử nghiệm và được tính riêng.
score = Câu trả lời
count = Số lượng
share = Tỷ lệ
csat = Hài lòng (4 hoặc 5)
effort = Mức dễ dàng (1 đến 7)
response-rate = Đã trả lời
asked = Được hỏi
waiting = Còn có thể trả lời
expired = Không trả lời

joined = Sự hài lòng, theo việc cam kết có được giữ
joined-note = Chỉ những yêu cầu có cam kết và có câu trả lời. Một yêu cầu bị coi là không giữ nếu có bất kỳ cam kết nào không được giữ.
no-joined = Không yêu cầu nào được trả lời có cam kết.
all-promises = Mọi cam kết của yêu cầu
where-kept = Hài lòng khi giữ được
where-broken = Hài lòng khi không giữ được
difference = Chênh lệch

trend = Qua từng kỳ
trend-note = Cùng các con số cho những kỳ trước có cùng độ dài.
from-day = Kỳ

deeds = Mối lo ngại, hành động và lời cảm ơn
what = Mục
raised = Mối lo ngại được nêu
published = đã công bố kết quả
opened = Hành động được mở
late = Hành động xong trễ
dropped = Hành động bị bỏ
open-actions = Hành động còn mở lúc cuối kỳ
overdue = trong đó quá hạn
on-the-wall = Lời cảm ơn trên bảng

people = Nhân sự
no-people = Không có số liệu nhân sự cho các tháng trọn vẹn của kỳ này.
headcount = Số người khi tháng đầu bắt đầu
joiners = Vào làm
leavers = Rời đi
turnover = Tỷ lệ biến động
people-note = Tỷ lệ biến động: số người rời đi chia cho số người trung bình. Ở lại: phần những người có mặt lúc đầu vẫn còn đến cuối.

method = Cách đọc trang này
method-note = Khoảng là nơi con số thật nằm với độ tin cậy { $confidence }: càng ít câu trả lời thì càng rộng. Chênh lệch có khoảng chứa 0 có thể là ngẫu nhiên. Tỷ lệ dùng khoảng Wilson, chênh lệch dùng khoảng Newcombe, trung bình dùng khoảng Student. Ngày tính theo UTC.

surveys = Khảo sát
no-surveys = Đến lúc đó chưa có khảo sát nào của bộ phận này mà bạn được xem đã kết thúc.
surveys-note = Mỗi khảo sát lấy đợt mới nhất đã kết thúc. Nhóm quá nhỏ không bao giờ được hiển thị.
measure = Điều được đo
figure = Con số
favourable = Ở phần trên của thang
closed = Kết thúc ngày { $day }
of-invited = { $answered } trong { $invited } người đã trả lời
quality = Chất lượng
expectation = Kỳ vọng
perception = Trải nghiệm
gap = Trải nghiệm trừ kỳ vọng
recommendation = Sẽ giới thiệu (eNPS, −100 đến 100)
satisfaction-measure = Hài lòng chung
effort-measure = Mức dễ dàng
availability = sẵn có
legitimacy = chính danh
accuracy = chính xác
honesty = trung thực
speed = nhanh chóng
cost = chi phí
participation = tham gia
tangible-trust = niềm tin hữu hình
of-quality = { $kind }: { $quality }
