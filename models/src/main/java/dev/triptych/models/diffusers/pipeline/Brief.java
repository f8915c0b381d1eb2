package dev.triptych.models.diffusers.pipeline;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What to paint; what is left out is as the pipeline's folder and diffusers' defaults say.
 *
 * <pre>{@code
 * Brief.of("a red fox in the snow").withSteps(25).withSeed(7).withSize(512, 768)
 * }</pre>
 */
public final class Brief {

  /**
   * A picture to begin from.
   *
   * @param pixels (3, height, width), −1…1
   * @param strength how much of it changes, 0 to 1; empty for the pipeline's own
   */
  public record Source(float[] pixels, int width, int height, OptionalDouble strength) {}

  /**
   * Latents to begin from in place of seeded noise.
   *
   * @param latents (1, C, height, width), unit noise as {@code latents=} of diffusers' pipelines
   */
  public record Start(float[] latents, int width, int height) {}

  private final String prompt;
  private Optional<String> negative = Optional.empty();
  private OptionalInt width = OptionalInt.empty();
  private OptionalInt height = OptionalInt.empty();
  private OptionalInt steps = OptionalInt.empty();
  private OptionalDouble guidance = OptionalDouble.empty();
  private double rescale;
  private Optional<String> scheduler = Optional.empty();
  private long seed;
  private Optional<Source> source = Optional.empty();
  private Optional<Start> start = Optional.empty();

  private Brief(String prompt) {
    this.prompt = prompt;
  }

  private Brief(Brief other) {
    this(other.prompt);
    negative = other.negative;
    width = other.width;
    height = other.height;
    steps = other.steps;
    guidance = other.guidance;
    rescale = other.rescale;
    scheduler = other.scheduler;
    seed = other.seed;
    source = other.source;
    start = other.start;
  }

  /** Returns a brief that says what is to be seen. */
  public static Brief of(String prompt) {
    return new Brief(prompt);
  }

  /** Returns this brief with what is not to be seen. */
  public Brief withNegative(String text) {
    Brief brief = new Brief(this);
    brief.negative = Optional.of(text);
    return brief;
  }

  /** Returns this brief with a size in pixels. */
  public Brief withSize(int across, int down) {
    return withWidth(across).withHeight(down);
  }

  /** Returns this brief with a width in pixels. */
  public Brief withWidth(int pixels) {
    Brief brief = new Brief(this);
    brief.width = OptionalInt.of(pixels);
    return brief;
  }

  /** Returns this brief with a height in pixels. */
  public Brief withHeight(int pixels) {
    Brief brief = new Brief(this);
    brief.height = OptionalInt.of(pixels);
    return brief;
  }

  /** Returns this brief with a number of denoising steps. */
  public Brief withSteps(int count) {
    Brief brief = new Brief(this);
    brief.steps = OptionalInt.of(count);
    return brief;
  }

  /** Returns this brief with how strictly the text is followed; 0 and 1 are not at all forced. */
  public Brief withGuidance(double scale) {
    Brief brief = new Brief(this);
    brief.guidance = OptionalDouble.of(scale);
    return brief;
  }

  /** Returns this brief with the share of guidance's overexposure that is taken back, 0 to 1. */
  public Brief withRescale(double share) {
    Brief brief = new Brief(this);
    brief.rescale = share;
    return brief;
  }

  /** Returns this brief with another scheduler than the folder's, by short name or class name. */
  public Brief withScheduler(String name) {
    Brief brief = new Brief(this);
    brief.scheduler = Optional.of(name);
    return brief;
  }

  /** Returns this brief with a seed, 0 unless given: {@code torch.manual_seed}'s. */
  public Brief withSeed(long number) {
    Brief brief = new Brief(this);
    brief.seed = number;
    return brief;
  }

  /** Returns this brief with a picture to begin from: image to image. */
  public Brief withSource(Source picture) {
    Brief brief = new Brief(this);
    brief.source = Optional.of(picture);
    return brief;
  }

  /** Returns this brief with latents to begin from. */
  public Brief withStart(Start latents) {
    Brief brief = new Brief(this);
    brief.start = Optional.of(latents);
    return brief;
  }

  /** Returns what is to be seen. */
  public String prompt() {
    return prompt;
  }

  /** Returns what is not to be seen. */
  public Optional<String> negative() {
    return negative;
  }

  OptionalInt width() {
    return width;
  }

  OptionalInt height() {
    return height;
  }

  OptionalInt steps() {
    return steps;
  }

  OptionalDouble guidance() {
    return guidance;
  }

  double rescale() {
    return rescale;
  }

  Optional<String> scheduler() {
    return scheduler;
  }

  long seed() {
    return seed;
  }

  Optional<Source> source() {
    return source;
  }

  Optional<Start> start() {
    return start;
  }
}
