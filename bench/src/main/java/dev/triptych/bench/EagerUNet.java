package dev.triptych.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import dev.triptych.models.safetensors.Safetensors;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** The UNet of {@code unet.py} written with DJL's NDArray operators, in float32: the peer. */
final class EagerUNet {
  private final Map<String, NDArray> weights = new HashMap<>();
  private final int blocks;
  private final int groups;
  private final int heads;

  EagerUNet(NDManager manager, Safetensors file, int blocks, int groups, int heads)
      throws IOException {
    for (Safetensors.Entry entry : file.entries().values()) {
      weights.put(
          entry.name(), manager.create(file.floats(entry.name()), new Shape(entry.shape())));
    }
    this.blocks = blocks;
    this.groups = groups;
    this.heads = heads;
  }

  /** One resnet a down block, two an up block, as the default model has. */
  NDArray forward(NDArray latents, NDArray sines, NDArray text) {
    NDArray time =
        linear(swish(linear(sines, "time_embedding.linear_1")), "time_embedding.linear_2");
    NDArray x = conv(latents, "conv_in", 1, 1);
    Deque<NDArray> skips = new ArrayDeque<>();
    skips.push(x);
    for (int i = 0; i < blocks; i++) {
      String block = "down_blocks." + i + ".";
      x = transformer(resnet(x, time, block + "resnets.0."), text, block + "attentions.0.");
      skips.push(x);
      if (i < blocks - 1) {
        x = conv(x, block + "downsamplers.0.conv", 2, 1);
        skips.push(x);
      }
    }
    x = resnet(x, time, "mid_block.resnets.0.");
    x = transformer(x, text, "mid_block.attentions.0.");
    x = resnet(x, time, "mid_block.resnets.1.");
    for (int i = 0; i < blocks; i++) {
      String block = "up_blocks." + i + ".";
      for (int j = 0; j < 2; j++) {
        x = NDArrays.concat(new NDList(x, skips.pop()), 1);
        x = resnet(x, time, block + "resnets." + j + ".");
        x = transformer(x, text, block + "attentions." + j + ".");
      }
      if (i < blocks - 1) {
        x = conv(x.repeat(2, 2).repeat(3, 2), block + "upsamplers.0.conv", 1, 1);
      }
    }
    return conv(swish(groupNorm(x, "conv_norm_out", 1e-5f)), "conv_out", 1, 1);
  }

  private NDArray resnet(NDArray x, NDArray time, String name) {
    NDArray h = conv(swish(groupNorm(x, name + "norm1", 1e-5f)), name + "conv1", 1, 1);
    h = h.add(linear(swish(time), name + "time_emb_proj").expandDims(2).expandDims(3));
    h = conv(swish(groupNorm(h, name + "norm2", 1e-5f)), name + "conv2", 1, 1);
    boolean same = !weights.containsKey(name + "conv_shortcut.weight");
    return h.add(same ? x : conv(x, name + "conv_shortcut", 1, 0));
  }

  private NDArray transformer(NDArray x, NDArray text, String name) {
    if (!weights.containsKey(name + "norm.weight")) {
      return x;
    }
    Shape shape = x.getShape(); // (B, C, H, W)
    long length = shape.get(2) * shape.get(3);
    NDArray h = groupNorm(x, name + "norm", 1e-6f).reshape(shape.get(0), shape.get(1), length);
    h = linear(h.transpose(0, 2, 1), name + "proj_in"); // (B, L, C)
    String block = name + "transformer_blocks.0.";
    NDArray n = layerNorm(h, block + "norm1");
    h = h.add(attention(n, n, block + "attn1."));
    h = h.add(attention(layerNorm(h, block + "norm2"), text, block + "attn2."));
    NDList halves = linear(layerNorm(h, block + "norm3"), block + "ff.net.0.proj").split(2, 2);
    NDArray gated = halves.get(0).mul(Activation.gelu(halves.get(1)));
    h = linear(h.add(linear(gated, block + "ff.net.2")), name + "proj_out");
    return x.add(h.transpose(0, 2, 1).reshape(shape));
  }

  private NDArray attention(NDArray x, NDArray context, String name) {
    NDArray q = heads(linear(x, name + "to_q"));
    NDArray k = heads(linear(context, name + "to_k"));
    NDArray v = heads(linear(context, name + "to_v"));
    double scale = 1 / Math.sqrt(q.getShape().get(3));
    NDArray mixed = q.mul(scale).matMul(k.transpose(0, 1, 3, 2)).softmax(-1).matMul(v);
    return linear(mixed.transpose(0, 2, 1, 3).reshape(x.getShape()), name + "to_out.0");
  }

  private NDArray heads(NDArray x) {
    Shape shape = x.getShape();
    return x.reshape(shape.get(0), shape.get(1), heads, shape.get(2) / heads).transpose(0, 2, 1, 3);
  }

  private NDArray conv(NDArray x, String name, int stride, int padding) {
    return Conv2d.conv2d(
            x,
            weights.get(name + ".weight"),
            weights.get(name + ".bias"),
            new Shape(stride, stride),
            new Shape(padding, padding))
        .get(0);
  }

  private NDArray linear(NDArray x, String name) {
    NDArray bias = weights.get(name + ".bias");
    return Linear.linear(x, weights.get(name + ".weight"), bias).get(0);
  }

  private NDArray groupNorm(NDArray x, String name, float eps) {
    Shape shape = x.getShape();
    NDArray parts = x.reshape(shape.get(0), groups, -1);
    parts = normalized(parts, 2, eps).reshape(shape);
    Shape channels = new Shape(1, shape.get(1), 1, 1);
    return parts
        .mul(weights.get(name + ".weight").reshape(channels))
        .add(weights.get(name + ".bias").reshape(channels));
  }

  private NDArray layerNorm(NDArray x, String name) {
    return normalized(x, 2, 1e-5f)
        .mul(weights.get(name + ".weight"))
        .add(weights.get(name + ".bias"));
  }

  private static NDArray normalized(NDArray x, int axis, float eps) {
    NDArray centered = x.sub(x.mean(new int[] {axis}, true));
    return centered.div(centered.square().mean(new int[] {axis}, true).add(eps).sqrt());
  }

  private static NDArray swish(NDArray x) {
    return Activation.swish(x, 1);
  }
}
