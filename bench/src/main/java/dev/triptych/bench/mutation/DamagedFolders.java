package dev.triptych.bench.mutation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Tries damaged model folders in a process of little memory, and begins another after one that
 * ended it or did not come back.
 */
public final class DamagedFolders {

  /** The most that one input may take. */
  private static final long MOST_SECONDS = 10;

  private static final long MOST_MEBIBYTES = 256;
  private static final String NO_MORE = "";

  /**
   * What came of one input.
   *
   * @param number which one: with the seed it makes the input again
   * @param input the folder and its file, and what was changed
   * @param outcome {@code works}, {@code refused} or {@code bad}
   * @param sentence the refusal, or what is bad
   * @param milliseconds that it took
   * @param mebibytes by which the process grew at its peak
   */
  public record Result(
      int number,
      String input,
      String outcome,
      String sentence,
      long milliseconds,
      long mebibytes) {}

  private final Path place;
  private final long seed;
  private final Class<?> trial;
  private final List<Result> results = new ArrayList<>();

  /**
   * Prepares whole folders.
   *
   * @param models the module models, with its tests
   * @param place an empty folder, to be deleted by the caller
   */
  public DamagedFolders(Path models, Path place, long seed) throws IOException {
    this(place, seed, Trial.class);
    new Specimens(models, Files.createDirectories(place.resolve("whole"))).write();
  }

  private DamagedFolders(Path place, long seed, Class<?> trial) throws IOException {
    this.place = place;
    this.seed = seed;
    this.trial = trial;
    Files.createDirectories(place.resolve("tried"));
  }

  /**
   * Prepares whole diffusers folders, pictures and latents, for image.diffusers to be tried with.
   *
   * @param models the module models, with its tests
   * @param image the module plugins-image, with its tests
   * @param place an empty folder, to be deleted by the caller
   */
  public static DamagedFolders ofPictures(Path models, Path image, Path place, long seed)
      throws IOException {
    new PictureSpecimens(models, image).write(place);
    return new DamagedFolders(place, seed, PictureTrial.class);
  }

  /** Tries the inputs from one number to before another, and returns what came of each. */
  public List<Result> run(int first, int end) throws IOException, InterruptedException {
    int next = first;
    while (next < end) {
      next = process(next, end);
    }
    return List.copyOf(results);
  }

  /** Runs one process as far as it comes, and returns the number after the last that it tried. */
  private int process(int first, int end) throws IOException, InterruptedException {
    Path errors = place.resolve("errors.txt");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dfile.encoding=UTF-8",
            "-XX:ErrorFile=" + place.resolve("crash.txt"),
            "-cp",
            System.getProperty("java.class.path"),
            trial.getName(),
            place.toString(),
            Long.toString(seed),
            Integer.toString(first),
            Integer.toString(end));
    builder.environment().put("OMP_WAIT_POLICY", "passive");
    builder.environment().put("DJL_OFFLINE", "true");
    builder.environment().put("OPT_OUT_TRACKING", "true");
    Process process = builder.redirectError(errors.toFile()).start();
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    Thread reader = new Thread(() -> read(process, lines), "reads the trial");
    reader.start();
    int number = first;
    String input = null;
    while (true) {
      String line = lines.poll(input == null ? 60 : MOST_SECONDS, TimeUnit.SECONDS);
      if (line == null || line.equals(NO_MORE)) {
        process.destroyForcibly();
        int code = process.waitFor();
        reader.join();
        if (input != null) {
          String why =
              line == null
                  ? "took more than " + MOST_SECONDS + " s"
                  : "ended the process with " + code + ": " + last(errors);
          results.add(new Result(number, input, "bad", why, MOST_SECONDS * 1000, 0));
          return number + 1;
        }
        if (number < end) {
          throw new IOException("the process ended before input " + number + ": " + last(errors));
        }
        return end;
      }
      String[] words = line.split("\t", 5);
      switch (words[0]) {
        case "try" -> {
          number = Integer.parseInt(words[1]);
          input = words[2] + ": " + words[3];
        }
        case "end" -> {
          results.add(result(number, input, words));
          number++;
          input = null;
        }
        default -> { // of a whole folder
          if (!words[2].equals("works")) {
            process.destroyForcibly();
            throw new IOException("a whole folder does not work: " + line);
          }
        }
      }
    }
  }

  private static Result result(int number, String input, String[] words) {
    String[] verdict = words[4].split("\t", 2);
    long mebibytes = Long.parseLong(words[3]);
    boolean balloon = mebibytes > MOST_MEBIBYTES;
    return new Result(
        number,
        input,
        balloon ? "bad" : verdict[0],
        (balloon ? "grew by " + mebibytes + " MiB; " : "") + (verdict.length > 1 ? verdict[1] : ""),
        Long.parseLong(words[2]),
        mebibytes);
  }

  private static void read(Process process, BlockingQueue<String> lines) {
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      out.lines().filter(line -> !line.isEmpty()).forEach(lines::add);
    } catch (IOException | UncheckedIOException e) {
      // the process was ended
    }
    lines.add(NO_MORE);
  }

  private static String last(Path errors) throws IOException {
    String text = Files.readString(errors, ISO_8859_1);
    return text.substring(Math.max(0, text.length() - 400)).replaceAll("\\s+", " ");
  }
}
