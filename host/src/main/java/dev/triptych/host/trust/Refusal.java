package dev.triptych.host.trust;

/** Why a file is not let in, as the end of a sentence that begins with its name. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1;

  Refusal(String reason) {
    super(reason);
  }
}
