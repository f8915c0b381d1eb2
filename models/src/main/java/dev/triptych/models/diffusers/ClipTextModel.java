package dev.triptych.models.diffusers;

import dev.triptych.api.Placement;
import dev.triptych.models.Program;
import dev.triptych.models.Tensor;
import dev.triptych.models.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * CLIP's text model: CLIPTextModel or CLIPTextModelWithProjection, as {@code text_encoder} in the
 * folder of a pipeline.
 *
 * <pre>{@code
 * try (ClipTextModel model = ClipTextModel.load(folder.resolve("text_encoder"), placement)) {
 *   ClipTextModel.States states = model.encode(new int[][] {tokenizer.encode("a red fox")}, 0);
 * }
 * }</pre>
 *
 * <p>Loaded weights never change; calls are safe from many threads at once.
 */
public final class ClipTextModel extends PipelinePart {

  /**
   * What the model says about texts.
   *
   * @param batch texts
   * @param tokens of each text
   * @param width features of a token
   * @param last states after the last layer that was not skipped, and the final norm; (batch,
   *     tokens, width): what Stable Diffusion 1 and 2 look at
   * @param penultimate states before the last layer that was not skipped, not normed; (batch,
   *     tokens, width): what SDXL looks at
   * @param pooled state of each whole text, projected if the model projects, no layer skipped;
   *     (batch, {@code pooled.length / batch})
   */
  public record States(
      int batch, int tokens, int width, float[] last, float[] penultimate, float[] pooled) {}

  private final ClipTextConfig config;

  private ClipTextModel(ClipTextConfig config, List<Safetensors> files, Placement placement)
      throws IOException {
    super(
        "clip.py",
        files,
        placement,
        program -> configure(program, config, placement),
        Precision.of(placement),
        false);
    this.config = config;
    finish("build", config.layers(), config.heads(), config.quickGelu(), config.eps());
  }

  /**
   * Loads {@code config.json} and the weights of a folder: {@code model.safetensors}, whole or in
   * shards, or a variant of it such as {@code model.fp16.safetensors}.
   *
   * @throws IOException if a file is missing, damaged, or asks for what is not supported
   * @throws IllegalArgumentException if the placement is not possible
   */
  public static ClipTextModel load(Path folder, Placement placement) throws IOException {
    ClipTextConfig config = ClipTextConfig.read(folder);
    List<Safetensors> files = WeightFiles.open(folder, "model", placement);
    config.weights().check(files, UnaryOperator.identity());
    return new ClipTextModel(config, files, placement);
  }

  private static void configure(Program program, ClipTextConfig config, Placement placement) {
    program.call("load", config.end(), Precision.of(placement).scalarType()).close();
  }

  /** Returns the model's shape. */
  public ClipTextConfig config() {
    return config;
  }

  /**
   * Reads texts.
   *
   * @param ids of each text, as many for each, {@link ClipTextConfig#positions()} at most
   * @param skip layers to leave out at the end ("clip skip"): 0 for none, to the number of layers
   *     less 1
   * @throws IllegalArgumentException if there are no texts, they have not one length, or an id or
   *     the number of layers to skip is out of range
   */
  public States encode(int[][] ids, int skip) {
    int tokens = ids.length == 0 ? 0 : ids[0].length;
    if (tokens == 0 || tokens > config.positions()) {
      throw new IllegalArgumentException(
          "a text for this model has 1 to " + config.positions() + " tokens, not " + tokens);
    }
    if (skip < 0 || skip >= config.layers()) {
      throw new IllegalArgumentException(
          "layers to skip are 0 to " + (config.layers() - 1) + " in this model, not " + skip);
    }
    for (int[] text : ids) {
      if (text.length != tokens) {
        throw new IllegalArgumentException(
            "one text has " + tokens + " tokens, another " + text.length + "; pad them");
      }
      for (int id : text) {
        if (id < 0 || id >= config.vocabulary()) {
          throw new IllegalArgumentException(
              "token " + id + " is not in the text model's vocabulary of " + config.vocabulary());
        }
      }
    }
    int[] flat = Arrays.stream(ids).flatMapToInt(Arrays::stream).toArray();
    try (Tensor texts = Tensor.of(flat, ids.length, tokens);
        Program.Result result = program.call("forward", texts, skip)) {
      float[][] states = new float[3][];
      List<Tensor> found = result.tensors();
      for (int i = 0; i < states.length; i++) {
        try (Tensor state = found.get(i)) {
          states[i] = state.floats();
        }
      }
      return new States(ids.length, tokens, config.width(), states[0], states[1], states[2]);
    }
  }
}
