package dev.triptych.music;

import java.util.Optional;

/** A meter that the melody model knows; positions in a bar are counted in sixteenth notes. */
public enum Meter {
  TWO_FOUR(2, 4, 8, 4),
  THREE_FOUR(3, 4, 12, 4),
  FOUR_FOUR(4, 4, 16, 4),
  SIX_EIGHT(6, 8, 12, 6),
  /** Alla breve: written as 2/2, and to the model the same as 4/4. */
  TWO_TWO(2, 2, 16, 4);

  private final int numerator;
  private final int denominator;
  private final int length;
  private final int beat;

  Meter(int numerator, int denominator, int length, int beat) {
    this.numerator = numerator;
    this.denominator = denominator;
    this.length = length;
    this.beat = beat;
  }

  /** Returns the meter written so, such as {@code 6/8}; empty if the model does not know it. */
  public static Optional<Meter> of(String text) {
    for (Meter meter : values()) {
      if (meter.toString().equals(text)) {
        return Optional.of(meter);
      }
    }
    return Optional.empty();
  }

  /** Returns the beats written above. */
  public int numerator() {
    return numerator;
  }

  /** Returns the note value written below. */
  public int denominator() {
    return denominator;
  }

  /** Returns the length of a bar in sixteenths. */
  public int length() {
    return length;
  }

  /** Returns the length of a felt beat in sixteenths: the grid on which chords change. */
  public int beat() {
    return beat;
  }

  /** Returns the meter that stands for this one in the model's vocabulary. */
  public Meter spoken() {
    return this == TWO_TWO ? FOUR_FOUR : this;
  }

  @Override
  public String toString() {
    return numerator + "/" + denominator;
  }
}
