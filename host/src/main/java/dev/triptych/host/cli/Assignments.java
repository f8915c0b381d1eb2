package dev.triptych.host.cli;

import dev.triptych.api.Artifact;
import dev.triptych.api.Descriptor;
import dev.triptych.api.Parameter;
import dev.triptych.host.bundles.Generators;
import dev.triptych.host.bundles.Plugged;
import dev.triptych.host.jobs.NearestNames;
import dev.triptych.host.works.StoredWork;
import dev.triptych.host.works.Works;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the user set with {@code -p}, by generator and parameter, and the sentences if it is wrong.
 */
final class Assignments {
  private final Messages messages;
  private final Path folder;

  /** Reads assignments of a session, whose paths lie below its working folder. */
  Assignments(Session session) {
    this.messages = session.messages();
    this.folder = session.folder();
  }

  /** Splits {@code NAME=VALUE}. */
  Map<String, String> split(List<String> typed) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String one : typed) {
      int equals = one.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            messages.text("parameter.form", NearestNames.shown(one)));
      }
      values.put(one.substring(0, equals).strip(), one.substring(equals + 1));
    }
    return values;
  }

  /** Splits {@code GENERATOR:NAME=VALUE} for the generators that will run. */
  Map<String, Map<String, String>> splitByGenerator(
      List<String> typed, Generators generators, List<String> running) {
    Map<String, Map<String, String>> all = new LinkedHashMap<>();
    for (Map.Entry<String, String> one : split(typed).entrySet()) {
      int colon = one.getKey().indexOf(':');
      if (colon < 1) {
        throw new IllegalArgumentException(
            messages.text("parameter.create.form", NearestNames.shown(one.getKey())));
      }
      String id = generator(one.getKey().substring(0, colon), generators).descriptor().id();
      if (!running.contains(id)) {
        throw new IllegalArgumentException(messages.text("parameter.idle", id));
      }
      all.computeIfAbsent(id, key -> new LinkedHashMap<>())
          .put(one.getKey().substring(colon + 1), one.getValue());
    }
    return all;
  }

  /** Returns a generator by its id, or by the last word of it where that is plain. */
  Plugged generator(String typed, Generators generators) {
    Map<String, Plugged> all = generators.all();
    Plugged exact = all.get(typed);
    if (exact != null) {
      return exact;
    }
    List<Plugged> ending =
        all.values().stream().filter(one -> one.descriptor().id().endsWith("." + typed)).toList();
    if (ending.size() == 1) {
      return ending.get(0);
    }
    generators
        .quarantined(typed)
        .ifPresent(
            why -> {
              throw new IllegalArgumentException(why);
            });
    String sentence = messages.text("generator.unknown", NearestNames.shown(typed));
    throw new IllegalArgumentException(
        all.isEmpty()
            ? sentence + messages.text("generator.none")
            : sentence
                + messages.text(
                    "usage.nearest", String.join(", ", NearestNames.of(typed, all.keySet()))));
  }

  /**
   * What one generator is asked beside prompt, plan and seed.
   *
   * @param generator its id
   * @param values as text by parameter name, checked
   * @param inputs works by parameter name
   */
  record Wish(String generator, Map<String, String> values, Map<String, Artifact> inputs) {}

  /** Checks values; the files that works name are taken into the store. */
  Wish check(Descriptor descriptor, Map<String, String> values, Works works) throws IOException {
    Map<String, String> checked = new TreeMap<>();
    Map<String, Artifact> inputs = new TreeMap<>();
    for (Map.Entry<String, String> one : values.entrySet()) {
      Parameter<?> parameter = parameter(descriptor, one.getKey());
      String value = one.getValue();
      try {
        parameter.parse(value);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(refusal(parameter, value, e), e);
      }
      if (parameter instanceof Parameter.Work work) {
        StoredWork input = take(work, value.strip(), works);
        inputs.put(work.name(), input);
        value = input.id(); // the lineage names works, never the user's paths
      }
      checked.put(parameter.name(), value);
    }
    return new Wish(descriptor.id(), checked, inputs);
  }

  private StoredWork take(Parameter.Work parameter, String named, Works works) throws IOException {
    Optional<StoredWork> known = works.find(named);
    return known.isPresent() ? known.get() : works.take(folder.resolve(named), parameter.accepts());
  }

  private Parameter<?> parameter(Descriptor descriptor, String name) {
    List<String> names = descriptor.parameters().stream().map(Parameter::name).toList();
    int at = names.indexOf(name);
    if (at >= 0) {
      return descriptor.parameters().get(at);
    }
    String sentence = messages.text("parameter.unknown", descriptor.id(), NearestNames.shown(name));
    throw new IllegalArgumentException(
        names.isEmpty()
            ? sentence
            : sentence
                + messages.text("usage.nearest", String.join(", ", NearestNames.of(name, names))));
  }

  private String refusal(Parameter<?> parameter, String value, IllegalArgumentException english) {
    if (!messages.locale().getLanguage().equals("zh")) {
      return english.getMessage();
    }
    String shown = NearestNames.shown(value);
    return parameter instanceof Parameter.Text text
        ? messages.text("parameter.text", parameter.name(), text.maxLength())
        : messages.text(
            "parameter." + parameter.kind(), parameter.name(), parameter.range(), shown);
  }
}
