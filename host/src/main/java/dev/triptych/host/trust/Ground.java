package dev.triptych.host.trust;

/** Why a plugin is let in. */
public enum Ground {
  /** A key that the user trusts signed the whole file, in {@code NAME.jar.sig} beside it. */
  SIGNATURE,
  /** A key that the user trusts signed every entry, inside the jar. */
  JAR_SIGNATURE,
  /** The user trusts exactly these bytes. */
  PINNED,
  /** Nobody vouches for it; the user said that this is all right. */
  UNSIGNED
}
