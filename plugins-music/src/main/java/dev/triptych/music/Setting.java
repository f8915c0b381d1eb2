package dev.triptych.music;

import dev.triptych.api.Parameter;
import dev.triptych.api.Phrase;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import java.util.Locale;
import java.util.Optional;

/**
 * What a melody is to be: the user's values first, then the plan's, then ours.
 *
 * @param style what it is like
 * @param key where it sounds
 * @param meter of the whole
 * @param tempo quarter notes a minute
 * @param bars exactly so many
 * @param density class of density, 0 the sparsest
 * @param temperature how freely the model is followed
 * @param arrangement what the arranger needs
 */
public record Setting(
    Style style,
    Key key,
    Meter meter,
    int tempo,
    int bars,
    int density,
    double temperature,
    Arrangement arrangement) {

  static final Parameter.Choice KEY =
      Parameter.Choice.of(
          "key",
          Phrase.of("Tonic; the plan's if not given", "主音；不给则按计划"),
          "C",
          "C#",
          "Db",
          "D",
          "D#",
          "Eb",
          "E",
          "F",
          "F#",
          "Gb",
          "G",
          "G#",
          "Ab",
          "A",
          "A#",
          "Bb",
          "B",
          "Cb");
  static final Parameter.Choice MODE =
      Parameter.Choice.of(
          "mode", Phrase.of("Mode; the plan's if not given", "调式；不给则按计划"), "major", "minor");
  static final Parameter.Choice METER =
      Parameter.Choice.of(
          "meter",
          Phrase.of("Meter; the plan's if not given", "拍号；不给则按计划"),
          "2/4",
          "3/4",
          "4/4",
          "6/8",
          "2/2");
  static final Parameter.Whole TEMPO =
      Parameter.Whole.of(
          "tempo",
          Phrase.of("Quarter notes a minute; the plan's if not given", "每分钟四分音符数；不给则按计划"),
          20,
          300);
  static final Parameter.Whole BARS =
      Parameter.Whole.of("bars", Phrase.of("Number of bars", "小节数"), 4, 64).initially(16);
  static final Parameter.Choice DENSITY =
      Parameter.Choice.of(
          "density",
          Phrase.of("How many notes; by the plan's mood if not given", "音符疏密；不给则按计划的情绪"),
          "sparse",
          "even",
          "lively",
          "dense");
  static final Parameter.Choice STYLE =
      Parameter.Choice.of(
          "style",
          Phrase.of("Kind of tune; by the plan's mood if not given", "曲风；不给则按计划的情绪"),
          "folk",
          "song",
          "hymn",
          "chorale",
          "own");
  static final Parameter.Whole PROGRAM =
      Parameter.Whole.of(
          "program",
          Phrase.of(
              "General MIDI program of the melody, counted from 0; by the plan's mood if not given",
              "旋律的 General MIDI 音色号（从 0 起）；不给则按计划的情绪"),
          0,
          127);
  static final Parameter.Real TEMPERATURE =
      Parameter.Real.of(
              "temperature", Phrase.of("How freely the model is followed", "采样温度：越高越自由"), 0.1, 2)
          .initially(0.9);

  static final Parameter.Text MODEL =
      Parameter.Text.of(
          "model",
          Phrase.of(
              "Folder of a melody model of your own, made by: train melody",
              "自己训练的旋律模型所在文件夹（train melody）"),
          4096);

  private static final int DEFAULT_TEMPO = 96;

  /**
   * Reads a request.
   *
   * @throws IllegalArgumentException if the plan asks for a meter that the model does not know
   */
  public static Setting of(Request request) {
    Plan plan = request.plan();
    double valence = plan.valence();
    double arousal = plan.arousal();
    String written = request.find(METER).or(plan::meter).orElse("4/4");
    Meter meter =
        Meter.of(written)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the plan's meter "
                            + written
                            + " is none that the melody model knows: choose 2/4, 3/4, 4/4, 6/8 or 2/2"));
    String mode = request.find(MODE).or(plan::mode).orElse(valence < 0 ? "minor" : "major");
    String tonic = request.find(KEY).or(plan::key).orElse(mode.equals("minor") ? "A" : "C");
    Key key = new Key(tonic, mode.equals("minor") ? Mode.MINOR : Mode.MAJOR);
    Style style =
        request
            .find(STYLE)
            .map(name -> Style.valueOf(name.toUpperCase(Locale.ROOT)))
            .orElse(
                request.find(MODEL).isPresent()
                    ? Style.OWN
                    : arousal < -0.4 && meter != Meter.SIX_EIGHT ? Style.HYMN : Style.FOLK);
    if (style == Style.OWN && request.find(MODEL).isEmpty()) {
      throw new IllegalArgumentException(
          "style own is for a model of your own: give its folder as parameter model");
    }
    int density =
        request
            .find(DENSITY)
            .map(DENSITY.options()::indexOf)
            .orElse(arousal < -0.5 ? 0 : arousal < 0.1 ? 1 : arousal < 0.6 ? 2 : 3);
    Arrangement byMood = Arrangement.of(style, valence, arousal);
    Optional<Integer> program = request.find(PROGRAM);
    return new Setting(
        style,
        key,
        meter,
        request.find(TEMPO).or(plan::tempo).orElse(DEFAULT_TEMPO),
        request.get(BARS),
        density,
        request.get(TEMPERATURE),
        program.map(byMood::withProgram).orElse(byMood));
  }

  /** Returns the setting that a score was made in, to go on from there. */
  static Setting of(Score score, double temperature) {
    return new Setting(
        score.tune().style(),
        score.key(),
        score.tune().meter(),
        score.tempo(),
        score.tune().bars().size(),
        score.density(),
        temperature,
        score.arrangement());
  }

  /** Returns a score of these bars. */
  public Score score(java.util.List<Bar> written) {
    return new Score(new Tune(style, meter, key.mode(), written), key, tempo, density, arrangement);
  }
}
