package dev.triptych.models.diffusers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The shape of a UNet2DConditionModel, as {@code unet/config.json} holds it.
 *
 * @param inChannels channels of the latents
 * @param outChannels channels of the prediction
 * @param channels channels of each block, from the finest
 * @param attends which down blocks look at the text
 * @param middle whether there is a middle block, and whether it looks at the text
 * @param heads attention heads of each block
 * @param layers resnets of each down block; an up block has one more
 * @param depth transformer blocks of each attention
 * @param textWidth D, the width of the text
 * @param linear whether projections are matrices, not 1 x 1 convolutions
 */
public record UNetConfig(
    int inChannels,
    int outChannels,
    List<Integer> channels,
    List<Boolean> attends,
    Middle middle,
    List<Integer> heads,
    List<Integer> layers,
    List<Integer> depth,
    int textWidth,
    int groups,
    double eps,
    boolean linear,
    boolean sineFirst,
    double freqShift,
    boolean centerInput,
    double middleScale) {

  /** What stands between the down and the up blocks. */
  public enum Middle {
    /** Nothing. */
    NONE,
    /** Two resnets with attention between them. */
    ATTENDS
  }

  /** Returns a shape for training: one resnet a block, four heads, matrices as projections. */
  public static UNetConfig of(
      int latentChannels, List<Integer> channels, List<Boolean> attends, int textWidth) {
    int blocks = channels.size();
    return new UNetConfig(
        latentChannels,
        latentChannels,
        List.copyOf(channels),
        List.copyOf(attends),
        Middle.ATTENDS,
        Collections.nCopies(blocks, 4),
        Collections.nCopies(blocks, 1),
        Collections.nCopies(blocks, 1),
        textWidth,
        16,
        1e-5,
        true,
        false,
        0,
        false,
        1);
  }

  /**
   * Reads {@code config.json} in the folder of a UNet.
   *
   * @throws IOException if it is missing, damaged, or asks for what is not supported
   */
  public static UNetConfig read(Path folder) throws IOException {
    ModelConfig config = ModelConfig.read(folder.resolve("config.json"));
    config.only("_class_name", "UNet2DConditionModel");
    config.without(
        "addition_embed_type",
        "class_embed_type",
        "class_embeddings_concat",
        "cross_attention_norm",
        "dual_cross_attention",
        "encoder_hid_dim",
        "encoder_hid_dim_type",
        "mid_block_only_cross_attention",
        "num_attention_heads",
        "num_class_embeds",
        "only_cross_attention",
        "projection_class_embeddings_input_dim",
        "resnet_skip_time_act",
        "reverse_transformer_layers_per_block",
        "time_cond_proj_dim",
        "time_embedding_act_fn",
        "time_embedding_dim",
        "timestep_post_act");
    config.only("act_fn", "silu");
    config.only("attention_type", "default");
    config.only("conv_in_kernel", 3);
    config.only("conv_out_kernel", 3);
    config.only("downsample_padding", 1);
    config.only("resnet_out_scale_factor", "1.0");
    config.only("resnet_time_scale_shift", "default");
    config.only("time_embedding_type", "positional");
    int[] channels = config.channels(320, 640, 1280, 1280);
    int blocks = channels.length;
    int[] heads = config.wholes("attention_head_dim", 8, blocks, 1, 1024);
    int groups = config.whole("norm_num_groups", 32, 1, 1 << 14);
    List<Boolean> attends = attends(config, blocks);
    for (int i = 0; i < blocks; i++) {
      if (channels[i] % groups != 0 || channels[i] % 2 != 0) {
        throw config.refused("block_out_channels", "must be even multiples of " + groups);
      }
      if ((attends.get(i) || i == blocks - 1) && channels[i] % heads[i] != 0) {
        throw config.refused("attention_head_dim", "must divide block_out_channels");
      }
    }
    String middle = config.text("mid_block_type", "");
    if (!middle.isEmpty() && !middle.equals("UNetMidBlock2DCrossAttn")) {
      throw config.refused("mid_block_type", "is not supported");
    }
    boolean hasMiddle = !config.json().path("mid_block_type").isNull();
    return new UNetConfig(
        config.whole("in_channels", 4, 1, 1024),
        config.whole("out_channels", 4, 1, 1024),
        boxed(channels),
        attends,
        hasMiddle ? Middle.ATTENDS : Middle.NONE,
        boxed(heads),
        boxed(config.wholes("layers_per_block", 2, blocks, 1, 64)),
        boxed(config.wholes("transformer_layers_per_block", 1, blocks, 1, 64)),
        config.whole("cross_attention_dim", 1280, 1, 1 << 14),
        groups,
        config.real("norm_eps", 1e-5),
        config.flag("use_linear_projection", false),
        !config.flag("flip_sin_to_cos", true),
        config.real("freq_shift", 0),
        config.flag("center_input_sample", false),
        config.real("mid_block_scale_factor", 1));
  }

  private static List<Boolean> attends(ModelConfig config, int blocks) throws IOException {
    List<String> down =
        config.texts(
            "down_block_types",
            List.of(
                "CrossAttnDownBlock2D",
                "CrossAttnDownBlock2D",
                "CrossAttnDownBlock2D",
                "DownBlock2D"));
    List<String> up =
        config.texts(
            "up_block_types",
            List.of("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"));
    if (down.size() != blocks
        || !down.stream().allMatch(t -> t.matches("(CrossAttn)?DownBlock2D"))) {
      throw config.refused(
          "down_block_types", "must be DownBlock2D or CrossAttnDownBlock2D, one a block");
    }
    List<Boolean> attends = down.stream().map(t -> t.startsWith("CrossAttn")).toList();
    for (int i = 0; i < blocks; i++) {
      String wanted = attends.get(blocks - 1 - i) ? "CrossAttnUpBlock2D" : "UpBlock2D";
      if (up.size() != blocks || !up.get(i).equals(wanted)) {
        throw config.refused("up_block_types", "must mirror down_block_types");
      }
    }
    return attends;
  }

  private static List<Integer> boxed(int[] numbers) {
    return Arrays.stream(numbers).boxed().toList();
  }

  /** Returns the number of weights. */
  public long parameters() {
    return weights().count();
  }

  /** Returns the settings as the text of a {@code config.json} that diffusers reads. */
  public String json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("_class_name", "UNet2DConditionModel");
    json.put("_diffusers_version", "0.34.0");
    json.put("act_fn", "silu");
    numbers(json, "attention_head_dim", heads);
    numbers(json, "block_out_channels", channels);
    json.put("center_input_sample", centerInput);
    json.put("cross_attention_dim", textWidth);
    ArrayNode down = json.putArray("down_block_types");
    attends.forEach(a -> down.add(a ? "CrossAttnDownBlock2D" : "DownBlock2D"));
    json.put("flip_sin_to_cos", !sineFirst);
    json.put("freq_shift", freqShift);
    json.put("in_channels", inChannels);
    numbers(json, "layers_per_block", layers);
    json.put("mid_block_scale_factor", middleScale);
    json.put("mid_block_type", middle == Middle.NONE ? null : "UNetMidBlock2DCrossAttn");
    json.put("norm_eps", eps);
    json.put("norm_num_groups", groups);
    json.put("out_channels", outChannels);
    numbers(json, "transformer_layers_per_block", depth);
    ArrayNode up = json.putArray("up_block_types");
    for (int i = attends.size() - 1; i >= 0; i--) {
      up.add(attends.get(i) ? "CrossAttnUpBlock2D" : "UpBlock2D");
    }
    json.put("use_linear_projection", linear);
    return json.toPrettyString();
  }

  private static void numbers(ObjectNode json, String key, List<Integer> numbers) {
    numbers.forEach(json.withArray(key)::add);
  }

  /** The names and shapes that diffusers gives the weights. */
  Weights weights() {
    Weights w = new Weights();
    int first = channels.get(0);
    int last = channels.size() - 1;
    int time = 4 * first;
    w.linear("time_embedding.linear_1", first, time, true);
    w.linear("time_embedding.linear_2", time, time, true);
    w.conv("conv_in", inChannels, first, 3);
    for (int i = 0; i <= last; i++) {
      String block = "down_blocks." + i + ".";
      int in = channels.get(Math.max(0, i - 1));
      int out = channels.get(i);
      for (int j = 0; j < layers.get(i); j++) {
        w.resnet(block + "resnets." + j, j == 0 ? in : out, out, time);
        if (attends.get(i)) {
          transformer(w, block + "attentions." + j, out, depth.get(i));
        }
      }
      if (i < last) {
        w.conv(block + "downsamplers.0.conv", out, out, 3);
      }
    }
    if (middle == Middle.ATTENDS) {
      w.resnet("mid_block.resnets.0", channels.get(last), channels.get(last), time);
      transformer(w, "mid_block.attentions.0", channels.get(last), depth.get(last));
      w.resnet("mid_block.resnets.1", channels.get(last), channels.get(last), time);
    }
    for (int i = 0; i <= last; i++) {
      String block = "up_blocks." + i + ".";
      int level = last - i;
      int out = channels.get(level);
      int below = channels.get(Math.min(level + 1, last)); // what comes up
      int beside = channels.get(Math.max(level - 1, 0)); // the last skip of the level
      int count = layers.get(level) + 1;
      for (int j = 0; j < count; j++) {
        int in = (j == 0 ? below : out) + (j == count - 1 ? beside : out);
        w.resnet(block + "resnets." + j, in, out, time);
        if (attends.get(level)) {
          transformer(w, block + "attentions." + j, out, depth.get(level));
        }
      }
      if (i < last) {
        w.conv(block + "upsamplers.0.conv", out, out, 3);
      }
    }
    w.norm("conv_norm_out", first);
    w.conv("conv_out", first, outChannels, 3);
    return w;
  }

  private void transformer(Weights w, String name, int width, int blocks) {
    w.norm(name + ".norm", width);
    projection(w, name + ".proj_in", width);
    for (int k : IntStream.range(0, blocks).toArray()) {
      String block = name + ".transformer_blocks." + k + ".";
      w.norm(block + "norm1", width);
      attention(w, block + "attn1", width, width);
      w.norm(block + "norm2", width);
      attention(w, block + "attn2", width, textWidth);
      w.norm(block + "norm3", width);
      w.linear(block + "ff.net.0.proj", width, 8L * width, true);
      w.linear(block + "ff.net.2", 4L * width, width, true);
    }
    projection(w, name + ".proj_out", width);
  }

  private void projection(Weights w, String name, int width) {
    if (linear) {
      w.linear(name, width, width, true);
    } else {
      w.conv(name, width, width, 1);
    }
  }

  private static void attention(Weights w, String name, int width, int context) {
    w.linear(name + ".to_q", width, width, false);
    w.linear(name + ".to_k", context, width, false);
    w.linear(name + ".to_v", context, width, false);
    w.linear(name + ".to_out.0", width, width, true);
  }
}
