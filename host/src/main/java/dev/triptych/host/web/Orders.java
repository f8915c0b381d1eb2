package dev.triptych.host.web;

import com.fasterxml.jackson.databind.JsonNode;
import dev.triptych.api.Artifact;
import dev.triptych.api.Descriptor;
import dev.triptych.api.Parameter;
import dev.triptych.api.Plan;
import dev.triptych.host.Host;
import dev.triptych.host.bundles.Plugged;
import dev.triptych.host.jobs.NearestNames;
import dev.triptych.host.jobs.Values;
import dev.triptych.host.plan.PlanJson;
import dev.triptych.host.works.StoredWork;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads what should be made, and checks it before anything begins. [any thread] */
final class Orders {
  private static final long MOST_SEED = (1L << 53) - 1;
  private static final List<String> TRIPTYCH =
      List.of("text.poem", "music.melody", "image.picture");

  private final Host host;
  private final CommandLines lines;

  Orders(Host host, CommandLines lines) {
    this.host = host;
    this.lines = lines;
  }

  /** Reads {@code {"generator", "prompt", "seed", "plan", "values"}}. */
  Task one(JsonNode json, Call call) throws IOException {
    known(json, Set.of("generator", "prompt", "seed", "plan", "values"));
    String generator = text(json, "generator").orElseThrow(() -> missing("generator"));
    return task(json, call, Optional.empty(), List.of(share(generator, json.path("values"))));
  }

  /** Reads {@code {"prompt", "seed", "plan", "style", "only", "values": {generator: {…}}}}. */
  Task triptych(JsonNode json, Call call) throws IOException {
    known(json, Set.of("prompt", "seed", "plan", "style", "only", "values"));
    List<String> ids = new ArrayList<>();
    JsonNode only = json.path("only");
    if (!only.isMissingNode() && !only.isArray()) {
      throw new Refusal(400, "only must be a list of generators");
    }
    for (JsonNode one : only) {
      String id = generator(one.asText());
      if (!ids.contains(id)) {
        ids.add(id);
      }
    }
    JsonNode values = json.path("values");
    List<Task.Share> shares = new ArrayList<>();
    List<String> running = ids.isEmpty() ? TRIPTYCH : ids;
    for (String id : running) {
      shares.add(share(id, values.path(id)));
    }
    values
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!running.contains(name)) {
                throw new Refusal(
                    400, "values names " + NearestNames.shown(name) + ", which does not run");
              }
            });
    return task(json, call, text(json, "style"), shares);
  }

  private Task task(JsonNode json, Call call, Optional<String> style, List<Task.Share> shares) {
    String prompt = prompt(json, call.language());
    JsonNode plan = json.path("plan");
    Optional<Plan> chosen =
        plan.isMissingNode() || plan.isNull()
            ? Optional.empty()
            : Optional.of(PlanJson.read(plan.toString()));
    style.ifPresent(one -> chosen.orElse(Plan.of(Map.of())).with("style", one)); // checked now
    return new Task(Tasks.newId(), prompt, seed(json.path("seed")), chosen, style, shares);
  }

  /** Returns the prompt of a body, checked. */
  String prompt(JsonNode json, Locale language) {
    return lines.prompt(text(json, "prompt").orElseThrow(() -> missing("prompt")), language);
  }

  private static long seed(JsonNode given) {
    if (given.isMissingNode() || given.isNull()) {
      return new SecureRandom().nextLong() & MOST_SEED;
    }
    if (!given.isIntegralNumber()
        || !given.canConvertToLong()
        || given.longValue() < 0
        || given.longValue() > MOST_SEED) {
      throw new Refusal(400, "the seed must be a whole number from 0 to " + MOST_SEED);
    }
    return given.longValue();
  }

  /** Returns the id of a generator that was named by it, or by its last word. */
  private String generator(String typed) {
    Map<String, Plugged> all = host.generators().all();
    List<String> ending = all.keySet().stream().filter(id -> id.endsWith("." + typed)).toList();
    if (!all.containsKey(typed) && ending.size() == 1) {
      return ending.get(0);
    }
    return descriptor(typed).id();
  }

  private Descriptor descriptor(String id) {
    Map<String, Plugged> all = host.generators().all();
    Plugged plugged = all.get(id);
    if (plugged == null) {
      throw new IllegalArgumentException(
          "there is no generator "
              + NearestNames.shown(id)
              + (all.isEmpty() ? "" : "; " + NearestNames.hint(id, all.keySet())));
    }
    return plugged.descriptor();
  }

  private Task.Share share(String typed, JsonNode given) throws IOException {
    Descriptor descriptor = descriptor(generator(typed));
    if (!given.isMissingNode() && !given.isObject()) {
      throw new Refusal(400, "values must be a JSON object");
    }
    Map<String, String> values = new TreeMap<>();
    Map<String, Artifact> inputs = new TreeMap<>();
    for (Iterator<Map.Entry<String, JsonNode>> all = given.fields(); all.hasNext(); ) {
      Map.Entry<String, JsonNode> one = all.next();
      Parameter<?> parameter = Values.parameter(descriptor, one.getKey());
      if (!one.getValue().isValueNode() || one.getValue().isNull()) {
        throw new Refusal(400, "the value of " + parameter.name() + " must be a text or a number");
      }
      String value = one.getValue().asText();
      parameter.parse(value);
      if (parameter instanceof Parameter.Work work) {
        inputs.put(work.name(), work(work, value));
      }
      values.put(parameter.name(), value);
    }
    return new Task.Share(
        descriptor.id(), request -> request.withValues(values).withInputs(inputs));
  }

  /** Finds a work by its id: over HTTP nobody names files. */
  private StoredWork work(Parameter.Work parameter, String id) throws IOException {
    StoredWork work =
        host.works()
            .find(id)
            .orElseThrow(
                () ->
                    new Refusal(400, parameter.name() + " must be the id of a work that is kept"));
    if (!parameter.accepts().isEmpty() && !parameter.accepts().contains(work.mediaType())) {
      throw new Refusal(
          400,
          parameter.name()
              + " takes "
              + String.join(" or ", parameter.accepts())
              + ", not "
              + work.mediaType());
    }
    return work;
  }

  private static void known(JsonNode json, Set<String> names) {
    json.fieldNames()
        .forEachRemaining(
            name -> {
              if (!names.contains(name)) {
                throw new Refusal(
                    400,
                    "the field "
                        + NearestNames.shown(name)
                        + " is not known here; the nearest: "
                        + String.join(", ", NearestNames.of(name, names)));
              }
            });
  }

  private static Optional<String> text(JsonNode json, String name) {
    JsonNode value = json.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw new Refusal(400, name + " must be a text");
    }
    return Optional.of(value.textValue());
  }

  private static Refusal missing(String name) {
    return new Refusal(400, "the field " + name + " is missing");
  }
}
