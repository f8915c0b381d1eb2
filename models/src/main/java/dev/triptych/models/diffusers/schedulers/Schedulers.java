package dev.triptych.models.diffusers.schedulers;

import dev.triptych.models.message.Excerpt;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The schedulers known here, and those that plugins bring. */
public final class Schedulers {

  private static final String KARRAS = "_karras";

  private static final Map<String, Maker> MAKERS =
      Map.of(
          "DDIMScheduler", Ddim::new,
          "DDPMScheduler", Ddpm::new,
          "PNDMScheduler", Pndm::new,
          "LMSDiscreteScheduler", Lms::new,
          "EulerDiscreteScheduler", Euler::new,
          "EulerAncestralDiscreteScheduler", EulerAncestral::new,
          "HeunDiscreteScheduler", Heun::new,
          "DPMSolverMultistepScheduler", DpmSolverMultistep::new,
          "UniPCMultistepScheduler", UniPc::new,
          "LCMScheduler", Lcm::new);

  private static final Map<String, String> SHORT_NAMES =
      Map.ofEntries(
          Map.entry("ddim", "DDIMScheduler"),
          Map.entry("ddpm", "DDPMScheduler"),
          Map.entry("pndm", "PNDMScheduler"),
          Map.entry("lms", "LMSDiscreteScheduler"),
          Map.entry("euler", "EulerDiscreteScheduler"),
          Map.entry("euler_a", "EulerAncestralDiscreteScheduler"),
          Map.entry("heun", "HeunDiscreteScheduler"),
          Map.entry("dpm", "DPMSolverMultistepScheduler"),
          Map.entry("dpm_sde", "DPMSolverMultistepScheduler"),
          Map.entry("unipc", "UniPCMultistepScheduler"),
          Map.entry("lcm", "LCMScheduler"));

  private static final List<String> WITH_KARRAS =
      List.of("lms", "euler", "heun", "dpm", "dpm_sde", "unipc");

  private interface Maker {
    Scheduler make(SchedulerConfig config, int steps);
  }

  private Schedulers() {}

  /**
   * Prepares a run of the scheduler that the settings name.
   *
   * @param steps the number of steps, 1 to the number of training steps
   * @param brought families that plugins bring; asked first
   * @throws IllegalArgumentException if the class or a setting is not supported, or so many steps
   *     are impossible
   */
  public static Scheduler of(
      SchedulerConfig config, int steps, Collection<SchedulerFamily> brought) {
    String name = config.className();
    for (SchedulerFamily family : brought) {
      if (family.classNames().contains(name)) {
        return family.create(config, steps);
      }
    }
    Maker maker = MAKERS.get(name);
    if (maker == null) {
      TreeSet<String> known = new TreeSet<>(MAKERS.keySet());
      brought.forEach(family -> known.addAll(family.classNames()));
      throw new IllegalArgumentException(
          config.where()
              + (name.isEmpty() ? " names no scheduler" : " names the scheduler " + shown(name))
              + ", but must name one of "
              + known);
    }
    return maker.make(config, steps);
  }

  /** A list of those that are known follows, and a sentence has an end. */
  private static String shown(String name) {
    return Excerpt.of(name.length() > 60 ? name.substring(0, 60) + "…" : name);
  }

  /**
   * Prepares a run of a scheduler that the user names, with the model's settings for the rest.
   *
   * @param name one of {@link #names}
   * @throws IllegalArgumentException if there is none of that name, or as {@link #of}
   */
  public static Scheduler named(
      String name, SchedulerConfig config, int steps, Collection<SchedulerFamily> brought) {
    Collection<String> names = names(brought);
    if (!names.contains(name)) {
      throw new IllegalArgumentException(
          "there is no scheduler \"" + shown(name) + "\"; choose one of " + names);
    }
    boolean karras = name.endsWith(KARRAS);
    String plain = karras ? name.substring(0, name.length() - KARRAS.length()) : name;
    String className = SHORT_NAMES.get(plain);
    if (className == null) {
      return of(config.with("_class_name", name), steps, brought);
    }
    SchedulerConfig chosen = config.with("_class_name", className);
    if (plain.startsWith("dpm")) {
      String algorithm = plain.equals("dpm") ? "dpmsolver++" : "sde-dpmsolver++";
      chosen = chosen.with("algorithm_type", algorithm);
    }
    if (karras) {
      chosen =
          chosen
              .with("use_karras_sigmas", true)
              .with("use_exponential_sigmas", false)
              .with("use_beta_sigmas", false);
    }
    return of(chosen, steps, brought);
  }

  /** Returns the names that {@link #named} takes: short names, then the classes brought. */
  public static List<String> names(Collection<SchedulerFamily> brought) {
    TreeMap<String, Boolean> names = new TreeMap<>();
    SHORT_NAMES.keySet().forEach(name -> names.put(name, true));
    WITH_KARRAS.forEach(name -> names.put(name + KARRAS, true));
    brought.forEach(family -> family.classNames().forEach(name -> names.put(name, true)));
    return List.copyOf(names.keySet());
  }
}
