package dev.triptych.host.cli;

import dev.triptych.host.trust.Candidate;
import dev.triptych.host.trust.Gate;
import dev.triptych.host.trust.Verdict;
import dev.triptych.host.works.PrettyJson;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code triptych plugins verify JAR}: says whether it would be let in, and installs nothing. */
@Command(name = "verify")
final class PluginsVerifyCommand implements Callable<Integer> {
  @ParentCommand private PluginsCommand plugins;

  @Parameters(paramLabel = "JAR", descriptionKey = "plugin.file")
  private Path jar;

  @Option(names = "--json", descriptionKey = "option.json")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Session session = plugins.session();
    Candidate candidate = Candidate.read(jar);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", candidate.name());
    row.put("sha256", candidate.sha256());
    try {
      Verdict verdict = new Gate(session.home().folder()).check(candidate, false);
      row.put("accepted", true);
      row.putAll(VerdictText.json(verdict));
      if (!json) {
        VerdictText.print(verdict, session.console().out(), session);
      }
    } catch (IllegalArgumentException e) {
      row.put("accepted", false);
      row.put("reason", session.say(e));
      session.console().err().println("triptych: " + session.say(e));
    }
    if (json) {
      session.console().out().println(PrettyJson.write(row));
    }
    return row.get("accepted").equals(true) ? Main.OK : Main.FAILED;
  }
}
