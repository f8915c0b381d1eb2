package dev.triptych.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Draft;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Lease;
import dev.triptych.api.ModelFiles;
import dev.triptych.api.ModelSpec;
import dev.triptych.api.Phrase;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.testkit.samples.Refrain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AssertingHostTest {
  private static final Request REQUEST = Request.of("rain", Plan.of(Map.of()), 7);

  @TempDir Path temp;

  /** Reads its words from a model's file. */
  static final class Words implements AutoCloseable {
    final String text;

    Words(Path folder) throws IOException {
      text = Files.readString(folder.resolve("words.txt"));
    }

    @Override
    public void close() {}
  }

  /** Says the words of the model that it is given. */
  static final class Reciter implements Generator {
    private final ModelSpec<Words> words;

    Reciter(ModelFiles files) {
      words = ModelSpec.of("words", files, Words.class, (folder, placement) -> new Words(folder));
    }

    @Override
    public Descriptor descriptor() {
      return Descriptor.of("sample.reciter", Phrase.of("Reciter", "诵"), "text/plain")
          .withModels(words);
    }

    @Override
    public void generate(Request request, Job job) throws Exception {
      try (Lease<Words> lease = job.lease(words);
          Draft draft = job.draft("text/plain")) {
        job.step(0, "reciting");
        draft.append(lease.model().text);
        draft.note("by", "heart").commit();
      }
    }
  }

  @Test
  void modelsComeFromTheClassPathAFolderOrTheHub() throws Exception {
    Files.writeString(temp.resolve("words.txt"), "from a folder");
    String digest;
    try (AssertingHost host = AssertingHost.of(new Reciter(ModelFiles.folder(temp)))) {
      Outcome outcome = host.generate(REQUEST);
      assertEquals("from a folder", outcome.text());
      digest = outcome.main().lineage().models().get("words");
      assertEquals(64, digest.length());
      assertEquals(Map.of("by", "heart"), outcome.main().lineage().notes());
    }
    try (AssertingHost host =
        AssertingHost.of(new Reciter(ModelFiles.hub("a/b"))).withHub("a/b", temp)) {
      Outcome outcome = host.generate(REQUEST);
      assertEquals("from a folder", outcome.text());
      assertEquals(digest, outcome.main().lineage().models().get("words"));
    }
    try (AssertingHost host = AssertingHost.of(new Reciter(ModelFiles.entry("models/words")))) {
      assertEquals("from the class path\n", host.generate(REQUEST).text());
    }
    try (AssertingHost host = AssertingHost.of(new Reciter(ModelFiles.hub("a/none")))) {
      IOException e = assertThrows(IOException.class, () -> host.generate(REQUEST));
      assertTrue(e.getMessage().contains("a/none"), e.getMessage());
    }
  }

  @Test
  void worksSayHowTheyWereMade() throws Exception {
    try (AssertingHost host = AssertingHost.of(new Refrain())) {
      Outcome outcome = host.generate(REQUEST.withValues(Map.of("lines", "2")));
      assertEquals(2, outcome.text().lines().count());
      assertEquals("sample.refrain", outcome.main().lineage().generator());
      assertEquals(7, outcome.main().lineage().request().seed());
      assertEquals(2, outcome.steps());
      assertEquals(List.of(), host.cancel(REQUEST, 3).works());
    }
  }

  @Test
  void aJobIsClosedOnceItsGeneratorHasReturned() throws Exception {
    Job[] kept = new Job[1];
    Generator keeper =
        new Generator() {
          @Override
          public Descriptor descriptor() {
            return new Refrain().descriptor();
          }

          @Override
          public void generate(Request request, Job job) throws Exception {
            kept[0] = job;
            new Refrain().generate(request, job);
          }
        };
    try (AssertingHost host = AssertingHost.of(keeper)) {
      host.generate(REQUEST);
      assertThrows(IllegalStateException.class, () -> kept[0].step(1, "late"));
      assertThrows(IllegalStateException.class, () -> kept[0].draft("text/plain"));
    }
  }
}
