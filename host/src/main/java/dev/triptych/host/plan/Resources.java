package dev.triptych.host.plan;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The planner's word lists, beside its classes. */
final class Resources {
  private Resources() {}

  static byte[] bytes(String name) throws IOException {
    try (InputStream in = Resources.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("the program lacks its resource " + name + ": build it again");
      }
      return in.readAllBytes();
    }
  }

  /** Returns the rows of a table, without comments and the line of column names. */
  static List<String[]> table(String name, int columns) throws IOException {
    List<String[]> rows =
        new String(bytes(name), UTF_8)
            .lines()
            .filter(line -> !line.startsWith("#") && !line.isBlank())
            .skip(1)
            .map(line -> line.split("\t", -1))
            .toList();
    for (String[] row : rows) {
      if (row.length != columns) {
        throw new IOException(
            name + ": the row of " + row[0] + " must have " + columns + " columns");
      }
    }
    return rows;
  }

  /** Returns the words of a list, parted by white space. */
  static Set<String> words(String name) throws IOException {
    return new String(bytes(name), UTF_8)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .flatMap(line -> Arrays.stream(line.strip().split("\\s+")))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Returns a cell, or null for one that says nothing. */
  static String orNull(String cell) {
    return cell.equals("-") ? null : cell;
  }
}
