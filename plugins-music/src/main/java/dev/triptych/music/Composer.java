package dev.triptych.music;

import dev.triptych.models.sampling.Sampler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes one bar after another with a model, held to the grammar.
 *
 * <p>The model reads at most {@link Vocabulary#MAX_BARS} bars. A longer tune is written through a
 * window that moves on by sixteen bars and keeps the eight before it; until the window reaches the
 * end, its bar tokens say that between 9 and 32 bars are left, so that no early end is written.
 */
public final class Composer {
  private static final int STRIDE = 16;
  private static final int KEPT = 8;

  /** A language model in the middle of a text: the logits of the next token. */
  public interface Voice {
    /** Goes on by several tokens. */
    float[] prefill(int... ids);

    /** Goes on by one token. */
    float[] step(int id);

    /** Forgets all after the first tokens. */
    void rewind(int length);
  }

  private final Setting setting;
  private final Voice voice;
  private final Sampler sampler;
  private final Tokens fed = new Tokens(); // what the model has read
  private float[] logits;

  /**
   * Makes a composer.
   *
   * @param voice has read nothing yet
   * @param sampler holds the grammar of the setting among its processors
   */
  public Composer(Setting setting, Voice voice, Sampler sampler) {
    this.setting = setting;
    this.voice = voice;
    this.sampler = sampler;
  }

  /**
   * Writes the bar that follows.
   *
   * @param bars the tune up to it
   * @param pulse is called once a token, and may throw to stop
   */
  public Bar next(List<Bar> bars, Runnable pulse) {
    read(prompt(bars, bars.size()));
    int start = fed.length();
    while (true) {
      pulse.run();
      int id = sampler.sample(fed.array(), fed.length(), logits);
      if (id == Vocabulary.EOS || Vocabulary.isBar(id)) {
        return Vocabulary.decode(fed.array(), start, fed.length(), setting.meter());
      }
      logits = voice.step(id);
      fed.add(id);
    }
  }

  /**
   * Returns the log-probability of a bar's tokens after the bars before it, under the model alone.
   *
   * @param bars the tune, that bar included
   * @param pulse is called once a token, and may throw to stop
   */
  public double fit(List<Bar> bars, int index, Runnable pulse) {
    int[] before = prompt(bars, index);
    int[] bar = Vocabulary.encode(bars.get(index), barsLeft(index, index), setting.meter());
    read(before);
    double sum = 0;
    for (int i = 1; i < bar.length; i++) { // the bar token itself is in the prompt
      pulse.run();
      sum += Sampler.logProbability(logits, bar[i]);
      logits = voice.step(bar[i]);
      fed.add(bar[i]);
    }
    return sum;
  }

  /**
   * The tokens before a bar's first position: control tokens, the bars in the window, its token.
   */
  private int[] prompt(List<Bar> bars, int index) {
    Tokens tokens = new Tokens();
    tokens.add(
        Vocabulary.control(
            setting.style(), setting.meter(), setting.key().mode(), setting.density()));
    for (int i = windowStart(index); i < index; i++) {
      tokens.add(Vocabulary.encode(bars.get(i), barsLeft(i, index), setting.meter()));
    }
    tokens.add(Vocabulary.bar(barsLeft(index, index)));
    return tokens.toArray();
  }

  private int windowStart(int index) {
    int total = setting.bars();
    if (total - index <= Vocabulary.MAX_BARS - KEPT || total <= Vocabulary.MAX_BARS) {
      return Math.max(0, total - Vocabulary.MAX_BARS);
    }
    return Math.max(0, index / STRIDE * STRIDE - KEPT);
  }

  /** What the token of bar {@code i} says in the window of bar {@code index}. */
  private int barsLeft(int i, int index) {
    int start = windowStart(index);
    return Math.min(setting.bars() - start, Vocabulary.MAX_BARS) - (i - start);
  }

  /** Brings the model to the end of the prompt, reading only what it has not read yet. */
  private void read(int[] prompt) {
    int common = Arrays.mismatch(fed.array(), 0, fed.length(), prompt, 0, prompt.length);
    int kept = common < 0 ? prompt.length - 1 : Math.min(common, prompt.length - 1);
    voice.rewind(kept);
    fed.rewind(kept);
    int[] rest = Arrays.copyOfRange(prompt, kept, prompt.length);
    logits = voice.prefill(rest);
    fed.add(rest);
  }

  /** Returns a copy of the bars with one replaced. */
  static List<Bar> replaced(List<Bar> bars, int index, Bar bar) {
    List<Bar> copy = new ArrayList<>(bars);
    copy.set(index, bar);
    return copy;
  }
}
