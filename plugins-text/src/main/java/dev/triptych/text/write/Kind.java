package dev.triptych.text.write;

import dev.triptych.api.Phrase;
import java.util.Arrays;
import java.util.Locale;

/** What is to be written. */
enum Kind {
  POEM("Write a poem about: %s", "请以“%s”为题写一首诗。", "A poem about %s\n\n", "《%s》\n诗\n\n"),
  STORY(
      "Write a short story about: %s",
      "请以“%s”为题写一个短篇故事。", "A short story: %s\n\n", "《%s》\n短篇小说\n\n"),
  SCRIPT(
      "Write a scene for the stage, with stage directions and dialogue, about: %s",
      "请以“%s”为题写一场戏，要有舞台提示和对白。", "%s\nA scene for the stage\n\n", "《%s》\n剧本\n\n"),
  LYRICS(
      "Write the lyrics of a song, with verses and a chorus, about: %s",
      "请以“%s”为题写一首歌词，要有主歌和副歌。", "%s\nSong lyrics\n\n", "《%s》\n歌词\n\n"),
  CONTINUE("%s", "%s", "%s", "%s"),
  FREE("%s", "%s", "%s\n\n", "%s\n\n");

  private final Phrase instruction;
  private final Phrase beginning;

  Kind(String instruction, String instructionZh, String beginning, String beginningZh) {
    this.instruction = Phrase.of(instruction, instructionZh);
    this.beginning = Phrase.of(beginning, beginningZh);
  }

  static String[] words() {
    return Arrays.stream(values()).map(Kind::word).toArray(String[]::new);
  }

  static Kind of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns whether the plan's mood and images belong to it: the user's own words stand alone. */
  boolean followsPlan() {
    return this != CONTINUE && this != FREE;
  }

  /** Returns what a model that was made to talk is told. */
  String instruction(String prompt, boolean chinese) {
    return (chinese ? instruction.zh() : instruction.en()).formatted(prompt);
  }

  /** Returns how such a text would begin, for a model that continues texts. */
  String beginning(String prompt, boolean chinese) {
    return (chinese ? beginning.zh() : beginning.en()).formatted(prompt);
  }
}
