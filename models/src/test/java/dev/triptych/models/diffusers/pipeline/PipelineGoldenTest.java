package dev.triptych.models.diffusers.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.triptych.api.Placement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs of tiny random pipelines against diffusers 0.34.0: {@code make.py} beside them. */
class PipelineGoldenTest {
  @TempDir Path temp;

  @TestFactory
  Stream<DynamicTest> paintsWhatDiffusersPaints() throws IOException {
    TinyPipelines golden = new TinyPipelines();
    return StreamSupport.stream(golden.cases().spliterator(), false)
        .map(one -> DynamicTest.dynamicTest(one.path("name").asText(), () -> check(golden, one)));
  }

  private void check(TinyPipelines golden, JsonNode one) throws IOException {
    String name = one.path("name").asText();
    Path folder =
        golden.folder(
            temp.resolve(name), one.path("pipeline").asText(), one.path("scheduler").asText());
    DiffusersPipeline.Picture picture;
    try (DiffusersPipeline pipeline =
        DiffusersPipeline.load(folder, Placement.of("cpu", "float32"))) {
      picture = pipeline.paint(brief(golden, one));
    }

    float[] latents = golden.result(name + ".latents");
    double wrong = 0;
    double size = 0;
    assertEquals(latents.length, picture.latents().length);
    for (int i = 0; i < latents.length; i++) {
      wrong += Math.pow(picture.latents()[i] - latents[i], 2);
      size += latents[i] * latents[i];
    }
    assertTrue(Math.sqrt(wrong / size) < 1e-3, "latents differ by " + Math.sqrt(wrong / size));

    float[] pixels = golden.result(name + ".pixels");
    assertEquals(pixels.length, picture.pixels().length);
    int[] shape = golden.shape(name + ".pixels");
    assertEquals(shape[1], picture.height());
    assertEquals(shape[2], picture.width());
    for (int i = 0; i < pixels.length; i++) {
      float value = Math.max(0, Math.min(1, picture.pixels()[i] / 2 + .5f));
      assertEquals(pixels[i], Math.rint(value * 255), 1, "pixel " + i);
    }
  }

  private static Brief brief(TinyPipelines golden, JsonNode one) throws IOException {
    Brief brief =
        Brief.of(golden.prompt())
            .withSeed(one.path("seed").asLong())
            .withSteps(one.path("num_inference_steps").asInt())
            .withGuidance(one.path("guidance_scale").asDouble())
            .withRescale(one.path("guidance_rescale").asDouble(0));
    if (one.has("negative_prompt")) {
      brief = brief.withNegative(one.path("negative_prompt").asText());
    }
    if (one.has("height")) {
      brief = brief.withSize(one.path("width").asInt(), one.path("height").asInt());
    }
    if (one.has("image")) {
      int[] shape = golden.shape("image");
      float[] pixels = golden.result("image");
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = 2 * (pixels[i] / 255) - 1;
      }
      OptionalDouble strength = OptionalDouble.of(one.path("strength").asDouble());
      brief = brief.withSource(new Brief.Source(pixels, shape[2], shape[1], strength));
    }
    return brief;
  }
}
