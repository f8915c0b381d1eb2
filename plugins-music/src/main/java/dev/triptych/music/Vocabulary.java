package dev.triptych.music;

import java.util.ArrayList;
import java.util.List;

/**
 * The tokens of the melody model, shared by training and generation.
 *
 * <p>After REMI (Huang and Yang, 2020), with three changes: pitches and chord roots count from the
 * tonic, so that one tune teaches all twelve keys; a note lasts until the next note, the next
 * {@code Rest} or the end of the bar, so that every bar is full by construction; and a bar's token
 * says how many bars are left, so that the model knows where the end is.
 *
 * <pre>
 * &lt;bos&gt; Style/folk Meter/4/4 Mode/major Density/2
 *   Bar/16 Pos/0 Chord/0: Pitch/4 Pos/4 Pitch/7 … Bar/15 … Bar/1 … &lt;eos&gt;
 * </pre>
 */
public final class Vocabulary {
  /** Bars that a window of context may hold. */
  public static final int MAX_BARS = 32;

  /** Lowest pitch, in semitones from the tonic. */
  public static final int LOWEST = -12;

  /** Highest pitch, in semitones from the tonic. */
  public static final int HIGHEST = 24;

  public static final int PAD = 0;
  public static final int BOS = 1;
  public static final int EOS = 2;

  private static final int POSITIONS = 16;
  private static final int QUALITIES = Quality.values().length;
  private static final int STYLE = 3;
  private static final int METER = STYLE + Style.values().length;
  private static final int MODE = METER + Meter.TWO_TWO.ordinal();
  private static final int DENSITY = MODE + Mode.values().length;
  private static final int BAR = DENSITY + Tune.DENSITY_CLASSES;
  private static final int POSITION = BAR + MAX_BARS;
  private static final int CHORD = POSITION + POSITIONS;

  public static final int REST = CHORD + 12 * QUALITIES;

  private static final int PITCH = REST + 1;

  /** The number of tokens. */
  public static final int SIZE = PITCH + HIGHEST - LOWEST + 1;

  private Vocabulary() {}

  /** Returns the names of all tokens in the order of their ids, as in tokenizer.json. */
  public static List<String> names() {
    List<String> names = new ArrayList<>(List.of("<pad>", "<bos>", "<eos>"));
    for (Style style : Style.values()) {
      names.add("Style/" + style);
    }
    for (Meter meter : Meter.values()) {
      if (meter.spoken() == meter) {
        names.add("Meter/" + meter);
      }
    }
    for (Mode mode : Mode.values()) {
      names.add("Mode/" + mode);
    }
    for (int density = 0; density < Tune.DENSITY_CLASSES; density++) {
      names.add("Density/" + density);
    }
    for (int left = 1; left <= MAX_BARS; left++) {
      names.add("Bar/" + left);
    }
    for (int position = 0; position < POSITIONS; position++) {
      names.add("Pos/" + position);
    }
    for (int root = 0; root < 12; root++) {
      for (Quality quality : Quality.values()) {
        names.add("Chord/" + root + ":" + quality.suffix());
      }
    }
    names.add("Rest");
    for (int pitch = LOWEST; pitch <= HIGHEST; pitch++) {
      names.add("Pitch/" + pitch);
    }
    return names;
  }

  /** Returns the token of a bar after which {@code left - 1} more follow; 1 is the last bar. */
  public static int bar(int left) {
    return BAR + left - 1;
  }

  /** Says whether the token begins a bar. */
  public static boolean isBar(int id) {
    return id >= BAR && id < POSITION;
  }

  /** Returns how many bars are left, this one included. */
  public static int barsLeft(int id) {
    return id - BAR + 1;
  }

  /** Returns the token of a position in sixteenths. */
  public static int position(int position) {
    return POSITION + position;
  }

  static boolean isPosition(int id) {
    return id >= POSITION && id < CHORD;
  }

  static int positionOf(int id) {
    return id - POSITION;
  }

  /** Returns the token of a chord, wherever it stands. */
  public static int chord(Chord chord) {
    return CHORD + chord.root() * QUALITIES + chord.quality().ordinal();
  }

  static boolean isChord(int id) {
    return id >= CHORD && id < REST;
  }

  static Chord chordOf(int id, int position) {
    int code = id - CHORD;
    return new Chord(position, code / QUALITIES, Quality.values()[code % QUALITIES]);
  }

  /** Returns the token of a pitch; one out of range is folded into it by octaves. */
  public static int pitch(int pitch) {
    int folded = pitch;
    while (folded < LOWEST) {
      folded += 12;
    }
    while (folded > HIGHEST) {
      folded -= 12;
    }
    return PITCH + folded - LOWEST;
  }

  static boolean isPitch(int id) {
    return id >= PITCH && id < SIZE;
  }

  static int pitchOf(int id) {
    return id - PITCH + LOWEST;
  }

  /** Returns the tokens that come before the first bar. */
  public static int[] control(Style style, Meter meter, Mode mode, int density) {
    return new int[] {
      BOS,
      STYLE + style.ordinal(),
      METER + meter.spoken().ordinal(),
      MODE + mode.ordinal(),
      DENSITY + density
    };
  }

  /**
   * Returns a whole tune as tokens, from {@code <bos>} to {@code <eos>}.
   *
   * @throws IllegalArgumentException if it has more than {@link #MAX_BARS} bars
   */
  public static int[] encode(Tune tune) {
    int bars = tune.bars().size();
    if (bars > MAX_BARS) {
      throw new IllegalArgumentException(bars + " bars are more than " + MAX_BARS);
    }
    Tokens tokens = new Tokens();
    tokens.add(control(tune.style(), tune.meter(), tune.mode(), tune.density()));
    for (int i = 0; i < bars; i++) {
      tokens.add(encode(tune.bars().get(i), bars - i, tune.meter()));
    }
    tokens.add(EOS);
    return tokens.toArray();
  }

  /** Returns one bar as tokens, its bar token first. */
  public static int[] encode(Bar bar, int left, Meter meter) {
    Tokens tokens = new Tokens();
    tokens.add(bar(left));
    boolean sounding = false;
    for (int position = 0; position < meter.length(); position++) {
      Chord chord = null;
      for (Chord candidate : bar.chords()) {
        chord = candidate.position() == position ? candidate : chord;
      }
      Note note = null;
      boolean ends = false;
      for (Note candidate : bar.notes()) {
        note = candidate.position() == position ? candidate : note;
        ends |= candidate.position() + candidate.duration() == position;
      }
      boolean rest = sounding && ends && note == null;
      if (chord != null || note != null || rest) {
        tokens.add(position(position));
      }
      if (chord != null) {
        tokens.add(chord(chord));
      }
      if (note != null) {
        tokens.add(pitch(note.pitch()));
        sounding = true;
      } else if (rest) {
        tokens.add(REST);
        sounding = false;
      }
    }
    return tokens.toArray();
  }

  /**
   * Returns the bar that tokens say; what does not follow the grammar is passed over.
   *
   * @param ids holds the tokens after the bar token at {@code from} up to {@code to}, exclusive
   */
  public static Bar decode(int[] ids, int from, int to, Meter meter) {
    List<Chord> chords = new ArrayList<>();
    List<Note> notes = new ArrayList<>();
    int position = 0;
    int start = -1;
    int pitch = 0;
    for (int i = from; i < to; i++) {
      int id = ids[i];
      if (isPosition(id)) {
        position = positionOf(id);
      } else if (isChord(id)) {
        chords.add(chordOf(id, position));
      } else if (isPitch(id) || id == REST) {
        if (start >= 0 && position > start) {
          notes.add(new Note(start, position - start, pitch));
        }
        start = id == REST ? -1 : position;
        pitch = id == REST ? 0 : pitchOf(id);
      }
    }
    if (start >= 0) {
      notes.add(new Note(start, meter.length() - start, pitch));
    }
    return new Bar(chords, notes);
  }
}
