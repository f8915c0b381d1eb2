package dev.triptych.training.poem;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Reads poems for training from a folder.
 *
 * <p>Two layouts are known, and both may stand in one folder: {@code poems-zh.jsonl.gz} and {@code
 * poems-en.jsonl.gz} (one JSON object a line with title, lines and, for Chinese, rhyme and
 * tonal_errors), and plain {@code .txt} files of the user's own, one poem a file, a verse line a
 * line, a blank line between stanzas, the title, if any, as first line after {@code # }.
 */
final class PoemReader {
  private static final Map<String, String> FORMS =
      Map.of("4x5", "wujue", "4x7", "qijue", "8x5", "wulv", "8x7", "qilv");
  private static final Pattern SERIES =
      Pattern.compile("[ 　]*(其?[一二三四五六七八九十百]+首?|并序|并引)$|[（(].*?[)）]");
  private static final int MOST_TITLE = 14;
  private final ObjectMapper json = new ObjectMapper();

  /**
   * Returns every usable poem of the folder, in a fixed order.
   *
   * @throws IllegalArgumentException if there is none, saying what was looked for
   */
  List<Poem> read(Path folder) throws IOException {
    List<Poem> poems = new ArrayList<>();
    Path chinese = folder.resolve("poems-zh.jsonl.gz");
    if (Files.exists(chinese)) {
      readJson(chinese, node -> regulated(node, poems));
    }
    Path english = folder.resolve("poems-en.jsonl.gz");
    if (Files.exists(english)) {
      readJson(
          english,
          node ->
              EnglishVerse.pieces(node.path("title").asText(), texts(node.path("lines")), poems));
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".txt")).sorted().toList()) {
        plain(Files.readAllLines(file), poems);
      }
    }
    if (poems.isEmpty()) {
      throw new IllegalArgumentException(
          "no poem found in "
              + folder
              + ": put .txt files there, one poem a file, or poems-zh.jsonl.gz and"
              + " poems-en.jsonl.gz");
    }
    return even(poems);
  }

  /** Undoes the capitals that only open lines and sentences of the English poems. */
  private static List<Poem> even(List<Poem> poems) {
    EnglishVerse.Case spelling = spelling(poems);
    return poems.stream()
        .map(
            p ->
                p.chinese()
                    ? p
                    : new Poem(
                        p.form(), p.title(), p.lines().stream().map(spelling::even).toList(), ""))
        .toList();
  }

  /** Returns how the English words of these poems are written inside of lines. */
  static EnglishVerse.Case spelling(List<Poem> poems) {
    EnglishVerse.Case spelling = new EnglishVerse.Case();
    poems.stream().filter(p -> !p.chinese()).forEach(p -> p.lines().forEach(spelling::count));
    return spelling;
  }

  private interface Row {
    void take(JsonNode node);
  }

  private void readJson(Path file, Row row) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        row.take(json.readTree(line));
      }
    }
  }

  private static void regulated(JsonNode node, List<Poem> poems) {
    String rhyme = node.path("rhyme").asText();
    if (!rhyme.isEmpty() && node.path("tonal_errors").asInt() <= 1) {
      chinese(node.path("title").asText(), texts(node.path("lines")), rhyme, poems);
    }
  }

  private static void chinese(String title, List<String> lines, String rhyme, List<Poem> poems) {
    int length = lines.isEmpty() ? 0 : lines.get(0).codePointCount(0, lines.get(0).length());
    String form = FORMS.get(lines.size() + "x" + length);
    if (form != null && lines.stream().allMatch(l -> l.codePointCount(0, l.length()) == length)) {
      poems.add(new Poem(form, cleanTitle(title), lines, rhyme));
    }
  }

  /** Drops the numbering of series and cuts what no title needs. */
  private static String cleanTitle(String title) {
    String clean = title;
    for (String before = ""; !before.equals(clean); ) {
      before = clean;
      clean = SERIES.matcher(clean).replaceAll("").strip();
    }
    clean =
        clean
            .codePoints()
            .filter(Character::isIdeographic)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    return clean.length() > MOST_TITLE ? "" : clean;
  }

  private static void plain(List<String> text, List<Poem> poems) {
    boolean titled = !text.isEmpty() && text.get(0).startsWith("# ");
    String title = titled ? text.get(0).substring(2).strip() : "";
    List<String> lines = titled ? text.subList(1, text.size()) : text;
    String whole = String.join("\n", lines);
    if (whole.codePoints().anyMatch(Character::isIdeographic)) {
      List<String> verses =
          Stream.of(whole.split("[^\\p{IsIdeographic}]+")).filter(l -> !l.isEmpty()).toList();
      chinese(title, verses, "", poems);
    } else {
      EnglishVerse.pieces(title, lines, poems);
    }
  }

  private static List<String> texts(JsonNode array) {
    List<String> all = new ArrayList<>();
    array.forEach(n -> all.add(n.asText()));
    return all;
  }
}
