package dev.triptych.models.diffusers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The shape of a UNet2DConditionModel, as {@code unet/config.json} holds it.
 *
 * @param inChannels channels of the latents
 * @param outChannels channels of the prediction
 * @param down the blocks on the way down, from the finest
 * @param middle what stands between, if anything
 * @param up the blocks on the way up, from the coarsest
 * @param textWidth D, the width of the text
 * @param time how timesteps, and what else is told once for the whole picture, come in
 * @param linear whether projections are matrices, not 1 x 1 convolutions
 * @param inKernel height and width of the first convolution's kernel
 * @param outKernel height and width of the last convolution's kernel
 * @param padding of the convolutions that halve: 1 on each side, or 0 for one after the last cell
 * @param activation silu, gelu, mish or relu
 * @param groups of every group norm
 * @param eps of the group norms outside attention
 * @param centerInput whether latents in 0..1 are moved to -1..1
 * @param middleScale what the middle block's residual sums are divided by
 * @param json the text of the file
 */
public record UNetConfig(
    int inChannels,
    int outChannels,
    List<UNetBlock> down,
    Optional<UNetBlock> middle,
    List<UNetBlock> up,
    int textWidth,
    Time time,
    boolean linear,
    int inKernel,
    int outKernel,
    int padding,
    String activation,
    int groups,
    double eps,
    boolean centerInput,
    double middleScale,
    String json) {

  /**
   * How timesteps come in.
   *
   * @param width of the embedding that every resnet sees
   * @param sineFirst whether sines come before cosines: not flip_sin_to_cos
   * @param freqShift what is taken from the count of frequencies
   * @param guidance width of the embedded guidance that LCM models take, 0 for none
   * @param added width of the pooled text with the embedded sizes (SDXL), 0 for none
   * @param addedTime width of the embedding of each of those sizes
   */
  public record Time(
      int width, boolean sineFirst, double freqShift, int guidance, int added, int addedTime) {}

  /** Returns a shape for training: one resnet a block, four heads, matrices as projections. */
  public static UNetConfig of(
      int latentChannels, List<Integer> channels, List<Boolean> attends, int textWidth) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("_class_name", "UNet2DConditionModel");
    json.put("_diffusers_version", "0.34.0");
    json.put("attention_head_dim", 4);
    channels.forEach(json.putArray("block_out_channels")::add);
    json.put("cross_attention_dim", textWidth);
    ArrayNode down = json.putArray("down_block_types");
    ArrayNode up = json.putArray("up_block_types");
    for (boolean attending : attends) {
      down.add(attending ? "CrossAttnDownBlock2D" : "DownBlock2D");
      up.insert(0, attending ? "CrossAttnUpBlock2D" : "UpBlock2D");
    }
    json.put("in_channels", latentChannels);
    json.put("layers_per_block", 1);
    json.put("norm_num_groups", 16);
    json.put("out_channels", latentChannels);
    json.put("use_linear_projection", true);
    try {
      return UNetConfigReader.read(ModelConfig.of(Path.of("config.json"), json));
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * Reads {@code config.json} in the folder of a UNet.
   *
   * @throws IOException if it is missing, damaged, or asks for what is not supported
   */
  public static UNetConfig read(Path folder) throws IOException {
    return UNetConfigReader.read(ModelConfig.read(folder.resolve("config.json")));
  }

  /** Returns the channels of each block, from the finest. */
  public List<Integer> channels() {
    return down.stream().map(UNetBlock::channels).toList();
  }

  /** Returns the number of weights. */
  public long parameters() {
    return weights().count();
  }

  /** The names and shapes that diffusers gives the weights. */
  Weights weights() {
    Weights w = new Weights();
    int first = down.get(0).channels();
    int last = down.size() - 1;
    if (time.guidance() > 0) {
      w.linear("time_embedding.cond_proj", time.guidance(), first, false);
    }
    w.linear("time_embedding.linear_1", first, time.width(), true);
    w.linear("time_embedding.linear_2", time.width(), time.width(), true);
    if (time.added() > 0) {
      w.linear("add_embedding.linear_1", time.added(), time.width(), true);
      w.linear("add_embedding.linear_2", time.width(), time.width(), true);
    }
    w.conv("conv_in", inChannels, first, inKernel);
    for (int i = 0; i <= last; i++) {
      UNetBlock block = down.get(i);
      String name = "down_blocks." + i + ".";
      int in = down.get(Math.max(0, i - 1)).channels();
      for (int j = 0; j < block.depth().size(); j++) {
        layer(w, name, j, j == 0 ? in : block.channels(), block);
      }
      if (i < last) {
        w.conv(name + "downsamplers.0.conv", block.channels(), block.channels(), 3);
      }
    }
    if (middle.isPresent()) {
      UNetBlock block = middle.get();
      for (int j = 0; j < block.depth().size(); j++) {
        layer(w, "mid_block.", j, block.channels(), block);
      }
      String resnet = "mid_block.resnets." + block.depth().size();
      w.resnet(resnet, block.channels(), block.channels(), time.width());
    }
    for (int i = 0; i <= last; i++) {
      UNetBlock block = up.get(i);
      String name = "up_blocks." + i + ".";
      int below = up.get(Math.max(0, i - 1)).channels(); // what comes up
      int beside = up.get(Math.min(i + 1, last)).channels(); // the level's last skip
      int count = block.depth().size();
      for (int j = 0; j < count; j++) {
        int in = (j == 0 ? below : block.channels()) + (j == count - 1 ? beside : block.channels());
        layer(w, name, j, in, block);
      }
      if (i < last) {
        w.conv(name + "upsamplers.0.conv", block.channels(), block.channels(), 3);
      }
    }
    w.norm("conv_norm_out", first);
    w.conv("conv_out", first, outChannels, outKernel);
    return w;
  }

  private void layer(Weights w, String name, int layer, int in, UNetBlock block) {
    w.resnet(name + "resnets." + layer, in, block.channels(), time.width());
    if (block.depth().get(layer) > 0) {
      block.transformer(w, name + "attentions." + layer, layer, textWidth, linear);
    }
  }
}
