package dev.triptych.training.melody;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Placement;
import dev.triptych.models.llama.Llama;
import dev.triptych.models.tokenizer.Tokenizer;
import dev.triptych.music.Vocabulary;
import dev.triptych.training.lm.Corpus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MelodyCommandTest {
  @TempDir Path folder;

  @Test
  void trainsOnAFolderOfMidiFiles() throws Exception {
    Path data = Files.createDirectories(folder.resolve("tunes/old"));
    for (int i = 0; i < 3; i++) {
      Files.write(data.resolve(i + ".mid"), MelodyDataTest.midi("4/4", i, 0, 40));
    }
    Path out = folder.resolve("model");
    CommandLine command = new CommandLine(new MelodyCommand());
    int code =
        command.execute(
            "--data",
            folder.resolve("tunes").toString(),
            "--out",
            out.toString(),
            "--minutes",
            "0.0001");
    assertEquals(0, code);
    try (Llama model = Llama.load(out.resolve("model"), Placement.of("cpu", "auto"));
        Llama.Run run = model.open()) {
      assertEquals(Vocabulary.SIZE, model.config().vocab());
      assertEquals(Vocabulary.SIZE, run.prefill(Vocabulary.BOS).length);
    }
    assertTrue(Files.readString(out.resolve("loss.csv")).lines().count() > 1);
  }

  @Test
  void saysWhatIsMissing() {
    CommandLine command = new CommandLine(new MelodyCommand());
    StringBuilder said = new StringBuilder();
    command.setExecutionExceptionHandler(
        (e, line, parsed) -> {
          said.append(e.getMessage());
          return 1;
        });
    assertEquals(
        1,
        command.execute("--data", folder.resolve("none").toString(), "--out", folder.toString()));
    assertTrue(said.toString().contains("is not a folder of music"), said.toString());
  }

  @Test
  void tokenizerKnowsTheVocabulary() throws Exception {
    Path file = folder.resolve("tokenizer.json");
    TokenizerFile.write(file);
    List<String> names = Vocabulary.names();
    try (Tokenizer tokenizer = Tokenizer.load(file)) {
      assertEquals(names.size(), tokenizer.size());
      for (int id = 0; id < names.size(); id++) {
        assertEquals(names.get(id), tokenizer.token(id));
      }
      int[] ids = {Vocabulary.BOS, Vocabulary.bar(3), Vocabulary.pitch(-4), Vocabulary.REST};
      assertArrayEquals(ids, tokenizer.encode("<bos> Bar/3 Pitch/-4 Rest"));
    }
  }

  @Test
  void rowsAreFullAndControlsAreGiven() throws Exception {
    Files.write(folder.resolve("a.mid"), MelodyDataTest.midi("4/4", 2, 0, 64));
    Files.write(folder.resolve("b.mid"), MelodyDataTest.midi("3/4", 2, 0, 64));
    MelodyCorpus corpus = new MelodyCorpus(MelodyData.read(folder));
    Corpus.Sample row = corpus.draw(new SplittableRandom(1), 300);
    assertEquals(300, row.ids().length);
    for (int i = 0; i < 300; i++) {
      assertTrue(row.ids()[i] > Vocabulary.PAD && row.ids()[i] < Vocabulary.SIZE);
      if (row.ids()[i] == Vocabulary.BOS) {
        for (int j = i; j < Math.min(300, i + 5); j++) {
          assertFalse(row.counted()[j], "control tokens are given");
        }
      }
    }
    assertTrue(row.counted()[5]);
    corpus.training().forEach(sample -> assertEquals(Vocabulary.EOS, last(sample.ids())));
  }

  private static int last(int[] ids) {
    return ids[ids.length - 1];
  }
}
