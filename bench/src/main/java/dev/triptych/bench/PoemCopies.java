package dev.triptych.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;

/**
 * Counts lines that stand in the training poems, exactly or but for one character, and keeps the
 * poems that training holds out (two in a hundred, by the checksum of their lines) to be measured
 * alike.
 */
final class PoemCopies {
  private static final int REAL = 400;

  private final Set<String> exact = new HashSet<>();
  private final List<String> heldOut = new ArrayList<>();
  private final List<String> titles = new ArrayList<>();
  private long[] near = new long[1 << 20];
  private int nearSize;

  private PoemCopies() {}

  /** Reads {@code poems-zh.jsonl.gz}. */
  static PoemCopies read(Path data) throws IOException {
    PoemCopies copies = new PoemCopies();
    ObjectMapper mapper = new ObjectMapper();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(data.resolve("poems-zh.jsonl.gz"))),
                StandardCharsets.UTF_8))) {
      for (String row = reader.readLine(); row != null; row = reader.readLine()) {
        JsonNode poem = mapper.readTree(row);
        if (!poem.path("rhyme").asText().isEmpty() && poem.path("tonal_errors").asInt() <= 1) {
          List<String> lines = new ArrayList<>();
          poem.path("lines").forEach(l -> lines.add(l.asText()));
          copies.add(poem.path("title").asText(), lines);
        }
      }
    }
    copies.near = Arrays.copyOf(copies.near, copies.nearSize);
    Arrays.sort(copies.near);
    return copies;
  }

  private void add(String title, List<String> lines) {
    CRC32 crc = new CRC32();
    crc.update(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    if (crc.getValue() % 50 == 0) {
      heldOut.add(String.join("\n", lines) + "\n");
      titles.add(title);
      return;
    }
    for (String line : lines) {
      exact.add(line);
      for (long hole : holes(line)) {
        if (nearSize == near.length) {
          near = Arrays.copyOf(near, 2 * nearSize);
        }
        near[nearSize++] = hole;
      }
    }
  }

  /** Returns a hash for the line with each of its characters left out in turn. */
  private static long[] holes(String line) {
    int[] c = line.codePoints().toArray();
    long[] holes = new long[c.length];
    for (int hole = 0; hole < c.length; hole++) {
      long hash = hole + 1;
      for (int i = 0; i < c.length; i++) {
        hash = (hash ^ (i == hole ? 0x10ffff : c[i])) * 0x9E3779B97F4A7C15L;
        hash ^= hash >>> 29;
      }
      holes[hole] = hash;
    }
    return holes;
  }

  /** Returns some held-out poems, bodies only. */
  List<String> heldOut() {
    List<String> some = new ArrayList<>();
    for (int i = 0;
        i < heldOut.size() && some.size() < REAL;
        i += Math.max(1, heldOut.size() / REAL)) {
      some.add(heldOut.get(i));
    }
    return some;
  }

  /** Returns the indices of held-out poems with a short title of their own. */
  private List<Integer> shortTitles() {
    Set<String> seen = new HashSet<>();
    List<Integer> some = new ArrayList<>();
    for (int i = 0; i < titles.size() && some.size() < 100; i++) {
      String title = titles.get(i);
      if (title.matches("\\p{IsIdeographic}{2,5}") && seen.add(title)) {
        some.add(i);
      }
    }
    return some;
  }

  /** Returns a hundred held-out titles as prompts. */
  List<PoemTheme.Prompt> titles() {
    return shortTitles().stream().map(i -> new PoemTheme.Prompt(titles.get(i), false)).toList();
  }

  /** Returns the poems under those titles. */
  List<String> titled() {
    return shortTitles().stream().map(heldOut::get).toList();
  }

  /** Returns the shares of lines of five and of seven characters that are copies. */
  String report(List<String> poems) {
    StringBuilder report = new StringBuilder();
    for (int length : new int[] {5, 7}) {
      long all = 0;
      long same = 0;
      long alike = 0;
      for (String poem : poems) {
        for (String line : poem.lines().filter(l -> !l.startsWith("# ")).toList()) {
          if (line.codePointCount(0, line.length()) == length) {
            all++;
            boolean copied = exact.contains(line);
            same += copied ? 1 : 0;
            alike +=
                !copied
                        && Arrays.stream(holes(line))
                            .anyMatch(h -> Arrays.binarySearch(near, h) >= 0)
                    ? 1
                    : 0;
          }
        }
      }
      report.append(report.isEmpty() ? "" : "; ").append(length).append(": ");
      report.append(PoemFigures.percent(same, all)).append(", ");
      report.append(PoemFigures.percent(alike, all)).append(" of ").append(all);
    }
    return report.toString();
  }
}
