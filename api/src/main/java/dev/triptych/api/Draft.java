package dev.triptych.api;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A work while it grows. [job thread]
 *
 * <p>A poem grows line by line with {@link #append}; a picture or a score is shown again, better
 * each time, with {@link #show}. Closed without {@link #commit} it vanishes, so try-with-resources
 * is already safe under cancellation.
 */
@ProviderType
public interface Draft extends AutoCloseable {

  /** Appends text, encoded as UTF-8. */
  void append(CharSequence more);

  /** Replaces what is there by the whole work as it is now. */
  void show(byte[] whole);

  /**
   * Adds a fact on how this work was made to its lineage, such as {@code arranger → rules}.
   *
   * @return this draft
   */
  Draft note(String key, String value);

  /**
   * Says that this work was made from another, which its lineage will name.
   *
   * @return this draft
   */
  Draft from(Artifact source);

  /**
   * Keeps the work: the host labels it, stores it and writes its lineage. At most once.
   *
   * @throws IOException if it cannot be stored
   * @throws IllegalStateException if nothing was written, or after commit or close
   */
  Artifact commit() throws IOException;

  /** Ends the draft; without a commit before, nothing of it stays. */
  @Override
  void close();
}
