/**
 * The generator contract: what a plugin implements and what the host offers it.
 *
 * <p>A plugin implements {@link dev.triptych.api.Generator}, two methods, and publishes it as an
 * OSGi service. Everything that the host offers arrives as one argument, {@link
 * dev.triptych.api.Job}:
 *
 * <pre>{@code
 * @Component
 * public final class Refrain implements Generator {
 *   static final Parameter.Whole LINES =
 *       Parameter.Whole.of("lines", Phrase.of("How many lines to write", "写几行"), 1, 40).initially(4);
 *
 *   public Descriptor descriptor() {
 *     return Descriptor.of("text.refrain", Phrase.of("Refrain", "叠句"), "text/plain").withParameters(LINES);
 *   }
 *
 *   public void generate(Request request, Job job) throws Exception {
 *     try (Draft poem = job.draft("text/plain")) {
 *       int lines = request.get(LINES);
 *       for (int i = 0; i < lines; i++) {
 *         job.step((double) i / lines, "writing");
 *         poem.append(request.prompt() + "\n");
 *       }
 *       poem.commit();
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>Errors: an {@link java.lang.IllegalArgumentException} is the user's mistake, a {@link
 * java.util.concurrent.CancellationException} the user's wish, anything else the plugin's failure.
 */
@Export
@Version("1.1.0")
package dev.triptych.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
