package dev.triptych.host.isolate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.triptych.api.Descriptor;
import dev.triptych.api.ModelFiles;
import dev.triptych.api.ModelSpec;
import dev.triptych.api.Parameter;
import dev.triptych.api.Phrase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Descriptors as data, for a host that never loads the plugin's classes. */
public final class DescriptorJson {
  private static final int MAX_ITEMS = 256;

  private DescriptorJson() {}

  /** Writes a descriptor into an object. */
  public static void write(Descriptor descriptor, ObjectNode json) {
    json.put("id", descriptor.id());
    phrase(descriptor.title(), json.putObject("title"));
    phrase(descriptor.summary(), json.putObject("summary"));
    json.put("produces", descriptor.produces());
    texts(descriptor.alternatives(), json.putArray("alternatives"));
    ArrayNode parameters = json.putArray("parameters");
    descriptor.parameters().forEach(one -> parameter(one, parameters.addObject()));
    ArrayNode models = json.putArray("models");
    for (ModelSpec<?> spec : descriptor.models()) {
      ObjectNode model = models.addObject();
      model.put("id", spec.id());
      model.put("files", spec.files().getClass().getSimpleName());
      model.put(
          "place",
          spec.files() instanceof ModelFiles.Entry entry ? entry.path() : spec.files().toString());
      spec.dtype().ifPresent(dtype -> model.put("dtype", dtype));
    }
  }

  private static void phrase(Phrase phrase, ObjectNode json) {
    json.put("en", phrase.en());
    json.put("zh", phrase.zh());
  }

  private static void texts(List<String> all, ArrayNode json) {
    all.forEach(json::add);
  }

  private static void parameter(Parameter<?> parameter, ObjectNode json) {
    json.put("kind", parameter.kind());
    json.put("name", parameter.name());
    phrase(parameter.help(), json.putObject("help"));
    parameter.initial().ifPresent(value -> json.put("initial", value.toString()));
    if (parameter instanceof Parameter.Whole whole) {
      json.put("min", whole.min()).put("max", whole.max());
    } else if (parameter instanceof Parameter.Real real) {
      json.put("min", real.min()).put("max", real.max());
    } else if (parameter instanceof Parameter.Choice choice) {
      texts(choice.options(), json.putArray("options"));
    } else if (parameter instanceof Parameter.Text text) {
      json.put("max", text.maxLength());
    } else if (parameter instanceof Parameter.Work work) {
      texts(work.accepts(), json.putArray("options"));
    }
  }

  /**
   * Reads a descriptor.
   *
   * @throws IOException if it is none, saying why
   */
  static Descriptor read(JsonNode json) throws IOException {
    try {
      List<Parameter<?>> parameters = new ArrayList<>();
      for (JsonNode one : few(json, "parameters")) {
        parameters.add(parameter(one));
      }
      List<ModelSpec<?>> models = new ArrayList<>();
      for (JsonNode one : few(json, "models")) {
        models.add(model(one));
      }
      return Descriptor.of(text(json, "id"), phrase(json, "title"), text(json, "produces"))
          .withSummary(phrase(json, "summary"))
          .withAlternatives(texts(json, "alternatives"))
          .withParameters(parameters.toArray(Parameter<?>[]::new))
          .withModels(models.toArray(ModelSpec<?>[]::new));
    } catch (IllegalArgumentException e) {
      throw new IOException("a generator cannot be described: " + e.getMessage(), e);
    }
  }

  private static Parameter<?> parameter(JsonNode json) throws IOException {
    String name = text(json, "name");
    Phrase help = phrase(json, "help");
    String initial = json.has("initial") ? text(json, "initial") : null;
    switch (text(json, "kind")) {
      case "whole" -> {
        int min = json.required("min").intValue();
        var whole = Parameter.Whole.of(name, help, min, json.required("max").intValue());
        return initial == null ? whole : whole.initially(Integer.parseInt(initial));
      }
      case "real" -> {
        double min = json.required("min").doubleValue();
        var real = Parameter.Real.of(name, help, min, json.required("max").doubleValue());
        return initial == null ? real : real.initially(Double.parseDouble(initial));
      }
      case "choice" -> {
        var choice = Parameter.Choice.of(name, help, texts(json, "options"));
        return initial == null ? choice : choice.initially(initial);
      }
      case "text" -> {
        var free = Parameter.Text.of(name, help, json.required("max").intValue());
        return initial == null ? free : free.initially(initial);
      }
      case "flag" -> {
        return Parameter.Flag.of(name, help).initially(Boolean.parseBoolean(initial));
      }
      case "work" -> {
        return Parameter.Work.of(name, help, texts(json, "options"));
      }
      default -> throw new IOException("there is no parameter of the kind " + text(json, "kind"));
    }
  }

  private static ModelSpec<AutoCloseable> model(JsonNode json) throws IOException {
    String place = text(json, "place");
    ModelFiles files =
        switch (text(json, "files")) {
          case "Entry" -> ModelFiles.entry(place);
          case "Folder" -> ModelFiles.folder(Path.of(place));
          case "Hub" -> ModelFiles.hub(place);
          default -> throw new IOException("there are no model files " + text(json, "files"));
        };
    ModelSpec<AutoCloseable> spec =
        ModelSpec.of(
            text(json, "id"),
            files,
            AutoCloseable.class,
            (folder, placement) -> {
              throw new IOException("the model of an isolated plugin is loaded in its worker");
            });
    return json.has("dtype") ? spec.withDtype(text(json, "dtype")) : spec;
  }

  private static JsonNode few(JsonNode json, String name) {
    JsonNode all = json.required(name);
    if (!all.isArray() || all.size() > MAX_ITEMS) {
      throw new IllegalArgumentException(name + " must be a list of at most " + MAX_ITEMS);
    }
    return all;
  }

  private static String[] texts(JsonNode json, String name) {
    List<String> texts = new ArrayList<>();
    few(json, name).forEach(one -> texts.add(one.asText()));
    return texts.toArray(String[]::new);
  }

  private static Phrase phrase(JsonNode json, String name) {
    JsonNode both = json.required(name);
    return Phrase.of(text(both, "en"), text(both, "zh"));
  }

  private static String text(JsonNode json, String name) {
    JsonNode value = json.required(name);
    if (!value.isTextual()) {
      throw new IllegalArgumentException(name + " must be a text");
    }
    return value.textValue();
  }
}
