package dev.triptych.models.diffusers;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Reads the settings of a UNet2DConditionModel as diffusers 0.34 does (unet_2d_condition.py), and
 * refuses those that would change the result in a way that is not supported.
 */
final class UNetConfigReader {

  private static final List<String> DOWN =
      List.of(
          "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D");
  private static final List<String> UP =
      List.of("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D");

  private static final Set<String> SUPPORTED =
      Set.of(
          "act_fn",
          "addition_embed_type",
          "addition_time_embed_dim",
          "attention_head_dim",
          "attention_type",
          "block_out_channels",
          "center_input_sample",
          "conv_in_kernel",
          "conv_out_kernel",
          "cross_attention_dim",
          "down_block_types",
          "downsample_padding",
          "flip_sin_to_cos",
          "freq_shift",
          "in_channels",
          "layers_per_block",
          "mid_block_scale_factor",
          "mid_block_type",
          "norm_eps",
          "norm_num_groups",
          "only_cross_attention",
          "out_channels",
          "projection_class_embeddings_input_dim",
          "resnet_time_scale_shift",
          "reverse_transformer_layers_per_block",
          "time_cond_proj_dim",
          "time_embedding_dim",
          "time_embedding_type",
          "transformer_layers_per_block",
          "up_block_types",
          "use_linear_projection");

  /** Settings that change nothing in a prediction of the blocks that are supported. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "addition_embed_type_num_heads",
          "cross_attention_norm",
          "dropout",
          "mid_block_only_cross_attention",
          "resnet_out_scale_factor",
          "resnet_skip_time_act",
          "sample_size",
          "upcast_attention"); // scores are float32 in the attention that both use

  private final ModelConfig config;

  private UNetConfigReader(ModelConfig config) {
    this.config = config;
  }

  static UNetConfig read(ModelConfig config) throws IOException {
    return new UNetConfigReader(config).read();
  }

  private UNetConfig read() throws IOException {
    requireSupported();
    int[] channels = config.channels(320, 640, 1280, 1280);
    int blocks = channels.length;
    int groups = groups(channels);
    boolean[] downAttends = attends("down_block_types", DOWN, "DownBlock2D", blocks);
    boolean[] upAttends = attends("up_block_types", UP, "UpBlock2D", blocks);
    int[] heads = config.wholes("attention_head_dim", 8, blocks, 1, 1024);
    int[] layers = config.wholes("layers_per_block", 2, blocks, 1, 16);
    boolean[] onlyText = config.flags("only_cross_attention", false, blocks);
    List<List<Integer>> depth = depth("transformer_layers_per_block", layers);
    List<List<Integer>> upDepth = upDepth(depth, layers);

    List<UNetBlock> down = new ArrayList<>();
    List<UNetBlock> up = new ArrayList<>();
    for (int i = 0; i < blocks; i++) {
      List<Integer> deep = downAttends[i] ? depth.get(i) : Collections.nCopies(layers[i], 0);
      down.add(new UNetBlock(channels[i], heads[i], deep, onlyText[i]));
      int level = blocks - 1 - i;
      deep = upAttends[i] ? upDepth.get(i) : Collections.nCopies(layers[level] + 1, 0);
      up.add(new UNetBlock(channels[level], heads[level], deep, onlyText[level]));
    }
    Optional<UNetBlock> middle =
        middle(channels[blocks - 1], heads[blocks - 1], depth.get(blocks - 1).get(0));
    return new UNetConfig(
        config.whole("in_channels", 4, 1, 1024),
        config.whole("out_channels", 4, 1, 1024),
        List.copyOf(down),
        middle,
        List.copyOf(up),
        textWidth(down, middle, up),
        time(channels[0]),
        config.flag("use_linear_projection", false),
        kernel("conv_in_kernel"),
        kernel("conv_out_kernel"),
        config.whole("downsample_padding", 1, 0, 1),
        activation(),
        groups,
        config.real("norm_eps", 1e-5),
        config.flag("center_input_sample", false),
        middleScale(),
        config.json().toPrettyString());
  }

  private void requireSupported() throws IOException {
    config.only("_class_name", "UNet2DConditionModel");
    if (config.has("class_embed_type") || config.has("num_class_embeds")) {
      String key = config.has("class_embed_type") ? "class_embed_type" : "num_class_embeds";
      throw config.refused(
          key, "is not supported: no class labels, only text tells this UNet what");
    }
    if (config.has("num_attention_heads")) {
      throw config.refused(
          "num_attention_heads", "is not supported; the heads stand in attention_head_dim");
    }
    config.without(
        "class_embeddings_concat",
        "dual_cross_attention",
        "encoder_hid_dim",
        "encoder_hid_dim_type",
        "time_embedding_act_fn",
        "timestep_post_act");
    config.only("addition_embed_type", "text_time");
    config.only("attention_type", "default");
    config.only("resnet_time_scale_shift", "default");
    config.only("time_embedding_type", "positional");
    for (Iterator<String> keys = config.json().fieldNames(); keys.hasNext(); ) {
      String key = keys.next();
      boolean off = !config.has(key) || config.json().get(key).asText().equals("false");
      if (!off
          && !key.startsWith("_")
          && !SUPPORTED.contains(key)
          && !WITHOUT_EFFECT.contains(key)) {
        throw config.refused(
            key, "is not supported; known are " + String.join(", ", new TreeSet<>(SUPPORTED)));
      }
    }
  }

  private int groups(int[] channels) throws IOException {
    int groups = config.whole("norm_num_groups", 32, 1, 1 << 14);
    if (config.json().path("norm_num_groups").isNull()) {
      throw config.refused("norm_num_groups", "must be a whole number");
    }
    for (int width : channels) {
      if (width % groups != 0) {
        throw config.refused("block_out_channels", "must be multiples of " + groups);
      }
    }
    return groups;
  }

  private boolean[] attends(String key, List<String> initial, String plain, int blocks)
      throws IOException {
    List<String> types = config.texts(key, initial);
    if (types.size() != blocks
        || !types.stream().allMatch(t -> t.equals(plain) || t.equals("CrossAttn" + plain))) {
      throw config.refused(
          key, "must name " + blocks + " blocks, each " + plain + " or CrossAttn" + plain);
    }
    boolean[] attends = new boolean[blocks];
    for (int i = 0; i < blocks; i++) {
      attends[i] = types.get(i).startsWith("CrossAttn");
    }
    return attends;
  }

  /** Transformer blocks of each layer: of all, of each block, or of each layer of a block. */
  private List<List<Integer>> depth(String key, int[] layers) throws IOException {
    JsonNode value = config.json().get(key);
    List<List<Integer>> depth = new ArrayList<>();
    if (value != null && value.isArray() && value.size() != layers.length) {
      throw config.refused(key, "must have " + layers.length + " entries, one a block");
    }
    for (int i = 0; i < layers.length; i++) {
      JsonNode block = value != null && value.isArray() ? value.get(i) : value;
      if (block != null && block.isArray() && block.size() < layers[i]) {
        throw config.refused(key, "must have " + layers[i] + " numbers for block " + i);
      }
      List<Integer> deep = new ArrayList<>();
      for (int j = 0; j < layers[i]; j++) {
        JsonNode number = block != null && block.isArray() ? block.get(j) : block;
        deep.add(number == null || number.isNull() ? 1 : config.whole(key, number, 1, 64));
      }
      depth.add(deep);
    }
    return depth;
  }

  private List<List<Integer>> upDepth(List<List<Integer>> down, int[] layers) throws IOException {
    int[] reversed =
        IntStream.range(0, layers.length).map(i -> layers[layers.length - 1 - i] + 1).toArray();
    String key = "reverse_transformer_layers_per_block";
    if (config.has(key)) {
      return depth(key, reversed);
    }
    for (JsonNode block : config.json().path("transformer_layers_per_block")) {
      if (block.isArray()) {
        throw config.refused(
            "transformer_layers_per_block", "has lists in it and so needs " + key + " beside it");
      }
    }
    List<List<Integer>> up = new ArrayList<>();
    for (int i = 0; i < reversed.length; i++) {
      up.add(Collections.nCopies(reversed[i], down.get(layers.length - 1 - i).get(0)));
    }
    return up;
  }

  private Optional<UNetBlock> middle(int channels, int heads, int depth) throws IOException {
    if (config.json().path("mid_block_type").isNull()) {
      return Optional.empty();
    }
    return switch (text("mid_block_type", "UNetMidBlock2DCrossAttn")) {
      case "UNetMidBlock2DCrossAttn" ->
          Optional.of(new UNetBlock(channels, heads, List.of(depth), false));
      case "UNetMidBlock2D" -> Optional.of(new UNetBlock(channels, heads, List.of(), false));
      default ->
          throw config.refused(
              "mid_block_type", "must be UNetMidBlock2DCrossAttn, UNetMidBlock2D or null");
    };
  }

  private int textWidth(List<UNetBlock> down, Optional<UNetBlock> middle, List<UNetBlock> up)
      throws IOException {
    int blocks = down.size();
    int[] widths = config.wholes("cross_attention_dim", 1280, blocks, 1, 1 << 14);
    int found = 0;
    for (int i = 0; i < blocks; i++) {
      boolean last = i == blocks - 1;
      boolean attends = down.get(i).attends() || up.get(blocks - 1 - i).attends();
      if (!attends && !(last && middle.isPresent() && middle.get().attends())) {
        continue;
      }
      if (found != 0 && found != widths[i]) {
        throw config.refused(
            "cross_attention_dim", "must be one width in all blocks that look at the text");
      }
      if (down.get(i).heads() > down.get(i).channels()) {
        throw config.refused("attention_head_dim", "must not exceed block_out_channels");
      }
      found = widths[i];
    }
    return found == 0 ? widths[0] : found;
  }

  private UNetConfig.Time time(int first) throws IOException {
    double shift = config.real("freq_shift", 0);
    if (first % 2 != 0) {
      throw config.refused("block_out_channels", "must begin with an even number");
    }
    int added = 0;
    int addedTime = 0;
    if (config.has("addition_embed_type")) {
      addedTime = config.whole("addition_time_embed_dim", 0, 0, 1 << 14);
      added = config.whole("projection_class_embeddings_input_dim", 0, 0, 1 << 20);
      if (addedTime == 0 || addedTime % 2 != 0) {
        throw config.refused("addition_time_embed_dim", "must be an even number");
      }
      if (added < addedTime) {
        throw config.refused(
            "projection_class_embeddings_input_dim", "must be a width above " + addedTime);
      }
    }
    if (shift >= first / 2.0 || addedTime > 0 && shift >= addedTime / 2.0) {
      throw config.refused("freq_shift", "must be below the number of frequencies");
    }
    return new UNetConfig.Time(
        config.whole("time_embedding_dim", 4 * first, 1, 1 << 16),
        !config.flag("flip_sin_to_cos", true),
        shift,
        config.whole("time_cond_proj_dim", 0, 0, 1 << 14),
        added,
        addedTime);
  }

  private int kernel(String key) throws IOException {
    int kernel = config.whole(key, 3, 1, 31);
    if (kernel % 2 == 0) {
      throw config.refused(key, "must be odd");
    }
    return kernel;
  }

  private String activation() throws IOException {
    String name = text("act_fn", "silu");
    if (!List.of("silu", "swish", "gelu", "mish", "relu").contains(name)) {
      throw config.refused("act_fn", "must be silu, gelu, mish or relu");
    }
    return name.equals("swish") ? "silu" : name;
  }

  private String text(String key, String initial) throws IOException {
    if (config.has(key) && !config.json().get(key).isTextual()) {
      throw config.refused(key, "must be a text");
    }
    return config.text(key, initial);
  }

  private double middleScale() throws IOException {
    double scale = config.real("mid_block_scale_factor", 1);
    if (scale == 0) {
      throw config.refused("mid_block_scale_factor", "must not be 0");
    }
    return scale;
  }
}
