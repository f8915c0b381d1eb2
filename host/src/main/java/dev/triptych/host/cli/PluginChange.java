package dev.triptych.host.cli;

import dev.triptych.host.bundles.Plugin;
import dev.triptych.host.bundles.Preview;
import dev.triptych.host.bundles.Terms;
import dev.triptych.host.trust.Candidate;
import dev.triptych.host.trust.Capabilities;
import dev.triptych.host.trust.Gate;
import dev.triptych.host.trust.Verdict;
import dev.triptych.host.works.PrettyJson;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Shows what a plugin may do, what installing it would change, and what it changed. */
final class PluginChange {
  private final Session session;
  private final Messages messages;
  private final boolean json;

  PluginChange(Session session, boolean json) {
    this.session = session;
    this.messages = session.messages();
    this.json = json;
  }

  /** Tells, before a plugin is installed, what it uses. */
  void uses(Candidate candidate, Terms terms) throws IOException {
    Verdict verdict = new Gate(session.home().folder()).check(candidate, terms.allowUnsigned());
    uses(verdict, session.console().err());
  }

  private void uses(Verdict verdict, PrintStream to) {
    if (!verdict.declared().all().isEmpty()) {
      to.println(messages.text("plugin.uses", labels(verdict.declared())));
    }
    verdict.remarks().forEach(remark -> to.println(session.say(remark)));
  }

  private String labels(Capabilities capabilities) {
    return String.join(
        ", ",
        capabilities.labels().stream().map(one -> messages.text("plugin.uses." + one)).toList());
  }

  /** Shows a plugin that was installed. */
  int show(Plugin plugin) {
    session
        .console()
        .out()
        .println(
            json
                ? PrettyJson.write(PluginsCommand.json(plugin))
                : PluginsCommand.line(plugin, session));
    return Main.OK;
  }

  /** Shows what an installation would change; it fails if it could not be made. */
  int show(Preview preview) {
    PrintStream out = session.console().out();
    if (json) {
      out.println(PrettyJson.write(json(preview)));
    } else {
      String from = preview.from().map(version -> version + " → ").orElse("");
      out.println(messages.text("plugin.would.install", preview.id(), from + preview.to()));
      out.println(
          messages.text("plugin.ground." + preview.verdict().ground())
              + preview.verdict().key().map(key -> " (" + key + ")").orElse(""));
      uses(preview.verdict(), out);
      for (Preview.Import one : preview.imports()) {
        String provider =
            one.provider()
                .map(by -> by.equals("host") ? messages.text("plugin.from.host") : by)
                .orElseGet(
                    () -> messages.text(one.optional() ? "plugin.from.none" : "plugin.from.lacks"));
        out.println("  " + one.name() + " " + one.version() + " ← " + provider);
      }
      preview.rewired().forEach(id -> out.println(messages.text("plugin.would.rewire", id)));
      out.println(
          messages.text(
              "plugin.would.take",
              String.format(Locale.ROOT, "%.2f", preview.bytes() / (double) (1 << 20))));
      preview.missing().forEach(sentence -> out.println(session.say(sentence)));
    }
    return preview.missing().isEmpty() ? Main.OK : Main.MISTAKE;
  }

  private static Map<String, Object> json(Preview preview) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", preview.id());
    preview.from().ifPresent(version -> json.put("from", version));
    json.put("to", preview.to());
    json.put("ground", preview.verdict().ground().name());
    preview.verdict().key().ifPresent(key -> json.put("voucher", key));
    json.put("declared", preview.verdict().declared().labels());
    json.put("found", preview.verdict().found().labels());
    json.put("remarks", preview.verdict().remarks());
    List<Map<String, Object>> imports = new ArrayList<>();
    for (Preview.Import one : preview.imports()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("package", one.name());
      row.put("version", one.version());
      one.provider().ifPresent(by -> row.put("provider", by));
      row.put("optional", one.optional());
      imports.add(row);
    }
    json.put("imports", imports);
    json.put("missing", preview.missing());
    json.put("rewired", preview.rewired());
    json.put("bytes", preview.bytes());
    return json;
  }
}
