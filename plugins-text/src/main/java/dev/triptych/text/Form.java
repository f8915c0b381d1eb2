package dev.triptych.text;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The forms that a poem can take. */
enum Form {
  /** 五言绝句: four lines of five characters. */
  WUJUE(4, 5),
  /** 七言绝句: four lines of seven characters. */
  QIJUE(4, 7),
  /** 五言律诗: eight lines of five characters. */
  WULV(8, 5),
  /** 七言律诗: eight lines of seven characters. */
  QILV(8, 7),
  /** Four English lines that rhyme, counted in syllables. */
  QUATRAIN(4, 0),
  /** English lines without rhyme or count. */
  FREE(6, 0);

  private final int lines;
  private final int characters;

  Form(int lines, int characters) {
    this.lines = lines;
    this.characters = characters;
  }

  /** Returns the number of lines. */
  int lines() {
    return lines;
  }

  /** Returns the characters of a line; 0 where lines are not counted so. */
  int characters() {
    return characters;
  }

  /** Returns whether this is one of the Chinese regulated forms. */
  boolean regulated() {
    return characters > 0;
  }

  /** Returns the word that the user types and the model was trained on. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the form of that word, if there is one. */
  static Optional<Form> of(String word) {
    return Arrays.stream(values()).filter(f -> f.word().equals(word)).findFirst();
  }

  /** Returns every form's word. */
  static String[] words() {
    return Arrays.stream(values()).map(Form::word).toArray(String[]::new);
  }
}
