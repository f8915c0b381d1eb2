package dev.triptych.models.language;

import dev.triptych.api.Placement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A kind of language model: what reads its config, names its weights and runs its program.
 *
 * <p>A plugin brings another kind as an OSGi service of this type. [any thread]
 */
@ConsumerType
public interface Architecture {

  /** Returns the values of {@code model_type} in {@code config.json} that this kind runs. */
  Set<String> modelTypes();

  /**
   * Loads a Hugging Face folder of one of the model types.
   *
   * @throws IOException if a file is missing or damaged, does not fit the others, or asks for what
   *     this kind does not compute, saying which
   */
  LanguageModel load(Path folder, Placement placement) throws IOException;
}
