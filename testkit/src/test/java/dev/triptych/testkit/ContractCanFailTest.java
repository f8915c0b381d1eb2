package dev.triptych.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.triptych.api.Generator;
import dev.triptych.testkit.samples.Fault;
import dev.triptych.testkit.samples.Faulty;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** Runs the contract against generators that break it, and sees it fail where it should. */
class ContractCanFailTest {
  private static final String FAULT = "fault";

  /** The test that must fail for each fault, and a word that its message must have. */
  private static final Map<Fault, String[]> EXPECTED =
      Map.ofEntries(
          fails(Fault.THROWS, "makesAWorkOfItsMediaType", "always fails"),
          fails(Fault.ERROR, "makesAWorkOfItsMediaType", "recurses"),
          fails(Fault.LINKAGE_ERROR, "makesAWorkOfItsMediaType", "org/example/Missing"),
          fails(Fault.HANGS, "makesAWorkOfItsMediaType", "no call to the job for"),
          fails(Fault.LEAKS_LEASE, "makesAWorkOfItsMediaType", "lease on model nothing was left"),
          fails(Fault.LEAKS_DRAFT, "makesAWorkOfItsMediaType", "draft of text/plain was left"),
          fails(Fault.COMMITS_NOTHING, "makesAWorkOfItsMediaType", "nothing was committed"),
          fails(Fault.COMMITS_EMPTY, "makesAWorkOfItsMediaType", "nothing written"),
          fails(Fault.COMMITS_TWICE, "makesAWorkOfItsMediaType", "(commit) after commit"),
          fails(Fault.IGNORES_CANCEL, "cancellationComesThroughAndCommitsNothing", "not ended"),
          fails(Fault.SWALLOWS_CANCEL, "cancellationComesThroughAndCommitsNothing", "swallowed"),
          fails(Fault.NEVER_STEPS, "cancellationComesThroughAndCommitsNothing", "step is not"),
          fails(Fault.STEPS_BACK, "makesAWorkOfItsMediaType", "goes back"),
          fails(Fault.STEPS_TOO_FAR, "makesAWorkOfItsMediaType", "not in 0…1"),
          fails(Fault.OTHER_MEDIA_TYPE, "makesAWorkOfItsMediaType", "declared media type"),
          fails(Fault.NOT_ITS_BYTES, "makesAWorkOfItsMediaType", "are not text/plain"),
          fails(Fault.UNDECLARED_MODEL, "makesAWorkOfItsMediaType", "does not declare"),
          fails(Fault.USES_CLOSED_LEASE, "makesAWorkOfItsMediaType", "used after close"),
          fails(Fault.USES_CLOSED_DRAFT, "makesAWorkOfItsMediaType", "(append) after close"),
          fails(Fault.APPENDS_AFTER_SHOW, "makesAWorkOfItsMediaType", "after show"),
          fails(Fault.OTHER_THREAD, "makesAWorkOfItsMediaType", "not the job's thread"),
          fails(Fault.IGNORES_SEED, "anotherSeedGivesOtherBytes", "same bytes"),
          fails(Fault.LIVES_BY_THE_CLOCK, "sameSeedGivesTheSameBytes", "other bytes"),
          fails(Fault.KEEPS_STATE, "overlappingCallsGiveTheBytesOfCallsAlone", "other bytes"),
          fails(Fault.SLOW_DESCRIPTOR, "descriptorIsInstantAndEqualTwice", "no I/O"),
          fails(Fault.FICKLE_DESCRIPTOR, "descriptorIsInstantAndEqualTwice", "differ"),
          fails(Fault.EXTENSION_THROWS, "extensionsAreSaidByType", "no extensions"),
          fails(Fault.REVISES_ALL, "partsAreRedoneAndTheOthersStay", "changed"),
          fails(Fault.REVISES_UNKNOWN, "revisionsRepeatAndRefuseUnknownParts", "IllegalArgument"));

  @TempDir static Path folder;

  private static Map.Entry<Fault, String[]> fails(Fault fault, String test, String message) {
    return Map.entry(fault, new String[] {test, message});
  }

  /** Not found by itself: its name does not end in Test. */
  static class FaultyContract extends GeneratorContract {
    @Override
    protected Generator generator() {
      return Faulty.of(Fault.valueOf(System.getProperty(FAULT)), folder);
    }

    @Override
    protected Duration patience() {
      return Duration.ofMillis(400);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void everyFaultIsFound(Fault fault) {
    Map<String, String> failures = run(fault);
    String[] expected = EXPECTED.get(fault);
    String message = failures.getOrDefault(expected[0], "none: it passed");
    assertTrue(
        message.contains(expected[1]),
        expected[0] + " should say \"" + expected[1] + "\": " + message + "\nall: " + failures);
  }

  @Test
  void theSameGeneratorWithoutAFaultPasses() { // or its faults would prove nothing
    assertEquals(Map.of(), run(Fault.NONE));
  }

  private static Map<String, String> run(Fault fault) {
    System.setProperty(FAULT, fault.name());
    try {
      Map<String, String> failures = new TreeMap<>();
      EngineTestKit.engine("junit-jupiter")
          .selectors(selectClass(FaultyContract.class))
          .execute()
          .testEvents()
          .finished()
          .stream()
          .filter(event -> result(event).getStatus() != Status.SUCCESSFUL)
          .forEach(
              event ->
                  failures.put(
                      event.getTestDescriptor().getDisplayName().replace("()", ""),
                      String.valueOf(result(event).getThrowable().orElse(null))));
      return failures;
    } finally {
      System.clearProperty(FAULT);
    }
  }

  private static TestExecutionResult result(Event event) {
    return event.getRequiredPayload(TestExecutionResult.class);
  }
}
