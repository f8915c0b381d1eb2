package dev.triptych.models.diffusers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The kinds of diffusers pipelines that can be run, each by the names of its classes in {@code
 * model_index.json}: one for text to image, one for image to image; the folder is the same.
 */
public enum PipelineKind {
  /** Stable Diffusion 1 and 2 and SD Turbo: one text encoder. */
  STABLE_DIFFUSION(50, 7.5, .8, "StableDiffusionPipeline", "StableDiffusionImg2ImgPipeline"),
  /** SDXL and SDXL Turbo: two text encoders, and a UNet that is told sizes. */
  STABLE_DIFFUSION_XL(50, 5, .3, "StableDiffusionXLPipeline", "StableDiffusionXLImg2ImgPipeline"),
  /** Latent consistency models: few steps, and guidance that the UNet is told. */
  LATENT_CONSISTENCY(
      4, 8.5, .8, "LatentConsistencyModelPipeline", "LatentConsistencyModelImg2ImgPipeline");

  private final int steps;
  private final double guidance;
  private final double strength;
  private final List<String> classNames;

  PipelineKind(int steps, double guidance, double strength, String... classNames) {
    this.steps = steps;
    this.guidance = guidance;
    this.strength = strength;
    this.classNames = List.of(classNames);
  }

  /** Returns the kind that a class name stands for; empty if it is not known. */
  public static Optional<PipelineKind> of(String className) {
    return Arrays.stream(values()).filter(k -> k.classNames.contains(className)).findFirst();
  }

  /** Returns all class names that are known. */
  public static List<String> classNamesKnown() {
    List<String> names = new ArrayList<>();
    Arrays.stream(values()).forEach(kind -> names.addAll(kind.classNames));
    return names;
  }

  /** Returns the steps that diffusers takes where the user says nothing. */
  public int steps() {
    return steps;
  }

  /** Returns the guidance that diffusers gives where the user says nothing. */
  public double guidance() {
    return guidance;
  }

  /** Returns how much of an image diffusers changes where the user says nothing. */
  public double strength() {
    return strength;
  }
}
