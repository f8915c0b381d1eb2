package dev.triptych.training.poem;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/**
 * One poem as the model learns it.
 *
 * @param form {@code wujue}, {@code qijue}, {@code wulv}, {@code qilv}, {@code quatrain} or {@code
 *     free}
 * @param title may be empty
 * @param lines verse lines without empty ones; Chinese lines hold Han characters only
 * @param rhyme the level-tone group of 平水韵 that the even lines share, or empty
 */
record Poem(String form, String title, List<String> lines, String rhyme) {

  Poem {
    lines = List.copyOf(lines);
  }

  /** Returns whether this is a poem in one of the four Chinese regulated forms. */
  boolean chinese() {
    return !form.equals("quatrain") && !form.equals("free");
  }

  /** Returns whether the poem belongs to the two in a hundred that are held out, by its text. */
  boolean heldOut() {
    CRC32 crc = new CRC32();
    crc.update(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    return crc.getValue() % 50 == 0;
  }
}
