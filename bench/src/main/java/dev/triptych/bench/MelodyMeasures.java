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

  private static final double[] MAJOR_PROFILE = {
    6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88
  };
  private static final double[] MINOR_PROFILE = {
    6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17
  };

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

  /**
   * Says whether the key found from the notes alone is the one named: of 24, the one whose profile
   * (Krumhansl and Kessler, 1982) correlates best with how long each pitch class sounds.
   */
  static boolean soundsIn(int tonic, boolean minor, List<GridNote> notes) {
    double[] lengths = new double[12];
    notes.forEach(note -> lengths[note.pitch() % 12] += note.duration());
    double named = correlation(lengths, minor ? MINOR_PROFILE : MAJOR_PROFILE, tonic);
    for (int other = 0; other < 12; other++) {
      if (correlation(lengths, MAJOR_PROFILE, other) > named
          || correlation(lengths, MINOR_PROFILE, other) > named) {
        return false;
      }
    }
    return true;
  }

  private static double correlation(double[] lengths, double[] profile, int tonic) {
    double meanLength = java.util.Arrays.stream(lengths).average().orElse(0);
    double meanProfile = java.util.Arrays.stream(profile).average().orElse(0);
    double product = 0;
    double lengthSquares = 0;
    double profileSquares = 0;
    for (int i = 0; i < 12; i++) {
      double length = lengths[(tonic + i) % 12] - meanLength;
      double weight = profile[i] - meanProfile;
      product += length * weight;
      lengthSquares += length * length;
      profileSquares += weight * weight;
    }
    return product / Math.sqrt(lengthSquares * profileSquares);
  }

  private static double[] counts(List<GridNote> notes) {
    double[] counts = new double[12];
    notes.forEach(note -> counts[note.pitch() % 12]++);
    return counts;
  }
}
