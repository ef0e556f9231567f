"""What players and services write where there are no lyrics, in the languages of people."""

import pytest

from songatlas.library.sung import sung

SERVICES = """\
You'll have to guess the lyrics for this one. | Hmm. We don't know the lyrics for this one.
We haven't got the lyrics to this one yet | Lyrics n/a | LRC not found | Enter lyrics here
Für diesen Song haben wir leider noch keine Lyrics. | Keine Liedtexte verfügbar | Text fehlt
Es sieht so aus, als hätten wir die Lyrics für diesen Song nicht. | Instrumental, kein Gesang
Parece que no tenemos la letra de esta canción. | Parece que não temos a letra dessa música.
Il semble que nous n'ayons pas les paroles de ce titre. | Brano senza testo | Sin datos
Sembra che non abbiamo il testo di questo brano. | La lletra no està disponible
Слова песни недоступны | Трек без слов | слов нет | Текст песни пока не добавлен
К сожалению, текст песни не найден | Текст пісні недоступний | Слів немає | Няма наличен текст
Інструментальна композиція | Tekst niedostępny | Utwór instrumentalny (bez słów) | Bez textu
Text není k dispozici | Text piesne nie je k dispozícii | Tekst pjesme nije dostupan
Nema teksta | Dalszöveg nem érhető el | Hangszeres | Versurile nu sunt disponibile
Låttexten är inte tillgänglig | Sangteksten er ikke tilgængelig | Sanoituksia ei ole saatavilla
Laulusõnad puuduvad | Nėra žodžių | Vārdi nav atrasti | Şarkı sözleri mevcut değil
Οι στίχοι δεν είναι διαθέσιμοι | Χωρίς στίχους | Ορχηστρικό κομμάτι
كلمات الأغنية غير متوفرة | מילות השיר אינן זמינות | பாடல் வரிகள் இல்லை
సాహిత్యం అందుబాటులో లేదు | വരികൾ ലഭ്യമല്ല | Lời bài hát không có sẵn | Đang cập nhật
Bài hát này hiện chưa có lời | Lời bài hát đang được cập nhật | Walang lyrics na available
歌詞は利用できません | 無法提供歌詞 | 歌词获取失败 | 网络不给力，歌词加载失败 | 此版本为伴奏
歌词正在整理中，敬请期待 | 가사를 이용할 수 없음 | 가사가 등록되지 않았습니다 | 준비 중입니다
"""
PROGRAMS = """\
{"statusCode": 404, "name": "TrackNotFound", "message": "Failed to find specified track"}
Specified song does not contain lyrics. Rejecting. | <Response [404]> | \\N | [BLANK_AUDIO]
Searching for "Harbour" by Ann... No results found for: 'Harbour Ann' | [blank] | x
Traceback (most recent call last): File "x.py", line 1 KeyError: 'lyrics' | lorem ipsum dolor
(upbeat music) | ♪ (SOFT PIANO MUSIC) ♪ | [soft music playing] | [音楽] | [음악] | [संगीत]
[เพลง] | Thank you for watching! | Untertitel der Amara.org-Community | [Muzyka] | (gentle music)
Субтитры сделал DimaTorzok | Sous-titres réalisés par la communauté d'Amara.org
ご視聴ありがとうございました
- Hiện chưa có lời bài hát nào cho Biển do Ann trình bày. Bạn có thể đăng lời cho bài hát này.
"""


@pytest.mark.parametrize(
    "text",
    [
        text
        for page in (SERVICES, PROGRAMS)
        for line in page.splitlines()
        for text in line.split(" | ")
    ],
)
def test_it_is_no_lyrics(text: str) -> None:
    assert sung(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "We don't know the words\nWe don't know the words but we sing",
        "Dance music, dance music, all night long",
        "Thank you for watching over me",
        "Слова, слова, одни слова",
        "Нет, не найти мне слов для тебя",
        "Nie ma słów, by to powiedzieć",
        "Wir haben keine Zeit, wir haben keine Angst",
        "Parece que no hay nadie aquí",
        "Nous n'avons pas peur de la mer",
        "لا كلام بعد اليوم",
        "没有歌词的歌我也会唱",
        "가사도 없이 부르는 노래",
        "この歌詞にない言葉をあなたに",
        "Sözüm yok sana artık",
        "Không có em bài hát này buồn",
        "Piano music in my head",
    ],
)
def test_a_song_about_it_is_one(text: str) -> None:
    assert sung(text) == text


@pytest.mark.parametrize(
    "added",
    [
        "Untertitel der Amara.org-Community",
        "Редактор субтитров А. Семкин",
        "Lời đăng bởi: 86_15635588878_1671185229650",
        "Poznaj historię zmian tego tekstu",
        "Tekst dodał(a): ann",
    ],
)
def test_what_they_add_behind_a_song_goes(added: str) -> None:
    assert sung(f"We sail to the harbour\nand home\n{added}") == "We sail to the harbour\nand home"
