# The words of messages, in Japanese. See en.ftl for what stands where.

## What messages share

kind =
    { $kind ->
        [receipt] 受付のお知らせ
        [request] 新しい依頼
        [assignment] 担当の割り当て
        [question] 質問
        [reply] 返信
        [progress] 進捗
        [resolved] ご確認待ち
        [ended] 終了した依頼
        [reopened] 再開された依頼
        [approval] 承認
        [warning] 期限の警告
        [breach] 期限超過
        [retraction] 訂正
        [escalation] エスカレーション
        [concern] 懸念事項
        [role] 役割
        [standards] サービス基準
        [announcement] お知らせ
        [survey] アンケート
        [thanks] 感謝の言葉
        [improvement] お声への対応
        [action] 改善の取り組み
       *[digest] まとめ
    }
group-subject = { kind }（{ $count }件）
group-about-subject = { kind }（{ $count }件）：{ $title }
group-body = 短い間に{ $count }件のお知らせが届きました。
more = ほかに{ $count }件あります。
open = Khidmaで開く
answer = こちらから回答できます（ログイン不要）
why = このお知らせは、内容に関わりのある方、またはフォローしている方にお送りしています。
unsubscribe = この種類のお知らせを停止する
zone = 時刻はすべて{ $zone }の時刻です。
utc = { $moment }（UTC）
hours = { $count }時間
minutes = { $count }分
duration = { $large }{ $small }

# What a clock measures: 「…の期限」.
metric =
    { $metric ->
        [acknowledge] 受付確認
        [first_response] 最初の回答
        [next_response] 次の回答
        [update] 次の経過報告
        [resolve] 解決
        [confirm] 解決の確認
       *[ownership] 部署内の対応
    }

## To who asked

receipt-subject = 受け付けました：{ $title }
receipt-line = { $provider }がご依頼「{ $title }」を受け付けました。
receipt-body =
    { $provider }がご依頼「{ $title }」を受け付けました。担当者が内容を確認しましたら、お知らせします。
    .standard =
        対応の目安は次のとおりです。

        { $standard }

question-subject = お伺いしたいことがあります：{ $title }
question-line = 「{ $title }」について{ $provider }からの質問：{ $question }
question-body =
    「{ $title }」の対応を進めるために、{ $provider }からお伺いしたいことがあります。

    { $question }

    ご回答をいただくまで、作業を止めてお待ちしています。

progress-title =
    { $step ->
        [acknowledged] 依頼を確認しました
        [started] 対応を開始しました
        [resumed] 対応を再開しました
        [transferred] 引き継ぎました
        [prioritised] 優先度が変わりました
        [approved] 承認されました
       *[task_done] 作業が一つ完了しました
    }
progress-subject = { progress-title }：{ $title }
progress-line =
    { $step ->
        [acknowledged] 「{ $title }」の内容を確認しました。これから対応します（確認者：{ $by }）。
        [started] 「{ $title }」の対応を開始しました（担当：{ $by }）。
        [resumed] 「{ $title }」の対応を再開しました（担当：{ $by }）。
        [transferred] 「{ $title }」を別の担当に引き継ぎました（引き継ぎ元：{ $by }）。
        [prioritised] 「{ $title }」の優先度を変更しました（変更者：{ $by }）。
        [approved] 「{ $title }」が承認されました（{ $by }）。
       *[task_done] 「{ $title }」の作業が一つ完了しました（{ $by }）。
    }
progress-body =
    { progress-line }

    お手続きは必要ありません。
    .detail = 詳細：{ $detail }

resolved-subject = ご確認ください：{ $title }
resolved-line = { $provider }が「{ $title }」の対応を完了しました。完了の確認、または再開をお願いします。
resolved-body =
    { $provider }が「{ $title }」の対応を完了しました。

    { $outcome }

    ご希望どおりでしたら、完了の確認をお願いします。不足がありましたら、内容を添えて依頼を再開してください。
    .closes = ご連絡がない場合、この依頼は{ $closes }に自動的に終了します。

concern-subject = 懸念事項の結果：{ $title }
concern-line =
    { $acted ->
        [yes] 懸念事項「{ $title }」について対応が行われました。
       *[no] 懸念事項「{ $title }」を検討しましたが、変更は行われませんでした。
    }
concern-found =
    { $acted ->
        [yes] あなたからもお寄せいただいた懸念事項「{ $title }」について、次のとおり対応が行われました。
       *[no] あなたからもお寄せいただいた懸念事項「{ $title }」を検討しましたが、次の理由により変更は行われませんでした。
    }
concern-body =
    { concern-found }

    { $outcome }

    声を上げていただき、ありがとうございました。

## To both sides

reply-subject = 新しい返信：{ $title }
reply-line = 「{ $title }」について{ $by }さんより：{ $text }
reply-body =
    「{ $title }」について、{ $by }さんからのメッセージです。

    { $text }

ended-title =
    { $how ->
        [confirmed] 完了が確認されました
        [auto_closed] 終了しました
        [declined] お受けできませんでした
        [cancelled] 取り消されました
        [merged] 統合されました
       *[rejected] 承認されませんでした
    }
ended-subject = { ended-title }：{ $title }
ended-line =
    { $how ->
        [confirmed] 「{ $title }」は完了が確認され、終了しました。
        [auto_closed] 「{ $title }」は期限内に異議がなかったため、自動的に終了しました。
        [declined] 「{ $title }」はお受けできませんでした。
        [cancelled] 「{ $title }」は取り消されました。
        [merged] 「{ $title }」は別の依頼に統合されました。対応はそちらで続きます。
       *[rejected] 「{ $title }」は承認されず、終了しました。
    }
ended-with =
    { $how ->
        [confirmed] 次のコメントが添えられています。
        [auto_closed] 理由は次のとおりです。
        [declined] 理由は次のとおりです。
        [cancelled] 理由は次のとおりです。
        [merged] 理由は次のとおりです。
       *[rejected] 理由は次のとおりです。
    }
ended-body =
    { ended-line }
    .reason =
        { ended-with }

        { $reason }

## To who does it

request-subject = 新しい依頼：{ $title }
request-line = { $provider }への新しい依頼：「{ $title }」（依頼者：{ $requester }）
request-body =
    { $provider }に新しい依頼「{ $title }」が届きました。依頼者：{ $requester }

    依頼が届いたことが依頼者に伝わるよう、受付確認をお願いします。

assignment-subject = 担当になりました：{ $title }
assignment-line = { $by }さんが「{ $title }」の担当をあなたに割り当てました。
assignment-body =
    { $by }さんが「{ $title }」の担当をあなたに割り当てました。依頼者：{ $requester }

    担当者が決まったことが依頼者に伝わるよう、受付確認をお願いします。

reopened-subject = 再開されました：{ $title }
reopened-line = { $by }さんが「{ $title }」を再開しました：{ $reason }
reopened-body =
    不足があったため、{ $by }さんが「{ $title }」を再開しました。

    { $reason }

    引き続き対応をお願いします。

approval-subject = 承認をお願いします：{ $title }
approval-line = 「{ $title }」があなたの承認を待っています（段階：{ $step }、依頼者：{ $requester }）。
approval-body =
    依頼「{ $title }」が、段階「{ $step }」であなたの承認を待っています。依頼者：{ $requester }

    承認するか、理由を添えて却下してください。

## What clocks say

warning-subject = 期限が近づいています：{ $title }
warning-line = 「{ $title }」：{ metric }の期限までの時間の{ $percent }%が過ぎました。
warning-body =
    「{ $title }」には、{ $provider }が約束した期限があります。{ metric }の期限までの時間の{ $percent }%が過ぎました。

    約束を守れるよう、今のうちに対応をお願いします。
    .due = 期限：{ $due }
    .left = 残り時間：{ $left }

breach-subject = 期限を過ぎました：{ $title }
breach-line = 「{ $title }」：{ metric }の期限を過ぎました。
breach-body =
    「{ $title }」について{ $provider }が約束した期限を過ぎました。{ metric }の期限は{ $at }でした。

retraction-subject = 期限内でした：{ $title }
retraction-line = 「{ $title }」：訂正します。{ metric }は期限内でした。
retraction-body =
    先に、「{ $title }」について{ $provider }の期限が過ぎたとお知らせしましたが、誤りでした。{ metric }は期限内でした。

    お手数ですが、先のお知らせは破棄してください。

escalation-why =
    { $level ->
        [0] サービスレベルの規定であなたが連絡先とされているため、お知らせしています。
       *[other] まだ誰も受付確認をしていないため、{ $level }段階上の上長であるあなたにお知らせしています。
    }
escalation-subject = エスカレーション：{ $title }
escalation-line = { $provider }の「{ $title }」に対応が必要です：{ metric }の期限（ステップ{ $step }）
escalation-body =
    { $provider }の「{ $title }」について、ご対応をお願いします。{ metric }の期限に関するもので、エスカレーションのステップ{ $step }です。

    { escalation-why }

    受付確認をお願いします。確認がない場合は、さらに上の担当者に引き上げられます。エスカレーション番号：{ $escalation }
    .due = 期限：{ $due }

## What the house says

role-subject = 役割をご確認ください：{ $role }
role-line = あなたの役割「{ $role }」の説明を読み、確認をお願いします。
role-body =
    あなたの役割「{ $role }」の内容は次のとおりです（説明の第{ $revision }版）。

    { $description }

    お読みのうえ、確認をお願いします。実際の仕事と異なる場合は、上長にお伝えください。

standards-subject = { $department }のサービス基準
standards-line = { $department }のサービス基準をあらためてお知らせします。
standards-body =
    { $department }は、ご依頼くださるすべての方に次のことをお約束しています。

    { $standards }

    日ごろから約束を守ってくださり、ありがとうございます。

announcement-subject = { $department }：{ $title }
announcement-line = { $department }：{ $title }
announcement-body =
    { $department }からのお知らせ：{ $title }

    { $text }

## What is heard, and what comes of it

survey-subject =
    { $asked ->
        [question] ご満足いただけましたか：{ $title }
        [question_again] （再送）ご満足いただけましたか：{ $title }
        [survey] ご意見をお聞かせください：{ $title }
       *[survey_again] （再送）ご意見をお聞かせください：{ $title }
    }
survey-line =
    { $asked ->
        [question] 「{ $title }」の対応にご満足いただけたか、{ $provider }がお伺いしています。
        [question_again] 「{ $title }」の対応にご満足いただけたか、{ $provider }がご回答をお待ちしています。
        [survey] { $provider }がアンケート「{ $title }」へのご回答をお願いしています。
       *[survey_again] { $provider }がアンケート「{ $title }」へのご回答をお待ちしています。
    }
survey-how =
    { $asked ->
        [question] 1分もかかりません。ご回答は、ご依頼とあわせて{ $provider }に表示されます。
        [question_again] 1分もかかりません。ご回答は、ご依頼とあわせて{ $provider }に表示されます。お知らせはこれが最後です。
        [survey] ご回答はKhidmaでお願いします。回答が誰に表示されるかは、回答の前に示されます。
       *[survey_again] ご回答はKhidmaでお願いします。回答が誰に表示されるかは、回答の前に示されます。
    }
survey-body =
    { survey-line }

    { survey-how }
    .until = 回答期限：{ $until }
    .round = アンケート番号：{ $round }

thanks-subject = { $by }さんからの感謝の言葉
thanks-line = { $by }さんより感謝をこめて：{ $text }
thanks-body =
    { $by }さんから、感謝の言葉が届きました。

    { $text }
    .title = 「{ $title }」について

improvement-subject = お声にお応えしました：{ $department }
improvement-line = { $department }がお声を受けて改善しました：{ $you_said }
improvement-body =
    次のお声をいただきました。

    { $you_said }

    { $department }では、次のとおり対応しました。

    { $we_did }

    お声を寄せてくださった皆様、ありがとうございました。このお知らせは、関係するすべての方にお送りしています。

action-subject =
    { $state ->
        [assigned] 改善の担当になりました：{ $title }
       *[overdue] 期限を過ぎています：{ $title }
    }
action-line =
    { $state ->
        [assigned] { $department }の改善「{ $title }」の責任者はあなたです（期限：{ $due }）。
       *[overdue] { $department }の改善「{ $title }」が、期限（{ $due }）を過ぎても完了していません。
    }
action-ask =
    { $state ->
        [assigned] 期限に間に合うように始め、完了したらご報告ください。声を寄せた方にお知らせできます。
       *[overdue] 完了の報告、理由を添えた期限の変更、または理由を添えた中止をお願いします。
    }
action-body =
    { action-line }

    { action-ask }

digest-subject = お知らせのまとめ：{ $count }件
digest-line = { digest-subject }
digest-body = 前回のまとめ以降、{ $count }件のお知らせが届いています。
