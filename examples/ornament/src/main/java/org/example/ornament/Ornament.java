package org.example.ornament;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.api.Artifact;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An ornament as text: one ring a line, so that a ring can be cut out and put in again.
 *
 * @param folds how often each shape is repeated
 * @param paper color behind the rings
 * @param rings lines of SVG, the innermost first
 */
record Ornament(int folds, String paper, List<String> rings) {
  static final int RADIUS = 250;

  private static final Pattern HEAD =
      Pattern.compile("data-folds=\"(\\d{1,2})\" style=\"background:(#[0-9a-f]{6})\"");
  private static final Pattern RING = Pattern.compile("(?m)^<g id=\"ring-\\d+\".*</g>$");

  Ornament {
    rings = List.copyOf(rings);
  }

  /** Returns the file: later rings lie behind earlier ones. */
  byte[] svg() {
    List<String> back = new ArrayList<>(rings);
    Collections.reverse(back);
    return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="-256 -256 512 512" width="1024" \
    height="1024" data-folds="%d" style="background:%s">
    <rect x="-256" y="-256" width="512" height="512" fill="%s"/>
    %s
    </svg>
    """
        .formatted(folds, paper, paper, back.stream().collect(Collectors.joining("\n")))
        .getBytes(UTF_8);
  }

  /**
   * Reads an ornament that this bundle made.
   *
   * @throws IllegalArgumentException if the work is none
   */
  static Ornament read(Artifact work) throws IOException {
    String text;
    try (InputStream in = work.open()) {
      text = new String(in.readAllBytes(), UTF_8);
    }
    Matcher head = HEAD.matcher(text);
    if (!work.mediaType().equals("image/svg+xml") || !head.find()) {
      throw new IllegalArgumentException(
          "this work is no ornament of graphic.ornament: name one that it made");
    }
    List<String> rings = new ArrayList<>(RING.matcher(text).results().map(r -> r.group()).toList());
    Collections.reverse(rings);
    return new Ornament(Integer.parseInt(head.group(1)), head.group(2), rings);
  }
}
