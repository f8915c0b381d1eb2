package dev.triptych.models.chat;

import java.util.Objects;

/**
 * One message of a talk.
 *
 * @param role who speaks: {@code system}, {@code user} or {@code assistant}
 */
public record Message(String role, String content) {
  public Message {
    Objects.requireNonNull(role);
    Objects.requireNonNull(content);
  }

  /** Returns a message that tells the model what it is to be. */
  public static Message system(String content) {
    return new Message("system", content);
  }

  /** Returns a message of the person. */
  public static Message user(String content) {
    return new Message("user", content);
  }

  /** Returns a message of the model. */
  public static Message assistant(String content) {
    return new Message("assistant", content);
  }
}
