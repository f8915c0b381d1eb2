package dev.triptych.models.diffusers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The shape of an AutoencoderTiny, as {@code vae/config.json} holds it.
 *
 * @param channels of every layer inside
 * @param latentChannels channels of the latents
 * @param encoderBlocks blocks of each stage of the encoder; each stage but the first halves the
 *     size
 * @param decoderBlocks blocks of each stage of the decoder; each stage but the last doubles it
 * @param activation relu, silu, gelu or mish
 * @param scale by which latents are multiplied
 * @param shift which is subtracted from latents before
 * @param magnitude half of the range of latents that {@link AutoencoderTiny#toUnit} keeps
 * @param middle what {@link AutoencoderTiny#toUnit} gives for a latent of zero
 */
public record TinyVaeConfig(
    int channels,
    int latentChannels,
    List<Integer> encoderBlocks,
    List<Integer> decoderBlocks,
    String activation,
    double scale,
    double shift,
    double magnitude,
    double middle) {

  /**
   * Reads {@code config.json} in the folder of a tiny autoencoder.
   *
   * @throws IOException if it is missing, damaged, or asks for what is not supported
   */
  public static TinyVaeConfig read(Path folder) throws IOException {
    ModelConfig config = ModelConfig.read(folder.resolve("config.json"));
    config.only("_class_name", "AutoencoderTiny");
    config.only("in_channels", 3);
    config.only("out_channels", 3);
    config.only("upsample_fn", "nearest");
    config.only("upsampling_scaling_factor", 2);
    List<Integer> encoder = blocks(config, "num_encoder_blocks", 1, 3, 3, 3);
    List<Integer> decoder = blocks(config, "num_decoder_blocks", 3, 3, 3, 1);
    if (encoder.size() != decoder.size()) {
      throw config.refused("num_decoder_blocks", "must have as many stages as num_encoder_blocks");
    }
    int channels = channels(config, "encoder_block_out_channels", encoder.size(), 0);
    channels = channels(config, "decoder_block_out_channels", decoder.size(), channels);
    String activation = config.text("act_fn", "relu");
    if (activation.equals("swish")) {
      activation = "silu";
    }
    if (!List.of("relu", "silu", "gelu", "mish").contains(activation)) {
      throw config.refused("act_fn", "must be relu, silu, gelu or mish");
    }
    double scale = config.real("scaling_factor", 1);
    double magnitude = config.real("latent_magnitude", 3);
    if (scale <= 0 || magnitude <= 0) {
      throw config.refused(scale <= 0 ? "scaling_factor" : "latent_magnitude", "must be positive");
    }
    return new TinyVaeConfig(
        channels,
        config.whole("latent_channels", 4, 1, 1024),
        encoder,
        decoder,
        activation,
        scale,
        config.real("shift_factor", 0),
        magnitude,
        config.real("latent_shift", 0.5));
  }

  private static List<Integer> blocks(ModelConfig config, String key, Integer... initial)
      throws IOException {
    if (!config.has(key)) {
      return List.of(initial);
    }
    int size = config.json().get(key).size();
    if (!config.json().get(key).isArray() || size < 1 || size > 8) {
      throw config.refused(key, "must be a list of 1 to 8 numbers");
    }
    return Arrays.stream(config.wholes(key, 0, size, 0, 64)).boxed().toList();
  }

  /** diffusers' layers fit together only if all have as many channels. */
  private static int channels(ModelConfig config, String key, int stages, int wanted)
      throws IOException {
    int[] channels = config.wholes(key, 64, stages, 1, 1 << 12);
    for (int own : channels) {
      if (own != channels[0] || wanted > 0 && own != wanted) {
        throw config.refused(key, "must be the same number for every stage of both sides");
      }
    }
    return channels[0];
  }

  /** Returns by what the height and width of a picture are divided. */
  public int reduction() {
    return 1 << (encoderBlocks.size() - 1);
  }

  /** Returns the layers of the encoder as diffusers numbers them. */
  int encoderLayers() {
    return encoderBlocks.stream().mapToInt(Integer::intValue).sum() + encoderBlocks.size() + 1;
  }

  /** Returns the layers of the decoder as diffusers numbers them. */
  int decoderLayers() {
    int stages = decoderBlocks.size();
    return 2 + decoderBlocks.stream().mapToInt(Integer::intValue).sum() + stages + stages - 1;
  }

  /** The names and shapes that diffusers gives the weights. */
  Weights weights() {
    Weights w = new Weights();
    int layer = 0;
    for (int stage = 0; stage < encoderBlocks.size(); stage++) {
      String name = "encoder.layers." + layer++;
      if (stage == 0) {
        w.conv(name, 3, channels, 3);
      } else {
        w.conv(name, channels, channels, 3, false);
      }
      for (int i = 0; i < encoderBlocks.get(stage); i++) {
        block(w, "encoder.layers." + layer++);
      }
    }
    w.conv("encoder.layers." + layer, channels, latentChannels, 3);
    w.conv("decoder.layers.0", latentChannels, channels, 3);
    layer = 2; // 1 is the activation
    for (int stage = 0; stage < decoderBlocks.size(); stage++) {
      boolean last = stage == decoderBlocks.size() - 1;
      for (int i = 0; i < decoderBlocks.get(stage); i++) {
        block(w, "decoder.layers." + layer++);
      }
      layer += last ? 0 : 1; // what doubles the size
      w.conv("decoder.layers." + layer++, channels, last ? 3 : channels, 3, last);
    }
    return w;
  }

  private void block(Weights w, String name) {
    for (int i = 0; i <= 4; i += 2) {
      w.conv(name + ".conv." + i, channels, channels, 3);
    }
  }
}
