package org.example.picturepoem;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.example.picturepoem.VerseModel.Word;

/** What the colors of a band bring to mind: the bundle's {@code words.tsv}. */
final class ColorWords {
  private record Row(String color, String place, List<String> english, List<String> chinese) {}

  private final List<Row> rows = new ArrayList<>();

  private ColorWords() {}

  /** Reads the bundle's table. */
  static ColorWords load() throws IOException {
    ColorWords words = new ColorWords();
    try (InputStream in = ColorWords.class.getResourceAsStream("words.tsv")) {
      for (String line : new String(in.readAllBytes(), UTF_8).lines().toList()) {
        String[] cells = line.split("\t");
        if (!line.startsWith("#")) {
          words.rows.add(
              new Row(
                  cells[0], cells[1], List.of(cells[2].split(" ")), List.of(cells[3].split(" "))));
        }
      }
    }
    return words;
  }

  /**
   * Returns the words of a color that the model knows; those of the place first.
   *
   * @param place top, bottom or any
   */
  List<Word> of(String color, String place, boolean chinese, VerseModel model) {
    LinkedHashSet<Word> words = new LinkedHashSet<>();
    for (String wanted : List.of(place, "any")) {
      for (Row row : rows) {
        if (row.color().equals(color) && row.place().equals(wanted)) {
          (chinese ? row.chinese() : row.english())
              .forEach(text -> model.theme(text).ifPresent(words::add));
          if (!words.isEmpty()) {
            return List.copyOf(words);
          }
        }
      }
    }
    return List.of();
  }
}
