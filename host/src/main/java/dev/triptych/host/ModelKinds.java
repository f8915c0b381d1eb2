package dev.triptych.host;

import dev.triptych.host.bundles.Architectures;
import dev.triptych.models.diffusers.DiffusersFolder;
import dev.triptych.models.hub.ModelFacts;
import dev.triptych.models.language.Architecture;
import dev.triptych.models.language.LanguageModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.osgi.framework.BundleContext;

/**
 * Which models can be run: language models of the kinds that {@code models} knows and that plugins
 * bring, sentence encoders, picture models. [any thread]
 */
public final class ModelKinds {
  private static final String ENCODER = "bert";

  private final Architectures architectures;

  ModelKinds(BundleContext context) {
    this.architectures = new Architectures(context);
  }

  /** Returns the values of {@code model_type} of language models that can be run. */
  public TreeSet<String> languageTypes() {
    TreeSet<String> types = new TreeSet<>(LanguageModels.modelTypes());
    brought().forEach(architecture -> types.addAll(architecture.modelTypes()));
    return types;
  }

  /** Returns the kinds of language models that plugins bring now, those of first rank first. */
  public List<Architecture> brought() {
    return architectures.all();
  }

  /** Returns why a model cannot be run, as far as its config and files say; empty if it can. */
  public Optional<String> obstacle(Path folder, ModelFacts facts) {
    if (facts.parameters() == 0) {
      return Optional.of("it has no safetensors file");
    }
    if (facts.kind().equals("diffusers")) {
      try {
        DiffusersFolder.open(folder);
        return Optional.empty();
      } catch (IOException e) {
        return Optional.of(e.getMessage());
      }
    }
    TreeSet<String> types = languageTypes();
    types.add(ENCODER);
    return types.contains(facts.kind())
        ? Optional.empty()
        : Optional.of(
            "model_type \"" + facts.kind() + "\" is none of the known " + String.join(", ", types));
  }
}
