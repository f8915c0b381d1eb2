package dev.triptych.models.diffusers.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Placement;
import dev.triptych.models.diffusers.DiffusersFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a folder says, and what is refused. */
class PipelineFolderTest {
  private static final Placement CPU = Placement.of("cpu", "float32");

  @TempDir Path temp;

  private Path folder(String pipeline) throws IOException {
    return new TinyPipelines().folder(temp.resolve(pipeline), pipeline, "ddim");
  }

  private static String refusal(Path folder, String file, String from, String to)
      throws IOException {
    Path changed = folder.resolve(file);
    String text = Files.readString(changed);
    assertTrue(text.contains(from), text);
    Files.writeString(changed, text.replace(from, to));
    String message =
        assertThrows(IOException.class, () -> DiffusersFolder.open(folder)).getMessage();
    Files.writeString(changed, text);
    return message;
  }

  @Test
  void unknownClassesAreRefusedWithThoseThatAreKnown() throws IOException {
    Path folder = folder("xl");
    String index = "model_index.json";
    String unknown = refusal(folder, index, "StableDiffusionXLPipeline", "FluxPipeline");
    assertTrue(unknown.contains("FluxPipeline"), unknown);
    assertTrue(unknown.contains("LatentConsistencyModelImg2ImgPipeline"), unknown);
    String vae = refusal(folder, index, "AutoencoderKL", "AutoencoderDC");
    assertTrue(vae.contains("AutoencoderDC") && vae.contains("AutoencoderTiny"), vae);
    String text = refusal(folder, index, "CLIPTextModelWithProjection", "T5EncoderModel");
    assertTrue(text.contains("text_encoder_2"), text);
    String refiner = refusal(folder, index, "{", "{\"requires_aesthetics_score\":true,");
    assertTrue(refiner.contains("requires_aesthetics_score"), refiner);
  }

  @Test
  void theFolderSaysPrecisionAndSize() throws IOException {
    DiffusersFolder folder = DiffusersFolder.open(folder("sd"));
    assertEquals("float16", folder.placement(Placement.of("cpu", "auto")).dtype());
    assertEquals("bfloat16", folder.placement(Placement.of("cpu", "bfloat16")).dtype());
    assertEquals(2, folder.reduction());
    assertArrayEquals(new int[] {16, 16}, folder.sampleSize());
  }

  @Test
  void twoPicturesAtOnceAreThoseThatEachGivesAlone() throws Exception {
    try (DiffusersPipeline pipeline = DiffusersPipeline.load(folder("sd"), CPU)) {
      Brief one = Brief.of("a fox").withSteps(4).withSeed(1).withScheduler("euler_a");
      Brief two = Brief.of("snow").withSteps(4).withSeed(2).withScheduler("dpm_sde");
      float[] first = pipeline.paint(one).pixels();
      float[] second = pipeline.paint(two).pixels();
      ExecutorService threads = Executors.newFixedThreadPool(2);
      try {
        List<Future<DiffusersPipeline.Picture>> both =
            threads.invokeAll(List.of(() -> pipeline.paint(one), () -> pipeline.paint(two)));
        assertArrayEquals(first, both.get(0).get().pixels());
        assertArrayEquals(second, both.get(1).get().pixels());
      } finally {
        threads.shutdownNow();
      }
    }
  }

  @Test
  void aWatcherStopsThePainting() throws IOException {
    try (DiffusersPipeline pipeline = DiffusersPipeline.load(folder("lcm"), CPU)) {
      Brief brief = Brief.of("a fox").withScheduler("lcm");
      int[] seen = {0};
      assertThrows(
          CancellationException.class,
          () ->
              pipeline.paint(
                  brief,
                  List.of(),
                  (done, steps, latents) -> {
                    seen[0]++;
                    if (done == 2) {
                      throw new CancellationException("stop");
                    }
                  }));
      assertEquals(3, seen[0]);
    }
  }

  @Test
  void latentsGivenAreBegunFromAndNoiseAloneIsNot() throws IOException {
    try (DiffusersPipeline pipeline = DiffusersPipeline.load(folder("sd"), CPU)) {
      Brief brief = Brief.of("a fox").withSteps(2);
      float[] seeded = pipeline.paint(brief).latents();
      Brief.Start zeros = new Brief.Start(new float[4 * 16 * 16], 16, 16);
      float[] given = pipeline.paint(brief.withStart(zeros)).latents();
      assertFalse(Arrays.equals(seeded, given));
      Brief.Start wrong = new Brief.Start(new float[3 * 16 * 16], 16, 16);
      assertThrows(IllegalArgumentException.class, () -> pipeline.paint(brief.withStart(wrong)));
    }
  }
}
