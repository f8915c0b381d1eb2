package dev.triptych.host.plan;

import dev.triptych.models.bert.SentenceEncoder;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.Safetensors;
import dev.triptych.models.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where the lexicon's words lie in an encoder's space, and the probes that read mood, time and
 * season off a vector there. Made once for each lexicon and encoder, and kept below the home
 * folder.
 *
 * <p>Mood and time are a ridge regression, the season a multinomial logistic one, fitted to the
 * lexicon's words, to sentences whose mood and season a person said ({@code anchors.tsv}) and, for
 * the season, to phrases ({@code seasons.tsv}), in the encoder's language.
 */
final class Bearings {
  static final List<String> SEASONS = List.of("spring", "summer", "autumn", "winter");
  static final List<String> TIMES = List.of("dawn", "day", "dusk", "night");

  /** Changes when the same words would give other bearings. */
  private static final String VERSION = "2";

  /** These five were chosen by ten-fold cross-validation on the anchors of both languages. */
  private static final double LAMBDA = 0.5;

  private static final double ANCHOR = 3; // weight of a sentence where a word's is 1
  private static final double SEASON_LAMBDA = 0.3;
  private static final double LEAN = 0.7; // towards saying a season: prompts tell of them
  private static final double USUAL_VALENCE = 0.05; // words are pleasant on the whole

  private static final double USUAL_AROUSAL = 0.05;

  /**
   * What a vector says.
   *
   * @param seasons log-odds of each of {@link #SEASONS} against none of them
   * @param times how strongly of each of {@link #TIMES}; about 0 for none, 1 for surely
   */
  record Reading(double valence, double arousal, double[] seasons, double[] times) {}

  private final float[][] words; // (images, hidden), unit length
  private final float[] probe; // (hidden + 1, 2 + times)
  private final float[] seasons; // (hidden + 1, none and seasons)

  private Bearings(float[][] words, float[] probe, float[] seasons) {
    this.words = words;
    this.probe = probe;
    this.seasons = seasons;
  }

  /**
   * Loads the bearings, or makes and keeps them.
   *
   * @param encoderDigest of the encoder's files
   * @throws IOException if they can be neither read nor made; a damaged file is made anew
   */
  static Bearings of(
      Lexicon lexicon, String language, SentenceEncoder encoder, String encoderDigest, Path home)
      throws IOException {
    Path file = home.resolve("plan").resolve(digest(language, encoderDigest) + ".safetensors");
    int hidden = encoder.dimensions();
    if (Files.exists(file)) {
      try {
        Safetensors stored = Safetensors.open(file);
        return of(
            stored.floats("words"),
            stored.floats("probe"),
            stored.floats("seasons"),
            hidden,
            lexicon.images().size());
      } catch (IOException e) {
        Files.deleteIfExists(file);
      }
    }
    Bearings made = make(lexicon, language, encoder);
    Files.createDirectories(file.getParent());
    new SafetensorsWriter()
        .add("words", Dtype.F32, joined(made.words), made.words.length, hidden)
        .add("probe", Dtype.F32, made.probe, made.probe.length)
        .add("seasons", Dtype.F32, made.seasons, made.seasons.length)
        .write(file);
    return made;
  }

  private static Bearings of(float[] words, float[] probe, float[] seasons, int hidden, int images)
      throws IOException {
    if (words.length != images * hidden
        || probe.length != (hidden + 1) * (2 + TIMES.size())
        || seasons.length != (hidden + 1) * (1 + SEASONS.size())) {
      throw new IOException("the planner's stored vectors do not fit its lexicon");
    }
    float[][] rows = new float[images][];
    for (int i = 0; i < images; i++) {
      rows[i] = Arrays.copyOfRange(words, i * hidden, (i + 1) * hidden);
    }
    return new Bearings(rows, probe, seasons);
  }

  private static Bearings make(Lexicon lexicon, String language, SentenceEncoder encoder)
      throws IOException {
    boolean chinese = language.equals("zh");
    List<String> texts = new ArrayList<>();
    List<double[]> says = new ArrayList<>(); // of words and anchors
    List<Integer> season = new ArrayList<>(); // of all
    for (Image image : lexicon.images()) {
      texts.add(image.word(language));
      says.add(row(image.valence(), image.arousal(), image.time()));
      season.add(image.season() == null ? 0 : SEASONS.indexOf(image.season()) + 1);
    }
    for (String[] row : Resources.table("anchors.tsv", 6)) {
      texts.add(row[chinese ? 4 : 5]);
      says.add(
          row(Double.parseDouble(row[0]), Double.parseDouble(row[1]), Resources.orNull(row[3])));
      season.add(SEASONS.indexOf(row[2]) + 1);
    }
    for (String[] row : Resources.table("seasons.tsv", 3)) {
      texts.add(row[chinese ? 1 : 2]);
      season.add(SEASONS.indexOf(row[0]) + 1);
    }
    float[][] vectors =
        encoder.encode(texts).stream()
            .map(SentenceEncoder.Encoding::sentence)
            .toArray(float[][]::new);
    int images = lexicon.images().size();
    double[] weight = new double[says.size()];
    Arrays.fill(weight, ANCHOR);
    Arrays.fill(weight, 0, images, 1);
    return new Bearings(
        Arrays.copyOf(vectors, images),
        Ridge.fit(
            Arrays.copyOf(vectors, says.size()), says.toArray(double[][]::new), weight, LAMBDA),
        Softmax.fit(
            vectors,
            season.stream().mapToInt(s -> s).toArray(),
            1 + SEASONS.size(),
            SEASON_LAMBDA));
  }

  private static double[] row(double valence, double arousal, String time) {
    double[] row = new double[2 + TIMES.size()];
    row[0] = valence;
    row[1] = arousal;
    if (time != null) {
      row[2 + TIMES.indexOf(time)] = 1;
    }
    return row;
  }

  /** Reads mood, season and time off a sentence's vector. */
  Reading read(float[] sentence) {
    double[] y = Ridge.apply(probe, sentence);
    double[] odds = Ridge.apply(seasons, sentence);
    return new Reading(
        stretched(y[0] - USUAL_VALENCE),
        stretched(y[1] - USUAL_AROUSAL),
        IntStream.range(1, odds.length).mapToDouble(s -> odds[s] - odds[0] + LEAN).toArray(),
        Arrays.copyOfRange(y, 2, y.length));
  }

  /**
   * A fit under a pull to 0 says less than is meant: stretched so that strong words come near 1.
   */
  private static double stretched(double value) {
    return Math.tanh(1.3 * value);
  }

  /** Returns the cosine of a sentence with each image of the lexicon. */
  double[] likeness(float[] sentence) {
    double[] likeness = new double[words.length];
    for (int i = 0; i < words.length; i++) {
      for (int j = 0; j < sentence.length; j++) {
        likeness[i] += words[i][j] * (double) sentence[j];
      }
    }
    return likeness;
  }

  private static float[] joined(float[][] rows) {
    float[] all = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, all, i * rows[0].length, rows[0].length);
    }
    return all;
  }

  private static String digest(String language, String encoderDigest) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((VERSION + "\n" + language + "\n" + encoderDigest + "\n").getBytes());
      digest.update(Resources.bytes("lexicon.tsv"));
      digest.update(Resources.bytes("anchors.tsv"));
      digest.update(Resources.bytes("seasons.tsv"));
      return language + "-" + HexFormat.of().formatHex(digest.digest(), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
