package dev.triptych.models.diffusers.pipeline;

import dev.triptych.api.Placement;
import dev.triptych.api.ext.Weighed;
import dev.triptych.models.diffusers.ClipTextModel;
import dev.triptych.models.diffusers.DiffusersFolder;
import dev.triptych.models.diffusers.PipelineKind;
import dev.triptych.models.diffusers.prompt.PromptEncoder;
import dev.triptych.models.diffusers.prompt.PromptEncoding;
import dev.triptych.models.diffusers.prompt.WeightedPrompt;
import dev.triptych.models.tokenizer.ClipTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The text encoders of a diffusers folder with their tokenizers, and what else the folder says of
 * its pipeline.
 *
 * <p>Loaded weights never change; calls are safe from many threads at once.
 */
public final class PromptReader implements AutoCloseable, Weighed {

  /** One encoder with its tokenizer. */
  private record Encoder(ClipTokenizer tokenizer, ClipTextModel model) implements AutoCloseable {

    static Encoder load(DiffusersFolder parts, String suffix, Placement placement)
        throws IOException {
      ClipTokenizer tokenizer = ClipTokenizer.load(parts.part("tokenizer" + suffix));
      try {
        return new Encoder(
            tokenizer, ClipTextModel.load(parts.part("text_encoder" + suffix), placement));
      } catch (IOException | RuntimeException e) {
        tokenizer.close();
        throw e;
      }
    }

    @Override
    public void close() {
      try (tokenizer) {
        model.close();
      }
    }
  }

  /** Characters that whoever reads Chinese has met. */
  private static final String COMMON = "春花秋月夜雨山水风雪江天人心云日年草木石";

  private final PipelineFacts facts;
  private final List<Encoder> encoders;
  private final PromptEncoder encoder;

  private PromptReader(PipelineFacts facts, List<Encoder> encoders) {
    this.facts = facts;
    this.encoders = encoders;
    List<PromptEncoder.Reader> readers =
        encoders.stream().map(e -> new PromptEncoder.Reader(e.tokenizer(), e.model())).toList();
    encoder =
        facts.kind() == PipelineKind.STABLE_DIFFUSION_XL
            ? PromptEncoder.sdxl(readers)
            : PromptEncoder.stableDiffusion(readers.get(0));
  }

  /**
   * Loads the text side of a folder.
   *
   * @throws IOException if the pipeline is not supported, or a file is missing or damaged
   */
  public static PromptReader load(Path folder, Placement wanted) throws IOException {
    DiffusersFolder parts = DiffusersFolder.open(folder);
    Placement placement = parts.placement(wanted);
    PipelineFacts facts = PipelineFacts.read(folder, placement.dtype());
    List<Encoder> encoders = new ArrayList<>();
    try {
      encoders.add(Encoder.load(parts, "", placement));
      if (facts.kind() == PipelineKind.STABLE_DIFFUSION_XL) {
        encoders.add(Encoder.load(parts, "_2", placement));
      }
      return new PromptReader(facts, List.copyOf(encoders));
    } catch (IOException | RuntimeException e) {
      encoders.forEach(Encoder::close);
      throw e;
    }
  }

  /** Returns what the folder says of its pipeline. */
  public PipelineFacts facts() {
    return facts;
  }

  /**
   * Returns whether the tokenizer knows Chinese: CLIP's own takes a character apart into bytes,
   * which its text model never learned to read.
   */
  public boolean readsChinese() {
    ClipTokenizer tokenizer = encoders.get(0).tokenizer();
    long whole =
        COMMON.codePoints().filter(c -> tokenizer.ids(Character.toString(c)).length == 1).count();
    return 2 * whole > COMMON.length();
  }

  /**
   * Reads the texts of a picture; see {@link PromptEncoder} for weights and long texts.
   *
   * <p>Without guidance the negative text is not read. SDXL models are told zeros where it is not
   * given, if their folder says so ({@code force_zeros_for_empty_prompt}).
   *
   * @throws IllegalArgumentException if a text is too long
   */
  Said read(Brief brief, boolean guided) {
    List<WeightedPrompt> texts = new ArrayList<>();
    if (guided) {
      texts.add(WeightedPrompt.parse(brief.negative().orElse("")));
    }
    texts.add(WeightedPrompt.parse(brief.prompt()));
    List<PromptEncoding> read = new ArrayList<>(encoder.encode(texts, 0));
    boolean sdxl = facts.kind() == PipelineKind.STABLE_DIFFUSION_XL;
    if (guided && sdxl && facts.zeros() && brief.negative().isEmpty()) {
      read.set(0, read.get(0).zeros());
    }
    int tokens = read.get(0).tokens();
    float[] states = joined(read.stream().map(PromptEncoding::states).toList());
    float[] pooled = joined(read.stream().map(PromptEncoding::pooled).toList());
    return new Said(read.size(), tokens, states, sdxl ? pooled : new float[0]);
  }

  private static float[] joined(List<float[]> rows) {
    float[] joined = new float[rows.stream().mapToInt(row -> row.length).sum()];
    int at = 0;
    for (float[] row : rows) {
      System.arraycopy(row, 0, joined, at, row.length);
      at += row.length;
    }
    return joined;
  }

  @Override
  public long mappedBytes() {
    return encoders.stream().mapToLong(e -> e.model().mappedBytes()).sum();
  }

  @Override
  public long privateBytes() {
    return encoders.stream().mapToLong(e -> e.model().privateBytes()).sum();
  }

  @Override
  public void close() {
    encoders.forEach(Encoder::close);
  }
}
