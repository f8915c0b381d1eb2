package dev.triptych.host.bundles;

/**
 * On which terms a plugin may come in.
 *
 * @param allowUnsigned whether the user said that nobody needs to vouch for it
 * @param trial whether the set of plugins that it makes takes the place of the trial before it, so
 *     that a hundred trials leave the good sets where they are
 * @param isolate whether its jobs run in processes of their own; one that was isolated before stays
 *     so
 */
public record Terms(boolean allowUnsigned, boolean trial, boolean isolate) {
  /** The usual terms: somebody whom the user trusts vouches for it. */
  public static final Terms STRICT = new Terms(false);

  /** What an author builds and tries: nobody needs to vouch for it. */
  public static final Terms TRIAL = new Terms(true, true, false);

  /** Makes terms for a plugin that comes to stay. */
  public Terms(boolean allowUnsigned) {
    this(allowUnsigned, false, false);
  }

  /** Returns these terms with the jobs of the plugin in processes of their own. */
  public Terms isolated() {
    return new Terms(allowUnsigned, trial, true);
  }
}
