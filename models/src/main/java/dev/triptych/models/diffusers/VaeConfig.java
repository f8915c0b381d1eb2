package dev.triptych.models.diffusers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The shape of an AutoencoderKL, as {@code vae/config.json} holds it.
 *
 * @param channels channels of each block, from the finest; each block but the last halves the size
 * @param layers resnets of an encoder block; a decoder block has one more
 * @param latentChannels channels of the latents
 * @param groups groups of every group norm
 * @param attention whether the middle blocks attend
 * @param quant whether a 1 x 1 convolution follows the encoder
 * @param postQuant whether a 1 x 1 convolution comes before the decoder
 * @param scale by which latents are multiplied, so that they vary about as noise does
 * @param shift which is subtracted from latents before
 * @param tile rows and columns of a picture that are decoded at once when it is cut into tiles
 * @param upcast whether its numbers grow beyond float16
 */
public record VaeConfig(
    List<Integer> channels,
    int layers,
    int latentChannels,
    int groups,
    boolean attention,
    boolean quant,
    boolean postQuant,
    double scale,
    double shift,
    int tile,
    boolean upcast) {

  /** By which part of its size a tile overlaps the next (tile_overlap_factor). */
  static final double OVERLAP = 0.25;

  private static final int TILE = 32;

  /** Returns a shape for training, one resnet a block, whose scale is still to be measured. */
  public static VaeConfig of(int latentChannels, int groups, List<Integer> channels) {
    return new VaeConfig(
        List.copyOf(channels), 1, latentChannels, groups, true, true, true, 1, 0, TILE, false);
  }

  /** Returns the same shape with a measured scale and shift. */
  public VaeConfig scaled(double newScale, double newShift) {
    return new VaeConfig(
        channels,
        layers,
        latentChannels,
        groups,
        attention,
        quant,
        postQuant,
        newScale,
        newShift,
        tile,
        upcast);
  }

  /**
   * Reads {@code config.json} in the folder of a VAE.
   *
   * @throws IOException if it is missing, damaged, or asks for what is not supported
   */
  public static VaeConfig read(Path folder) throws IOException {
    ModelConfig config = ModelConfig.read(folder.resolve("config.json"));
    config.only("_class_name", "AutoencoderKL");
    config.only("act_fn", "silu");
    config.only("in_channels", 3);
    config.only("out_channels", 3);
    config.without("latents_mean", "latents_std");
    for (String key : List.of("down_block_types", "up_block_types")) {
      for (String type : config.texts(key, List.of())) {
        if (!type.matches("DownEncoderBlock2D|UpDecoderBlock2D")) {
          throw config.refused(key, "must be DownEncoderBlock2D or UpDecoderBlock2D");
        }
      }
    }
    int[] channels = config.channels(64);
    int groups = config.whole("norm_num_groups", 32, 1, 1 << 14);
    if (Arrays.stream(channels).anyMatch(c -> c % groups != 0)) {
      throw config.refused("block_out_channels", "must be multiples of " + groups);
    }
    double scale = config.real("scaling_factor", 0.18215);
    if (scale <= 0) {
      throw config.refused("scaling_factor", "must be positive");
    }
    return new VaeConfig(
        Arrays.stream(channels).boxed().toList(),
        config.whole("layers_per_block", 1, 1, 64),
        config.whole("latent_channels", 4, 1, 1024),
        groups,
        config.flag("mid_block_add_attention", true),
        config.flag("use_quant_conv", true),
        config.flag("use_post_quant_conv", true),
        scale,
        config.real("shift_factor", 0),
        tile(config),
        config.flag("force_upcast", true));
  }

  private static int tile(ModelConfig config) throws IOException {
    JsonNode size = config.json().get("sample_size");
    if (size != null && size.isArray() && size.size() == 2) {
      size = size.get(0);
    }
    return size == null || size.isNull() ? TILE : config.whole("sample_size", size, 1, 1 << 14);
  }

  /** Returns by what the height and width of a picture are divided. */
  public int reduction() {
    return 1 << (channels.size() - 1);
  }

  /** Returns the number of weights. */
  public long parameters() {
    return weights().count();
  }

  /** Returns the settings as the text of a {@code config.json} that diffusers reads. */
  public String json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("_class_name", "AutoencoderKL");
    json.put("_diffusers_version", "0.34.0");
    json.put("act_fn", "silu");
    channels.forEach(json.withArray("block_out_channels")::add);
    ArrayNode down = json.putArray("down_block_types");
    channels.forEach(c -> down.add("DownEncoderBlock2D"));
    json.put("force_upcast", upcast);
    json.put("in_channels", 3);
    json.put("latent_channels", latentChannels);
    json.put("layers_per_block", layers);
    json.put("mid_block_add_attention", attention);
    json.put("norm_num_groups", groups);
    json.put("out_channels", 3);
    if (tile != TILE) {
      json.put("sample_size", tile);
    }
    json.put("scaling_factor", scale);
    if (shift != 0) {
      json.put("shift_factor", shift);
    }
    ArrayNode up = json.putArray("up_block_types");
    channels.forEach(c -> up.add("UpDecoderBlock2D"));
    json.put("use_post_quant_conv", postQuant);
    json.put("use_quant_conv", quant);
    return json.toPrettyString();
  }

  /** The names and shapes that diffusers gives the weights. */
  Weights weights() {
    Weights w = new Weights();
    int last = channels.size() - 1;
    int widest = channels.get(last);
    w.conv("encoder.conv_in", 3, channels.get(0), 3);
    for (int i = 0; i <= last; i++) {
      String block = "encoder.down_blocks." + i + ".";
      int in = channels.get(Math.max(0, i - 1));
      for (int j = 0; j < layers; j++) {
        w.resnet(block + "resnets." + j, j == 0 ? in : channels.get(i), channels.get(i), 0);
      }
      if (i < last) {
        w.conv(block + "downsamplers.0.conv", channels.get(i), channels.get(i), 3);
      }
    }
    middle(w, "encoder.mid_block.", widest);
    w.norm("encoder.conv_norm_out", widest);
    w.conv("encoder.conv_out", widest, 2L * latentChannels, 3);
    if (quant) {
      w.conv("quant_conv", 2L * latentChannels, 2L * latentChannels, 1);
    }
    if (postQuant) {
      w.conv("post_quant_conv", latentChannels, latentChannels, 1);
    }
    w.conv("decoder.conv_in", latentChannels, widest, 3);
    middle(w, "decoder.mid_block.", widest);
    for (int i = 0; i <= last; i++) {
      String block = "decoder.up_blocks." + i + ".";
      int out = channels.get(last - i);
      int in = channels.get(Math.min(last, last - i + 1));
      for (int j = 0; j <= layers; j++) {
        w.resnet(block + "resnets." + j, j == 0 ? in : out, out, 0);
      }
      if (i < last) {
        w.conv(block + "upsamplers.0.conv", out, out, 3);
      }
    }
    w.norm("decoder.conv_norm_out", channels.get(0));
    w.conv("decoder.conv_out", channels.get(0), 3, 3);
    return w;
  }

  private void middle(Weights w, String name, int width) {
    w.resnet(name + "resnets.0", width, width, 0);
    if (attention) {
      w.norm(name + "attentions.0.group_norm", width);
      for (String projection : List.of("to_q", "to_k", "to_v", "to_out.0")) {
        w.linear(name + "attentions.0." + projection, width, width, true);
      }
    }
    w.resnet(name + "resnets.1", width, width, 0);
  }
}
