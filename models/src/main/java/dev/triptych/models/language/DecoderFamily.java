package dev.triptych.models.language;

/**
 * The decoders in the manner of Llama, and what transformers 4.53 takes for a setting that their
 * {@code config.json} lacks (configuration_*.py).
 *
 * <p>Groups of 0 stand for as many as heads, a dimension of 0 for the hidden size over the heads.
 */
enum DecoderFamily {
  LLAMA("llama", 32000, 4096, 11008, 32, 32, 0, 0, 2048, 1e-6, 1e4, false),
  MISTRAL("mistral", 32000, 4096, 14336, 32, 32, 8, 0, 131072, 1e-6, 1e4, false),
  QWEN2("qwen2", 151936, 4096, 22016, 32, 32, 32, 0, 32768, 1e-6, 1e4, false),
  QWEN3("qwen3", 151936, 4096, 22016, 32, 32, 32, 128, 32768, 1e-6, 1e4, false),
  GEMMA2("gemma2", 256000, 2304, 9216, 26, 8, 4, 256, 8192, 1e-6, 1e4, true),
  GEMMA3("gemma3_text", 262208, 2304, 9216, 26, 8, 4, 256, 131072, 1e-6, 1e6, true),
  PHI3("phi3", 32064, 3072, 8192, 32, 32, 0, 0, 4096, 1e-5, 1e4, false),
  SMOLLM3("smollm3", 128256, 2048, 11008, 36, 16, 4, 0, 32768, 1e-6, 2e6, true);

  final String modelType;
  final int vocab;
  final int hidden;
  final int intermediate;
  final int layers;
  final int heads;
  final int groups;
  final int dim;
  final int context;
  final double eps;
  final double theta;
  final boolean tied;

  DecoderFamily(
      String modelType,
      int vocab,
      int hidden,
      int intermediate,
      int layers,
      int heads,
      int groups,
      int dim,
      int context,
      double eps,
      double theta,
      boolean tied) {
    this.modelType = modelType;
    this.vocab = vocab;
    this.hidden = hidden;
    this.intermediate = intermediate;
    this.layers = layers;
    this.heads = heads;
    this.groups = groups;
    this.dim = dim;
    this.context = context;
    this.eps = eps;
    this.theta = theta;
    this.tied = tied;
  }

  static DecoderFamily named(String modelType) {
    for (DecoderFamily family : values()) {
      if (family.modelType.equals(modelType)) {
        return family;
      }
    }
    throw new IllegalArgumentException("no decoder in the manner of Llama is called " + modelType);
  }

  /** Returns whether norms stand before and after, scores may be capped, and embeddings scaled. */
  boolean gemma() {
    return this == GEMMA2 || this == GEMMA3;
  }

  /** Returns whether queries and keys are normed. */
  boolean normsInside() {
    return this == QWEN3 || this == GEMMA3;
  }

  /** Returns whether {@code attention_bias} is a setting. */
  boolean biasIsASetting() {
    return this != MISTRAL && this != QWEN2 && this != PHI3;
  }
}
