package dev.triptych.models.diffusers.prompt;

import dev.triptych.models.diffusers.ClipTextModel;
import dev.triptych.models.tokenizer.ClipTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads prompts with the text models of a pipeline.
 *
 * <pre>{@code
 * PromptEncoder encoder = PromptEncoder.stableDiffusion(new PromptEncoder.Reader(tokenizer, model));
 * List<PromptEncoding> both =
 *     encoder.encode(List.of(WeightedPrompt.parse("a (red:1.3) fox"), WeightedPrompt.plain("")), 0);
 * }</pre>
 *
 * <p>A prompt of more than 75 tokens is read in parts of 75, each between start and end, whose
 * states follow one another; prompts that are read together get as many parts, the shorter one
 * empty ones. A weight multiplies the states of its tokens; then all states of the prompt are
 * multiplied by one number, so that their mean is what it was. Both are as in diffusers' community
 * pipeline {@code lpw_stable_diffusion.py} ({@code get_weighted_text_embeddings}), which pads up to
 * the end; here the end follows the text and padding the end, as the pipelines without weights do
 * it, so that a prompt with no weights gives what they give.
 */
public final class PromptEncoder {
  private static final int MOST_PARTS = 32;

  /**
   * A text model and its tokenizer.
   *
   * @param tokenizer stays the caller's to close
   * @param model stays the caller's to close
   */
  public record Reader(ClipTokenizer tokenizer, ClipTextModel model) {}

  private final List<Reader> readers;
  private final boolean penultimate;

  private PromptEncoder(List<Reader> readers, boolean penultimate) {
    this.readers = List.copyOf(readers);
    this.penultimate = penultimate;
  }

  /** Returns what Stable Diffusion 1 and 2 look at: the last states, normed. */
  public static PromptEncoder stableDiffusion(Reader reader) {
    return new PromptEncoder(List.of(reader), false);
  }

  /**
   * Returns what SDXL looks at: the states before the last layer of each text model side by side,
   * and the pooled state of the last model.
   *
   * @param readers two, or the second alone for a refiner
   * @throws IllegalArgumentException if there is none, or they read texts of different lengths
   */
  public static PromptEncoder sdxl(List<Reader> readers) {
    if (readers.isEmpty()) {
      throw new IllegalArgumentException("SDXL needs a text model");
    }
    int length = readers.get(0).tokenizer().length();
    if (readers.stream().anyMatch(reader -> reader.tokenizer().length() != length)) {
      throw new IllegalArgumentException("the two tokenizers cut texts at different lengths");
    }
    return new PromptEncoder(readers, true);
  }

  /**
   * Reads prompts together, such as a prompt and what it is to avoid.
   *
   * @param skip layers left out at the end of each text model ("clip skip"), 0 for none
   * @return one encoding a prompt, all of the same form
   * @throws IllegalArgumentException if a prompt is too long, or so many layers cannot be skipped
   */
  public List<PromptEncoding> encode(List<WeightedPrompt> prompts, int skip) {
    int parts = 1;
    for (Reader reader : readers) {
      int most = reader.tokenizer().length() - 2;
      for (WeightedPrompt prompt : prompts) {
        int tokens = Tokens.of(prompt, reader.tokenizer()).ids.length;
        if (tokens > MOST_PARTS * most) {
          throw new IllegalArgumentException(
              "a prompt may have " + MOST_PARTS * most + " tokens, this one has " + tokens);
        }
        parts = Math.max(parts, (tokens + most - 1) / most);
      }
    }
    List<List<PromptEncoding>> found = new ArrayList<>();
    for (Reader reader : readers) {
      found.add(encode(reader, prompts, parts, skip));
    }
    List<PromptEncoding> encodings = new ArrayList<>();
    for (int p = 0; p < prompts.size(); p++) {
      PromptEncoding encoding = found.get(0).get(p);
      for (List<PromptEncoding> next : found.subList(1, found.size())) {
        encoding = sideBySide(encoding, next.get(p));
      }
      encodings.add(encoding);
    }
    return encodings;
  }

  private List<PromptEncoding> encode(
      Reader reader, List<WeightedPrompt> prompts, int parts, int skip) {
    int length = reader.tokenizer().length();
    int most = length - 2;
    int[][] ids = new int[prompts.size() * parts][];
    double[][] weights = new double[prompts.size()][parts * length];
    for (int p = 0; p < prompts.size(); p++) {
      Tokens tokens = Tokens.of(prompts.get(p), reader.tokenizer());
      Arrays.fill(weights[p], 1);
      for (int i = 0; i < parts; i++) {
        int from = Math.min(i * most, tokens.ids.length);
        int to = Math.min(from + most, tokens.ids.length);
        int[] part = Arrays.copyOfRange(tokens.ids, from, to);
        ids[p * parts + i] = reader.tokenizer().framed(part, length);
        System.arraycopy(tokens.weights, from, weights[p], i * length + 1, to - from);
      }
    }
    ClipTextModel.States states = reader.model().encode(ids, skip);
    float[] all = penultimate ? states.penultimate() : states.last();
    int rows = parts * length;
    int pooledWidth = states.pooled().length / ids.length;
    List<PromptEncoding> encodings = new ArrayList<>();
    for (int p = 0; p < prompts.size(); p++) {
      int size = rows * states.width();
      float[] own = Arrays.copyOfRange(all, p * size, (p + 1) * size);
      weigh(own, weights[p], states.width());
      int first = p * parts * pooledWidth;
      float[] pooled = Arrays.copyOfRange(states.pooled(), first, first + pooledWidth);
      encodings.add(new PromptEncoding(rows, states.width(), own, pooled));
    }
    return encodings;
  }

  /** Multiplies each row by its weight, and all by what restores the mean. */
  private static void weigh(float[] states, double[] weights, int width) {
    if (Arrays.stream(weights).allMatch(weight -> weight == 1)) {
      return;
    }
    double before = 0;
    double after = 0;
    for (int i = 0; i < states.length; i++) {
      before += states[i];
      states[i] *= (float) weights[i / width];
      after += states[i];
    }
    double restore = before / after;
    if (Double.isFinite(restore)) {
      for (int i = 0; i < states.length; i++) {
        states[i] *= (float) restore;
      }
    }
  }

  private static PromptEncoding sideBySide(PromptEncoding left, PromptEncoding right) {
    int width = left.width() + right.width();
    float[] states = new float[left.tokens() * width];
    for (int row = 0; row < left.tokens(); row++) {
      System.arraycopy(left.states(), row * left.width(), states, row * width, left.width());
      System.arraycopy(
          right.states(), row * right.width(), states, row * width + left.width(), right.width());
    }
    return new PromptEncoding(left.tokens(), width, states, right.pooled());
  }

  /** The tokens of a prompt and what each weighs. */
  private record Tokens(int[] ids, double[] weights) {

    static Tokens of(WeightedPrompt prompt, ClipTokenizer tokenizer) {
      int[] ids = new int[0];
      double[] weights = new double[0];
      for (WeightedPrompt.Part part : prompt.parts()) {
        int[] more = tokenizer.ids(part.text());
        int before = ids.length;
        ids = Arrays.copyOf(ids, before + more.length);
        weights = Arrays.copyOf(weights, ids.length);
        System.arraycopy(more, 0, ids, before, more.length);
        Arrays.fill(weights, before, ids.length, part.weight());
      }
      return new Tokens(ids, weights);
    }
  }
}
