package dev.triptych.models.language;

import dev.triptych.models.Program;
import java.io.IOException;
import java.util.Set;

/**
 * How rotary positions are stretched, as {@code rope_scaling} says (transformers 4.53,
 * modeling_rope_utils.py).
 *
 * @param kind default, linear, dynamic, llama3, yarn or longrope
 * @param dim how many features of a head turn
 * @param theta the base
 * @param attention factor of cosine and sine
 * @param numbers what the kind needs, in the order in which rotary.py takes it
 * @param shortFactors of longrope, one a pair of features, else empty
 * @param longFactors of longrope, for rows longer than the original length
 * @param context how many positions it serves
 * @param reread length past which longrope turns all positions otherwise, 0 for the others
 */
record RopeScaling(
    String kind,
    int dim,
    double theta,
    double attention,
    double[] numbers,
    double[] shortFactors,
    double[] longFactors,
    int context,
    int reread) {

  private static final double[] NONE = {};
  private static final Set<String> KINDS =
      Set.of("default", "linear", "dynamic", "llama3", "yarn", "longrope");

  /** Gives a program this rope, after those given before. */
  void load(Program program) {
    program.call("rotary", kind, dim, theta, attention, numbers, shortFactors, longFactors).close();
  }

  static RopeScaling plain(int dim, double theta, int context) {
    return new RopeScaling("default", dim, theta, 1, NONE, NONE, NONE, context, 0);
  }

  /**
   * Reads {@code rope_scaling}.
   *
   * @param context {@code max_position_embeddings}
   */
  static RopeScaling read(ConfigFile config, int dim, double theta, int context)
      throws IOException {
    RopeScaling plain = plain(dim, theta, context);
    ConfigFile scaling = config.inside("rope_scaling");
    if (scaling == null) {
      return plain;
    }
    String kind = scaling.text("rope_type", scaling.text("type", "default"));
    if (kind.equals("su")) {
      kind = "longrope"; // as older folders of Phi-3 call it
    }
    scaling.require(
        KINDS.contains(kind),
        "rope_type",
        "is none of " + String.join(", ", KINDS.stream().sorted().toList()));
    return switch (kind) {
      case "linear" -> plain.with(kind, 1, stretched(context, factor(scaling)), factor(scaling));
      case "dynamic" -> {
        config.require(dim > 2, "head_dim", "is too small for dynamic rope_scaling");
        yield plain.with(kind, 1, stretched(context, factor(scaling)), factor(scaling), context);
      }
      case "llama3" -> llama3(scaling, plain);
      case "yarn" -> yarn(scaling, plain);
      case "longrope" -> longrope(config, scaling, plain);
      default -> plain;
    };
  }

  private RopeScaling with(String kind, double attention, int context, double... numbers) {
    return new RopeScaling(kind, dim, theta, attention, numbers, NONE, NONE, context, 0);
  }

  private static double factor(ConfigFile scaling) throws IOException {
    double factor = scaling.positive("factor");
    scaling.require(factor >= 1, "factor", "must be at least 1");
    return factor;
  }

  private static int stretched(double positions, double factor) {
    return (int) Math.min(Integer.MAX_VALUE / 4, positions * factor);
  }

  private static RopeScaling llama3(ConfigFile scaling, RopeScaling plain) throws IOException {
    double low = scaling.positive("low_freq_factor");
    double high = scaling.positive("high_freq_factor");
    scaling.require(high > low, "high_freq_factor", "must be above low_freq_factor");
    double original = scaling.positive("original_max_position_embeddings");
    int context = Math.max(plain.context, stretched(original, factor(scaling)));
    return plain.with("llama3", 1, context, factor(scaling), low, high, original);
  }

  private static RopeScaling yarn(ConfigFile scaling, RopeScaling plain) throws IOException {
    double claimed = factor(scaling);
    double factor = claimed;
    double original = plain.context;
    if (scaling.has("original_max_position_embeddings")) {
      // transformers then goes by the ratio of the lengths, whatever factor says
      original = scaling.positive("original_max_position_embeddings");
      factor = plain.context / original;
    }
    double attention = magnitude(factor, 1);
    if (scaling.has("mscale") && scaling.has("mscale_all_dim")) {
      attention =
          magnitude(factor, scaling.positive("mscale"))
              / magnitude(factor, scaling.positive("mscale_all_dim"));
    }
    attention = scaling.positive("attention_factor", attention);
    double low = Math.floor(pairTurning(scaling.positive("beta_fast", 32), original, plain));
    double high = Math.ceil(pairTurning(scaling.positive("beta_slow", 1), original, plain));
    low = Math.max(low, 0);
    high = Math.min(high, plain.dim - 1);
    int context = Math.max(plain.context, stretched(original, claimed));
    return plain.with("yarn", attention, context, factor, low, high == low ? high + 0.001 : high);
  }

  private static double magnitude(double scale, double weight) {
    return scale <= 1 ? 1 : 0.1 * weight * Math.log(scale) + 1;
  }

  /** Returns which pair of features turns so many times over the original length. */
  private static double pairTurning(double times, double original, RopeScaling plain) {
    return plain.dim * Math.log(original / (times * 2 * Math.PI)) / (2 * Math.log(plain.theta));
  }

  private static RopeScaling longrope(ConfigFile config, ConfigFile scaling, RopeScaling plain)
      throws IOException {
    int original = plain.context;
    double factor = scaling.positive("factor", 1);
    if (config.has("original_max_position_embeddings")) {
      original = config.whole("original_max_position_embeddings", 0, Integer.MAX_VALUE / 4);
      factor = (double) plain.context / original;
    }
    double attention =
        factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(Math.max(2, original)));
    return new RopeScaling(
        "longrope",
        plain.dim,
        plain.theta,
        scaling.positive("attention_factor", attention),
        new double[] {original},
        scaling.positives("short_factor", plain.dim / 2),
        scaling.positives("long_factor", plain.dim / 2),
        plain.context,
        original);
  }
}
