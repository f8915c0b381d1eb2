package dev.triptych.host.cli;

import dev.triptych.host.trust.Candidate;
import dev.triptych.host.trust.Gate;
import dev.triptych.host.trust.TrustStore;
import dev.triptych.host.trust.TrustStore.Pin;
import dev.triptych.host.trust.TrustStore.Trusted;
import dev.triptych.host.trust.TrustedKey;
import dev.triptych.host.trust.Verdict;
import dev.triptych.host.works.PrettyJson;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/**
 * {@code triptych plugins trust KEY|CERTIFICATE|JAR}: lets in what this key signs, or this very
 * file; {@code --list} and {@code --remove} look after what is trusted.
 */
@Command(name = "trust")
final class PluginsTrustCommand implements Callable<Integer> {
  /** One of these. */
  private static final class What {
    @Parameters(paramLabel = "KEY|CERTIFICATE|JAR", descriptionKey = "trust.what")
    private Path file;

    @Option(names = "--list", descriptionKey = "trust.list")
    private boolean list;

    @Option(names = "--remove", paramLabel = "FINGERPRINT", descriptionKey = "trust.remove")
    private String fingerprint;
  }

  @ParentCommand private PluginsCommand plugins;

  @ArgGroup(multiplicity = "1")
  private What what;

  @Option(names = "--name", paramLabel = "NAME", descriptionKey = "trust.name")
  private String name;

  @Option(names = "--json", descriptionKey = "option.json")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Path home = plugins.session().home().folder();
    TrustStore store = new TrustStore(home);
    if (what.list) {
      list(store.read());
    } else if (what.fingerprint != null) {
      String removed = store.remove(what.fingerprint);
      say(Map.of("removed", removed), "trust.removed", removed);
    } else if (Candidate.isJar(what.file)) {
      pin(Candidate.read(what.file), new Gate(home));
    } else {
      TrustedKey key = store.trust(TrustStore.keyIn(what.file), nameOf(what.file));
      say(json(key), "trust.key", key.name(), key.fingerprint());
    }
    return Main.OK;
  }

  private String nameOf(Path file) {
    return name != null ? name : file.getFileName().toString().replaceFirst("(\\.\\w{2,4})+$", "");
  }

  private void pin(Candidate candidate, Gate gate) throws IOException {
    Session session = plugins.session();
    Verdict verdict = gate.pin(candidate, name != null ? name : candidate.name());
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", candidate.name());
    row.put("sha256", candidate.sha256());
    row.putAll(VerdictText.json(verdict));
    say(row, "trust.pin", candidate.name(), candidate.sha256());
    if (!json) {
      VerdictText.print(verdict, session.console().out(), session);
    }
  }

  private void list(Trusted all) {
    PrintStream out = plugins.session().console().out();
    if (json) {
      List<Object> rows = new ArrayList<>();
      all.keys().forEach(key -> rows.add(json(key)));
      all.pins().forEach(pin -> rows.add(json(pin)));
      out.println(PrettyJson.write(rows));
      return;
    }
    Messages messages = plugins.session().messages();
    all.keys()
        .forEach(key -> out.println(messages.text("trust.row.key", key.fingerprint(), key.name())));
    all.pins()
        .forEach(pin -> out.println(messages.text("trust.row.pin", pin.sha256(), pin.name())));
  }

  private void say(Map<String, Object> row, String sentence, Object... details) {
    Session session = plugins.session();
    session
        .console()
        .out()
        .println(json ? PrettyJson.write(row) : session.messages().text(sentence, details));
  }

  private static Map<String, Object> json(TrustedKey key) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", key.name());
    row.put("algorithm", key.key().getAlgorithm());
    row.put("fingerprint", key.fingerprint());
    return row;
  }

  private static Map<String, Object> json(Pin pin) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", pin.name());
    row.put("sha256", pin.sha256());
    return row;
  }
}
