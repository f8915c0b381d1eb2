package dev.triptych.host.cli;

import dev.triptych.host.HubModels;
import dev.triptych.host.works.PrettyJson;
import dev.triptych.models.hub.Verification;
import dev.triptych.models.hub.Verification.Checked;
import dev.triptych.models.hub.Verification.State;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code triptych models verify MODEL}: reads a model's files again and compares digests. */
@Command(name = "verify")
final class ModelsVerifyCommand implements Callable<Integer> {
  @ParentCommand private ModelsCommand models;

  @Parameters(paramLabel = "MODEL", descriptionKey = "model")
  private String model;

  @Option(names = "--json", descriptionKey = "option.json")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Session session = models.session();
    Messages messages = session.messages();
    Path folder = new HubModels(session.home()).locate(model);
    ProgressLine line = new ProgressLine(session.console(), models.program().quiet(), session::say);
    String[] reading = {""};
    List<Checked> all =
        Verification.of(
            folder,
            (name, bytes) -> {
              if (!reading[0].equals(name)) {
                reading[0] = name;
                line.say(messages.text("verify.reading", name));
              }
            });
    line.end();
    if (json) {
      session
          .console()
          .out()
          .println(PrettyJson.write(all.stream().map(ModelsVerifyCommand::json).toList()));
    } else {
      for (Checked one : all) {
        session.console().out().println(messages.text("verify." + one.state()) + "  " + one.name());
      }
    }
    List<String> bad =
        all.stream()
            .filter(one -> one.state() == State.DAMAGED || one.state() == State.MISSING)
            .map(Checked::name)
            .toList();
    if (bad.isEmpty()) {
      return Main.OK;
    }
    session
        .console()
        .err()
        .println("triptych: " + messages.text("verify.bad", String.join(", ", bad), model));
    return Main.FAILED;
  }

  private static Map<String, Object> json(Checked one) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", one.name());
    json.put("bytes", one.bytes());
    json.put("digest", one.digest());
    json.put("state", one.state().name().toLowerCase(Locale.ROOT));
    return json;
  }
}
