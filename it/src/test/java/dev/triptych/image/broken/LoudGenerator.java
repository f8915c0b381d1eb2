package dev.triptych.image.broken;

import ai.djl.ndarray.NDArray;
import java.util.HashMap;
import java.util.Map;

/** A recipe that handles tensors, prints and remembers. */
final class LoudGenerator {
  static final HashMap<String, Integer> SEEN = new HashMap<>();
  static int calls;

  void say(NDArray array) {
    calls++;
    System.out.println(array);
  }

  Map<String, Integer> seen() {
    return SEEN;
  }
}
