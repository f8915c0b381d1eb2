package dev.triptych.host.cli;

import dev.triptych.host.trust.SigningKey;
import dev.triptych.host.trust.TrustedKey;
import dev.triptych.host.works.PrettyJson;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code triptych plugins keygen}: makes a key that signs plugins. */
@Command(name = "keygen")
final class PluginsKeygenCommand implements Callable<Integer> {
  @ParentCommand private PluginsCommand plugins;

  @Option(names = "--out", paramLabel = "FILE", descriptionKey = "keygen.out")
  private Path out = Path.of("triptych-key.pem");

  @Option(names = "--json", descriptionKey = "option.json")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Session session = plugins.session();
    SigningKey key = SigningKey.generate();
    try {
      key.write(out);
    } catch (FileAlreadyExistsException e) {
      throw new IllegalArgumentException(session.messages().text("keygen.exists", e.getFile()), e);
    }
    Path shown = SigningKey.publicFile(out);
    String fingerprint = TrustedKey.fingerprint(key.publicKey());
    if (json) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("private", out.toString());
      row.put("public", shown.toString());
      row.put("fingerprint", fingerprint);
      session.console().out().println(PrettyJson.write(row));
    } else {
      session.console().out().print(key.publicPem());
      session
          .console()
          .out()
          .println(session.messages().text("keygen.done", out, shown, fingerprint));
    }
    return Main.OK;
  }
}
