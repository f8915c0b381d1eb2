package dev.triptych.music;

import dev.triptych.api.Artifact;
import dev.triptych.api.Descriptor;
import dev.triptych.api.Draft;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Lease;
import dev.triptych.api.ModelFiles;
import dev.triptych.api.ModelSpec;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;
import dev.triptych.api.ext.Revisable;
import dev.triptych.models.hub.HubName;
import dev.triptych.models.llama.Llama;
import dev.triptych.models.sampling.Sampler;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.osgi.service.component.annotations.Component;

/**
 * Writes a melody with chords, bar by bar, as a MIDI file and as a WAV file.
 *
 * <p>A small Llama writes melody and chords as tokens ({@link Vocabulary}); {@link MelodyGrammar}
 * keeps it to the key, the meter and the number of bars; {@link Arranger} adds bass, accompaniment
 * and dynamics by rules; the JDK's synthesizer plays the whole.
 */
@Component
public final class MelodyGenerator implements Generator, Revisable {
  private static final ModelSpec<Llama> MELODIST =
      ModelSpec.of("triptych-melody", ModelFiles.entry("models/melody"), Llama.class, Llama::load);
  private static final double TOP_P = 0.95;
  private static final double MEMORY = 2.5; // nats for a phrase to come again
  private static final double WRITING = 0.7; // share of the work; the rest is rendering sound
  private static final int SHOWN_EVERY = 4; // bars
  private static final int CANDIDATES = 4;
  private static final int TRIES = 16;

  @Override
  public Descriptor descriptor() {
    return Descriptor.of("music.melody", Phrase.of("Melody", "旋律"), "audio/midi")
        .withSummary(
            Phrase.of(
                "Writes a melody with chords as MIDI and plays it as WAV", "写一段带和弦的旋律：MIDI 与 WAV"))
        .withParameters(
            Setting.KEY,
            Setting.MODE,
            Setting.METER,
            Setting.TEMPO,
            Setting.BARS,
            Setting.DENSITY,
            Setting.STYLE,
            Setting.PROGRAM,
            Setting.TEMPERATURE,
            Setting.MODEL)
        .withModels(MELODIST);
  }

  @Override
  public void generate(Request request, Job job) throws Exception {
    Setting setting = Setting.of(request);
    List<Bar> bars = new ArrayList<>();
    try (Draft draft = job.draft("audio/midi")) {
      try (Lease<Llama> lease = job.lease(model(request));
          Llama.Run run = checked(lease.model()).open()) {
        Composer composer = composer(setting, run, request.seed(), MEMORY);
        while (bars.size() < setting.bars()) {
          double done = WRITING * bars.size() / setting.bars();
          String phase = "writing bar " + (bars.size() + 1);
          bars.add(composer.next(bars, () -> job.step(done, phase)));
          if (bars.size() % SHOWN_EVERY == 0) {
            draft.show(ScoreFile.bytes(setting.score(bars)));
          }
        }
      }
      deliver(setting.score(bars), draft, job);
    }
  }

  @Override
  public List<String> parts(Artifact work) throws IOException {
    int bars = ScoreReader.read(bytes(work)).tune().bars().size();
    return IntStream.rangeClosed(1, bars).mapToObj(bar -> "bar:" + bar).toList();
  }

  @Override
  public void revise(Request request, Artifact work, Set<String> redo, Job job) throws Exception {
    Score score = ScoreReader.read(bytes(work));
    List<String> parts = parts(work);
    Set<Integer> chosen = new TreeSet<>();
    for (String part : redo) {
      if (!parts.contains(part)) {
        throw new IllegalArgumentException(
            "the melody has no part \"" + part + "\": it has bar:1 to bar:" + parts.size());
      }
      chosen.add(parts.indexOf(part));
    }
    Setting setting = Setting.of(score, request.get(Setting.TEMPERATURE));
    List<Bar> bars = score.tune().bars();
    try (Draft draft = job.draft("audio/midi")) {
      try (Lease<Llama> lease = job.lease(model(request));
          Llama.Run run = checked(lease.model()).open()) {
        Composer composer = composer(setting, run, request.seed(), 0);
        int redone = 0;
        for (int index : chosen) {
          double done = WRITING * redone++ / chosen.size();
          String phase = "writing bar " + (index + 1);
          bars = redone(composer, bars, index, () -> job.step(done, phase));
        }
      }
      draft.note("redone", String.join(",", new TreeSet<>(redo))).from(work);
      deliver(setting.score(bars), draft, job);
    }
  }

  /** Writes a bar several times, each unlike the old one, and keeps what the next bar fits best. */
  private static List<Bar> redone(Composer composer, List<Bar> bars, int index, Runnable pulse) {
    List<Bar> best = bars;
    double bestFit = Double.NEGATIVE_INFINITY;
    int candidates = 0;
    for (int i = 0; i < TRIES && candidates < CANDIDATES; i++) {
      Bar candidate = composer.next(bars.subList(0, index), pulse);
      if (candidate.equals(bars.get(index))) {
        continue;
      }
      candidates++;
      List<Bar> tried = Composer.replaced(bars, index, candidate);
      double fit = index + 1 < bars.size() ? composer.fit(tried, index + 1, pulse) : 0;
      if (fit > bestFit) {
        best = tried;
        bestFit = fit;
      }
    }
    return best;
  }

  private static void deliver(Score score, Draft draft, Job job) throws IOException {
    byte[] midi = ScoreFile.bytes(score);
    try (Draft sound = job.draft("audio/wav")) {
      sound.show(
          WaveFile.render(
              midi, share -> job.step(WRITING + (1 - WRITING) * share, "rendering sound")));
      draft.show(midi);
      draft.note("model", "melody and chords");
      draft.note("masks", "bars, meter, scale, chords of the key, final cadence");
      draft.note("bias", "phrases come again: A A B A");
      draft.note("arranger", "rules: bass, accompaniment, percussion, dynamics");
      Artifact melody = draft.commit();
      sound.note("synthesizer", "the JDK's, with its built-in sounds").from(melody);
      sound.commit();
    }
  }

  private static Composer composer(Setting setting, Llama.Run run, long seed, double memory) {
    Sampler sampler =
        Sampler.seeded(seed)
            .temperature(setting.temperature())
            .topP(TOP_P)
            .processor(new PhraseMemory(memory))
            .processor(new MelodyGrammar(setting.meter(), setting.key().mode()));
    return new Composer(setting, new LlamaVoice(run), sampler);
  }

  private static ModelSpec<Llama> model(Request request) {
    return request
        .find(Setting.MODEL)
        .map(folder -> MELODIST.withFiles(HubName.files(folder)))
        .orElse(MELODIST);
  }

  private static Llama checked(Llama model) throws IOException {
    List<String> names = Vocabulary.names();
    for (int id = 0; id < Vocabulary.SIZE; id++) {
      if (model.tokenizer().size() != Vocabulary.SIZE
          || !names.get(id).equals(model.tokenizer().token(id))) {
        throw new IOException("the model does not speak the vocabulary of melodies");
      }
    }
    return model;
  }

  private static byte[] bytes(Artifact work) throws IOException {
    try (InputStream in = work.open()) {
      return in.readAllBytes();
    }
  }
}
