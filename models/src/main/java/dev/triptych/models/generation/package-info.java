/**
 * From a prompt to a text: greedy and sampled tokens, beams, guessed tokens, forms that hold, with
 * the names, the defaults and the results of transformers' generate.
 */
@Export
@Version("1.0.0")
package dev.triptych.models.generation;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
