package dev.triptych.training.picture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Something that a scene can show, as both languages name it and where it may stand.
 *
 * @param en singular with its article, such as {@code a fox} or {@code the moon}
 * @param plural such as {@code foxes}; empty if it is never counted
 * @param zh such as 狐狸
 * @param counted with its measure word for one, such as 一只; empty if it takes none
 * @param kind decides where it stands
 * @param height share of the picture's height, 0…1
 * @param weight how often it is drawn, relative to the others
 * @param recolorable whether its main color may be changed and named
 * @param glows whether it keeps its colors at night and lights up what is around
 * @param head whether its sprites show a head or bust, which is given a body
 * @param names caption names or ids of its sprites; empty if it is drawn by procedure
 */
public record Subject(
    String en,
    String plural,
    String zh,
    String counted,
    Kind kind,
    double height,
    double weight,
    boolean recolorable,
    boolean glows,
    boolean head,
    List<String> names) {

  /** Where a subject stands. */
  public enum Kind {
    SKY,
    AIR,
    WATER,
    UNDER,
    BEACH,
    GROUND,
    BUILD,
    TREE,
    CACTUS,
    FLOWER,
    TABLE,
    THING,
    HANG,
    SNOW,
    ROAD,
    PERSON,
    DRAWN
  }

  /** Returns the subjects listed with this class. */
  public static List<Subject> all() {
    return parse(text("subjects.tsv"));
  }

  /** Returns the pairs of English names that no scene of the training may hold together. */
  public static Set<Set<String>> heldOutPairs() {
    Set<Set<String>> pairs = new HashSet<>();
    for (String line : text("held-out-pairs.tsv").lines().toList()) {
      if (!line.startsWith("#") && !line.isBlank()) {
        pairs.add(Set.of(line.split("\t", -1)));
      }
    }
    return Set.copyOf(pairs);
  }

  /**
   * Reads a list of subjects, nine tab-separated fields a line.
   *
   * @throws IllegalArgumentException if a line is not of that form, with its number
   */
  static List<Subject> parse(String table) {
    List<Subject> subjects = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    int number = 0;
    for (String line : table.split("\n", -1)) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      try {
        subjects.add(parseLine(line));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "line " + number + " of the subjects: " + e.getMessage(), e);
      }
      if (!seen.add(subjects.get(subjects.size() - 1).en())) {
        throw new IllegalArgumentException(
            "line " + number + " of the subjects: it stands there twice");
      }
    }
    return List.copyOf(subjects);
  }

  private static Subject parseLine(String line) {
    String[] f = line.split("\t", -1);
    if (f.length != 9) {
      throw new IllegalArgumentException("nine fields are needed, there are " + f.length);
    }
    double height = Double.parseDouble(f[5]);
    double weight = Double.parseDouble(f[6]);
    if (f[0].isBlank() || f[2].isBlank() || !(height > 0 && height <= 1) || !(weight > 0)) {
      throw new IllegalArgumentException(
          "names must not be empty, the height must be in 0…1 and the weight above 0");
    }
    return new Subject(
        f[0],
        dash(f[1]),
        f[2],
        dash(f[3]),
        Kind.valueOf(f[4].toUpperCase(java.util.Locale.ROOT)),
        height,
        weight,
        f[7].contains("c"),
        f[7].contains("g"),
        f[7].contains("h"),
        f[8].equals("-") ? List.of() : List.of(f[8].split("\\|")));
  }

  private static String dash(String field) {
    return field.equals("-") ? "" : field;
  }

  /** Returns the English name without its article. */
  public String bare() {
    return en.replaceFirst("^(a|an|the) ", "");
  }

  static String text(String resource) {
    try (InputStream in = Subject.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
