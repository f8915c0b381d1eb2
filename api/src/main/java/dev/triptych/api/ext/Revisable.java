package dev.triptych.api.ext;

import dev.triptych.api.Artifact;
import dev.triptych.api.Job;
import dev.triptych.api.Request;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A generator that can redo parts of a work and leave the rest equal to the byte.
 *
 * <p>Parts are named by the generator, in the order in which a person meets them: {@code line:1},
 * {@code bar:3}.
 */
@ConsumerType
public interface Revisable {

  /**
   * Lists the parts of a work of this generator. [any thread]
   *
   * @throws IllegalArgumentException if the work is not one of this generator's
   */
  List<String> parts(Artifact work) throws IOException;

  /**
   * Makes the parts named anew and commits the whole work. [job thread]
   *
   * @param request as for {@code generate}; another seed gives another revision
   * @param work the work to revise
   * @param redo names of parts, as {@link #parts} gives them
   * @throws IllegalArgumentException if a part is unknown, naming it
   */
  void revise(Request request, Artifact work, Set<String> redo, Job job) throws Exception;
}
