package dev.triptych.models.hub;

import java.time.Duration;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** Hears how a pull gets on. [threads of the pull, one at a time for a file] */
@ConsumerType
public interface PullListener {
  /** Hears nothing. */
  PullListener NONE = new PullListener() {};

  /**
   * What will be downloaded.
   *
   * @param files that belong to the pull
   * @param skipped that Triptych does not read
   * @param bytes of all files
   * @param present of them that are in the cache already, parts included
   */
  default void planned(List<String> files, List<String> skipped, long bytes, long present) {}

  /**
   * Some more of a file is there.
   *
   * @param done bytes of all files together
   * @param total bytes of all files together
   */
  default void progress(String file, long done, long total) {}

  /** A file failed in a way that may pass, and is tried again after a pause. */
  default void retrying(String file, HubException.Problem why, Duration pause) {}
}
