package dev.triptych.models.diffusers;

import java.util.List;

/**
 * One block of a UNet2DConditionModel.
 *
 * @param channels what its resnets give
 * @param heads attention heads; diffusers calls them attention_head_dim
 * @param depth for each layer the transformer blocks after its resnet, 0 for none; the middle block
 *     has one more resnet than layers
 * @param onlyText whether the attention that would look at the picture looks at the text as well
 */
public record UNetBlock(int channels, int heads, List<Integer> depth, boolean onlyText) {

  /** Copies the list. */
  public UNetBlock {
    depth = List.copyOf(depth);
  }

  /** Returns whether any layer looks at the text. */
  boolean attends() {
    return depth.stream().anyMatch(blocks -> blocks > 0);
  }

  /** The width of attention: what the heads share evenly of the channels. */
  int width() {
    return heads * (channels / heads);
  }

  /** The names and shapes of the weights of the transformer of one layer. */
  void transformer(Weights w, String name, int layer, int textWidth, boolean linear) {
    int width = width();
    w.norm(name + ".norm", channels);
    projection(w, name + ".proj_in", channels, width, linear);
    for (int k = 0; k < depth.get(layer); k++) {
      String block = name + ".transformer_blocks." + k + ".";
      w.norm(block + "norm1", width);
      attention(w, block + "attn1", width, onlyText ? textWidth : width);
      w.norm(block + "norm2", width);
      attention(w, block + "attn2", width, textWidth);
      w.norm(block + "norm3", width);
      w.linear(block + "ff.net.0.proj", width, 8L * width, true);
      w.linear(block + "ff.net.2", 4L * width, width, true);
    }
    projection(w, name + ".proj_out", width, channels, linear);
  }

  private static void projection(Weights w, String name, int in, int out, boolean linear) {
    if (linear) {
      w.linear(name, in, out, true);
    } else {
      w.conv(name, in, out, 1);
    }
  }

  private static void attention(Weights w, String name, int width, int context) {
    w.linear(name + ".to_q", width, width, false);
    w.linear(name + ".to_k", context, width, false);
    w.linear(name + ".to_v", context, width, false);
    w.linear(name + ".to_out.0", width, width, true);
  }
}
