package dev.triptych.training.poem;

import dev.triptych.training.lm.Corpus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Poems as rows of tokens, the forms mixed so that about three tokens in four are Chinese.
 *
 * <p>Half of the 五言绝句 are halves of 五言律诗, which keep rhyme and tones, for there are few of them.
 */
final class PoemCorpus implements Corpus {
  /** How often each form is drawn. */
  private static final Map<String, Double> SHARES =
      Map.of(
          "wujue", 0.25, "qijue", 0.55, "wulv", 0.29, "qilv", 0.26, "quatrain", 0.21, "free", 0.08);

  private static final int LEAST_ROOM = 24;
  private static final int HELD_OUT = 1_000;
  private static final long HELD_OUT_SEED = 20_261_124;

  private final PoemSequences sequences;
  private final Map<String, List<Poem>> training;
  private final Map<String, List<Poem>> heldOut;

  PoemCorpus(List<Poem> poems, PoemSequences sequences) {
    this.sequences = sequences;
    this.training = new LinkedHashMap<>();
    this.heldOut = new LinkedHashMap<>();
    for (Poem poem : poems) {
      if (sequences.fits(poem)) {
        (poem.heldOut() ? heldOut : training)
            .computeIfAbsent(poem.form(), k -> new ArrayList<>())
            .add(poem);
      }
    }
    if (training.isEmpty() || heldOut.isEmpty()) {
      throw new IllegalArgumentException(
          "too few poems to train on: two in a hundred are held out, so bring some hundreds");
    }
  }

  /** Returns how many poems of each form are trained on. */
  Map<String, Integer> sizes() {
    Map<String, Integer> sizes = new LinkedHashMap<>();
    training.forEach((form, poems) -> sizes.put(form, poems.size()));
    return sizes;
  }

  private static Poem pick(Map<String, List<Poem>> poems, RandomGenerator random) {
    double all = poems.keySet().stream().mapToDouble(SHARES::get).sum();
    double left = random.nextDouble() * all;
    String form = "";
    for (String each : poems.keySet()) {
      form = each;
      left -= SHARES.get(each);
      if (left < 0) {
        break;
      }
    }
    if (form.equals("wujue") && poems.containsKey("wulv") && random.nextBoolean()) {
      List<Poem> whole = poems.get("wulv");
      Poem poem = whole.get(random.nextInt(whole.size()));
      int from = random.nextBoolean() ? 0 : 4;
      return new Poem("wujue", poem.title(), poem.lines().subList(from, from + 4), poem.rhyme());
    }
    List<Poem> among = poems.get(form);
    return among.get(random.nextInt(among.size()));
  }

  @Override
  public Sample draw(RandomGenerator random, int length) {
    return Sample.row(length, LEAST_ROOM, () -> sequences.of(pick(training, random), random));
  }

  @Override
  public Iterable<Sample> training() {
    SplittableRandom random = new SplittableRandom(HELD_OUT_SEED + 1);
    return () ->
        training.values().stream()
            .flatMap(List::stream)
            .map(poem -> sequences.of(poem, random))
            .iterator();
  }

  @Override
  public List<Sample> heldOut(int length) {
    SplittableRandom random = new SplittableRandom(HELD_OUT_SEED);
    List<Sample> samples = new ArrayList<>();
    while (samples.size() < HELD_OUT) {
      Sample sample = sequences.of(pick(heldOut, random), random);
      if (sample.ids().length <= length) {
        samples.add(sample);
      }
    }
    return samples;
  }
}
