package dev.triptych.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rules of regulated verse written down a second time, over the table's text as it is. */
final class FormRules {
  private final List<String> table;

  FormRules(String book) throws IOException {
    try (InputStream in = FormRules.class.getResourceAsStream("rhyme-" + book + ".txt")) {
      table = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  /** Returns the tones that each character can have: P, Z or both. */
  private String tones(String c) {
    String tones = "";
    for (String line : table) {
      if (!line.startsWith("#") && line.substring(line.indexOf(' ', 2)).contains(c)) {
        String tone = line.startsWith("平") ? "P" : "Z";
        tones = tones.contains(tone) ? tones : tones + tone;
      }
    }
    return tones;
  }

  private static String last(String line) {
    return line.substring(line.offsetByCodePoints(line.length(), -1));
  }

  private Set<String> groups(String c) {
    Set<String> groups = new HashSet<>();
    for (String line : table) {
      if (line.startsWith("平") && !line.startsWith("平 -") && line.split(" ")[2].contains(c)) {
        groups.add(line.split(" ")[1]);
      }
    }
    return groups;
  }

  /** Returns what the poem breaks. */
  List<String> broken(List<String> lines, Form form) {
    List<String> faults = new ArrayList<>();
    int n = form.characters();
    if (lines.size() != form.lines()) {
      faults.add("lines: " + lines.size());
      return faults;
    }
    String[][] tone = new String[lines.size()][];
    for (int i = 0; i < tone.length; i++) {
      tone[i] =
          lines
              .get(i)
              .codePoints()
              .mapToObj(c -> tones(Character.toString(c)))
              .toArray(String[]::new);
      if (tone[i].length != n) {
        faults.add("length of line " + (i + 1));
        return faults;
      }
    }
    Set<String> group = null;
    Set<String> ends = new HashSet<>();
    for (int i = 1; i < tone.length; i += 2) {
      String end = last(lines.get(i));
      if (!ends.add(end)) {
        faults.add("rhyme twice: " + end);
      }
      Set<String> own = groups(end);
      if (group == null) {
        group = own;
      }
      group.retainAll(own);
      if (i > 1 && !tone[i - 1][n - 1].contains("Z")) {
        faults.add("line " + i + " ends level");
      }
    }
    if (group.isEmpty()) {
      faults.add("no common rhyme");
    }
    if (!tone[0][n - 1].contains("Z")) {
      Set<String> own = groups(last(lines.get(0)));
      own.retainAll(group);
      if (own.isEmpty() || ends.contains(last(lines.get(0)))) {
        faults.add("first line's rhyme");
      }
    }
    if (alternating(tone, "P") + alternating(tone, "Z") == 0) {
      faults.add("second, fourth and sixth characters follow no pattern: " + lines);
    }
    for (int i = 0; i < tone.length; i++) {
      String[] t = tone[i];
      if (t[n - 1].equals("P") && t[n - 2].equals("P") && t[n - 3].equals("P")) {
        faults.add("three level tones end line " + (i + 1));
      }
      boolean lone = t[n - 1].equals("P") && t[n - 2].equals("Z");
      if (lone && t[n - 5].equals("Z") && t[n - 3].equals("Z")) {
        faults.add("lone level tone in line " + (i + 1));
      }
    }
    return faults;
  }

  /** Returns 1 if the even places follow the pattern whose first line has that second tone. */
  private static int alternating(String[][] tone, String second) {
    boolean level = second.equals("P");
    for (int i = 0; i < tone.length; i++) {
      boolean here = i % 4 == 0 || i % 4 == 3 ? level : !level;
      for (int j = 1; j < tone[i].length - 1; j += 2, here = !here) {
        if (!tone[i][j].contains(here ? "P" : "Z")) {
          return 0;
        }
      }
    }
    return 1;
  }
}
