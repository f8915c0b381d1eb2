package dev.triptych.testkit;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Artifact;
import dev.triptych.api.Descriptor;
import dev.triptych.api.Generator;
import dev.triptych.api.Parameter;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.api.ext.Revisable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What every generator owes its host. Subclass it, in a few lines:
 *
 * <pre>{@code
 * class RefrainTest extends GeneratorContract {
 *   @Override
 *   protected Generator generator() {
 *     return new Refrain();
 *   }
 * }
 * }</pre>
 *
 * <p>It generates about twenty times, so ask a slow generator for little: override {@link #values}.
 * Models are loaded once for the whole class.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class GeneratorContract {
  private static final long SEED = 4711;
  private static final int OVERLAPPING = 4;

  private final Map<Long, Outcome> alone = new HashMap<>();
  private AssertingHost host;

  /** Returns the generator to test, as the host would get it. */
  protected abstract Generator generator();

  /**
   * Returns values that make the work small, as the user would type them; none unless overridden.
   */
  protected Map<String, String> values() {
    return Map.of();
  }

  /** Returns the prompt. */
  protected String prompt() {
    return "spring rain on the river";
  }

  /** Returns the plan: an English one with every field set, unless overridden. */
  protected Plan plan() {
    return Plan.of(
        Map.ofEntries(
            Map.entry("language", "en"),
            Map.entry("mood", Map.of("valence", 0.4, "arousal", -0.2)),
            Map.entry("imagery", List.of("rain", "river")),
            Map.entry("imageryEn", List.of("rain", "river")),
            Map.entry("season", "spring"),
            Map.entry("time", "dawn"),
            Map.entry("key", "D"),
            Map.entry("mode", "minor"),
            Map.entry("tempo", 84),
            Map.entry("meter", "4/4"),
            Map.entry("palette", List.of("#20304a", "#4a6c8c", "#8fb0c0", "#c8d8d0", "#f0e8d8")),
            Map.entry("form", "quatrain")));
  }

  /** Returns the host; override it to add hub folders with {@link AssertingHost#withHub}. */
  protected AssertingHost host(Generator generator) {
    return AssertingHost.of(generator);
  }

  /** Returns how long the generator may go without calling its job, alone on the machine. */
  protected Duration patience() {
    return Duration.ofSeconds(5);
  }

  /**
   * Returns what one part of a work says, in a form with equals, to see that other parts stay.
   *
   * <p>It knows {@code line:N} of a text; a {@link Revisable} generator of other works overrides
   * it.
   */
  protected Object part(Artifact work, String part) throws IOException {
    if (!work.mediaType().startsWith("text/") || !part.matches("line:\\d+")) {
      throw new AssertionError(
          "override part(Artifact, String): " + part + " of a " + work.mediaType() + " is unknown");
    }
    try (InputStream in = work.open()) {
      List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      return lines.get(Integer.parseInt(part.substring("line:".length())) - 1);
    }
  }

  @BeforeAll
  final void open() {
    host = host(generator()).withPatience(patience());
  }

  @AfterAll
  final void close() {
    host.close();
  }

  @Test
  void descriptorIsInstantAndEqualTwice() {
    Generator generator = host.generator();
    Descriptor first = generator.descriptor();
    assertEquals(first, generator.descriptor(), "two calls of descriptor() differ");
    long[] nanos = new long[11];
    for (int i = 0; i < nanos.length; i++) {
      long start = System.nanoTime();
      generator.descriptor();
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    Duration median = Duration.ofNanos(nanos[nanos.length / 2]);
    assertTrue(
        median.toMillis() < 50,
        "descriptor() takes " + median.toMillis() + " ms: no I/O, no model");
  }

  @Test
  void descriptorSpeaksBothLanguages() {
    Descriptor descriptor = host.generator().descriptor();
    List<String> silent = new ArrayList<>();
    if (descriptor.title().en().isBlank() || descriptor.title().zh().isBlank()) {
      silent.add("title");
    }
    for (Parameter<?> parameter : descriptor.parameters()) {
      if (parameter.help().en().isBlank() || parameter.help().zh().isBlank()) {
        silent.add(parameter.name());
      }
    }
    assertEquals(List.of(), silent, "these say nothing in English or in Chinese");
  }

  @Test
  void initialValuesParse() {
    for (Parameter<?> parameter : host.generator().descriptor().parameters()) {
      parameter
          .initial()
          .ifPresent(
              initial ->
                  assertEquals(
                      initial,
                      parameter.parse(String.valueOf(initial)),
                      "the initial value of " + parameter));
    }
  }

  @Test
  void makesAWorkOfItsMediaType() throws Exception {
    Outcome outcome = alone(SEED);
    assertEquals(host.generator().descriptor().produces(), outcome.main().mediaType());
    assertTrue(outcome.steps() > 0, "step was never called: nobody could stop it");
  }

  @Test
  void sameSeedGivesTheSameBytes() throws Exception {
    assertEquals(
        alone(SEED).ids(),
        host.generate(request(SEED)).ids(),
        "same request and seed, other bytes");
  }

  @Test
  void anotherSeedGivesOtherBytes() throws Exception {
    Set<String> different = new HashSet<>();
    for (int i = 0; i < OVERLAPPING; i++) {
      different.add(alone(SEED + i).main().id());
    }
    assertTrue(different.size() > 1, "four seeds gave the same bytes");
  }

  @Test
  void cancellationComesThroughAndCommitsNothing() throws Exception {
    int steps = alone(SEED).stepsBeforeCommit();
    assertTrue(steps > 0, "step is not called before the first commit: nobody could stop it");
    int random = 1 + new SplittableRandom().nextInt(steps);
    for (int step : new LinkedHashSet<>(List.of(1, random, steps))) {
      Outcome outcome = host.cancel(request(SEED), step);
      assertEquals(List.of(), outcome.works(), "committed though stopped at step " + step);
    }
    assertEquals(
        alone(SEED).ids(), host.generate(request(SEED)).ids(), "other bytes after a cancel");
  }

  @Test
  void overlappingCallsGiveTheBytesOfCallsAlone() throws Exception {
    List<Callable<List<String>>> calls = new ArrayList<>();
    List<List<String>> expected = new ArrayList<>();
    AssertingHost patient = host.withPatience(patience().multipliedBy(OVERLAPPING));
    for (int i = 0; i < OVERLAPPING; i++) {
      Request request = request(SEED + i);
      expected.add(alone(request.seed()).ids());
      calls.add(() -> patient.generate(request).ids());
    }
    ExecutorService threads = Executors.newFixedThreadPool(OVERLAPPING);
    try {
      List<List<String>> together = new ArrayList<>();
      for (Future<List<String>> call : threads.invokeAll(calls)) {
        together.add(call.get());
      }
      assertEquals(expected, together, "overlapping calls gave other bytes than calls alone");
    } catch (ExecutionException e) {
      throw new AssertionError("an overlapping call failed: " + e.getCause().getMessage(), e);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void wrongValuesAreRefused() {
    for (Parameter<?> parameter : host.generator().descriptor().parameters()) {
      Optional<String> wrong = wrongValue(parameter);
      if (wrong.isPresent()) {
        Map<String, String> values = new HashMap<>(values());
        values.put(parameter.name(), wrong.get());
        Request request = request(SEED).withValues(values);
        String message =
            assertThrows(IllegalArgumentException.class, () -> host.generate(request)).getMessage();
        assertTrue(message.contains(parameter.name()), "\"" + message + "\" names no " + parameter);
      }
    }
    Map<String, String> unknown = new HashMap<>(values());
    unknown.put("noSuchParameter", "1");
    assertThrows(
        IllegalArgumentException.class, () -> host.generate(request(SEED).withValues(unknown)));
  }

  @Test
  void oddPromptsAreAnsweredOrRefused() {
    assertAll(
        List.of("🌊🎋", "1234567890 ".repeat(40), "𠮷 naïve Ω\n第二行").stream()
            .map(odd -> () -> answer(Request.of(odd, plan(), SEED).withValues(values()))));
  }

  @Test
  void extensionsAreSaidByType() {
    Generator generator = host.generator();
    assertTrue(generator.extension(Unheard.class).isEmpty(), "an ability that nobody has heard of");
  }

  @Test
  void partsAreRedoneAndTheOthersStay() throws Exception {
    if (!isRevisable()) {
      return;
    }
    Artifact work = alone(SEED).main();
    List<String> parts = parts(work);
    assertFalse(parts.isEmpty(), "a work of no parts");
    assertEquals(parts.size(), Set.copyOf(parts).size(), "parts of the same name: " + parts);
    boolean changed = false;
    for (String redone : parts) {
      Outcome revision = host.revise(request(SEED + 1), work, Set.of(redone));
      assertEquals(parts, parts(revision.main()), "redoing " + redone + " changed the parts");
      assertTrue(
          revision.main().lineage().sources().contains(work.id()),
          "the lineage does not name the work that was revised: call Draft.from");
      for (String part : parts) {
        if (!part.equals(redone)) {
          assertEquals(
              part(work, part),
              part(revision.main(), part),
              redone + " was redone, " + part + " changed");
        }
      }
      changed |= !part(work, redone).equals(part(revision.main(), redone));
    }
    assertTrue(changed, "no part came out otherwise when redone");
  }

  @Test
  void revisionsRepeatAndRefuseUnknownParts() throws Exception {
    if (!isRevisable()) {
      return;
    }
    Artifact work = alone(SEED).main();
    Set<String> last = Set.of(parts(work).get(parts(work).size() - 1));
    assertEquals(
        host.revise(request(SEED + 2), work, last).ids(),
        host.revise(request(SEED + 2), work, last).ids(),
        "same revision and seed, other bytes");
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> host.revise(request(SEED), work, Set.of("no-such-part:1")))
            .getMessage();
    assertTrue(message.contains("no-such-part:1"), "\"" + message + "\" does not name the part");
    Artifact foreign = AssertingHost.work("application/octet-stream", new byte[] {1, 2, 3});
    assertThrows(IllegalArgumentException.class, () -> parts(foreign));
  }

  /** An ability that no generator has. */
  private interface Unheard {}

  private void answer(Request request) throws Exception {
    try {
      host.generate(request);
    } catch (IllegalArgumentException e) {
      assertTrue(e.getMessage() != null && !e.getMessage().isBlank(), "refused without a word");
    }
  }

  private static Optional<String> wrongValue(Parameter<?> parameter) {
    if (parameter instanceof Parameter.Whole whole) {
      return Optional.of(Long.toString(whole.max() + 1L));
    }
    if (parameter instanceof Parameter.Real real) {
      return Optional.of(Double.toString(real.min() - 1 - Math.abs(real.min())));
    }
    if (parameter instanceof Parameter.Text text) {
      return text.maxLength() > 100_000
          ? Optional.empty()
          : Optional.of("x".repeat(text.maxLength() + 1));
    }
    return Optional.of(parameter instanceof Parameter.Work ? " " : "no such value");
  }

  private boolean isRevisable() {
    return host.generator().extension(Revisable.class).isPresent();
  }

  private List<String> parts(Artifact work) throws IOException {
    return host.generator().extension(Revisable.class).orElseThrow().parts(work);
  }

  private Request request(long seed) {
    return Request.of(prompt(), plan(), seed).withValues(values());
  }

  private synchronized Outcome alone(long seed) throws Exception {
    Outcome known = alone.get(seed);
    if (known == null) {
      known = host.generate(request(seed));
      alone.put(seed, known);
    }
    return known;
  }
}
