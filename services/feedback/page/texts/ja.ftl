# スコアカードのページの言葉。断片をつなげず、文として書く。

title = スコアカード：{ $department }
period = { $from } ～ { $to }
with-below = まとめて集計：{ $departments }
as-of = { $day }現在。
percent = { $number }%
points = { $number }ポイント
range = { $low } ～ { $high }
unknown = –

at-a-glance = 概要
resolved-as-promised = 約束どおりに解決
satisfied = 満足
answered = 質問への回答
open-concerns = 未解決の懸念
done-in-time = 期限内に完了した改善
thanks = 感謝
retention = 定着
requests = 依頼
completed-of = 完了 { $completed } 件
of-count = { $count } 件中

standards = 約束していること
no-standards = 言葉で約束していることはありません。
offering = サービス
standard = 基準

promises = 守られた約束
promises-note = 約束の種類ごとの集計です。進行中の約束はまだ数えず、別の理由で終わったものは除いています。
no-promises = この期間に終わった約束はありません。
metric = 約束
acknowledge = 担当者による確認
first_response = 最初の返信
next_response = 次の返信
update = 進捗の連絡
resolve = 解決
confirm = 依頼者による確認
ownership = 期限内の引き継ぎ
kept = 守られた割合
met = 守られた約束
broken-promises = 破られた約束
running = 進行中
excluded = 除外
change = 前の期間との差

satisfaction = 依頼後の満足度
satisfaction-note = 満足度は 1（まったく満足していない）から 5（とても満足）まで。4 と 5 を満足とします。作業した部署は各回答を依頼とともに見ることができ、そのことは質問の際に伝えています。
no-satisfaction = この期間に回答はありません。
synthetic = 合成された回答
synthetic-note = これらの回答は合成されたもので、実際に答えた人はいません。試用のために作られ、別に集計しています。
score = 回答
count = 件数
share = 割合
csat = 満足（4 または 5）
effort = 手軽さ（1～7）
response-rate = 回答率
asked = 質問した数
waiting = 回答待ち
expired = 回答なし

joined = 約束が守られたかどうかと満足度
joined-note = 約束と回答の両方がある依頼のみ。約束が一つでも破られた依頼は、破られたものとして数えます。
no-joined = 回答のあった依頼に約束はありませんでした。
all-promises = 依頼のすべての約束
where-kept = 守られた場合の満足
where-broken = 破られた場合の満足
difference = 差

trend = 期間ごとの推移
trend-note = 同じ長さの過去の期間についての同じ数値です。
from-day = 期間

deeds = 懸念・改善・感謝
what = 項目
raised = 寄せられた懸念
published = うち結果を公表
opened = 始めた改善
late = 遅れて完了した改善
dropped = 取りやめた改善
open-actions = 期間末に継続中の改善
overdue = うち期限超過
on-the-wall = 掲示された感謝

people = 人員
no-people = この期間に含まれる丸一か月分の人員の数値はありません。
headcount = 最初の月の初めの人数
joiners = 入った人
leavers = 去った人
turnover = 離職率
people-note = 離職率：去った人数を平均人数で割ったもの。定着：初めにいた人のうち終わりまでいた割合。

method = 読み方
method-note = 範囲は、真の値が { $confidence } の信頼度で含まれるところです。回答が少ないほど広くなります。範囲に 0 を含む差は偶然かもしれません。割合にはウィルソン、差にはニューカム、平均にはスチューデントの区間を用いています。日付は UTC です。

surveys = アンケート
no-surveys = その時点までに終わった、閲覧できるこの部署のアンケートはありません。
surveys-note = 各アンケートについて、終了した最新の回です。小さすぎる集団は表示しません。
measure = 測定項目
figure = 数値
favourable = 上位の割合
closed = { $day }に終了
of-invited = { $invited } 人中 { $answered } 人が回答
quality = 品質
expectation = 期待
perception = 体験
gap = 体験と期待の差
recommendation = 推奨度（eNPS、−100～100）
satisfaction-measure = 全体の満足
effort-measure = 手軽さ
availability = 利用しやすさ
legitimacy = 正当性
accuracy = 正確さ
honesty = 誠実さ
speed = 速さ
cost = 費用
participation = 参加
tangible-trust = 目に見える信頼
of-quality = { $kind }：{ $quality }
