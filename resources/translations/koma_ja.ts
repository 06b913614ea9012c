<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>&amp;New…</source>
        <translation>新規(&amp;N)…</translation>
    </message>
    <message>
        <source>Begin a new project</source>
        <translation>新しいプロジェクトを作ります</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>開く(&amp;O)…</translation>
    </message>
    <message>
        <source>Open a project</source>
        <translation>プロジェクトを開きます</translation>
    </message>
    <message>
        <source>Open the Sample</source>
        <translation>サンプルを開く</translation>
    </message>
    <message>
        <source>Open a copy of the sample project</source>
        <translation>サンプルプロジェクトのコピーを開きます</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>保存(&amp;S)</translation>
    </message>
    <message>
        <source>Save the project</source>
        <translation>プロジェクトを保存します</translation>
    </message>
    <message>
        <source>Save &amp;As…</source>
        <translation>別名で保存(&amp;A)…</translation>
    </message>
    <message>
        <source>Save the project as another file</source>
        <translation>プロジェクトを別のファイルに保存します</translation>
    </message>
    <message>
        <source>&amp;Recover Unsaved Work…</source>
        <translation>未保存の作業を復元(&amp;R)…</translation>
    </message>
    <message>
        <source>Safety copies from when Koma did not end properly</source>
        <translation>Komaが正常に終了しなかったときの控えです</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>書き出し(&amp;E)…</translation>
    </message>
    <message>
        <source>Write pages as PNG or layered PSD</source>
        <translation>ページをPNGまたはレイヤー付きPSDで書き出します</translation>
    </message>
    <message>
        <source>Se&amp;ttings…</source>
        <translation>環境設定(&amp;T)…</translation>
    </message>
    <message>
        <source>Language, look, models</source>
        <translation>言語、外観、モデル</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>終了(&amp;Q)</translation>
    </message>
    <message>
        <source>Close Koma</source>
        <translation>Komaを終了します</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>取り消す(&amp;U)</translation>
    </message>
    <message>
        <source>Take back the last change</source>
        <translation>直前の変更を取り消します</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>やり直す(&amp;R)</translation>
    </message>
    <message>
        <source>Make the change again</source>
        <translation>取り消した変更をやり直します</translation>
    </message>
    <message>
        <source>Select &amp;All Panels</source>
        <translation>すべてのコマを選択(&amp;A)</translation>
    </message>
    <message>
        <source>Select all panels of the page</source>
        <translation>ページのすべてのコマを選択します</translation>
    </message>
    <message>
        <source>&amp;Command Palette…</source>
        <translation>コマンドパレット(&amp;C)…</translation>
    </message>
    <message>
        <source>Find any command by name</source>
        <translation>コマンドを名前で探します</translation>
    </message>
    <message>
        <source>Select</source>
        <translation>選択</translation>
    </message>
    <message>
        <source>Select panels and move gutters</source>
        <translation>コマを選び、コマの間隔を動かします</translation>
    </message>
    <message>
        <source>Pose</source>
        <translation>ポーズ</translation>
    </message>
    <message>
        <source>Drag the skeletons of a panel</source>
        <translation>コマの中の骨格をドラッグして動かします</translation>
    </message>
    <message>
        <source>Region</source>
        <translation>領域</translation>
    </message>
    <message>
        <source>Mark a part of a panel and draw it again</source>
        <translation>コマの一部を指定して描き直します</translation>
    </message>
    <message>
        <source>Knife</source>
        <translation>枠線分割</translation>
    </message>
    <message>
        <source>Cut a panel in two</source>
        <translation>コマを二つに分けます</translation>
    </message>
    <message>
        <source>Hand</source>
        <translation>手のひら</translation>
    </message>
    <message>
        <source>Move the page about</source>
        <translation>ページの表示位置を動かします</translation>
    </message>
    <message>
        <source>Previous Page</source>
        <translation>前のページ</translation>
    </message>
    <message>
        <source>Show the page before</source>
        <translation>前のページを表示します</translation>
    </message>
    <message>
        <source>Next Page</source>
        <translation>次のページ</translation>
    </message>
    <message>
        <source>Show the page after</source>
        <translation>次のページを表示します</translation>
    </message>
    <message>
        <source>Move Page Earlier</source>
        <translation>ページを前へ移動</translation>
    </message>
    <message>
        <source>Move this page one place to the front</source>
        <translation>このページを一つ前へ移動します</translation>
    </message>
    <message>
        <source>Move Page Later</source>
        <translation>ページを後ろへ移動</translation>
    </message>
    <message>
        <source>Move this page one place to the back</source>
        <translation>このページを一つ後ろへ移動します</translation>
    </message>
    <message>
        <source>Duplicate Page</source>
        <translation>ページを複製</translation>
    </message>
    <message>
        <source>Put a copy of this page behind it</source>
        <translation>このページの後ろにコピーを入れます</translation>
    </message>
    <message>
        <source>Delete Page</source>
        <translation>ページを削除</translation>
    </message>
    <message>
        <source>Delete this page</source>
        <translation>このページを削除します</translation>
    </message>
    <message>
        <source>Previous Panel</source>
        <translation>前のコマ</translation>
    </message>
    <message>
        <source>Select the panel before in reading order</source>
        <translation>読む順で前のコマを選択します</translation>
    </message>
    <message>
        <source>Next Panel</source>
        <translation>次のコマ</translation>
    </message>
    <message>
        <source>Select the next panel in reading order</source>
        <translation>読む順で次のコマを選択します</translation>
    </message>
    <message>
        <source>Delete Panel</source>
        <translation>コマを削除</translation>
    </message>
    <message>
        <source>Delete the selected panels</source>
        <translation>選択したコマを削除します</translation>
    </message>
    <message>
        <source>Clear Drawing</source>
        <translation>絵を消去</translation>
    </message>
    <message>
        <source>Forget the picture of the selected panels</source>
        <translation>選択したコマの絵を消します</translation>
    </message>
    <message>
        <source>Next Seed</source>
        <translation>次のシード</translation>
    </message>
    <message>
        <source>Try another picture with the next seed</source>
        <translation>次のシードで別の絵を試します</translation>
    </message>
    <message>
        <source>Mirror</source>
        <translation>左右反転</translation>
    </message>
    <message>
        <source>Mirror the figure&apos;s pose</source>
        <translation>人物のポーズを左右反転します</translation>
    </message>
    <message>
        <source>Reset Pose</source>
        <translation>ポーズをリセット</translation>
    </message>
    <message>
        <source>Let the figure stand</source>
        <translation>人物を立ちポーズに戻します</translation>
    </message>
    <message>
        <source>Copy Pose</source>
        <translation>ポーズをコピー</translation>
    </message>
    <message>
        <source>Copy the figure&apos;s pose for another figure</source>
        <translation>人物のポーズを別の人物のためにコピーします</translation>
    </message>
    <message>
        <source>Paste Pose</source>
        <translation>ポーズを貼り付け</translation>
    </message>
    <message>
        <source>Give the figure the pose that was copied</source>
        <translation>コピーしたポーズを人物に付けます</translation>
    </message>
    <message>
        <source>Import Pose…</source>
        <translation>ポーズを読み込む…</translation>
    </message>
    <message>
        <source>Take a pose from an OpenPose file</source>
        <translation>OpenPoseファイルからポーズを読み込みます</translation>
    </message>
    <message>
        <source>Export Poses…</source>
        <translation>ポーズを書き出す…</translation>
    </message>
    <message>
        <source>Write the panel&apos;s poses as an OpenPose file</source>
        <translation>コマのポーズをOpenPoseファイルに書き出します</translation>
    </message>
    <message>
        <source>Bring Forward</source>
        <translation>前面へ</translation>
    </message>
    <message>
        <source>Put the figure before the next one</source>
        <translation>人物を一つ前面へ移動します</translation>
    </message>
    <message>
        <source>Send Backward</source>
        <translation>背面へ</translation>
    </message>
    <message>
        <source>Put the figure behind the one before</source>
        <translation>人物を一つ背面へ移動します</translation>
    </message>
    <message>
        <source>Remove Figure</source>
        <translation>人物を外す</translation>
    </message>
    <message>
        <source>Take the figure out of the panel</source>
        <translation>人物をコマから外します</translation>
    </message>
    <message>
        <source>Render &amp;Panel</source>
        <translation>コマを描画(&amp;P)</translation>
    </message>
    <message>
        <source>Draw the selected panels</source>
        <translation>選択したコマを描画します</translation>
    </message>
    <message>
        <source>Render Pa&amp;ge</source>
        <translation>ページを描画(&amp;G)</translation>
    </message>
    <message>
        <source>Draw what this page lacks</source>
        <translation>このページでまだ描かれていないコマを描画します</translation>
    </message>
    <message>
        <source>Render All Out-of-date Panels</source>
        <translation>更新が必要なコマをすべて描画</translation>
    </message>
    <message>
        <source>Draw what any page lacks</source>
        <translation>全ページでまだ描かれていないコマを描画します</translation>
    </message>
    <message>
        <source>Draw Again, Keep the Best</source>
        <translation>描き直していちばん良いものを残す</translation>
    </message>
    <message>
        <source>Draw the selected panel with other seeds and keep the drawing nearest to the references</source>
        <translation>選んだコマを別のシードで描き、参照にいちばん近い絵を残します</translation>
    </message>
    <message>
        <source>Best of 2</source>
        <translation>2枚から選ぶ</translation>
    </message>
    <message>
        <source>Draw a panel twice more to choose from</source>
        <translation>コマをあと2回描いて、その中から選びます</translation>
    </message>
    <message>
        <source>Best of 4</source>
        <translation>4枚から選ぶ</translation>
    </message>
    <message>
        <source>Draw a panel four times more to choose from</source>
        <translation>コマをあと4回描いて、その中から選びます</translation>
    </message>
    <message>
        <source>Best of 8</source>
        <translation>8枚から選ぶ</translation>
    </message>
    <message>
        <source>Draw a panel eight times more to choose from</source>
        <translation>コマをあと8回描いて、その中から選びます</translation>
    </message>
    <message>
        <source>Check Characters</source>
        <translation>キャラクターを確認</translation>
    </message>
    <message>
        <source>List the figures that drift from their references</source>
        <translation>参照からずれている人物を一覧にします</translation>
    </message>
    <message>
        <source>&amp;Cancel All</source>
        <translation>すべて中止(&amp;C)</translation>
    </message>
    <message>
        <source>Stop drawing</source>
        <translation>描画を中止します</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>下描き</translation>
    </message>
    <message>
        <source>Rough pictures in a few steps</source>
        <translation>少ないステップの粗い絵です</translation>
    </message>
    <message>
        <source>Final</source>
        <translation>仕上げ</translation>
    </message>
    <message>
        <source>Pictures with all steps</source>
        <translation>すべてのステップで描く絵です</translation>
    </message>
    <message>
        <source>Zoom In</source>
        <translation>拡大</translation>
    </message>
    <message>
        <source>Make the page larger</source>
        <translation>ページを大きく表示します</translation>
    </message>
    <message>
        <source>Zoom Out</source>
        <translation>縮小</translation>
    </message>
    <message>
        <source>Make the page smaller</source>
        <translation>ページを小さく表示します</translation>
    </message>
    <message>
        <source>Actual Size</source>
        <translation>実寸表示</translation>
    </message>
    <message>
        <source>Show the page in print size</source>
        <translation>ページを印刷時の大きさで表示します</translation>
    </message>
    <message>
        <source>Fit Page</source>
        <translation>ページ全体</translation>
    </message>
    <message>
        <source>Show the whole page</source>
        <translation>ページ全体を表示します</translation>
    </message>
    <message>
        <source>Fit Panel</source>
        <translation>コマに合わせる</translation>
    </message>
    <message>
        <source>Show the selected panel large</source>
        <translation>選択したコマを大きく表示します</translation>
    </message>
    <message>
        <source>Guides</source>
        <translation>ガイド</translation>
    </message>
    <message>
        <source>Show bleed and live area</source>
        <translation>裁ち落としと基本枠を表示します</translation>
    </message>
    <message>
        <source>Page Only</source>
        <translation>ページのみ表示</translation>
    </message>
    <message>
        <source>Hide everything but the page</source>
        <translation>ページ以外をすべて隠します</translation>
    </message>
    <message>
        <source>Reset Layout</source>
        <translation>ウィンドウ配置を初期化</translation>
    </message>
    <message>
        <source>Put everything around the page where it was at first</source>
        <translation>ページの周りの配置を最初の状態に戻します</translation>
    </message>
    <message>
        <source>Keyboard Shortcuts</source>
        <translation>キーボードショートカット</translation>
    </message>
    <message>
        <source>All keys at a glance</source>
        <translation>すべてのキーの一覧です</translation>
    </message>
    <message>
        <source>What Koma Found</source>
        <translation>動作環境の診断</translation>
    </message>
    <message>
        <source>Versions, device, memory and models</source>
        <translation>バージョン、デバイス、メモリー、モデル</translation>
    </message>
    <message>
        <source>About Koma</source>
        <translation>Komaについて</translation>
    </message>
    <message>
        <source>Version and licence</source>
        <translation>バージョンとライセンス</translation>
    </message>
</context>
<context>
    <name>AdapterRow</name>
    <message>
        <source>What carries a character from its references into the picture</source>
        <translation>参照画像のキャラクターを絵に反映させる方式</translation>
    </message>
    <message>
        <source>Likeness by</source>
        <translation>似せる方式</translation>
    </message>
    <message>
        <source>{adapter} cannot be used with this model. Choose another.</source>
        <translation>{adapter} はこのモデルでは使えません。別の方式を選んでください。</translation>
    </message>
    <message>
        <source>Reference attention</source>
        <translation>参照アテンション</translation>
    </message>
    <message>
        <source>reference</source>
        <translation>参照</translation>
    </message>
    <message>
        <source>{adapter}: no file for this model in the model folders.</source>
        <translation>{adapter}：モデルフォルダーに、このモデル用のファイルがありません。</translation>
    </message>
    <message>
        <source>{adapter}: needs its .safetensors file, not the .bin file.</source>
        <translation>{adapter}：.bin ではなく .safetensors のファイルが必要です。</translation>
    </message>
    <message>
        <source>{adapter}: needs the folder image_encoder beside its file.</source>
        <translation>{adapter}：ファイルと同じ場所に image_encoder フォルダーが必要です。</translation>
    </message>
    <message>
        <source>{adapter}: needs another image_encoder, of the right size.</source>
        <translation>{adapter}：サイズの合う別の image_encoder が必要です。</translation>
    </message>
</context>
<context>
    <name>AnalysisWorker</name>
    <message>
        <source>There is not enough memory for this picture. Use a smaller one.</source>
        <translation>この画像を扱うにはメモリーが足りません。もっと小さい画像を使ってください。</translation>
    </message>
    <message>
        <source>Something in Koma went wrong with this picture. Paint the mask by hand.</source>
        <translation>この画像の処理中にKomaで問題が起きました。マスクを手で塗ってください。</translation>
    </message>
</context>
<context>
    <name>AreaRow</name>
    <message>
        <source>Let it fill the panel</source>
        <translation>コマ全体に広げる</translation>
    </message>
</context>
<context>
    <name>Autosave</name>
    <message>
        <source>Koma cannot keep a safety copy of your work.</source>
        <translation>作業の控えを保存できません。</translation>
    </message>
</context>
<context>
    <name>BestOf</name>
    <message>
        <source>The seed of this panel is kept. Open its lock in the inspector to draw it with others.</source>
        <translation>このコマのシードは固定されています。別のシードで描くには、インスペクターで錠を開けてください。</translation>
    </message>
    <message>
        <source>Nobody stands in this panel. Drop a character on it to compare drawings.</source>
        <translation>このコマには誰もいません。絵を比べるには、キャラクターをドロップしてください。</translation>
    </message>
    <message>
        <source>The panel was changed meanwhile, so its new drawings were not used.</source>
        <translation>その間にコマが変更されたため、新しい絵は使われませんでした。</translation>
    </message>
    <message>
        <source>None of the new drawings is nearer to the references than this one.</source>
        <translation>新しい絵の中に、今の絵より参照に近いものはありませんでした。</translation>
    </message>
    <message>
        <source>Keep best drawing</source>
        <translation>いちばん良い絵を残す</translation>
    </message>
</context>
<context>
    <name>CandidateModel</name>
    <message>
        <source>{model} does not know this tag.</source>
        <translation>{model}はこのタグを学習していません。</translation>
    </message>
</context>
<context>
    <name>ChangeButton</name>
    <message>
        <source>Change only</source>
        <translation>ここだけ変える</translation>
    </message>
    <message>
        <source>The panels have different prompts. Select one.</source>
        <translation>コマごとにプロンプトが違います。コマを一つ選んでください。</translation>
    </message>
    <message>
        <source>Swap one thing of the prompt and keep the rest</source>
        <translation>プロンプトの一点だけを入れ替え、ほかはそのまま残します</translation>
    </message>
</context>
<context>
    <name>CharacterColour</name>
    <message>
        <source>Orange</source>
        <translation>オレンジ</translation>
    </message>
    <message>
        <source>Sky blue</source>
        <translation>空色</translation>
    </message>
    <message>
        <source>Green</source>
        <translation>緑</translation>
    </message>
    <message>
        <source>Yellow</source>
        <translation>黄</translation>
    </message>
    <message>
        <source>Blue</source>
        <translation>青</translation>
    </message>
    <message>
        <source>Vermilion</source>
        <translation>朱色</translation>
    </message>
    <message>
        <source>Pink</source>
        <translation>ピンク</translation>
    </message>
    <message>
        <source>Grey</source>
        <translation>グレー</translation>
    </message>
</context>
<context>
    <name>CharacterEditor</name>
    <message>
        <source>Mask</source>
        <translation>マスク</translation>
    </message>
    <message>
        <source>Skeleton</source>
        <translation>骨格</translation>
    </message>
    <message>
        <source>No references yet</source>
        <translation>参照画像がまだありません</translation>
    </message>
    <message>
        <source>Add a picture</source>
        <translation>画像を追加</translation>
    </message>
    <message>
        <source>This picture is missing from the project</source>
        <translation>この画像はプロジェクトにありません</translation>
    </message>
    <message>
        <source>Add reference</source>
        <translation>参照画像を追加</translation>
    </message>
    <message>
        <source>Add a picture of this character, or drop one here</source>
        <translation>このキャラクターの画像を追加するか、ここにドロップします</translation>
    </message>
    <message>
        <source>Looking at the picture</source>
        <translation>画像を調べています</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完了</translation>
    </message>
    <message>
        <source>Close; everything is kept already</source>
        <translation>閉じます。変更はすべて保存されています</translation>
    </message>
</context>
<context>
    <name>CharacterFields</name>
    <message>
        <source>The character&apos;s name</source>
        <translation>キャラクターの名前</translation>
    </message>
    <message>
        <source>brown hair, glasses, green hoodie…</source>
        <translation>brown hair, glasses, green hoodie…</translation>
    </message>
    <message>
        <source>What is always true of this character, between commas</source>
        <translation>このキャラクターにいつも当てはまる特徴を、カンマで区切って書きます</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名前</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>タグ</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>色</translation>
    </message>
</context>
<context>
    <name>CheckController</name>
    <message>
        <source>Draw Again, Keep the Best of {count}</source>
        <translation>描き直して{count}枚からいちばん良いものを残す</translation>
    </message>
    <message>
        <source>Page {page}, panel {panel}: {what}</source>
        <translation>{page}ページ、{panel}コマ目：{what}</translation>
    </message>
</context>
<context>
    <name>CheckView</name>
    <message>
        <source>Figures that drift from their references</source>
        <translation>参照からずれている人物</translation>
    </message>
    <message>
        <source>Leave this drawing as it is</source>
        <translation>この絵はこのままにする</translation>
    </message>
    <message>
        <source>Comparing drawings with their references.</source>
        <translation>絵を参照と比べています。</translation>
    </message>
    <message>
        <source>In the drawings that are up to date every figure looks like itself.</source>
        <translation>最新の絵では、どの人物も参照どおりです。</translation>
    </message>
</context>
<context>
    <name>Cluster</name>
    <message>
        <source>Who and how many</source>
        <translation>人物と人数</translation>
    </message>
    <message>
        <source>View and framing</source>
        <translation>視点と構図</translation>
    </message>
    <message>
        <source>Scene and style</source>
        <translation>背景と画風</translation>
    </message>
    <message>
        <source>Posture</source>
        <translation>姿勢</translation>
    </message>
    <message>
        <source>Body and clothes</source>
        <translation>体と服装</translation>
    </message>
    <message>
        <source>Patterns</source>
        <translation>模様</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Commands</source>
        <translation>コマンド</translation>
    </message>
    <message>
        <source>What do you want to do?</source>
        <translation>何をしますか？</translation>
    </message>
    <message>
        <source>Search commands</source>
        <translation>コマンドを検索</translation>
    </message>
    <message>
        <source>Type a few letters of a command</source>
        <translation>コマンドの一部を入力します</translation>
    </message>
    <message>
        <source>No command has these letters.</source>
        <translation>該当するコマンドはありません。</translation>
    </message>
</context>
<context>
    <name>CrashGuard</name>
    <message>
        <source>Something unexpected went wrong. Save your work; the log has the details.</source>
        <translation>予期しない問題が起きました。作業を保存してください。詳しくはログにあります。</translation>
    </message>
    <message>
        <source>Koma did not end properly last time. The log may say why: {path}</source>
        <translation>前回、Komaは正常に終了しませんでした。原因はログにあるかもしれません：{path}</translation>
    </message>
    <message>
        <source>Show log</source>
        <translation>ログを表示</translation>
    </message>
</context>
<context>
    <name>DetailsDialog</name>
    <message>
        <source>Details</source>
        <translation>詳細</translation>
    </message>
    <message>
        <source>What a developer wants to know</source>
        <translation>開発者向けの情報</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>コピー</translation>
    </message>
    <message>
        <source>Copy all of this, to send it to someone</source>
        <translation>人に送れるように、すべてコピーします</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>閉じる</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>コピーしました</translation>
    </message>
</context>
<context>
    <name>DockTitle</name>
    <message>
        <source>Close; the View menu brings it back</source>
        <translation>閉じます。表示メニューで元に戻せます</translation>
    </message>
    <message>
        <source>Put back into the window</source>
        <translation>ウィンドウに戻す</translation>
    </message>
    <message>
        <source>Make a window of its own</source>
        <translation>別のウィンドウにする</translation>
    </message>
</context>
<context>
    <name>DrawingSection</name>
    <message>
        <source>Drawing</source>
        <translation>描画</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>モデル</translation>
    </message>
    <message>
        <source>What the panels are drawn with</source>
        <translation>コマを描くモデルです</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>品質</translation>
    </message>
    <message>
        <source>Drafts are quick and rough, final drawings slower</source>
        <translation>下描きは速くて粗く、仕上げは時間がかかります</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>画風</translation>
    </message>
    <message>
        <source>Added to the prompt of every panel</source>
        <translation>すべてのコマのプロンプトに加えます</translation>
    </message>
    <message>
        <source>monochrome, screentone</source>
        <translation>monochrome, screentone</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>除外</translation>
    </message>
    <message>
        <source>What no panel may show (negative prompt)</source>
        <translation>どのコマにも描かないもの（ネガティブプロンプト）</translation>
    </message>
    <message>
        <source>text, extra fingers</source>
        <translation>text, extra fingers</translation>
    </message>
    <message>
        <source>Skeletons</source>
        <translation>骨格の線</translation>
    </message>
    <message>
        <source>How skeletons are drawn for the model</source>
        <translation>モデルに渡す骨格の描き方です</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>ステップ数</translation>
    </message>
    <message>
        <source>How often a drawing is refined: more is finer and slower</source>
        <translation>絵を描き込む回数です。多いほど細かく、遅くなります</translation>
    </message>
    <message>
        <source>Guidance</source>
        <translation>ガイダンス</translation>
    </message>
    <message>
        <source>How strictly drawings follow their prompts</source>
        <translation>絵がプロンプトにどれだけ忠実に従うか</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>サイズ</translation>
    </message>
    <message>
        <source>Side of a square drawing in pixels; other shapes have the same area</source>
        <translation>正方形の絵の一辺の長さ（px）。ほかの形も同じ面積になります</translation>
    </message>
    <message>
        <source>Repaint</source>
        <translation>描き直し</translation>
    </message>
    <message>
        <source>How much is painted over the references&apos; own pixels, for models that cannot take them in themselves</source>
        <translation>参照画像の絵をどれだけ描き直すか。参照画像を直接読み込めないモデルで使います</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>下描き</translation>
    </message>
    <message>
        <source>Final</source>
        <translation>仕上げ</translation>
    </message>
    <message>
        <source>Thin, as OpenPose</source>
        <translation>細い（OpenPose）</translation>
    </message>
    <message>
        <source>Thick, as xinsir</source>
        <translation>太い（xinsir）</translation>
    </message>
    <message>
        <source>Back to {value}, which this model recommends</source>
        <translation>このモデルのおすすめの{value}に戻す</translation>
    </message>
    <message>
        <source>This model is not on this computer. Choose another.</source>
        <translation>このモデルはこのコンピューターにありません。別のモデルを選んでください。</translation>
    </message>
</context>
<context>
    <name>Drift</name>
    <message>
        <source>{name}&apos;s hair colour is off</source>
        <translation>{name}の髪の色が違います</translation>
    </message>
    <message>
        <source>{name}&apos;s skin colour is off</source>
        <translation>{name}の肌の色が違います</translation>
    </message>
    <message>
        <source>the colour of {name}&apos;s top is off</source>
        <translation>{name}の上着の色が違います</translation>
    </message>
    <message>
        <source>the colour of {name}&apos;s skirt or trousers is off</source>
        <translation>{name}のスカートやズボンの色が違います</translation>
    </message>
    <message>
        <source>the colour of {name}&apos;s legs is off</source>
        <translation>{name}の脚の色が違います</translation>
    </message>
    <message>
        <source>{name} does not look like the references</source>
        <translation>{name}が参照に似ていません</translation>
    </message>
    <message>
        <source>hair</source>
        <translation>髪</translation>
    </message>
    <message>
        <source>skin</source>
        <translation>肌</translation>
    </message>
    <message>
        <source>top</source>
        <translation>上着</translation>
    </message>
    <message>
        <source>skirt or trousers</source>
        <translation>スカートやズボン</translation>
    </message>
    <message>
        <source>legs</source>
        <translation>脚</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>{parts} and {count} more</source>
        <translation>{parts}、ほか{count}か所</translation>
    </message>
    <message>
        <source>{name}&apos;s colours are off: {parts}</source>
        <translation>{name}の色が違います：{parts}</translation>
    </message>
    <message>
        <source>{part}: colour difference {value} (CIEDE2000)</source>
        <translation>{part}：色差 {value}（CIEDE2000）</translation>
    </message>
    <message>
        <source>likeness {value} of 1</source>
        <translation>似ている度合い {value}（最大1）</translation>
    </message>
</context>
<context>
    <name>EditCommand</name>
    <message>
        <source>Add character</source>
        <translation>キャラクターの追加</translation>
    </message>
    <message>
        <source>Add figure</source>
        <translation>人物の追加</translation>
    </message>
    <message>
        <source>Add page</source>
        <translation>ページの追加</translation>
    </message>
    <message>
        <source>Add panel</source>
        <translation>コマの追加</translation>
    </message>
    <message>
        <source>Add reference</source>
        <translation>参照画像の追加</translation>
    </message>
    <message>
        <source>Add region</source>
        <translation>領域の追加</translation>
    </message>
    <message>
        <source>Add figure&apos;s region</source>
        <translation>人物の領域の追加</translation>
    </message>
    <message>
        <source>Change layout</source>
        <translation>コマ割りの変更</translation>
    </message>
    <message>
        <source>Mirror figure</source>
        <translation>人物の左右反転</translation>
    </message>
    <message>
        <source>Reorder characters</source>
        <translation>キャラクターの並べ替え</translation>
    </message>
    <message>
        <source>Move figure</source>
        <translation>人物の移動</translation>
    </message>
    <message>
        <source>Move gutter</source>
        <translation>コマの間隔の移動</translation>
    </message>
    <message>
        <source>Move joint</source>
        <translation>関節の移動</translation>
    </message>
    <message>
        <source>Move page</source>
        <translation>ページの移動</translation>
    </message>
    <message>
        <source>Move panel</source>
        <translation>コマの移動</translation>
    </message>
    <message>
        <source>Reorder references</source>
        <translation>参照画像の並べ替え</translation>
    </message>
    <message>
        <source>Reorder regions</source>
        <translation>領域の並べ替え</translation>
    </message>
    <message>
        <source>Remove character</source>
        <translation>キャラクターの削除</translation>
    </message>
    <message>
        <source>Remove figure</source>
        <translation>人物の削除</translation>
    </message>
    <message>
        <source>Remove page</source>
        <translation>ページの削除</translation>
    </message>
    <message>
        <source>Remove panel</source>
        <translation>コマの削除</translation>
    </message>
    <message>
        <source>Remove reference</source>
        <translation>参照画像の削除</translation>
    </message>
    <message>
        <source>Remove region</source>
        <translation>領域の削除</translation>
    </message>
    <message>
        <source>Remove figure&apos;s region</source>
        <translation>人物の領域の削除</translation>
    </message>
    <message>
        <source>Rename character</source>
        <translation>キャラクター名の変更</translation>
    </message>
    <message>
        <source>Rename page</source>
        <translation>ページ名の変更</translation>
    </message>
    <message>
        <source>Reorder figures</source>
        <translation>人物の重なり順の変更</translation>
    </message>
    <message>
        <source>Turn figure</source>
        <translation>人物の回転</translation>
    </message>
    <message>
        <source>Scale figure</source>
        <translation>人物の拡大・縮小</translation>
    </message>
    <message>
        <source>Change drawing</source>
        <translation>絵の変更</translation>
    </message>
    <message>
        <source>Clear drawing</source>
        <translation>絵の消去</translation>
    </message>
    <message>
        <source>Change figure&apos;s character</source>
        <translation>人物のキャラクターの変更</translation>
    </message>
    <message>
        <source>Choose references</source>
        <translation>参照画像の選択</translation>
    </message>
    <message>
        <source>Change likeness</source>
        <translation>類似度の変更</translation>
    </message>
    <message>
        <source>Show or hide joint</source>
        <translation>関節の表示・非表示</translation>
    </message>
    <message>
        <source>Change page format</source>
        <translation>ページの判型の変更</translation>
    </message>
    <message>
        <source>Reshape panel</source>
        <translation>コマの変形</translation>
    </message>
    <message>
        <source>Change pose</source>
        <translation>ポーズの変更</translation>
    </message>
    <message>
        <source>Change reading direction</source>
        <translation>読む方向の変更</translation>
    </message>
    <message>
        <source>Draw region again</source>
        <translation>領域の描き直し</translation>
    </message>
    <message>
        <source>Paint figure&apos;s region</source>
        <translation>人物の領域の塗り</translation>
    </message>
    <message>
        <source>Change title</source>
        <translation>題名の変更</translation>
    </message>
    <message>
        <source>Cut panel</source>
        <translation>コマの分割</translation>
    </message>
    <message>
        <source>Change character</source>
        <translation>キャラクターの変更</translation>
    </message>
    <message>
        <source>Change panel</source>
        <translation>コマの変更</translation>
    </message>
    <message>
        <source>Change reference</source>
        <translation>参照画像の変更</translation>
    </message>
    <message>
        <source>Change region</source>
        <translation>領域の変更</translation>
    </message>
    <message>
        <source>Change how panels are drawn</source>
        <translation>描画設定の変更</translation>
    </message>
    <message>
        <source>Change size</source>
        <translation>サイズの変更</translation>
    </message>
    <message>
        <source>Change border</source>
        <translation>枠線の変更</translation>
    </message>
    <message>
        <source>Change colour</source>
        <translation>色の変更</translation>
    </message>
    <message>
        <source>Change feather</source>
        <translation>ぼかしの変更</translation>
    </message>
    <message>
        <source>Change guidance</source>
        <translation>ガイダンスの変更</translation>
    </message>
    <message>
        <source>Change LoRA files</source>
        <translation>LoRAファイルの変更</translation>
    </message>
    <message>
        <source>Change mask</source>
        <translation>マスクの変更</translation>
    </message>
    <message>
        <source>Change model</source>
        <translation>モデルの変更</translation>
    </message>
    <message>
        <source>Change negative prompt</source>
        <translation>ネガティブプロンプトの変更</translation>
    </message>
    <message>
        <source>Change pose strength</source>
        <translation>ポーズの強さの変更</translation>
    </message>
    <message>
        <source>Change skeleton</source>
        <translation>骨格の変更</translation>
    </message>
    <message>
        <source>Change prompt</source>
        <translation>プロンプトの変更</translation>
    </message>
    <message>
        <source>Change puppet strength</source>
        <translation>パペットの強さの変更</translation>
    </message>
    <message>
        <source>Change quality</source>
        <translation>品質の変更</translation>
    </message>
    <message>
        <source>Change role</source>
        <translation>種類の変更</translation>
    </message>
    <message>
        <source>Change strength</source>
        <translation>強さの変更</translation>
    </message>
    <message>
        <source>Change seed</source>
        <translation>シードの変更</translation>
    </message>
    <message>
        <source>Change steps</source>
        <translation>ステップ数の変更</translation>
    </message>
    <message>
        <source>Change style</source>
        <translation>画風の変更</translation>
    </message>
    <message>
        <source>Change tags</source>
        <translation>タグの変更</translation>
    </message>
    <message>
        <source>Show or hide region</source>
        <translation>領域の表示・非表示</translation>
    </message>
</context>
<context>
    <name>EngineThread</name>
    <message>
        <source>Starting the engine.</source>
        <translation>エンジンを起動しています。</translation>
    </message>
</context>
<context>
    <name>EngineWorker</name>
    <message>
        <source>Ready to draw.</source>
        <translation>描画できます。</translation>
    </message>
    <message>
        <source>Drawing.</source>
        <translation>描画しています。</translation>
    </message>
    <message>
        <source>Loading {model}.</source>
        <translation>{model}を読み込んでいます。</translation>
    </message>
    <message>
        <source>Starting the engine.</source>
        <translation>エンジンを起動しています。</translation>
    </message>
</context>
<context>
    <name>ErrorText</name>
    <message>
        <source>There is no file {name}.</source>
        <translation>{name}というファイルはありません。</translation>
    </message>
    <message>
        <source>{name} cannot be read.</source>
        <translation>{name}を読み込めません。</translation>
    </message>
    <message>
        <source>{name} cannot be used: {error}</source>
        <translation>{name}は使えません：{error}</translation>
    </message>
    <message>
        <source>{name} cannot be opened: you have no permission to read it.</source>
        <translation>{name}を開けません。読み取りの権限がありません。</translation>
    </message>
    <message>
        <source>{name} was saved by a newer Koma. Update Koma to open it.</source>
        <translation>{name}は新しいバージョンのKomaで保存されています。開くにはKomaを更新してください。</translation>
    </message>
    <message>
        <source>{name} is not a Koma file.</source>
        <translation>{name}はKomaのファイルではありません。</translation>
    </message>
    <message>
        <source>{name} is not a Koma project.</source>
        <translation>{name}はKomaのプロジェクトではありません。</translation>
    </message>
    <message>
        <source>{name} is damaged or not a Koma file. Try its .bak file.</source>
        <translation>{name}は壊れているか、Komaのファイルではありません。.bakファイルを試してください。</translation>
    </message>
    <message>
        <source>{name} is damaged: its contents are not JSON. Try its .bak file.</source>
        <translation>{name}は壊れています：内容がJSONではありません。.bakファイルを試してください。</translation>
    </message>
    <message>
        <source>{name} is damaged: it cannot be brought up to date. Try its .bak file.</source>
        <translation>{name}は壊れています：新しい形式に変換できません。.bakファイルを試してください。</translation>
    </message>
    <message>
        <source>{name} is damaged: it has a wrong value{where}. Try its .bak file.</source>
        <translation>{name}は壊れています：誤った値があります{where}。.bakファイルを試してください。</translation>
    </message>
    <message>
        <source>The picture {picture} in {name} is damaged. Try its .bak file.</source>
        <translation>{name}の中の画像{picture}が壊れています。.bakファイルを試してください。</translation>
    </message>
    <message>
        <source>{name} would be too large. Split it into two.</source>
        <translation>{name}は大きくなりすぎます。二つに分けてください。</translation>
    </message>
    <message>
        <source>{name} would unpack to more than 4 GB.</source>
        <translation>{name}は展開すると4 GBを超えます。</translation>
    </message>
    <message>
        <source>{name} was not saved: {error}</source>
        <translation>{name}を保存できませんでした：{error}</translation>
    </message>
    <message>
        <source>the disk is full. Free some space and try again.</source>
        <translation>ディスクがいっぱいです。空きを作ってもう一度試してください。</translation>
    </message>
    <message>
        <source>writing is not allowed there, or the file is open in another program. Close it or choose another folder.</source>
        <translation>書き込みが許可されていないか、ファイルが別のソフトで開かれています。閉じるか、別のフォルダーを選んでください。</translation>
    </message>
    <message>
        <source>this disk is read-only. Choose another one.</source>
        <translation>このディスクは読み取り専用です。別のディスクを選んでください。</translation>
    </message>
    <message>
        <source>its folder does not exist. Create the folder or choose another one.</source>
        <translation>保存先のフォルダーがありません。フォルダーを作るか、別のフォルダーを選んでください。</translation>
    </message>
    <message>
        <source>your share of the disk is used up. Free some space and try again.</source>
        <translation>ディスクの割り当てを使い切っています。空きを作ってもう一度試してください。</translation>
    </message>
    <message>
        <source>the file is too large for this disk. Choose a lower resolution or another disk.</source>
        <translation>ファイルがこのディスクには大きすぎます。解像度を下げるか、別のディスクを選んでください。</translation>
    </message>
    <message>
        <source>a folder of this name is in the way. Choose another name.</source>
        <translation>同じ名前のフォルダーがあります。別の名前にしてください。</translation>
    </message>
    <message>
        <source>a file has the name of its folder. Choose another folder.</source>
        <translation>フォルダーと同じ名前のファイルがあります。別のフォルダーを選んでください。</translation>
    </message>
    <message>
        <source>the name is too long. Choose a shorter one.</source>
        <translation>名前が長すぎます。短くしてください。</translation>
    </message>
    <message>
        <source>the name has characters that this disk cannot store. Choose another name.</source>
        <translation>名前にこのディスクで使えない文字があります。別の名前にしてください。</translation>
    </message>
    <message>
        <source>the disk reports a fault. Try another folder.</source>
        <translation>ディスクに異常があります。別のフォルダーを試してください。</translation>
    </message>
    <message>
        <source>The folder {name} cannot be written. Choose another one.</source>
        <translation>フォルダー{name}に書き込めません。別のフォルダーを選んでください。</translation>
    </message>
    <message>
        <source>The project has no pages. Add one first.</source>
        <translation>プロジェクトにページがありません。先にページを追加してください。</translation>
    </message>
    <message>
        <source>These pages are not there any more. Choose others.</source>
        <translation>このページはもうありません。別のページを選んでください。</translation>
    </message>
    <message>
        <source>The page would have no pixels. Choose a higher resolution.</source>
        <translation>ページの大きさが0 pxになります。解像度を上げてください。</translation>
    </message>
    <message>
        <source>The page would be {width} x {height} px, more than any picture file holds. Choose a lower resolution.</source>
        <translation>ページが{width} × {height} pxになり、画像ファイルに収まりません。解像度を下げてください。</translation>
    </message>
    <message>
        <source>{name} is not a Koma file: it has no {missing}.</source>
        <translation>{name}はKomaのファイルではありません：{missing}がありません。</translation>
    </message>
    <message>
        <source>{name} holds more than {count} files.</source>
        <translation>{name}の中のファイルが{count}個を超えています。</translation>
    </message>
    <message>
        <source>{name} holds {path} twice.</source>
        <translation>{name}の中に{path}が二つあります。</translation>
    </message>
    <message>
        <source>{name} is not safe: it holds the path {path}.</source>
        <translation>{name}は安全ではありません：{path}という場所を含んでいます。</translation>
    </message>
    <message>
        <source>{name} is not safe: {path} is a link.</source>
        <translation>{name}は安全ではありません：{path}がリンクです。</translation>
    </message>
    <message>
        <source>{name} is not safe: {path} is too large.</source>
        <translation>{name}は安全ではありません：{path}が大きすぎます。</translation>
    </message>
    <message>
        <source>{name} is packed in a way that Koma does not read.</source>
        <translation>{name}はKomaで読めない方法で圧縮されています。</translation>
    </message>
    <message>
        <source>{name}.png cannot be read.</source>
        <translation>{name}.pngを読み込めません。</translation>
    </message>
    <message>
        <source>The resolution must be between 1 and {limit} dpi.</source>
        <translation>解像度は1から{limit} dpiの間にしてください。</translation>
    </message>
    <message>
        <source>The project has the pages 1 to {last}, not {page}.</source>
        <translation>このプロジェクトのページは1から{last}までです。{page}ページはありません。</translation>
    </message>
    <message>
        <source>“{text}” names no pages. Write them like 1-3 or 2,5.</source>
        <translation>「{text}」はページの指定として読めません。1-3や2,5のように書いてください。</translation>
    </message>
    <message>
        <source>Koma writes pages as png and psd, not as {kind}.</source>
        <translation>ページはpngかpsdで書き出せます。{kind}では書き出せません。</translation>
    </message>
    <message>
        <source>{name} is not a Koma character.</source>
        <translation>{name}はKomaのキャラクターではありません。</translation>
    </message>
    <message>
        <source>{name} was saved by a newer Koma. Update Koma to use it.</source>
        <translation>{name}は新しいバージョンのKomaで保存されています。使うにはKomaを更新してください。</translation>
    </message>
    <message>
        <source>{name} holds another character: {id}.</source>
        <translation>{name}の中身は別のキャラクターです：{id}</translation>
    </message>
    <message>
        <source>The library has no character {id}.</source>
        <translation>ライブラリーにキャラクター{id}はありません。</translation>
    </message>
    <message>
        <source>{name} cannot be removed: the folder is read-only.</source>
        <translation>{name}を削除できません：フォルダーが読み取り専用です。</translation>
    </message>
    <message>
        <source>There is no setting {name}.</source>
        <translation>{name}という設定はありません。</translation>
    </message>
    <message>
        <source>The setting {name} cannot have that value.</source>
        <translation>設定{name}にその値は使えません。</translation>
    </message>
    <message>
        <source>{name} is larger than 512 MB. Choose a smaller picture.</source>
        <translation>{name}は512 MBを超えています。もっと小さい画像を選んでください。</translation>
    </message>
    <message>
        <source>A picture with floating-point values has no place here. Save it as PNG.</source>
        <translation>浮動小数点の画像は使えません。PNGで保存し直してください。</translation>
    </message>
    <message>
        <source>{what} is not a picture that Koma can read. Use PNG, JPEG or WebP.</source>
        <translation>{what}はKomaで読める画像ではありません。PNG、JPEG、WebPを使ってください。</translation>
    </message>
    <message>
        <source>{what} is damaged or cut short. Save it again or choose another picture.</source>
        <translation>{what}は壊れているか、途中で切れています。保存し直すか、別の画像を選んでください。</translation>
    </message>
    <message>
        <source>{what} is empty.</source>
        <translation>{what}は空です。</translation>
    </message>
    <message>
        <source>{what} is too large{size}. Scale it down to at most 64 million pixels.</source>
        <translation>{what}は大きすぎます{size}。6400万画素以下に縮小してください。</translation>
    </message>
    <message>
        <source>The picture {name}.png{use} is missing from the project.</source>
        <translation>画像{name}.png{use}がプロジェクトにありません。</translation>
    </message>
    <message>
        <source>The picture {name}.png was changed.</source>
        <translation>画像{name}.pngが書き換えられています。</translation>
    </message>
    <message>
        <source>The mask is empty. Paint the area that it should cover.</source>
        <translation>マスクが空です。覆う範囲を塗ってください。</translation>
    </message>
    <message>
        <source>The mask of this reference has another size than the picture. Make the mask again.</source>
        <translation>参照画像のマスクと画像の大きさが違います。マスクを作り直してください。</translation>
    </message>
    <message>
        <source>This reference is not a colour picture. Choose another picture.</source>
        <translation>この参照画像はカラー画像ではありません。別の画像を選んでください。</translation>
    </message>
    <message>
        <source>The mask and the picture differ in size. Make the mask again from this picture.</source>
        <translation>マスクと画像の大きさが違います。この画像からマスクを作り直してください。</translation>
    </message>
    <message>
        <source>A mask is a grey picture.</source>
        <translation>マスクは白黒の画像にしてください。</translation>
    </message>
    <message>
        <source>The mask {name} is empty. Paint the character white in it.</source>
        <translation>マスク{name}が空です。キャラクターの範囲を白く塗ってください。</translation>
    </message>
    <message>
        <source>The mask is {mask_width} x {mask_height} px and the picture {width} x {height} px. Give a mask of the picture&apos;s size.</source>
        <translation>マスクは{mask_width} × {mask_height} px、画像は{width} × {height} pxです。画像と同じ大きさのマスクを使ってください。</translation>
    </message>
    <message>
        <source>The reference is not a colour picture; convert it to RGB.</source>
        <translation>参照画像がカラー画像ではありません。RGBに変換してください。</translation>
    </message>
    <message>
        <source>The subject mask has another size than its reference; mark it again.</source>
        <translation>人物のマスクと参照画像の大きさが違います。マスクを作り直してください。</translation>
    </message>
    <message>
        <source>The subject mask is empty; mark the character in the reference.</source>
        <translation>人物のマスクが空です。参照画像の中のキャラクターを塗ってください。</translation>
    </message>
    <message>
        <source>No figure was found in this picture. Draw a box around it or paint the mask.</source>
        <translation>この画像から人物を見つけられませんでした。人物を枠で囲むか、マスクを塗ってください。</translation>
    </message>
    <message>
        <source>No figure was found in this picture. Choose a picture that shows the whole character, or place the joints by hand.</source>
        <translation>この画像から人物を見つけられませんでした。全身が写った画像を選ぶか、関節を手で置いてください。</translation>
    </message>
    <message>
        <source>A point lies outside the picture. Set it on the picture.</source>
        <translation>点が画像の外にあります。画像の上に置いてください。</translation>
    </message>
    <message>
        <source>The box is empty or outside the picture. Draw it around the figure.</source>
        <translation>枠が空か、画像の外にあります。人物を囲むように描いてください。</translation>
    </message>
    <message>
        <source>There is not enough memory for SAM 3. Close other programs, or use the built-in segmenter.</source>
        <translation>SAM 3を使うにはメモリーが足りません。ほかのソフトを閉じるか、内蔵の切り抜きを使ってください。</translation>
    </message>
    <message>
        <source>SAM 3 needs the package torchvision, which is not installed. Install it, or draw a box around the figure and use the built-in segmenter.</source>
        <translation>SAM 3に必要なtorchvisionがインストールされていません。インストールするか、人物を枠で囲んで内蔵の切り抜きを使ってください。</translation>
    </message>
    <message>
        <source>The SAM 3 files are missing, damaged or incomplete. Download them again into one folder, or use the built-in segmenter.</source>
        <translation>SAM 3のファイルがないか、壊れているか、揃っていません。一つのフォルダーにダウンロードし直すか、内蔵の切り抜きを使ってください。</translation>
    </message>
    <message>
        <source>Finding things by words needs the SAM 3 model. Draw a box around the figure or paint the mask instead.</source>
        <translation>言葉で探すにはSAM 3のモデルが必要です。代わりに人物を枠で囲むか、マスクを塗ってください。</translation>
    </message>
    <message>
        <source>Finding the figure was stopped.</source>
        <translation>人物を探すのを中止しました。</translation>
    </message>
    <message>
        <source>One of the strokes is empty. Paint it again.</source>
        <translation>空の線があります。塗り直してください。</translation>
    </message>
    <message>
        <source>A mark has no valid place. Set it again.</source>
        <translation>印の位置が正しくありません。付け直してください。</translation>
    </message>
    <message>
        <source>The box has no valid place. Draw it again.</source>
        <translation>枠の位置が正しくありません。描き直してください。</translation>
    </message>
    <message>
        <source>The files of the keypoint detector are missing or damaged. Install the model again.</source>
        <translation>関節を探すためのファイルがないか、壊れています。モデルをインストールし直してください。</translation>
    </message>
    <message>
        <source>The keypoint detector could not be saved. Check that the disk has room and can be written to.</source>
        <translation>関節を探すためのファイルを保存できませんでした。ディスクの空きと書き込みの権限を確かめてください。</translation>
    </message>
    <message>
        <source>The OpenPose weights ({file}) are missing or damaged. Choose the folder that holds the annotator files, or use Koma&apos;s own detector.</source>
        <translation>OpenPoseのファイル（{file}）がないか、壊れています。annotatorのファイルがあるフォルダーを選ぶか、Koma内蔵の検出を使ってください。</translation>
    </message>
    <message>
        <source>Page {page}, panel {panel}: {error}</source>
        <translation>{page}ページ {panel}コマ目：{error}</translation>
    </message>
    <message>
        <source>A panel corner lies nowhere on the page.</source>
        <translation>コマの角の位置が正しくありません。</translation>
    </message>
    <message>
        <source>A panel has 3 to {count} corners.</source>
        <translation>コマの角は3から{count}個までです。</translation>
    </message>
    <message>
        <source>The panel&apos;s outline crosses itself. Move a corner.</source>
        <translation>コマの枠線が交差しています。角を動かしてください。</translation>
    </message>
    <message>
        <source>The panel has no area. Give it at least 1 mm².</source>
        <translation>コマに面積がありません。1 mm²以上にしてください。</translation>
    </message>
    <message>
        <source>A panel would lose its area. Move the edge less far.</source>
        <translation>コマがなくなってしまいます。辺を動かす距離を減らしてください。</translation>
    </message>
    <message>
        <source>A panel without width or height cannot be drawn. Give it an area.</source>
        <translation>幅や高さのないコマは描けません。コマを広げてください。</translation>
    </message>
    <message>
        <source>Draw the cut as a line across the panel.</source>
        <translation>コマを横切るように線を引いてください。</translation>
    </message>
    <message>
        <source>The cut must go through the panel exactly once.</source>
        <translation>線がコマを一度だけ横切るようにしてください。</translation>
    </message>
    <message>
        <source>The margins leave no room on the page. Make them smaller.</source>
        <translation>余白が広すぎてページに描く場所がありません。余白を狭くしてください。</translation>
    </message>
    <message>
        <source>The page has {filled} panels with something in them, the layout has room for {room}. Choose a larger layout or remove panels first.</source>
        <translation>このページには内容のあるコマが{filled}個ありますが、このコマ割りには{room}個しか入りません。コマの多いコマ割りを選ぶか、先にコマを減らしてください。</translation>
    </message>
    <message>
        <source>Give the character a name.</source>
        <translation>キャラクターに名前を付けてください。</translation>
    </message>
    <message>
        <source>There is no {what} {id} here.</source>
        <translation>{what}{id}はここにありません。</translation>
    </message>
    <message>
        <source>There is no page {id} in this project.</source>
        <translation>このプロジェクトにページ{id}はありません。</translation>
    </message>
    <message>
        <source>There is no panel {id} in this project.</source>
        <translation>このプロジェクトにコマ{id}はありません。</translation>
    </message>
    <message>
        <source>There is no character {id} in this project.</source>
        <translation>このプロジェクトにキャラクター{id}はありません。</translation>
    </message>
    <message>
        <source>The panel has no figure {id}.</source>
        <translation>このコマに人物{id}はいません。</translation>
    </message>
    <message>
        <source>The panel has no region edit {id}.</source>
        <translation>このコマに領域{id}はありません。</translation>
    </message>
    <message>
        <source>The panel has no edge {number}.</source>
        <translation>このコマに辺{number}はありません。</translation>
    </message>
    <message>
        <source>{name} has no reference {id}.</source>
        <translation>{name}に参照画像{id}はありません。</translation>
    </message>
    <message>
        <source>{id} is used in a panel but is not there.</source>
        <translation>コマで使われている{id}がありません。</translation>
    </message>
    <message>
        <source>The id {id} is there twice.</source>
        <translation>同じid {id}が二つあります。</translation>
    </message>
    <message>
        <source>The id {id} is there already.</source>
        <translation>id {id}はすでにあります。</translation>
    </message>
    <message>
        <source>{id} is not an id that Koma gives.</source>
        <translation>{id}はKomaのidではありません。</translation>
    </message>
    <message>
        <source>There is no such place in the order.</source>
        <translation>その順番の場所はありません。</translation>
    </message>
    <message>
        <source>The layout {name} cannot be read.</source>
        <translation>コマ割り{name}を読み込めません。</translation>
    </message>
    <message>
        <source>The layout {name} is not a Koma layout file.</source>
        <translation>コマ割り{name}はKomaのコマ割りファイルではありません。</translation>
    </message>
    <message>
        <source>The layout {name} has panels outside the page or without area.</source>
        <translation>コマ割り{name}に、ページの外や面積のないコマがあります。</translation>
    </message>
    <message>
        <source>There is no layout “{name}”. Choose one of these: {known}.</source>
        <translation>「{name}」というコマ割りはありません。次から選んでください：{known}</translation>
    </message>
    <message>
        <source>The image size must be at least {size} px.</source>
        <translation>絵のサイズは{size} px以上にしてください。</translation>
    </message>
    <message>
        <source>{what} must be from {low} to {high}.</source>
        <translation>{what}は{low}から{high}までにしてください。</translation>
    </message>
    <message>
        <source>{what} must be a whole number from {low} to {high}.</source>
        <translation>{what}は{low}から{high}までの整数にしてください。</translation>
    </message>
    <message>
        <source>{what} must be one of {choices}.</source>
        <translation>{what}は次のどれかにしてください：{choices}</translation>
    </message>
    <message>
        <source>{what} is longer than {limit} characters. Shorten it.</source>
        <translation>{what}が{limit}文字を超えています。短くしてください。</translation>
    </message>
    <message>
        <source>{what} holds characters that cannot be saved.</source>
        <translation>{what}に保存できない文字があります。</translation>
    </message>
    <message>
        <source>There can be at most {limit} {what}.</source>
        <translation>{what}は{limit}個までです。</translation>
    </message>
    <message>
        <source>{what} has no picture.</source>
        <translation>{what}に画像がありません。</translation>
    </message>
    <message>
        <source>A border colour is written like #1a2b3c.</source>
        <translation>枠線の色は#1a2b3cのように書いてください。</translation>
    </message>
    <message>
        <source>A keypoint of the pose lies nowhere on the page.</source>
        <translation>ポーズの関節の位置が正しくありません。</translation>
    </message>
    <message>
        <source>The figure shows no keypoint; show at least one.</source>
        <translation>人物の関節がすべて非表示です。一つ以上表示してください。</translation>
    </message>
    <message>
        <source>The pose shows no keypoint; place at least one.</source>
        <translation>ポーズに関節がありません。一つ以上置いてください。</translation>
    </message>
    <message>
        <source>There is no room for the figure; make the panel larger.</source>
        <translation>人物を置く場所がありません。コマを大きくしてください。</translation>
    </message>
    <message>
        <source>The skeleton shows no limb; place at least neck, shoulders and hips.</source>
        <translation>骨格に胴や手足がありません。少なくとも首、肩、腰を置いてください。</translation>
    </message>
    <message>
        <source>The file is not readable as OpenPose JSON; export the pose again.</source>
        <translation>OpenPoseのJSONとして読めません。ポーズを書き出し直してください。</translation>
    </message>
    <message>
        <source>The file has no list &quot;people&quot;, so it is not OpenPose JSON; choose another.</source>
        <translation>“people”のリストがないため、OpenPoseのJSONではありません。別のファイルを選んでください。</translation>
    </message>
    <message>
        <source>{name} shows no figure. Choose another pose file.</source>
        <translation>{name}には人物がありません。別のポーズファイルを選んでください。</translation>
    </message>
    <message>
        <source>A pose has 21 keypoints a hand and 68 or 70 in the face.</source>
        <translation>ポーズの関節は、片手に21個、顔に68個か70個です。</translation>
    </message>
    <message>
        <source>A pose has no keypoint {number}.</source>
        <translation>ポーズに関節{number}はありません。</translation>
    </message>
    <message>
        <source>The OpenPose file is larger than 16 MB; export one frame only.</source>
        <translation>OpenPoseのファイルが16 MBを超えています。1フレームだけ書き出してください。</translation>
    </message>
    <message>
        <source>The OpenPose file has {value} for a number; export the pose again.</source>
        <translation>OpenPoseのファイルの数値が{value}になっています。ポーズを書き出し直してください。</translation>
    </message>
    <message>
        <source>The OpenPose file has an impossible canvas size; export it again.</source>
        <translation>OpenPoseのファイルのキャンバスの大きさが正しくありません。書き出し直してください。</translation>
    </message>
    <message>
        <source>&quot;people&quot; in the OpenPose file is not a list of people; export it again.</source>
        <translation>OpenPoseのファイルの“people”が人物のリストではありません。書き出し直してください。</translation>
    </message>
    <message>
        <source>The OpenPose file has more than {count} people; remove some.</source>
        <translation>OpenPoseのファイルの人物が{count}人を超えています。減らしてください。</translation>
    </message>
    <message>
        <source>The {part} in the OpenPose file is not a list of numbers; export it again.</source>
        <translation>OpenPoseのファイルの{part}が数値のリストではありません。書き出し直してください。</translation>
    </message>
    <message>
        <source>The {part} in the OpenPose file has {found} keypoints; {allowed} are needed, each as x, y, confidence.</source>
        <translation>OpenPoseのファイルの{part}の関節が{found}個です。x、y、信頼度の組で{allowed}個必要です。</translation>
    </message>
    <message>
        <source>The OpenPose file has text where a number belongs; export it again.</source>
        <translation>OpenPoseのファイルで、数値のところに文字があります。書き出し直してください。</translation>
    </message>
    <message>
        <source>The OpenPose file has an endless or huge number; export it again.</source>
        <translation>OpenPoseのファイルの数値が大きすぎます。書き出し直してください。</translation>
    </message>
    <message>
        <source>{name} shows {count} figures. Give a file that shows one.</source>
        <translation>{name}には人物が{count}人います。一人だけのファイルを使ってください。</translation>
    </message>
    <message>
        <source>There are {count} figures and poses for {shown}. Give a pose for each figure, or one file that shows them all.</source>
        <translation>人物は{count}人、ポーズは{shown}人分です。一人ずつのポーズか、全員のいるファイルを一つ使ってください。</translation>
    </message>
    <message>
        <source>There is no pose file {path}, and no preset of that name. The presets are: {presets}.</source>
        <translation>ポーズファイル{path}も、その名前のプリセットもありません。プリセットは次のとおりです：{presets}</translation>
    </message>
    <message>
        <source>The render was stopped.</source>
        <translation>描画を中止しました。</translation>
    </message>
    <message>
        <source>What lies below this region could not be drawn.{error}</source>
        <translation>この領域の下の絵を描けませんでした。{error}</translation>
    </message>
    <message>
        <source>There is not enough memory to draw this panel; choose a smaller generation size or model, or close other programs.</source>
        <translation>このコマを描くにはメモリーが足りません。サイズやモデルを小さくするか、ほかのソフトを閉じてください。</translation>
    </message>
    <message>
        <source>There is not enough memory to finish this panel; choose a smaller generation size or close other programs.</source>
        <translation>このコマを仕上げるにはメモリーが足りません。サイズを小さくするか、ほかのソフトを閉じてください。</translation>
    </message>
    <message>
        <source>The panel could not be drawn because of a fault in Koma; try again, and report it with the log if it happens again.</source>
        <translation>Komaの不具合でコマを描けませんでした。もう一度試し、また起きるときはログを添えて報告してください。</translation>
    </message>
    <message>
        <source>The model&apos;s numbers overflowed and left no picture; lower the guidance scale or the LoRA strength, or let the engine draw in float32.</source>
        <translation>モデルの計算があふれて絵になりませんでした。ガイダンスやLoRAの強さを下げるか、float32で描画してください。</translation>
    </message>
    <message>
        <source>This model draws sides that are a multiple of {multiple} px, not {width} x {height} px; choose another generation size.</source>
        <translation>このモデルで描ける辺の長さは{multiple} pxの倍数です。{width} × {height} pxでは描けません。別のサイズを選んでください。</translation>
    </message>
    <message>
        <source>The LoRA file {name} is not there any more. Choose it again or remove it.</source>
        <translation>LoRAファイル{name}が見つかりません。選び直すか、外してください。</translation>
    </message>
    <message>
        <source>{name} is no LoRA file. Choose a LoRA file.</source>
        <translation>{name}はLoRAファイルではありません。LoRAファイルを選んでください。</translation>
    </message>
    <message>
        <source>{name}: {error}</source>
        <translation>{name}：{error}</translation>
    </message>
    <message>
        <source>{what} is not drawn yet. Render it first, then this region.</source>
        <translation>{what}がまだ描かれていません。先にそれを描いてから、この領域を描いてください。</translation>
    </message>
    <message>
        <source>A panel is drawn at {low} to {high} px a side, not at {width} x {height} px; choose another generation size.</source>
        <translation>コマの辺は{low}から{high} pxまでです。{width} × {height} pxでは描けません。別のサイズを選んでください。</translation>
    </message>
    <message>
        <source>A render takes 1 to {limit} steps, not {steps}; change the steps.</source>
        <translation>ステップ数は1から{limit}までです。{steps}にはできません。変更してください。</translation>
    </message>
    <message>
        <source>The seed must be a whole number from 0 to {limit}; choose another seed.</source>
        <translation>シードは0から{limit}までの整数です。別のシードにしてください。</translation>
    </message>
    <message>
        <source>The {what} must be a number from {low} to {high}, not {value}; change it.</source>
        <translation>{what}は{low}から{high}までです。{value}にはできません。変更してください。</translation>
    </message>
    <message>
        <source>Reference {number} is not a colour picture; choose another picture.</source>
        <translation>参照画像{number}はカラー画像ではありません。別の画像を選んでください。</translation>
    </message>
    <message>
        <source>The mask of reference {number} does not fit its picture; make the mask again.</source>
        <translation>参照画像{number}のマスクが画像に合っていません。マスクを作り直してください。</translation>
    </message>
    <message>
        <source>{what} has {found} channels where {channels} are needed; make it again.</source>
        <translation>{what}のチャンネル数が{found}です。{channels}にして作り直してください。</translation>
    </message>
    <message>
        <source>{what} is {own_width} x {own_height} px and the panel is drawn at {width} x {height} px; make it again.</source>
        <translation>{what}は{own_width} × {own_height} pxですが、コマは{width} × {height} pxで描かれます。作り直してください。</translation>
    </message>
    <message>
        <source>The soft edge of a region is 0 to {limit} px wide, not {value}.</source>
        <translation>領域のぼかしの幅は0から{limit} pxまでです。{value}にはできません。</translation>
    </message>
    <message>
        <source>The strength of a region edit is above 0 and at most 1, not {value}.</source>
        <translation>領域の強さは0より大きく1以下です。{value}にはできません。</translation>
    </message>
    <message>
        <source>The region to redraw is empty; paint over what shall change.</source>
        <translation>描き直す領域が空です。変えたいところを塗ってください。</translation>
    </message>
    <message>
        <source>The region to redraw has {found} px and needs at least {needed}; paint more.</source>
        <translation>描き直す領域が{found} pxしかありません。{needed} px以上になるように塗り足してください。</translation>
    </message>
    <message>
        <source>The adapters and their digests do not fit; plan the panel again.</source>
        <translation>アダプターとその記録が合いません。コマをもう一度描いてください。</translation>
    </message>
    <message>
        <source>The prompt is longer than this model reads; its last words were left out.</source>
        <translation>プロンプトがこのモデルで読める長さを超えたため、最後の部分を省きました。</translation>
    </message>
    <message>
        <source>This model has no adapter for references; they were not used.</source>
        <translation>このモデルには参照画像用のアダプターがないため、参照画像は使われませんでした。</translation>
    </message>
    <message>
        <source>This model has no pose controller; the pose was not used. Choose one.</source>
        <translation>このモデルにはポーズ用のControlNetがないため、ポーズは使われませんでした。ControlNetを選んでください。</translation>
    </message>
    <message>
        <source>The mask of reference {number} reaches no part of it; all of it was used.</source>
        <translation>参照画像{number}のマスクが画像にかかっていないため、画像全体を使いました。</translation>
    </message>
    <message>
        <source>Memory was short: {count} panels were drawn at once.</source>
        <translation>メモリーが足りないため、一度に{count}コマずつ描きました。</translation>
    </message>
    <message>
        <source>Memory was short: the pictures were decoded one by one.</source>
        <translation>メモリーが足りないため、絵を一枚ずつ復号しました。</translation>
    </message>
    <message>
        <source>Memory was short: the pictures were decoded in tiles.</source>
        <translation>メモリーが足りないため、絵をタイルに分けて復号しました。</translation>
    </message>
    <message>
        <source>Choose a model.</source>
        <translation>モデルを選んでください。</translation>
    </message>
    <message>
        <source>There is no folder {name}. Choose the folder with the models.</source>
        <translation>{name}というフォルダーはありません。モデルのあるフォルダーを選んでください。</translation>
    </message>
    <message>
        <source>There is no model at {name}. Choose a model file or folder.</source>
        <translation>{name}にモデルはありません。モデルのファイルかフォルダーを選んでください。</translation>
    </message>
    <message>
        <source>There is no model “{name}”. Choose one of these: {known}; or give the path of a model file or folder.</source>
        <translation>モデル「{name}」はありません。次から選ぶか、モデルのファイルかフォルダーの場所を指定してください：{known}</translation>
    </message>
    <message>
        <source>{name} is not a model file. Choose a .safetensors file or a model folder.</source>
        <translation>{name}はモデルのファイルではありません。.safetensorsファイルかモデルのフォルダーを選んでください。</translation>
    </message>
    <message>
        <source>{name} is no base model. Choose a base model to draw with.</source>
        <translation>{name}は基本モデルではありません。描画に使う基本モデルを選んでください。</translation>
    </message>
    <message>
        <source>Koma does not know this kind of model file. Choose a Stable Diffusion 1.5 or XL model, a LoRA, a ControlNet or an adapter.</source>
        <translation>Komaで扱えない種類のモデルファイルです。Stable Diffusion 1.5またはXLのモデル、LoRA、ControlNet、アダプターのどれかを選んでください。</translation>
    </message>
    <message>
        <source>This is a model of the kind {kind}, with which Koma cannot draw. Choose one of the Stable Diffusion 1.5 or XL class.</source>
        <translation>これは{kind}のモデルで、Komaでは描画できません。Stable Diffusion 1.5またはXL系のモデルを選んでください。</translation>
    </message>
    <message>
        <source>With the model {name} Koma cannot draw. Choose one of the Stable Diffusion 1.5 or XL class.</source>
        <translation>モデル{name}では描画できません。Stable Diffusion 1.5またはXL系のモデルを選んでください。</translation>
    </message>
    <message>
        <source>This pose controller was made for another kind of model than {name}. Choose one for this kind.</source>
        <translation>このポーズコントローラーは{name}とは別の種類のモデル用です。この種類に合うものを選んでください。</translation>
    </message>
    <message>
        <source>The folder {name} holds no model that Koma knows. Choose a folder with a model_index.json, or a .safetensors file.</source>
        <translation>フォルダー{name}にはKomaで扱えるモデルがありません。model_index.jsonのあるフォルダーか、.safetensorsファイルを選んでください。</translation>
    </message>
    <message>
        <source>This model file is damaged, or of an old kind that could run programs. Choose a .safetensors file instead.</source>
        <translation>このモデルファイルは壊れているか、プログラムを実行できる古い形式です。.safetensorsファイルを選んでください。</translation>
    </message>
    <message>
        <source>“{name}” is a {kind}, which cannot draw alone. Choose a base model.</source>
        <translation>「{name}」（{kind}）だけでは描けません。基本モデルを選んでください。</translation>
    </message>
    <message>
        <source>{what} is damaged: {fault}. Choose another.</source>
        <translation>{what}は壊れています：{fault}。別のものを選んでください。</translation>
    </message>
    <message>
        <source>{what} is of a kind that Koma does not know ({kind}). Choose another.</source>
        <translation>{what}はKomaで扱えない種類です（{kind}）。別のものを選んでください。</translation>
    </message>
    <message>
        <source>{what} asks for a scheduler that Koma does not know ({kind}). Choose another model.</source>
        <translation>{what}にはKomaで扱えないスケジューラーが必要です（{kind}）。別のモデルを選んでください。</translation>
    </message>
    <message>
        <source>{name} changes the text encoder too, which Koma does not do for drafts alone. Choose a LoRA of the UNet.</source>
        <translation>「{name}」はテキストエンコーダーも変更しますが、下書きだけのためにはできません。UNetのLoRAを選んでください。</translation>
    </message>
    <message>
        <source>This model file comes without its tokenizer. Put the folder “tokenizer” of Stable Diffusion 1.5 beside it, or choose the same model as a diffusers folder.</source>
        <translation>このモデルファイルにはトークナイザーがありません。Stable Diffusion 1.5の「tokenizer」フォルダーを隣に置くか、同じモデルのdiffusers形式のフォルダーを選んでください。</translation>
    </message>
    <message>
        <source>A model in a single file needs the configurations that come with Koma, and they are missing. Install Koma again, or choose the same model as a diffusers folder.</source>
        <translation>一つのファイルになったモデルに必要な、Koma付属の設定がありません。Komaをインストールし直すか、同じモデルのdiffusers形式のフォルダーを選んでください。</translation>
    </message>
    <message>
        <source>Name each adapter once.</source>
        <translation>同じアダプターは一度だけ書いてください。</translation>
    </message>
    <message>
        <source>This adapter was made for another kind of base model. Choose another adapter.</source>
        <translation>このアダプターは別の種類の基本モデル用です。別のアダプターを選んでください。</translation>
    </message>
    <message>
        <source>The configuration of this adapter cannot be read. Choose another adapter file.</source>
        <translation>このアダプターの設定を読み込めません。別のアダプターファイルを選んでください。</translation>
    </message>
    <message>
        <source>This adapter file cannot be read: it is missing, cut short, or not a safetensors file. Choose another adapter file.</source>
        <translation>このアダプターファイルを読み込めません。ファイルがないか、途中で切れているか、safetensorsファイルではありません。別のアダプターファイルを選んでください。</translation>
    </message>
    <message>
        <source>This adapter file has no configuration. Put its config.json beside it, or choose another adapter file.</source>
        <translation>このアダプターファイルには設定がありません。config.jsonを隣に置くか、別のアダプターファイルを選んでください。</translation>
    </message>
    <message>
        <source>This adapter file is damaged: its list of layers cannot be read. Choose another adapter file.</source>
        <translation>このアダプターファイルは壊れています：層の一覧を読み込めません。別のアダプターファイルを選んでください。</translation>
    </message>
    <message>
        <source>This adapter file is damaged: the weights {weights} are {fault}. Choose another adapter file.</source>
        <translation>このアダプターファイルは壊れています：重み{weights}が{fault}。別のアダプターファイルを選んでください。</translation>
    </message>
    <message>
        <source>The adapter could not be saved. Check that the disk has room and can be written to.</source>
        <translation>アダプターを保存できませんでした。ディスクの空きと書き込みの権限を確かめてください。</translation>
    </message>
    <message>
        <source>This IP-Adapter is damaged or of a kind that Koma does not know. Choose ip-adapter_sd15 or ip-adapter-plus_sd15.</source>
        <translation>このIP-Adapterは壊れているか、Komaで扱えない種類です。ip-adapter_sd15かip-adapter-plus_sd15を選んでください。</translation>
    </message>
    <message>
        <source>{name} is of an old kind that could run programs. Choose the .safetensors file of the same adapter.</source>
        <translation>{name}はプログラムを実行できる古い形式です。同じアダプターのファイルを、.safetensors形式で選び直してください。</translation>
    </message>
    <message>
        <source>“{choice}” is no choice of adapters. Choose {known}, or several joined by +.</source>
        <translation>「{choice}」というアダプターの組み合わせはありません。{known}から選ぶか、いくつかを+でつないでください。</translation>
    </message>
    <message>
        <source>There is no {adapter} for {model}. Choose one of these: {known}.</source>
        <translation>{model}に使える{adapter}がありません。次から選んでください：{known}</translation>
    </message>
    <message>
        <source>The file of {adapter} is of an old kind that could run programs. Download its .safetensors file instead.</source>
        <translation>{adapter}のファイルはプログラムを実行できる古い形式です。.safetensorsファイルをダウンロードしてください。</translation>
    </message>
    <message>
        <source>{adapter} needs its vision encoder, CLIP ViT-H/14 for the published files. Put the folder image_encoder beside the adapter file.</source>
        <translation>{adapter}には画像エンコーダーが必要です（公開されているファイルではCLIP ViT-H/14）。image_encoderフォルダーをアダプターファイルの隣に置いてください。</translation>
    </message>
    <message>
        <source>The settings file {name} cannot be read. Mend it, or delete it to begin anew.</source>
        <translation>設定ファイル{name}を読み込めません。修正するか、削除して初期設定に戻してください。</translation>
    </message>
    <message>
        <source>The settings file {name} is of a newer Koma. Update Koma, or delete the file.</source>
        <translation>設定ファイル{name}は新しいバージョンのKomaのものです。Komaを更新するか、ファイルを削除してください。</translation>
    </message>
    <message>
        <source>This model</source>
        <translation>このモデル</translation>
    </message>
    <message>
        <source>This model file</source>
        <translation>このモデルファイル</translation>
    </message>
    <message>
        <source>This model folder</source>
        <translation>このモデルのフォルダー</translation>
    </message>
    <message>
        <source>The model {name}</source>
        <translation>モデル{name}</translation>
    </message>
    <message>
        <source>This model&apos;s {part}</source>
        <translation>このモデルの{part}</translation>
    </message>
    <message>
        <source>This model&apos;s image processor</source>
        <translation>このモデルの画像の前処理</translation>
    </message>
    <message>
        <source>This adapter file</source>
        <translation>このアダプターファイル</translation>
    </message>
    <message>
        <source>This ControlNet file</source>
        <translation>このControlNetファイル</translation>
    </message>
    <message>
        <source>This LoRA file</source>
        <translation>このLoRAファイル</translation>
    </message>
    <message>
        <source>This pose controller</source>
        <translation>このポーズ用ControlNet</translation>
    </message>
    <message>
        <source>This vision encoder</source>
        <translation>この画像エンコーダー</translation>
    </message>
    <message>
        <source>text encoder</source>
        <translation>テキストエンコーダー</translation>
    </message>
    <message>
        <source>second text encoder</source>
        <translation>2つ目のテキストエンコーダー</translation>
    </message>
    <message>
        <source>second tokenizer</source>
        <translation>2つ目のトークナイザー</translation>
    </message>
    <message>
        <source>tokenizer</source>
        <translation>トークナイザー</translation>
    </message>
    <message>
        <source>scheduler</source>
        <translation>スケジューラー</translation>
    </message>
    <message>
        <source>image encoder</source>
        <translation>画像エンコーダー</translation>
    </message>
    <message>
        <source>finishing network</source>
        <translation>仕上げのネットワーク</translation>
    </message>
    <message>
        <source>body</source>
        <translation>体</translation>
    </message>
    <message>
        <source>left hand</source>
        <translation>左手</translation>
    </message>
    <message>
        <source>right hand</source>
        <translation>右手</translation>
    </message>
    <message>
        <source>face</source>
        <translation>顔</translation>
    </message>
    <message>
        <source>it has no {part}</source>
        <translation>{part}がありません</translation>
    </message>
    <message>
        <source>it holds no weights</source>
        <translation>重みがありません</translation>
    </message>
    <message>
        <source>it is cut short or not a safetensors file</source>
        <translation>途中で切れているか、safetensorsファイルではありません</translation>
    </message>
    <message>
        <source>it does not fit this base model</source>
        <translation>この基本モデルに合いません</translation>
    </message>
    <message>
        <source>a file of it cannot be read</source>
        <translation>読み込めないファイルがあります</translation>
    </message>
    <message>
        <source>its file {name} cannot be read</source>
        <translation>ファイル{name}を読み込めません</translation>
    </message>
    <message>
        <source>its UNet and its VAE do not fit</source>
        <translation>UNetとVAEが合いません</translation>
    </message>
    <message>
        <source>its text encoder and its UNet do not fit</source>
        <translation>テキストエンコーダーとUNetが合いません</translation>
    </message>
    <message>
        <source>its adapter and its UNet do not fit</source>
        <translation>アダプターとUNetが合いません</translation>
    </message>
    <message>
        <source>its adapter and its image encoder do not fit</source>
        <translation>アダプターと画像エンコーダーが合いません</translation>
    </message>
    <message>
        <source>its adapter has no image encoder</source>
        <translation>アダプター用の画像エンコーダーがありません</translation>
    </message>
    <message>
        <source>its weights and its vision encoder do not fit</source>
        <translation>重みと画像エンコーダーが合いません</translation>
    </message>
    <message>
        <source>its finishing network has another shape</source>
        <translation>仕上げのネットワークの形が違います</translation>
    </message>
    <message>
        <source>its image processor has wrong settings</source>
        <translation>画像の前処理の設定が正しくありません</translation>
    </message>
    <message>
        <source>its koma.json holds wrong values</source>
        <translation>koma.jsonの値が正しくありません</translation>
    </message>
    <message>
        <source>its scheduler has wrong settings</source>
        <translation>スケジューラーの設定が正しくありません</translation>
    </message>
    <message>
        <source>its {name} holds wrong values</source>
        <translation>「{name}」の値が正しくありません</translation>
    </message>
    <message>
        <source>its folder {name} must hold exactly one .safetensors file</source>
        <translation>フォルダー「{name}」内のsafetensorsファイルがちょうど1つではありません</translation>
    </message>
    <message>
        <source>its tokenizer cannot be read</source>
        <translation>トークナイザーを読み込めません</translation>
    </message>
    <message>
        <source>its tokenizer has no vocabulary</source>
        <translation>トークナイザーに語彙がありません</translation>
    </message>
    <message>
        <source>its weights are not those of a Stable Diffusion 1.5 model</source>
        <translation>重みがStable Diffusion 1.5のモデルのものではありません</translation>
    </message>
    <message>
        <source>its weights are not those of a Stable Diffusion XL model</source>
        <translation>重みがStable Diffusion XLのモデルのものではありません</translation>
    </message>
    <message>
        <source>its weights are not those of a Stable Diffusion ControlNet</source>
        <translation>重みがStable DiffusionのControlNetのものではありません</translation>
    </message>
    <message>
        <source>its weights do not fit its configuration</source>
        <translation>重みが設定に合いません</translation>
    </message>
    <message>
        <source>its weights file is missing</source>
        <translation>重みのファイルがありません</translation>
    </message>
    <message>
        <source>some weights have the wrong size</source>
        <translation>大きさの違う重みがあります</translation>
    </message>
    <message>
        <source>the weights “{name}*” are missing</source>
        <translation>重み「{name}*」がありません</translation>
    </message>
    <message>
        <source>{count} of its weights are missing</source>
        <translation>重みが{count}個足りません</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>ありません</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知のものです</translation>
    </message>
    <message>
        <source>of another shape</source>
        <translation>違う形です</translation>
    </message>
    <message>
        <source>The picture</source>
        <translation>画像</translation>
    </message>
    <message>
        <source>at {place}</source>
        <translation>（{place}）</translation>
    </message>
    <message>
        <source>({use})</source>
        <translation>（{use}）</translation>
    </message>
    <message>
        <source>a reference of {name}</source>
        <translation>{name}の参照画像</translation>
    </message>
    <message>
        <source>the mask of a reference of {name}</source>
        <translation>{name}の参照画像のマスク</translation>
    </message>
    <message>
        <source>the drawing of {id}</source>
        <translation>{id}の絵</translation>
    </message>
    <message>
        <source>a region of {id}</source>
        <translation>{id}の領域</translation>
    </message>
    <message>
        <source>a region edit of {id}</source>
        <translation>{id}の描き直し領域</translation>
    </message>
    <message>
        <source>the drawing of a region edit of {id}</source>
        <translation>{id}の描き直し領域の絵</translation>
    </message>
    <message>
        <source>The panel</source>
        <translation>コマ</translation>
    </message>
    <message>
        <source>A region edit below this one</source>
        <translation>この下の領域</translation>
    </message>
    <message>
        <source>The pose picture</source>
        <translation>ポーズの画像</translation>
    </message>
    <message>
        <source>The puppet picture</source>
        <translation>パペットの画像</translation>
    </message>
    <message>
        <source>The region of reference {number}</source>
        <translation>参照画像{number}の領域</translation>
    </message>
    <message>
        <source>The picture to redraw a region of</source>
        <translation>領域を描き直す絵</translation>
    </message>
    <message>
        <source>The mask of the region</source>
        <translation>領域のマスク</translation>
    </message>
    <message>
        <source>A tag</source>
        <translation>タグ</translation>
    </message>
    <message>
        <source>The adapter</source>
        <translation>アダプター</translation>
    </message>
    <message>
        <source>The angle in degrees</source>
        <translation>角度</translation>
    </message>
    <message>
        <source>The bleed in mm</source>
        <translation>裁ち落とし（mm）</translation>
    </message>
    <message>
        <source>The character&apos;s name</source>
        <translation>キャラクターの名前</translation>
    </message>
    <message>
        <source>The colour of a character</source>
        <translation>キャラクターの色</translation>
    </message>
    <message>
        <source>The drawing</source>
        <translation>絵</translation>
    </message>
    <message>
        <source>The drawing&apos;s request</source>
        <translation>絵の記録</translation>
    </message>
    <message>
        <source>The feather of a region</source>
        <translation>領域のぼかし</translation>
    </message>
    <message>
        <source>The gap in mm</source>
        <translation>コマの間隔（mm）</translation>
    </message>
    <message>
        <source>The guidance scale</source>
        <translation>ガイダンス</translation>
    </message>
    <message>
        <source>The gutter between columns in mm</source>
        <translation>左右のコマの間隔（mm）</translation>
    </message>
    <message>
        <source>The gutter between tiers in mm</source>
        <translation>上下の段の間隔（mm）</translation>
    </message>
    <message>
        <source>The height of the page in mm</source>
        <translation>ページの高さ（mm）</translation>
    </message>
    <message>
        <source>The width of the page in mm</source>
        <translation>ページの幅（mm）</translation>
    </message>
    <message>
        <source>The image size in px</source>
        <translation>絵のサイズ（px）</translation>
    </message>
    <message>
        <source>The margin in mm</source>
        <translation>余白（mm）</translation>
    </message>
    <message>
        <source>The mask of the reference</source>
        <translation>参照画像のマスク</translation>
    </message>
    <message>
        <source>The model</source>
        <translation>モデル</translation>
    </message>
    <message>
        <source>The name of the page</source>
        <translation>ページの名前</translation>
    </message>
    <message>
        <source>The name of the region</source>
        <translation>領域の名前</translation>
    </message>
    <message>
        <source>The negative prompt</source>
        <translation>ネガティブプロンプト</translation>
    </message>
    <message>
        <source>The number of steps</source>
        <translation>ステップ数</translation>
    </message>
    <message>
        <source>The path of a LoRA file</source>
        <translation>LoRAファイルの場所</translation>
    </message>
    <message>
        <source>The pose conditioning scale</source>
        <translation>ポーズの強さ</translation>
    </message>
    <message>
        <source>The pose controller</source>
        <translation>ポーズ用ControlNet</translation>
    </message>
    <message>
        <source>The prompt</source>
        <translation>プロンプト</translation>
    </message>
    <message>
        <source>The puppet scale</source>
        <translation>パペットの強さ</translation>
    </message>
    <message>
        <source>The quality</source>
        <translation>品質</translation>
    </message>
    <message>
        <source>The reading direction</source>
        <translation>読む方向</translation>
    </message>
    <message>
        <source>The reference</source>
        <translation>参照画像</translation>
    </message>
    <message>
        <source>The region</source>
        <translation>領域</translation>
    </message>
    <message>
        <source>The region to draw again</source>
        <translation>描き直す領域</translation>
    </message>
    <message>
        <source>The role of a reference</source>
        <translation>参照画像の種類</translation>
    </message>
    <message>
        <source>The scale of a LoRA file</source>
        <translation>LoRAファイルの強さ</translation>
    </message>
    <message>
        <source>The scale of a figure</source>
        <translation>人物の類似度</translation>
    </message>
    <message>
        <source>The scale of a reference</source>
        <translation>参照画像の強さ</translation>
    </message>
    <message>
        <source>The scale of a region edit</source>
        <translation>領域の類似度</translation>
    </message>
    <message>
        <source>The seed</source>
        <translation>シード</translation>
    </message>
    <message>
        <source>The size factor of a figure</source>
        <translation>人物の拡大率</translation>
    </message>
    <message>
        <source>The strength of a region edit</source>
        <translation>領域の強さ</translation>
    </message>
    <message>
        <source>The strength of the puppet</source>
        <translation>パペットの描き直しの強さ</translation>
    </message>
    <message>
        <source>The style</source>
        <translation>画風</translation>
    </message>
    <message>
        <source>The style of poses</source>
        <translation>骨格の線の描き方</translation>
    </message>
    <message>
        <source>The title</source>
        <translation>題名</translation>
    </message>
    <message>
        <source>The width of a border in mm</source>
        <translation>枠線の幅（mm）</translation>
    </message>
    <message>
        <source>guidance scale</source>
        <translation>ガイダンス</translation>
    </message>
    <message>
        <source>pose strength</source>
        <translation>ポーズの強さ</translation>
    </message>
    <message>
        <source>puppet strength</source>
        <translation>パペットの強さ</translation>
    </message>
    <message>
        <source>strength of drawing over the puppet</source>
        <translation>パペットの描き直しの強さ</translation>
    </message>
    <message>
        <source>LoRA strength</source>
        <translation>LoRAの強さ</translation>
    </message>
    <message>
        <source>strength of reference {number}</source>
        <translation>参照画像{number}の強さ</translation>
    </message>
    <message>
        <source>pages</source>
        <translation>ページ</translation>
    </message>
    <message>
        <source>panels a page</source>
        <translation>1ページのコマ</translation>
    </message>
    <message>
        <source>characters</source>
        <translation>キャラクター</translation>
    </message>
    <message>
        <source>figures a panel</source>
        <translation>1コマの人物</translation>
    </message>
    <message>
        <source>references a character</source>
        <translation>1人のキャラクターの参照画像</translation>
    </message>
    <message>
        <source>regions a panel</source>
        <translation>1コマの人物の領域</translation>
    </message>
    <message>
        <source>region edits a panel</source>
        <translation>1コマの描き直し領域</translation>
    </message>
    <message>
        <source>tags a character</source>
        <translation>1人のキャラクターのタグ</translation>
    </message>
    <message>
        <source>LoRA files</source>
        <translation>LoRAファイル</translation>
    </message>
    <message>
        <source>page</source>
        <translation>ページ</translation>
    </message>
    <message>
        <source>panel</source>
        <translation>コマ</translation>
    </message>
    <message>
        <source>figure</source>
        <translation>人物</translation>
    </message>
    <message>
        <source>character</source>
        <translation>キャラクター</translation>
    </message>
    <message>
        <source>reference</source>
        <translation>参照画像</translation>
    </message>
    <message>
        <source>region</source>
        <translation>領域</translation>
    </message>
    <message>
        <source>region edit</source>
        <translation>描き直し領域</translation>
    </message>
</context>
<context>
    <name>ExportController</name>
    <message>
        <source>Paper</source>
        <translation>用紙</translation>
    </message>
    <message>
        <source>Panel {number}</source>
        <translation>コマ {number}</translation>
    </message>
    <message>
        <source>Art</source>
        <translation>絵</translation>
    </message>
    <message>
        <source>Region {number}</source>
        <translation>領域 {number}</translation>
    </message>
    <message>
        <source>Border</source>
        <translation>枠線</translation>
    </message>
    <message>
        <source>Writing page {number} of {total}</source>
        <translation>{total}ページ中{number}ページ目を書き出し中</translation>
    </message>
    <message>
        <source>The pages could not be written.</source>
        <translation>ページを書き出せませんでした。</translation>
    </message>
    <message numerus="yes">
        <source>%n page(s) written to {folder}</source>
        <translation>
            <numerusform>%nページを{folder}に書き出しました</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export pages</source>
        <translation>ページの書き出し</translation>
    </message>
    <message>
        <source>Progress of the export</source>
        <translation>書き出しの進み具合</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>フォルダーを開く</translation>
    </message>
    <message>
        <source>Show the files that were written</source>
        <translation>書き出したファイルを表示します</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>Close without exporting</source>
        <translation>書き出さずに閉じます</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>書き出し</translation>
    </message>
    <message>
        <source>Write the files</source>
        <translation>ファイルを書き出します</translation>
    </message>
    <message>
        <source>Stop writing files</source>
        <translation>書き出しを中止します</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>閉じる</translation>
    </message>
    <message>
        <source>Getting ready</source>
        <translation>準備中</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>中止しています</translation>
    </message>
</context>
<context>
    <name>ExportForm</name>
    <message>
        <source>Pages</source>
        <translation>ページ</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>形式</translation>
    </message>
    <message>
        <source>Resolution</source>
        <translation>解像度</translation>
    </message>
    <message>
        <source>Area</source>
        <translation>範囲</translation>
    </message>
    <message>
        <source>Folder for the files</source>
        <translation>書き出し先のフォルダー</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>フォルダー</translation>
    </message>
    <message>
        <source>This project has no pages yet.</source>
        <translation>このプロジェクトにはまだページがありません。</translation>
    </message>
    <message>
        <source>Write pages like 1-3 or 2, 5. There are {count}.</source>
        <translation>ページは「1-3」や「2, 5」のように書いてください。全部で{count}ページあります。</translation>
    </message>
    <message>
        <source>Choose at least one format.</source>
        <translation>形式を一つ以上選んでください。</translation>
    </message>
    <message>
        <source>Choose a resolution from {low} to {high} dpi.</source>
        <translation>解像度は{low}～{high} dpiで指定してください。</translation>
    </message>
    <message>
        <source>Choose a folder.</source>
        <translation>フォルダーを選んでください。</translation>
    </message>
    <message>
        <source>All {count}</source>
        <translation>全{count}ページ</translation>
    </message>
    <message>
        <source>Page {number}</source>
        <translation>{number}ページ目</translation>
    </message>
    <message>
        <source>These</source>
        <translation>指定</translation>
    </message>
    <message>
        <source>1-3, 5</source>
        <translation>1-3, 5</translation>
    </message>
    <message>
        <source>Page numbers</source>
        <translation>ページ番号</translation>
    </message>
    <message>
        <source>Page numbers, like 1-3, 5</source>
        <translation>ページ番号（例：1-3, 5）</translation>
    </message>
    <message>
        <source>Export every page</source>
        <translation>すべてのページを書き出します</translation>
    </message>
    <message>
        <source>Export the page you are working on</source>
        <translation>作業中のページを書き出します</translation>
    </message>
    <message>
        <source>Export the pages you name</source>
        <translation>指定したページを書き出します</translation>
    </message>
    <message>
        <source>PNG pictures</source>
        <translation>PNG画像</translation>
    </message>
    <message>
        <source>PSD with layers</source>
        <translation>レイヤー付きPSD</translation>
    </message>
    <message>
        <source>One picture a page</source>
        <translation>1ページごとに1枚の画像です</translation>
    </message>
    <message>
        <source>For Clip Studio Paint, Photoshop and Krita: each panel a group of layers</source>
        <translation>CLIP STUDIO PAINT、Photoshop、Krita用。コマごとにレイヤーのグループになります</translation>
    </message>
    <message>
        <source>Resolution in dpi</source>
        <translation>解像度（dpi）</translation>
    </message>
    <message>
        <source>Dots per inch: 350 for print, 150 for the web</source>
        <translation>1インチあたりの点の数。印刷は350、Webは150が目安です</translation>
    </message>
    <message>
        <source>dpi</source>
        <translation>dpi</translation>
    </message>
    <message>
        <source>Up to the trim</source>
        <translation>仕上がりサイズ</translation>
    </message>
    <message>
        <source>With bleed, for the printer</source>
        <translation>裁ち落としを含む（印刷用）</translation>
    </message>
    <message>
        <source>How much of the page is in the file</source>
        <translation>ファイルに入れるページの範囲です</translation>
    </message>
    <message>
        <source>{width} × {height} px a page</source>
        <translation>1ページ {width} × {height} px</translation>
    </message>
</context>
<context>
    <name>FigureRow</name>
    <message>
        <source>Select this figure</source>
        <translation>この人物を選択します</translation>
    </message>
    <message>
        <source>Likeness</source>
        <translation>類似度</translation>
    </message>
    <message>
        <source>How closely the figure follows its references (adapter scale)</source>
        <translation>人物をどれだけ参照画像に似せるか（アダプターの強さ）</translation>
    </message>
    <message>
        <source>No references yet. Add pictures to this character.</source>
        <translation>参照画像がまだありません。このキャラクターに画像を追加してください。</translation>
    </message>
    <message>
        <source>Limit to an area…</source>
        <translation>範囲を限定…</translation>
    </message>
    <message>
        <source>Paint the part of the panel that this figure may fill</source>
        <translation>コマの中でこの人物を描いてよい範囲を塗ります</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>不明</translation>
    </message>
</context>
<context>
    <name>FiguresSection</name>
    <message>
        <source>Figures</source>
        <translation>人物</translation>
    </message>
    <message>
        <source>No figures yet. Drag a character onto the panel.</source>
        <translation>人物がまだいません。キャラクターをコマにドラッグしてください。</translation>
    </message>
</context>
<context>
    <name>FileActions</name>
    <message>
        <source>Untitled</source>
        <translation>無題</translation>
    </message>
    <message>
        <source>That folder belongs to Koma itself. Save somewhere else.</source>
        <translation>そのフォルダーはKoma自身が使っています。別の場所に保存してください。</translation>
    </message>
    <message>
        <source>Saving {name}</source>
        <translation>{name}を保存しています</translation>
    </message>
    <message>
        <source>Opening {name}</source>
        <translation>{name}を開いています</translation>
    </message>
    <message>
        <source>Open backup</source>
        <translation>バックアップを開く</translation>
    </message>
    <message>
        <source>The file could not be used. The log has the details.</source>
        <translation>ファイルを使えませんでした。詳しくはログにあります。</translation>
    </message>
</context>
<context>
    <name>FileDialogs</name>
    <message>
        <source>Open project</source>
        <translation>プロジェクトを開く</translation>
    </message>
    <message>
        <source>Save project as</source>
        <translation>プロジェクトを別名で保存</translation>
    </message>
    <message>
        <source>Koma projects</source>
        <translation>Komaプロジェクト</translation>
    </message>
</context>
<context>
    <name>FolderField</name>
    <message>
        <source>Choose…</source>
        <translation>選択…</translation>
    </message>
</context>
<context>
    <name>FolderList</name>
    <message>
        <source>Add a folder</source>
        <translation>フォルダーを追加</translation>
    </message>
    <message>
        <source>Remove the folder from this list</source>
        <translation>フォルダーをこの一覧から外す</translation>
    </message>
</context>
<context>
    <name>Inspector</name>
    <message>
        <source>Inspector</source>
        <translation>インスペクター</translation>
    </message>
    <message>
        <source>No project is open.</source>
        <translation>プロジェクトが開かれていません。</translation>
    </message>
</context>
<context>
    <name>InspectorController</name>
    <message>
        <source>Add LoRA</source>
        <translation>LoRAの追加</translation>
    </message>
    <message>
        <source>LoRA (*.safetensors)</source>
        <translation>LoRA (*.safetensors)</translation>
    </message>
</context>
<context>
    <name>JobDelegate</name>
    <message>
        <source>Cancel</source>
        <translation>中止</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>再試行</translation>
    </message>
    <message>
        <source>Draw smaller</source>
        <translation>小さく描く</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>詳細</translation>
    </message>
</context>
<context>
    <name>JobListModel</name>
    <message>
        <source>Could not be drawn</source>
        <translation>描けませんでした</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>待機中</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完了</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>中止</translation>
    </message>
    <message>
        <source>Getting ready</source>
        <translation>準備中</translation>
    </message>
    <message>
        <source>{step} of {steps}</source>
        <translation>{step}/{steps}</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>残り{time}</translation>
    </message>
</context>
<context>
    <name>Joint</name>
    <message>
        <source>Nose</source>
        <translation>鼻</translation>
    </message>
    <message>
        <source>Neck</source>
        <translation>首</translation>
    </message>
    <message>
        <source>Right shoulder</source>
        <translation>右肩</translation>
    </message>
    <message>
        <source>Right elbow</source>
        <translation>右ひじ</translation>
    </message>
    <message>
        <source>Right wrist</source>
        <translation>右手首</translation>
    </message>
    <message>
        <source>Left shoulder</source>
        <translation>左肩</translation>
    </message>
    <message>
        <source>Left elbow</source>
        <translation>左ひじ</translation>
    </message>
    <message>
        <source>Left wrist</source>
        <translation>左手首</translation>
    </message>
    <message>
        <source>Right hip</source>
        <translation>右腰</translation>
    </message>
    <message>
        <source>Right knee</source>
        <translation>右ひざ</translation>
    </message>
    <message>
        <source>Right ankle</source>
        <translation>右足首</translation>
    </message>
    <message>
        <source>Left hip</source>
        <translation>左腰</translation>
    </message>
    <message>
        <source>Left knee</source>
        <translation>左ひざ</translation>
    </message>
    <message>
        <source>Left ankle</source>
        <translation>左足首</translation>
    </message>
    <message>
        <source>Right eye</source>
        <translation>右目</translation>
    </message>
    <message>
        <source>Left eye</source>
        <translation>左目</translation>
    </message>
    <message>
        <source>Right ear</source>
        <translation>右耳</translation>
    </message>
    <message>
        <source>Left ear</source>
        <translation>左耳</translation>
    </message>
</context>
<context>
    <name>LayoutName</name>
    <message>
        <source>Diagonal cut</source>
        <translation>斜め割り</translation>
    </message>
    <message>
        <source>Five panels, manga</source>
        <translation>5コマ（漫画）</translation>
    </message>
    <message>
        <source>Four-panel strip</source>
        <translation>4コマ漫画</translation>
    </message>
    <message>
        <source>Four panels</source>
        <translation>4コマ割り</translation>
    </message>
    <message>
        <source>L-shape</source>
        <translation>L字型</translation>
    </message>
    <message>
        <source>Seven panels</source>
        <translation>7コマ</translation>
    </message>
    <message>
        <source>Six panels, 3 x 2</source>
        <translation>6コマ（3×2）</translation>
    </message>
    <message>
        <source>Slanted columns</source>
        <translation>斜めの縦割り</translation>
    </message>
    <message>
        <source>Splash</source>
        <translation>1ページ大ゴマ</translation>
    </message>
    <message>
        <source>Tall panel beside three</source>
        <translation>縦長と3コマ</translation>
    </message>
    <message>
        <source>Three tiers</source>
        <translation>3段</translation>
    </message>
    <message>
        <source>Two tiers</source>
        <translation>2段</translation>
    </message>
    <message>
        <source>Wide top, three below</source>
        <translation>上に大ゴマ、下に3コマ</translation>
    </message>
</context>
<context>
    <name>LibraryController</name>
    <message>
        <source>Add character</source>
        <translation>キャラクターを追加</translation>
    </message>
    <message>
        <source>Pictures (*.png *.jpg *.jpeg *.webp)</source>
        <translation>画像 (*.png *.jpg *.jpeg *.webp)</translation>
    </message>
    <message>
        <source>Looking at the picture …</source>
        <translation>画像を調べています…</translation>
    </message>
    <message>
        <source>Add reference</source>
        <translation>参照画像を追加</translation>
    </message>
</context>
<context>
    <name>LibraryView</name>
    <message>
        <source>Reading the picture…</source>
        <translation>画像を読み込み中…</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名前</translation>
    </message>
    <message>
        <source>Characters</source>
        <translation>キャラクター</translation>
    </message>
    <message>
        <source>No characters yet</source>
        <translation>キャラクターがまだいません</translation>
    </message>
    <message>
        <source>Add a picture</source>
        <translation>画像を追加</translation>
    </message>
    <message>
        <source>No such character</source>
        <translation>該当するキャラクターはいません</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>すべて表示</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>検索</translation>
    </message>
    <message>
        <source>Search by name or tag</source>
        <translation>名前やタグで検索します</translation>
    </message>
    <message>
        <source>Add character</source>
        <translation>キャラクターを追加</translation>
    </message>
    <message>
        <source>Make a character from a picture, or drop one here</source>
        <translation>画像からキャラクターを作ります。ここにドロップもできます</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>開く</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>名前の変更</translation>
    </message>
    <message>
        <source>Add reference…</source>
        <translation>参照画像を追加…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>削除</translation>
    </message>
</context>
<context>
    <name>LineWarning</name>
    <message>
        <source>“{first}” and “{second}” exclude each other. A click removes “{first}”.</source>
        <translation>「{first}」と「{second}」は両立しません。クリックすると「{first}」を外します。</translation>
    </message>
</context>
<context>
    <name>LoraRow</name>
    <message>
        <source>Remove this file</source>
        <translation>このファイルを外す</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>強さ</translation>
    </message>
    <message>
        <source>How strongly this file works</source>
        <translation>このファイルの効き具合です</translation>
    </message>
</context>
<context>
    <name>LoraSection</name>
    <message>
        <source>LoRA files</source>
        <translation>LoRAファイル</translation>
    </message>
    <message>
        <source>Small files that teach the model a style or a thing.</source>
        <translation>モデルに画風や物を教える小さなファイルです。</translation>
    </message>
    <message>
        <source>Add a file…</source>
        <translation>ファイルを追加…</translation>
    </message>
    <message>
        <source>There is room for {count} files</source>
        <translation>ファイルは{count}個までです</translation>
    </message>
    <message>
        <source>Use a LoRA file (.safetensors) in every panel</source>
        <translation>すべてのコマで使うLoRAファイル（.safetensors）を追加します</translation>
    </message>
    <message>
        <source>Add a LoRA file</source>
        <translation>LoRAファイルを追加</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Tools</source>
        <translation>ツール</translation>
    </message>
    <message>
        <source>Characters</source>
        <translation>キャラクター</translation>
    </message>
    <message>
        <source>Poses</source>
        <translation>ポーズ</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>インスペクター</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>描画待ち</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>確認</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>ページ</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>ファイル(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>編集(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Page</source>
        <translation>ページ(&amp;P)</translation>
    </message>
    <message>
        <source>P&amp;anel</source>
        <translation>コマ(&amp;A)</translation>
    </message>
    <message>
        <source>F&amp;igure</source>
        <translation>人物(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Render</source>
        <translation>描画(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>表示(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>ヘルプ(&amp;H)</translation>
    </message>
    <message>
        <source>Zoom: the wheel makes the page larger and smaller</source>
        <translation>表示倍率：ホイールで拡大・縮小します</translation>
    </message>
</context>
<context>
    <name>MaskCanvas</name>
    <message>
        <source>Mask of the picture</source>
        <translation>画像のマスク</translation>
    </message>
    <message>
        <source>Paint what is the character. Right button or Alt erases, [ and ] change the brush, the wheel zooms, Space moves the picture.</source>
        <translation>キャラクターの部分を塗ります。右ボタンかAltで消し、[ と ] でブラシの大きさ、ホイールで拡大・縮小、スペースで画像を動かします。</translation>
    </message>
    <message>
        <source>No picture yet</source>
        <translation>画像がまだありません</translation>
    </message>
</context>
<context>
    <name>MaskPage</name>
    <message>
        <source>Paint something: the mask is empty.</source>
        <translation>マスクが空です。塗ってください。</translation>
    </message>
</context>
<context>
    <name>MaskTools</name>
    <message>
        <source> px</source>
        <translation> px</translation>
    </message>
    <message>
        <source>Size of the brush  [  ]</source>
        <translation>ブラシサイズ  [  ]</translation>
    </message>
    <message>
        <source>Size of the brush</source>
        <translation>ブラシサイズ</translation>
    </message>
    <message>
        <source>Erase instead of paint  X</source>
        <translation>消しゴムに切り替え  X</translation>
    </message>
    <message>
        <source>Take back the last stroke</source>
        <translation>直前のストロークを取り消します</translation>
    </message>
    <message>
        <source>Bring back the stroke</source>
        <translation>ストロークをやり直します</translation>
    </message>
    <message>
        <source>All of the picture is the character</source>
        <translation>画像全体をキャラクターにします</translation>
    </message>
    <message>
        <source>Remove the mask</source>
        <translation>マスクを消去します</translation>
    </message>
    <message>
        <source>Swap the character and the background</source>
        <translation>キャラクターと背景を入れ替えます</translation>
    </message>
    <message>
        <source>Show all of the picture  0</source>
        <translation>画像全体を表示  0</translation>
    </message>
    <message>
        <source>Show which parts of the picture the model looks at</source>
        <translation>モデルが見る画像の部分を表示します</translation>
    </message>
    <message>
        <source>No stroke yet.</source>
        <translation>ストロークがまだありません。</translation>
    </message>
    <message>
        <source>Nothing was taken back.</source>
        <translation>取り消した操作がありません。</translation>
    </message>
</context>
<context>
    <name>NotificationBar</name>
    <message>
        <source>Message</source>
        <translation>お知らせ</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>このお知らせを閉じます</translation>
    </message>
    <message>
        <source>{count} more</source>
        <translation>ほか{count}件</translation>
    </message>
</context>
<context>
    <name>NumberRow</name>
    <message>
        <source>as the project</source>
        <translation>プロジェクトと同じ</translation>
    </message>
    <message>
        <source>mixed</source>
        <translation>混在</translation>
    </message>
    <message>
        <source>As the project</source>
        <translation>プロジェクトと同じ</translation>
    </message>
    <message>
        <source>Back to {value}</source>
        <translation>{value}に戻す</translation>
    </message>
</context>
<context>
    <name>PageController</name>
    <message>
        <source>This seed is kept. Open its lock in the inspector to change it.</source>
        <translation>このシードは固定されています。変えるにはインスペクターで固定を外してください。</translation>
    </message>
    <message>
        <source>Put a character into the panel first, then give it a pose.</source>
        <translation>先にコマへキャラクターを入れてから、ポーズを付けてください。</translation>
    </message>
</context>
<context>
    <name>PageListModel</name>
    <message>
        <source>Page {number}</source>
        <translation>{number}ページ</translation>
    </message>
</context>
<context>
    <name>PageListView</name>
    <message>
        <source>Pages</source>
        <translation>ページ</translation>
    </message>
</context>
<context>
    <name>PageStrip</name>
    <message>
        <source>Drag to put pages in another order</source>
        <translation>ドラッグしてページを並べ替えます</translation>
    </message>
    <message>
        <source>Add a page after this one</source>
        <translation>このページの後ろにページを追加します</translation>
    </message>
    <message>
        <source>Change the layout</source>
        <translation>コマ割りを変更</translation>
    </message>
    <message>
        <source>No pages yet.</source>
        <translation>ページがまだありません。</translation>
    </message>
    <message>
        <source>Add a page</source>
        <translation>ページを追加</translation>
    </message>
    <message>
        <source>Change the layout of this page</source>
        <translation>このページのコマ割りを変更します</translation>
    </message>
    <message>
        <source>Remove this page</source>
        <translation>このページを削除します</translation>
    </message>
    <message>
        <source>No pages yet. Add the first with +.</source>
        <translation>ページがまだありません。+ で最初のページを追加してください。</translation>
    </message>
    <message>
        <source>No project is open.</source>
        <translation>プロジェクトが開かれていません。</translation>
    </message>
    <message>
        <source>Move one page earlier</source>
        <translation>一つ前へ移動</translation>
    </message>
    <message>
        <source>Move one page later</source>
        <translation>一つ後ろへ移動</translation>
    </message>
    <message>
        <source>Remove page</source>
        <translation>ページを削除</translation>
    </message>
</context>
<context>
    <name>PageView</name>
    <message>
        <source>Draw a line across a panel to cut it; Shift keeps it straight</source>
        <translation>コマを横切る線を引いて分割します。Shiftでまっすぐになります</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>ページ</translation>
    </message>
    <message>
        <source>Selected: panel {numbers}</source>
        <translation>選択中：コマ {numbers}</translation>
    </message>
    <message>
        <source>No panel is selected</source>
        <translation>コマは選択されていません</translation>
    </message>
    <message>
        <source>No page yet. Add one in the page strip below.</source>
        <translation>ページがまだありません。下のページ一覧で追加してください。</translation>
    </message>
    <message>
        <source>Choose a layout for this page</source>
        <translation>このページのコマ割りを選んでください</translation>
    </message>
    <message>
        <source>Drag to move the gutter, Esc to leave it</source>
        <translation>ドラッグでコマの間隔を移動、Escで中止</translation>
    </message>
    <message>
        <source>Panel {number}: click selects, double-click poses</source>
        <translation>コマ {number}：クリックで選択、ダブルクリックでポーズ</translation>
    </message>
</context>
<context>
    <name>PanelChrome</name>
    <message>
        <source>Drop a character here, or write what happens</source>
        <translation>ここにキャラクターをドロップするか、場面を書いてください</translation>
    </message>
    <message>
        <source>Not drawn yet</source>
        <translation>未描画</translation>
    </message>
    <message>
        <source>Changed since it was drawn</source>
        <translation>描画後に変更あり</translation>
    </message>
    <message>
        <source>Waiting to be drawn</source>
        <translation>描画待ち</translation>
    </message>
    <message>
        <source>Drawing: {step} of {steps}</source>
        <translation>描画中：{step}/{steps}</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>再試行</translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation>小さく</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>詳細</translation>
    </message>
    <message>
        <source>Queued</source>
        <translation>待機中</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>開始中</translation>
    </message>
    <message>
        <source>{step} of {steps}</source>
        <translation>{step}/{steps}</translation>
    </message>
    <message>
        <source>Not drawn</source>
        <translation>描けませんでした</translation>
    </message>
</context>
<context>
    <name>PanelSection</name>
    <message>
        <source>Panel</source>
        <translation>コマ</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>プロンプト</translation>
    </message>
    <message>
        <source>What the panel shows, as tags with commas between</source>
        <translation>コマに描くものを、カンマ区切りのタグで書きます</translation>
    </message>
    <message>
        <source>smile, classroom, looking at viewer</source>
        <translation>smile, classroom, looking at viewer</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>除外</translation>
    </message>
    <message>
        <source>What the panel must not show (negative prompt)</source>
        <translation>このコマに描かないもの（ネガティブプロンプト）</translation>
    </message>
    <message>
        <source>text, extra fingers</source>
        <translation>text, extra fingers</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>ステップ数</translation>
    </message>
    <message>
        <source>How often the drawing is refined: more is finer and slower</source>
        <translation>絵を描き込む回数です。多いほど細かく、遅くなります</translation>
    </message>
    <message>
        <source>Guidance</source>
        <translation>ガイダンス</translation>
    </message>
    <message>
        <source>How strictly the drawing follows the prompt</source>
        <translation>絵がプロンプトにどれだけ忠実に従うか</translation>
    </message>
    <message>
        <source>Pose</source>
        <translation>ポーズ</translation>
    </message>
    <message>
        <source>How strictly the drawing follows the skeletons</source>
        <translation>絵が骨格にどれだけ忠実に従うか</translation>
    </message>
    <message>
        <source>Puppet</source>
        <translation>パペット</translation>
    </message>
    <message>
        <source>How much of the references&apos; own pixels goes into the drawing</source>
        <translation>参照画像そのものの絵をどれだけ使うか</translation>
    </message>
    <message>
        <source>{count} panels</source>
        <translation>{count}個のコマ</translation>
    </message>
    <message>
        <source>Panel {number}</source>
        <translation>コマ {number}</translation>
    </message>
</context>
<context>
    <name>PoseController</name>
    <message>
        <source>No pose was copied yet. Copy the pose of a figure first.</source>
        <translation>ポーズがコピーされていません。先に人物のポーズをコピーしてください。</translation>
    </message>
    <message>
        <source>Select a panel with a figure first.</source>
        <translation>先に人物のいるコマを選択してください。</translation>
    </message>
    <message>
        <source>Import pose</source>
        <translation>ポーズの読み込み</translation>
    </message>
    <message>
        <source>OpenPose (*.json)</source>
        <translation>OpenPose (*.json)</translation>
    </message>
    <message>
        <source>Export poses</source>
        <translation>ポーズの書き出し</translation>
    </message>
    <message>
        <source>Select a figure first.</source>
        <translation>先に人物を選択してください。</translation>
    </message>
</context>
<context>
    <name>PoseGrid</name>
    <message>
        <source>Poses</source>
        <translation>ポーズ</translation>
    </message>
    <message>
        <source>Select a figure first</source>
        <translation>先に人物を選択してください</translation>
    </message>
    <message>
        <source>Search poses</source>
        <translation>ポーズを検索</translation>
    </message>
    <message>
        <source>Search poses by name</source>
        <translation>ポーズを名前で検索します</translation>
    </message>
    <message>
        <source>Import poses from OpenPose files</source>
        <translation>OpenPoseファイルからポーズを読み込みます</translation>
    </message>
    <message>
        <source>Export the figure&apos;s pose</source>
        <translation>人物のポーズを書き出します</translation>
    </message>
    <message>
        <source>Mirror the figure</source>
        <translation>人物を左右反転します</translation>
    </message>
    <message>
        <source>Reset the figure&apos;s pose</source>
        <translation>人物のポーズをリセットします</translation>
    </message>
    <message>
        <source>No pose is called “{name}”.</source>
        <translation>「{name}」というポーズはありません。</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>すべて表示</translation>
    </message>
    <message>
        <source>There are no poses yet.</source>
        <translation>ポーズがまだありません。</translation>
    </message>
    <message>
        <source>Import poses</source>
        <translation>ポーズを読み込む</translation>
    </message>
</context>
<context>
    <name>PoseLayer</name>
    <message>
        <source>Scale the figure</source>
        <translation>人物を拡大・縮小</translation>
    </message>
    <message>
        <source>Rotate the figure (Shift: steps of 15°)</source>
        <translation>人物を回転（Shiftで15°ごと）</translation>
    </message>
</context>
<context>
    <name>PosePreset</name>
    <message>
        <source>Arms up</source>
        <translation>両手を上げる</translation>
    </message>
    <message>
        <source>Crossed arms</source>
        <translation>腕組み</translation>
    </message>
    <message>
        <source>Hand on hip</source>
        <translation>腰に手</translation>
    </message>
    <message>
        <source>Jumping</source>
        <translation>ジャンプ</translation>
    </message>
    <message>
        <source>Pointing</source>
        <translation>指さし</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>走る</translation>
    </message>
    <message>
        <source>Sitting</source>
        <translation>座る</translation>
    </message>
    <message>
        <source>Standing</source>
        <translation>立つ</translation>
    </message>
    <message>
        <source>Walking</source>
        <translation>歩く</translation>
    </message>
    <message>
        <source>Waving</source>
        <translation>手を振る</translation>
    </message>
</context>
<context>
    <name>ProjectSection</name>
    <message>
        <source>Project</source>
        <translation>プロジェクト</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>題名</translation>
    </message>
    <message>
        <source>The title of the project</source>
        <translation>プロジェクトの題名です</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>無題</translation>
    </message>
    <message>
        <source>Reads</source>
        <translation>読む方向</translation>
    </message>
    <message>
        <source>In which direction pages and panels are read</source>
        <translation>ページとコマを読む方向です</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>判型</translation>
    </message>
    <message>
        <source>Size of the printed page</source>
        <translation>印刷するページの大きさです</translation>
    </message>
    <message>
        <source>Right to left</source>
        <translation>右から左</translation>
    </message>
    <message>
        <source>Left to right</source>
        <translation>左から右</translation>
    </message>
    <message>
        <source>Downwards</source>
        <translation>上から下</translation>
    </message>
    <message>
        <source>Own size</source>
        <translation>独自のサイズ</translation>
    </message>
    <message>
        <source>B5 comic book</source>
        <translation>B5判コミック</translation>
    </message>
    <message>
        <source>Manuscript sheet</source>
        <translation>漫画原稿用紙</translation>
    </message>
    <message>
        <source>A4</source>
        <translation>A4</translation>
    </message>
    <message>
        <source>A5</source>
        <translation>A5</translation>
    </message>
    <message>
        <source>US comic</source>
        <translation>アメコミ判</translation>
    </message>
    <message>
        <source>Webtoon strip</source>
        <translation>縦スクロール</translation>
    </message>
    <message>
        <source>{width} × {height} mm, bleed {bleed} mm, margin {margin} mm</source>
        <translation>{width} × {height} mm、裁ち落とし {bleed} mm、余白 {margin} mm</translation>
    </message>
</context>
<context>
    <name>PromptRow</name>
    <message>
        <source>mixed</source>
        <translation>混在</translation>
    </message>
    <message>
        <source>+ project: {text}</source>
        <translation>＋プロジェクト：{text}</translation>
    </message>
</context>
<context>
    <name>QueueView</name>
    <message>
        <source>Render queue</source>
        <translation>描画待ちの一覧</translation>
    </message>
    <message>
        <source>Cancel all</source>
        <translation>すべて中止</translation>
    </message>
    <message>
        <source>Clear finished</source>
        <translation>済みを消去</translation>
    </message>
    <message>
        <source>Nothing is being drawn. Rendered panels queue up here.</source>
        <translation>描画するコマがここに並びます。</translation>
    </message>
    <message>
        <source>{count} drawing</source>
        <translation>描画中{count}件</translation>
    </message>
    <message>
        <source>{count} waiting</source>
        <translation>待機{count}件</translation>
    </message>
    <message>
        <source>{count} failed</source>
        <translation>失敗{count}件</translation>
    </message>
    <message>
        <source>All done</source>
        <translation>すべて完了</translation>
    </message>
</context>
<context>
    <name>RecoveryDialog</name>
    <message>
        <source>Unsaved work</source>
        <translation>未保存の作業</translation>
    </message>
    <message>
        <source>Safety copies</source>
        <translation>控え</translation>
    </message>
    <message>
        <source>Koma did not end properly. It kept copies of what was not saved.</source>
        <translation>Komaが正常に終了しませんでした。保存されていない作業の控えがあります。</translation>
    </message>
    <message>
        <source>Decide later</source>
        <translation>あとで決める</translation>
    </message>
    <message>
        <source>Keep all copies and ask at the next start</source>
        <translation>すべての控えを残し、次回の起動時に確認します</translation>
    </message>
</context>
<context>
    <name>ReferenceButton</name>
    <message>
        <source>References</source>
        <translation>参照画像</translation>
    </message>
    <message>
        <source>Draw the region after this reference</source>
        <translation>この参照画像に合わせて領域を描きます</translation>
    </message>
    <message>
        <source>All references</source>
        <translation>すべての参照画像</translation>
    </message>
    <message>
        <source>{used} of {total} references</source>
        <translation>参照画像 {used}/{total}枚</translation>
    </message>
    <message>
        <source>Which references the region is drawn after</source>
        <translation>領域を描くときに使う参照画像です</translation>
    </message>
    <message>
        <source>This character has only one reference.</source>
        <translation>このキャラクターの参照画像は一枚だけです。</translation>
    </message>
    <message>
        <source>Choose a character with references first.</source>
        <translation>先に参照画像のあるキャラクターを選んでください。</translation>
    </message>
    <message>
        <source>Whole figure</source>
        <translation>全身</translation>
    </message>
    <message>
        <source>Face</source>
        <translation>顔</translation>
    </message>
    <message>
        <source>Hair</source>
        <translation>髪</translation>
    </message>
    <message>
        <source>Outfit</source>
        <translation>衣装</translation>
    </message>
    <message>
        <source>Accessory</source>
        <translation>小物</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>その他</translation>
    </message>
</context>
<context>
    <name>ReferenceFields</name>
    <message>
        <source>What of the character this picture shows</source>
        <translation>この画像がキャラクターのどこを示すか</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>種類</translation>
    </message>
    <message>
        <source>How strongly drawings follow this picture; 1 is usual</source>
        <translation>絵をこの画像にどれだけ似せるか。通常は1です</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>強さ</translation>
    </message>
    <message>
        <source>Find again</source>
        <translation>再検出</translation>
    </message>
    <message>
        <source>Find the character&apos;s outline again</source>
        <translation>キャラクターの輪郭を検出し直します</translation>
    </message>
    <message>
        <source>Find the skeleton again</source>
        <translation>骨格を検出し直します</translation>
    </message>
    <message>
        <source>Remove reference</source>
        <translation>参照画像を削除</translation>
    </message>
    <message>
        <source>Take this picture from the character</source>
        <translation>この画像をキャラクターから外します</translation>
    </message>
    <message>
        <source>Wait until the picture has been looked at</source>
        <translation>画像を調べ終わるまでお待ちください</translation>
    </message>
    <message>
        <source>Mask</source>
        <translation>マスク</translation>
    </message>
    <message>
        <source>Skeleton</source>
        <translation>骨格</translation>
    </message>
    <message>
        <source>This reference</source>
        <translation>この参照画像</translation>
    </message>
</context>
<context>
    <name>ReferenceLine</name>
    <message>
        <source>Strength of this reference, in every panel that uses it</source>
        <translation>この参照画像の強さ。使っているすべてのコマに効きます</translation>
    </message>
    <message>
        <source>{number} {role}</source>
        <translation>{number} {role}</translation>
    </message>
    <message>
        <source>Use reference {name}</source>
        <translation>参照画像「{name}」を使う</translation>
    </message>
    <message>
        <source>Strength of {name}</source>
        <translation>「{name}」の強さ</translation>
    </message>
    <message>
        <source>A figure needs at least one reference</source>
        <translation>人物には参照画像が一枚以上必要です</translation>
    </message>
    <message>
        <source>Draw the figure after this reference</source>
        <translation>この参照画像に合わせて人物を描きます</translation>
    </message>
</context>
<context>
    <name>ReferenceList</name>
    <message>
        <source>References</source>
        <translation>参照画像</translation>
    </message>
    <message>
        <source>Drag to change the order. The first one is on the card.</source>
        <translation>ドラッグして順番を変えます。先頭の画像がカードに表示されます。</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>上へ移動</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>下へ移動</translation>
    </message>
    <message>
        <source>Remove reference</source>
        <translation>参照画像を削除</translation>
    </message>
</context>
<context>
    <name>ReferenceRole</name>
    <message>
        <source>Whole</source>
        <translation>全身</translation>
    </message>
    <message>
        <source>Face</source>
        <translation>顔</translation>
    </message>
    <message>
        <source>Hair</source>
        <translation>髪</translation>
    </message>
    <message>
        <source>Outfit</source>
        <translation>衣装</translation>
    </message>
    <message>
        <source>Accessory</source>
        <translation>小物</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>その他</translation>
    </message>
    <message>
        <source>Whole figure</source>
        <translation>全身</translation>
    </message>
</context>
<context>
    <name>RegionBar</name>
    <message>
        <source>Draw only the marked region</source>
        <translation>指定した領域だけを描きます</translation>
    </message>
    <message>
        <source>No character</source>
        <translation>キャラクターなし</translation>
    </message>
    <message>
        <source>Where {name} may be drawn</source>
        <translation>{name}を描いてよい範囲</translation>
    </message>
    <message>
        <source>Keep mask</source>
        <translation>マスクを決定</translation>
    </message>
    <message>
        <source>Draw region</source>
        <translation>領域を描画</translation>
    </message>
    <message>
        <source>Draw the figure only where it is marked</source>
        <translation>指定した範囲だけに人物を描きます</translation>
    </message>
    <message>
        <source>Take back the last step</source>
        <translation>直前の操作を取り消します</translation>
    </message>
    <message>
        <source>No step yet.</source>
        <translation>操作がまだありません。</translation>
    </message>
    <message>
        <source>Bring back the step</source>
        <translation>操作をやり直します</translation>
    </message>
    <message>
        <source>Nothing was taken back.</source>
        <translation>取り消した操作がありません。</translation>
    </message>
    <message>
        <source>Start the region anew</source>
        <translation>領域を最初から指定し直します</translation>
    </message>
    <message>
        <source>Nothing is marked yet.</source>
        <translation>まだ何も指定されていません。</translation>
    </message>
    <message>
        <source>Click on what to draw again; Alt-click on what to leave</source>
        <translation>描き直すものをクリックします。残すものはAlt＋クリックします</translation>
    </message>
    <message>
        <source>Drag a box around what to draw again</source>
        <translation>描き直すものをドラッグで囲みます</translation>
    </message>
    <message>
        <source>Paint the region by hand</source>
        <translation>領域を手で塗ります</translation>
    </message>
    <message>
        <source>Size of the brush</source>
        <translation>ブラシサイズ</translation>
    </message>
    <message>
        <source>Swap inside and outside</source>
        <translation>内側と外側を入れ替えます</translation>
    </message>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
    <message>
        <source>How far the region may leave what is there: 100 % draws it all anew</source>
        <translation>今の絵からどれだけ変えるか。100 %で全部描き直します</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>強さ</translation>
    </message>
    <message>
        <source> px</source>
        <translation> px</translation>
    </message>
    <message>
        <source>How soft the edge of the region is, inside it</source>
        <translation>領域の境界を内側へぼかす幅です</translation>
    </message>
    <message>
        <source>Soft edge</source>
        <translation>ぼかし</translation>
    </message>
    <message>
        <source>Who is drawn in the region</source>
        <translation>領域に描くキャラクターです</translation>
    </message>
    <message>
        <source>Character</source>
        <translation>キャラクター</translation>
    </message>
    <message>
        <source>Tags: red scarf, smile</source>
        <translation>タグ：red scarf, smile</translation>
    </message>
    <message>
        <source>What is drawn in the region. Enter draws it.</source>
        <translation>領域に描くものです。Enterで描画します。</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>タグ</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>やめる</translation>
    </message>
    <message>
        <source>Leave without drawing  Esc</source>
        <translation>描かずに終了  Esc</translation>
    </message>
    <message>
        <source>Choose the brush first.</source>
        <translation>先にブラシを選んでください。</translation>
    </message>
    <message>
        <source>Erase instead of paint  X</source>
        <translation>消しゴムに切り替え  X</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>消しゴム</translation>
    </message>
    <message>
        <source>Size of the brush in millimetres  [  ]</source>
        <translation>ブラシサイズ（mm）  [  ]</translation>
    </message>
    <message>
        <source>Mark a region first.</source>
        <translation>先に領域を指定してください。</translation>
    </message>
</context>
<context>
    <name>RegionController</name>
    <message>
        <source>Select a panel first.</source>
        <translation>先にコマを選択してください。</translation>
    </message>
    <message>
        <source>Mark a region first: click it, draw a box, or paint.</source>
        <translation>先に領域を指定してください。クリックするか、囲むか、塗ります。</translation>
    </message>
    <message>
        <source>Draw the panel first: a region is a part of its picture.</source>
        <translation>先にコマを描画してください。領域はその絵の一部です。</translation>
    </message>
    <message>
        <source>This panel is not drawn yet. Paint the region with the brush, or draw a box.</source>
        <translation>このコマはまだ描かれていません。ブラシで塗るか、囲んで領域を指定してください。</translation>
    </message>
</context>
<context>
    <name>RegionRow</name>
    <message>
        <source>Name of the region</source>
        <translation>領域の名前</translation>
    </message>
    <message>
        <source>Draw this region again</source>
        <translation>この領域を描き直します</translation>
    </message>
    <message>
        <source>Character</source>
        <translation>キャラクター</translation>
    </message>
    <message>
        <source>Whose references the region is drawn after</source>
        <translation>領域を描くときに参照画像を使うキャラクターです</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>プロンプト</translation>
    </message>
    <message>
        <source>What the region shows, as tags with commas between</source>
        <translation>領域に描くものを、カンマ区切りのタグで書きます</translation>
    </message>
    <message>
        <source>smile, closed eyes</source>
        <translation>smile, closed eyes</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>除外</translation>
    </message>
    <message>
        <source>What the region must not show (negative prompt)</source>
        <translation>領域に描かないもの（ネガティブプロンプト）</translation>
    </message>
    <message>
        <source>Not drawn yet</source>
        <translation>まだ描かれていません</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>強さ</translation>
    </message>
    <message>
        <source>How much the region may change: 1 draws it anew</source>
        <translation>領域をどれだけ変えるか。1で全部描き直します</translation>
    </message>
    <message>
        <source>Likeness</source>
        <translation>類似度</translation>
    </message>
    <message>
        <source>How closely the region follows the references (adapter scale)</source>
        <translation>領域をどれだけ参照画像に似せるか（アダプターの強さ）</translation>
    </message>
    <message>
        <source>Soft edge</source>
        <translation>ぼかし</translation>
    </message>
    <message>
        <source>Over how many pixels the region fades into the drawing</source>
        <translation>領域が周りの絵になじむ幅（px）です</translation>
    </message>
    <message>
        <source>Region {number}</source>
        <translation>領域 {number}</translation>
    </message>
    <message>
        <source>Nobody</source>
        <translation>なし</translation>
    </message>
    <message>
        <source>Hide this region</source>
        <translation>この領域を隠します</translation>
    </message>
    <message>
        <source>Show this region</source>
        <translation>この領域を表示します</translation>
    </message>
</context>
<context>
    <name>RegionsSection</name>
    <message>
        <source>Regions</source>
        <translation>領域</translation>
    </message>
    <message>
        <source>No regions yet. With the region tool, paint what to draw again.</source>
        <translation>領域がまだありません。領域ツールで描き直す部分を塗ってください。</translation>
    </message>
    <message>
        <source>Limited to an area</source>
        <translation>範囲を限定した人物</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>不明</translation>
    </message>
    <message>
        <source>{name}, {role}</source>
        <translation>{name}、{role}</translation>
    </message>
</context>
<context>
    <name>RenderActions</name>
    <message>
        <source>Why the panel was not drawn</source>
        <translation>コマを描けなかった理由</translation>
    </message>
</context>
<context>
    <name>RenderController</name>
    <message>
        <source>This model cannot draw smaller. Close other programs and try again.</source>
        <translation>このモデルではこれ以上小さく描けません。ほかのソフトを閉じてもう一度試してください。</translation>
    </message>
    <message>
        <source>Page {page}, panel {panel}</source>
        <translation>{page}ページ {panel}コマ目</translation>
    </message>
    <message>
        <source>{panel}: best of {count}</source>
        <translation>{panel}：{count}枚から選ぶ</translation>
    </message>
</context>
<context>
    <name>Row</name>
    <message>
        <source>Bring forward</source>
        <translation>前面へ</translation>
    </message>
    <message>
        <source>Send back</source>
        <translation>背面へ</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>外す</translation>
    </message>
    <message>
        <source>Show more</source>
        <translation>詳細を表示</translation>
    </message>
    <message>
        <source>Show less</source>
        <translation>詳細を隠す</translation>
    </message>
</context>
<context>
    <name>SaveQuestion</name>
    <message>
        <source>Save changes?</source>
        <translation>変更を保存しますか？</translation>
    </message>
    <message>
        <source>Save the changes to “{name}”?</source>
        <translation>「{name}」の変更を保存しますか？</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Do not save</source>
        <translation>保存しない</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>If you do not save, they are lost.</source>
        <translation>保存しないと変更は失われます。</translation>
    </message>
</context>
<context>
    <name>Section</name>
    <message>
        <source>Fold {title}</source>
        <translation>「{title}」を折りたたむ</translation>
    </message>
    <message>
        <source>Unfold {title}</source>
        <translation>「{title}」を開く</translation>
    </message>
</context>
<context>
    <name>SeedRow</name>
    <message>
        <source>The same seed draws the same picture again</source>
        <translation>同じシードなら同じ絵になります</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>シード</translation>
    </message>
    <message>
        <source>Next seed</source>
        <translation>次のシード</translation>
    </message>
    <message>
        <source>Random seed</source>
        <translation>ランダムなシード</translation>
    </message>
    <message>
        <source>mixed</source>
        <translation>混在</translation>
    </message>
    <message>
        <source>The seed is kept: let it change</source>
        <translation>シードは固定中です。クリックで解除します</translation>
    </message>
    <message>
        <source>Keep this seed</source>
        <translation>このシードを固定します</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>環境設定</translation>
    </message>
    <message>
        <source>General</source>
        <translation>一般</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>モデル</translation>
    </message>
    <message>
        <source>Drawing</source>
        <translation>描画</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>Close and change nothing</source>
        <translation>変更せずに閉じます</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>適用</translation>
    </message>
    <message>
        <source>Apply and stay here</source>
        <translation>適用して続けます</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>OK</translation>
    </message>
    <message>
        <source>Apply and close</source>
        <translation>適用して閉じます</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>言語</translation>
    </message>
    <message>
        <source>The language of Koma&apos;s window</source>
        <translation>Komaのウィンドウの言語です</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>システムに合わせる</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>テーマ</translation>
    </message>
    <message>
        <source>Dark or light window</source>
        <translation>ウィンドウの明るさです</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>ダーク</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>ライト</translation>
    </message>
    <message>
        <source> min</source>
        <translation> 分</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>なし</translation>
    </message>
    <message>
        <source>Safety copy every</source>
        <translation>控えの間隔</translation>
    </message>
    <message>
        <source>Minutes between safety copies</source>
        <translation>控えを保存する間隔（分）です</translation>
    </message>
    <message>
        <source>Safety copies never touch your own file.</source>
        <translation>控えは元のファイルを書き換えません。</translation>
    </message>
    <message>
        <source>Folders with models</source>
        <translation>モデルのフォルダー</translation>
    </message>
    <message>
        <source>Folder with SAM 3</source>
        <translation>SAM 3のフォルダー</translation>
    </message>
    <message>
        <source>None</source>
        <translation>なし</translation>
    </message>
    <message>
        <source>Searched beside the models that come with Koma.</source>
        <translation>Komaに付属のモデルのほかに探す場所です。</translation>
    </message>
    <message>
        <source>Cuts figures out of difficult pictures.</source>
        <translation>難しい画像から人物を切り抜きます。</translation>
    </message>
    <message>
        <source>Draw a draft after each edit</source>
        <translation>編集のたびに下描きを描く</translation>
    </message>
    <message>
        <source>Shows roughly how the panel becomes while you pose</source>
        <translation>ポーズを付けている間、コマの出来上がりを大まかに表示します</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自動</translation>
    </message>
    <message>
        <source>Processor threads</source>
        <translation>CPUのスレッド数</translation>
    </message>
    <message>
        <source>Fewer threads leave more of the computer to other programs</source>
        <translation>少なくすると、ほかのソフトに余裕ができます</translation>
    </message>
    <message>
        <source>Counts only without a graphics card.</source>
        <translation>グラフィックカードがない場合だけ有効です。</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keys</source>
        <translation>ショートカットキー</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>検索</translation>
    </message>
    <message>
        <source>Search keys</source>
        <translation>キーを検索</translation>
    </message>
    <message>
        <source>Search by command or by key</source>
        <translation>コマンドやキーで検索します</translation>
    </message>
    <message>
        <source>Commands and their keys</source>
        <translation>コマンドとキーの一覧</translation>
    </message>
    <message>
        <source>No key and no command has these letters.</source>
        <translation>該当するキーやコマンドはありません。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>閉じる</translation>
    </message>
</context>
<context>
    <name>SkeletonCanvas</name>
    <message>
        <source>Skeleton of the reference</source>
        <translation>参照画像の骨格</translation>
    </message>
    <message>
        <source>{name}, hidden</source>
        <translation>{name}（非表示）</translation>
    </message>
</context>
<context>
    <name>SkeletonPage</name>
    <message>
        <source>Find skeleton</source>
        <translation>骨格を検出</translation>
    </message>
    <message>
        <source>Look for the character&apos;s joints in the picture</source>
        <translation>画像からキャラクターの関節を探します</translation>
    </message>
    <message>
        <source>Place one by hand</source>
        <translation>手で置く</translation>
    </message>
    <message>
        <source>Begin with a standing figure and drag its joints</source>
        <translation>立ちポーズから始めて関節をドラッグします</translation>
    </message>
    <message>
        <source>Show the whole picture</source>
        <translation>画像全体を表示します</translation>
    </message>
    <message>
        <source>Drag joints. Right-click hides or shows one.</source>
        <translation>関節をドラッグします。右クリックで表示・非表示を切り替えます。</translation>
    </message>
    <message>
        <source>No skeleton yet</source>
        <translation>骨格がまだありません</translation>
    </message>
    <message>
        <source>Wait until the picture has been looked at</source>
        <translation>画像を調べ終わるまでお待ちください</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Starting the engine.</source>
        <translation>エンジンを起動しています。</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>描画待ち</translation>
    </message>
    <message>
        <source>Show what is being drawn</source>
        <translation>描画の状況を表示します</translation>
    </message>
    <message numerus="yes">
        <source>%n panel(s) to draw</source>
        <translation>
            <numerusform>残り%nコマ</numerusform>
        </translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>残り{time}</translation>
    </message>
    <message>
        <source>graphics card</source>
        <translation>グラフィックカード</translation>
    </message>
</context>
<context>
    <name>TagChange</name>
    <message>
        <source>Expression</source>
        <translation>表情</translation>
    </message>
    <message>
        <source>Gesture</source>
        <translation>しぐさ</translation>
    </message>
    <message>
        <source>View</source>
        <translation>視点</translation>
    </message>
    <message>
        <source>Scene</source>
        <translation>背景</translation>
    </message>
    <message>
        <source>One arm</source>
        <translation>片腕</translation>
    </message>
    <message>
        <source>Both arms</source>
        <translation>両腕</translation>
    </message>
    <message>
        <source>Both hands</source>
        <translation>両手</translation>
    </message>
    <message>
        <source>Holding</source>
        <translation>持ち物</translation>
    </message>
    <message>
        <source>One hand</source>
        <translation>片手</translation>
    </message>
    <message>
        <source>Head and legs</source>
        <translation>頭と脚</translation>
    </message>
    <message>
        <source>Mood</source>
        <translation>気分</translation>
    </message>
    <message>
        <source>Mouth</source>
        <translation>口</translation>
    </message>
    <message>
        <source>Eyes</source>
        <translation>目</translation>
    </message>
    <message>
        <source>Signs of feeling</source>
        <translation>感情のしるし</translation>
    </message>
    <message>
        <source>Framing</source>
        <translation>構図</translation>
    </message>
    <message>
        <source>Side and height</source>
        <translation>向きと高さ</translation>
    </message>
    <message>
        <source>Gaze</source>
        <translation>視線</translation>
    </message>
    <message>
        <source>Camera and focus</source>
        <translation>カメラとピント</translation>
    </message>
    <message>
        <source>Indoors</source>
        <translation>屋内</translation>
    </message>
    <message>
        <source>Outdoors</source>
        <translation>屋外</translation>
    </message>
    <message>
        <source>Time of day</source>
        <translation>時間帯</translation>
    </message>
    <message>
        <source>Season and weather</source>
        <translation>季節と天気</translation>
    </message>
    <message>
        <source>Light and sky</source>
        <translation>光と空</translation>
    </message>
    <message>
        <source>In the air</source>
        <translation>空気感</translation>
    </message>
</context>
<context>
    <name>TagNotes</name>
    <message>
        <source>Only one of:</source>
        <translation>両立しません:</translation>
    </message>
    <message>
        <source>Remove “{tag}”</source>
        <translation>「{tag}」を外す</translation>
    </message>
    <message>
        <source>{model} does not know: {tags}</source>
        <translation>{model}が知らないタグ: {tags}</translation>
    </message>
    <message>
        <source>Remove this tag</source>
        <translation>このタグを外す</translation>
    </message>
</context>
<context>
    <name>TagPopup</name>
    <message>
        <source>Matching tags</source>
        <translation>タグの候補</translation>
    </message>
</context>
<context>
    <name>TagsController</name>
    <message>
        <source>The list of tags is damaged, so none are offered. Install Koma again.</source>
        <translation>タグの一覧が壊れているため、候補を表示できません。Komaを入れ直してください。</translation>
    </message>
</context>
<context>
    <name>WindowCommands</name>
    <message>
        <source>&amp;Undo</source>
        <translation>取り消す(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>やり直す(&amp;R)</translation>
    </message>
    <message>
        <source>stroke</source>
        <translation>ストローク</translation>
    </message>
    <message>
        <source>{command} “{edit}”</source>
        <translation>{command}：{edit}</translation>
    </message>
</context>
<context>
    <name>WindowDialogs</name>
    <message>
        <source>On the page</source>
        <translation>ページ上で</translation>
    </message>
    <message>
        <source>In pose mode</source>
        <translation>ポーズモードで</translation>
    </message>
    <message>
        <source>Move the page</source>
        <translation>ページを動かす</translation>
    </message>
    <message>
        <source>Space + drag</source>
        <translation>スペース＋ドラッグ</translation>
    </message>
    <message>
        <source>Fit the page</source>
        <translation>ページ全体を表示</translation>
    </message>
    <message>
        <source>Fit the panel</source>
        <translation>コマを大きく表示</translation>
    </message>
    <message>
        <source>Next panel in reading order</source>
        <translation>読む順で次のコマ</translation>
    </message>
    <message>
        <source>Arrows</source>
        <translation>矢印キー</translation>
    </message>
    <message>
        <source>Into the panel</source>
        <translation>コマの中に入る</translation>
    </message>
    <message>
        <source>Double-click, Enter</source>
        <translation>ダブルクリック、Enter</translation>
    </message>
    <message>
        <source>Out of the panel</source>
        <translation>コマから出る</translation>
    </message>
    <message>
        <source>Delete the selected panels</source>
        <translation>選択したコマを削除</translation>
    </message>
    <message>
        <source>Take the whole limb along</source>
        <translation>手足全体を動かす</translation>
    </message>
    <message>
        <source>Ctrl + drag of a wrist or ankle</source>
        <translation>手首か足首をCtrl＋ドラッグ</translation>
    </message>
    <message>
        <source>Hide or show the joint</source>
        <translation>関節の表示／非表示</translation>
    </message>
    <message>
        <source>Nudge by 1 mm, by 5 mm</source>
        <translation>1 mm／5 mm動かす</translation>
    </message>
    <message>
        <source>Arrows, Shift + arrows</source>
        <translation>矢印キー、Shift＋矢印キー</translation>
    </message>
    <message>
        <source>Next figure</source>
        <translation>次の人物</translation>
    </message>
    <message>
        <source>What Koma found</source>
        <translation>動作環境の診断</translation>
    </message>
    <message>
        <source>Copy this when you ask for help.</source>
        <translation>問い合わせのときは、これをコピーして添えてください。</translation>
    </message>
    <message>
        <source>Koma {version}

Storyboards for comic and manga artists: the same character in every panel.

MIT licence.</source>
        <translation>Koma {version}

漫画家のための絵コンテ：どのコマでも同じキャラクターを。

MITライセンス。</translation>
    </message>
    <message>
        <source>About Koma</source>
        <translation>Komaについて</translation>
    </message>
</context>
<context>
    <name>WindowMenus</name>
    <message>
        <source>Open Recent</source>
        <translation>最近使ったファイル</translation>
    </message>
    <message>
        <source>Add Page</source>
        <translation>ページを追加</translation>
    </message>
    <message>
        <source>Layout</source>
        <translation>コマ割り</translation>
    </message>
    <message>
        <source>Reading Direction</source>
        <translation>読む方向</translation>
    </message>
    <message>
        <source>Add Figure</source>
        <translation>人物を追加</translation>
    </message>
    <message>
        <source>Change Character</source>
        <translation>キャラクターを変更</translation>
    </message>
    <message>
        <source>Drawings to Choose From</source>
        <translation>描き直す枚数</translation>
    </message>
    <message>
        <source>No projects yet</source>
        <translation>プロジェクトがまだありません</translation>
    </message>
    <message>
        <source>Right to Left</source>
        <translation>右から左</translation>
    </message>
    <message>
        <source>Left to Right</source>
        <translation>左から右</translation>
    </message>
    <message>
        <source>Top to Bottom</source>
        <translation>上から下</translation>
    </message>
    <message>
        <source>No characters yet</source>
        <translation>キャラクターがまだいません</translation>
    </message>
    <message>
        <source>Select a panel first.</source>
        <translation>先にコマを選択してください。</translation>
    </message>
</context>
<context>
    <name>WindowSession</name>
    <message>
        <source>The change takes effect at the next start.</source>
        <translation>変更は次回の起動時に有効になります。</translation>
    </message>
    <message>
        <source>Pages are still being written. Wait, or stop the export first.</source>
        <translation>ページを書き出しています。終わるまで待つか、先に書き出しを中止してください。</translation>
    </message>
    <message>
        <source>Nothing to draw: every panel is up to date.</source>
        <translation>描画するものはありません。すべてのコマが最新です。</translation>
    </message>
    <message>
        <source>{name} is saved</source>
        <translation>{name}を保存しました</translation>
    </message>
</context>
<context>
    <name>_Card</name>
    <message>
        <source>Untitled</source>
        <translation>無題</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>破棄</translation>
    </message>
    <message>
        <source>Throw this copy away</source>
        <translation>この控えを破棄します</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>あとで</translation>
    </message>
    <message>
        <source>Keep this copy and ask at the next start</source>
        <translation>この控えを残し、次回の起動時に確認します</translation>
    </message>
    <message>
        <source>Recover</source>
        <translation>復元</translation>
    </message>
    <message>
        <source>Open this copy as unsaved changes</source>
        <translation>この控えを未保存の変更として開きます</translation>
    </message>
    <message>
        <source>Really discard?</source>
        <translation>本当に破棄しますか？</translation>
    </message>
</context>
</TS>
