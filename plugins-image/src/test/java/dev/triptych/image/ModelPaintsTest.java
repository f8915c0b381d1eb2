package dev.triptych.image;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Placement;
import dev.triptych.models.diffusers.Latents;
import dev.triptych.models.diffusers.schedulers.Scheduler;
import dev.triptych.models.diffusers.schedulers.Schedulers;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.Safetensors;
import dev.triptych.models.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shows that the picture comes from the model: without the UNet's weights there is none. */
class ModelPaintsTest {
  private static final String WEIGHTS = "unet/diffusion_pytorch_model.safetensors";

  @TempDir Path folder;

  @Test
  void zeroedWeightsDestroyThePicture() throws Exception {
    Path model = Path.of(ModelPaintsTest.class.getResource("/models/picture").toURI());
    copy(model, folder);
    Raster normal = paint(folder);
    Raster again = paint(folder);
    assertTrue(Arrays.equals(normal.planes(), again.planes()));
    zero(folder.resolve(WEIGHTS));
    Raster destroyed = paint(folder);
    double before = neighbours(normal);
    double after = neighbours(destroyed);
    // A picture is smooth: distant pixels correlate. What is left of pure noise does not.
    assertTrue(before > after + .1, "correlation at 16 pixels " + before + ", zeroed " + after);
    assertTrue(Math.abs(alike(normal, destroyed)) < .5, "alike " + alike(normal, destroyed));
  }

  @Test
  void bundleHoldsNoPictureAndNoDrawing() throws Exception {
    Path classes =
        Path.of(PictureGenerator.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(classes)) {
      List<Path> all = files.filter(Files::isRegularFile).toList();
      for (Path file : all) {
        assertFalse(
            file.toString().matches(".*\\.(png|jpe?g|gif|svg|webp|tar|zip)$"), file.toString());
        if (file.toString().endsWith(".class")) {
          String text =
              new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1);
          assertFalse(text.contains("java/awt/Graphics"), file + " can draw");
        }
      }
      assertTrue(all.size() > 5);
    }
  }

  private static Raster paint(Path folder) throws IOException {
    try (PictureModel model = PictureModel.load(folder, Placement.of("cpu", "auto"))) {
      Scheduler scheduler = Schedulers.of(model.scheduler(), 8, List.of());
      float[] x = Latents.noise(11, 1, model.unet().config().inChannels(), 16, 16);
      for (int i = 0; i < 8; i++) {
        float[] nothing = model.projection().nothing();
        float[] out =
            model.unet().predict(x, 1, 16, 16, scheduler.timesteps()[i], nothing, 1, null, null);
        x = scheduler.step(out, i, x, () -> new float[0]);
      }
      return Raster.decoded(model.vae().decode(x, 1, 16, 16), 128, 128);
    }
  }

  /** Returns how pixels correlate with those sixteen further right, over the red plane. */
  private static double neighbours(Raster picture) {
    float[] a = new float[128 * 112];
    float[] b = new float[128 * 112];
    for (int y = 0; y < 128; y++) {
      System.arraycopy(picture.planes(), y * 128, a, y * 112, 112);
      System.arraycopy(picture.planes(), y * 128 + 16, b, y * 112, 112);
    }
    return correlation(a, b);
  }

  private static double alike(Raster a, Raster b) {
    return correlation(a.planes(), b.planes());
  }

  private static double correlation(float[] a, float[] b) {
    double ma = 0;
    double mb = 0;
    for (int i = 0; i < a.length; i++) {
      ma += a[i] / a.length;
      mb += b[i] / b.length;
    }
    double ab = 0;
    double aa = 1e-9;
    double bb = 1e-9;
    for (int i = 0; i < a.length; i++) {
      ab += (a[i] - ma) * (b[i] - mb);
      aa += (a[i] - ma) * (a[i] - ma);
      bb += (b[i] - mb) * (b[i] - mb);
    }
    return ab / Math.sqrt(aa * bb);
  }

  private static void zero(Path file) throws IOException {
    Safetensors weights = Safetensors.open(file);
    SafetensorsWriter writer = new SafetensorsWriter();
    for (Safetensors.Entry entry : weights.entries().values()) {
      long count = Arrays.stream(entry.shape()).reduce(1, Math::multiplyExact);
      writer.add(entry.name(), Dtype.BF16, new float[(int) count], entry.shape());
    }
    writer.write(file);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }
}
