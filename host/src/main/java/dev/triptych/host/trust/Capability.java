package dev.triptych.host.trust;

import java.util.Locale;

/** What a plugin may reach beyond the job that it is given. */
public enum Capability {
  /** Sockets, addresses of the web, names of other hosts. */
  NETWORK,
  /** Files of the user. */
  FILES,
  /** Other programs. */
  PROCESSES,
  /** Models: leases of a job, the classes of {@code models}, DJL. */
  MODELS;

  /** Returns its name in a manifest. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
