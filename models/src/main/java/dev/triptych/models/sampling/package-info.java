/** From logits to the next token: processors, temperature, top-k, top-p, repetition penalty. */
@Export
@Version("1.0.0")
package dev.triptych.models.sampling;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
