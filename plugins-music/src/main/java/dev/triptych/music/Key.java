package dev.triptych.music;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key as musicians write it.
 *
 * @param tonic a letter with an optional sharp or flat, such as {@code F#} or {@code Bb}
 * @param mode major or minor
 */
public record Key(String tonic, Mode mode) {
  private static final Pattern TONIC = Pattern.compile("[A-G][#b]?");
  private static final Pattern CHORD = Pattern.compile("([A-G][#b]?)(\\w*)");
  private static final List<String> SHARPS =
      List.of("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B");
  private static final List<String> FLATS =
      List.of("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B");
  private static final String FIFTHS = "FCGDAEB";
  private static final int[] NATURAL = {9, 11, 0, 2, 4, 5, 7}; // A to G

  /**
   * Makes a key.
   *
   * @throws IllegalArgumentException if the tonic is not written so
   */
  public Key {
    if (!TONIC.matcher(tonic).matches()) {
      throw new IllegalArgumentException(
          "the key \"" + tonic + "\" must be a tonic such as C, F# or Bb");
    }
  }

  /** Returns the key with that many sharps, or flats if negative, from -7 to 7. */
  public static Key ofFifths(int fifths, Mode mode) {
    int steps = fifths + (mode == Mode.MINOR ? 3 : 0) + 1; // from F along the circle of fifths
    int accidental = Math.floorDiv(steps, 7);
    String letter = FIFTHS.substring(Math.floorMod(steps, 7), Math.floorMod(steps, 7) + 1);
    return new Key(letter + (accidental == 0 ? "" : accidental > 0 ? "#" : "b"), mode);
  }

  /** Returns the pitch class of the tonic, 0 for C. */
  public int pitchClass() {
    return pitchClass(tonic);
  }

  private static int pitchClass(String name) {
    int sign = name.endsWith("#") ? 1 : name.endsWith("b") ? -1 : 0;
    return Math.floorMod(NATURAL[name.charAt(0) - 'A'] + sign, 12);
  }

  /** Returns the number of sharps, or of flats if negative, in -7…7; beyond, of its enharmonic. */
  public int fifths() {
    int sign = tonic.endsWith("#") ? 7 : tonic.endsWith("b") ? -7 : 0;
    int fifths = FIFTHS.indexOf(tonic.charAt(0)) - 1 + sign - (mode == Mode.MINOR ? 3 : 0);
    return fifths > 7 ? fifths - 12 : fifths < -7 ? fifths + 12 : fifths;
  }

  /** Returns the MIDI pitch that the model's pitch 0 sounds at: the tonic from A3 to G#4. */
  public int tonicPitch() {
    return 57 + Math.floorMod(pitchClass() - 57, 12);
  }

  /** Returns the chord as musicians write it in this key, such as {@code Bb7}. */
  public String write(Chord chord) {
    List<String> names = fifths() < 0 ? FLATS : SHARPS;
    return names.get((pitchClass() + chord.root()) % 12) + chord.quality().suffix();
  }

  /** Returns the chord written so, at a position; empty if it is no chord that we know. */
  public Optional<Chord> read(String written, int position) {
    Matcher matcher = CHORD.matcher(written);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int root = Math.floorMod(pitchClass(matcher.group(1)) - pitchClass(), 12);
    return Quality.of(matcher.group(2)).map(quality -> new Chord(position, root, quality));
  }

  @Override
  public String toString() {
    return tonic + " " + mode;
  }
}
