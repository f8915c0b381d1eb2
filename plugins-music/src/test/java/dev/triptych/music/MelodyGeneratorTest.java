package dev.triptych.music;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Artifact;
import dev.triptych.api.Generator;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.testkit.AssertingHost;
import dev.triptych.testkit.GeneratorContract;
import dev.triptych.testkit.Outcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sound.midi.InvalidMidiDataException;
import javax.sound.midi.MidiEvent;
import javax.sound.midi.MidiMessage;
import javax.sound.midi.MidiSystem;
import javax.sound.midi.Sequence;
import javax.sound.midi.ShortMessage;
import javax.sound.midi.Track;
import org.junit.jupiter.api.Test;

/** The generator with its real model. */
class MelodyGeneratorTest extends GeneratorContract {

  @Override
  protected Generator generator() {
    return new MelodyGenerator();
  }

  @Override
  protected Map<String, String> values() {
    return Map.of("bars", "4", "tempo", "240");
  }

  /** Every event of every track that belongs to the bar; a note's end belongs to its beginning. */
  @Override
  protected Object part(Artifact work, String part) throws IOException {
    try (InputStream in = work.open()) {
      Sequence sequence = MidiSystem.getSequence(new ByteArrayInputStream(in.readAllBytes()));
      long length = sequence.getTickLength() / 4;
      long from = (Integer.parseInt(part.substring("bar:".length())) - 1) * length;
      List<String> events = new ArrayList<>();
      for (Track track : sequence.getTracks()) {
        for (int i = 0; i < track.size(); i++) {
          MidiEvent event = track.get(i);
          MidiMessage message = event.getMessage();
          boolean off = (message.getStatus() & 0xF0) == ShortMessage.NOTE_OFF;
          long tick = off ? event.getTick() - 1 : event.getTick();
          if (tick >= from && tick < from + length) {
            events.add(event.getTick() + " " + HexFormat.of().formatHex(message.getMessage()));
          }
        }
        events.add("next track");
      }
      return events;
    } catch (InvalidMidiDataException e) {
      throw new IOException(e);
    }
  }

  @Test
  void obeysThePlanAndTheParameters() throws Exception {
    try (AssertingHost host = AssertingHost.of(generator())) {
      Plan plan =
          Plan.of(
              Map.of(
                  "mood", Map.of("valence", -0.5, "arousal", -0.6),
                  "key", "F#",
                  "mode", "minor",
                  "tempo", 66,
                  "meter", "3/4"));
      Outcome outcome = host.generate(Request.of("night", plan, 5));
      assertEquals(
          List.of("audio/midi", "audio/wav"),
          outcome.works().stream().map(Artifact::mediaType).toList());
      Score score = ScoreReader.read(outcome.bytes());
      assertEquals(new Key("F#", Mode.MINOR), score.key());
      assertEquals(Meter.THREE_FOUR, score.tune().meter());
      assertEquals(66, score.tempo());
      assertEquals(16, score.tune().bars().size());
      assertEquals(71, score.arrangement().program());
      Artifact sound = outcome.works().get(1);
      assertEquals(List.of(outcome.main().id()), sound.lineage().sources());
      assertTrue(outcome.main().lineage().notes().get("arranger").startsWith("rules"));

      Map<String, String> values =
          Map.of(
              "key", "Bb", "mode", "major", "meter", "6/8", "tempo", "120", "bars", "5", "program",
              "9", "style", "hymn", "density", "dense");
      score = ScoreReader.read(host.generate(Request.of("x", plan, 6).withValues(values)).bytes());
      assertEquals(new Key("Bb", Mode.MAJOR), score.key());
      assertEquals(Meter.SIX_EIGHT, score.tune().meter());
      assertEquals(5, score.tune().bars().size());
      assertEquals(9, score.arrangement().program());
      assertEquals(Style.HYMN, score.tune().style());
      assertEquals(3, score.density());
    }
  }

  @Test
  void refusesWhatItCannotDo() {
    try (AssertingHost host = AssertingHost.of(generator())) {
      Request meter = Request.of("x", Plan.of(Map.of("meter", "9/8")), 1);
      IllegalArgumentException thrown =
          assertThrows(IllegalArgumentException.class, () -> host.generate(meter));
      assertTrue(thrown.getMessage().contains("9/8"), thrown.getMessage());
      Request own = Request.of("x", Plan.of(Map.of()), 1).withValues(Map.of("style", "own"));
      assertThrows(IllegalArgumentException.class, () -> host.generate(own));
    }
  }

  /** The masks are not the only thing that speaks: the model moves as real melodies do. */
  @Test
  void modelMovesLessThanTheGrammarAlone() throws Exception {
    try (AssertingHost host = AssertingHost.of(generator())) {
      double written = 0;
      double random = 0;
      for (int seed = 0; seed < 3; seed++) {
        Request request = Request.of("x", Plan.of(Map.of()), seed);
        written += stepwise(ScoreReader.read(host.generate(request).bytes()).tune()) / 3;
        random += stepwise(UniformVoice.score(Setting.of(request), seed).tune()) / 3;
      }
      assertTrue(written > random + 0.2, written + " of the intervals are small, not " + random);
    }
  }

  /** Share of the intervals that are at most a major third. */
  private static double stepwise(Tune tune) {
    int small = 0;
    int all = 0;
    int before = Integer.MAX_VALUE;
    for (Bar bar : tune.bars()) {
      for (Note note : bar.notes()) {
        if (before != Integer.MAX_VALUE) {
          all++;
          small += Math.abs(note.pitch() - before) <= 4 ? 1 : 0;
        }
        before = note.pitch();
      }
    }
    return small / (double) all;
  }

  @Test
  void revisionTakesWhatItNeedsFromTheFile() throws Exception {
    try (AssertingHost host = AssertingHost.of(generator())) {
      Request request =
          Request.of("x", Plan.of(Map.of("key", "E", "mode", "minor", "meter", "2/4")), 8)
              .withValues(Map.of("bars", "8", "style", "song"));
      Artifact work = host.generate(request).main();
      Request other = Request.of("y", Plan.of(Map.of("key", "C", "mode", "major")), 9);
      Outcome revised = host.revise(other, work, Set.of("bar:3", "bar:8"));
      Score before;
      try (InputStream in = work.open()) {
        before = ScoreReader.read(in.readAllBytes());
      }
      Score after = ScoreReader.read(revised.bytes());
      assertEquals(before.key(), after.key());
      assertEquals(before.arrangement(), after.arrangement());
      for (int i = 0; i < 8; i++) {
        boolean same = before.tune().bars().get(i).equals(after.tune().bars().get(i));
        assertEquals(i != 2 && i != 7, same, "bar " + (i + 1));
      }
    }
  }
}
