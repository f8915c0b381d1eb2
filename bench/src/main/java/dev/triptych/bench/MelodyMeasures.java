package dev.triptych.bench;

import java.util.BitSet;
import java.util.List;

/**
 * Measures of a melody by MusPy's definitions (Dong et al., 2020; muspy 0.5.0, metrics.py), which
 * MelodyMeasuresTest compares with MusPy itself.
 */
final class MelodyMeasures {
  private static final int[] MAJOR = {0, 2, 4, 5, 7, 9, 11};
  private static final int[] MINOR = {0, 2, 3, 5, 7, 8, 10};

  private MelodyMeasures() {}

  /** A note on a grid of time steps. */
  record GridNote(int time, int duration, int pitch) {}

  /**
   * Returns the Shannon entropy of the pitch classes, in bits, 0 to log2 12; NaN without a note.
   */
  static double pitchClassEntropy(List<GridNote> notes) {
    double[] counts = counts(notes);
    double entropy = 0;
    for (double count : counts) {
      double share = count / notes.size();
      entropy -= share > 0 ? share * Math.log(share) / Math.log(2) : 0;
    }
    return notes.isEmpty() ? Double.NaN : entropy;
  }

  /**
   * Returns the largest share of notes in one of the 24 major and natural minor scales; NaN without
   * a note.
   */
  static double scaleConsistency(List<GridNote> notes) {
    double[] counts = counts(notes);
    double best = 0;
    for (int[] scale : new int[][] {MAJOR, MINOR}) {
      for (int root = 0; root < 12; root++) {
        double inScale = 0;
        for (int degree : scale) {
          inScale += counts[(root + degree) % 12];
        }
        best = Math.max(best, inScale / notes.size());
      }
    }
    return notes.isEmpty() ? Double.NaN : best;
  }

  /**
   * Returns one minus the mean Hamming distance between the onsets of neighbouring bars, a share of
   * the bar's steps; NaN for a single bar. As in MusPy, a piece that fills its last bar counts one
   * empty bar more.
   *
   * @param barLength time steps a bar
   */
  static double grooveConsistency(List<GridNote> notes, int barLength) {
    int end = notes.stream().mapToInt(note -> note.time() + note.duration()).max().orElse(0);
    int bars = end / barLength + 1;
    BitSet onsets = new BitSet();
    notes.forEach(note -> onsets.set(note.time()));
    int distance = 0;
    for (int step = 0; step < (bars - 1) * barLength; step++) {
      distance += onsets.get(step) != onsets.get(step + barLength) ? 1 : 0;
    }
    return bars < 2 ? Double.NaN : 1 - distance / (double) (barLength * (bars - 1));
  }

  private static double[] counts(List<GridNote> notes) {
    double[] counts = new double[12];
    notes.forEach(note -> counts[note.pitch() % 12]++);
    return counts;
  }
}
