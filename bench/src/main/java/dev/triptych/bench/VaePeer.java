package dev.triptych.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.api.Placement;
import dev.triptych.models.Torch;
import dev.triptych.models.diffusers.AutoencoderKL;
import dev.triptych.models.diffusers.Latents;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Our side of {@link VaeSpeed}; the other is bench/python/vae_peer.py. */
public final class VaePeer {

  private VaePeer() {}

  /**
   * Loads FOLDER in DTYPE, then answers {@code decode SIDE}, {@code encode SIDE} and {@code save
   * WHAT SIDE FILE} until the input ends.
   */
  public static void main(String[] arguments) throws IOException {
    Torch.start();
    long start = System.nanoTime();
    try (AutoencoderKL vae =
        AutoencoderKL.load(Path.of(arguments[0]), Placement.of("cpu", arguments[1]))) {
      System.out.println("ready " + (System.nanoTime() - start) / 1e9);
      BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.replaceFirst("^save ", "").split(" ");
        int side = Integer.parseInt(words[1]);
        int large = side * vae.reduction();
        boolean decodes = words[0].equals("decode");
        float[] input =
            decodes
                ? Latents.noise(1, 1, vae.latentChannels(), side, side)
                : Latents.noise(2, 1, 3, large, large);
        start = System.nanoTime();
        float[] out =
            decodes ? vae.decode(input, 1, side, side) : vae.encode(input, 1, large, large);
        double seconds = (System.nanoTime() - start) / 1e9;
        if (words.length > 2) {
          ByteBuffer bytes = ByteBuffer.allocate(4 * out.length).order(ByteOrder.LITTLE_ENDIAN);
          bytes.asFloatBuffer().put(out);
          Files.write(Path.of(words[2]), bytes.array());
        }
        System.out.println(seconds);
      }
    }
  }
}
