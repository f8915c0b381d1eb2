/**
 * Optional abilities, one interface a file, asked for by type through {@link
 * dev.triptych.api.Generator#extension} and {@link dev.triptych.api.Job#extension}.
 *
 * <p>Growth happens here, beside the core and never inside it.
 */
@Export
@Version("1.0.0")
package dev.triptych.api.ext;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
