package dev.triptych.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.triptych.api.Placement;
import dev.triptych.models.Torch;
import dev.triptych.models.diffusers.Added;
import dev.triptych.models.diffusers.Latents;
import dev.triptych.models.diffusers.UNet;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Our side of {@link DiffusersSpeed}; the other is bench/python/unet_peer.py. */
public final class UNetPeer {

  private static final int TOKENS = 77;

  private UNetPeer() {}

  /**
   * Loads FOLDER in DTYPE, then answers {@code step SIDE}, {@code save SIDE FILE} and {@code
   * profile SIDE} until the input ends. A step has the text's keys and values, as all steps of a
   * picture but the first.
   */
  public static void main(String[] arguments) throws IOException {
    Torch.start();
    long start = System.nanoTime();
    Path folder = Path.of(arguments[0]).resolve("unet");
    try (UNet unet = UNet.load(folder, Placement.of("cpu", arguments[1]));
        UNet.Condition condition = condition(unet)) {
      System.out.println("ready " + (System.nanoTime() - start) / 1e9);
      BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ");
        int side = Integer.parseInt(words[1]);
        float[] latents = Latents.noise(1, 2, unet.config().inChannels(), side, side);
        Path trace = null;
        if (words[0].equals("profile")) {
          trace = Files.createTempFile("trace", ".json");
          JniUtils.startProfile(false, false, false);
        }
        start = System.nanoTime();
        float[] out = unet.predict(latents, side, side, 500, condition);
        double seconds = (System.nanoTime() - start) / 1e9;
        if (words[0].equals("save")) {
          ByteBuffer bytes = ByteBuffer.allocate(4 * out.length).order(ByteOrder.LITTLE_ENDIAN);
          bytes.asFloatBuffer().put(out);
          Files.write(Path.of(words[2]), bytes.array());
        }
        String result = "";
        if (trace != null) {
          JniUtils.stopProfile(trace.toString());
          result = shares(new ObjectMapper().readTree(trace.toFile()));
          Files.delete(trace);
        }
        System.out.println(seconds + " " + result);
      }
    }
  }

  private static UNet.Condition condition(UNet unet) {
    float[] text = Latents.noise(2, 2, TOKENS, unet.config().textWidth());
    Added added = Added.NONE;
    if (unet.config().time().added() > 0) {
      int width = unet.config().time().added() - 6 * unet.config().time().addedTime();
      float[] ids = {1024, 1024, 0, 0, 1024, 1024, 1024, 1024, 0, 0, 1024, 1024};
      added = Added.text(Latents.noise(3, 2, width), ids);
    }
    return unet.condition(2, text, TOKENS, null, added);
  }

  /** The share of each operator, without those that it calls, from a trace of PyTorch. */
  private static String shares(JsonNode trace) {
    List<JsonNode> events = new ArrayList<>();
    for (JsonNode event : trace.isArray() ? trace : trace.path("traceEvents")) {
      if (event.path("ph").asText().equals("X")) {
        events.add(event);
      }
    }
    events.sort(Comparator.comparingDouble(event -> event.path("ts").asDouble()));
    Map<String, Double> own = new HashMap<>();
    Deque<JsonNode> open = new ArrayDeque<>();
    double whole = 0;
    for (JsonNode event : events) {
      double begin = event.path("ts").asDouble();
      while (!open.isEmpty() && end(open.peek()) <= begin) {
        open.pop();
      }
      double duration = event.path("dur").asDouble();
      own.merge(event.path("name").asText(), duration, Double::sum);
      if (open.isEmpty()) {
        whole += duration;
      } else {
        own.merge(open.peek().path("name").asText(), -duration, Double::sum);
      }
      open.push(event);
    }
    double all = whole;
    return own.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .limit(12)
        .map(e -> String.format(Locale.ROOT, "%s %.1f%%", e.getKey(), 100 * e.getValue() / all))
        .collect(Collectors.joining(", "));
  }

  private static double end(JsonNode event) {
    return event.path("ts").asDouble() + event.path("dur").asDouble();
  }
}
