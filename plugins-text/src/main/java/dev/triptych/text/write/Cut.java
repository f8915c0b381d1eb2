package dev.triptych.text.write;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What of a stream of text is kept: nothing of a stop text or after it, no white space at the start
 * of an answer, none at the end, and no control characters but new lines and tabs.
 */
final class Cut {
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\n\t]]");

  private final List<String> stops;
  private boolean started;
  private boolean ended;
  private boolean wrote;
  private String held = "";

  /**
   * Begins to cut.
   *
   * @param stops texts before the first of which it ends
   * @param goesOn whether the text goes on from another, so that white space at its start counts
   */
  Cut(List<String> stops, boolean goesOn) {
    this.stops = stops;
    started = goesOn;
  }

  /** Returns what is certain to stay. */
  String accept(String more) {
    if (ended) {
      return "";
    }
    String text = held + CONTROL.matcher(more).replaceAll("");
    int at = stops.stream().mapToInt(text::indexOf).filter(i -> i >= 0).min().orElse(-1);
    ended = at >= 0;
    int certain = ended ? at : text.length() - beginning(text);
    int to = text.substring(0, certain).stripTrailing().length();
    int from = started ? 0 : certain - text.substring(0, certain).stripLeading().length();
    if (!started && to <= from) { // white space only
      held = ended ? "" : text.substring(certain);
      return "";
    }
    started = true;
    held = ended ? "" : text.substring(to);
    wrote |= to > from;
    return text.substring(from, to);
  }

  /** Returns what was held back, at the end. */
  String finish() {
    String text = ended ? "" : started ? held.stripTrailing() : held.strip();
    wrote |= !text.isEmpty();
    return text;
  }

  /** Returns whether anything stayed. */
  boolean wrote() {
    return wrote;
  }

  /** Returns how many of the last characters may be the beginning of a stop text. */
  private int beginning(String text) {
    int longest = stops.stream().mapToInt(String::length).max().orElse(0);
    for (int length = Math.min(longest - 1, text.length()); length > 0; length--) {
      String end = text.substring(text.length() - length);
      if (stops.stream().anyMatch(stop -> stop.length() > end.length() && stop.startsWith(end))) {
        return length;
      }
    }
    return 0;
  }
}
