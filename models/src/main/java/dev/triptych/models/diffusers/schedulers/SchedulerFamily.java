package dev.triptych.models.diffusers.schedulers;

import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes schedulers of one or more classes: the OSGi service by which a plugin adds a scheduler.
 *
 * <p>{@link Schedulers#of} asks it for the class that a {@code scheduler_config.json} names.
 */
@ConsumerType
public interface SchedulerFamily {

  /** Returns the names, as {@code _class_name} holds them; a user may also ask for one by name. */
  Set<String> classNames();

  /**
   * Prepares a run.
   *
   * @param config the settings; {@link SchedulerConfig#className()} is one of {@link #classNames()}
   * @param steps the number of steps
   * @throws IllegalArgumentException if a setting is not supported, or so many steps are impossible
   */
  Scheduler create(SchedulerConfig config, int steps);
}
