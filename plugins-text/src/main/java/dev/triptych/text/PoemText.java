package dev.triptych.text;

import dev.triptych.api.Artifact;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A poem as a file: the title, if any, as first line after {@code # }, then a verse line a line and
 * an empty line between stanzas.
 *
 * @param title may be empty
 * @param lines of all stanzas
 * @param stanza lines of a stanza; 0 if the poem is not divided
 */
record PoemText(String title, List<String> lines, int stanza) {
  private static final int MOST_BYTES = 1 << 16;

  PoemText {
    lines = List.copyOf(lines);
  }

  /**
   * Reads a poem.
   *
   * @throws IllegalArgumentException if the work is no poem
   */
  static PoemText read(Artifact work) throws IOException {
    if (!work.mediaType().startsWith("text/plain")) {
      throw new IllegalArgumentException(
          "a poem is text/plain, and this work is " + work.mediaType() + ": choose a poem");
    }
    try (InputStream in = work.open()) {
      byte[] bytes = in.readNBytes(MOST_BYTES);
      List<String> lines =
          new ArrayList<>(new String(bytes, StandardCharsets.UTF_8).lines().toList());
      String title = "";
      if (!lines.isEmpty() && lines.get(0).startsWith("# ")) {
        title = lines.remove(0).substring(2);
      }
      while (!lines.isEmpty() && lines.get(0).isBlank()) {
        lines.remove(0);
      }
      int first = 0;
      while (first < lines.size() && !lines.get(first).isBlank()) {
        first++;
      }
      lines.removeIf(String::isBlank);
      if (lines.isEmpty()) {
        throw new IllegalArgumentException("this work holds no verse line: choose a poem");
      }
      return new PoemText(title, lines, first < lines.size() ? first : 0);
    }
  }

  /** Returns the whole file. */
  String file() {
    StringBuilder file = new StringBuilder(title.isEmpty() ? "" : "# " + title + "\n");
    for (int i = 0; i < lines.size(); i++) {
      boolean opens = stanza > 0 && i > 0 && i % stanza == 0;
      file.append(opens ? "\n" : "").append(lines.get(i)).append('\n');
    }
    return file.toString();
  }

  /** Returns the form that these lines have. */
  Form form() {
    boolean chinese = lines.get(0).codePoints().anyMatch(Character::isIdeographic);
    if (!chinese) {
      boolean quatrains = stanza == 4 && lines.size() % 4 == 0 || lines.size() == 4;
      return quatrains ? Form.QUATRAIN : Form.FREE;
    }
    for (Form form : Form.values()) {
      if (form.lines() == lines.size()
          && lines.stream().allMatch(l -> l.codePointCount(0, l.length()) == form.characters())) {
        return form;
      }
    }
    throw new IllegalArgumentException("this work is no 绝句 or 律诗: choose a poem of this generator");
  }
}
