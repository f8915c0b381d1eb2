package dev.triptych.models.diffusers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A diffusers pipeline on the disk: {@code model_index.json} and a folder for each part.
 *
 * <p>Ours have a part {@code projection} in place of text encoders: the host's sentence encoders
 * give the tokens, see {@link TextProjection}.
 */
public final class DiffusersFolder {

  private final Path folder;
  private final ModelConfig index;

  private DiffusersFolder(Path folder, ModelConfig index) {
    this.folder = folder;
    this.index = index;
  }

  /**
   * Opens a folder and checks that its UNet and VAE are of supported kinds.
   *
   * @throws IOException if it is no diffusers folder, or not a supported one, saying why
   */
  public static DiffusersFolder open(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(folder + " is no folder; give the folder of a diffusers model");
    }
    ModelConfig index = ModelConfig.read(folder.resolve("model_index.json"));
    DiffusersFolder found = new DiffusersFolder(folder, index);
    found.require("unet", "UNet2DConditionModel");
    found.require("vae", "AutoencoderKL");
    if (index.json().path("text_encoder_2").path(1).isTextual()) {
      throw new IOException(
          folder + " has two text encoders (SDXL); only pipelines with one are supported");
    }
    return found;
  }

  private void require(String part, String kind) throws IOException {
    JsonNode named = index.json().path(part).path(1);
    if (!named.isTextual() || !named.textValue().equals(kind)) {
      String found = named.isTextual() ? "a " + named.textValue() : "none";
      throw new IOException(
          folder + ": model_index.json names " + found + " as " + part + ", not " + kind);
    }
    if (!Files.isDirectory(folder.resolve(part))) {
      throw new IOException(folder + ": the folder " + part + " is missing; get the model again");
    }
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
    json.put("_class_name", "TriptychPicturePipeline");
    json.put("_diffusers_version", "0.34.0");
    json.putArray("projection").add("triptych").add("TextProjection");
    json.putArray("scheduler").add("diffusers").add("DPMSolverMultistepScheduler");
    json.putArray("unet").add("diffusers").add("UNet2DConditionModel");
    json.putArray("vae").add("diffusers").add("AutoencoderKL");
    return json.toPrettyString();
  }
}
