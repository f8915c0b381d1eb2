package dev.triptych.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.triptych.models.llama.LlamaConfig;
import dev.triptych.models.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The same decoder by one NDArray call an operator, in float32: what programs are measured by. */
final class EagerLlama implements AutoCloseable {

  private final LlamaConfig config;
  private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
  private final Map<String, NDArray> weights = new HashMap<>();
  private final NDArray[] keys;
  private final NDArray[] values;
  private final NDArray cosines;
  private final NDArray sines;
  private int length;

  EagerLlama(Path folder, int capacity) throws IOException {
    config = LlamaConfig.read(folder);
    for (Safetensors file : Safetensors.folder(folder, "model")) {
      for (Safetensors.Entry entry : file.entries().values()) {
        weights.put(
            entry.name(), manager.create(file.floats(entry.name()), new Shape(entry.shape())));
      }
    }
    fuse("self_attn.qkv", "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj");
    fuse("mlp.gate_up", "mlp.gate_proj", "mlp.up_proj");
    Shape cache = new Shape(1, config.groups(), capacity, config.headDim());
    keys = new NDArray[config.layers()];
    values = new NDArray[config.layers()];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = manager.zeros(cache);
      values[i] = manager.zeros(cache);
    }
    float[] angles = new float[capacity * config.headDim()];
    int half = config.headDim() / 2;
    for (int t = 0; t < capacity; t++) {
      for (int d = 0; d < config.headDim(); d++) {
        double frequency = Math.pow(config.theta(), -2.0 * (d % half) / config.headDim());
        angles[t * config.headDim() + d] = (float) (t * frequency);
      }
    }
    NDArray all = manager.create(angles, new Shape(capacity, config.headDim()));
    cosines = all.cos();
    sines = all.sin();
  }

  private void fuse(String fused, String... parts) {
    for (int i = 0; i < config.layers(); i++) {
      NDList list = new NDList();
      for (String part : parts) {
        list.add(weights.get("model.layers." + i + "." + part + ".weight"));
      }
      weights.put("model.layers." + i + "." + fused, ai.djl.ndarray.NDArrays.concat(list));
    }
  }

  /** Reads ids after those already read; returns the logits of the last, (vocab). */
  float[] read(int... ids) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray embedding = weights.get("model.embed_tokens.weight");
      NDArray index = scope.create(ids);
      NDArray x = embedding.get(scope, new NDIndex("{}", index)).reshape(1, ids.length, -1);
      x.attach(scope);
      NDIndex turn = new NDIndex("{}:{}", length, length + ids.length);
      NDArray cos = cosines.get(scope, turn);
      NDArray sin = sines.get(scope, turn);
      for (int i = 0; i < config.layers(); i++) {
        String layer = "model.layers." + i + ".";
        NDArray normed = norm(x, weights.get(layer + "input_layernorm.weight"));
        x = x.add(attend(normed, i, cos, sin, ids.length));
        normed = norm(x, weights.get(layer + "post_attention_layernorm.weight"));
        x = x.add(feed(normed, layer));
      }
      length += ids.length;
      NDArray last = norm(x.get(":,-1"), weights.get("model.norm.weight"));
      return linear(last, weights.getOrDefault("lm_head.weight", embedding)).toFloatArray();
    }
  }

  private NDArray attend(NDArray x, int layer, NDArray cos, NDArray sin, int count) {
    int heads = config.heads();
    int groups = config.groups();
    int dim = config.headDim();
    NDArray qkv =
        linear(x, weights.get("model.layers." + layer + ".self_attn.qkv"))
            .reshape(1, count, heads + 2L * groups, dim)
            .transpose(0, 2, 1, 3);
    NDArray qk = qkv.get(":,:" + (heads + groups));
    NDArray turned = qk.get("...," + dim / 2 + ":").neg().concat(qk.get("...,:" + dim / 2), -1);
    qk = qk.mul(cos).add(turned.mul(sin));
    NDIndex place = new NDIndex(":,:," + length + ":" + (length + count));
    keys[layer].set(place, qk.get(":," + heads + ":"));
    values[layer].set(place, qkv.get(":," + (heads + groups) + ":"));
    NDIndex seen = new NDIndex(":,:,:" + (length + count));
    NDArray k = keys[layer].get(x.getManager(), seen);
    NDArray v = values[layer].get(x.getManager(), seen);
    NDArray q = qk.get(":,:" + heads).reshape(1, groups, (long) (heads / groups) * count, dim);
    NDArray scores = q.matMul(k.transpose(0, 1, 3, 2)).div(Math.sqrt(dim));
    if (count > 1) {
      NDArray rows = x.getManager().arange(length, length + count).reshape(count, 1);
      NDArray columns = x.getManager().arange(0, length + count).reshape(1, length + count);
      NDArray future = columns.gt(rows).toType(DataType.FLOAT32, false).mul(-1e9f);
      scores = scores.reshape(1, groups, heads / groups, count, length + count).add(future);
      scores = scores.reshape(1, groups, (long) (heads / groups) * count, length + count);
    }
    NDArray mixed = scores.softmax(-1).matMul(v).reshape(1, heads, count, dim);
    NDArray joined = mixed.transpose(0, 2, 1, 3).reshape(1, count, (long) heads * dim);
    return linear(joined, weights.get("model.layers." + layer + ".self_attn.o_proj.weight"));
  }

  private NDArray feed(NDArray x, String layer) {
    NDArray both = linear(x, weights.get(layer + "mlp.gate_up"));
    NDArray gate = both.get("...,:" + config.intermediate());
    NDArray up = both.get("...," + config.intermediate() + ":");
    NDArray inner = gate.mul(ai.djl.nn.Activation.sigmoid(gate)).mul(up);
    return linear(inner, weights.get(layer + "mlp.down_proj.weight"));
  }

  private static NDArray linear(NDArray x, NDArray weight) {
    return x.matMul(weight.transpose());
  }

  private NDArray norm(NDArray x, NDArray weight) {
    NDArray mean = x.square().mean(new int[] {-1}, true);
    return x.div(mean.add(config.eps()).sqrt()).mul(weight);
  }

  @Override
  public void close() {
    manager.close();
  }
}
