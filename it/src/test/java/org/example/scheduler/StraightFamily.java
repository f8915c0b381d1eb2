package org.example.scheduler;

import dev.triptych.models.diffusers.schedulers.Scheduler;
import dev.triptych.models.diffusers.schedulers.SchedulerConfig;
import dev.triptych.models.diffusers.schedulers.SchedulerFamily;
import java.util.Set;
import org.osgi.service.component.annotations.Component;

/** Brings a scheduler that diffusers does not have, as a plugin would. */
@Component
public final class StraightFamily implements SchedulerFamily {

  @Override
  public Set<String> classNames() {
    return Set.of("StraightScheduler");
  }

  @Override
  public Scheduler create(SchedulerConfig config, int steps) {
    if (steps < 1 || steps > config.trainSteps()) {
      throw new IllegalArgumentException(
          "steps must be 1 to " + config.trainSteps() + ", but " + steps + " were asked for");
    }
    return new StraightScheduler(config, steps);
  }
}
