package dev.triptych.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Artifact;
import dev.triptych.api.Generator;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.models.safetensors.Safetensors;
import dev.triptych.testkit.AssertingHost;
import dev.triptych.testkit.GeneratorContract;
import dev.triptych.testkit.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract with a tiny random model, and what image.diffusers promises beyond it. */
class DiffusersGeneratorTest extends GeneratorContract {
  @TempDir static Path temp;

  private static String model;

  @Override
  protected Generator generator() {
    return new DiffusersGenerator();
  }

  @Override
  protected Map<String, String> values() {
    return Map.of("model", model("sd"), "steps", "4", "dtype", "float32", "scheduler", "ddim");
  }

  private static synchronized String model(String pipeline) {
    Path folder = temp.resolve(pipeline);
    try {
      if (!folder.toFile().exists()) {
        TinyDiffusers.folder(folder, pipeline, pipeline.equals("lcm") ? "lcm" : "ddim");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folder.toString();
  }

  private Outcome paint(
      String prompt, Plan plan, Map<String, String> more, Map<String, Artifact> in)
      throws Exception {
    Map<String, String> values = new HashMap<>(values());
    values.putAll(more);
    try (AssertingHost host = AssertingHost.of(generator())) {
      return host.generate(Request.of(prompt, plan, 3).withValues(values).withInputs(in));
    }
  }

  private Outcome paint(Map<String, String> more) throws Exception {
    return paint("a fox", plan(), more, Map.of());
  }

  @Test
  void paintsInTheSizeAndFormatAskedFor() throws Exception {
    for (String format : List.of("png", "jpeg", "tiff")) {
      Outcome outcome = paint(Map.of("width", "40", "height", "24", "format", format));
      Artifact work = outcome.main();
      assertEquals("image/" + format, work.mediaType());
      try (InputStream in = work.open()) {
        Raster picture = PictureFile.read(in.readAllBytes(), work.mediaType());
        assertEquals(40, picture.width());
        assertEquals(24, picture.height());
      }
      assertEquals("a fox", work.lineage().notes().get("text"));
      assertEquals("float32", work.lineage().notes().get("dtype"));
    }
  }

  @Test
  void aPreviewChangesNothingOfThePicture() throws Exception {
    String tiny = TinyDiffusers.GOLDEN.resolve("vae-tiny").toAbsolutePath().toString();
    try (InputStream with = paint(Map.of("preview", tiny)).main().open();
        InputStream without = paint(Map.of()).main().open()) {
      assertArrayEquals(without.readAllBytes(), with.readAllBytes());
    }
  }

  @Test
  void latentsComeOutAndGoIn() throws Exception {
    Artifact latents = paint(Map.of("output", "latents", "width", "40")).main();
    assertEquals(LatentsFile.MEDIA_TYPE, latents.mediaType());
    Path file = temp.resolve("latents.safetensors");
    try (InputStream in = latents.open()) {
      Files.copy(in, file);
    }
    assertArrayEquals(
        new long[] {1, 4, 16, 20}, Safetensors.open(file).entries().get("latents").shape());
    Outcome outcome = paint("a fox", plan(), Map.of(), Map.of("latents", latents));
    assertEquals(List.of(latents.id()), outcome.main().lineage().sources());
    String message = refusal("a fox", plan(), Map.of("width", "48"), Map.of("latents", latents));
    assertTrue(message.contains("48") && message.contains("40"), message);
  }

  @Test
  void anImageIsBegunFrom() throws Exception {
    byte[] bytes;
    try (InputStream in = getClass().getResourceAsStream("files/side.jpg")) {
      bytes = in.readAllBytes();
    }
    Artifact image = AssertingHost.work("image/jpeg", bytes);
    Outcome outcome = paint("a fox", plan(), Map.of("strength", "0.5"), Map.of("image", image));
    assertEquals(List.of(image.id()), outcome.main().lineage().sources());
    try (InputStream in = outcome.main().open()) {
      Raster picture = PictureFile.read(in.readAllBytes(), "image/png");
      assertEquals(32, picture.width());
      assertEquals(48, picture.height());
    }
    assertTrue(
        refusal("a fox", plan(), Map.of("strength", "0"), Map.of("image", image))
            .contains("no step"));
    assertTrue(refusal("a fox", plan(), Map.of("strength", "1"), Map.of()).contains("image"));
  }

  @Test
  void aChinesePromptIsAnsweredWithThePlansEnglishImages() throws Exception {
    Plan plan = Plan.of(Map.of("language", "zh", "imageryEn", List.of("snow", "red fox")));
    Outcome outcome = paint("雪中的红狐", plan, Map.of(), Map.of());
    Map<String, String> notes = outcome.main().lineage().notes();
    assertEquals("snow, red fox", notes.get("text"));
    assertTrue(notes.get("translated").contains("no Chinese"), notes.toString());
    assertEquals(paint("snow, red fox", plan, Map.of(), Map.of()).main().id(), outcome.main().id());
    Plan empty = Plan.of(Map.of("language", "zh"));
    assertTrue(refusal("雪", empty, Map.of(), Map.of()).contains("imageryEn"));
    assertTrue(refusal("snow", plan, Map.of("negative", "雨"), Map.of()).contains("negative"));
  }

  @Test
  void everyPipelinePaints() throws Exception {
    for (String pipeline : List.of("xl", "lcm")) {
      Map<String, String> values = new HashMap<>();
      values.put("model", model(pipeline));
      values.put("scheduler", pipeline.equals("lcm") ? "lcm" : "ddim");
      assertEquals("image/png", paint(values).main().mediaType());
    }
  }

  @Test
  void whatCannotBeIsRefusedInASentence() {
    Map<String, String> wrong =
        Map.of(
            "scheduler", "no_such_one",
            "width", "41",
            "model", temp.resolve("nowhere").toString());
    wrong.forEach(
        (name, value) -> {
          Exception e = assertThrows(Exception.class, () -> paint(Map.of(name, value)));
          assertTrue(
              e instanceof IllegalArgumentException || e instanceof IOException, e.toString());
          assertFalse(e.getMessage().contains("\n"), e.getMessage());
        });
    for (String none : List.of(temp.resolve("nowhere").toString(), "no/such")) {
      assertThrows(IllegalArgumentException.class, () -> paint(Map.of("model", none)), none);
    }
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> paint(Map.of("model", " ")));
    assertTrue(e.getMessage().contains("-p model="), e.getMessage());
  }

  private String refusal(
      String prompt, Plan plan, Map<String, String> more, Map<String, Artifact> in) {
    return assertThrows(IllegalArgumentException.class, () -> paint(prompt, plan, more, in))
        .getMessage();
  }
}
