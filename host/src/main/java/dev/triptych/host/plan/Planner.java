package dev.triptych.host.plan;

import dev.triptych.api.ModelFiles;
import dev.triptych.api.ModelSpec;
import dev.triptych.api.Plan;
import dev.triptych.models.bert.SentenceEncoder;
import dev.triptych.models.bert.ShippedEncoders;
import dev.triptych.models.ledger.ModelManager;
import dev.triptych.models.ledger.ModelSource;
import dev.triptych.models.ledger.Share;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * Makes a plan of a prompt: language, mood, images, season, time, style, key, mode, tempo, meter,
 * palette and form.
 *
 * <p>The same prompt gets the same plan. What the prompt names wins over what its words suggest,
 * and that over what its sentence vector is like; season and time stay null when unsure. Calls may
 * overlap.
 */
public final class Planner {
  private static final Map<String, ModelSpec<SentenceEncoder>> ENCODERS =
      Map.of(
          "en", spec("sentence-encoder-en", ShippedEncoders.MINI_LM),
          "zh", spec("sentence-encoder-zh", ShippedEncoders.BGE_ZH));

  /** What one word of the lexicon in the prompt adds to the log-odds of its season. */
  private static final double SEASON_WORD = 3;

  /** What one word of the lexicon in the prompt adds to its time. */
  private static final double TIME_WORD = 0.35;

  /** A time is said when it leads by the margin and is at least this strong. */
  private static final double STRONG_TIME = 0.5;

  private static final double MARGIN = 0.1;

  private final ModelManager models;
  private final ModelSource source;
  private final Path home;
  private final Lexicon lexicon;
  private final Map<String, Bearings> bearings = new ConcurrentHashMap<>();

  /**
   * Makes a planner.
   *
   * @param models whose encoders it leases
   * @param source finds {@link ShippedEncoders#MINI_LM} and {@link ShippedEncoders#BGE_ZH}
   * @param home below which the lexicon's vectors are kept
   * @throws IOException if the program's own word lists are missing
   */
  public Planner(ModelManager models, ModelSource source, Path home) throws IOException {
    this.models = Objects.requireNonNull(models, "models");
    this.source = Objects.requireNonNull(source, "source");
    this.home = Objects.requireNonNull(home, "home");
    this.lexicon = Lexicon.read();
  }

  /**
   * Plans a prompt. [any thread]
   *
   * @throws IllegalArgumentException if the prompt is empty, longer than 2,000 characters or holds
   *     control characters
   * @throws IOException if an encoder cannot be loaded
   * @throws InterruptedException if interrupted while waiting for the encoder
   */
  public Plan plan(String prompt) throws IOException, InterruptedException {
    Prompt checked = Prompt.of(prompt);
    Lexicon.Found found = lexicon.find(checked);
    boolean chinese = checked.language().equals("zh");
    List<String> texts = new ArrayList<>(List.of(checked.text()));
    List<String> others = found.others().stream().limit(Imagery.MOST_OWN).toList();
    texts.addAll(chinese ? others : List.of());
    Bearings.Reading reading;
    List<double[]> likeness = new ArrayList<>(); // of each text
    try (Share<SentenceEncoder> lease = models.lease(ENCODERS.get(checked.language()), source)) {
      Bearings space = bearings(checked.language(), lease);
      List<SentenceEncoder.Encoding> encodings = lease.model().encode(texts);
      reading = space.read(encodings.get(0).sentence());
      encodings.forEach(encoding -> likeness.add(space.likeness(encoding.sentence())));
    }
    List<Imagery.Own> own = new ArrayList<>();
    for (int i = 0; i < others.size(); i++) {
      own.add(new Imagery.Own(others.get(i), chinese ? likeness.get(i + 1) : null));
    }
    return plan(checked, Wishes.of(checked.text()), found.images(), own, reading, likeness.get(0));
  }

  private Bearings bearings(String language, Share<SentenceEncoder> lease) throws IOException {
    String key = language + lease.digest();
    Bearings known = bearings.get(key);
    if (known == null) {
      synchronized (bearings) {
        known = bearings.get(key);
        if (known == null) {
          known = Bearings.of(lexicon, language, lease.model(), lease.digest(), home);
          bearings.put(key, known);
        }
      }
    }
    return known;
  }

  private Plan plan(
      Prompt prompt,
      Wishes wishes,
      List<Image> said,
      List<Imagery.Own> own,
      Bearings.Reading reading,
      double[] likeness) {
    String language = prompt.language();
    Map<String, Integer> seasons = Lexicon.votes(said.stream().map(Image::season));
    Map<String, Integer> times = Lexicon.votes(said.stream().map(Image::time));
    String season = surest(Bearings.SEASONS, reading.seasons(), seasons, SEASON_WORD, 0, 0);
    String time = surest(Bearings.TIMES, reading.times(), times, TIME_WORD, STRONG_TIME, MARGIN);
    Imagery imagery =
        Imagery.of(lexicon.images(), said, own, likeness, season, time, reading.valence());
    Score score = Score.of(prompt, wishes, reading.valence(), reading.arousal(), said);

    Map<String, Object> mood = new LinkedHashMap<>();
    mood.put("valence", rounded(reading.valence()));
    mood.put("arousal", rounded(reading.arousal()));
    Map<String, Object> plan = new LinkedHashMap<>();
    plan.put("language", language);
    plan.put("mood", mood);
    plan.put("imagery", imagery.words(language, language));
    plan.put("imageryEn", imagery.words("en", language));
    plan.put("season", season);
    plan.put("time", time);
    said.stream()
        .map(Image::weather)
        .filter(Objects::nonNull)
        .findFirst()
        .ifPresent(weather -> plan.put("weather", weather));
    plan.put("style", wishes.style());
    plan.put("key", score.key());
    plan.put("mode", score.mode());
    plan.put("tempo", score.tempo());
    plan.put("meter", score.meter());
    plan.put(
        "palette",
        Palette.of(imagery.images(), season, time, reading.valence(), reading.arousal()));
    plan.put("form", wishes.form() != null ? wishes.form() : form(prompt, said, reading));
    return Plan.of(plan);
  }

  /**
   * Returns the name that words and vector together make surest, or null.
   *
   * @param word what each vote adds to a strength
   * @param strong the least that is sure enough
   * @param margin by which it must lead
   */
  static String surest(
      List<String> names,
      double[] strengths,
      Map<String, Integer> votes,
      double word,
      double strong,
      double margin) {
    double[] sums =
        IntStream.range(0, names.size())
            .mapToDouble(i -> strengths[i] + word * votes.getOrDefault(names.get(i), 0))
            .toArray();
    int best = IntStream.range(0, sums.length).reduce(0, (a, b) -> sums[b] > sums[a] ? b : a);
    double second =
        IntStream.range(0, sums.length)
            .filter(i -> i != best)
            .mapToDouble(i -> sums[i])
            .max()
            .orElse(0);
    boolean sure = sums[best] >= strong && sums[best] - second >= margin;
    return sure ? names.get(best) : null;
  }

  /** A rich prompt needs eight lines, a calm one short ones. */
  private static String form(Prompt prompt, List<Image> said, Bearings.Reading reading) {
    if (prompt.language().equals("en")) {
      return said.size() > 6 || reading.valence() < -0.6 ? "free" : "quatrain";
    }
    boolean calm = reading.arousal() < -0.25;
    return said.size() > 4 ? calm ? "wulv" : "qilv" : calm ? "wujue" : "qijue";
  }

  private static double rounded(double value) {
    return Math.round(value * 100) / 100.0 + 0.0; // no -0.0
  }

  private static ModelSpec<SentenceEncoder> spec(String id, String hubName) {
    return ModelSpec.of(id, ModelFiles.hub(hubName), SentenceEncoder.class, SentenceEncoder::load);
  }
}
