package dev.triptych.bench;

import dev.triptych.api.Artifact;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.models.sampling.Sampler;
import dev.triptych.music.Bar;
import dev.triptych.music.Composer;
import dev.triptych.music.MelodyGenerator;
import dev.triptych.music.MelodyGrammar;
import dev.triptych.music.ScoreFile;
import dev.triptych.music.Setting;
import dev.triptych.music.Tune;
import dev.triptych.music.Vocabulary;
import dev.triptych.testkit.AssertingHost;
import dev.triptych.training.melody.MelodyData;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import javax.sound.midi.MidiSystem;

/**
 * Makes melodies in many keys, meters, tempos and lengths, reads each MIDI file back with {@code
 * javax.sound.midi} and with {@link MidiReader}, and prints what holds and how they measure, beside
 * the grammar alone and beside held-out real tunes.
 *
 * <p>Arguments: {@code [--count 100] [--data DIR]}. What needs the training data says SKIPPED
 * without it.
 */
public final class MelodyFigures {
  private static final String[] TONICS = {
    "C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"
  };
  private static final String[] METERS = {"4/4", "3/4", "6/8", "2/4"};
  private static final int[] BARS = {16, 8, 16, 32};
  private static final int[] RUNS = {1, 2, 4};

  private MelodyFigures() {}

  /** What was asked for and what the file says. */
  record Check(boolean key, boolean meter, boolean tempo, boolean bars, boolean read) {
    boolean all() {
      return key && meter && tempo && bars && read;
    }
  }

  /** Prints the figures. */
  public static void main(String[] arguments) throws Exception {
    int count = 100;
    Path data = null;
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      switch (arguments[i]) {
        case "--count" -> count = Integer.parseInt(arguments[i + 1]);
        case "--data" -> data = Path.of(arguments[i + 1]);
        default -> throw new IllegalArgumentException("unknown argument " + arguments[i]);
      }
    }
    List<Melody> ours = new ArrayList<>();
    List<Melody> masks = new ArrayList<>();
    List<Check> checks = new ArrayList<>();
    long start = System.nanoTime();
    long bars = 0;
    try (AssertingHost host = AssertingHost.of(new MelodyGenerator())) {
      for (int i = 0; i < count; i++) {
        Request request = request(i);
        Artifact midi = host.generate(request).main();
        byte[] bytes;
        try (InputStream in = midi.open()) {
          bytes = in.readAllBytes();
        }
        checks.add(check(request, bytes));
        ours.add(Melody.of(MidiReader.read(bytes)));
        bars += ours.get(i).bars();
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    for (int i = 0; i < count; i++) {
      masks.add(Melody.of(MidiReader.read(uniform(request(i)))));
    }
    System.out.printf(
        Locale.ROOT, "%d melodies, %d bars, %.1f s with sound%n%n", count, bars, seconds);
    System.out.println("| by two readers, of " + count + " | holds |\n|---|---|");
    row("melody in its key's scale", checks.stream().filter(Check::key).count());
    row(
        "meter as asked, every bar full, no note over a bar line",
        checks.stream().filter(Check::meter).count());
    row("tempo as asked", checks.stream().filter(Check::tempo).count());
    row("bars as asked", checks.stream().filter(Check::bars).count());
    row("read alike by javax.sound.midi", checks.stream().filter(Check::read).count());
    System.out.println();
    if (data == null) {
      System.out.println("SKIPPED: held-out tunes and copied bars (give --data DIR)");
    }
    MelodyData tunes = data == null ? null : MelodyData.read(data);
    List<Melody> real = tunes == null ? List.of() : heldOut(tunes);
    System.out.printf(
        "| | ours | masks alone | held-out tunes (%d) |%n|---|---|---|---|%n", real.size());
    measures(
        "pitch-class entropy, bits",
        ours,
        masks,
        real,
        m -> MelodyMeasures.pitchClassEntropy(m.notes()));
    measures(
        "scale consistency", ours, masks, real, m -> MelodyMeasures.scaleConsistency(m.notes()));
    measures(
        "groove consistency",
        ours,
        masks,
        real,
        m -> MelodyMeasures.grooveConsistency(m.notes(), m.barLength()));
    measures(
        "share whose key is found from the notes alone",
        ours,
        masks,
        real,
        m -> MelodyMeasures.soundsIn(m.tonic(), m.minor(), m.notes()) ? 1 : 0);
    measures("notes a bar", ours, masks, real, m -> m.notes().size() / (double) m.bars());
    measures("mean leap, semitones", ours, masks, real, MelodyFigures::meanLeap);
    measures("bars that come again", ours, masks, real, MelodyFigures::repeated);
    if (tunes != null) {
      for (int length : RUNS) {
        Set<String> known = new HashSet<>();
        tunes.training().forEach(tune -> known.addAll(Melody.of(tune).runs(length)));
        ToDoubleFunction<List<Melody>> copied = set -> copied(set, length, known);
        System.out.printf(
            Locale.ROOT,
            "| %d bar%s found in training | %.1f %% | %.1f %% | %.1f %% |%n",
            length,
            length > 1 ? "s in a row" : "",
            copied.applyAsDouble(ours),
            copied.applyAsDouble(masks),
            copied.applyAsDouble(real));
      }
    }
  }

  /** The i-th request: keys, meters, tempos, lengths and moods in turn. */
  static Request request(int i) {
    Map<String, Object> plan =
        Map.of(
            "language",
            "en",
            "mood",
            Map.of("valence", i % 5 * 0.4 - 0.8, "arousal", i % 7 * 0.25 - 0.75),
            "key",
            TONICS[i % 12],
            "mode",
            i / 12 % 2 == 0 ? "major" : "minor",
            "meter",
            METERS[i % 4],
            "tempo",
            60 + i * 7 % 90);
    return Request.of("melody " + i, Plan.of(plan), 1000 + i)
        .withValues(Map.of("bars", Integer.toString(BARS[i / 4 % 4])));
  }

  /** Returns a melody by the grammar alone, as a MIDI file. */
  static byte[] uniform(Request request) throws IOException {
    Setting setting = Setting.of(request);
    Composer.Voice silent =
        new Composer.Voice() {
          @Override
          public float[] prefill(int... ids) {
            return new float[Vocabulary.SIZE];
          }

          @Override
          public float[] step(int id) {
            return new float[Vocabulary.SIZE];
          }

          @Override
          public void rewind(int length) {
            // remembers nothing
          }
        };
    Sampler sampler =
        Sampler.seeded(request.seed())
            .processor(new MelodyGrammar(setting.meter(), setting.key().mode()));
    Composer composer = new Composer(setting, silent, sampler);
    List<Bar> bars = new ArrayList<>();
    while (bars.size() < setting.bars()) {
      bars.add(composer.next(bars, () -> {}));
    }
    return ScoreFile.bytes(setting.score(bars));
  }

  /** Compares a MIDI file with what was asked for. */
  static Check check(Request request, byte[] bytes) throws Exception {
    MidiReader.MidiFile file = MidiReader.read(bytes);
    Plan plan = request.plan();
    boolean minor = plan.mode().orElseThrow().equals("minor");
    int tonic = List.of(TONICS).indexOf(plan.key().orElseThrow());
    Melody melody = Melody.of(file);
    int scale = 0; // one bit a pitch class; in minor with the raised seventh
    for (int degree :
        minor ? new int[] {0, 2, 3, 5, 7, 8, 10, 11} : new int[] {0, 2, 4, 5, 7, 9, 11}) {
      scale |= 1 << (tonic + degree) % 12;
    }
    boolean key = (file.meta(0x59)[1] == 1) == minor;
    boolean within = true;
    for (MelodyMeasures.GridNote note : melody.notes()) {
      key &= (scale & 1 << note.pitch() % 12) != 0;
      within &= note.time() % melody.barLength() + note.duration() <= melody.barLength();
    }
    byte[] time = file.meta(0x58);
    byte[] tempo = file.meta(0x51);
    int micros = (tempo[0] & 0xff) << 16 | (tempo[1] & 0xff) << 8 | tempo[2] & 0xff;
    int wanted = Integer.parseInt(request.values().get("bars"));
    long ticks = (long) wanted * melody.barLength() * file.ticksPerQuarter() / 4;
    boolean full = true;
    int notes = 0;
    for (MidiReader.MidiTrack track : file.tracks()) {
      full &= track.end() == ticks;
      notes += track.notes().size();
    }
    for (int bar = 0; bar < wanted; bar++) {
      int at = bar;
      full &= melody.notes().stream().anyMatch(n -> n.time() / melody.barLength() == at);
    }
    var sequence = MidiSystem.getSequence(new ByteArrayInputStream(bytes));
    int events = 0;
    for (var track : sequence.getTracks()) {
      for (int i = 0; i < track.size(); i++) {
        events += (track.get(i).getMessage().getStatus() & 0xF0) == 0x90 ? 1 : 0;
      }
    }
    return new Check(
        key,
        plan.meter().orElseThrow().equals(time[0] + "/" + (1 << time[1])) && within && full,
        Math.round(60e6 / micros) == plan.tempo().orElseThrow(),
        melody.bars() == wanted,
        events == notes && sequence.getTickLength() == ticks);
  }

  private static List<Melody> heldOut(MelodyData data) {
    List<Melody> melodies = new ArrayList<>();
    for (Tune tune : data.heldOut()) {
      int bars = tune.bars().size();
      melodies.add(Melody.of(tune.bars(0, Math.min(bars, 16))));
    }
    return melodies;
  }

  private static double meanLeap(Melody melody) {
    double sum = 0;
    for (int i = 1; i < melody.notes().size(); i++) {
      sum += Math.abs(melody.notes().get(i).pitch() - melody.notes().get(i - 1).pitch());
    }
    return sum / Math.max(1, melody.notes().size() - 1);
  }

  private static double repeated(Melody melody) {
    List<String> runs = melody.runs(1);
    return runs.isEmpty() ? 0 : 1 - new HashSet<>(runs).size() / (double) runs.size();
  }

  private static double copied(List<Melody> melodies, int length, Set<String> known) {
    int all = 0;
    int found = 0;
    for (Melody melody : melodies) {
      for (String run : melody.runs(length)) {
        all++;
        found += known.contains(run) ? 1 : 0;
      }
    }
    return all == 0 ? 0 : 100.0 * found / all;
  }

  private static void measures(
      String name,
      List<Melody> ours,
      List<Melody> masks,
      List<Melody> real,
      ToDoubleFunction<Melody> measure) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %s | %s |%n",
        name,
        mean(ours, measure),
        mean(masks, measure),
        real.isEmpty() ? "SKIPPED" : mean(real, measure));
  }

  private static String mean(List<Melody> melodies, ToDoubleFunction<Melody> measure) {
    double[] values =
        melodies.stream().mapToDouble(measure).filter(v -> !Double.isNaN(v)).toArray();
    double mean = java.util.Arrays.stream(values).average().orElse(Double.NaN);
    double square = java.util.Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return String.format(
        Locale.ROOT, "%.3f ± %.3f", mean, Math.sqrt(square / Math.max(1, values.length - 1)));
  }

  private static void row(String name, long count) {
    System.out.println("| " + name + " | " + count + " |");
  }
}
