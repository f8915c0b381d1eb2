package dev.triptych.bench.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.bench.mutation.DamagedFolders.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DamagedFoldersTest {

  private static final Path MODELS = Path.of("../models");

  @TempDir Path place;

  /** The small version of {@code bench/run MutatedInputs}, from another seed. */
  @Test
  void endInOneSentence() throws IOException, InterruptedException {
    List<Result> results = new DamagedFolders(MODELS, place, 7).run(0, 150);
    assertEquals(150, results.size());
    assertEquals(
        List.of(), results.stream().filter(result -> result.outcome().equals("bad")).toList());
    long refused = results.stream().filter(result -> result.outcome().equals("refused")).count();
    assertTrue(refused > 60 && refused < 135, refused + " refused");
  }

  /** The small version of {@code bench/run MutatedInputs --pictures}. */
  @Test
  void picturesEndInOneSentence() throws IOException, InterruptedException {
    Path image = Path.of("../plugins-image");
    List<Result> results = DamagedFolders.ofPictures(MODELS, image, place, 7).run(0, 150);
    assertEquals(150, results.size());
    assertEquals(
        List.of(), results.stream().filter(result -> result.outcome().equals("bad")).toList());
    long refused = results.stream().filter(result -> result.outcome().equals("refused")).count();
    assertTrue(refused > 60 && refused < 145, refused + " refused");
  }

  @Test
  void aRefusalIsOneLineThatNamesTheFolder() {
    assertTrue(
        Trial.judged(new IOException("/a/config.json is no JSON; get it again"), "/a")
            .startsWith("refused\t/a/config.json"));
    for (String sentence :
        new String[] {
          null,
          "/b/config.json is no JSON; get it again",
          "/a is damaged",
          "/a/config.json is\nno JSON; get it again",
          "/a/config.json: NullPointerException at 7",
          "/a/config.json " + "x".repeat(600)
        }) {
      String verdict = Trial.judged(new IOException(sentence), "/a");
      assertTrue(verdict.startsWith("bad\t"), verdict);
    }
  }

  @Test
  void aProcessThatCannotWorkIsTold() throws IOException, InterruptedException {
    DamagedFolders folders = new DamagedFolders(MODELS, place, 7);
    Files.delete(place.resolve("tried"));
    Files.createFile(place.resolve("tried")); // no folder can be made: the process ends
    IOException e = assertThrows(IOException.class, () -> folders.run(3, 5));
    assertTrue(e.getMessage().contains("before input 3"), e.getMessage());
  }
}
