package dev.triptych.host.origin;

/** Told how a file that is being fetched gets on. [any thread] */
public interface FetchListener {
  /** Listens to nothing. */
  FetchListener NONE = (what, done, total) -> {};

  /**
   * Some bytes came.
   *
   * @param what the file's name
   * @param total how many will come; negative if the server does not say
   */
  void came(String what, long done, long total);
}
