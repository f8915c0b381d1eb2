package dev.triptych.host.cli;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Parameter;
import dev.triptych.api.Phrase;
import dev.triptych.host.bundles.Plugged;
import dev.triptych.host.works.PrettyJson;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code triptych generators}: what can be made, and with which parameters. */
@Command(name = "generators")
final class GeneratorsCommand implements Callable<Integer> {
  @ParentCommand private TriptychCommand program;

  @Option(names = "--json", descriptionKey = "option.json")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Session session = program.session();
    var all = program.host().generators().all().values();
    PrintStream out = session.console().out();
    if (json) {
      out.println(PrettyJson.write(all.stream().map(GeneratorsCommand::json).toList()));
      return Main.OK;
    }
    Locale locale = session.messages().locale();
    for (Plugged one : all) {
      Descriptor descriptor = one.descriptor();
      out.printf(
          "%s  %s  %s  %s%n",
          descriptor.id(), descriptor.title().in(locale), descriptor.produces(), one.version());
      if (!descriptor.summary().equals(descriptor.title())) {
        out.println("  " + descriptor.summary().in(locale));
      }
      for (Parameter<?> parameter : descriptor.parameters()) {
        String initial = parameter.initial().map(value -> " [" + value + "]").orElse("");
        out.printf(
            "  -p %s=%s%s  %s%n",
            parameter.name(),
            parameter.range().isEmpty() ? parameter.kind() : parameter.range(),
            initial,
            parameter.help().in(locale));
      }
    }
    return Main.OK;
  }

  private static Map<String, Object> json(Plugged one) {
    Descriptor descriptor = one.descriptor();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", descriptor.id());
    json.put("title", json(descriptor.title()));
    json.put("summary", json(descriptor.summary()));
    json.put("mediaType", descriptor.produces());
    json.put("version", one.version());
    json.put("bundle", one.bundle().getSymbolicName());
    json.put("parameters", descriptor.parameters().stream().map(GeneratorsCommand::json).toList());
    return json;
  }

  private static Map<String, Object> json(Parameter<?> parameter) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", parameter.name());
    json.put("type", parameter.kind());
    if (parameter instanceof Parameter.Whole whole) {
      json.put("range", List.of(whole.min(), whole.max()));
    } else if (parameter instanceof Parameter.Real real) {
      json.put("range", List.of(real.min(), real.max()));
    } else if (parameter instanceof Parameter.Choice choice) {
      json.put("range", choice.options());
    } else if (parameter instanceof Parameter.Text text) {
      json.put("range", List.of(0, text.maxLength()));
    } else if (parameter instanceof Parameter.Flag) {
      json.put("range", List.of(false, true));
    } else if (parameter instanceof Parameter.Work work) {
      json.put("range", work.accepts());
    }
    json.put("default", parameter.initial().orElse(null));
    json.put("help", json(parameter.help()));
    return json;
  }

  private static Map<String, Object> json(Phrase phrase) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("en", phrase.en());
    json.put("zh", phrase.zh());
    return json;
  }
}
