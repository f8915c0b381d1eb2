package dev.triptych.music;

import java.util.List;
import java.util.Objects;

/**
 * A melody with its chords, relative to its tonic, as the model reads and writes it.
 *
 * @param style what it is like
 * @param meter one meter from beginning to end
 * @param mode major or minor
 * @param bars at least one
 */
public record Tune(Style style, Meter meter, Mode mode, List<Bar> bars) {
  /** Onsets per quarter note at which the next class of density begins. */
  private static final double[] DENSITIES = {0.8, 1.15, 1.6};

  /** The number of classes of density, the first the sparsest. */
  public static final int DENSITY_CLASSES = DENSITIES.length + 1;

  /**
   * Makes a tune.
   *
   * @throws IllegalArgumentException if it has no bar
   */
  public Tune {
    Objects.requireNonNull(style, "style");
    Objects.requireNonNull(meter, "meter");
    Objects.requireNonNull(mode, "mode");
    bars = List.copyOf(bars);
    if (bars.isEmpty()) {
      throw new IllegalArgumentException("a tune needs at least one bar");
    }
  }

  /** Returns the bars from {@code from}, inclusive, to {@code to}, exclusive, as a tune. */
  public Tune bars(int from, int to) {
    return new Tune(style, meter, mode, bars.subList(from, to));
  }

  /** Returns the class of density, 0 the sparsest: by onsets per quarter note. */
  public int density() {
    long onsets = bars.stream().mapToLong(bar -> bar.notes().size()).sum();
    double perQuarter = onsets / (bars.size() * meter.length() / 4.0);
    int density = 0;
    while (density < DENSITIES.length && perQuarter >= DENSITIES[density]) {
      density++;
    }
    return density;
  }
}
