package dev.triptych.host.bundles;

import dev.triptych.host.trust.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * What an installation would change. What generators would come is not known without running the
 * plugin.
 *
 * @param id symbolic name of the bundle
 * @param from the version that it would replace, if any
 * @param to its version
 * @param verdict why it would be let in, and what it uses
 * @param imports the packages that it imports, and who would provide each
 * @param missing a sentence for each thing that it needs and nobody offers; empty if it resolves
 * @param rewired other plugins that would be started anew, for they use packages of it
 * @param bytes how many bytes it would add to the disk
 */
public record Preview(
    String id,
    Optional<String> from,
    String to,
    Verdict verdict,
    List<Import> imports,
    List<String> missing,
    List<String> rewired,
    long bytes) {

  /**
   * A package that a plugin imports.
   *
   * @param name of the package
   * @param version the range that it wants, such as {@code [1.0,2)}; empty for any
   * @param provider who would provide it: {@code host}, or a plugin and its version; empty if
   *     nobody
   * @param optional whether it can do without
   */
  public record Import(String name, String version, Optional<String> provider, boolean optional) {}
}
