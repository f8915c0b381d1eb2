package dev.triptych.host.cli;

import dev.triptych.host.trust.SigningKey;
import dev.triptych.host.trust.TrustedKey;
import dev.triptych.host.works.PrettyJson;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code triptych plugins sign JAR --key FILE}: writes the signature beside the jar. */
@Command(name = "sign")
final class PluginsSignCommand implements Callable<Integer> {
  @ParentCommand private PluginsCommand plugins;

  @Parameters(paramLabel = "JAR", descriptionKey = "plugin.file")
  private Path jar;

  @Option(names = "--key", paramLabel = "FILE", required = true, descriptionKey = "sign.key")
  private Path keyFile;

  @Option(names = "--json", descriptionKey = "option.json")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Session session = plugins.session();
    SigningKey key = SigningKey.read(keyFile);
    Path signature = key.sign(jar);
    if (json) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("signature", signature.toString());
      row.put("fingerprint", TrustedKey.fingerprint(key.publicKey()));
      session.console().out().println(PrettyJson.write(row));
    } else {
      session.console().out().println(signature);
    }
    return Main.OK;
  }
}
