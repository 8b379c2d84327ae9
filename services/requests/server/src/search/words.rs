//! What a word is: how texts of any language are cut into the pieces that can be searched for.
//!
//! Letters with a space between them are words. Scripts that write no spaces (Han, kana, Thai and their neighbours) are
//! cut into overlapping pairs of characters, so that every part of a text can be found without a dictionary. What
//! people leave out when they type (accents, the tones of Vietnamese, harakat) or write in two ways (Arabic and Persian
//! letters and digits, half and full width) makes no difference.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Characters of a word that count; what follows is passed over.
const LONGEST: usize = 64;

/// A piece of a text that can be searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// As it is compared.
    pub text: String,
    /// Where it begins in the text, in bytes.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// What kind of piece.
    pub kind: Kind,
}

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A word between spaces.
    Whole,
    /// Two characters of a script without spaces.
    Pair,
    /// The last character of a stretch of such a script: whoever searches for one character finds it there too.
    Last,
}

/// The words of `text`, in order.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut cut = Cut {
        text,
        words: Vec::new(),
        letters: None,
        characters: Vec::new(),
    };
    for (at, character) in text.char_indices() {
        cut.take(at, at + character.len_utf8(), class(character));
    }
    cut.end();
    cut.words
}

/// What a character does in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Makes words, with its like.
    Letter,
    /// Is of a script that writes no spaces.
    Unspaced,
    /// Belongs to the character before it.
    Mark,
    /// Stands between words.
    Between,
}

fn class(character: char) -> Class {
    if character.is_ascii() {
        return match character.is_ascii_alphanumeric() {
            true => Class::Letter,
            false => Class::Between,
        };
    }
    if is_combining_mark(character) || is_silent(character) || is_half_width_mark(character) {
        Class::Mark
    } else if !character.is_alphanumeric() {
        Class::Between
    } else if is_unspaced(character) {
        Class::Unspaced
    } else {
        Class::Letter
    }
}

/// Han, kana, Thai, Lao, Burmese, Khmer.
fn is_unspaced(character: char) -> bool {
    matches!(character,
        '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
        | '\u{2E80}'..='\u{2FDF}' | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}'
        | '\u{3041}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FF9D}'
        | '\u{20000}'..='\u{3FFFF}')
}

/// The voicing marks of half-width kana, which become marks only when they are normalised.
fn is_half_width_mark(character: char) -> bool {
    matches!(character, '\u{FF9E}' | '\u{FF9F}')
}

/// What is written and not said: joiners, the soft hyphen, the stretching of Arabic letters.
fn is_silent(character: char) -> bool {
    matches!(
        character,
        '\u{00AD}' | '\u{0640}' | '\u{200C}' | '\u{200D}' | '\u{2060}'
    )
}

/// Accents, tones, harakat, niqqud: what people leave out. The marks of other scripts are letters of their own.
fn is_left_out(character: char) -> bool {
    matches!(character,
        '\u{0300}'..='\u{036F}' | '\u{0591}'..='\u{05C7}' | '\u{0610}'..='\u{061A}'
        | '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{06D6}'..='\u{06ED}')
}

/// One form for letters and digits that are written in several ways.
fn unified(character: char) -> char {
    match character {
        '\u{0643}' => '\u{06A9}',                                        // kaf
        '\u{064A}' | '\u{0649}' => '\u{06CC}',                           // yeh, alef maksura
        '\u{0671}' => '\u{0627}',                                        // alef wasla
        '\u{0629}' | '\u{06C1}' | '\u{06BE}' | '\u{06D5}' => '\u{0647}', // teh marbuta, other hehs
        '\u{0660}'..='\u{0669}' => digit(character, 0x0660),
        '\u{06F0}'..='\u{06F9}' => digit(character, 0x06F0),
        'đ' | 'Đ' => 'd',
        'ł' | 'Ł' => 'l',
        'ø' | 'Ø' => 'o',
        'ı' => 'i',
        other => other,
    }
}

fn digit(character: char, zero: u32) -> char {
    char::from_digit(u32::from(character) - zero, 10).unwrap_or(character)
}

/// The form in which words are compared.
fn folded(word: &str) -> String {
    if word.is_ascii() {
        let mut word = word.to_ascii_lowercase();
        word.truncate(LONGEST);
        return word;
    }
    word.nfkd()
        .filter(|character| !is_left_out(*character) && !is_silent(*character))
        .map(unified)
        .flat_map(char::to_lowercase)
        .nfc()
        .take(LONGEST)
        .collect()
}

/// A text that is being cut.
struct Cut<'a> {
    text: &'a str,
    words: Vec<Word>,
    /// Where the word under way begins and ends.
    letters: Option<(usize, usize)>,
    /// The characters under way of a script without spaces, each with its marks.
    characters: Vec<(usize, usize)>,
}

impl Cut<'_> {
    fn take(&mut self, from: usize, to: usize, class: Class) {
        match class {
            Class::Letter => {
                self.end_characters();
                self.letters.get_or_insert((from, to)).1 = to;
            }
            Class::Unspaced => {
                self.end_letters();
                self.characters.push((from, to));
            }
            Class::Mark => {
                let before = self.letters.as_mut().or(self.characters.last_mut());
                if let Some((_, end)) = before {
                    *end = to;
                }
            }
            Class::Between => self.end(),
        }
    }

    fn end(&mut self) {
        self.end_letters();
        self.end_characters();
    }

    fn end_letters(&mut self) {
        if let Some((from, to)) = self.letters.take() {
            self.push(from, to, Kind::Whole);
        }
    }

    fn end_characters(&mut self) {
        if self.characters.is_empty() {
            return;
        }
        let characters = std::mem::take(&mut self.characters);
        for pair in characters.windows(2) {
            if let [(from, _), (_, to)] = pair {
                self.push(*from, *to, Kind::Pair);
            }
        }
        if let Some((from, to)) = characters.last() {
            self.push(*from, *to, Kind::Last);
        }
    }

    fn push(&mut self, from: usize, to: usize, kind: Kind) {
        let text = folded(&self.text[from..to]);
        if !text.is_empty() {
            self.words.push(Word {
                text,
                from,
                to,
                kind,
            });
        }
    }
}

/// The same for the index.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Words;

/// The words of one text, one after the other.
#[derive(Debug)]
pub(super) struct Stream {
    words: std::vec::IntoIter<Word>,
    token: Token,
}

impl Tokenizer for Words {
    type TokenStream<'a> = Stream;

    fn token_stream(&mut self, text: &str) -> Stream {
        Stream {
            words: words(text).into_iter(),
            token: Token::default(),
        }
    }
}

impl TokenStream for Stream {
    fn advance(&mut self) -> bool {
        let Some(word) = self.words.next() else {
            return false;
        };
        // The first position is 0, and that before it the default's.
        self.token.position = self.token.position.wrapping_add(1);
        (self.token.offset_from, self.token.offset_to) = (word.from, word.to);
        self.token.text = word.text;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn english_is_cut_at_what_is_no_letter() {
        assert_eq!(
            cut("Noor's NEW laptop, No. 42: don't-wait"),
            ["noor", "s", "new", "laptop", "no", "42", "don", "t", "wait"]
        );
        assert_eq!(cut("Café CRÈME"), cut("cafe creme"));
    }

    #[test]
    fn vietnamese_is_found_without_its_marks() {
        assert_eq!(
            cut("Đặng Thị Hồng cần máy tính xách tay"),
            cut("dang thi hong can may tinh xach tay")
        );
        // Composed or with marks of their own: the same.
        assert_eq!(cut("ti\u{1EBF}ng"), cut("tie\u{0302}\u{0301}ng"));
    }

    #[test]
    fn arabic_is_found_without_harakat_and_stretching() {
        assert_eq!(cut("خِدْمَةُ العُمَلاء"), cut("خدمة العملاء"));
        assert_eq!(cut("خـــدمة"), cut("خدمه"));
        assert_eq!(cut("إلى آخر أحمد"), cut("الي اخر احمد"));
        assert_eq!(cut("الغرفة ٤٢"), ["الغرفه", "42"]);
    }

    #[test]
    fn persian_letters_and_their_arabic_twins_are_the_same() {
        assert_eq!(cut("كليد رایانه"), cut("کلید رايانه"));
        assert_eq!(cut("می\u{200C}خواهم"), ["میخواهم"]);
        assert_eq!(cut("اتاق ۴۲"), cut("اتاق 42"));
    }

    #[test]
    fn japanese_is_cut_into_pairs() {
        assert_eq!(cut("会議室"), ["会議", "議室", "室"]);
        assert_eq!(cut("新しいPC"), ["新し", "しい", "い", "pc"]);
        // Half and full width, with the marks of their own that the former have.
        assert_eq!(cut("ﾃﾞｽｸ ＰＣ"), cut("デスク PC"));
        assert_eq!(cut("が"), cut("か\u{3099}"));
        assert_ne!(cut("が"), cut("か"));
    }

    #[test]
    fn thai_vowels_and_tones_stay_with_their_letter() {
        assert_eq!(cut("ที่นี่"), ["ที่นี่", "นี่"]);
    }

    #[test]
    fn a_word_says_where_it_stands() {
        let text = "Ein Bürostuhl, 会議";
        let spans: Vec<_> = words(text)
            .iter()
            .map(|word| &text[word.from..word.to])
            .collect();
        assert_eq!(spans, ["Ein", "Bürostuhl", "会議", "議"]);
    }

    #[test]
    fn nonsense_is_cut_without_harm() {
        let long = "x".repeat(5000);
        assert_eq!(cut(&long), ["x".repeat(LONGEST)]);
        assert_eq!(cut("\u{0301}\u{200D}\u{FF9E} — !"), [""; 0]);
        assert_eq!(cut("👩‍💻 \u{0}"), [""; 0]);
    }
}
