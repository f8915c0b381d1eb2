package dev.triptych.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Artifact;
import dev.triptych.api.Generator;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.api.ext.Revisable;
import dev.triptych.host.Home;
import dev.triptych.host.Host;
import dev.triptych.host.jobs.Order;
import dev.triptych.host.jobs.Outcome;
import dev.triptych.host.jobs.Outcome.Fault;
import dev.triptych.host.works.StoredWork;
import dev.triptych.music.Vocabulary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.sound.midi.MetaMessage;
import javax.sound.midi.MidiEvent;
import javax.sound.midi.MidiMessage;
import javax.sound.midi.MidiSystem;
import javax.sound.midi.Sequence;
import javax.sound.midi.ShortMessage;
import javax.sound.midi.Track;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The generators redo one line and one bar, in the real host, and leave the rest. */
class RevisionTest {
  private static final int TEXT = 1; // meta event: the host's label names each record
  @TempDir static Path temp;
  private static Host host;

  @BeforeAll
  static void start() throws Exception {
    List<Path> bundles =
        List.of(
            RandomLlama.inside(
                ApiBaseline.place(Class.forName("dev.triptych.text.PoemGenerator")),
                "models/poem",
                List.of(),
                temp.resolve("text.jar")),
            RandomLlama.inside(
                ApiBaseline.place(Vocabulary.class),
                "models/melody",
                Vocabulary.names(),
                temp.resolve("music.jar")));
    host = Host.start(Host.Options.of(Home.of(temp.resolve("home")), bundles));
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  @Test
  void oneLineOfAPoemIsRedone() throws Exception {
    Request request = request("春天", "zh", 7).withValues(Map.of("form", "qijue", "candidates", "1"));
    StoredWork poem = main(run(Order.of("text.poem", request)));
    List<String> before = Files.readAllLines(poem.path());
    List<String> parts = parts("text.poem", poem);
    assertEquals(List.of("line:1", "line:2", "line:3", "line:4"), parts);
    int heading = before.size() - parts.size(); // a title comes before the verse
    int redone = heading + 1;
    boolean changed = false;
    for (long seed = 1; seed <= 2; seed++) {
      Request again = request("春天", "zh", seed).withValues(request.values());
      StoredWork revision = main(run(Order.revise("text.poem", again, poem, Set.of("line:2"))));
      List<String> after = Files.readAllLines(revision.path());
      assertEquals(before.size(), after.size());
      for (int i = 0; i < before.size(); i++) {
        assertTrue(i == redone || before.get(i).equals(after.get(i)), before + " → " + after);
      }
      changed |= !before.get(redone).equals(after.get(redone));
      assertEquals(List.of(poem.id()), revision.lineage().sources());
    }
    assertTrue(changed, "the line came out the same with two seeds");
    assertUnknown("text.poem", request, poem, "line:9");
  }

  @Test
  void oneBarOfAMelodyIsRedone() throws Exception {
    Request request = request("spring", "en", 7).withValues(Map.of("bars", "8", "meter", "4/4"));
    StoredWork melody = main(run(Order.of("music.melody", request)));
    assertEquals(8, parts("music.melody", melody).size());
    Map<Integer, List<String>> before = bars(melody.path());
    StoredWork revision = main(run(Order.revise("music.melody", request, melody, Set.of("bar:3"))));
    Map<Integer, List<String>> after = bars(revision.path());
    assertNotEquals(before.remove(3), after.remove(3), "bar 3 came out the same");
    assertEquals(before, after);
    assertEquals(List.of(melody.id()), revision.lineage().sources());
    assertUnknown("music.melody", request, melody, "bar:9");
  }

  @Test
  void aPoemOfAWorkerIsTheSameWithTheSameRecord() throws Exception {
    Request request = request("春天", "zh", 7).withValues(Map.of("form", "qijue", "candidates", "1"));
    StoredWork here = main(run(Order.of("text.poem", request)));
    StoredWork there = main(run(Order.of("text.poem", request).inItsOwnProcess()));
    assertEquals(here.id(), there.id());
    assertEquals(here.record(), there.record()); // with models and what of the machine decides
    Outcome refused =
        run(Order.revise("text.poem", request, here, Set.of("line:2")).inItsOwnProcess());
    assertTrue(refused.failure().orElseThrow().sentence().endsWith("revises nothing"));
  }

  private static void assertUnknown(String id, Request request, StoredWork work, String part)
      throws Exception {
    Outcome refused = run(Order.revise(id, request, work, Set.of(part)));
    assertEquals(Fault.MISTAKE, refused.failure().orElseThrow().fault());
    assertTrue(refused.failure().orElseThrow().sentence().contains(part));
  }

  /** Returns the bytes of each event with its tick, by track and bar; bars count from 1. */
  private static Map<Integer, List<String>> bars(Path file) throws Exception {
    Sequence sequence = MidiSystem.getSequence(file.toFile());
    long bar = 4L * sequence.getResolution();
    Map<Integer, List<String>> bars = new TreeMap<>();
    Track[] tracks = sequence.getTracks();
    for (int t = 0; t < tracks.length; t++) {
      for (int i = 0; i < tracks[t].size(); i++) {
        MidiEvent event = tracks[t].get(i);
        MidiMessage message = event.getMessage();
        if (message instanceof MetaMessage meta && meta.getType() == TEXT) {
          continue;
        }
        long inside = ends(message) ? event.getTick() - 1 : event.getTick();
        String bytes = HexFormat.of().formatHex(message.getMessage(), 0, message.getLength());
        bars.computeIfAbsent((int) (inside / bar) + 1, b -> new ArrayList<>())
            .add(t + " " + event.getTick() + " " + bytes);
      }
    }
    assertFalse(bars.isEmpty());
    return bars;
  }

  /** A note that ends with a bar belongs to that bar, not to the next one. */
  private static boolean ends(MidiMessage message) {
    return message instanceof ShortMessage s
        && (s.getCommand() == ShortMessage.NOTE_OFF
            || s.getCommand() == ShortMessage.NOTE_ON && s.getData2() == 0);
  }

  private static List<String> parts(String id, Artifact work) throws Exception {
    Generator generator = host.generators().find(id).orElseThrow().generator();
    return generator.extension(Revisable.class).orElseThrow().parts(work);
  }

  private static Request request(String prompt, String language, long seed) {
    return Request.of(prompt, Plan.of(Map.of("language", language)), seed);
  }

  private static Outcome run(Order order) throws InterruptedException {
    return host.jobs().run(List.of(order), (id, done, phase) -> {}).get(0);
  }

  private static StoredWork main(Outcome outcome) {
    assertTrue(outcome.succeeded(), outcome.failure().toString());
    return outcome.works().get(0);
  }
}
