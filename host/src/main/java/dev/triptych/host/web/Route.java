package dev.triptych.host.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is answered where.
 *
 * @param method of HTTP
 * @param path such as {@code /api/jobs/{}}, with places for one part of a path each
 * @param level how much one must know
 */
record Route(String method, String path, Access.Level level, Handler handler) {
  /** Answers a call. */
  interface Handler {
    void answer(Call call) throws Exception;
  }

  /** Returns what stands in the places; empty if this is not the path. */
  Optional<List<String>> match(String asked) {
    String[] own = path.split("/", -1);
    String[] others = asked.split("/", -1);
    List<String> parts = new ArrayList<>();
    if (own.length != others.length) {
      return Optional.empty();
    }
    for (int i = 0; i < own.length; i++) {
      if (own[i].equals("{}") && !others[i].isEmpty()) {
        parts.add(others[i]);
      } else if (!own[i].equals(others[i])) {
        return Optional.empty();
      }
    }
    return Optional.of(parts);
  }
}
