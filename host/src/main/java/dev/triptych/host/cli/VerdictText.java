package dev.triptych.host.cli;

import dev.triptych.host.trust.Capabilities;
import dev.triptych.host.trust.Verdict;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What was found out about a plugin, for people and as JSON. */
final class VerdictText {
  private VerdictText() {}

  /** Prints who vouches for it, what it declares and uses, and remarks, a line each. */
  static void print(Verdict verdict, PrintStream out, Session session) {
    Messages messages = session.messages();
    out.println(
        messages.text("trust.ground." + verdict.ground(), verdict.key().orElse("")).strip());
    out.println(messages.text("trust.declares", words(verdict.declared(), messages)));
    out.println(messages.text("trust.uses", words(verdict.found(), messages)));
    verdict.remarks().forEach(one -> out.println(session.say(one)));
  }

  /** Returns the same as fields of a JSON object. */
  static Map<String, Object> json(Verdict verdict) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("ground", verdict.ground().name().toLowerCase(Locale.ROOT));
    verdict.key().ifPresent(key -> json.put("key", key));
    json.put("declared", verdict.declared().labels());
    json.put("found", verdict.found().labels());
    json.put("remarks", verdict.remarks());
    return json;
  }

  private static String words(Capabilities some, Messages messages) {
    return some.all().isEmpty() ? messages.text("trust.none") : some.toString();
  }
}
