package dev.triptych.host.bundles;

/**
 * On which terms a plugin may come in.
 *
 * @param allowUnsigned whether the user said that nobody needs to vouch for it
 */
public record Terms(boolean allowUnsigned) {
  /** The usual terms: somebody whom the user trusts vouches for it. */
  public static final Terms STRICT = new Terms(false);
}
