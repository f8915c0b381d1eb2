package dev.triptych.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Placement;
import dev.triptych.models.diffusers.Cut;
import dev.triptych.models.diffusers.LatentCodec;
import dev.triptych.models.diffusers.pipeline.DiffusersPipeline;
import dev.triptych.models.diffusers.pipeline.PipelineFacts;
import dev.triptych.models.diffusers.pipeline.PromptReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Previews by a tiny VAE, under a clock that the test moves. */
class PreviewTest {
  private static final Placement EXACT = Placement.of("cpu", "float32");
  private static final Path TINY = TinyDiffusers.GOLDEN.resolve("vae-tiny");
  private static final int SIDE = 8;

  @TempDir static Path temp;

  private final AtomicLong now = new AtomicLong();
  private final float[] latents = new float[4 * SIDE * SIDE]; // (4, 8, 8)
  private long tick; // by which the clock goes on whenever it is looked at
  private PipelineFacts facts;
  private LatentCodec codec;

  @BeforeEach
  void load() throws IOException {
    Path folder = temp.resolve("sd");
    if (!folder.toFile().exists()) {
      TinyDiffusers.folder(folder, "sd", "ddim");
    }
    try (PromptReader reader = PromptReader.load(folder, EXACT)) {
      facts = reader.facts();
    }
    codec = DiffusersPipeline.previewer(TINY, EXACT);
    Random random = new Random(1);
    for (int i = 0; i < latents.length; i++) {
      latents[i] = (float) random.nextGaussian();
    }
  }

  @AfterEach
  void close() {
    codec.close();
  }

  private Preview preview(LatentCodec tiny) {
    return new Preview(facts, SIDE, SIDE, Optional.ofNullable(tiny), () -> now.getAndAdd(tick));
  }

  @Test
  void theTinyVaeShowsWhatItDecodes() {
    Preview preview = preview(codec);
    now.set(1_000);
    Raster shown = preview.after(1, 4, latents).orElseThrow();
    int side = SIDE * codec.reduction();
    float[] image = codec.decode(latents, 1, SIDE, SIDE, Cut.NONE, () -> {});
    assertEquals(side, shown.width());
    assertArrayEquals(Raster.decoded(image, side, side).planes(), shown.planes());
  }

  @Test
  void itIsLookedAtAboutEightTimes() {
    Preview preview = preview(null);
    int shown = 0;
    for (int done = 0; done <= 50; done++) {
      shown += preview.after(done, 50, latents).isPresent() ? 1 : 0;
    }
    assertEquals(8, shown);
  }

  @Test
  void whereTimeIsShortTheLinearMapShowsIt() {
    Raster linear = LatentPreview.of(facts.kind(), latents, SIDE, SIDE);
    Preview preview = preview(codec);
    assertArrayEquals(linear.planes(), preview.after(1, 4, latents).orElseThrow().planes());
    assertEquals(SIDE, preview(null).after(1, 4, latents).orElseThrow().width());
  }

  @Test
  void itTakesATwentiethOfTheTimeAtMost() {
    Preview preview = preview(codec);
    long paints = 0;
    long shows = 0;
    int decoded = 0;
    for (int done = 1; done < 200; done++) {
      now.addAndGet(100_000); // a step
      paints += 100_000;
      tick = 1_000; // for each layer
      long before = now.get();
      Optional<Raster> shown = preview.after(done, 200, latents);
      tick = 0;
      decoded += shown.isPresent() && shown.get().width() > SIDE ? 1 : 0;
      shows += now.get() - before;
    }
    assertTrue(decoded > 1, decoded + " decoded");
    assertTrue(shows <= paints / 19, shows + " of " + paints); // the clock's looks are in it too
  }

  @Test
  void aFolderWithoutATinyVaeIsRefused() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> DiffusersPipeline.previewer(temp.resolve("sd"), EXACT))
            .getMessage();
    assertTrue(message.contains("AutoencoderTiny"), message);
  }
}
