package dev.triptych.training.diffusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Placement;
import dev.triptych.models.Torch;
import dev.triptych.models.diffusers.AutoencoderKL;
import dev.triptych.models.diffusers.DiffusersFolder;
import dev.triptych.models.diffusers.Latents;
import dev.triptych.models.diffusers.TextProjection;
import dev.triptych.models.diffusers.UNet;
import dev.triptych.models.diffusers.UNetConfig;
import dev.triptych.models.diffusers.VaeConfig;
import dev.triptych.models.diffusers.schedulers.Scheduler;
import dev.triptych.models.diffusers.schedulers.SchedulerConfig;
import dev.triptych.models.diffusers.schedulers.Schedulers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tiny models learn tiny sets by heart, stop, go on, and are read back as the product reads. */
class DiffusionTrainingTest {

  /** Four pictures of waves, each with its own frequencies. */
  private static final class Waves implements ImageSource {
    @Override
    public int size() {
      return 32;
    }

    @Override
    public float[] image(long index) {
      int which = (int) (index % 4);
      float[] image = new float[3 * 32 * 32];
      for (int c = 0; c < 3; c++) {
        for (int i = 0; i < 1024; i++) {
          double across = Math.sin(0.15 * ((which + c) % 3 + 1) * (i % 32) + which);
          double down = Math.cos(0.1 * (which + 1) * (i / 32) + c);
          image[c * 1024 + i] = (float) (0.9 * across * down);
        }
      }
      return image;
    }

    @Override
    public int heldOut() {
      return 4;
    }

    @Override
    public float[] heldOut(int index) {
      return image(index);
    }
  }

  /** Two pictures, each with its own caption in each language. */
  private static final class TwoPictures implements LatentSource {
    @Override
    public int channels() {
      return 4;
    }

    @Override
    public int side() {
      return 8;
    }

    @Override
    public int zhStates() {
      return 6;
    }

    @Override
    public int enStates() {
      return 5;
    }

    @Override
    public Captioned picture(long index) {
      int which = (int) (index % 2);
      float[] latents = new float[4 * 64];
      for (int i = 0; i < latents.length; i++) {
        latents[i] = (i / 64 % 2 == which ? 1 : -1) * (i % 8 < 4 ? 1.2f : 0.6f);
      }
      float[][] zh = new float[2 + which][6];
      float[][] en = new float[3][5];
      zh[1][which] = 2;
      en[2][3 * which] = 2;
      zh[0][4] = 1;
      en[0][4] = 1;
      float[] weights = new float[64];
      java.util.Arrays.fill(weights, 1);
      return new Captioned(latents, weights, zh, en);
    }

    @Override
    public int heldOut() {
      return 2;
    }

    @Override
    public Captioned heldOut(int index) {
      return picture(index);
    }
  }

  @BeforeAll
  static void oneThread() {
    System.setProperty(Torch.THREADS, "1"); // tiny models: a second thread would only wait
  }

  @Test
  void vaeLearnsFourPicturesAndGoesOn(@TempDir Path work) throws IOException {
    int tensors = Torch.openTensors();
    VaeConfig model = VaeConfig.of(4, 4, List.of(8, 16));
    VaeTraining.Settings settings = new VaeTraining.Settings(model, work, 2, 10, 4, 6e-3, 1e-4, 1);
    VaeTraining.run(new Waves(), settings);
    long firstSteps = lastStep(work);
    VaeTraining.Settings longer = new VaeTraining.Settings(model, work, 2, 120, 4, 6e-3, 1e-4, 1);
    Path folder = VaeTraining.run(new Waves(), longer);
    assertTrue(lastStep(work) > firstSteps, "the second run goes on from the first");
    assertEquals(tensors, Torch.openTensors());
    try (AutoencoderKL vae = AutoencoderKL.load(folder, Placement.of("cpu", "auto"))) {
      assertTrue(vae.mappedBytes() + vae.privateBytes() > 0, "the weights are counted");
      double error = 0;
      double square = 0;
      for (int i = 0; i < 4; i++) {
        float[] image = new Waves().image(i);
        float[] latents = vae.encode(image, 1, 32, 32);
        float[] back = vae.decode(latents, 1, 16, 16);
        for (int j = 0; j < image.length; j++) {
          error += Math.abs(image[j] - back[j]) / image.length / 4;
        }
        for (float number : latents) {
          square += number * number / latents.length / 4;
        }
      }
      assertTrue(error < 0.15, "mean error " + error);
      assertEquals(1, square, 0.1, "scaled latents have a mean square of one");
    }
  }

  @Test
  void unetLearnsWhichCaptionBelongsToWhichPicture(@TempDir Path work) throws IOException {
    TwoPictures source = new TwoPictures();
    UNetConfig model = UNetConfig.of(4, List.of(32, 32), List.of(false, true), 16);
    UNetTraining.Settings settings =
        new UNetTraining.Settings(
            model, SchedulerConfig.velocity(), work, 2, 120, 16, 6e-3, 0.1, 1);
    Path folder = UNetTraining.run(source, settings);
    double first = loss(work, 1);
    double last = loss(work, Files.readAllLines(work.resolve("loss.csv")).size() - 1);
    assertTrue(last < first / 2, "loss " + first + " to " + last);
    Files.createDirectories(folder.resolve("vae"));
    DiffusersFolder model2 = DiffusersFolder.open(folder);
    TextProjection projection = TextProjection.load(model2.projection().orElseThrow());
    try (UNet unet = UNet.load(model2.unet(), Placement.of("cpu", "auto"))) {
      for (int which = 0; which < 2; which++) {
        LatentSource.Captioned picture = source.picture(which);
        assertTrue(agreement(unet, projection, model2, "zh", picture.zh(), picture) > 0.8);
        assertTrue(agreement(unet, projection, model2, "en", picture.en(), picture) > 0.8);
      }
    }
  }

  /** Draws a picture for a caption; returns the correlation with the picture that has it. */
  private static double agreement(
      UNet unet,
      TextProjection projection,
      DiffusersFolder folder,
      String language,
      float[][] states,
      LatentSource.Captioned picture)
      throws IOException {
    float[] x = Latents.noise(5, 1, 4, 8, 8);
    float[] text = projection.project(language, states);
    Scheduler scheduler = Schedulers.of(SchedulerConfig.read(folder.scheduler()), 8, List.of());
    float[] timesteps = scheduler.timesteps();
    for (int i = 0; i < timesteps.length; i++) {
      float[] out = unet.predict(x, 1, 8, 8, timesteps[i], text, states.length, null, null);
      x = scheduler.step(out, i, x, () -> new float[0]);
    }
    double product = 0;
    double a = 0;
    double b = 0;
    for (int i = 0; i < x.length; i++) {
      product += x[i] * picture.latents()[i];
      a += x[i] * x[i];
      b += picture.latents()[i] * picture.latents()[i];
    }
    return product / Math.sqrt(a * b);
  }

  private static long lastStep(Path work) throws IOException {
    List<String> lines = Files.readAllLines(work.resolve("loss.csv"));
    return Long.parseLong(lines.get(lines.size() - 1).split(",")[0]);
  }

  private static double loss(Path work, int line) throws IOException {
    return Double.parseDouble(Files.readAllLines(work.resolve("loss.csv")).get(line).split(",")[2]);
  }
}
