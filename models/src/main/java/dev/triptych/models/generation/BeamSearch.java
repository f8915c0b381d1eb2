package dev.triptych.models.generation;

import dev.triptych.models.generation.form.Constraint;
import dev.triptych.models.language.Continuation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/**
 * Keeps the best of many continuations at each step, as transformers' {@code _beam_search} (4.53)
 * does, with its single precision and its -1e9 for what is out.
 */
final class BeamSearch {

  private static final float OUT = -1e9f;

  private final GenerationConfig config;
  private final int beams;
  private final int[] ends;
  private final Scores scores;
  private final StopStrings stops;
  private final Constraint constraint;
  private final BooleanSupplier cancelled;
  private final RandomGenerator random;

  /**
   * A continuation with its score.
   *
   * @param ids with the prompt
   * @param score sum of log-probabilities, or once finished that over the length's power
   * @param parent row that it goes on from
   * @param finish why it ended, or null
   */
  private record Beam(int[] ids, float score, int parent, Constraint.State form, Finish finish) {
    Beam scored(float score) {
      return new Beam(ids, score, parent, form, finish);
    }

    Beam running(float score) {
      return new Beam(ids, score, parent, form, null);
    }
  }

  BeamSearch(
      GenerationConfig config,
      Scores scores,
      StopStrings stops,
      Constraint constraint,
      BooleanSupplier cancelled) {
    this.config = config;
    this.beams = config.numBeams();
    this.ends = config.eosTokenIds();
    this.scores = scores;
    this.stops = stops;
    this.constraint = constraint;
    this.cancelled = cancelled;
    random = RandomGeneratorFactory.of("L64X128MixRandom").create(config.seed());
  }

  /**
   * Searches.
   *
   * @param continuation one row that has read the prompt
   * @param first logits after it
   * @param most new tokens
   * @return {@code num_return_sequences}, the best first
   */
  List<Generated> run(Continuation continuation, float[] first, int[] prompt, int most) {
    Constraint.State form = constraint == null ? null : constraint.start();
    List<Beam> running = new ArrayList<>();
    List<Beam> finished = new ArrayList<>();
    float[][] logits = new float[beams][];
    for (int i = 0; i < beams; i++) {
      running.add(new Beam(prompt, i == 0 ? 0 : OUT, 0, form, null));
      finished.add(new Beam(prompt, OUT, 0, form, null));
      logits[i] = first.clone();
    }
    continuation.select(new int[beams]);
    while (true) {
      List<Beam> candidates = candidates(running, logits, prompt.length + most);
      running = best(candidates.stream().map(BeamSearch::penalized).toList());
      finished = merged(finished, candidates, running.get(0).ids.length - prompt.length);
      if (cancelled.getAsBoolean()) {
        return results(best(joined(finished, running)), prompt.length, Finish.CANCELLED);
      }
      if (!unfinished(running, finished, candidates, prompt.length, most)) {
        return results(finished, prompt.length, Finish.LENGTH);
      }
      continuation.select(running.stream().mapToInt(Beam::parent).toArray());
      logits = continuation.step(running.stream().mapToInt(beam -> last(beam)).toArray());
    }
  }

  /** Returns the best next tokens of all beams, enough that some go on if others end. */
  private List<Beam> candidates(List<Beam> running, float[][] logits, int length) {
    int vocabulary = logits[0].length;
    float[] all = new float[beams * vocabulary];
    for (int i = 0; i < beams; i++) {
      Beam beam = running.get(i);
      Filters.logSoftmax(logits[i]);
      scores.process(beam.ids, beam.ids.length, beam.form, logits[i]);
      for (int id = 0; id < vocabulary; id++) {
        all[i * vocabulary + id] = logits[i][id] + beam.score;
      }
    }
    List<Beam> candidates = new ArrayList<>();
    for (int chosen : chosen(all, Math.max(2, 1 + ends.length) * beams)) {
      Beam beam = running.get(chosen / vocabulary);
      candidates.add(grown(beam, chosen / vocabulary, chosen % vocabulary, all[chosen], length));
    }
    return candidates;
  }

  private int[] chosen(float[] all, int count) {
    float[] keys = all;
    if (config.doSample()) { // adding Gumbel noise draws without putting back
      keys = new float[all.length];
      for (int i = 0; i < keys.length; i++) {
        keys[i] = (float) (all[i] - Math.log(-Math.log(1 - random.nextDouble())));
      }
    }
    float[] order = keys;
    float floor = Filters.greatest(order, Math.min(count, order.length));
    return IntStream.range(0, order.length)
        .filter(i -> order[i] >= floor)
        .boxed()
        .sorted(Comparator.comparing((Integer i) -> -order[i]))
        .limit(count)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private Beam grown(Beam beam, int parent, int id, float score, int length) {
    int[] ids = Arrays.copyOf(beam.ids, beam.ids.length + 1);
    ids[beam.ids.length] = id;
    boolean end = Penalties.contains(ends, id);
    boolean allowed = score > Float.NEGATIVE_INFINITY;
    Constraint.State form = beam.form == null || end || !allowed ? beam.form : beam.form.after(id);
    Finish finish = null;
    if (end) {
      finish = Finish.END;
    } else if (stops.endWith(ids, ids.length)) {
      finish = Finish.STOP;
    } else if (form != null && ends.length == 0 && form.finished()) {
      finish = Finish.COMPLETE;
    } else if (ids.length == length) {
      finish = Finish.LENGTH;
    }
    return new Beam(ids, score, parent, form, finish);
  }

  private static Beam penalized(Beam candidate) {
    return candidate.running(candidate.score + (candidate.finish == null ? 0 : OUT));
  }

  /** Returns the best of those finished before and those among the best candidates now. */
  private List<Beam> merged(List<Beam> finished, List<Beam> candidates, int count) {
    boolean full = finished.stream().allMatch(beam -> beam.finish != null);
    float closed = full && config.earlyStopping().equals("true") ? OUT : 0;
    float divisor = (float) Math.pow(count, config.lengthPenalty());
    List<Beam> all = new ArrayList<>(finished);
    for (int i = 0; i < candidates.size(); i++) {
      Beam beam = candidates.get(i);
      boolean ended = i < beams && beam.finish != null;
      float score = beam.score / divisor + closed + (ended ? 0 : OUT);
      all.add(ended ? beam.scored(score) : beam.running(score));
    }
    return best(all);
  }

  private List<Beam> best(List<Beam> all) {
    return all.stream()
        .sorted(Comparator.comparing((Beam beam) -> -beam.score))
        .limit(beams)
        .toList();
  }

  private boolean unfinished(
      List<Beam> running, List<Beam> finished, List<Beam> candidates, int prompt, int most) {
    boolean never = config.earlyStopping().equals("never") && config.lengthPenalty() > 0;
    int length = never ? most : running.get(0).ids.length - prompt;
    float hope = running.get(0).score / (float) Math.pow(length, config.lengthPenalty());
    float worst = finished.get(beams - 1).score;
    boolean better = finished.stream().anyMatch(beam -> hope > (beam.finish == null ? OUT : worst));
    boolean full = finished.stream().allMatch(beam -> beam.finish != null);
    boolean open = !(full && config.earlyStopping().equals("true"));
    return better && open && candidates.stream().anyMatch(beam -> beam.finish == null);
  }

  private static int last(Beam beam) {
    return beam.ids[beam.ids.length - 1];
  }

  private static List<Beam> joined(List<Beam> finished, List<Beam> running) {
    List<Beam> all = new ArrayList<>(finished.stream().filter(b -> b.finish != null).toList());
    all.addAll(running);
    return all;
  }

  private List<Generated> results(List<Beam> found, int prompt, Finish open) {
    return found.stream()
        .limit(config.numReturnSequences())
        .map(
            beam ->
                new Generated(
                    Arrays.copyOfRange(beam.ids, prompt, beam.ids.length),
                    beam.finish == null ? open : beam.finish,
                    beam.score))
        .toList();
  }
}
