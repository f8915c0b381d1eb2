package dev.triptych.text;

import dev.triptych.api.Job;
import dev.triptych.api.Lease;
import dev.triptych.api.ModelFiles;
import dev.triptych.api.ModelSpec;
import dev.triptych.models.bert.SentenceEncoder;
import dev.triptych.models.bert.ShippedEncoders;
import java.io.IOException;
import java.util.List;

/**
 * Reads prompt and poems with the host's sentence encoder, and says which poem is like the prompt.
 *
 * <p>Without the encoder poems are written by the words alone, and the work's record says so.
 */
final class Reader {
  static final ModelSpec<SentenceEncoder> CHINESE =
      spec("sentence-encoder-zh", ShippedEncoders.BGE_ZH);
  static final ModelSpec<SentenceEncoder> ENGLISH =
      spec("sentence-encoder-en", ShippedEncoders.MINI_LM);
  private static final double LIKENESS = 8; // nats a token, for a poem equal to its prompt

  private final ModelSpec<SentenceEncoder> spec;
  private final Job job;
  private final float[] prompt;

  private Reader(ModelSpec<SentenceEncoder> spec, Job job, float[] prompt) {
    this.spec = spec;
    this.job = job;
    this.prompt = prompt;
  }

  private static ModelSpec<SentenceEncoder> spec(String id, String hubName) {
    return ModelSpec.of(id, ModelFiles.hub(hubName), SentenceEncoder.class, SentenceEncoder::load);
  }

  /** Returns a reader that has read the prompt. */
  static Reader of(Form form, String prompt, Job job) throws InterruptedException {
    ModelSpec<SentenceEncoder> spec = form.regulated() ? CHINESE : ENGLISH;
    List<float[]> read = prompt.isBlank() ? List.of() : read(spec, List.of(prompt), job);
    return new Reader(spec, job, read.isEmpty() ? null : read.get(0));
  }

  private static List<float[]> read(ModelSpec<SentenceEncoder> spec, List<String> texts, Job job)
      throws InterruptedException {
    try (Lease<SentenceEncoder> lease = job.lease(spec)) {
      return texts.stream().map(t -> lease.model().encode(t).sentence()).toList();
    } catch (IOException e) {
      return List.of(); // this host has no such encoder
    }
  }

  /** Returns the prompt's sentence vector, or null. */
  float[] prompt() {
    return prompt;
  }

  /** Returns the encoder's name, or none. */
  String name() {
    return prompt == null ? "none" : spec.files().toString();
  }

  /** Returns the poem that its writer finds likely and that is like the prompt. */
  Poet.Work choose(List<Poet.Work> works) throws InterruptedException {
    List<float[]> poems = List.of();
    if (prompt != null && works.size() > 1) {
      poems =
          read(spec, works.stream().map(w -> String.join("\n", w.text().lines())).toList(), job);
    }
    Poet.Work best = null;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < works.size(); i++) {
      double score = works.get(i).score();
      for (int k = 0; !poems.isEmpty() && k < prompt.length; k++) {
        score += LIKENESS * prompt[k] * poems.get(i)[k];
      }
      if (score > most) {
        most = score;
        best = works.get(i);
      }
    }
    return best;
  }
}
