package dev.triptych.models.diffusers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.triptych.api.Placement;
import dev.triptych.models.message.Excerpt;
import dev.triptych.models.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A diffusers pipeline on the disk: {@code model_index.json} and a folder for each part.
 *
 * <p>Ours have a part {@code projection} in place of text encoders: the host's sentence encoders
 * give the tokens, see {@link TextProjection}.
 */
public final class DiffusersFolder {

  private static final String OWN = "TriptychPicturePipeline";

  private final Path folder;
  private final ModelConfig index;

  private DiffusersFolder(Path folder, ModelConfig index) {
    this.folder = folder;
    this.index = index;
  }

  /**
   * Opens a folder and checks that its pipeline and its parts are of supported kinds.
   *
   * @throws IOException if it is no diffusers folder, or not a supported one, saying why
   */
  public static DiffusersFolder open(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(folder + " is no folder; give the folder of a diffusers model");
    }
    ModelConfig index = ModelConfig.read(folder.resolve("model_index.json"));
    DiffusersFolder found = new DiffusersFolder(folder, index);
    String name = index.text("_class_name", "");
    if (found.kind().isEmpty() && !name.equals(OWN)) {
      throw index.refused("_class_name", "is no pipeline that can be run; known are " + known());
    }
    found.require("unet", "UNet2DConditionModel");
    found.require("vae", "AutoencoderKL", "AutoencoderTiny");
    if (found.kind().isPresent()) {
      found.require("text_encoder", "CLIPTextModel");
      found.require("tokenizer", "CLIPTokenizer", "CLIPTokenizerFast");
      found.requireFolder("scheduler");
    }
    if (found.kind().equals(Optional.of(PipelineKind.STABLE_DIFFUSION_XL))) {
      found.require("text_encoder_2", "CLIPTextModelWithProjection");
      found.require("tokenizer_2", "CLIPTokenizer", "CLIPTokenizerFast");
      index.without("requires_aesthetics_score");
    }
    return found;
  }

  private static String known() {
    return String.join(", ", PipelineKind.classNamesKnown());
  }

  private void require(String part, String... kinds) throws IOException {
    JsonNode named = index.json().path(part).path(1);
    if (!named.isTextual() || !List.of(kinds).contains(named.textValue())) {
      String found = named.isTextual() ? "a " + Excerpt.of(named.textValue()) : "none";
      throw new IOException(
          folder
              + ": model_index.json names "
              + found
              + " as "
              + part
              + ", not "
              + String.join(" or ", kinds));
    }
    requireFolder(part);
  }

  private void requireFolder(String part) throws IOException {
    if (!Files.isDirectory(folder.resolve(part))) {
      throw new IOException(folder + ": the folder " + part + " is missing; get the model again");
    }
  }

  /** Returns the kind of its pipeline; empty for our own models, which read no CLIP text. */
  public Optional<PipelineKind> kind() {
    return PipelineKind.of(index.text("_class_name", ""));
  }

  /**
   * Returns whether SDXL models are told of an empty text as zeros.
   *
   * @throws IOException if {@code force_zeros_for_empty_prompt} is neither true nor false
   */
  public boolean zerosForEmptyPrompt() throws IOException {
    return index.flag("force_zeros_for_empty_prompt", true);
  }

  /** Returns whether the VAE is an AutoencoderTiny, not an AutoencoderKL. */
  public boolean tinyVae() {
    return index.json().path("vae").path(1).asText().equals("AutoencoderTiny");
  }

  /** Returns how many pixels of a picture's side each latent stands for. */
  public int reduction() throws IOException {
    ModelConfig vae = ModelConfig.read(vae().resolve("config.json"));
    JsonNode blocks =
        vae.json().path(tinyVae() ? "decoder_block_out_channels" : "block_out_channels");
    int count = blocks.isArray() ? blocks.size() : tinyVae() ? 4 : 1;
    if (count < 1 || count > 8) {
      throw vae.refused("block_out_channels", "must be a list of 1 to 8 numbers");
    }
    return 1 << count - 1;
  }

  /** Returns height and width of the latents that the UNet was trained for. */
  public int[] sampleSize() throws IOException {
    ModelConfig unet = ModelConfig.read(unet().resolve("config.json"));
    int[] size = unet.wholes("sample_size", 64, 2, 1, 1024);
    boolean old = unet.text("_diffusers_version", "1").matches("0\\.[0-8]\\..*");
    boolean untold = old && kind().equals(Optional.of(PipelineKind.STABLE_DIFFUSION));
    return untold && size[0] < 64 ? new int[] {64, 64} : size; // as the pipeline corrects it
  }

  /**
   * Returns where and how precisely to compute: in the type of the UNet's weights where {@code
   * auto} is wanted.
   */
  public Placement placement(Placement wanted) throws IOException {
    if (!wanted.dtype().equals("auto")) {
      return wanted;
    }
    List<Safetensors> files = WeightFiles.open(unet(), "diffusion_pytorch_model", wanted);
    for (Safetensors.Entry entry : files.get(0).entries().values()) {
      switch (entry.dtype()) {
        case F16 -> {
          return Placement.of(wanted.device(), "float16");
        }
        case BF16 -> {
          return Placement.of(wanted.device(), "bfloat16");
        }
        default -> {}
      }
    }
    return Placement.of(wanted.device(), "float32");
  }

  /** Returns whether the VAE overflows in float16 ({@code force_upcast}). */
  public boolean vaeUpcasts() throws IOException {
    return !tinyVae() && ModelConfig.read(vae().resolve("config.json")).flag("force_upcast", true);
  }

  /** Returns the folder of a part, such as {@code text_encoder_2}. */
  public Path part(String name) {
    return folder.resolve(name);
  }

  /** Returns the folder of the UNet. */
  public Path unet() {
    return folder.resolve("unet");
  }

  /** Returns the folder of the VAE. */
  public Path vae() {
    return folder.resolve("vae");
  }

  /** Returns the folder of the scheduler's settings. */
  public Path scheduler() {
    return folder.resolve("scheduler");
  }

  /** Returns the folder of the text projection, which our own models have. */
  public Optional<Path> projection() {
    Path projection = folder.resolve("projection");
    return Files.isDirectory(projection) ? Optional.of(projection) : Optional.empty();
  }

  /** The text of a {@code model_index.json} for our own models. */
  static String indexJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("_class_name", OWN);
    json.put("_diffusers_version", "0.34.0");
    json.putArray("projection").add("triptych").add("TextProjection");
    json.putArray("scheduler").add("diffusers").add("DPMSolverMultistepScheduler");
    json.putArray("unet").add("diffusers").add("UNet2DConditionModel");
    json.putArray("vae").add("diffusers").add("AutoencoderKL");
    return json.toPrettyString();
  }
}
