package dev.triptych.models.language;

import dev.triptych.api.Placement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Loads a language model from a Hugging Face folder, whatever its architecture.
 *
 * <pre>{@code
 * try (LanguageModel model = LanguageModels.load(folder, Placement.of("cpu", "auto"));
 *     Continuation text = model.open(1)) {
 *   float[] logits = text.prefill(model.tokenizer().encode("Once upon a time"))[0];
 * }
 * }</pre>
 */
public final class LanguageModels {

  private static final List<Architecture> KNOWN =
      List.of(new LlamaLike(), new Gpt2(), new GptNeox(), new T5Architecture());

  private LanguageModels() {}

  /** Returns the values of {@code model_type} that can be loaded without a plugin. */
  public static SortedSet<String> modelTypes() {
    TreeSet<String> types = new TreeSet<>();
    KNOWN.forEach(architecture -> types.addAll(architecture.modelTypes()));
    return types;
  }

  /**
   * Loads a folder: {@code config.json}, {@code model.safetensors} or its shards, and {@code
   * tokenizer.json} once it is asked for.
   *
   * @param placement of dtype {@code auto}: the type of the folder's weights
   * @throws IOException if a file is missing or damaged, the weights are pickles, or the model is
   *     of a kind that is not known, saying which are
   */
  public static LanguageModel load(Path folder, Placement placement) throws IOException {
    return load(folder, placement, List.of());
  }

  /**
   * Loads a folder, also of the kinds that the architectures given bring; they come before those
   * that are known here.
   */
  public static LanguageModel load(
      Path folder, Placement placement, Collection<Architecture> brought) throws IOException {
    return architecture(folder, brought).load(folder, placement);
  }

  /**
   * Returns the kind of a folder, among those given and then those known here.
   *
   * @throws IOException if its config is missing or damaged, or it is of no known kind, saying
   *     which are
   */
  public static Architecture architecture(Path folder, Collection<Architecture> brought)
      throws IOException {
    List<Architecture> all = new ArrayList<>(brought);
    all.addAll(KNOWN);
    ConfigFile config = ConfigFile.read(folder);
    String type = config.text("model_type", "");
    TreeSet<String> types = new TreeSet<>();
    for (Architecture architecture : all) {
      if (architecture.modelTypes().contains(type)) {
        return architecture;
      }
      types.addAll(architecture.modelTypes());
    }
    throw config.refused("model_type", "is none of the known " + String.join(", ", types));
  }
}
