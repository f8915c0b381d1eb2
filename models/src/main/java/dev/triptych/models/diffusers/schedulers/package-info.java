/** Schedulers of diffusion models: which noise at which step, and how a step removes it. */
@Export
@Version("1.0.0")
package dev.triptych.models.diffusers.schedulers;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
