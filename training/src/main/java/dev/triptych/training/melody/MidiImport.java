package dev.triptych.training.melody;

import dev.triptych.music.Key;
import dev.triptych.music.Meter;
import dev.triptych.music.Mode;
import dev.triptych.music.Quality;
import dev.triptych.music.Style;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sound.midi.InvalidMidiDataException;
import javax.sound.midi.MetaMessage;
import javax.sound.midi.MidiEvent;
import javax.sound.midi.MidiSystem;
import javax.sound.midi.Sequence;
import javax.sound.midi.ShortMessage;
import javax.sound.midi.Track;

/**
 * Reads a user's MIDI file as a lead sheet.
 *
 * <p>The melody is the track and channel of at least {@value #FEWEST_NOTES} notes that sounds
 * highest; times are rounded to sixteenths. The key is the key signature's, or else estimated from
 * all notes (Krumhansl and Kessler's profiles); chords are matched to what sounds in each beat
 * pair.
 */
final class MidiImport {
  private static final int FEWEST_NOTES = 16;
  private static final int LARGEST_FILE = 4 << 20;
  private static final int LONGEST = 16 * 2000; // sixteenths: about an hour
  private static final int DRUM_CHANNEL = 9;
  private static final int TIME_SIGNATURE = 0x58;
  private static final int KEY_SIGNATURE = 0x59;
  private static final double[] MAJOR_PROFILE = {
    6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88
  };
  private static final double[] MINOR_PROFILE = {
    6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17
  };
  private static final List<Quality> MATCHED =
      List.of(
          Quality.MAJOR,
          Quality.MINOR,
          Quality.DOMINANT_SEVENTH,
          Quality.MINOR_SEVENTH,
          Quality.DIMINISHED);

  private final String name;
  private final Sequence sequence;
  private Meter meter = Meter.FOUR_FOUR;
  private Key key;

  private MidiImport(String name, Sequence sequence) {
    this.name = name;
    this.sequence = sequence;
  }

  /**
   * Returns the file's melody and chords.
   *
   * @throws IOException if the file is no MIDI file or cannot be learnt from, naming it and saying
   *     why
   */
  static LeadSheet read(Path file) throws IOException {
    if (Files.size(file) > LARGEST_FILE) {
      throw new IOException(file.getFileName() + " is larger than 4 MiB: no melody is that long");
    }
    return read(file.getFileName().toString(), Files.readAllBytes(file));
  }

  static LeadSheet read(String name, byte[] bytes) throws IOException {
    Sequence sequence;
    try {
      sequence = MidiSystem.getSequence(new ByteArrayInputStream(bytes));
    } catch (InvalidMidiDataException | IOException | RuntimeException e) {
      throw new IOException(name + " is not a readable MIDI file: " + e.getMessage(), e);
    }
    if (sequence.getDivisionType() != Sequence.PPQ || sequence.getResolution() <= 0) {
      throw new IOException(name + " counts time in film frames, not in beats: export it in beats");
    }
    return new MidiImport(name, sequence).sheet();
  }

  private LeadSheet sheet() throws IOException {
    signatures();
    Map<Integer, List<LeadSheet.TimedNote>> voices = voices();
    List<LeadSheet.TimedNote> all = voices.values().stream().flatMap(List::stream).toList();
    List<LeadSheet.TimedNote> melody =
        voices.values().stream()
            .filter(voice -> voice.size() >= FEWEST_NOTES)
            .max((a, b) -> Double.compare(meanPitch(a), meanPitch(b)))
            .orElseThrow(
                () ->
                    new IOException(
                        name + " has no track with at least " + FEWEST_NOTES + " notes to learn"));
    if (key == null) {
      key = estimateKey(all);
    }
    return new LeadSheet(
        name, Style.OWN, meter.spoken(), key.pitchClass(), key.mode(), melody, chords(all));
  }

  private void signatures() throws IOException {
    boolean timed = false;
    for (Track track : sequence.getTracks()) {
      for (int i = 0; i < track.size(); i++) {
        if (!(track.get(i).getMessage() instanceof MetaMessage meta)) {
          continue;
        }
        byte[] data = meta.getData();
        if (meta.getType() == TIME_SIGNATURE && data.length >= 2) {
          String written = data[0] + "/" + (1 << Math.min(data[1] & 0xff, 30));
          Meter found = Meter.of(written).orElse(null);
          if (found == null || timed && found != meter) {
            String fault = found == null ? "is in " + written : "changes its meter";
            throw new IOException(
                name
                    + " "
                    + fault
                    + ": only pieces wholly in 2/4, 3/4, 4/4, 2/2 or 6/8 are learnt");
          }
          meter = found;
          timed = true;
        } else if (meta.getType() == KEY_SIGNATURE && data.length >= 2 && Math.abs(data[0]) <= 7) {
          Key written = Key.ofFifths(data[0], data[1] == 1 ? Mode.MINOR : Mode.MAJOR);
          key = key == null ? written : key;
        }
      }
    }
  }

  /** Notes by track and channel, drums left out. */
  private Map<Integer, List<LeadSheet.TimedNote>> voices() throws IOException {
    Map<Integer, List<LeadSheet.TimedNote>> voices = new TreeMap<>();
    Track[] tracks = sequence.getTracks();
    double perTick = 4.0 / sequence.getResolution();
    for (int t = 0; t < tracks.length; t++) {
      Map<Integer, Long> open = new HashMap<>();
      for (int i = 0; i < tracks[t].size(); i++) {
        MidiEvent event = tracks[t].get(i);
        if (!(event.getMessage() instanceof ShortMessage message)
            || message.getChannel() == DRUM_CHANNEL) {
          continue;
        }
        int sound = message.getChannel() << 7 | message.getData1();
        boolean on = message.getCommand() == ShortMessage.NOTE_ON && message.getData2() > 0;
        boolean off =
            message.getCommand() == ShortMessage.NOTE_OFF
                || message.getCommand() == ShortMessage.NOTE_ON && message.getData2() == 0;
        Long began = on || off ? open.remove(sound) : null;
        if (began != null) {
          double end = Math.rint(event.getTick() * perTick);
          double onset = Math.rint(began * perTick);
          if (end > LONGEST) {
            throw new IOException(name + " is longer than 2000 bars: no melody is that long");
          }
          int duration = Math.max(1, (int) (end - onset));
          voices
              .computeIfAbsent(t << 4 | message.getChannel(), v -> new ArrayList<>())
              .add(new LeadSheet.TimedNote((int) onset, duration, message.getData1()));
        }
        if (on) {
          open.put(sound, event.getTick());
        }
      }
    }
    return voices;
  }

  private List<LeadSheet.TimedChord> chords(List<LeadSheet.TimedNote> notes) {
    int span = meter == Meter.THREE_FOUR ? 12 : meter.length() / 2;
    int end = notes.stream().mapToInt(LeadSheet.TimedNote::end).max().orElse(0);
    double[][] weights = new double[end / span + 1][12];
    for (LeadSheet.TimedNote note : notes) {
      for (int at = note.onset(); at < note.end(); at++) {
        weights[at / span][note.pitch() % 12]++;
      }
    }
    List<LeadSheet.TimedChord> chords = new ArrayList<>();
    for (int i = 0; i < weights.length; i++) {
      double best = 0;
      LeadSheet.TimedChord chord = null;
      for (int root = 0; root < 12; root++) {
        for (Quality quality : MATCHED) {
          double score = 0.1 * weights[i][root]; // of two equal matches, the one whose root sounds
          int size = quality.intervals().length;
          for (int interval : quality.intervals()) {
            score += weights[i][(root + interval) % 12] * (size == 3 ? 1 : 0.85);
          }
          if (score > best) {
            best = score;
            chord = new LeadSheet.TimedChord(i * span, span, root, quality);
          }
        }
      }
      if (chord != null) {
        chords.add(chord);
      }
    }
    return chords;
  }

  private static Key estimateKey(List<LeadSheet.TimedNote> notes) {
    double[] weights = new double[12];
    notes.forEach(note -> weights[note.pitch() % 12] += note.duration());
    double best = Double.NEGATIVE_INFINITY;
    Key key = new Key("C", Mode.MAJOR);
    for (int fifths = -5; fifths <= 6; fifths++) {
      for (Mode mode : Mode.values()) {
        Key candidate = Key.ofFifths(fifths, mode);
        double[] profile = mode == Mode.MAJOR ? MAJOR_PROFILE : MINOR_PROFILE;
        double correlation = correlation(weights, profile, candidate.pitchClass());
        if (correlation > best) {
          best = correlation;
          key = candidate;
        }
      }
    }
    return key;
  }

  private static double correlation(double[] weights, double[] profile, int tonic) {
    double meanWeight = 0;
    double meanProfile = 0;
    for (int i = 0; i < 12; i++) {
      meanWeight += weights[i] / 12;
      meanProfile += profile[i] / 12;
    }
    double product = 0;
    double squares = 0;
    double profileSquares = 0;
    for (int i = 0; i < 12; i++) {
      double a = weights[(tonic + i) % 12] - meanWeight;
      double b = profile[i] - meanProfile;
      product += a * b;
      squares += a * a;
      profileSquares += b * b;
    }
    return squares == 0 ? 0 : product / Math.sqrt(squares * profileSquares);
  }

  private static double meanPitch(List<LeadSheet.TimedNote> voice) {
    return voice.stream().mapToInt(LeadSheet.TimedNote::pitch).average().orElse(0);
  }
}
